import json
from pathlib import Path

import pytest

from sekisho.store.signals import open_signal_snapshot

VECTOR = json.loads((Path(__file__).parent / "vectors" / "signals" / "snapshot.json").read_text())


@pytest.fixture
def snapshot(tmp_path):
    path = tmp_path / "000001.signals"
    path.write_bytes(bytes.fromhex(VECTOR["part"]))
    return open_signal_snapshot(path)


def test_the_digests_are_as_published(snapshot):
    assert snapshot.digest == VECTOR["snapshot_digest"]
    assert [digest for _, _, digest in snapshot.parts] == [VECTOR["part_digest"]]


@pytest.mark.parametrize("wanted", VECTOR["copies"], ids=lambda one: one["url"])
def test_every_copy_is_as_published(snapshot, wanted):
    (kept,) = snapshot.kept(wanted["url"])
    assert {
        "url": kept.copy.url,
        "captured": kept.copy.captured.isoformat(),
        "reached": kept.copy.reached,
        "status": kept.status,
        "why": kept.why,
        "body": kept.copy.body.decode(),
    } == wanted
