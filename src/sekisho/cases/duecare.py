"""The due-care record: what a diligent operator can show, line by line, and what shows each line.

It proves what was done. That this was enough, nobody can prove but a court. What is only the operator's word
is marked so. Numbers about persons below ten are told as `<10`, and what could be inferred from so few is
not told.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from typing import Any

from sekisho.cases.clocks import Term
from sekisho.codec.moments import moment_text
from sekisho.locale import text
from sekisho.model import Case, CaseOutcome, CaseState, KeyId

__all__ = [
    "CareRecord",
    "Ground",
    "Line",
    "Section",
    "care_json",
    "care_page",
    "case_lines",
    "few",
    "part_of",
    "share_of",
]

FEW = 10
_HOUR = timedelta(hours=1)
_WORDS, _ABOUT = "care.", "care.of_"
_TAG = re.compile(r"<(?=[^\d])")
_CORRECTIONS = frozenset(
    {
        CaseOutcome.REMOVED,
        CaseOutcome.RESTRICTED,
        CaseOutcome.BLOCKED_AT_GENERATION,
        CaseOutcome.DATASET_EXCLUDED,
    }
)


class Ground(StrEnum):
    """On what ground a line stands."""

    LOG = "log"
    """Signed, and the receipt of a log proves since when it stands unchanged."""
    RECORDS = "records"
    """Computed from signed records that were verified; some of them no log has yet."""
    WORD = "word"
    """Declared by the operator; nothing shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that is shown.

    Attributes:
        key: of its words in the catalogue.
        values: what the words have.
        receipt: the entry and the log that prove it, or the digest that it was computed from.
    """

    key: str
    values: Mapping[str, str]
    by: Ground
    receipt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Lines about one thing: a run, the cases of a desk, the records of generations."""

    key: str
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CareRecord:
    """All that an operator shows, at one moment."""

    operator: KeyId
    at: datetime
    sections: tuple[Section, ...]


def few(count: int) -> str:
    """Return a number about persons as it may be told."""
    return str(count) if count == 0 or count >= FEW else f"<{FEW}"


def part_of(part: int, whole: int) -> str:
    """Return a part as it may be told: neither it nor what is left of the whole is a number below ten."""
    return f">{whole - FEW}" if part >= FEW and 0 < whole - part < FEW else few(part)


def _moment(case: Case, state: CaseState) -> datetime | None:
    return next((event.at for event in case.events if event.state is state), None)


def _hours(cases: Sequence[Case], state: CaseState) -> tuple[int, str]:
    """Return how many cases came to a state, and the median of hours until then; of few it is not told."""
    took = [(at - case.opened) / _HOUR for case in cases if (at := _moment(case, state)) is not None]
    return len(took), f"{median(took):.0f}" if len(took) >= FEW else "-"


def share_of(part: int, whole: int) -> str:
    """Return a share in percent, unless it would tell a number that may not be told."""
    return "-" if whole < FEW or 0 < part < FEW or 0 < whole - part < FEW else f"{100 * part / whole:.1f} %"


def _terms(terms: Sequence[Term], now: datetime) -> Iterator[tuple[str, Mapping[str, str]]]:
    for key, chosen in (
        ("care.terms", [term for term in terms if not term.may]),
        ("care.terms_may", [term for term in terms if term.may]),
    ):
        late = sum(1 for term in chosen if term.is_overdue(now))
        met = sum(1 for term in chosen if term.met is not None and not term.is_overdue(now))
        values = {
            "all": few(len(chosen)),
            "met": part_of(met, len(chosen)),
            "late": part_of(late, len(chosen)),
        }
        yield key, values | {"share": share_of(late, len(chosen))}


def case_lines(
    cases: Sequence[tuple[Case, Sequence[Term]]], now: datetime, *, logged: bool, receipt: str
) -> tuple[Line, ...]:
    """Return what the cases of a desk show: how many, how long they took, which terms were kept.

    Args:
        cases: verified, each with its terms.
        now: aware UTC.
        logged: every step of them stands in the log that `receipt` names.
        receipt: which log has the steps, and how many of them.
    """
    only = [case for case, _ in cases]
    by = Ground.LOG if logged and cases else Ground.RECORDS
    decided, to_decide = _hours(only, CaseState.DECIDED)
    told, to_tell = _hours(only, CaseState.NOTIFIED)
    corrected = sum(1 for case in only if case.outcome in _CORRECTIONS)
    facts: list[tuple[str, Mapping[str, str]]] = [
        (
            "care.cases",
            {
                "all": few(len(only)),
                "decided": part_of(decided, len(only)),
                "corrected": part_of(corrected, len(only)),
            },
        ),
        ("care.times", {"decide": to_decide, "tell": to_tell, "told": part_of(told, len(only))}),
        *_terms([term for _, terms in cases for term in terms if not term.window], now),
    ]
    rules = sorted({event.rule for case in only for event in case.events if event.rule})
    if rules:
        facts.append(("care.case_rules", {"rules": ", ".join(rules)}))
    return tuple(Line(key=key, values=values, by=by, receipt=receipt) for key, values in facts)


def _flat(words: str) -> str:
    """Return words without anything that ends a line, or opens a mark of Markdown or HTML."""
    return " ".join(_TAG.sub("&lt;", words.replace("`", "'").replace("|", "/")).split())


def _line(line: Line, lang: str) -> str:
    said = text(line.key, lang, **{name: _flat(value) for name, value in line.values.items()})
    proof = f" `{line.receipt}`" if line.receipt else ""
    return f"* {said} — **{text(f'care.by_{line.by}', lang)}**{proof}"


def care_page(record: CareRecord, lang: str) -> str:
    """Return the record as Markdown."""
    title, enough = text("care.title", lang), text("care.not_enough", lang)
    head = text("care.head", lang, operator=record.operator, at=f"{record.at:%Y-%m-%d %H:%M} UTC")
    lines = [f"# {title}", "", head, "", f"**{enough}**", ""]
    lines += [f"* **{text(f'care.by_{by}', lang)}**: {text(f'care.means_{by}', lang)}" for by in Ground]
    for section in record.sections:
        name = f" `{_flat(section.name)}`" if section.name else ""
        lines += ["", f"## {text(section.key, lang)}{name}", ""]
        lines += [_line(line, lang) for line in section.lines]
    return "\n".join([*lines, ""])


def care_json(record: CareRecord) -> dict[str, Any]:
    """Return the record as a program reads it, and as it is signed."""
    return {
        "v": 1,
        "at": moment_text(record.at),
        "operator": record.operator,
        "proves": "what was done, not that it sufficed",
        "sections": [
            {
                "about": section.key.removeprefix(_ABOUT),
                "name": section.name,
                "lines": [
                    {
                        "what": line.key.removeprefix(_WORDS),
                        "values": dict(line.values),
                        "by": line.by.value,
                        "receipt": line.receipt,
                    }
                    for line in section.lines
                ],
            }
            for section in record.sections
        ],
    }
