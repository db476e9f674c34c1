# ruff: noqa: SLF001 - what is tried again is decided by private functions; tests/system has real processes
import sys
from collections import deque

from sekisho.model import Unreadable
from sekisho.store import workers


def after(task, reason=Unreadable.DECODER_CRASH):
    waiting: deque = deque()
    return list(workers._lost(task, waiting, reason)), [t.pieces for t in waiting]


def test_a_task_of_several_pieces_is_done_again_piece_by_piece():
    assert after(workers._Task(pieces=("a", "b"))) == ([], [("a",), ("b",)])
    assert after(workers._Task(pieces=("a", "b")), Unreadable.TIMEOUT) == ([], [("a",), ("b",)])


def test_a_piece_is_lost_at_the_second_death():
    task = workers._Task(pieces=("a",))
    assert after(task) == ([], [("a",)])
    assert after(task) == ([(("a",), workers.Lost(Unreadable.DECODER_CRASH))], [])


def test_a_piece_that_hangs_is_lost_at_once():
    assert after(workers._Task(pieces=("a",)), Unreadable.TIMEOUT) == (
        [(("a",), workers.Lost(Unreadable.TIMEOUT))],
        [],
    )


def test_progress_resets_the_clock_and_its_lack_is_noticed(monkeypatch):
    worker = workers._Worker(process=None, wire=None, place=[5, 0, 0], since=0.0)
    monkeypatch.setattr(workers.time, "monotonic", lambda: 100.0)
    assert not workers._is_stuck(worker, 10)
    monkeypatch.setattr(workers.time, "monotonic", lambda: 111.0)
    assert workers._is_stuck(worker, 10)
    worker.place[0] = 6
    assert not workers._is_stuck(worker, 10)


def test_the_main_module_is_hidden_only_for_a_moment():
    main = sys.modules["__main__"]
    with workers._without_main():
        assert not hasattr(sys.modules["__main__"], "__file__")
    assert sys.modules["__main__"] is main
