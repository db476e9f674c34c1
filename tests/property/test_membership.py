"""The map against its obvious twin: split by every bit, one after the other, and hash what is there."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from sekisho.audit.membership.merge import slices
from sekisho.audit.membership.records import RECORD_BYTES, Run
from sekisho.errors import EvidenceError
from sekisho.ledger.prefix import (
    encode_absence,
    encode_presence,
    map_leaf,
    map_proof,
    map_root,
    verify_absent,
    verify_present,
)
from sekisho.ledger.tree import tree_levels
from tests.world import MemoryFiles

BITS = 256
# Few bits differ, at both ends and in the middle: deep and shallow maps with long common beginnings.
KEYS = st.builds(
    lambda head, middle, tail: bytes([head]) + bytes(15) + bytes([middle]) + bytes(14) + bytes([tail]),
    *[st.sampled_from([0, 1, 2, 64, 127, 128, 255])] * 3,
) | st.binary(min_size=32, max_size=32)
MAPS = st.dictionaries(KEYS, st.binary(min_size=32, max_size=32), max_size=24)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def bit(key, number):
    return int.from_bytes(key) >> (BITS - 1 - number) & 1


def varint(number):
    return bytes([number]) if number < 128 else bytes([number & 127 | 128, number >> 7])


def twin(pairs, number=0):
    """Return the root of a map, by the definition."""
    if not pairs:
        return sha256()
    if len(pairs) == 1:
        ((key, value),) = pairs.items()
        return sha256(b"\0\x20", key, b"\x20", value)
    sides = [{k: v for k, v in pairs.items() if bit(k, number) == side} for side in (0, 1)]
    if not all(sides):
        return twin(pairs, number + 1)
    return sha256(b"\1", varint(number), *(twin(side, number + 1) for side in sides))


@given(pairs=MAPS, asked=KEYS)
def test_root_and_proofs_are_those_of_the_twin(pairs, asked):
    ordered, root = sorted(pairs.items()), twin(pairs)
    assert map_root(map_leaf(*pair) for pair in ordered) == root
    found = map_proof(ordered, asked)
    if asked in pairs:
        verify_present(root, asked, pairs[asked], encode_presence(found))
    else:
        verify_absent(root, asked, encode_absence(found))


@given(pairs=MAPS.filter(bool), asked=KEYS, data=st.data())
def test_no_changed_proof_holds(pairs, asked, data):
    ordered = sorted(pairs.items())
    root, found = map_root(map_leaf(*pair) for pair in ordered), map_proof(ordered, asked)
    present = asked in pairs
    proof = encode_presence(found) if present else encode_absence(found)
    kept = data.draw(st.integers(0, len(proof)))
    changed = proof[:kept] + data.draw(st.binary(max_size=40))
    if changed == proof:
        return
    try:
        if present:
            verify_present(root, asked, pairs[asked], changed)
        else:
            verify_absent(root, asked, changed)
    except EvidenceError:
        return
    raise AssertionError("another proof holds too")


@given(
    units=st.lists(st.lists(st.tuples(KEYS, st.binary(min_size=32, max_size=32)), max_size=12), max_size=5),
    bits=st.integers(0, 6),
)
def test_merging_is_sorting_and_equal_keys_stay_in_the_order_of_the_plan(units, bits):
    files, runs = MemoryFiles(), []
    for number, unit in enumerate(units):
        records = sorted(unit, key=lambda record: record[0])
        files.write(f"{number}", b"".join(map(b"".join, records)))
        runs.append(Run(f"{number}", len(files.read(f"{number}")) // RECORD_BYTES))
    expected = {}
    for key, leaf in (record for unit in units for record in sorted(unit, key=lambda record: record[0])):
        expected.setdefault(key, []).append(leaf)
    merged = [pair for some in slices(files, runs, bits) for pair in some]
    assert merged == [(key, tree_levels(leaves)[-1][0]) for key, leaves in sorted(expected.items())]
