import os

import pytest

from sekisho.store.log import sequence


@pytest.fixture(autouse=True)
def _no_fsync(monkeypatch):
    """Nobody pulls the plug in these tests; tests/system does."""
    for name in ("fsync", "fdatasync"):
        monkeypatch.setattr(os, name, lambda _descriptor: None)
    monkeypatch.setattr(sequence, "PRAGMAS", ("journal_mode = WAL", "synchronous = OFF"))
