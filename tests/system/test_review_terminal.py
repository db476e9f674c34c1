"""A reviewer at a real terminal: keys go in through a pty, the run is sealed at the end, and after a kill."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sekisho.audit.verify import verify_run
from sekisho.cli.app import main
from tests.review_run import make_review_run

SOURCE = Path(__file__).resolve().parents[2] / "src"
SECONDS = 60
ENTER, UP, ESCAPE = "\r", "\x1b[A", "\x1b"


class Terminal:
    """`sekisho review` with its standard streams on a pty of 100 x 30."""

    def __init__(self, run, *words):
        self.main, other = pty.openpty()
        os.set_blocking(self.main, False)
        size = {"COLUMNS": "100", "LINES": "30", "TERM": "xterm", "PYTHONPATH": str(SOURCE)}
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "sekisho", "review", str(run), "--lang", "en", *words],
            stdin=other,
            stdout=other,
            stderr=other,
            env=os.environ | size,
            start_new_session=True,
        )
        os.close(other)
        self.seen = ""

    def wait_for(self, words):
        """Read until something new stands on the screen."""
        until = time.monotonic() + SECONDS
        while words not in self.seen:
            assert time.monotonic() < until, f"{words!r} never came: {self.seen[-2000:]!r}"
            self._read(0.2)
        self.seen = ""

    def _read(self, seconds):
        if select.select([self.main], [], [], seconds)[0]:
            try:
                self.seen += os.read(self.main, 1 << 16).decode(errors="replace")
            except OSError:
                return False
        return True

    def press(self, keys):
        os.write(self.main, keys.encode())

    def end(self):
        """Wait for the end; return the exit code and what was said after the screen was left."""
        until = time.monotonic() + SECONDS
        while self._read(0.1) and (self.process.poll() is None) and time.monotonic() < until:
            pass
        code = self.process.wait(SECONDS)
        while select.select([self.main], [], [], 0)[0] and self._read(0):
            pass
        os.close(self.main)
        return code, re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.seen.rpartition("\x1b[?1049l")[2])


@pytest.fixture
def made(tmp_path):
    return make_review_run(tmp_path)


def test_a_sitting_decides_takes_back_and_is_sealed_at_the_end(made):
    screen = Terminal(made.run)
    screen.wait_for("9 of 9 items are on hold")
    screen.press("f" + "not the same drawing" + ENTER)
    screen.wait_for("Kept")
    screen.press("n" + "b" + UP + ENTER)
    screen.wait_for("excluded by review")
    screen.press("u")
    screen.wait_for("taken back")
    screen.press("a" + "ロゴ" + ENTER)
    screen.wait_for("Kept")
    assert verify_run(made.files).reviews is None
    screen.press("?")
    screen.wait_for("Pictures are never shown")
    screen.press("xq")
    code, said = screen.end()
    assert code == 1
    assert "Reviewed and sealed: 6 passed, 4 on hold, 1 excluded" in said
    reviews = verify_run(made.files).reviews
    assert [review.reason for review in reviews.book.reviews] == [
        "not the same drawing",
        "not the same drawing",
        "taken back",
        "ロゴ",
    ]
    assert len(reviews.reviewed.added) == 5
    assert made.files.read("false-matches.jsonl").count(b"\n") == 1


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_what_was_kept_before_a_crash_is_sealed_by_the_next_review(made, how):
    screen = Terminal(made.run)
    screen.wait_for("9 of 9 items are on hold")
    screen.press("a" + "ours" + ENTER)
    screen.wait_for("Kept")
    os.kill(screen.process.pid, how)
    assert screen.end()[0] == (-how if how == signal.SIGKILL else 130)
    assert verify_run(made.files).reviews is None
    assert main(["review", str(made.run), "--lang", "en"]) == 1
    assert len(verify_run(made.files).reviews.reviewed.added) == 3


def test_a_second_reviewer_has_to_wait(made, capsys):
    screen = Terminal(made.run)
    screen.wait_for("9 of 9 items are on hold")
    assert main(["review", str(made.run)]) == 2
    assert "at work" in capsys.readouterr().err
    screen.press(ESCAPE)
    assert screen.end()[0] == 1
    assert main(["review", str(made.run)]) == 1
