"""The worked example of docs/reference/membership.md is computed again."""

import hashlib
from pathlib import Path

from sekisho.audit.membership.records import map_key
from sekisho.ledger.prefix import encode_absence, encode_presence, map_leaf, map_proof, map_root
from sekisho.model.question import AskBasis, Refusal

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "membership.md").read_text()
NONCE = b"\x11" * 32


def test_the_example_is_right():
    keys = [map_key(NONCE, hashlib.sha256(data).digest()) for data in (b"a\n", b"b\n", b"c\n")]
    leaves = [hashlib.sha256(b"\0" + row).digest() for row in (b"row a", b"row b")]
    pairs = sorted(zip(keys, leaves, strict=False))
    shown = [*keys, *leaves, *(map_leaf(*pair).hash for pair in pairs)]
    shown.append(map_root(map_leaf(*pair) for pair in pairs))
    assert not [one.hex() for one in shown if one.hex() not in PAGE]
    spoken = PAGE.replace(" ", "").replace("\n", "")
    assert encode_presence(map_proof(pairs, keys[0])).hex() in spoken
    assert encode_absence(map_proof(pairs, keys[2])).hex() in spoken


def test_every_basis_and_refusal_is_named():
    assert not [word for word in (*AskBasis, *Refusal) if f"`{word}`" not in PAGE]
