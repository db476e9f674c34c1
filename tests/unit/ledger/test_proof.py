from datetime import UTC, datetime

import pytest

from sekisho.errors import EvidenceError, InputError
from sekisho.ledger.checkpoint import Checkpoint, sign_checkpoint
from sekisho.ledger.cosignature import cosign
from sekisho.ledger.note import NoteKey, parse_note, signature_line
from sekisho.ledger.policy import parse_policy
from sekisho.ledger.proof import MAX_PROOF, LogProof, decode_proof, encode_proof, verify_proof
from sekisho.ledger.tree import inclusion_proof, leaf_hash, leaf_reader, node_hash, tree_root
from tests.keys import SeededKey
from tests.logs import witness_key

SIGNER = SeededKey("log")
ORIGIN = "log.example/one"
KEY = NoteKey(name=ORIGIN, key=SIGNER.key)
ENTRIES = [b"entry %d" % i for i in range(7)]
READ = leaf_reader([leaf_hash(entry) for entry in ENTRIES])
HEAD = Checkpoint(origin=ORIGIN, size=7, root=tree_root(READ, 7))
PROOF = LogProof(index=4, hashes=inclusion_proof(READ, 4, 7), checkpoint=sign_checkpoint(HEAD, SIGNER))
TEXT = encode_proof(PROOF)
FIRST = TEXT.split(b"\n")[2]


def verify(data, entry=ENTRIES[4]):
    return verify_proof(data, entry, [KEY], origin=ORIGIN)


def test_a_receipt_holds():
    assert TEXT.startswith(b"c2sp.org/tlog-proof@v1\nindex 4\n")
    assert TEXT.endswith(b"\n\n" + PROOF.checkpoint)
    assert decode_proof(TEXT) == PROOF
    assert verify(TEXT) == (4, HEAD)


def test_a_log_of_one_has_a_receipt_without_hashes():
    head = Checkpoint(origin=ORIGIN, size=1, root=leaf_hash(b"only"))
    text = encode_proof(LogProof(index=0, hashes=(), checkpoint=sign_checkpoint(head, SIGNER)))
    assert b"index 0\n\nlog.example" in text
    assert verify(text, b"only") == (0, head)


def test_extra_is_kept_but_proves_nothing():
    with_extra = LogProof(index=4, hashes=PROOF.hashes, checkpoint=PROOF.checkpoint, extra=ENTRIES[4])
    assert decode_proof(encode_proof(with_extra)) == with_extra
    assert verify(encode_proof(with_extra)) == (4, HEAD)
    with pytest.raises(EvidenceError):
        verify(encode_proof(with_extra), b"another entry")


def test_an_inner_node_is_not_an_entry():
    left, right = leaf_hash(ENTRIES[4]), leaf_hash(ENTRIES[5])
    inner = LogProof(index=2, hashes=PROOF.hashes[1:], checkpoint=PROOF.checkpoint)
    assert node_hash(left, right) == READ(1, 2)
    with pytest.raises(EvidenceError):
        verify(encode_proof(inner), left + right)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        TEXT.replace(b"@v1", b"@v2"),
        TEXT.replace(b"\n", b"\r\n"),
        b"\n" + TEXT,
        TEXT.replace(b"index 4", b"index 04"),
        TEXT.replace(b"index 4", b"index +4"),
        TEXT.replace(b"index 4", "index \u0664".encode()),
        TEXT.replace(b"index 4", b"index 9223372036854775808"),
        TEXT.replace(b"index 4", b"index  4"),
        TEXT.replace(b"index 4\n", b""),
        TEXT.replace(b"index 4\n", b"index 4\nindex 4\n"),
        TEXT.replace(b"index 4", b"index 4\nextra AAAA"),
        TEXT.replace(b"index 4", b"extra AAAA\nextra AAAA\nindex 4"),
        TEXT.replace(b"index 4", b"extra AB==\nindex 4"),
        TEXT.replace(FIRST, FIRST[:-4]),
        TEXT.replace(FIRST, FIRST[:-1] + b"A"),
        TEXT.replace(FIRST, FIRST[:-2] + bytes([FIRST[-2] + 1]) + b"="),
        TEXT.replace(FIRST, FIRST + b" "),
        TEXT.replace(b"index 4\n", b"index 4\n" + (FIRST + b"\n") * 61),
        TEXT.partition(b"\n\n")[0],
        TEXT.partition(b"\n\n")[0] + b"\n\n",
        TEXT + b"x" * MAX_PROOF,
    ],
)
def test_what_is_not_a_receipt(data):
    with pytest.raises(InputError):
        decode_proof(data)
    with pytest.raises(EvidenceError):
        verify(data)


