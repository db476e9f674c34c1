import json

import pytest

from sekisho.errors import InputError
from sekisho.model import UNKNOWN_PROFILE, Print
from sekisho.registry.examined import FOREIGN_PRINTS
from sekisho.registry.foreign import cut, read_foreign

A, B, C = "ab" * 32, "cd" * 32, "ef" * 32


def csv(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\n".join(lines).encode(encoding)


def read(*lines: str):
    return read_foreign(csv(*lines), lines=False)


def pdq(digest: str, quality: int | None = None) -> Print:
    return Print(sha256=None, pdq=bytes.fromhex(digest), quality=quality, decode_profile=UNKNOWN_PROFILE)


def sha256(digest: str) -> Print:
    return Print(sha256=bytes.fromhex(digest), decode_profile=UNKNOWN_PROFILE)


@pytest.mark.parametrize(
    ("header", "row", "made"),
    [
        ("pdq", A, pdq(A)),
        ("PDQ , Quality", f"{A.upper()}, 77", pdq(A, 77)),
        ("sha256", A, sha256(A)),
        ("note,hash,hash_type", f'"a, b",{A},PDQ', pdq(A)),
        ("indicator,type", f"{A},HASH_PDQ", pdq(A)),
        ("indicator,type", f"{A},HASH_SHA256", sha256(A)),
        ("value,signal_type", f"{A},pdq", pdq(A)),
        ("hash,algorithm", f"{A},SHA-256", sha256(A)),
        ("hash,algorithm,quality", f"{A},SHA-256,30", sha256(A)),
        ("pdq,quality", f"{A},", pdq(A)),
    ],
)
def test_columns_are_found_by_name(header, row, made):
    found = read(header, row)
    assert (found.prints, found.rejected) == ((made,), ())


def test_both_hashes_of_a_row_are_one_print():
    (made,) = read("sha256,pdq,quality", f"{A},{B},90").prints
    assert (made.sha256, made.pdq, made.quality) == (bytes.fromhex(A), bytes.fromhex(B), 90)


@pytest.mark.parametrize(
    ("encoding", "name"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8 with BOM"), ("cp932", "cp932")]
)
def test_utf_8_and_shift_jis_are_told_apart(encoding, name):
    found = read_foreign(csv("題名,pdq", f"雲の道,{A}", f"①髙,{B}", encoding=encoding), lines=False)
    assert found.encoding == name
    assert found.prints == (pdq(A), pdq(B))


@pytest.mark.parametrize(
    "data", [csv("pdq", A, encoding="utf-16"), b"pdq\n\xff\xff\xff", b"PK\3\4\0\0\0", b""]
)
def test_what_is_no_such_text_is_refused(data):
    with pytest.raises(InputError) as caught:
        read_foreign(data, lines=False)
    assert caught.value.hint


def test_a_list_without_a_column_of_hashes_is_refused():
    with pytest.raises(InputError, match="no column of hashes"):
        read("name,size", "cat,1")


LINES = [
    "hash,hash_type,quality",
    f"{A},pdq,100",
    "d41d8cd98f00b204e9800998ecf8427e,md5,",
    f"{A[:-1]},pdq,100",
    f"{A},pdq,100",
    "",
    f"{B},pdq,49",
    f"{B},pdq,101",
    f"{B},pdq,-1",
    f"{B}",
    ",pdq,100",
    f'"{B},pdq,100',
    f"{C},sha256,",
]


def test_what_can_not_be_used_is_named_with_its_line_and_the_rest_is_taken():
    found = read(*LINES)
    assert found.prints == (pdq(A, 100), sha256(C))
    assert [(r.line, r.reason) for r in found.rejected] == [
        (3, "unknown algorithm md5"),
        (4, "malformed pdq"),
        (5, "the same as line 2"),
        (7, "quality below 50"),
        (8, "malformed quality"),
        (9, "malformed quality"),
        (10, "unknown algorithm (none named)"),
        (11, "no hash"),
        (12, "not a row"),
    ]
    assert found.rejected[0].text.startswith("d41d8cd9")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_system(end):
    data = end.join(LINES).encode() + end.encode()
    assert read_foreign(data, lines=False) == read(*LINES)


def test_json_lines_are_read_by_the_same_names():
    rows = [
        {"pdq": A, "quality": 100},
        {"hash": B, "hash_type": "pdq", "more": [1]},
        {"hash": B, "hash_type": "phash"},
        {"sha256": None},
        [A],
    ]
    lines = [*map(json.dumps, rows), "", "{", "[" * 100_000]
    found = read_foreign("\n".join(lines).encode(), lines=True)
    assert found.prints == (pdq(A, 100), pdq(B))
    assert [(r.line, r.reason) for r in found.rejected] == [
        (3, "unknown algorithm phash"),
        (4, "no hash"),
        (5, "not a row"),
        (7, "not a row"),
        (8, "not a row"),
    ]
    assert all(len(r.text) <= 80 for r in found.rejected)


def test_a_long_list_is_cut_and_what_is_known_is_left_out():
    prints = [pdq(f"{number:064x}") for number in range(FOREIGN_PRINTS + 2)]
    assert [len(part) for part in cut(prints, ())] == [FOREIGN_PRINTS, 2]
    assert cut(prints, prints[::-1]) == ()
    assert cut(prints, prints[:-1]) == ((prints[-1],),)


def test_a_mark_of_utf_8_before_shift_jis_is_named_with_the_line_that_does_not_fit():
    data = b"\xef\xbb\xbf" + csv("pdq,\u5099\u8003", f"{A},\u7d75", encoding="cp932")
    with pytest.raises(InputError, match="begins as UTF-8, but line 1 is not") as refused:
        read_foreign(data, lines=False)
    assert "take the mark" in refused.value.hint
    data = b"\xef\xbb\xbf" + csv("pdq,note", f"{A},a", f"{B},\u7d75", encoding="cp932")
    with pytest.raises(InputError, match="line 3 is not"):
        read_foreign(data, lines=False)
