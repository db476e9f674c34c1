"""Ctrl-C that is heard wherever it comes: never lost, never a traceback.

While numba loads or compiles a kernel, LLVM calls back into Python, and an exception can not pass through
it: CPython would print a traceback, go on, and the kernel would have no code. And between two lines of
llvmlite it can be open who frees what: the process would end with a double free. A worker whose start is
broken off would complain that it was told nothing. So an interrupt in there is put off, and one that was
lost elsewhere (in a finalizer) is sent again.
"""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

__all__ = ["hear_interrupts"]

_NOT_IN = ("llvmlite.binding", "multiprocessing.popen_")
"""Modules in whose functions nothing may be broken off, by the beginnings of their names."""
_AGAIN_SECONDS = 0.02


def _again() -> None:
    signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)


def _interrupt(_: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt, or try again soon if LLVM is at work or a worker is being started."""
    while frame is not None:
        if str(frame.f_globals.get("__name__")).startswith(_NOT_IN):
            _again()
            return
        frame = frame.f_back
    raise KeyboardInterrupt


@contextmanager
def hear_interrupts() -> Iterator[None]:
    """Raise KeyboardInterrupt at a place from which it gets through.

    Changes nothing outside the main thread, and where somebody else has taken the signal.
    """
    here = threading.current_thread() is threading.main_thread()
    if not here or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    hook = sys.unraisablehook

    def lost(what: "UnraisableHookArgs") -> None:
        if issubclass(what.exc_type, KeyboardInterrupt):
            _again()
        else:
            hook(what)

    alarm = signal.signal(signal.SIGALRM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)
    sys.unraisablehook = lost
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.unraisablehook = hook
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGALRM, alarm)
