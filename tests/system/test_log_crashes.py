"""A power failure after any write: nothing acknowledged is lost, nothing signed is taken back."""

import random

import pytest

from sekisho.errors import InputError, SekishoError
from sekisho.ledger.checkpoint import decode_checkpoint
from sekisho.ledger.tree import leaf_hash, leaf_reader, tree_root
from sekisho.store.log import LocalLog, disk
from sekisho.store.log.fsck import fsck
from sekisho.store.log.static import CHECKPOINT
from tests.counts import count
from tests.crashing import ENDS, Recording, replay
from tests.keys import SeededKey
from tests.stored_logs import ORIGIN, entries, entry, head

PREFIXES = count(40, 100_000)
SIGNS = "signed"
ACKNOWLEDGED = "acknowledged"


class Witnessed(SeededKey):
    """A key that records each head that it signs: from then on somebody may have it."""

    def __init__(self, recording):
        super().__init__("log")
        self.recording = recording

    def sign(self, message):
        try:
            signed = decode_checkpoint(message)
        except InputError:
            signed = None
        self.recording.mark(SIGNS, signed)
        return super().sign(message)


def opened(root, signer):
    return LocalLog(root / "log", signer, ORIGIN, high_water=root / "keys" / "log.high-water")


@pytest.fixture
def recording(tmp_path, monkeypatch):
    """A life of a log: single entries, batches, across a full tile, and its files made anew."""
    made = Recording(tmp_path / "lived")
    made.root.mkdir()
    with monkeypatch.context() as patch:
        made.patch(patch)
        log, number = opened(made.root, Witnessed(made)), 0
        for step in (1, 1, 250, 3, 1, 1, 300):
            if step == 1:
                log.append(entry(number))
            else:
                log.append_all(entries(number, number + step))
            number += step
            made.mark(ACKNOWLEDGED, number)
            if step == 3:
                log.publish()
                log.close()
                log = opened(made.root, Witnessed(made))
        log.publish()
        log.close()
    return made


def told(recording, number, what):
    return [more for kind, _, more in recording.events[:number] if kind == what]


def recovers(recording, number, end, root):
    """Crash after so many events, look at what is there, go on, and compare with all that was told."""
    replay(recording, number, end, "log", root)
    acknowledged = max(told(recording, number, ACKNOWLEDGED), default=0)
    log = opened(root, SeededKey("log"))
    if (log.path / CHECKPOINT).exists():
        fsck(log.static)
    before = log.static.head()
    next_index = log.append(entry(acknowledged + 10_000))
    assert next_index >= acknowledged
    stored = list(log.static.entries(0, next_index + 1))
    assert stored[:acknowledged] == entries(0, acknowledged)
    assert fsck(log.static) == head(log)
    read = leaf_reader([leaf_hash(data) for data in stored])
    for signed in (*told(recording, number, SIGNS), before):
        assert tree_root(read, signed.size) == signed.root
    log.close()


def test_a_crash_after_any_write(recording, tmp_path, monkeypatch):
    monkeypatch.setattr(disk.os, "fsync", lambda _descriptor: None)
    cases = [(number, end) for number in range(len(recording.events) + 1) for end in ENDS]
    assert len(cases) > 500
    for number, end in random.Random(5).sample(cases, min(PREFIXES, len(cases))):  # noqa: S311
        root = tmp_path / f"{number}-{end}"
        root.mkdir()
        recovers(recording, number, end, root)


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_the_replay_notices_a_sync_that_is_left_out(recording, tmp_path, monkeypatch, kind):
    """The test above can fail: without the syncs of files or folders it does."""
    monkeypatch.setattr(disk.os, "fsync", lambda _descriptor: None)
    folders = {path for what, path, _ in recording.events if what == "mkdir"} | {".", "log"}
    left_out = [
        event
        for event in recording.events
        if event[0] != "sync" or (event[1] in folders) is not (kind == "folder")
    ]
    recording.events[:] = left_out
    with pytest.raises((SekishoError, AssertionError)):
        recovers(recording, len(left_out), "torn" if kind == "file" else "lost", tmp_path)
