import pytest

from sekisho.errors import ConfigError
from sekisho.model import FilmRules, LocalRules, ModelRules, Outcome
from sekisho.policy import rules_of, shipped_policy
from sekisho.policy.part_rules import FILM_KEYS, LOCAL_KEYS, MODEL_KEYS, part_rules, shown_part_rules

RULES = dict(rules_of(shipped_policy("opt-in")).items())


def test_the_shipped_rules_are_the_defaults():
    made = part_rules(RULES, "p")
    assert made == {"local": LocalRules(), "model": ModelRules(), "film": FilmRules()}


def test_what_is_shown_is_what_was_read():
    shown = shown_part_rules(shipped_policy("opt-in"))
    assert tuple(shown) == (*LOCAL_KEYS, *MODEL_KEYS, *FILM_KEYS)
    assert {key: RULES[key] for key in shown} == shown


def test_a_clip_may_block():
    assert part_rules(RULES | {"clip": "block"}, "p")["film"].clip is Outcome.BLOCK


@pytest.mark.parametrize("value", [-1, "4", 4.0, True, None])
def test_a_number_that_is_none_is_refused(value):
    with pytest.raises(ConfigError, match="p: votes must be a whole number"):
        part_rules(RULES | {"votes": value}, "p")
