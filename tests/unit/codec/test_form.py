import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.codec import canonical, digest_id, parse, parse_as, parse_plain
from sekisho.codec.form import EntryRef, Label, day, from_base64, noun, to_base64
from sekisho.errors import InputError
from sekisho.model import Print
from tests.strategies import labels

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | labels,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="ascii"), max_size=6), inner, max_size=4)
    ),
)


@given(values)
def test_canonical_form_is_parsed_back(value):
    raw = canonical(value)
    assert parse(raw) == value
    assert canonical(parse(raw)) == raw
    assert parse(memoryview(raw)) == value


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        ({"b": 1, "a": [True, None]}, b'{"a":[true,null],"b":1}'),
        ("é\u20ac\U0001f600", '"é\u20ac\U0001f600"'.encode()),
        ('\b\f\n\r\t"\\', rb'"\b\f\n\r\t\"\\"'),
        ("\x00\x1f\x7f/", b'"\\u0000\\u001f\x7f/"'),
        (2**53 - 1, b"9007199254740991"),
    ],
)
def test_the_form_is_that_of_rfc_8785(value, raw):
    assert canonical(value) == raw


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), 2**53, -(2**53), {"é": 1}, {1: 2}, "\ud800", {"a": ["\udfff"]}]
)
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(InputError):
        canonical(value)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b' {"a":1}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":-0}',
        b'{"a":01}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":9007199254740992}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\\u001F"}',
        b'{"\xc3\xa9":1}',
        b'{"a":"\\ud800"}',
        b'"\xed\xa0\x80"',
        b'"\xff"',
        b"\xef\xbb\xbf{}",
        '{"a":1}'.encode("utf-16"),
        b"",
        b"{",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"1 1",
    ],
)
def test_another_form_of_the_same_is_refused(raw):
    with pytest.raises(InputError):
        parse(raw)


def test_a_document_above_the_limit_is_refused_before_it_is_parsed():
    assert parse(b"[1,2]", limit=5) == [1, 2]
    with pytest.raises(InputError, match="above the limit"):
        parse(b"[1,2]", limit=4)


def test_a_name_is_the_first_half_of_the_digest():
    assert digest_id("e", b"x") == "e-" + hashlib.sha256(b"x").hexdigest()[:32]


@pytest.mark.parametrize("wrong", ["2026-02-30", "2026-13-01", "", "20260101x"])
def test_a_day_that_the_calendar_does_not_have_is_refused(wrong):
    with pytest.raises(InputError, match="no such date"):
        day(wrong)


def test_what_a_noun_refuses_is_bad_input():
    assert noun(Print, sha256=bytes(32)).sha256 == bytes(32)
    with pytest.raises(InputError, match="32 bytes"):
        noun(Print, sha256=b"")


def test_conversion_is_strict():
    with pytest.raises(InputError):
        parse_as(b'"1"', int)


def test_a_field_that_a_person_typed_wrongly_says_what_to_do():
    with pytest.raises(InputError) as refused:
        parse_as(b'"%s"' % (b"a" * 201), Label)
    assert refused.value.hint == "make the text shorter"
    with pytest.raises(InputError) as refused:
        parse_as(b'"e-00"', EntryRef)
    assert "copy ids and keys whole" in refused.value.hint


@given(st.binary(max_size=40))
def test_bytes_in_base64_are_read_back(data):
    assert from_base64(to_base64(data), "traits") == data


@pytest.mark.parametrize(
    ("text", "problem"), [("%%%%", "not base64"), ("AAA", "not base64"), ("AB==", "not canonical")]
)
def test_there_is_one_form_in_base64(text, problem):
    with pytest.raises(InputError, match=f"the traits are {problem}"):
        from_base64(text, "traits")


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": 1, "a": 1}',
        b'{"b": [{"a": 1, "\\u0061": 2}]}',
        b'{"a": NaN}',
        b"[Infinity]",
        b'{"a": 1',
        b"\xff",
        '{"a": 1}'.encode("utf-16"),
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
    ],
    ids=range(9),
)
def test_evidence_that_could_be_read_in_two_ways_is_not_read(data):
    with pytest.raises(InputError, match="not JSON"):
        parse_plain(data)


def test_evidence_in_no_canonical_form_is_read():
    assert parse_plain(b' {"b": 1.5,\n "a": {"b": "\\u00e9"}} ') == {"b": 1.5, "a": {"b": "é"}}
