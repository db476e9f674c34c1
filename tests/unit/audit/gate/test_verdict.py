import pytest

from sekisho.audit.gate.listing import Listing
from sekisho.audit.gate.verdict import Why, judge

MISSING = {"used": [], "missing": [{"model": "sscd@1", "vectors": 4, "confirmed": True}]}
DECLARED = {"used": [], "missing": [{"model": "sscd@1", "vectors": 4, "confirmed": False}]}
SAMPLE = {"asked": 5, "taken": 4, "of": 9}


def verdict(*, review=0, block=0, items=10, unreadable=0, fail_on="block", accepted=0, **more):
    manifest = {"totals": {"items": items, "unreadable": {"corrupt": unreadable}}, **more}
    listing = Listing(shown=(), total=0, counts={"review": review, "block": block}, known=3, ignored=2)
    return judge(manifest, listing, fail_on=fail_on, max_unreadable=accepted)


@pytest.mark.parametrize(
    ("given", "why", "code"),
    [
        ({}, Why.PASSED, 0),
        ({"block": 1}, Why.FINDINGS, 1),
        ({"review": 1}, Why.PASSED, 0),
        ({"review": 1, "fail_on": "review"}, Why.FINDINGS, 1),
        ({"block": 1, "fail_on": "review"}, Why.FINDINGS, 1),
        ({"block": 9, "fail_on": "never"}, Why.PASSED, 0),
        ({"unreadable": 1}, Why.INCOMPLETE, 3),
        ({"unreadable": 1, "block": 1}, Why.INCOMPLETE, 3),
        ({"unreadable": 1, "accepted": 1, "block": 1}, Why.FINDINGS, 1),
        ({"unreadable": 1, "accepted": 1}, Why.PASSED, 0),
        ({"unreadable": 2, "accepted": 1, "fail_on": "never"}, Why.INCOMPLETE, 3),
        ({"block": 1, "models": MISSING}, Why.MODELS, 3),
        ({"fail_on": "never", "models": MISSING}, Why.MODELS, 3),
        ({"unreadable": 1, "models": MISSING}, Why.INCOMPLETE, 3),
        ({"models": DECLARED}, Why.PASSED, 0),
        ({"models": {"used": ["m"], "missing": []}}, Why.PASSED, 0),
        ({"items": 0, "fail_on": "never", "accepted": 9}, Why.NOTHING, 3),
    ],
)
def test_the_first_reason_that_applies(given, why, code):
    found = verdict(**given)
    assert (found.why, found.code) == (why, code)


def test_a_verdict_as_json_says_what_it_rests_on():
    assert verdict(block=1, sample=SAMPLE).as_dict() == {
        "exit_code": 1,
        "why": "findings",
        "fail_on": "block",
        "unreadable": 0,
        "counts": {"review": 0, "block": 1},
        "known": 3,
        "ignored": 2,
        "sample": SAMPLE,
        "missing": [],
    }
    assert verdict(models=MISSING).as_dict()["missing"] == ["sscd@1"]
    assert verdict().sample is None
