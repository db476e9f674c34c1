"""Lists of hashes that an authority vouches for. All that is listed here is invented or drawn."""

import hashlib
import json

import pytest

from sekisho.codec.listed import MOST_HASHES, decode_listed, encode_listed
from sekisho.errors import InputError, RefusedError, SignatureError
from sekisho.model import Root
from sekisho.registry.listed import Wrong, examine_listed, listed_rows, lists_of, read_hash_list
from sekisho.signing import LISTED, VOUCH, sign_statement
from tests.parties import DAY, Party

REGISTRY, AUTHORITY, VOUCHER = (Party(name=name) for name in ("registry", "authority", "voucher"))
ROOT = Root(
    registry=REGISTRY.key,
    name="tests",
    vouchers=frozenset({VOUCHER.key}),
    authorities=frozenset({AUTHORITY.key}),
)


def sha(number):
    return hashlib.sha256(b"listed %d" % number).hexdigest()


def lines(*rows):
    return [f"{row}\n".encode() for row in rows]


def taken(found):
    return sorted(h.hex() for h in found.files), sorted(h.hex() for h in found.pictures)


def test_columns_are_found_by_name():
    found = read_hash_list(lines("id,SHA256,pdq,Quality", f"1,{sha(1)},{sha(2)},90", f"2,{sha(3).upper()},,"))
    assert taken(found) == (sorted([sha(1), sha(3)]), [sha(2)])
    assert (found.lines, found.wrong) == (2, [])


def test_as_threatexchange_writes_them():
    rows = [
        {"id": 7, "indicator": sha(1), "type": "HASH_SHA256"},
        {"id": 8, "indicator": sha(2), "type": "HASH_PDQ"},
        {"id": 9, "indicator": "d41d8cd98f00b204e9800998ecf8427e", "type": "HASH_MD5"},
    ]
    made = [
        read_hash_list(lines("indicator,type", *(f"{row['indicator']},{row['type']}" for row in rows))),
        read_hash_list(lines(*map(json.dumps, rows)), jsonl=True),
        read_hash_list(json.dumps(rows).encode()),
        read_hash_list(json.dumps({"data": rows, "paging": {}}).encode()),
    ]
    assert [(taken(one), dict(one.unusable)) for one in made] == [(([sha(1)], [sha(2)]), {"md5": 1})] * 4


def test_what_others_can_make_again_is_counted_and_not_used():
    found = read_hash_list(
        lines("md5,sha1,sha256", f"{'a' * 32},{'b' * 40},", f",{'b' * 40},", f"{'a' * 32},,{sha(1)}")
    )
    assert dict(found.unusable) == {"md5": 1, "sha1": 1}
    assert (taken(found)[0], found.wrong) == ([sha(1)], [])


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (f"{sha(1)[:-1]},,", "malformed sha256"),
        (f"{sha(1)}g,,", "malformed sha256"),
        (f",{sha(1)[:-2]},", "malformed pdq"),
        (f",{sha(1)},49", "quality below 50"),
        (f",{sha(1)},101", "malformed quality"),
        (f",{sha(1)},x", "malformed quality"),
        (",,90", "no hash"),
        (f"{sha(1)},,,", "not a row"),
        ('"' + sha(1), "not a row"),
        (f",{'00' * 32},", "a PDQ of a picture without detail"),
        (f",{'ff' * 32},", "a PDQ of a picture without detail"),
        ("\udcff", "not a row"),
        ("x" * (1 << 17), "not a row"),
    ],
)
def test_a_malformed_line_is_named_by_its_number_and_never_shown(row, why):
    source = ["sha256,pdq,quality", f"{sha(7)},,", row, f"{sha(8)},,"]
    found = read_hash_list([f"{line}\n".encode("utf-8", "surrogateescape") for line in source])
    assert found.wrong == [Wrong(3, why)]
    assert taken(found) == (sorted([sha(7), sha(8)]), [])


@pytest.mark.parametrize("row", ["{", "[1]", "null", '{"x":' * 5000])
def test_a_line_of_json_that_is_no_row(row):
    found = read_hash_list(lines(row, json.dumps({"sha256": sha(1)})), jsonl=True)
    assert (found.wrong, taken(found)[0]) == ([Wrong(1, "not a row")], [sha(1)])