@pytest.mark.parametrize(
    "data",
    [
        TEXT.replace(b"index 4", b"index 5"),
        TEXT.replace(b"index 4", b"index 7"),
        TEXT.replace(b"index 4", b"index 9223372036854775807"),
        TEXT.replace(FIRST + b"\n", b""),
        TEXT.replace(FIRST, FIRST + b"\n" + FIRST),
        TEXT.replace(b"\n7\n", b"\n8\n"),
        TEXT.replace(b"\n7\n", b"\n07\n"),
        TEXT + b"trailing\n",
        TEXT + TEXT.rpartition(b"\n\n")[2],
        TEXT.rpartition(b"\n\n")[0] + b"\n\n",
        TEXT.replace(b"\n\nlog.example/one", b"\n\nlog.example/two"),
    ],
)
def test_a_receipt_that_does_not_hold(data):
    assert data != TEXT
    with pytest.raises(EvidenceError):
        verify(data)


def test_a_receipt_of_another_log_or_key_does_not_hold():
    with pytest.raises(EvidenceError):
        verify_proof(TEXT, ENTRIES[4], [KEY], origin="log.example/two")
    with pytest.raises(EvidenceError):
        verify_proof(TEXT, ENTRIES[4], [], origin=ORIGIN)


WITNESS = SeededKey("w")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
LINE = signature_line(cosign(parse_note(PROOF.checkpoint).text, "w.example", WITNESS, NOW))
NAMED = f"witness w {witness_key('w').vkey}\nquorum w\n"
POLICY = parse_policy(f"log {KEY.vkey}\n{NAMED}".encode())


def test_a_receipt_is_checked_by_a_policy():
    assert verify_proof(TEXT + LINE, ENTRIES[4], policy=POLICY) == (4, HEAD)
    assert verify_proof(TEXT + LINE, ENTRIES[4], [KEY], origin=ORIGIN, policy=POLICY) == (4, HEAD)
    with pytest.raises(EvidenceError, match="too few witnesses"):
        verify_proof(TEXT, ENTRIES[4], policy=POLICY)
    with pytest.raises(EvidenceError, match="does not lead"):
        verify_proof(TEXT + LINE, ENTRIES[3], policy=POLICY)


def test_a_policy_does_not_replace_what_the_caller_knows():
    other = NoteKey(name=ORIGIN, key=SeededKey("other").key)
    with pytest.raises(EvidenceError):
        verify_proof(TEXT + LINE, ENTRIES[4], [other], origin=ORIGIN, policy=POLICY)
    with pytest.raises(EvidenceError, match="not of"):
        verify_proof(TEXT + LINE, ENTRIES[4], origin="log.example/two", policy=POLICY)
    with pytest.raises(EvidenceError, match="no log is named"):
        verify_proof(TEXT + LINE, ENTRIES[4], [KEY], policy=POLICY)


def test_a_policy_without_a_log_needs_the_caller_s():
    policy = parse_policy(NAMED.encode())
    assert verify_proof(TEXT + LINE, ENTRIES[4], [KEY], origin=ORIGIN, policy=policy) == (4, HEAD)
    for missing in ({}, {"origin": ORIGIN}, {"keys": [KEY]}):
        with pytest.raises(EvidenceError):
            verify_proof(TEXT + LINE, ENTRIES[4], policy=policy, **missing)
    with pytest.raises(EvidenceError, match="no log is named"):
        verify_proof(TEXT, ENTRIES[4], [KEY])
