"""Say a finding, and what does not count, in one line: the words of every form that lists findings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sekisho.audit.gate.ignored import stands_against
from sekisho.audit.gate.listing import Listing
from sekisho.audit.gate.verdict import UNFINISHED, Verdict, Why
from sekisho.audit.part_finding import say_part
from sekisho.audit.report.texts import strongest
from sekisho.audit.shape import Titles, labelled
from sekisho.audit.text_finding import say_grade, say_kinds
from sekisho.locale import Titled, Word, shown, text, word
from sekisho.policy import PROTECTED_KINDS, PROTECTED_REASONS

__all__ = ["Places", "concluded", "notes", "said"]

MAX_ENTRIES = 3

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Places:
    """What stands before the items of each dataset in a path; never an absolute path of this machine."""

    prefixes: tuple[str, ...]

    def path(self, item: str) -> str:
        """Return an item's path; of several datasets, the item's own number says which one it is in."""
        number, name = 1, item
        if len(self.prefixes) > 1:
            before, _, after = item.partition(":")
            if before.isascii() and before.isdigit():
                number, name = int(before), after
        prefix = self.prefixes[number - 1] if 0 < number <= len(self.prefixes) else ""
        return f"{prefix}/{name}" if prefix else name


def _entries(row: Row, titles: Titles, lang: str) -> str:
    """Name the registrations that stand against an item, the deciding one first."""
    against: dict[str, str] = {}
    for finding in row["findings"]:
        if stands_against(finding):
            against.setdefault(finding["entry"], finding["permission"])
    named = [
        text(
            "finding.entry",
            lang,
            title=Titled(labelled(titles, entry).title, entry),
            holder=labelled(titles, entry).holder,
            permission=Word("permission", permission),
        )
        for entry, permission in list(against.items())[:MAX_ENTRIES]
    ]
    if len(against) > MAX_ENTRIES:
        named.append(text("finding.more", lang, count=len(against) - MAX_ENTRIES))
    return text("list.separator", lang).join(named)


def said(row: Row, titles: Titles, lang: str) -> str:
    """Say in one line what was decided about an item and why.

    Of a person, or of an authority's list, nothing but the reason is said: no entry and no distance.
    """
    parts = [text("finding.decided", lang, outcome=Word("outcome", row["outcome"]), reason=_reason(row))]
    if row["problem"]:
        parts.append(word("unreadable", row["problem"], lang))
    kinds = {finding["kind"] for finding in row["findings"] or ()}
    if row["reason"] not in PROTECTED_REASONS and not kinds & PROTECTED_KINDS:
        entries = _entries(row, titles, lang) if row["findings"] else ""
        parts += filter(None, [entries, _in_text(row, lang), _in_part(row, lang)])
    return text("finding.joint", lang).join(parts)


def _in_text(row: Row, lang: str) -> str:
    """Say of a text how strongly it meets a work, and which kinds of personal information are in it."""
    found = strongest([finding for finding in row["findings"] or () if stands_against(finding)])
    said_of_it = [
        say_grade(found, lang) if found is not None else "",
        say_kinds(row.get("personal") or (), lang),
    ]
    return text("finding.joint", lang).join(filter(None, said_of_it))


def _in_part(row: Row, lang: str) -> str:
    """Say which part of the item shows a work, or how similar it is."""
    return say_part([finding for finding in row["findings"] or () if stands_against(finding)], lang)


def _reason(row: Row) -> Word:
    return Word("reason", row["reason"])


def concluded(verdict: Verdict, lang: str) -> str:
    """Say the exit code and what it rests on."""
    if verdict.why is Why.NOTHING:
        return text("audit.nothing", lang)
    if verdict.why is Why.INCOMPLETE:
        return text("audit.incomplete", lang, count=verdict.unreadable)
    if verdict.why is Why.MODELS:
        models = text("list.separator", lang).join(shown(model) for model in verdict.missing)
        return text("audit.models_missing", lang, models=models)
    return text(
        f"verdict.{verdict.why.value}",
        lang,
        blocks=verdict.counts["block"],
        reviews=verdict.counts["review"],
        level=Word("verdict_level", verdict.fail_on),
    )


def _beside(listing: Listing, verdict: Verdict, lang: str) -> Iterator[str]:
    if listing.with_baseline:
        counts = {"known": listing.known, "moved": listing.moved, "gone": listing.gone}
        yield text("audit.baseline", lang, **counts)
    if listing.differs:
        parts: Sequence[str] = [word("baseline_differs", name, lang) for name in listing.differs]
        yield text("audit.baseline_differs", lang, what=text("list.separator", lang).join(parts))
    if verdict.ignored:
        yield text("audit.ignored", lang, count=verdict.ignored)
    for ignore in listing.expired:
        yield text("audit.ignore_expired", lang, what=ignore.what, by=ignore.by, until=ignore.until)
    for ignore in listing.unmatched:
        yield text("audit.ignore_unmatched", lang, what=ignore.what, by=ignore.by)


def notes(listing: Listing, verdict: Verdict, lang: str) -> list[str]:
    """Return what has to be said beside any result: that it is a sample, incomplete, or leaves things out."""
    lines = list(_beside(listing, verdict, lang))
    if verdict.sample is not None:
        lines.append(text("audit.sample", lang, taken=verdict.sample["taken"], of=verdict.sample["of"]))
    if verdict.why in UNFINISHED:
        lines.append(concluded(verdict, lang))
    return lines
