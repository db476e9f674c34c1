"""`sekisho trace`: where was a file used, by the runs and generation records that are at hand."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter
from cyclopts.validators import Number

from sekisho.audit.erased import kept_erased
from sekisho.audit.review.check import sealed_reviews
from sekisho.cli.audit.options import Edition, Persons
from sekisho.cli.audit.section import section_for
from sekisho.cli.say import note, say
from sekisho.cli.trace.found import Found, decided, entries_of, found_files, looked_at, silent
from sekisho.cli.trace.told import provenance_json, provenance_text
from sekisho.errors import UsageError
from sekisho.fingerprint import Look
from sekisho.locale import Word, shown, text
from sekisho.model import Decision, EntryId, KeyId, Policy, Purpose, Use
from sekisho.policy import LISTED, shipped_policy
from sekisho.snapshot import Snapshot
from sekisho.store.clock import now
from sekisho.store.generation_index import open_generations
from sekisho.store.generations import Generations
from sekisho.store.run_index import Recorded, open_run
from sekisho.store.runs import RunDirectory
from sekisho.store.snapshot_file import SnapshotFile, all_trusted
from sekisho.trace.lines import Line
from sekisho.trace.query import query_of
from sekisho.trace.search import Traced
from sekisho.trace.search import trace as traced
from sekisho.trace.shown import as_json, as_text

__all__ = ["trace"]

_EDITION, _PERSONS = Edition(), Persons()
_Paths = Annotated[tuple[Path, ...], Parameter(negative=())]

trace = App(
    name="trace",
    help="""Search what runs and generation records say about files that were found.

    Whoever holds the records asks: the same file, near copies of a picture or
    film in 8 orientations, and with --snapshot or --entry rows that were found
    to show the same registered work. The answer is lines of evidence and no
    verdict. C2PA manifests are shown where the extra [c2pa] is installed.

    A text is found by its exact bytes, and by the registered works in it: rows
    keep no passages, so nobody's text can be read from a run, or looked for.

    Example: sekisho trace found.png --run RUN --generations GENERATIONS
    """,
)


def opened_records(
    runs: Sequence[Path], generations: Sequence[Path], lang: Literal["ja", "en"]
) -> list[Recorded]:
    """Open all records; their indexes are made if they are not there.

    Raises:
        UsageError: none was named.
    """
    if not runs and not generations:
        raise UsageError("no records were named", hint="sekisho trace FILE --run RUN")

    def tell(rows: int) -> None:
        note(text("trace.indexing", lang, count=rows))

    opened = [open_run(run, tell=tell) for run in runs]
    for folder in generations:
        opened += open_generations(Generations.open(folder), tell=tell)
    return opened


def _use(records: Sequence[Recorded]) -> Use:
    """Return a use to check a file by; which works it shows does not depend on it."""
    operator = KeyId(records[0].facts["operator"])
    return Use(operator=operator, purpose=Purpose.TRAIN, territory="JP", on=now().date())


def _snapshot(edition: Edition, persons: Persons, use: Use | None, policy: Policy) -> Snapshot | None:
    """Open the edition, with the section beside it, so that of a listed file nothing is said but that."""
    if edition.snapshot is None or use is None:
        return None
    return SnapshotFile(
        path=edition.snapshot.absolute(),
        trusted=all_trusted(edition.trusted_keys),
        now=now(),
        max_age=timedelta(days=edition.max_age_days),
        allow_stale=edition.allow_stale,
        protected=section_for(persons, edition, edition.snapshot, use, policy, None, any_purpose=True),
    ).open()


@cache
def _reviewed(run: str) -> Mapping[str, str]:
    """Return the outcome of each item of a run that its sealed reviews have decided about.

    Nothing if rows of it were erased: its reviews can not be made again.
    """
    files = RunDirectory(Path(run).absolute())
    reviews = sealed_reviews(files) if kept_erased(files) is None else None
    found = {} if reviews is None else reviews.verdicts(reviews.reviewed.on)
    return {item: verdict.outcome.value for item, verdict in found.items()}


def _after_review(line: Line) -> str:
    return _reviewed(line.name).get(line.item, "") if line.store == "run" else ""


def _is_listed(decision: Decision | None) -> bool:
    return decision is not None and decision.reason == LISTED.reason


def _json(found: Found, seen: Look, answer: Traced) -> dict[str, object]:
    lines = [as_json(line) | _review_json(line) for line in answer.lines]
    return {
        "file": shown(found.name),
        "sha256": seen.fingerprint.sha256.hex(),
        "media_type": seen.media_type,
        "unreadable": None if seen.problem is None or found.text else seen.problem.reason.value,
        "lines": lines,
        "total": answer.total,
        "c2pa": provenance_json(found.data, seen.media_type),
        "verdict": None,
    }


def _review_json(line: Line) -> dict[str, str]:
    after = _after_review(line)
    return {"reviewed": after} if after else {}


def _say(found: Found, seen: Look, answer: Traced, lang: str) -> None:
    say(text("trace.file", lang, name=shown(found.name), sha256=seen.fingerprint.sha256.hex()))
    if found.text is not None:
        say("  " + text("trace.text_only", lang))
    elif seen.problem is not None:
        say("  " + text("trace.unreadable", lang, reason=Word("unreadable", seen.problem.reason.value)))
    for number, line in enumerate(answer.lines, 1):
        for part in as_text(line, number, lang, _after_review(line)):
            say("  " + part)
    if answer.total > len(answer.lines):
        say("  " + text("trace.more", lang, count=answer.total - len(answer.lines)))
    for part in provenance_text(found.data, seen.media_type, lang):
        say("  " + part)
    say("  " + text("trace.no_verdict" if answer.total else "trace.nothing", lang, count=answer.total))


@trace.default
def search(
    *file: Path,
    run: _Paths = (),
    generations: _Paths = (),
    entry: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    edition: Edition = _EDITION,
    persons: Persons = _PERSONS,
    limit: Annotated[int, Parameter(validator=Number(gte=1))] = 100,
    format: Literal["text", "json"] = "text",  # noqa: A002
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Search files that were found.

    Example: sekisho trace found.png --run RUN --generations GENERATIONS

    Args:
        file: Pictures, films and texts that were found.
        run: RUN directories (several are possible).
        generations: GENERATIONS directories (several are possible).
        entry: Registered works, e-..., that the files are known to show (several are possible).
        edition: With a snapshot it is looked which registered works the files show.
        persons: So that of a listed file nothing is said but that.
        limit: Lines for each file and record.
        format: text, or json with one object for each file on a line.
        lang: Language of the text.
    """
    files = found_files(file)
    records = opened_records(run, generations, lang)
    policy, use = silent(shipped_policy("opt-in")), _use(records) if records else None
    snapshot = _snapshot(edition, persons, use, policy)
    for found in files:
        decision = None
        if snapshot is not None and use is not None:
            decision = decided(found, snapshot, policy, use)
        if _is_listed(decision):
            say(json.dumps({"listed": True}) if format == "json" else text("trace.found_listed", lang))
            continue
        entries = (*map(EntryId, entry), *(entries_of(decision) if decision is not None else ()))
        seen = looked_at(found)
        answer = traced(query_of(seen, tuple(dict.fromkeys(entries))), records, limit=limit)
        if format == "json":
            say(json.dumps(_json(found, seen, answer), ensure_ascii=False, sort_keys=True))
        else:
            _say(found, seen, answer, lang)
