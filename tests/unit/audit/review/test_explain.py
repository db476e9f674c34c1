from datetime import date

import pytest

from sekisho.audit.review.effect import Verdict, verdict
from sekisho.audit.review.explain import say_false_match, say_reviews
from sekisho.model import Outcome
from tests.review_rows import ADA, BOB, ends, make_row, review

HELD, PERSON = make_row("a.png"), make_row("w.png", kind="likeness", reason="protected_person")


def say(found, **more):
    return "\n".join(say_reviews(found, "en", **({"listed": True} | more)))


def test_it_says_who_why_and_until_when():
    made = review(ADA, 1, [HELD], reason="our own logo", until=date(2027, 3, 1))
    said = say(verdict(HELD, [made, review(BOB, 1, [HELD])]))
    for part in ("Decided by review: passed - our own logo", ADA.key, BOB.key, "until March 1, 2027"):
        assert part in said
    assert said.count("until") == 1


def test_it_says_that_a_second_person_is_needed():
    assert "1 of 2 people" in say(verdict(PERSON, [review(ADA, 1, [PERSON])]))


def test_it_says_when_equal_bytes_hold_an_item_back():
    made = verdict(HELD, [review(ADA, 1, [HELD])])
    assert "same bytes" in say(made, listed=False)
    assert "same bytes" not in say(made)
    assert "same bytes" not in say(Verdict(Outcome.BLOCK, made.reviews), listed=False)


def test_a_reason_can_not_move_the_cursor():
    assert "\x1b" not in say(verdict(HELD, [review(ADA, 1, [HELD], reason="\x1b[2Jx")]))


@pytest.mark.parametrize("known", [True, False])
def test_it_says_which_false_match_cleared_a_finding(known):
    made = {"id": "f-1", "by": ADA.key, "reason": "a stamp", "on": "2026-11-22", "until": ends(9).isoformat()}
    manifest = {"policy": {"false_matches": [made] if known else []}}
    lines = say_false_match({"detail": '{"false_match":"f-1"}'}, manifest, "en")
    assert bool(lines) is known
    for part in ("a stamp", ADA.key, "December 1, 2026", "f-1"):
        assert (part in "\n".join(lines)) is known
    assert say_false_match({"detail": "{}"}, manifest, "en") == []
