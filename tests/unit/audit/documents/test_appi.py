import pytest

from sekisho.audit.documents.appi import appi
from sekisho.audit.documents.sheet import as_lines
from tests.documented import declared, facts_of, seen_of
from tests.membership import Desk


def said(facts):
    document = appi(facts)
    fields = {field.id.removeprefix("appi."): field for s in document.sections for field in s.fields}
    return {name: [one for p in field.shown for one in as_lines(p, "en")] for name, field in fields.items()}


def looked(*rows, reasons=None):
    facts = facts_of(Desk(), seen=seen_of(*rows))
    facts["personal"] |= {"texts": 3, "unlooked": 0}
    if reasons is not None:
        facts["decisions"]["reasons"] = {"review": reasons, "allow": {}, "block": {}}
    return facts


def test_the_four_points_stand_in_order():
    names = list(said(facts_of()))
    assert names[1:5] == ["keep_out", "reduce", "delete", "honour"]


def test_without_texts_nothing_is_computed():
    found = said(facts_of())
    assert found["reduce"] == found["delete"] == ["[not available] not available"]


NOBODY = "[computed] Nobody looked for personal information in 5 texts."


def test_where_nobody_looked_at_texts_that_is_said_and_no_nought():
    facts = facts_of()
    facts["personal"] |= {"unlooked": 5}
    found = said(facts)
    assert found["reduce"] == found["delete"] == [NOBODY]


@pytest.mark.parametrize("reasons", [{}, {"to_redact": 40}])
def test_where_some_texts_were_not_looked_at_a_number_says_so(reasons):
    facts = looked(reasons=reasons)
    facts["personal"] |= {"unlooked": 5}
    found = said(facts)
    assert found["reduce"][1:] == found["delete"][1:] == [NOBODY]
    assert len(found["reduce"]) == 2


def test_special_care_is_counted_and_few_are_hidden():
    found = said(looked({"personal": ["special_care"]}))
    assert "special-care information: <10." in found["reduce"][0]
    assert "special-care information: 0." in said(looked())["reduce"][0]


def test_what_was_held_back_is_said_by_reason():
    found = said(looked(reasons={"to_redact": 40, "personal_information": None, "excerpt": 12}))
    assert found["delete"][0].endswith("by reason: personal_information: -, to_redact: 40")
    assert "No text was held back" in said(looked(reasons={}))["delete"][0]


def test_where_reasons_are_withheld_nobody_says_that_no_text_was_held_back():
    facts = looked(reasons={"to_redact": 40})
    facts["decisions"]["reasons"]["block"] = None
    assert said(facts)["delete"][0].endswith("by reason: not stated")


def test_a_reason_of_two_outcomes_is_added_up():
    facts = looked(reasons={"to_redact": 40})
    facts["decisions"]["reasons"]["block"] = {"to_redact": 20}
    assert said(facts)["delete"][0].endswith("by reason: to_redact: 60")


def test_declarations_stand_where_they_belong():
    text = "[personal]\npurpose = 'p'\nunder_16 = 'u'\nstatistics_publication = 's'\nbefore_collection = 'b'"
    found = said(facts_of(said=declared(text)))
    assert found["purpose"] == ["[declared] Purpose: p"]
    assert found["under_16"][-1] == "[declared] u"
    assert found["statistics"] == ["[declared] s"]
    assert found["keep_out"] == ["[declared] b"]
