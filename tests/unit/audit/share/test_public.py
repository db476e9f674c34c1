import json

import pytest

from sekisho.audit.share.public import decode_public, encode_public
from sekisho.errors import EvidenceError
from tests.run_fixture import manifest, rows

UNIT = {
    "id": "u1",
    "path": "client/shard-7.tar",
    "rows": 1200,
    "rows_root": "ab" * 32,
    "part_sha256": "cd" * 32,
}
FLOW = [
    {"outcome": "allow", "reason": "no_known_objection", "items": 1000},
    {"outcome": "review", "reason": "unreadable", "items": 130},
    {"outcome": "review", "reason": "low_detail", "items": 66},
    {"outcome": "block", "reason": "verified_without_permission", "items": 4},
]


@pytest.fixture
def made():
    made = manifest(rows(1195)) | {"units": [UNIT], "parent": {"root": "12" * 32, "manifest": "34" * 32}}
    made["totals"]["unreadable"] = {"corrupt": 130}
    made["policy"]["rules"] = {"false_matches": ["d-secret"]}
    made["clean"] = {"items": 1000, "sha256": "56" * 32}
    return made


def test_facts_counts_and_roots_are_public(made):
    document = json.loads(encode_public(made, FLOW))
    assert document["units"] == [{"rows": 1200, "rows_root": "ab" * 32}]
    assert document["totals"]["items"] == 1200
    assert document["totals"]["outcomes"] == {"allow": None, "review": 196, "block": "<10"}
    assert document["totals"]["reasons"]["review"] == {"unreadable": 130, "low_detail": 66}
    assert document["totals"]["unreadable"] is None
    assert document["totals"]["skipped"] == {"not_media": 37}
    assert document["operator"] == made["operator"]
    assert document["policy"] == {"name": "opt-in", "digest": "cd" * 32, "deviations": []}
    assert (document["parent"], document["sample"]) == ("12" * 32, None)
    assert document["root"] == "ef" * 32


def test_what_could_be_tried_out_or_names_a_file_is_not(made):
    data = encode_public(made, FLOW)
    for secret in (
        b"shard-7",
        b"u1",
        b"d-secret",
        b"56" * 32,
        b"34" * 32,
        b"part_sha256",
        b"1840",
        b"entries",
    ):
        assert secret not in data


def test_the_bytes_are_the_same_for_the_same_run(made):
    assert encode_public(made, FLOW) == encode_public(dict(reversed(made.items())), FLOW[::-1])


def test_it_can_be_read_again(made):
    public = decode_public(encode_public(made | {"sample": {"asked": 1200, "taken": 1200, "of": 9000}}, FLOW))
    assert public.totals.outcomes == {"allow": None, "review": 196, "block": "<10"}
    assert (public.units[0].rows, public.units[0].rows_root) == (1200, "ab" * 32)
    assert public.sample.of == 9000
    assert public.operator.key == made["operator"]["key"]


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"operator": None},
        {"units": [{"rows": -1, "rows_root": "ab" * 32}]},
        {"units": [{"rows": 1, "rows_root": "AB" * 32}]},
        {"units": [{"rows": 1, "rows_root": "ab" * 32, "path": "x"}]},
        {"totals": {}},
        {"root": 5},
    ],
)
def test_another_form_is_refused(made, change):
    document = json.loads(encode_public(made, FLOW)) | change
    with pytest.raises(EvidenceError, match=r"public\.json"):
        decode_public(json.dumps(document).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b"[" * 100_000, b"{}"])
def test_what_is_no_public_file_is_refused(data):
    with pytest.raises(EvidenceError, match=r"public\.json"):
        decode_public(data)


@pytest.mark.parametrize(("files", "shown"), [(1195, 1195), (1194, None), (1186, None), (1185, 1185), (0, 0)])
def test_the_map_does_not_tell_how_many_few_rows_are_not_in_it(made, files, shown):
    made["membership"] = {"nonce": "11" * 32, "root": "22" * 32, "files": files, "rows": 1195}
    document = json.loads(encode_public(made, FLOW))
    assert document["membership"] == made["membership"] | {"files": shown}
    assert decode_public(json.dumps(document).encode()).membership.files == shown


def test_a_run_of_before_has_no_map(made):
    data = encode_public(made, FLOW)
    assert "membership" not in json.loads(data)
    assert decode_public(data).membership is None


@pytest.mark.parametrize("changes", [{"nonce": "1"}, {"files": -1}, {"more": 1}, {"rows": None}])
def test_a_map_of_another_form_is_refused(made, changes):
    made["membership"] = {"nonce": "11" * 32, "root": "22" * 32, "files": 3, "rows": 3}
    document = json.loads(encode_public(made, FLOW))
    document["membership"] |= changes
    with pytest.raises(EvidenceError, match=r"public\.json"):
        decode_public(json.dumps(document).encode())
