"""Vectors of others for tree, notes, tiles and keys; see tests/vectors/tlog/README.md."""

import base64
import json
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sekisho.errors import EvidenceError, SekishoError
from sekisho.ledger.checkpoint import Checkpoint, encode_checkpoint, open_checkpoint
from sekisho.ledger.note import NoteKey, open_note, parse_note, parse_vkey
from sekisho.ledger.schemes import key_hash
from sekisho.ledger.tiles import decode_bundle, encode_bundle, entries_path, tile_path, tile_reader
from sekisho.ledger.tree import (
    EMPTY_ROOT,
    leaf_hash,
    node_hash,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from sekisho.ledger.witnessing import Answer, admit, decide
from sekisho.signing import key_id, public_key, verify_raw
from tests.keys import SeededKey
from tests.leaf_by_leaf import grow

NOW = datetime(2026, 11, 22, tzinfo=UTC)
VECTORS = Path(__file__).parent.parent / "vectors" / "tlog"
PROOFS = json.loads((VECTORS / "merkle" / "proofs.json").read_text())
NOTES = json.loads((VECTORS / "notes" / "signed_notes.json").read_text())
CCTV = json.loads((VECTORS / "ed25519-cctv" / "selection.json").read_text())
LOG = VECTORS / "tessera-log"


def raw(text):
    return base64.b64decode(text) if text else b""


def proof(case):
    return [raw(item) for item in case["proof"] or ()]


def name(case):
    return case["name"]


def test_all_vectors_are_there():
    assert (len(PROOFS["inclusion"]), len(PROOFS["consistency"]), len(CCTV["cases"])) == (98, 98, 594)
    assert sum(not case["wantErr"] for kind in PROOFS.values() for case in kind) == 12


@pytest.mark.parametrize("case", PROOFS["inclusion"], ids=name)
def test_inclusion(case):
    def verify():
        leaf, root = raw(case["leafHash"]), raw(case["root"])
        verify_inclusion(leaf, case["leafIdx"], case["treeSize"], proof(case), root)

    with pytest.raises(EvidenceError) if case["wantErr"] else nullcontext():
        verify()


@pytest.mark.parametrize("case", PROOFS["consistency"], ids=name)
def test_consistency(case):
    def verify():
        roots = raw(case["root1"]), raw(case["root2"])
        verify_consistency(case["size1"], case["size2"], proof(case), *roots)

    with pytest.raises(EvidenceError) if case["wantErr"] else nullcontext():
        verify()


def test_hashes():
    want = NOTES["rfc6962_hashes"]
    assert EMPTY_ROOT.hex() == want["empty_root"]
    assert leaf_hash(b"").hex() == want["leaf_empty"]
    assert leaf_hash(b"L123456").hex() == want["leaf_L123456"]
    assert node_hash(b"N123", b"N456").hex() == want["node_N123_N456"]


@pytest.mark.parametrize("case", [n for n in NOTES["notes"] if n["expect"] == "valid"], ids=name)
def test_notes_of_the_specification_and_sum_golang_org(case):
    (vkey,) = case["vkeys"]
    key = parse_vkey(vkey)
    assert key.vkey == vkey
    note = case["note"].encode()
    assert len(open_note(note, [key]).signatures) == 1
    with pytest.raises(SekishoError):
        open_note(note.replace(b"\n", b" \n", 1), [key])


def test_sum_golang_org_is_a_checkpoint_whose_key_has_another_name():
    (case,) = [n for n in NOTES["notes"] if "sum.golang.org" in n["name"]]
    key = parse_vkey(case["vkeys"][0])
    head = open_checkpoint(case["note"].encode(), [key], origin="go.sum database tree")
    assert (head.size, key.name) == (35225469, "sum.golang.org")
    assert case["note"].encode().startswith(encode_checkpoint(head))


def test_a_note_with_a_cosignature_parses():
    (case,) = [n for n in NOTES["notes"] if n["expect"] == "parses"]
    note = parse_note(case["note"].encode())
    assert [mark.name for mark in note.signatures] == [
        "example.com/behind-the-sofa",
        "witness.example.com/w1",
    ]


def test_key_hash():
    for case in NOTES["key_ids"]:
        public = bytes.fromhex(case["public_key_hex"])
        assert key_hash(case["name"], case["type"], public) == case["key_id"].to_bytes(4, "big")
        assert NoteKey(name=case["name"], key=key_id(public)).hash.hex() == case["log_id_hex"][:8]


def test_the_whole_tessera_log_is_derived_again():
    key = parse_vkey(NOTES["tessera_log_vkey"])
    entries = decode_bundle((LOG / entries_path(0, 15)).read_bytes(), 15)
    origin = "example.com/log/testdata"
    tiles = {}
    for size in range(16):
        if size:
            leaf = leaf_hash(entries[size - 1])
            tiles.update(grow(lambda *tile: tiles[tile], size - 1, leaf))
            assert encode_bundle(entries[:size]) == (LOG / entries_path(0, size)).read_bytes()
            assert tiles[0, 0, size] == (LOG / tile_path(0, 0, size)).read_bytes()
        root = tree_root(tile_reader(lambda *tile: tiles[tile], size), size)
        note = (LOG / f"checkpoint.{size}").read_bytes()
        assert open_checkpoint(note, [key], origin=origin) == Checkpoint(origin=origin, size=size, root=root)
        assert note.startswith(encode_checkpoint(Checkpoint(origin=origin, size=size, root=root)) + b"\n")
    assert (LOG / "checkpoint").read_bytes() == (LOG / "checkpoint.15").read_bytes()
    assert {tile_path(*tile) for tile in tiles} | {entries_path(0, n) for n in range(1, 16)} == {
        str(file.relative_to(LOG)) for file in (LOG / "tile").rglob("*") if file.is_file()
    }


def test_weak_keys_never_verify():
    """Everything else holds as RFC 8032 says without cofactor: no residue, no second form of R."""
    accepted = 0
    for number, key, signature, message, bits in CCTV["cases"]:
        flags = {flag for i, flag in enumerate(CCTV["flags"]) if bits >> i & 1}
        public = bytes.fromhex(CCTV["keys"][key])
        weak = bool(flags & {"low_order_A", "non_canonical_A"})
        got = verify_raw(public, bytes.fromhex(signature), CCTV["messages"][message].encode())
        assert got is not (weak or bool(flags & {"low_order_residue", "non_canonical_R"})), number
        accepted += got
        if weak:
            with pytest.raises(SekishoError):
                public_key(key_id(public))
        else:
            assert public_key(key_id(public)) == public
    assert accepted > 0


WITNESSED = json.loads((VECTORS / "notes" / "witness_add_checkpoint.json").read_text())
WITNESS = SeededKey("witness")


def known_logs():
    own, sumdb = WITNESSED["logs"]["litewitness"], WITNESSED["logs"]["sumdb"]
    public = bytes.fromhex(own["log_public_key_hex"])
    return {
        own["origin"]: [NoteKey(name=own["origin"], key=key_id(public))],
        sumdb["origin"]: [parse_vkey(sumdb["log_vkey"])],
    }


def test_a_witness_answers_as_litewitness_does():
    """One exception: an unknown log is 403 in the older draft, 404 now."""
    heads, logs = {}, known_logs()
    statuses = []
    for case in WITNESSED["cases"]:
        request = admit(case["body"].encode(), logs)
        answer = request
        if not isinstance(request, Answer):
            origin = request.checkpoint.origin
            done = decide(request, heads.get(origin), "example.com/witness", WITNESS, NOW)
            heads[origin], answer = done.head or heads.get(origin), done.answer
        want = 404 if "unknown log" in case["asserts"] else case["expect_http"]
        assert answer.status == want, case
        statuses.append(answer.status)
        if answer.status == 200:
            assert answer.body.startswith("\u2014 example.com/witness ".encode())
        if answer.status == 409:
            assert f'body == "{answer.body.decode().strip()}\\n"' in case["asserts"]
    assert sorted(statuses) == [200, 200, 200, 200, 403, 404, 409, 409, 422, 422]
