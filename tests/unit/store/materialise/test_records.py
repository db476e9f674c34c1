import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.errors import EvidenceError
from sekisho.store.materialise.records import MAX_DEPTH, NotEditableError, edit_json, edit_value
from sekisho.store.materialise.spans import Change

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text('a/~0"\\é', max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


def first(pointer, text=""):
    return {pointer: [Change(pointer, 0, 1, text)]}


def strings(value, pointer=""):
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings(item, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from strings(item, f"{pointer}/{number}")


@pytest.mark.parametrize(
    ("text", "pointer", "out"),
    [
        ('"ab"', "", '"b"'),
        ('{"n":[1,{"b":2}], "a@b": "xy", "c@d":"z"}', "/~k1", '{"n":[1,{"b":2}], "a@b": "y", "c@d":"z"}'),
        ('{"a@b":"1","n":1,"a@b":"xy"}', "/~k2", '{"a@b":"1","n":1,"a@b":"y"}'),
        ('{ "a" : "xy" , "n": 1.50, "b":1e400}', "/a", '{ "a" : "y" , "n": 1.50, "b":1e400}'),
        ('[["ab"],["cd", 1],\n"ef"]', "/1/0", '[["ab"],["d", 1],\n"ef"]'),
        ('{"a/b":{"~":"xy"}}', "/a~1b/~0", '{"a/b":{"~":"y"}}'),
        ('{"":"xy"}', "/", '{"":"y"}'),
        (r'{"t":"\u3042\ud83d\ude00x"}', "/t", r'{"t":"\ud83d\ude00x"}'),
        ('{"t":"xあ\\n"}', "/t", '{"t":"あ\\n"}'),
        ('{"t":"x\\"}{,:"}', "/t", '{"t":"\\"}{,:"}'),
        ('{"t":"x\\ud800"}', "/t", '{"t":"\\ud800"}'),
        ('{"a":"xy","a":{"b":"xy"}}', "/a/b", '{"a":"xy","a":{"b":"y"}}'),
    ],
)
def test_only_the_string_is_changed(text, pointer, out):
    assert edit_json(text, first(pointer)) == out


@pytest.mark.parametrize("pointer", ["/b", "/a/0", "", "/n", "/l/7"])
def test_a_string_that_is_not_there(pointer):
    with pytest.raises(EvidenceError, match="no string"):
        edit_json('{"a":"xy","n":1,"l":[]}', first(pointer))


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ('{"a":"xy","a":"zz"}', "/a"),
        ('{"a":"xy"}', "/a~d1"),
        ('{"a@b":"xy"}', "/~k0~n"),
        ('{"a":"xy', "/a"),
        ('{"a":"\\q"}', "/a"),
        ("}", "/a"),
        ('{"a":"xy"}\u00a0', "/a"),
        ("[" * (MAX_DEPTH + 1), "/a"),
    ],
)
def test_what_is_not_known_is_not_edited(text, pointer):
    with pytest.raises(NotEditableError):
        edit_json(text, first(pointer))


@given(VALUES, st.booleans())
def test_every_string_can_be_changed_and_nothing_else_is(value, ascii_only):
    text = json.dumps(value, ensure_ascii=ascii_only)
    for pointer, before in strings(value):
        if before:
            edited = json.loads(edit_json(text, first(pointer, "[x]")))
            assert edited == edit_value(value, pointer, first(pointer, "[x]")[pointer])
            after = dict(strings(edited))
            assert after.pop(pointer) == "[x]" + before[1:]
            assert after == {p: s for p, s in strings(value) if p != pointer}


@pytest.mark.parametrize("pointer", ["/b", "/a/x", "/l/2", "/l/-1", "/n", "", "/l"])
def test_a_value_without_the_string(pointer):
    with pytest.raises(EvidenceError):
        edit_value({"a": "xy", "l": ["p", "q"], "n": None}, pointer, first(pointer)[pointer])


def test_a_value_is_not_changed_in_place():
    value = {"l": ["pq", {"a": "xy"}]}
    assert edit_value(value, "/l/1/a", first("/l/1/a")["/l/1/a"]) == {"l": ["pq", {"a": "y"}]}
    assert value == {"l": ["pq", {"a": "xy"}]}


def test_the_time_grows_with_the_text():
    text = json.dumps({"a": ['"\\' * 50] * 2000, "t": "xy"})
    assert edit_json(text, first("/t")).endswith('"t": "y"}')
    with pytest.raises(NotEditableError):
        edit_json('{"a":"' + "\\\\" * 100_000, first("/a"))
