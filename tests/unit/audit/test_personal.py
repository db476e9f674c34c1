import json

import numpy as np
import pytest

from sekisho.audit.personal import FEW_LETTERS, Place, is_withheld, places_of, read_personal
from sekisho.check import Looked
from sekisho.codec import canonical
from sekisho.errors import InputError
from sekisho.fingerprint import Look
from sekisho.media.texts import TextField, TextRead
from sekisho.model import Decision, Fingerprint, Outcome, Personal, PersonalAction, PersonalType

PRINT = Fingerprint(sha256=b"s" * 32)
NUMBER = "09012345678"


def span(start, end, field="", kind=PersonalType.PHONE):
    return Personal(
        field=field, start=start, end=end, type=kind, score=95, rule="r", action=PersonalAction.REDACT
    )


def decision(item, *spans):
    return Decision(
        item=item,
        media_type="text/plain",
        bytes=9,
        fingerprint=PRINT,
        outcome=Outcome.REVIEW,
        reason="to_redact",
        personal=spans,
        snapshot="",
        policy="",
    )


def looked(*fields):
    read = TextRead("text/plain", "utf-8", 0, tuple(fields))
    look = Look(media_type="text/plain", fingerprint=PRINT, problem=None, hashes=None)
    return Looked(name="a", bytes=9, look=look, problem=None, texts=read)


def withheld(text, *spans, field=""):
    return is_withheld(looked(TextField(field, text)), decision("a", *spans))


def test_every_span_is_a_canonical_line_in_the_sequence_of_the_items():
    made = places_of([decision("b", span(4, 9), span(1, 2, "/x")), decision("z"), decision("a", span(0, 3))])
    lines = made.splitlines()
    assert [json.loads(line)["item"] for line in lines] == ["b", "b", "a"]
    assert all(canonical(json.loads(line)) == line for line in lines)
    assert json.loads(lines[1]) == {
        "item": "b",
        "field": "/x",
        "start": 1,
        "end": 2,
        "type": "phone",
        "score": 95,
        "rule": "r",
        "action": "redact",
    }
    assert made.endswith(b"\n")
    assert places_of([decision("z")]) == b""


def test_the_places_of_one_item_are_read_again():
    made = places_of(
        [decision('"b"\\', span(4, 9)), decision("b", span(1, 2)), decision('"b"\\', span(7, 8))]
    )
    found = read_personal(made, '"b"\\', "f")
    assert [(place.start, place.end) for place in found] == [(4, 9), (7, 8)]
    assert found[0].type is PersonalType.PHONE
    assert read_personal(made, "/x", "f") == []
    assert len(read_personal(places_of([decision("日本/#é", span(1, 2))]), "日本/#é", "f")) == 1


@pytest.mark.parametrize(
    "change", [{"start": -1}, {"score": 101}, {"type": "shoe_size"}, {"more": 1}, {"item": ["b"]}]
)
def test_what_an_audit_does_not_write_is_refused(change):
    line = json.loads(places_of([decision("b", span(1, 2))])) | change
    with pytest.raises(InputError, match="personal/u1"):
        read_personal(json.dumps(line).encode(), "b", "personal/u1.jsonl")
    with pytest.raises(InputError, match="personal/u1"):
        read_personal(b'{"b"\xff', "b", "personal/u1.jsonl")


def test_an_item_that_is_little_else_has_no_hash():
    text = "tel " + NUMBER
    assert withheld(text, span(4, 15))
    assert not withheld(text)
    rest = "x" * (FEW_LETTERS - 1)
    assert withheld(f"{rest} {NUMBER}", span(len(rest) + 1, len(rest) + 12))
    rest = "x" * FEW_LETTERS
    assert not withheld(f"{rest} {NUMBER}", span(len(rest) + 1, len(rest) + 12))


def test_only_letters_and_digits_count_not_marks_and_spaces():
    rest = "。、 -_=" * 100
    assert withheld(rest + NUMBER, span(len(rest), len(rest) + 11))


def test_letters_of_all_fields_count_and_spans_only_in_theirs():
    number, prose = TextField("/tel", NUMBER), TextField("/text", "字" * FEW_LETTERS)
    both, found = looked(number, prose), decision("a", span(0, 11, "/tel"))
    assert not is_withheld(both, found)
    assert is_withheld(both, decision("a", span(0, 11, "/tel"), span(0, FEW_LETTERS, "/text")))
    assert is_withheld(looked(number, TextField("/text", "字" * (FEW_LETTERS - 1))), found)


def test_spans_that_touch_or_lie_in_one_another_are_one():
    text = "a" * 20 + NUMBER + "b" * 20
    assert withheld(text, span(10, 31), span(31, 45), span(12, 14), span(10, 12))


def test_spans_are_of_the_field_as_stored():
    stored_of = np.arange(100, 100 + FEW_LETTERS + 12, dtype=np.int32)
    text = "x" * FEW_LETTERS + NUMBER
    field = TextField("", text, stored_of)
    inside = span(100 + FEW_LETTERS - 1, 100 + FEW_LETTERS + 11)
    assert is_withheld(looked(field), decision("a", inside))
    assert not is_withheld(looked(field), decision("a", span(100 + FEW_LETTERS, 100 + FEW_LETTERS + 11)))


def test_a_picture_is_never_without_its_hash():
    picture = Looked(name="a", bytes=9, look=looked().look, problem=None)
    assert not is_withheld(picture, decision("a", span(0, 3)))


def test_a_place_has_neither_value_nor_hash():
    assert set(Place.__struct_fields__) == {
        *("action", "end", "field", "item", "rule", "score", "start", "type")
    }
