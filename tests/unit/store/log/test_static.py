import base64

import pytest

from sekisho.errors import EvidenceError, NotFoundError
from sekisho.ledger.note import parse_vkey
from sekisho.ledger.proof import verify_proof
from sekisho.ledger.schemes import key_hash
from sekisho.ledger.tree import verify_consistency
from sekisho.ledger.witnessing import Admitted, Request, admit, encode_request
from sekisho.store.log.static import StaticLog
from tests.stored_logs import entries, entry, expected, new_log


@pytest.fixture
def log(tmp_path):
    made = new_log(tmp_path / "log")
    made.append_all(entries(0, 600))
    made.publish()
    return StaticLog(made.path, parse_vkey(made.vkey))


def test_entries_are_read_from_bundles(log):
    for start, stop in ((0, 1), (250, 260), (255, 256), (256, 257), (590, 700), (600, 601)):
        assert list(log.entries(start, stop)) == entries(start, min(stop, 600))


def test_the_first_hashes_and_entries_of_a_full_tile_stand_for_a_partial_one(log):
    assert log.stored(0, 0, 3) == log.stored(0, 0, 256)[:96]
    assert log.stored(-1, 0, 2) == b"".join(len(e).to_bytes(2) + e for e in entries(0, 2))


def test_a_tile_that_is_nowhere(log):
    with pytest.raises(EvidenceError, match=r"tile/0/007.p/3 is missing"):
        log.stored(0, 7, 3)


def test_an_empty_folder(tmp_path, log):
    empty = StaticLog(tmp_path, log.key)
    assert empty.head() == expected(0)
    with pytest.raises(NotFoundError):
        empty.checkpoint()


def test_no_proof_of_consistency_from_tiles_that_do_not_lead_to_the_checkpoint(log):
    tile = log.path / "tile/0/001"
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
    for new in (300, 600):
        with pytest.raises(EvidenceError):
            log.consistency(257, new)


def test_roots_of_earlier_sizes(log):
    assert log.root_at(257, 600) == expected(257).root
    proof = log.consistency(257, 600)
    verify_consistency(257, 600, proof, expected(257).root, expected(600).root)
    assert entry(3) in list(log.entries(0, 9))


def strange_lines(name):
    """Signatures of types that nobody here knows, under the log's name and another: ML-DSA-44 for one."""
    for kind, length in ((0x06, 8 + 2420), (0xFF, 1), (0x02, 71)):
        for signer in (name, "witness.example/pq"):
            known = key_hash(signer, kind, bytes(1312))
            blob = base64.b64encode(known + bytes([kind]) * length)
            yield f"\u2014 {signer} ".encode() + blob + b"\n"


def test_signatures_of_unknown_types_beside_ours_disturb_nobody(tmp_path):
    """C2SP signed-note: they are passed over, by the log's owner, readers, receipts and witnesses."""
    log = new_log(tmp_path / "log")
    log.append_all(entries(0, 3))
    note = log.publish() + b"".join(strange_lines(log.origin))
    (log.path / "checkpoint").write_bytes(note)
    assert log.static.head() == expected(3)
    keys = [parse_vkey(log.vkey)]
    assert verify_proof(log.prove(1), entry(1), keys, origin=log.origin) == (1, expected(3))
    body = encode_request(Request(old=0, proof=(), checkpoint=note))
    assert isinstance(admit(body, {log.origin: keys}), Admitted)
    assert log.append(entry(3)) == 3
    only = note[: note.index(b"\n\n") + 2] + b"".join(strange_lines(log.origin))
    with pytest.raises(EvidenceError, match="does not hold"):
        log.static.opened(only)
