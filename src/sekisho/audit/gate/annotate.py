"""Say a run's findings where GitHub Actions shows them: as annotations, and as a job summary.

Names and titles come from outside; here they can neither begin a command nor become markup. Source:
docs.github.com, "Workflow commands for GitHub Actions" (2026).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sekisho.audit.gate.listing import Listed, Listing
from sekisho.audit.gate.spoken import Places, concluded, notes, said
from sekisho.audit.gate.verdict import Verdict
from sekisho.audit.report.page import summary
from sekisho.audit.shape import Titles
from sekisho.locale import shown, text
from sekisho.model import Outcome

__all__ = ["github", "markdown"]

SHOWN_BY_GITHUB = 10
"""Annotations of each level that GitHub shows for a step."""
MAX_ROWS = 50
"""Findings in a job summary; GitHub refuses one of more than 1 MiB."""
COMMANDS = {Outcome.BLOCK.value: "error", Outcome.REVIEW.value: "warning"}
_MARKUP = frozenset("\\`*_[]<>#|~@:&")
"""Without these there is no emphasis, link, mention, HTML or cell; an address loses its colon."""


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def _command(command: str, message: str, file: str = "") -> str:
    named = f" file={_property(file)}" if file else ""
    return f"::{command}{named}::{_data(message)}"


def github(listing: Listing, verdict: Verdict, *, titles: Titles, places: Places, lang: str) -> Iterator[str]:
    """Yield workflow commands: the first findings that count, and what the exit code rests on.

    Args:
        listing: the run's findings.
        verdict: on it.
        titles: what the registry says about an entry.
        places: of the datasets.
        lang: `ja` or `en`.
    """
    for outcome, command in COMMANDS.items():
        found = [one for one in listing.shown if one.counts and one.row["outcome"] == outcome]
        for one in found[:SHOWN_BY_GITHUB]:
            yield _command(command, said(one.row, titles, lang), places.path(one.row["item"]))
        left_off = verdict.counts[outcome] - min(len(found), SHOWN_BY_GITHUB)
        if left_off:
            yield _command("notice", text("sarif.more", lang, count=left_off))
    for line in notes(listing, verdict, lang):
        yield _command("warning", line)
    yield _command("error" if verdict.code else "notice", concluded(verdict, lang))


def _cell(value: str) -> str:
    """Write text that Markdown takes for nothing but text."""
    made = "".join(f"&#{ord(c)};" if c in _MARKUP else c for c in shown(value))
    return made.replace("www.", "www&#46;")


def _table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for row in rows:
        yield f"| {' | '.join(map(_cell, row))} |"
    yield ""


def _listed(found: Sequence[Listed], titles: Titles, lang: str) -> Iterator[Sequence[str]]:
    for one in found[:MAX_ROWS]:
        yield one.row["item"], said(one.row, titles, lang)


def markdown(
    facts: Mapping[str, Any], listing: Listing, verdict: Verdict, *, titles: Titles, lang: str
) -> Iterator[str]:
    """Yield a job summary.

    Args:
        facts: of the run.
        listing: its findings.
        verdict: on it.
        titles: what the registry says about an entry.
        lang: `ja` or `en`.
    """
    yield "## " + text("markdown.title", lang)
    yield ""
    yield f"**{_cell(concluded(verdict, lang))}**"
    yield ""
    for line in (*notes(listing, verdict, lang), *summary({**facts, "sample": None}, lang)):
        yield f"- {_cell(line)}"
    yield ""
    counted = [one for one in listing.shown if one.counts]
    if counted:
        head = (text("markdown.item", lang), text("markdown.finding", lang))
        yield from _table(head, _listed(counted, titles, lang))
    left_off = sum(verdict.counts.values()) - min(len(counted), MAX_ROWS)
    if left_off:
        yield _cell(text("sarif.more", lang, count=left_off))
        yield ""
    ignored = [one for one in listing.shown if one.ignore is not None]
    if ignored:
        head = (text("markdown.item", lang), text("markdown.ignored", lang))
        yield from _table(head, _ignored(ignored))


def _ignored(found: Sequence[Listed]) -> Iterator[Sequence[str]]:
    for one in found[:MAX_ROWS]:
        if one.ignore is not None:
            yield one.row["item"], f"{one.ignore.reason} ({one.ignore.by}, {one.ignore.until})"
