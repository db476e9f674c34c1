import hashlib

import pytest

from sekisho.errors import EvidenceError
from sekisho.ledger.prefix import (
    MAX_PROOF,
    MapProof,
    Node,
    encode_absence,
    encode_presence,
    inner_hash,
    map_leaf,
    map_proof,
    map_root,
    shared_bits,
    verify_absent,
    verify_present,
    walk,
)
from sekisho.ledger.tree import EMPTY_ROOT


def digest(*words):
    return hashlib.sha256("/".join(map(str, words)).encode()).digest()


PAIRS = sorted((digest("key", n), digest("value", n)) for n in range(40))
ROOT = map_root(map_leaf(*pair) for pair in PAIRS)
KEY, VALUE = PAIRS[11]
MISSING = digest("nobody")
PRESENT = encode_presence(map_proof(PAIRS, KEY))
ABSENT = encode_absence(map_proof(PAIRS, MISSING))


def test_a_leaf_and_an_inner_node_are_hashed_apart():
    assert map_leaf(KEY, VALUE).hash == hashlib.sha256(b"\x00\x20" + KEY + b"\x20" + VALUE).digest()
    assert inner_hash(5, KEY, VALUE) == hashlib.sha256(b"\x01\x05" + KEY + VALUE).digest()
    assert inner_hash(255, KEY, VALUE) == hashlib.sha256(b"\x01\xff\x01" + KEY + VALUE).digest()


def test_the_first_bit_is_the_highest():
    assert shared_bits(bytes(32), b"\x80" + bytes(31)) == 0
    assert shared_bits(bytes(32), b"\x01" + bytes(31)) == 7
    assert shared_bits(bytes(32), bytes(31) + b"\x01") == 255
    assert shared_bits(KEY, KEY) == 256


def test_two_keys_make_one_inner_node():
    low, high = map_leaf(bytes(32), VALUE), map_leaf(b"\x40" + bytes(31), VALUE)
    assert map_root([low, high]) == inner_hash(1, low.hash, high.hash)


def test_an_empty_map_has_the_root_of_nothing():
    assert map_root([]) == EMPTY_ROOT
    assert map_proof([], KEY) is None
    verify_absent(EMPTY_ROOT, KEY, b"")


@pytest.mark.parametrize("keys", [(KEY, KEY), (b"\xff" * 32, KEY)])
def test_keys_out_of_order_make_no_map(keys):
    with pytest.raises(ValueError, match="in order"):
        map_root(Node(key, VALUE) for key in keys)


@pytest.mark.parametrize("pair", [(KEY[:31], VALUE), (KEY, VALUE + b"x"), (b"", b"")])
def test_keys_and_values_have_32_bytes(pair):
    with pytest.raises(ValueError, match="32 bytes"):
        map_leaf(*pair)


def test_subtrees_stand_for_their_leaves():
    halves = [[p for p in PAIRS if (p[0][0] >> 7) == bit] for bit in (0, 1)]
    nodes = [Node(half[0][0], map_root(map_leaf(*pair) for pair in half)) for half in halves]
    assert map_root(nodes) == ROOT
    place, steps = walk(nodes, KEY)
    assert (place, steps) == (KEY[0] >> 7, ((0, nodes[1 - place].hash),))


def test_what_is_there_is_proven_present():
    for key, value in PAIRS:
        verify_present(ROOT, key, value, encode_presence(map_proof(PAIRS, key)))


def test_what_is_not_there_is_proven_absent():
    for number in range(60):
        key = digest("absent", number)
        verify_absent(ROOT, key, encode_absence(map_proof(PAIRS, key)))


def test_no_key_is_proven_both_ways():
    own = MapProof(KEY, VALUE, map_proof(PAIRS, KEY).steps)
    with pytest.raises(EvidenceError, match="ends at the key itself"):
        verify_absent(ROOT, KEY, encode_absence(own))
    for key, value in PAIRS:
        other = MapProof(key, value, map_proof(PAIRS, key).steps)
        if key != KEY:
            with pytest.raises(EvidenceError, match="turns elsewhere"):
                verify_absent(ROOT, KEY, encode_absence(other))


def test_a_proof_is_for_its_own_value_key_and_root():
    with pytest.raises(EvidenceError, match="does not lead"):
        verify_present(ROOT, KEY, digest("another value"), PRESENT)
    with pytest.raises(EvidenceError, match="does not lead"):
        verify_present(ROOT, PAIRS[12][0], VALUE, PRESENT)
    with pytest.raises(EvidenceError, match="does not lead"):
        verify_present(digest("another root"), KEY, VALUE, PRESENT)
    with pytest.raises(EvidenceError, match="not empty"):
        verify_absent(ROOT, MISSING, b"")


def test_a_proof_of_presence_is_none_of_absence_and_the_other_way_round():
    with pytest.raises(EvidenceError):
        verify_absent(ROOT, KEY, PRESENT)
    with pytest.raises(EvidenceError):
        verify_present(ROOT, MISSING, VALUE, ABSENT)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda proof: proof[:-1], "cut short"),
        (lambda proof: proof + b"\x00", "cut short"),
        (lambda proof: proof[:33] + proof, "do not fall"),
        (lambda proof: proof[33:66] + proof[:33] + proof[66:], "do not fall"),
        (lambda proof: proof[:33] + proof[:33] + proof[33:], "do not fall"),
        (lambda proof: b"\xff\x02" + proof[1:], "no bit"),
        (lambda proof: b"\x85\x00" + proof[1:], "no bit"),
        (lambda _: b"\x80" * 40, "no bit"),
        (lambda _: bytes(MAX_PROOF + 1), "at most"),
        (lambda proof: proof[33:], "does not lead"),
        (lambda proof: proof[:-33], "does not lead"),
        (lambda proof: proof[:5] + bytes([proof[5] ^ 1]) + proof[6:], "does not lead"),
        (lambda proof: bytes([proof[0] + 1]) + proof[1:], "does not lead"),
    ],
)
def test_a_malformed_proof_is_refused(edit, said):
    assert len(PRESENT) % 33 == 0
    assert len(PRESENT) > 99
    with pytest.raises(EvidenceError, match=said):
        verify_present(ROOT, KEY, VALUE, edit(PRESENT))


@pytest.mark.parametrize(
    "edit",
    [
        lambda proof: proof[:30],
        lambda proof: b"\x1f" + proof[1:],
        lambda proof: proof[:33] + b"\x21" + proof[34:],
        lambda proof: proof[:-1],
        lambda proof: proof[:66],
        lambda proof: proof[:40] + bytes([proof[40] ^ 1]) + proof[41:],
        lambda proof: proof[:2] + bytes([proof[2] ^ 1]) + proof[3:],
    ],
)
def test_a_malformed_proof_of_absence_is_refused(edit):
    with pytest.raises(EvidenceError):
        verify_absent(ROOT, MISSING, edit(ABSENT))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_keys_of_other_lengths_are_neither_there_nor_not(length):
    with pytest.raises(EvidenceError, match="32 bytes"):
        verify_absent(ROOT, MISSING[:length] + bytes(max(0, length - 32)), ABSENT)
    with pytest.raises(EvidenceError, match="32 bytes"):
        verify_present(ROOT, KEY[:length] + bytes(max(0, length - 32)), VALUE, PRESENT)


def test_an_inner_node_is_no_leaf():
    low, high = map_leaf(bytes(32), VALUE), map_leaf(b"\x80" + bytes(31), VALUE)
    root = map_root([low, high])
    with pytest.raises(EvidenceError):
        verify_present(root, low.hash, high.hash, b"")
