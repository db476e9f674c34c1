import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.errors import EvidenceError
from sekisho.store.materialise.spans import Change, by_field, spliced

TEXT = "日本語 with 😀 and more"


def cut(start, end):
    return Change("", start, end, "")


def mask(start, end, text="[x]"):
    return Change("", start, end, text)


@pytest.mark.parametrize(
    ("changes", "out"),
    [
        ([], TEXT),
        ([cut(0, 3)], " with 😀 and more"),
        ([mask(9, 10), cut(0, 4)], "with [x] and more"),
        ([mask(0, 2), mask(2, 3, "[y]")], "[x][y] with 😀 and more"),
        ([mask(0, 2), mask(1, 3, "[y]")], "[x] with 😀 and more"),
        ([mask(0, 4), mask(1, 2, "[y]"), mask(3, 9, "[z]")], "[x]😀 and more"),
        ([mask(0, 3), cut(2, 4)], "with 😀 and more"),
        ([cut(0, len(TEXT))], ""),
    ],
)
def test_spans_are_cut_or_masked(changes, out):
    assert spliced(TEXT, changes) == out
    assert spliced(TEXT, changes[::-1]) == out


@pytest.mark.parametrize("span", [(-1, 2), (2, 2), (3, 2), (0, 100), (len(TEXT), len(TEXT) + 1)])
def test_a_span_outside_of_the_text_is_evidence_that_something_is_wrong(span):
    with pytest.raises(EvidenceError, match="not within"):
        spliced(TEXT, [cut(0, 1), mask(*span)])


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(0, 29), st.integers(1, 30), st.booleans())))
def test_what_lies_in_no_span_stays(text, spans):
    changes = [Change("", s, e, "|" if masked else "") for s, e, masked in spans if s < e <= len(text)]
    inside = {at for change in changes for at in range(change.start, change.end)}
    kept = "".join(c for at, c in enumerate(text) if at not in inside)
    assert spliced(text, changes).replace("|", "") == kept.replace("|", "")


def test_changes_by_field():
    found = by_field([("/a", 0, 1, ""), ("/b", 1, 2, "[x]"), ("/a", 2, 3, "")])
    assert {field: [c.start for c in changes] for field, changes in found.items()} == {
        "/a": [0, 2],
        "/b": [1],
    }
