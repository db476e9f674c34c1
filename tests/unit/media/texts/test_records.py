import json

import pytest

from sekisho.media import CannotDecode
from sekisho.media.texts import TextLimits
from sekisho.media.texts.pointers import is_name
from sekisho.media.texts.records import read_record
from sekisho.model import Unreadable

LIMITS = TextLimits()
RECORD = {
    "id": 7,
    "text": "本文",
    "meta": {"title": "題", "tags": ["一", "二", 3, None], "ok": True},
    "a/b": "斜線",
    "m~n": "波",
    "messages": [{"role": "user", "content": "問い"}, {"role": "assistant", "content": "答え"}],
}


def read(data, *names, charset="", limits=LIMITS):
    return read_record(data if isinstance(data, bytes) else data.encode(), charset, names, limits)


def strings(data, *names, **how):
    return {field.field: field.text for field in read(data, *names, **how).fields}


def refusal(data, **how):
    with pytest.raises(CannotDecode) as caught:
        read(data, **how)
    return caught.value.problem.reason


def resolved(value, pointer):
    """Return what a JSON Pointer leads to (RFC 6901 4)."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


def test_every_string_is_read_by_its_pointer():
    found = strings(json.dumps(RECORD, ensure_ascii=False))
    assert len(found) == 10
    assert all(resolved(RECORD, pointer) == text for pointer, text in found.items())
    assert found == strings(json.dumps(RECORD))


@pytest.mark.parametrize("data", ['"x"', '{"":"x"}', '["x"]', '[["x"]]'])
def test_a_record_may_be_any_value(data):
    assert list(strings(data).values()) == ["x"]
    assert resolved(json.loads(data), next(iter(strings(data)))) == "x"


@pytest.mark.parametrize("data", ["1", "null", "{}", "[]", '{"a":[1,{"b":false}]}'])
def test_a_record_without_strings_has_no_fields(data):
    assert read(data) == ("application/json", "utf-8", 0, ())


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["text"], {"/text"}),
        (["content"], {"/messages/0/content", "/messages/1/content"}),
        (["tags"], {"/meta/tags/0", "/meta/tags/1"}),
        (["meta"], {"/meta/title", "/meta/tags/0", "/meta/tags/1"}),
        (["/meta/title", "text"], {"/text", "/meta/title"}),
        (["/messages/1"], {"/messages/1/role", "/messages/1/content"}),
        (["a/b", "/m~0n"], {"/a~1b", "/m~0n"}),
        (["/a/b", "absent", "title/x"], set()),
    ],
)
def test_named_fields_are_keys_at_any_depth_or_pointers(names, found):
    assert set(strings(json.dumps(RECORD), *names)) == found


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ('{"a":"1","a":"2"}', {"/a~d1": "1", "/a": "2"}),
        ('{"a":"1","a":"2","a":"3"}', {"/a~d1": "1", "/a~d2": "2", "/a": "3"}),
        ('{"a":"1","a":2}', {"/a~d1": "1"}),
        ('{"a":["1"],"\\u0061":{"b":"2"}}', {"/a~d1/0": "1", "/a/b": "2"}),
        ('{"a":"\\u0022\\u0022","a":"","b":"\\u0022\\u0022"}', {"/a~d1": '""', "/a": "", "/b": '""'}),
        ('{"x":{"a":"\\"1","a":"2"}}', {"/x/a~d1": '"1', "/x/a": "2"}),
    ],
)
def test_members_of_one_name_are_all_read(data, found):
    assert strings(data) == found
    assert strings(data, "a") == {place: text for place, text in found.items() if "/a" in place}


@pytest.mark.parametrize("text", ['say "a"', '\\"', "a\\", '"', "\u2028\n\t", "\\u0022", ""])
def test_quotation_marks_within_strings_are_counted_right(text):
    for escaped in (True, False):
        data = json.dumps({"a": text, text: ["b", text]}, ensure_ascii=escaped)
        assert sorted(strings(data).values()) == sorted([text, "b", text] + [text] * (not is_name(text)))


@pytest.mark.parametrize(
    ("data", "found", "undecodable"),
    [
        ('{"a":"x","b":NaN,"c":[Infinity,-Infinity]}', {"/a": "x"}, 0),
        ('{"a":"\\ud800x\\udfff"}', {"/a": "\ufffdx\ufffd"}, 2),
        ('{"a":"\\ud83d\\ude00"}', {"/a": "\U0001f600"}, 0),
        ('{"a":"x","b":' + "9" * 10_000 + "}", {"/a": "x"}, 0),
        ('{"a":"x","b":1e999999}', {"/a": "x"}, 0),
        ('\ufeff{"a":"x"}', {"/a": "x"}, 0),
        (' \r\n{"a":"x"}\n', {"/a": "x"}, 0),
    ],
)
def test_what_lenient_parsers_read_is_read(data, found, undecodable):
    record = read(data)
    assert ({f.field: f.text for f in record.fields}, record.undecodable) == (found, undecodable)


@pytest.mark.parametrize("charset", ["cp932", "euc_jp", "utf-16", "utf-8-sig"])
def test_records_in_another_charset_are_read(charset):
    text = "吾輩は猫である。名前はまだ無い。表ソ"
    assert strings(json.dumps({"a": text}, ensure_ascii=False).encode(charset)) == {"/a": text}


def test_bytes_that_are_no_characters_are_replaced_and_counted():
    record = read(b'{"a":"' + "猫".encode() * 40 + b'\xff"}')
    assert (record.fields[0].text, record.undecodable) == ("猫" * 40 + "\ufffd", 1)


def test_the_notation_of_aozora_is_left_out_of_strings_too():
    text = "漢字《かんじ》を読《よ》む人《ひと》が山《やま》と川《かわ》を見《み》る。"
    field = read(json.dumps({"text": text, "title": "題《だい》"})).fields[0]
    assert field.text == "漢字を読む人が山と川を見る。"
    assert field.source[2] == text.index("を")
    assert strings(json.dumps({"title": "題《だい》", "note": "［注］"}))["/title"] == "題《だい》"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Unreadable.EMPTY),
        (b" ", Unreadable.CORRUPT),
        (b"{", Unreadable.CORRUPT),
        (b'{"a":"x"', Unreadable.CORRUPT),
        (b'{"a":"x"}{"a":"y"}', Unreadable.CORRUPT),
        (b'{"a":"x\ny"}', Unreadable.CORRUPT),
        (b"nothing", Unreadable.CORRUPT),
        (b'{"a":"\xff\xff\xff\xff"}', Unreadable.CORRUPT),
        (bytes(100), Unreadable.CORRUPT),
        (b"[" * 200 + b"]" * 200, Unreadable.TOO_LARGE),
        (b"[" * 100_000, Unreadable.TOO_LARGE),
        (b'{"a":' * 100_000, Unreadable.TOO_LARGE),
        (b"NaN" + b"[" * 100_000, Unreadable.CORRUPT),
        (b"[NaN," + b"[" * 100_000, Unreadable.TOO_LARGE),
    ],
)
def test_what_is_no_record_has_a_reason(data, reason):
    assert refusal(data) is reason


def test_limits_of_a_record():
    data = json.dumps({"a": "xx", "b": ["y", "z"]})
    assert len(read(data, limits=TextLimits(max_fields=3, max_chars=4, max_depth=1)).fields) == 3
    for limits in (TextLimits(max_fields=2), TextLimits(max_chars=3), TextLimits(max_depth=0)):
        assert refusal(data, limits=limits) is Unreadable.TOO_LARGE
    assert len(read(data, "a", limits=TextLimits(max_fields=1, max_chars=2)).fields) == 1
    assert refusal('{"a":"xx","b":"yy"}', limits=TextLimits(max_fields=1)) is Unreadable.TOO_LARGE
    assert refusal('{"a":"xx","b":"yy"}', limits=TextLimits(max_chars=3)) is Unreadable.TOO_LARGE


@pytest.mark.parametrize("unit", [b'"a":"b",', b'"a":{"a":1},', b'"a\\u0022":"\\"",'])
def test_a_record_of_very_many_members_of_one_name_is_read_or_refused(unit):
    """Quadratic time would take minutes."""
    assert refusal(b"{" + unit * 150_000 + b'"z":[' + b'"x",' * 150_000 + b'"x"]}') is Unreadable.TOO_LARGE


MAIL = "a@example.jp"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"n": 1, MAIL: "x", "b": {"t": "y"}}, {"/~k1~n": MAIL, "/~k1": "x", "/b/t": "y"}),
        ({"n": 1, MAIL: 2}, {"/~k1~n": MAIL}),
        ({"a": [{MAIL: ["x"]}]}, {"/a/0/~k0~n": MAIL, "/a/0/~k0/0": "x"}),
        ({MAIL: {"a/b": "x"}}, {"/~k0~n": MAIL, "/~k0/a~1b": "x"}),
    ],
)
def test_a_key_that_is_data_is_looked_at_and_not_written_down(data, found):
    for lenient in ("", ', "z": NaN'):
        raw = json.dumps(data)[:-1] + lenient + "}"
        assert strings(raw) == found
    assert not any(MAIL in name for name in strings(raw))


def test_members_of_one_name_that_is_data():
    raw = f'{{"{MAIL}":"1","n":1,"{MAIL}":"2"}}'
    found = {"/~k2~n": MAIL, "/~k2": "2", "/~k0~d1~n": MAIL, "/~k0~d1": "1"}
    assert strings(raw) == found


def test_a_named_field_may_have_a_key_that_is_data():
    raw = json.dumps({MAIL: {"t": "x"}, "t": "y"})
    assert strings(raw, f"/{MAIL}/t") == {"/~k0/t": "x"}
    assert strings(raw, MAIL) == {"/~k0~n": MAIL, "/~k0/t": "x"}
    assert strings(raw, "/t") == {"/t": "y"}