def test_an_algorithm_that_nobody_knows():
    found = read_hash_list(lines("hash,hash_type", f"{sha(1)},photodna", f"{sha(1)},"))
    assert [wrong.why for wrong in found.wrong] == [
        "unknown algorithm photodna",
        "unknown algorithm (none named)",
    ]


@pytest.mark.parametrize(
    "source", [[], [b"name,age\n"], b"{", b"3", b'{"other": []}'], ids=["nothing", "csv", "cut", "3", "other"]
)
def test_what_is_no_list_is_refused(source):
    if source == []:
        assert read_hash_list(source).lines == 0
        return
    with pytest.raises(InputError) as refused:
        read_hash_list(source)
    assert refused.value.hint


def test_a_mark_at_the_beginning_is_no_letter():
    assert taken(read_hash_list([b"\xef\xbb\xbfsha256\r\n", sha(1).encode() + b"\r\n"]))[0] == [sha(1)]


def test_what_is_new_is_cut_into_statements():
    found = read_hash_list(lines("sha256,pdq", *(f"{sha(n)},{sha(n + 50)}" for n in range(5))))
    known = [bytes.fromhex(sha(0)), bytes.fromhex(sha(50))]
    (made,) = lists_of(found, known, by=AUTHORITY.key, source="desk", on=DAY)
    assert sorted(h.hex() for h in made.files) == sorted(map(sha, range(1, 5)))
    assert sorted(h.hex() for h in made.pictures) == sorted(map(sha, range(51, 55)))
    assert not [*lists_of(found, [*made.files, *made.pictures, *known], by=AUTHORITY.key, source="", on=DAY)]


def test_a_long_list_is_several():
    found = read_hash_list([])
    found.files.update(n.to_bytes(32) for n in range(MOST_HASHES + 3))
    sizes = [len(one.files) for one in lists_of(found, (), by=AUTHORITY.key, source="desk", on=DAY)]
    assert sizes == [MOST_HASHES, 3]


def statement(*, by=AUTHORITY, signer=None, kind=LISTED):
    found = read_hash_list(lines("sha256", sha(1)))
    (made,) = lists_of(found, (), by=by.key, source="desk", on=DAY)
    return sign_statement(kind, encode_listed(made), signer or by)


def test_an_authority_vouches_for_a_list():
    listed = examine_listed(statement(), ROOT)
    assert (listed.by, listed.id[:2], [h.hex() for h in listed.files]) == (AUTHORITY.key, "k-", [sha(1)])


@pytest.mark.parametrize("by", [VOUCHER, REGISTRY, Party(name="stranger")], ids=lambda party: party.name)
def test_nobody_else_does(by):
    with pytest.raises(RefusedError, match="no authority") as refused:
        examine_listed(statement(by=by), ROOT)
    assert "registry show" in refused.value.hint


@pytest.mark.parametrize("changes", [{"signer": VOUCHER}, {"kind": VOUCH}])
def test_a_forged_statement_is_refused(changes):
    with pytest.raises(SignatureError):
        examine_listed(statement(**changes), ROOT)


def test_rows_have_handles_that_no_other_section_has():
    found = read_hash_list(lines("sha256,pdq", f"{sha(1)},{sha(2)}", f"{sha(3)},"))
    lists = [*lists_of(found, (), by=AUTHORITY.key, source="desk", on=DAY)] * 2
    first, second = ([*listed_rows(lists, bytes([n]) * 32)] for n in (1, 2))
    assert sorted((sha256 or b"").hex() + (pdq or b"").hex() for _, sha256, pdq in first) == sorted(
        [sha(1), sha(2), sha(3)]
    )
    assert not {row[0] for row in first} & {row[0] for row in second}
    assert len({row[0] for row in first}) == 3
    with pytest.raises(ValueError, match="32 bytes"):
        [*listed_rows(lists, b"short")]
    assert decode_listed(encode_listed(lists[0])).files == lists[0].files
