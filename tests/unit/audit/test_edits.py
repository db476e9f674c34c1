import json

import pytest

from sekisho.audit.clean import select
from sekisho.audit.edits import plan_edits
from sekisho.codec import canonical
from sekisho.errors import EvidenceError, InputError, NotFoundError
from sekisho.model import Edit
from sekisho.policy.decide import MAX_FINDINGS

SHA = bytes(range(32))
BOTH = frozenset(Edit)


def excerpt(spans="3-9", *, grade="excerpt", method="passages", permission="none", **more):
    detail = {"field": "/t", "spans": spans, "grade": grade, "trust": "verified", **more}
    return {"method": method, "permission": permission, "detail": json.dumps(detail)}


def row(item, edits, *findings, outcome="review", sha256=SHA, unit="u"):
    return {
        "item": item,
        "unit": unit,
        "outcome": outcome,
        "sha256": sha256,
        "findings": list(findings),
        "edits": list(edits),
    }


def place(item, start=0, end=2, kind="phone", action="redact"):
    line = {"item": item, "field": "/t", "start": start, "end": end, "type": kind, "score": 90, "rule": "r"}
    return canonical(line | {"action": action}) + b"\n"


def planned(rows, files=(), switches=BOTH, **more):
    return plan_edits(rows, switches, dict(files).get, **more)


def test_excerpts_are_cut_and_personal_information_is_masked():
    files = {"personal/u.jsonl": place("a") + place("b") + place("a", 5, 7, "name", "review")}
    found = planned([row("a", ["cut", "redact"], excerpt("3-9,20-30"))], files.items())
    assert found.items == {"a": (SHA, (("/t", 3, 9, ""), ("/t", 20, 30, ""), ("/t", 0, 2, "[phone]")))}


@pytest.mark.parametrize(
    "other",
    [
        excerpt("40-50", permission="granted"),
        excerpt("40-50", grade="quotation"),
        excerpt("40-50", grade="line", method="line"),
        {"method": "name", "permission": "none", "detail": "{}"},
        excerpt("40-50", false_match="f-1"),
    ],
)
def test_only_what_the_policy_wants_cut_is_cut(other):
    for grade in ("excerpt", "near_copy"):
        found = planned([row("a", ["cut"], excerpt(grade=grade), other)])
        assert found.items["a"][1] == (("/t", 3, 9, ""),)


@pytest.mark.parametrize("switches", [{Edit.CUT}, {Edit.REDACT}, set()])
def test_an_item_that_needs_another_edit_stays_on_hold(switches):
    assert planned([row("a", ["cut", "redact"], excerpt())], switches=switches).items == {}


def test_what_people_decided_about_or_blocks_is_not_edited():
    rows = [row("a", ["cut"], excerpt()), row("b", ["cut"], excerpt(), outcome="block")]
    assert planned(rows, reviewed={"a"}).items == {}


def test_an_item_without_a_hash_can_not_be_compared():
    rows = [row("a", ["redact"], sha256=None), row("b", ["redact"])]
    found = planned(rows, [("personal/u.jsonl", place("a") + place("b"))])
    assert (set(found.items), found.unknown) == ({"b"}, ("a",))


def test_what_has_more_excerpts_than_were_kept_is_not_cut():
    rows = [row("a", ["cut"], *[excerpt()] * MAX_FINDINGS), row("b", ["cut"], *[excerpt()] * 3)]
    found = planned(rows)
    assert (set(found.items), found.unknown) == ({"b"}, ("a",))
    masked = [row("a", ["redact"], *[excerpt(permission="granted")] * MAX_FINDINGS)]
    assert set(planned(masked, [("personal/u.jsonl", place("a"))]).items) == {"a"}


def test_places_that_are_gone_or_do_not_fit():
    rows = [row("a", ["redact"])]
    with pytest.raises(NotFoundError, match=r"personal/u\.jsonl is not there"):
        planned(rows)
    for data in (b"", place("b"), place("a", action="review")):
        with pytest.raises(EvidenceError, match="does not name"):
            planned(rows, [("personal/u.jsonl", data)])
    for data in (b"{}\n", b"\xff\n", place("a").replace(b'"r"', b'"r","value":"03"')):
        with pytest.raises(InputError):
            planned(rows, [("personal/u.jsonl", data)])


@pytest.mark.parametrize(
    "findings",
    [[], [excerpt("")], [excerpt("3")], [{"method": "passages", "permission": "none", "detail": "["}]],
)
def test_a_cut_without_a_place_is_evidence(findings):
    with pytest.raises(EvidenceError):
        planned([row("a", ["cut"], *findings)])


def test_what_is_edited_passes_under_its_own_name_only():
    edits = {"a": (SHA, (("/t", 3, 9, ""),))}
    found = select([("a", "review", SHA), ("b", "review", SHA), ("c", "allow", bytes(31) + b"1")], edits)
    assert found.edits == {}, "b has the same bytes, and does not pass"
    found = select([("a", "review", SHA), ("c", "allow", bytes(31) + b"1")], edits)
    assert found.edits == edits
    assert found.denied == {SHA}
    assert found.known["a"] is None


def test_an_item_decided_twice_or_not_at_all_is_not_edited():
    edits = {"a": (SHA, ()), "z": (SHA, ())}
    assert select([("a", "review", SHA), ("a", "review", SHA)], edits).edits == {}
    assert select([], edits).edits == {}
