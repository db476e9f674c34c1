"""Another implementation of C2SP reads what we write, and we what it writes.

`aics-tlog` (Apache-2.0) needs Python 3.12; without it this is skipped, and the vectors of
test_tlog.py are still checked.
"""

from datetime import UTC, datetime

import pytest

from sekisho.ledger.cosignature import cosign
from sekisho.ledger.note import parse_note, signature_line
from sekisho.ledger.policy import parse_policy, witnessed
from tests.keys import SeededKey
from tests.logs import Growing, static, witness_key

oracle = pytest.importorskip("aics_tlog", reason="the oracle aics-tlog needs Python 3.12")
pytest.importorskip("aics_tlog.writer")

LOG = Growing(count=600)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
POLICY = f"log {LOG.key.vkey}\nwitness w {witness_key('w').vkey}\nquorum w\n".encode()


def our_note(size=600):
    mark = cosign(parse_note(LOG.note(size)).text, "w.example", SeededKey("w"), NOW)
    return LOG.note(size) + signature_line(mark)


def test_it_accepts_our_cosigned_checkpoint():
    note = oracle.note.parse_note(our_note())
    log, witness = map(oracle.note.parse_vkey, (LOG.key.vkey, witness_key("w").vkey))
    found = oracle.checkpoint.verify_checkpoint(
        note, log, [witness], 1, expected_origin=LOG.origin, max_age_seconds=60, now=SECONDS
    )
    assert found.ok
    other = oracle.note.parse_vkey(witness_key("x").vkey)
    assert not oracle.checkpoint.verify_checkpoint(note, log, [other], 1).ok


def test_we_accept_its_cosignature():
    head = LOG.head(600)
    private = SeededKey("w")._private  # noqa: SLF001 - the key itself is asked for
    _, line = oracle.cosign.sign_cosignature(private, "w.example", SECONDS, head.origin, head.size, head.root)
    ours = parse_note(our_note()).signatures[1]
    assert (line.name, line.key_id, line.signature) == (ours.name, ours.hash, ours.signature)
    assert witnessed(our_note(), parse_policy(POLICY)).met


@pytest.mark.parametrize("size", [1, 255, 256, 257, 512, 600])
def test_it_writes_the_same_files(size):
    store = oracle.writer.MemoryTileStore()
    writer = oracle.writer.IncrementalTileWriter(store, prune_partials=False)
    writer.append(LOG.entries[:size])
    assert writer.root() == LOG.head(size).root
    files = static(LOG, size)
    full = {name: data for name, data in files.items() if ".p/" not in name and name != "checkpoint"}
    for name, data in full.items():
        assert store.read(name) == data
