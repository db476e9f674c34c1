"""Rules of every test run: no network but this machine, nothing of the user's is touched, no chance."""

import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from sekisho.store import clock
from sekisho.store.kernels import kernels_dir
from tests.counts import DAYS_AHEAD, SOAK

# Before anything imports numba, as the command line does: kernels are compiled once per machine.
os.environ.setdefault("NUMBA_CACHE_DIR", str(kernels_dir()))

# Started in the background by a shell, a process ignores Ctrl-C, and all that it starts do too.
signal.signal(signal.SIGINT, signal.default_int_handler)

LOOPBACK = ("127.0.0.1", "::1", "localhost")
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)

settings.register_profile(
    "ci", derandomize=True, database=None, deadline=None, max_examples=100, suppress_health_check=SLOW
)
settings.register_profile(
    "soak", database=None, deadline=None, max_examples=2_000, print_blob=True, suppress_health_check=SLOW
)
settings.load_profile("soak" if SOAK else "ci")

_refused: set[str] = set()


def _is_local(event: str, args: tuple[object, ...]) -> bool:
    """Tell whether a socket event stays on this machine; other events are not local."""
    if event == "socket.getaddrinfo":
        return args[0] in (None, "", *LOOPBACK)
    if event in {"socket.connect", "socket.bind", "socket.sendto"}:
        address = args[1]
        return not isinstance(address, tuple) or address[0] in LOOPBACK
    return False


def _watch(event: str, args: tuple[object, ...]) -> None:
    """Refuse what the running test may not do. An audit hook sees C code too, a patched name does not."""
    if event in _refused:
        raise AssertionError(f"a unit test may not do this: {event}")
    if event.startswith("socket.") and event in _NETWORK and not _is_local(event, args):
        raise AssertionError(f"a test may not leave this machine: {event} {args[1:]}")


_NETWORK = frozenset({"socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo"})
sys.addaudithook(_watch)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[object]:
    """Count the tests among what is never garbage: with 18,000, every full collection takes 0.4 s."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@contextmanager
def refusing(*events: str) -> Iterator[None]:
    """Refuse audit events inside the block, in every thread."""
    _refused.update(events)
    try:
        yield
    finally:
        _refused.difference_update(events)


@pytest.fixture
def refuse():
    """Give a test the means to forbid audit events."""
    return refusing


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every test a home of its own and a terminal in English: nothing of the user is seen or changed."""
    monkeypatch.setenv("SEKISHO_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.delenv("COLUMNS", raising=False)
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


class Later(datetime):
    """A clock that is days ahead."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        """Return the time then."""
        return datetime.now(tz) + timedelta(days=DAYS_AHEAD)


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tests run on another day: what holds only today would fail one morning."""
    if DAYS_AHEAD:
        monkeypatch.setattr(clock, "datetime", Later)


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root of the checkout."""
    return Path(__file__).resolve().parent.parent
