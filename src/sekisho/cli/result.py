"""Judge a finished run and print it: for people, for programs, and for the services that run checks.

The verdict is there before anything is printed, and every form shows the same one.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sekisho.audit.again.changes import spoken
from sekisho.audit.gate.annotate import github, markdown
from sekisho.audit.gate.listing import Listing, list_findings
from sekisho.audit.gate.sarif import sarif
from sekisho.audit.gate.spoken import Places, notes
from sekisho.audit.gate.verdict import Verdict, judge
from sekisho.audit.protected import is_protected
from sekisho.audit.report.page import summary
from sekisho.audit.rows import SHOWN
from sekisho.audit.shape import Titles
from sekisho.cli.audit.forms import Form
from sekisho.cli.audit.gate import Exempt
from sekisho.cli.audit.options import Gate
from sekisho.cli.say import note, say
from sekisho.store.atomic import write_atomic
from sekisho.store.datasets.names import escape
from sekisho.store.decided import decisions

__all__ = ["Result", "judged", "places_of", "print_result"]

_BYTES = ("sha256", "pdq")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A finished run and what it comes to.

    Attributes:
        run: the RUN directory.
        found: the facts of the report.
        index: of the receipt's entry in the log.
    """

    run: Path
    found: dict[str, Any]
    manifest: Mapping[str, Any]
    listing: Listing
    verdict: Verdict
    titles: Titles
    index: int


def judged(
    run: Path,
    found: dict[str, Any],
    manifest: Mapping[str, Any],
    gate: Gate,
    exempt: Exempt,
    *,
    titles: Titles,
    index: int,
) -> Result:
    """Compute the verdict on a run, before anything is printed."""
    listing = list_findings(
        decisions(run, manifest["units"], columns=SHOWN),
        baseline=exempt.baseline,
        ignores=exempt.ignores,
        manifest=manifest,
    )
    verdict = judge(manifest, listing, fail_on=gate.fail_on, max_unreadable=gate.max_unreadable)
    return Result(
        run=run,
        found=found,
        manifest=manifest,
        listing=listing,
        verdict=verdict,
        titles=titles,
        index=index,
    )


def places_of(datasets: Sequence[Path]) -> Places:
    """Return what stands before an item's name in a path: a dataset as it was given, if that is relative.

    An absolute path, or one that leads upwards, says something about this machine; then it is the
    dataset's own name.
    """
    prefixes = []
    for path in datasets:
        inner = not path.is_absolute() and ".." not in path.parts
        place = path if inner else Path(path.resolve().name)
        place = place.parent if path.is_file() else place
        prefixes.append("" if place == Path() else escape(os.fsencode(place)))
    return Places(prefixes=tuple(prefixes))


def _rows(result: Result) -> Iterator[str]:
    for batch in decisions(result.run, result.manifest["units"], columns=SHOWN):
        for row in batch.to_pylist():
            hidden = is_protected(row)
            readable = row | {key: row[key].hex() if row[key] and not hidden else None for key in _BYTES}
            readable |= {"findings": [], "pdq_quality": None} if hidden else {}
            yield json.dumps(readable, ensure_ascii=False)


def _lines(result: Result, form: str, places: Places, lang: str) -> Iterator[str]:
    """Yield the lines of one form."""
    found, listing, verdict, titles = result.found, result.listing, result.verdict, result.titles
    match form:
        case "json":
            yield json.dumps({**found, "verdict": verdict.as_dict()}, ensure_ascii=False, sort_keys=True)
        case "jsonl":
            yield from _rows(result)
        case "sarif":
            document = sarif(result.manifest, listing, verdict, titles=titles, places=places, lang=lang)
            yield json.dumps(document, ensure_ascii=False, sort_keys=True)
        case "github":
            yield from github(listing, verdict, titles=titles, places=places, lang=lang)
        case "markdown":
            yield from markdown(found, listing, verdict, titles=titles, lang=lang)
        case _:
            yield from summary(found, lang, report=str(result.run / "report.html"), leaf=str(result.index))
            if "again" in found:
                yield from spoken(found["again"], lang)


def print_result(result: Result, forms: Sequence[Form], places: Places, lang: str) -> None:
    """Print a finished run in every form that was asked for.

    Args:
        result: with its verdict.
        forms: where to, and how.
        places: of the datasets.
        lang: `ja` or `en`; changes text only, never a key.
    """
    for form in forms:
        lines = _lines(result, form.name, places, lang)
        if form.file is not None:
            write_atomic(form.file, (f"{line}\n".encode() for line in lines), force=True)
        else:
            for line in lines:
                say(line)
    for line in notes(result.listing, result.verdict, lang):
        note(line)
