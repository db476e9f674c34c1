"""Statements of reasons: a decision as the DSA Transparency Database takes it, without personal data.

Fields, words and lengths were compared with the database's API documentation and with the rules by which
it checks them (github.com/digital-services-act/transparency-database, `api-documentation.md` and
`GroupedSubmissionsService.php`; the words of July 2025, in which
`STATEMENT_CATEGORY_NON_CONSENSUAL_BEHAVIOUR` is gone and cyber violence has come).
Regulation (EU) 2022/2065 art. 17, 24(5).

Not confirmed: that training data and outputs of a model are content in its sense, so what is restricted
there is `OTHER`, with words; and that the list of countries is the Union's alone, without its neighbours.
`content_date` is wanted, and nobody here knows it: it is null, and for the operator to fill in. Of a law
outside of the European Union the territory is empty, and the database takes no statement. Nothing is sent;
the file is for the operator to hand in.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime

from sekisho.errors import RefusedError
from sekisho.model import Case, CaseKind, CaseOutcome, Subject

__all__ = ["MAX_REASON", "MEMBERS", "refuse_personal", "statement_of_reasons"]

MAX_GROUND, MAX_REASON = 500, 2000
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?")
_PERSONAL = re.compile(
    r"[\w.+-]{1,64}@[\w-]+\.[\w.-]+"
    r"|(?<![\w-])(?:\+|\(?0)\d[\d\s().-]{7,30}\d(?!\w)"
    r"|(?<![\w-])\(?\d{2,4}[)\s.-]{1,3}\d{2,4}[\s.-]{1,3}\d{3,4}(?!\w)"
)
"""E-mail addresses and telephone numbers, more often than not; what it misses a person has to see."""
MEMBERS = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)
"""The European Union, by ISO 3166-1."""
_OTHER = "DECISION_VISIBILITY_OTHER"
_VISIBILITY: Mapping[CaseOutcome, tuple[str, str]] = {
    CaseOutcome.REMOVED: ("DECISION_VISIBILITY_CONTENT_REMOVED", ""),
    CaseOutcome.DATASET_EXCLUDED: (_OTHER, "excluded from a training dataset"),
    CaseOutcome.BLOCKED_AT_GENERATION: (_OTHER, "outputs of a model that show it are withheld"),
    CaseOutcome.RESTRICTED: (_OTHER, "restricted; see the facts"),
}
_CONTENT: Mapping[CaseOutcome, tuple[str, str]] = {
    CaseOutcome.DATASET_EXCLUDED: ("CONTENT_TYPE_OTHER", "item of a training dataset"),
    CaseOutcome.BLOCKED_AT_GENERATION: ("CONTENT_TYPE_SYNTHETIC_MEDIA", ""),
}
_ANY_CONTENT = ("CONTENT_TYPE_OTHER", "see the facts")
_CATEGORY: Mapping[Subject, str] = {
    Subject.WORK: "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
    Subject.CHARACTER: "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
    Subject.LIKENESS: "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
    Subject.PERSONAL: "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
    Subject.INTIMATE: "STATEMENT_CATEGORY_CYBER_VIOLENCE",
}


def refuse_personal(text: str) -> str:
    """Return a text that shows no e-mail address and no telephone number, in whatever width of letters.

    Raises:
        RefusedError: it shows one, or is too long to be looked at.
    """
    if len(text) > MAX_REASON:
        raise RefusedError(f"the reason has more than {MAX_REASON} characters", hint="say it shorter")
    if found := _PERSONAL.search(_DATE.sub(" ; ", unicodedata.normalize("NFKC", text))):
        raise RefusedError(
            f"the reason shows personal data: {found.group()[:3]}…",
            hint="leave it out: others will read this",
        )
    return text


def _ground(facts: str, ground: str) -> Mapping[str, object]:
    """Say the law if one was named; else it rests on the operator's terms, and nothing is called illegal."""
    if ground.strip():
        return {
            "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
            "illegal_content_legal_ground": ground[:MAX_GROUND],
            "illegal_content_explanation": facts,
        }
    return {
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": "the operator's own terms",
        "incompatible_content_explanation": facts,
        "incompatible_content_illegal": "No",
    }


def _territory(jurisdiction: str) -> list[str]:
    if jurisdiction == "EU":
        return list(MEMBERS)
    return [jurisdiction] if jurisdiction in MEMBERS else []


def _source(case: Case, territory: list[str]) -> Mapping[str, object]:
    if case.kind is CaseKind.HIT:
        return {"source_type": "SOURCE_VOLUNTARY", "automated_detection": "Yes"}
    word = "SOURCE_ARTICLE_16" if territory else "SOURCE_TYPE_OTHER_NOTIFICATION"
    return {"source_type": word, "automated_detection": "No"}


def statement_of_reasons(
    case: Case, *, facts: str, ground: str, application: datetime
) -> Mapping[str, object] | None:
    """Return the record of a decision that restricts something, None of one that does not.

    Args:
        case: decided.
        facts: what was looked at and found, at most `MAX_REASON` characters.
        ground: the law that it rests on; empty: the operator's own terms.
        application: since when, aware UTC.

    Raises:
        RefusedError: facts or ground show personal data.
    """
    if case.outcome is None or case.outcome not in _VISIBILITY or case.subject is None:
        return None
    visibility, seen_as = _VISIBILITY[case.outcome]
    content, content_as = _CONTENT.get(case.outcome, _ANY_CONTENT)
    territory = _territory(case.jurisdiction)
    return {
        "decision_visibility": [visibility],
        **({"decision_visibility_other": seen_as} if seen_as else {}),
        **_ground(refuse_personal(facts), refuse_personal(ground)),
        "category": _CATEGORY[case.subject],
        "content_type": [content],
        **({"content_type_other": content_as} if content_as else {}),
        "content_date": None,
        "territorial_scope": territory,
        "application_date": application.strftime("%Y-%m-%d"),
        "decision_facts": facts,
        **_source(case, territory),
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
        "puid": case.id,
    }
