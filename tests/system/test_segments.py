"""One process publishes, is killed and begins again; a reader always finds a whole edition."""

import multiprocessing
import random
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest

from sekisho.errors import NotFoundError
from sekisho.store.snapshot_file import SnapshotFile, remember_edition
from tests.counts import count
from tests.publishing import publish_forever
from tests.world import NOW, World

ROUNDS = count(2, 40)


@pytest.fixture
def file(tmp_path, monkeypatch):
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return SnapshotFile(
        path=tmp_path / "s.snapshot",
        trusted=frozenset({World().registry.key}),
        now=NOW,
        max_age=timedelta(days=30),
    )


@contextmanager
def publisher(path, edition):
    """Run a publisher and kill it at the end of the block, whatever it is doing."""
    process = multiprocessing.get_context("spawn").Process(target=publish_forever, args=(path, edition))
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join()


def follow(file, opened, begin, seconds):
    """Read again and again, until some time after the first edition of a new publisher; never go back."""
    end = None
    while end is None or time.monotonic() < end:
        try:
            newest = file.open() if opened is None else file.advance(opened)
        except NotFoundError:
            assert opened is None
            continue
        assert opened is None or newest.head.edition >= opened.head.edition
        opened = newest
        remember_edition(opened)
        if end is None and opened.head.edition >= begin:
            end = time.monotonic() + seconds
    return opened


def test_a_file_that_is_published_over_and_over_is_never_seen_by_halves(file):
    chance = random.Random(1)  # noqa: S311 - lengths of time
    opened = None
    for begin in range(1000, 1000 * (ROUNDS + 1), 1000):
        with publisher(file.path, begin):
            opened = follow(file, opened, begin, 0.5 + chance.random())
        assert file.open().head.edition >= opened.head.edition
    assert opened.head.edition >= 1000 * ROUNDS
