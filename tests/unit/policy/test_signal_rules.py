import pytest

from sekisho.errors import ConfigError
from sekisho.model import AsOf, Outcome
from sekisho.policy import read_policy, shipped_policy
from sekisho.policy.signal_rules import SIGNAL_KEYS, shown_signal_rules, signal_rules


def test_rules_come_back_as_they_stand_in_a_file():
    rules = signal_rules({"objection": "review", "objection_error": "block", "as_of": "crawl"})
    assert (rules.objection, rules.objection_error, rules.as_of) == (
        Outcome.REVIEW,
        Outcome.BLOCK,
        AsOf.CRAWL,
    )
    assert signal_rules(shown_signal_rules(rules)) == rules
    assert tuple(shown_signal_rules(rules)) == SIGNAL_KEYS


@pytest.mark.parametrize("line", ['objection_error = "allow"', 'as_of = "now"', 'objection = "maybe"'])
def test_what_can_not_be_read_is_never_allowed_and_words_are_known(line):
    with pytest.raises(ConfigError):
        read_policy(f"[signals]\n{line}", "p.toml")


@pytest.mark.parametrize("name", ["opt-in", "opt-out", "strict"])
def test_every_shipped_policy_honours_objections(name):
    assert shipped_policy(name).signals.objection is Outcome.BLOCK
