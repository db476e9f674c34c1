"""`sekisho registry doctor`: what a registry should look at."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from sekisho.cli.say import complain, note, say
from sekisho.cli.submission import registry_at
from sekisho.errors import NotFoundError
from sekisho.fingerprint import MIN_QUALITY, look
from sekisho.locale import shown
from sekisho.media import Limits
from sekisho.registry.doctor import Item, diagnose, facts_of
from sekisho.registry.entries import read_grants
from sekisho.registry.prints import open_prints
from sekisho.registry.states import stood_entries
from sekisho.signing import GRANT, REVOCATION
from sekisho.store.clock import today
from sekisho.store.works import list_works, opened

__all__ = ["doctor"]

LINES = 20
"""Of each finding, in the table; JSON has all."""


def _from_prints(file: Path) -> Iterator[Item]:
    hashes: dict[tuple[str, bytes | None], tuple[bytes, ...]] = {}
    with file.open("rb") as stream:
        for p in open_prints(stream).prints():
            known = hashes.get((p.name, p.sha256), ())
            hashes[p.name, p.sha256] = (*known, p.pdq) if p.pdq is not None else known
    yield from ((sha256, pdqs) for (_, sha256), pdqs in hashes.items())


def _from_pictures(path: Path) -> Iterator[Item]:
    limits = Limits()
    for work in list_works((path,)):
        with opened(work) as reader:
            data = reader.whole(limits.max_bytes)
        seen = look(data, limits=limits, turned=False) if data is not None else None
        if seen is None or seen.problem is not None:
            complain(f"{work.name}: not read, and not counted")
            continue
        made = seen.fingerprint
        pairs = ((made.pdq, made.quality or 0), *made.more)
        yield made.sha256, tuple(pdq for pdq, quality in pairs if pdq is not None and quality >= MIN_QUALITY)


def _background(paths: Sequence[Path]) -> Iterator[Item]:
    for path in paths:
        if not path.exists():
            raise NotFoundError(f"there is no file or folder {path}")
        yield from _from_prints(path) if path.suffix == ".jsonl" else _from_pictures(path)


_TITLES = {
    "conflicts": "entries near an earlier one of another holder",
    "shared_texts": "entries whose texts share passages with an earlier one of another holder",
    "over_matching": "entries that match pictures of the background",
    "doubted": "entries in dispute",
    "lapsed": "entries whose protection has ended",
    "ended_grants": "grants that have ended",
    "foreign": "entries of lists that others made",
}


def _table(facts: dict[str, Any]) -> None:
    say(f"{facts['entries']} entries, {facts['compared']} compared on that day")
    for key, title in _TITLES.items():
        if key == "over_matching" and facts["background"] is None:
            note("false alarms were not measured: name pictures that show none of the works in --background")
            continue
        rows = facts[key]
        measured = f" ({facts['background']['items']} items)" if key == "over_matching" else ""
        say(f"{len(rows)} {title}{measured}")
        for row in rows[:LINES]:
            say("  " + "  ".join(f"{name} {shown(str(value))}" for name, value in row.items()))
        if len(rows) > LINES:
            say(f"  ... and {len(rows) - LINES} more; --format json has all")


def doctor(
    *,
    background: Annotated[Sequence[Path], Parameter(consume_multiple=True, negative=())] = (),
    on: date | None = None,
    format: Literal["table", "json"] = "table",  # noqa: A002 - the flag's name
    registry: str | None = None,
) -> None:
    """Examine a registry: rivals, entries that match too much, what has ended or is in doubt.

    With --background every entry is compared with pictures that show none of the works
    (folders, files, or a prints.jsonl): its false-alarm rate is the share of them within
    31 bits of it. Nothing is changed; what to do about it is a person's decision.

    Example: sekisho registry doctor --background ./landscapes

    Args:
        background: Pictures that show none of the works, or a prints.jsonl of such.
        on: The day for which states are shown; default: today.
        format: table, or json with every line.
        registry: The registry, a file or a database URL.
    """
    database = registry_at(registry)
    day = on or today()
    grants = read_grants(database.statements(GRANT), database.statements(REVOCATION))
    items = list(_background(background)) if background else None
    found = diagnose(
        stood_entries(database, day), database.prints(), grants, day, items, texts=database.texts()
    )
    if found.backdrop is not None and found.backdrop.registered:
        note(f"{found.backdrop.registered} files of the background are registered themselves; left out")
    facts = facts_of(found)
    if format == "json":
        say(json.dumps(facts, ensure_ascii=False, sort_keys=True))
    else:
        _table(facts)
