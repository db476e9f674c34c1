import json
import random

import pytest

from sekisho.media import CannotDecode
from sekisho.media.texts import TextLimits, spell_records
from sekisho.media.texts.records import read_record
from sekisho.media.texts.spelled import warm_up
from tests.counts import count
from tests.mutate import mutations

LIMITS = TextLimits()
PLAIN = [
    '{"id": 7, "text": "吾輩は猫である。\\n名前はまだ無い。"}',
    "{}",
    ' {\t"a" : "" , "b":null,"c" :true, "d":false }\r\n ',
    '{"":"no name","a/b":"x","m~n":"y"," ":"z"}',
    '{"n":-0,"m":0.5,"k":-12.25,"l":123456789012345,"t":"\U00020b9f𠮟é\x7f"}',
    '{"score":0.99991756677627563,"more":-1.' + "7" * 32 + "}",
    r'{"t":"\"\\\/\b\f\n\r\t\u3042\uD842\uDFB7\u0022"}',
    '{"' + "k" * 64 + '":"' + "長" * 9999 + '","z":"終"}',
    "{" + ",".join(f'"k{n}":"{n}"' for n in range(32)) + "}",
]
NOT_PLAIN = [
    "",
    "\ufeff{}",
    "[]",
    '"text"',
    "7",
    "{",
    "{}}",
    '{"a":"b"',
    '{"a":"b}',
    '{"a":"b",}',
    '{"a" "b"}',
    '{"a":"b" "c":"d"}',
    '{,"a":"b"}',
    '{"a":"b"} {}',
    '{"a":"1","a":"2"}',
    '{"a":{"b":"c"}}',
    '{"a":["b"]}',
    '{"a":NaN}',
    '{"a":01}',
    '{"a":-}',
    '{"a":1.}',
    '{"a":.5}',
    '{"a":1e9}',
    '{"a":1234567890123456}',
    '{"a":0.' + "1" * 33 + "}",
    '{"a":tru}',
    '{"a":"line\nfeed"}',
    '{"a":"tab\t"}',
    r'{"a":"\x41"}',
    r'{"a":"\u12"}',
    r'{"a":"\u0000"}',
    r'{"a":"\ud842"}',
    r'{"a":"\udfb7\ud842"}',
    r'{"a":"\ud842\u0041"}',
    '{"a":"\\',
    '{"a":"\\u',
    '{"a":"《振り仮名》"}',
    '{"a":"［＃注記］"}',
    r'{"a":"\u300aruby\u300b"}',
    r'{"\u0061":"b"}',
    '{"名":"日本語の名"}',
    '{"a@example.com":"an address"}',
    '{"090-1234-5678":"a number"}',
    '{"' + "k" * 65 + '":"b"}',
    "{" + ",".join(f'"k{n}":"{n}"' for n in range(33)) + "}",
]
BYTES = [
    b"\x80",
    b"\xc1\x81",
    b"\xe3\x81",
    b"\xe0\x80\x80",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x98",
    b"\xf4\x90\x80\x80",
    b"\xff",
]


def strings(records):
    """Return for each record its strings, or None if it is not plain."""
    made = spell_records(records)
    found = [[] if plain else None for plain in made.plain.tolist()]
    for record, text in zip(made.records.tolist(), made, strict=True):
        found[record].append(text)
    return found


def read(record):
    return [field.text for field in read_record(record, "", (), LIMITS).fields]


def test_plain_records_have_the_strings_that_a_reader_finds():
    records = [record.encode() for record in PLAIN]
    assert strings(records) == [read(record) for record in records]
    assert [strings([record])[0] for record in records] == strings(records)


@pytest.mark.parametrize("record", [*(r.encode() for r in NOT_PLAIN), *(b'{"a":"%b"}' % b for b in BYTES)])
def test_what_is_not_plain_is_left_to_a_reader(record):
    good = b'{"a":"b"}'
    assert strings([record]) == [None]
    assert strings([good, record, good, record]) == [["b"], None, ["b"], None]


def test_no_record_reaches_into_the_next_one():
    records = [b'{"a":"\xe3', b'\x81\x82"}', b'{"a":"b', b'","c":"d"}', b'{"a":"\\', b'"}', b'{"a":1', b"2}"]
    assert strings(records) == [None] * len(records)


def test_nothing_is_spelled_of_nothing():
    assert (len(spell_records([])), strings([])) == (0, [])
    made = spell_records([b'{"a":"b","c":"d"}'])
    assert (made[1], made[-2:], list(made)) == ("d", ["b", "d"], ["b", "d"])


def test_a_damaged_record_is_read_in_the_same_way_or_not_at_all():
    plain = 0
    for seed, record in enumerate(PLAIN[:6]):
        for data in mutations(record.encode(), seed, count(300, 20_000)):
            (found,) = strings([bytes(data)])
            if found is not None:
                plain += 1
                assert found == read(bytes(data))
    assert plain


@pytest.mark.parametrize("ascii_only", [True, False])
def test_what_json_writes_is_read(ascii_only):
    draw = random.Random(1)  # noqa: S311 - the same texts every time
    for _ in range(count(200, 20_000)):
        letters = [
            chr(draw.choice([draw.randrange(1, 0xD800), draw.randrange(0xE000, 0x110000)])) for _ in range(9)
        ]
        text = "".join(letters).replace("《", "").replace("［", "")
        record = json.dumps({"n": draw.random(), "text": text}, ensure_ascii=ascii_only).encode()
        assert strings([record])[0] in (None, [text])
    assert strings([json.dumps({"t": "灯台𠮟"}, ensure_ascii=ascii_only).encode()]) == [["灯台𠮟"]]


def test_a_record_that_no_reader_takes_is_never_plain():
    for record in NOT_PLAIN:
        try:
            read(record.encode())
        except CannotDecode:
            assert strings([record.encode()]) == [None]


def test_it_can_be_compiled_before():
    warm_up()


def test_members_of_plain_records_are_named_and_found():
    records = [b'{"a":"x", "n" : -1.5 }', b"[]", b"{}", b'{"b" :null,"c":"\\u0041"}']
    made = spell_records(records)
    assert made.names == b'a"n"b"c"'
    assert made.name_ends.tolist() == [4, 4, 4, 8]
    assert [made.data[begin:end] for begin, end in made.values.tolist()] == [
        b'"x"',
        b"-1.5",
        b"null",
        b'"\\u0041"',
    ]


def test_what_turns_out_not_to_be_plain_leaves_no_member():
    many = b"{" + b",".join(b'"%d":1' % n for n in range(33)) + b"}"
    made = spell_records([many, b'{"a":1,"b":[]}', b'{"":0}', b'{"a":1,"a":2}'])
    assert (made.names, made.name_ends.tolist(), len(made.values)) == (b'"', [0, 0, 1, 1], 1)
