"""Say what was found in a text: grade, places and shares, and that a quotation may be lawful.

Places are half-open code points of the field as stored. Of personal information the kind and the place
are said, never the value.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sekisho.audit.personal import Place
from sekisho.audit.report.texts import OF_TEXT, finding_detail, grade_of, is_withheld, shares
from sekisho.locale import Word, percent, shown, text, word
from sekisho.model import Edit, Method

__all__ = ["say_edits", "say_found", "say_grade", "say_kinds", "say_lawful", "say_personal"]

MAX_SPANS = 20
WHOLE = 1000

Finding = Mapping[str, Any]


def say_found(finding: Finding, lang: str) -> Sequence[str]:
    """Say how a text meets an entry, how much of both that is, and where it stands."""
    method = Word("method", finding["method"])
    where = _where(finding_detail(finding), lang)
    if finding["method"] == Method.NAME:
        return [text("explain.text_name", lang, method=method), *_rule(finding_detail(finding), lang), where]
    if finding["method"] == Method.LINE:
        return [text("explain.text_line", lang, method=method), where]
    numbers = shares(finding)
    return [
        text("explain.text_grade", lang, method=method, grade=Word("grade", grade_of(finding))),
        text(
            "explain.text_shares",
            lang,
            units=numbers["units"],
            coverage=percent(numbers["coverage"], WHOLE, lang),
            containment=percent(numbers["containment"], WHOLE, lang),
        ),
        where,
    ]


def _rule(detail: Mapping[str, Any], lang: str) -> Sequence[str]:
    """Say why a name counts."""
    rule = str(detail.get("rule", ""))
    return [text("explain.text_rule", lang, rule=Word("name_rule", rule))] if rule else []


def _where(detail: Mapping[str, Any], lang: str) -> str:
    spans = str(detail.get("spans", "")).split(",")
    more = text("review.more", lang, count=len(spans) - MAX_SPANS) if len(spans) > MAX_SPANS else ""
    listed = text("list.separator", lang).join([*spans[:MAX_SPANS], *([more] if more else [])])
    return text("explain.text_where", lang, field=_field(str(detail.get("field", "")), lang), spans=listed)


def _field(name: str, lang: str) -> str:
    return shown(name) if name else text("explain.whole_item", lang)


def say_grade(finding: Finding, lang: str) -> str:
    """Say a finding in a text in a few words, for a list; empty for one of a picture or a file."""
    if finding["method"] not in OF_TEXT:
        return ""
    if not grade_of(finding) or finding["method"] == Method.LINE:
        return word("method", finding["method"], lang)
    numbers = shares(finding)
    return text(
        "finding.text",
        lang,
        grade=Word("grade", grade_of(finding)),
        coverage=percent(numbers["coverage"], WHOLE, lang),
        containment=percent(numbers["containment"], WHOLE, lang),
    )


def say_kinds(kinds: Sequence[str], lang: str) -> str:
    """Say which kinds of personal information there are; empty if there are none."""
    if not kinds:
        return ""
    return text(
        "finding.personal", lang, kinds=_joined([word("personal", kind, lang) for kind in kinds], lang)
    )


def _joined(parts: Sequence[str], lang: str) -> str:
    return text("list.separator", lang).join(parts)


def say_lawful(findings: Sequence[Finding], lang: str) -> Sequence[str]:
    """Say, where a text was found in another, that a quotation may be lawful."""
    quoted = any(f["method"] in {Method.PASSAGES, Method.LINE} for f in findings)
    return [text("explain.lawful", lang)] if quoted else []


def say_personal(row: Mapping[str, Any], places: Sequence[Place] | None, lang: str) -> Sequence[str]:
    """Say the kinds of personal information in an item, and where it is.

    Args:
        row: of the decisions.
        places: of the item; None if they were deleted.
        lang: `ja` or `en`.
    """
    kinds = row.get("personal")
    if not kinds:
        return []
    named = _joined([word("personal", kind, lang) for kind in kinds], lang)
    lines = [text("explain.personal", lang, kinds=named)]
    if places is None:
        return [*lines, text("explain.personal_deleted", lang)]
    lines += [_place(place, lang) for place in places[:MAX_SPANS]]
    if len(places) > MAX_SPANS:
        lines.append("  " + text("review.more", lang, count=len(places) - MAX_SPANS))
    return lines


def _place(place: Place, lang: str) -> str:
    return text(
        "explain.personal_place",
        lang,
        kind=Word("personal", place.type.value),
        field=_field(place.field, lang),
        span=f"{place.start}-{place.end}",
        rule=shown(place.rule),
        score=place.score,
    )


def say_edits(row: Mapping[str, Any], lang: str) -> Sequence[str]:
    """Say which edits an item waits for, or that there is none that could be made."""
    if is_withheld(row):
        return [text("explain.withheld", lang)]
    known = [edit for edit in row.get("edits") or () if edit in {e.value for e in Edit}]
    options = " ".join(f"--{edit}" for edit in known)
    return [text("explain.edits", lang, options=options)] if known else []
