from dataclasses import replace

import pytest

from sekisho.model import Grade, Method, TextRules
from sekisho.policy.texts import FieldFound, NameFound, WorkFound, covered, text_matches

RULES = TextRules()


def work(units, *, shared=10, of=100_000, **more):
    return WorkFound(entry=0, spans=((5, 5 + units),), units=units, shared=shared, of=of, **more)


def grade(found, *others, rules=RULES):
    return text_matches([found, *others], rules, prompt=False)[0].facts["grade"]


def field(units, *works, **more):
    return FieldFound(field="/text", units=units, works=works, **more)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (field(2000, work(100)), Grade.EXCERPT),
        (field(2000, work(899)), Grade.EXCERPT),
        (field(2000, work(900)), Grade.COPY),
        (field(100, work(59)), Grade.EXCERPT),
        (field(100, work(60)), Grade.COPY),
        (field(200, work(149, cjk=False)), Grade.EXCERPT),
        (field(200, work(150, cjk=False)), Grade.COPY),
        (field(90_000, work(400, shared=200, of=1000)), Grade.COPY),
        (field(90_000, work(399, shared=200, of=1000)), Grade.NEAR_COPY),
        (field(90_000, work(400, shared=199, of=1000)), Grade.NEAR_COPY),
        (field(90_000, work(130, shared=20, of=1000)), Grade.NEAR_COPY),
        (field(90_000, work(130, shared=19, of=950)), Grade.EXCERPT),
        (field(2000, work(1000), quoted="q"), Grade.QUOTATION),
        (field(2000, work(1799), quoted="q"), Grade.QUOTATION),
        (field(2000, work(1800), quoted="q"), Grade.COPY),
        (field(2000, work(100), quoted="q"), Grade.QUOTATION),
        (field(2000, WorkFound(entry=0, line=True, spans=((0, 17),)), quoted="q"), Grade.LINE),
    ],
)
def test_a_copy_is_much_of_the_item_or_much_of_the_work(found, expected):
    assert grade(found) == expected


def test_the_numbers_are_the_policys():
    found = field(2000, work(500))
    assert grade(found, rules=replace(RULES, copy_coverage=25)) == Grade.COPY
    assert grade(found, rules=replace(RULES, copy_coverage=25, copy_span_cjk=501)) == Grade.EXCERPT


def test_a_copied_field_counts_however_long_the_others_are():
    assert grade(field(600, work(400)), FieldFound(field="/more", units=100_000)) == Grade.COPY


@pytest.mark.parametrize(("more", "expected"), [(3000, Grade.EXCERPT), (100, Grade.COPY)])
def test_a_short_field_may_quote(more, expected):
    """A motto or one message of a conversation is a small part of what it stands in."""
    assert grade(field(100, work(100)), FieldFound(field="/more", units=more)) == expected


def test_what_is_said_of_a_match():
    one = WorkFound(entry=3, spans=((10, 40), (90, 120)), units=60, shared=12, of=300)
    two = WorkFound(entry=3, spans=((30, 50),), units=20, shared=4, of=400)
    (match,) = text_matches([field(600, one, two)], RULES, prompt=False)
    assert (match.entry, match.method, match.distance, match.threshold) == (3, Method.PASSAGES, 0, 0)
    assert match.detail() == {
        "field": "/text",
        "spans": "10-50,90-120",
        "grade": "excerpt",
        "units": 60,
        "coverage": 100,
        "containment": 40,
    }


def test_each_entry_and_field_has_its_own_match():
    mine, theirs = work(100), replace(work(80), entry=1)
    found = text_matches(
        [field(900, mine, theirs), replace(field(900, mine), field="/b")], RULES, prompt=False
    )
    assert [(m.entry, m.facts["field"]) for m in found] == [(0, "/text"), (1, "/text"), (0, "/b")]


@pytest.mark.parametrize("prompt", [True, False])
def test_a_name_says_whether_something_is_to_be_generated(prompt):
    names = (NameFound(entry=2, span=(3, 6), rule="kanji"), NameFound(entry=2, span=(9, 12), rule="kana"))
    (match,) = text_matches([FieldFound(field="", units=20, names=names)], RULES, prompt=prompt)
    assert match.method is Method.NAME
    assert match.facts == {"field": "", "spans": "3-6,9-12", "rule": "kanji"} | (
        {"prompt": 1} if prompt else {}
    )


@pytest.mark.parametrize(
    ("inner", "outer", "share"),
    [
        ("0-10", "0-10", 1),
        ("0-10", "5-20", 0.5),
        ("0-10", "10-20", 0),
        ("0-10,20-30", "5-25", 0.5),
        ("4-8", "0-5,6-9", 0.75),
    ],
)
def test_how_much_of_some_spans_lies_in_others(inner, outer, share):
    assert covered(inner, outer) == share
