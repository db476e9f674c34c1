from datetime import date

import pytest

from sekisho.rules.gates import complaints, is_stale
from tests.law import PACK, TESTS, pack


def test_a_pack_that_shows_everything_may_be_released():
    assert complaints(pack()) == ()


def without(name):
    parts = TESTS.split("  [[rule.test]]\n")
    return PACK + "".join("  [[rule.test]]\n" + part for part in parts[1:] if f'name = "{name}"' not in part)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("no", "no test ends in 'no'"),
        ("unknown", "no test ends in 'unknown'"),
        ("before", "no test on 2019-12-31"),
        ("before the fine", "no test on 2023-12-31, the day before the penalty fine begins"),
    ],
)
def test_what_a_pack_does_not_show_is_named(name, words):
    found = complaints(pack(without(name)))
    assert len(found) == 1
    assert words.replace("'", "") in found[0].replace("'", "")


def test_what_is_only_from_memory_can_not_bind_until_somebody_has_read_it():
    hearsay = PACK.replace('source = "act"', 'source = "hearsay"') + TESTS
    assert any("from memory" in words for words in complaints(pack(hearsay)))
    weak = hearsay.replace('effect = "prohibited"', 'effect = "information"')
    assert complaints(pack(weak)) == ()
    read = hearsay.replace("reviewed_by = []", 'reviewed_by = ["a lawyer"]')
    assert complaints(pack(read)) == ()


def test_after_ninety_days_the_law_may_have_changed():
    assert not is_stale(pack(), date(2026, 7, 30))
    assert is_stale(pack(), date(2026, 7, 31))


def test_a_pack_of_a_day_that_has_not_come_is_as_old_as_one_nobody_looked_at():
    future = pack(PACK.replace("law_as_of = 2026-05-01", "law_as_of = 2999-12-31"))
    assert is_stale(future, date(2026, 6, 1))
    assert not is_stale(pack(), date(2026, 4, 30))


@pytest.mark.parametrize(
    ("effect", "when", "answer"),
    [
        ("prohibited", "notice.at is known", "no"),
        ("permitted", "not notice.at is known", "yes"),
        ("permitted", "subject.real and not (subject.real or notice.at is known)", "yes"),
    ],
)
def test_what_is_only_not_known_yet_is_not_taken_for_an_answer(effect, when, answer):
    text = (PACK + TESTS).replace("subject.real and subject.age < adult", when)
    found = complaints(pack(text.replace('effect = "prohibited"', f'effect = "{effect}"')))
    assert any(f"takes for {answer}" in line for line in found)
    obliged = text.replace('effect = "prohibited"', 'effect = "obligation"')
    assert any("takes for" in line for line in complaints(pack(obliged))) is (answer == "yes")
