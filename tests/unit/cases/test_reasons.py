import re
from dataclasses import replace

import pytest

from sekisho.cases.reasons import refuse_personal, statement_of_reasons
from sekisho.cases.states import fold, step
from sekisho.errors import RefusedError
from sekisho.model import CaseKind, CaseOutcome, CaseState, Subject
from tests.cases import BEGAN, DESK, NOTICE, case_of, digest

S = CaseState


def record_of(
    opening=NOTICE, facts="item 5 is near the photo", outcome=CaseOutcome.REMOVED, ground="APPI art. 35"
):
    case = case_of(S.TRIAGE, S.IN_REVIEW, opening=opening)
    last = step(
        case, S.DECIDED, by=DESK, at=case.events[-1].at, previous=digest(case.events[-1]), outcome=outcome
    )
    events = [*case.events, last]
    decided = fold(opening, events, [digest(e) for e in events])
    return statement_of_reasons(decided, facts=facts, ground=ground, application=BEGAN)


# Of the database's API documentation and of its checks, July 2025.
FIELDS = {
    "decision_visibility",
    "decision_visibility_other",
    "decision_ground",
    "illegal_content_legal_ground",
    "category",
    "illegal_content_explanation",
    "incompatible_content_ground",
    "incompatible_content_explanation",
    "puid",
    "incompatible_content_illegal",
    "content_type",
    "content_type_other",
    "content_date",
    "territorial_scope",
    "application_date",
    "decision_facts",
    "source_type",
    "automated_detection",
    "automated_decision",
}
CATEGORIES = {
    "STATEMENT_CATEGORY_CYBER_VIOLENCE",
    "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
    "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
}
RESTRICTING = ["removed", "restricted", "blocked_at_generation", "dataset_excluded"]


@pytest.mark.parametrize("outcome", RESTRICTING)
@pytest.mark.parametrize("subject", Subject)
@pytest.mark.parametrize("ground", ["", "APPI art. 35"])
def test_a_restriction_has_a_record_with_the_fields_of_the_database(outcome, subject, ground):
    record = record_of(replace(NOTICE, subject=subject), outcome=CaseOutcome(outcome), ground=ground)
    assert set(record) <= FIELDS
    assert record["category"] in CATEGORIES
    assert record["application_date"] == "2026-11-22"
    assert re.fullmatch("[a-zA-Z0-9_-]+", record["puid"])
    # What is "other" has words, and only that.
    assert ("DECISION_VISIBILITY_OTHER" in record["decision_visibility"]) == (
        "decision_visibility_other" in record
    )
    assert ("CONTENT_TYPE_OTHER" in record["content_type"]) == ("content_type_other" in record)


def test_nothing_is_called_illegal_without_a_law():
    assert record_of()["illegal_content_legal_ground"] == "APPI art. 35"
    record = record_of(ground=" ")
    assert record["decision_ground"] == "DECISION_GROUND_INCOMPATIBLE_CONTENT"
    assert record["incompatible_content_illegal"] == "No"
    assert "illegal_content_legal_ground" not in record


@pytest.mark.parametrize(
    ("law", "count", "source"),
    [
        ("JP", 0, "SOURCE_TYPE_OTHER_NOTIFICATION"),
        ("EU", 27, "SOURCE_ARTICLE_16"),
        ("FR", 1, "SOURCE_ARTICLE_16"),
    ],
)
def test_the_territory_is_one_that_the_database_knows(law, count, source):
    record = record_of(replace(NOTICE, jurisdiction=law))
    assert (len(record["territorial_scope"]), record["source_type"]) == (count, source)


def test_what_the_watch_has_found_is_said_to_be_found_by_a_machine():
    record = record_of(replace(NOTICE, kind=CaseKind.HIT))
    assert (record["source_type"], record["automated_detection"]) == ("SOURCE_VOLUNTARY", "Yes")


@pytest.mark.parametrize("outcome", [CaseOutcome.REFUSED, CaseOutcome.DUPLICATE, CaseOutcome.ANSWERED])
def test_what_restricts_nothing_has_no_record(outcome):
    assert record_of(outcome=outcome) is None


@pytest.mark.parametrize(
    "text",
    [
        "write to mother@example.org",
        "call +81 90-1234-5678",
        "tel 03 1234 5678",
        "tel ０９０-1234-5678",
        "(212) 555-0100",
    ],
)
def test_personal_data_are_refused_and_not_repeated(text):
    with pytest.raises(RefusedError) as refused:
        refuse_personal(text)
    assert "example.org" not in str(refused.value)
    assert "5678" not in str(refused.value)
    with pytest.raises(RefusedError):
        record_of(facts=text)


@pytest.mark.parametrize(
    "text",
    [
        "page 3 of volume 12",
        "decided on 2026-11-22 16:24",
        "17 U.S.C. 512(c)(3)(A)",
        "case n-40655868291390a3b1b59c20e8924c16",
        "row 1234567890",
    ],
)
def test_pages_days_and_laws_pass(text):
    assert refuse_personal(text) == text


def test_a_reason_that_nobody_could_read_is_refused_at_once():
    with pytest.raises(RefusedError, match="2000"):
        refuse_personal("a" * 2001)
