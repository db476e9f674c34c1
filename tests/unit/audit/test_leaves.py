import hashlib
import hmac
import json

import pytest

from sekisho.audit.leaves import (
    COLUMNS,
    FIRST_COLUMNS,
    Committed,
    Opening,
    columns_of,
    commitment_of,
    committed,
    disclose,
    encode_row,
    leaf_of,
    leaves_of,
    row_key,
    rows_root,
)
from sekisho.codec import canonical
from sekisho.errors import EvidenceError
from sekisho.ledger import leaf_reader, tree_root
from tests.keys import SeededKey
from tests.run_fixture import finding, row

KEY = b"k" * 32
ROW = {"frames": [{"pdq": b"f" * 32, "quality": 90, "turned": None}]} | row(
    "日本/a.jpg", "block", "verified_without_permission", [finding(0, distance=7), finding(1)]
)


def leaf(changed=(), unit="u1", key=KEY):
    return leaf_of(disclose(ROW | dict(changed), unit, key)[0])


def test_the_leaf_is_the_documented_hash_of_canonical_json():
    about = ROW["sha256"] + b"u1\0" + ROW["item"].encode()
    salts = [hmac.digest(KEY, n.to_bytes(4, "big") + about, "sha256") for n in range(3)]
    findings = [
        {name: found[name] for name in ("detail", "entry", "grant", "kind", "method", "permission")}
        | {"distance": int(found["distance"]), "threshold": int(found["threshold"])}
        for found in ROW["findings"]
    ]
    shown = {
        "item": ROW["item"],
        "media_type": "image/jpeg",
        "bytes": 40_000,
        "sha256": ROW["sha256"].hex(),
        "outcome": "block",
        "reason": "verified_without_permission",
        "problem": "",
        "findings": [
            hmac.digest(salt, canonical(found), "sha256").hex()
            for salt, found in zip(salts[1:], findings, strict=True)
        ],
        "pdq": [ROW["pdq"].hex(), "66" * 32],
        "salt": salts[0].hex(),
    }
    assert leaf() == hashlib.sha256(b"\0" + canonical(shown)).digest()


@pytest.mark.parametrize(
    "changed",
    [
        {"item": "b.jpg"},
        {"media_type": "image/png"},
        {"bytes": 1},
        {"pdq": None},
        {"pdq": b"q" * 32},
        {"frames": []},
        {"sha256": bytes(32)},
        {"sha256": None},
        {"outcome": "review"},
        {"reason": "rival_claims"},
        {"problem": "corrupt"},
        {"findings": ROW["findings"][:1]},
        {"findings": ROW["findings"][::-1]},
        *({"findings": [ROW["findings"][0] | {name: "x"}]} for name in ("detail", "entry", "grant", "kind")),
        {"findings": [ROW["findings"][0] | {"distance": 8.0}]},
    ],
)
def test_the_leaf_depends_on_every_field(changed):
    assert leaf(changed) != leaf()


def test_the_leaf_depends_on_unit_and_key_and_on_nothing_else():
    assert len({leaf(), leaf(unit="u2"), leaf(key=b"l" * 32)}) == 3
    assert leaf({"pdq_quality": 3}) == leaf()


def test_the_leaf_of_an_older_run_knows_nothing_of_a_pdq():
    older = {name: ROW[name] for name in FIRST_COLUMNS}
    shown, _ = disclose(older, "u1", KEY)
    assert b"pdq" not in encode_row(shown)
    assert (
        json.loads(encode_row(shown)).keys() | {"pdq"}
        == json.loads(encode_row(disclose(ROW, "u1", KEY)[0])).keys()
    )
    assert leaf_of(shown) != leaf()
    assert columns_of({}) == FIRST_COLUMNS
    assert columns_of({"membership": {}}) == COLUMNS


def test_many_leaves_are_the_leaf_of_each():
    rows = [
        ROW,
        ROW | {"pdq": None, "frames": []},
        ROW | {"findings": [], "sha256": None},
        ROW | {"frames": None},
    ]
    made = leaves_of([[one[name] for name in COLUMNS] for one in rows], "u1", KEY)
    assert made == [leaf_of(disclose(one, "u1", KEY)[0]) for one in rows]
    assert len(set(made)) == len(rows)


def test_no_two_salts_are_equal_and_none_tells_another():
    others = [row(f"{n}.jpg", "block", "x", [finding(0), finding(0)]) for n in range(3)]
    salts = []
    for one in (ROW, *others):
        shown, openings = disclose(one, "u1", KEY)
        salts += [bytes.fromhex(shown.salt), *(opening.salt for opening in openings)]
        assert [commitment_of(opening) for opening in openings] == shown.findings
    assert len(set(salts)) == len(salts) == 12


def test_equal_findings_of_one_row_have_commitments_of_their_own():
    shown, _ = disclose(row("a.jpg", "block", "x", [finding(0), finding(0)]), "u1", KEY)
    assert shown.findings[0] != shown.findings[1]


def test_the_row_key_follows_from_operator_and_configuration():
    one, two = SeededKey("one"), SeededKey("two")
    assert row_key(one, b"{}") == row_key(SeededKey("one"), b"{}")
    assert len({row_key(one, b"{}"), row_key(two, b"{}"), row_key(one, b"[]")}) == 3
    assert len(row_key(one, b"{}")) == 32


def test_a_distance_between_two_bits_is_refused():
    assert committed(finding(0, distance=31)).distance == 31
    with pytest.raises(EvidenceError, match="whole number"):
        committed(finding(0, distance=0.5))


def test_a_row_key_of_another_length_is_refused():
    with pytest.raises(ValueError, match="row key"):
        disclose(ROW, "u1", b"")


def test_another_salt_or_finding_opens_nothing():
    made = Opening(committed(ROW["findings"][0]), b"s" * 32)
    other = Committed(
        **{name: getattr(made.finding, name) for name in Committed.__struct_fields__[1:]}, detail=""
    )
    assert (
        len(
            {
                commitment_of(made),
                commitment_of(made._replace(salt=b"t" * 32)),
                commitment_of(Opening(other, b"s" * 32)),
            }
        )
        == 3
    )


def test_the_root_is_the_tree_hash_of_rfc_6962():
    leaves = [bytes([n]) * 32 for n in range(11)]
    for size in range(12):
        root = tree_root(leaf_reader(leaves[:size]), size)
        assert rows_root(leaves[:size]) == root.hex()
