"""Real workers that die and hang: only the piece in hand is lost."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from sekisho.errors import IncompleteError
from sekisho.model import Unreadable
from sekisho.store.workers import Lost, run_workers


@dataclass(frozen=True)
class Deadly:
    """Do what a piece says: return, die, hang, or die only once."""

    marks: Path

    def __call__(self, piece, tick):
        tick(1, len(piece))
        if piece.startswith("die"):
            os.kill(os.getpid(), signal.SIGKILL)
        if piece.startswith("hang"):
            time.sleep(600)
        if piece.startswith("once") and not (self.marks / piece).exists():
            (self.marks / piece).touch()
            os._exit(9)
        return piece.upper()


@dataclass(frozen=True)
class Stillborn(Deadly):
    """Ends the process that reads it, before all is read."""

    def __reduce__(self):
        return os._exit, (9,), b"x" * 4_000_000


def run(tmp_path, tasks, **facts):
    done = {}
    for pieces, answer in run_workers(Deadly(tmp_path), tasks, **{"jobs": 2, **facts}):
        found = [answer.reason] * len(pieces) if isinstance(answer, Lost) else answer
        done.update(zip(pieces, found, strict=True))
    return done


def test_every_piece_has_its_answer(tmp_path):
    seen = []
    done = run(tmp_path, [("a", "b"), ("c",), ("d", "e", "f")], on_progress=lambda *t: seen.append(t))
    assert done == {piece: piece.upper() for piece in "abcdef"}
    assert seen


def test_a_death_takes_only_the_piece_in_hand(tmp_path):
    done = run(tmp_path, [("a", "die", "b"), ("c", "once"), ("d",)])
    assert done.pop("die") is Unreadable.DECODER_CRASH
    assert done == {piece: piece.upper() for piece in ("a", "b", "c", "d", "once")}


def test_a_hang_takes_only_the_piece_in_hand(tmp_path):
    done = run(tmp_path, [("a", "hang"), ("b",)], seconds=1.5)
    assert done == {"a": "A", "b": "B", "hang": Unreadable.TIMEOUT}


def test_nothing_to_do_is_done(tmp_path):
    assert run(tmp_path, []) == {}


def test_no_worker_is_left_when_whoever_asks_goes_away(tmp_path):
    answers = run_workers(Deadly(tmp_path), [("a",), ("hang",)], jobs=2)
    next(answers)
    answers.close()
    with pytest.raises(StopIteration):
        next(answers)


def test_a_worker_that_can_not_be_started_is_said(tmp_path):
    with pytest.raises(IncompleteError, match="could not be started") as raised:
        list(run_workers(Stillborn(tmp_path), [("a",)], jobs=1))
    assert "--jobs" in raised.value.hint
