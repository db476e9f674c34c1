import pytest

from sekisho.rules.conclude import conclude
from sekisho.rules.rule_shown import Audience, interval_words, kind_of_due, length_of, rule_lines
from sekisho.rules.words import Interval
from tests.law import NOON, ON, PACK, TESTS, VOCABULARY, pack

MET = {"subject.real": True, "subject.age": 17, "act.kind": "create", "notice.at": NOON}


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (None, None, "the maximum is not known yet"),
        (15_000_000, None, "the maximum is at least 15,000,000 EUR"),
        (5, 5, "up to 5 EUR"),
        (5, 7, "the maximum is between 5 and 7 EUR"),
        (None, 7, "the maximum is between 0 and 7 EUR"),
    ],
)
def test_an_amount_is_said_with_what_is_known_of_it(low, high, words):
    assert interval_words(Interval(low=low, high=high), "EUR", "en") == words


@pytest.mark.parametrize(
    ("effect", "kind"),
    [("prohibited", "rules.due"), ("remedy", "rules.window"), ("information", "rules.due")],
)
def test_a_term_is_a_duty_or_a_right(effect, kind):
    rule = pack(PACK.replace('effect = "prohibited"', f'effect = "{effect}"') + TESTS).rules[0]
    assert kind_of_due(rule) == kind


@pytest.mark.parametrize(("hours", "words"), [(48, "rules.diff_hours"), (1, "rules.diff_hours_one")])
def test_a_term_of_one_hour_has_words_of_its_own(hours, words):
    (due,) = pack(PACK.replace("hours = 48", f"hours = {hours}") + TESTS).rules[0].duties
    assert length_of(due.clock) == (words, hours)


def test_a_guardian_is_told_no_trace_and_no_cost():
    (result,) = conclude([pack()], MET, ON, VOCABULARY).results
    told, whole = ("\n".join(rule_lines(result, one, "en")) for one in (Audience.GUARDIAN, Audience.OPERATOR))
    assert "[yes]" in whole
    assert "fine" in whole
    assert "[yes]" not in told
    assert "fine" not in told
