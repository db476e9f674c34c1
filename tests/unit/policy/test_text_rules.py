import pytest

from sekisho.model import Edit, Outcome, PersonalAction, TextRules
from sekisho.policy.text_rules import TEXT_KEYS, shown_text_rules, text_rules


def test_every_rule_about_text_has_a_key():
    assert set(TEXT_KEYS) == set(TextRules.__dataclass_fields__)


@pytest.mark.parametrize(
    "rules",
    [
        TextRules(),
        TextRules(excerpt=Edit.CUT, personal=None),
        TextRules(
            excerpt=Outcome.ALLOW, quotation=Outcome.ALLOW, personal=PersonalAction.REVIEW, span_cjk=99
        ),
    ],
)
def test_what_is_shown_makes_the_same_rules_again(rules):
    assert text_rules(shown_text_rules(rules), "here") == rules
