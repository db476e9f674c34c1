"""Vectors of others for the map: those with keys and values of 32 bytes; see tests/vectors/tlog/README.md."""

import json
from contextlib import nullcontext
from pathlib import Path

import pytest

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

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "tlog" / "mpt" / "vectors.json").read_text())


def name(case):
    return case["name"]


def pairs_of(case):
    return [(bytes.fromhex(key), bytes.fromhex(value)) for key, value in case["pairs"]]


def test_all_vectors_are_there():
    assert (len(VECTORS["verify"]), len(VECTORS["treehash"])) == (24, 9)
    assert sum(case["ok"] for case in VECTORS["verify"]) == 10


@pytest.mark.parametrize("case", VECTORS["verify"], ids=name)
def test_proofs(case):
    root, key, proof = (bytes.fromhex(case[field]) for field in ("root", "key", "proof"))
    with nullcontext() if case["ok"] else pytest.raises(EvidenceError):
        if case["value"] is None:
            verify_absent(root, key, proof)
        else:
            verify_present(root, key, bytes.fromhex(case["value"]), proof)


@pytest.mark.parametrize("case", VECTORS["treehash"], ids=name)
def test_roots(case):
    pairs = pairs_of(case)
    assert map_root(map_leaf(*pair) for pair in pairs).hex() == case["root"]


@pytest.mark.parametrize("case", VECTORS["treehash"], ids=name)
def test_proofs_of_the_same_maps(case):
    pairs, root = pairs_of(case), bytes.fromhex(case["root"])
    for key, value in pairs:
        verify_present(root, key, value, encode_presence(map_proof(pairs, key)))
    verify_absent(root, b"\x5a" * 32, encode_absence(map_proof(pairs, b"\x5a" * 32)))
