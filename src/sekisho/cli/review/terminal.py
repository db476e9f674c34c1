"""The thin loop between a terminal and the review screen: keys in, lines out, wishes to the desk."""

import codecs
import os
import select
import shutil
import sys
import termios
import tty
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from sekisho.cli.review.screen import Screen, Wish, lines, press

__all__ = ["read_key", "run_screen", "terminal"]

KEYS = {
    "\x1b[A": "up",
    "\x1bOA": "up",
    "\x1b[B": "down",
    "\x1bOB": "down",
    "\x1b[5~": "page_up",
    "\x1b[6~": "page_down",
    "\x1b": "escape",
    "\r": "enter",
    "\n": "enter",
    "\x7f": "backspace",
    "\b": "backspace",
}
ESCAPE_SECONDS = 0.05
"""An escape key that is followed by nothing for so long stands for itself."""
_LONGEST = 8


def read_key(read: Callable[[], bytes], more: Callable[[], bool]) -> str:
    """Return the next key: a character, the name of a key, or empty at the end of the input.

    Args:
        read: returns one byte; none at the end.
        more: tells whether another byte follows at once.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    found = ""
    while not found:
        byte = read()
        if not byte:
            return ""
        found = decoder.decode(byte)
    while found.startswith("\x1b") and len(found) < _LONGEST and more():
        found += read().decode("latin-1")
        if found in KEYS or (found[-1].isalpha() and found[-1] != "O") or found[-1] == "~":
            break
    return KEYS.get(found, found if len(found) == 1 else "unknown")


@contextmanager
def terminal() -> Iterator[Callable[[], str]]:
    """Read single keys on a second page of the terminal; put everything back at the end, however it comes."""
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    sys.stdout.write("\x1b[?1049h\x1b[?25l")
    try:
        tty.setcbreak(descriptor)
        yield lambda: read_key(
            lambda: os.read(descriptor, 1),
            lambda: bool(select.select([descriptor], [], [], ESCAPE_SECONDS)[0]),
        )
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
        sys.stdout.write("\x1b[?25h\x1b[?1049l")
        sys.stdout.flush()


def _draw(shown: Sequence[str]) -> None:
    sys.stdout.write("\x1b[H" + "".join(f"{line}\x1b[K\r\n" for line in shown[:-1]))
    sys.stdout.write(f"{shown[-1]}\x1b[K\x1b[J")
    sys.stdout.flush()


def run_screen(
    screen: Screen, key: Callable[[], str], grant: Callable[[Screen, Wish], Screen], lang: str
) -> None:
    """Show the screen until its user leaves or the input ends.

    Args:
        screen: where to begin.
        key: returns the next key; empty at the end.
        grant: does what the user asked for, and returns the screen after it.
        lang: `ja` or `en`.
    """
    while True:
        size = shutil.get_terminal_size()
        _draw(lines(screen, size.columns, size.lines - 1, lang))
        pressed = key()
        if not pressed:
            return
        screen, wish = press(screen, pressed, lang)
        if wish is not None and wish.what == "quit":
            return
        if wish is not None:
            screen = grant(replace(screen, message=""), wish)
