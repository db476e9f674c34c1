import pytest

from sekisho.audit.report.facts import facts
from sekisho.audit.report.texts import (
    PER_GRADE,
    finding_detail,
    grade_of,
    is_text,
    is_withheld,
    shares,
    strongest,
)
from sekisho.model import Grade
from tests.run_fixture import batches, finding, manifest, row, rows, titles
from tests.text_rows import found_in, named_in, text_manifest, text_row, text_rows


def collect(made, stated=None):
    return facts(stated or text_manifest(made), batches(made), titles=titles, timing={})


@pytest.fixture(scope="module")
def found():
    return collect(text_rows())


def test_a_finding_tells_its_grade_and_shares():
    one = found_in(0, "excerpt", spans="1-3,5-9,10-11", coverage=120, containment=3)
    assert grade_of(one) == "excerpt"
    assert shares(one) == {"spans": 3, "units": 72, "coverage": 120, "containment": 3}
    assert shares(named_in(0)) == {"spans": 1, "units": 0, "coverage": 0, "containment": 0}
    assert grade_of(finding(0)) == grade_of(named_in(0)) == ""


@pytest.mark.parametrize("detail", ["", "[]", "no JSON", '{"grade":"new","spans":7,"units":"9"}'])
def test_a_detail_of_another_form_is_none(detail):
    one = found_in(0, "copy") | {"detail": detail}
    assert grade_of(one) == ""
    assert shares(one)["units"] == 0
    assert strongest([one]) is None
    assert isinstance(finding_detail(one), dict)


def test_the_strongest_grade_counts_then_the_largest_share():
    weak, strong = found_in(0, "excerpt", coverage=900), found_in(1, "near_copy", coverage=20)
    less = found_in(2, "near_copy", coverage=10)
    assert strongest([weak, less, strong, named_in(3)]) is strong
    assert strongest([finding(0)]) is None


def test_what_was_read_as_text_is_told_by_its_type():
    assert is_text(text_row("a.txt"))
    assert not is_text(row("a.jpg"))
    assert not is_text(row("a.jpg", problem="corrupt"))


def test_every_item_is_counted_by_its_strongest_grade(found):
    counted = {one["grade"]: one for one in found["texts"]["grades"]}
    assert [one["grade"] for one in found["texts"]["grades"]] == [g.value for g in reversed(Grade)]
    assert counted["copy"]["outcomes"] == {"allow": 0, "review": 0, "block": 1}
    assert counted["excerpt"]["items"] == 4
    assert counted["excerpt"]["outcomes"] == {"allow": 1, "review": 3, "block": 0}
    assert (found["texts"]["named"], found["texts"]["short"], found["texts"]["items"]) == (2, 1, 72)


def test_the_items_that_meet_a_work_most_are_named_with_work_places_and_shares(found):
    first = found["texts"]["found"][0]
    assert (first["item"], first["title"], first["holder"]) == (
        "corpus/part-0.jsonl.zst#0",
        "月夜の航海日誌",
        "青嵐書房",
    )
    assert (first["grade"], first["coverage"], first["containment"], first["spans"]) == ("copy", 934, 3, 1)
    assert [one["grade"] for one in found["texts"]["found"]] == [
        *("copy", "near_copy", "excerpt", "excerpt", "excerpt", "excerpt", "quotation", "line")
    ]


def test_what_is_named_does_not_grow_with_the_dataset():
    made = [
        text_row(f"{n:04}.txt", "review", "excerpt", [found_in(0, "excerpt", coverage=n)]) for n in range(500)
    ]
    named = collect(made)["texts"]["found"]
    assert [one["coverage"] for one in named] == [*range(499, 499 - PER_GRADE, -1)]


def test_personal_information_is_counted_by_kind_in_items_and_places(found):
    kinds = {one["type"]: (one["items"], one["places"]) for one in found["texts"]["personal"]}
    assert kinds == {
        "name": (2, 3),
        "address": (1, 1),
        "phone": (1, 1),
        "email": (1, 2),
        "special_care": (1, 1),
    }
    assert found["texts"]["withheld"] == 1


def test_it_says_what_an_edit_would_do_and_what_could_not_be_decoded(found):
    assert found["texts"]["edits"] == [
        {"edits": ["cut"], "items": 1},
        {"edits": ["cut", "redact"], "items": 1},
        {"edits": ["redact"], "items": 1},
    ]
    # Nobody can tell whether an item without a SHA-256 is the one that was looked at.
    withheld = [text_row("a.txt", "review", "to_redact", [], sha256=None, edits=["redact"])]
    assert collect(withheld)["texts"]["edits"] == []
    assert is_withheld(withheld[0])
    assert not is_withheld(text_row("a.txt", sha256=None, problem="corrupt"))
    assert found["texts"]["undecodable"] == {"items": 2, "bytes": 17}


def test_a_run_without_texts_or_of_an_older_layout_has_none():
    made = rows(100)
    texts = facts(manifest(made), batches(made), titles=titles, timing={})["texts"]
    older = [batch.select(batch.schema.names[:14]) for batch in batches(made)]
    assert texts == facts(manifest(made), older, titles=titles, timing={})["texts"]
    assert (texts["items"], texts["grades"], texts["found"], texts["edits"]) == (0, [], [], [])
