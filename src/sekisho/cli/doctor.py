"""`sekisho registry doctor`: what a registry should look at."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from cyclopts import Parameter

from sekisho.cli.given import LOOK
from sekisho.cli.likeness.doctor import unverified_persons
from sekisho.cli.parameters import Flag
from sekisho.cli.say import complain, note, say
from sekisho.cli.submission import registry_at
from sekisho.demo.background import background_drawings
from sekisho.errors import NotFoundError
from sekisho.fingerprint import MIN_QUALITY, look, pdq
from sekisho.locale import shown
from sekisho.match.local import LocalQuery
from sekisho.media import Limits
from sekisho.model import EntryId, Traits
from sekisho.registry.doctor import FalseAlarms, Item, alarms_of, diagnose, facts_of
from sekisho.registry.entries import read_grants
from sekisho.registry.meeting import meetings, part_alarms, query_of, query_of_local
from sekisho.registry.prints import open_prints
from sekisho.registry.states import Stood, stood_entries
from sekisho.signing import GRANT, REVOCATION
from sekisho.snapshot import Snapshot, check_sections
from sekisho.store.clock import now, today
from sekisho.store.database import RegistryDatabase
from sekisho.store.snapshot_file import SnapshotFile
from sekisho.store.works import list_works, opened

__all__ = ["doctor"]

LINES = 20
"""Of each finding, in the table; JSON has all."""


class _Seen(NamedTuple):
    """A picture of a background, and what is asked of an edition about it if there is one."""

    item: Item
    query: LocalQuery | None = None


def _from_prints(file: Path) -> Iterator[_Seen]:
    hashes: dict[tuple[str, bytes | None], tuple[bytes, ...]] = {}
    queries: dict[tuple[str, bytes | None], LocalQuery] = {}
    with file.open("rb") as stream:
        for p in open_prints(stream).prints():
            key = p.name, p.sha256
            hashes[key] = (*hashes.get(key, ()), p.pdq) if p.pdq is not None else hashes.get(key, ())
            if isinstance(p.traits, Traits) and p.traits.local is not None:
                queries[key] = query_of_local(p.traits.local)
    for (name, sha256), pdqs in hashes.items():
        yield _Seen((sha256, pdqs), queries.get((name, sha256)))


def _from_pictures(path: Path, *, parts: bool) -> Iterator[_Seen]:
    limits = Limits()
    for work in list_works((path,)):
        with opened(work) as reader:
            data = reader.whole(limits.max_bytes)
        seen = look(data, limits=limits, turned=False, working=parts) if data is not None else None
        if seen is None or seen.problem is not None:
            complain(f"{work.name}: not read, and not counted")
            continue
        made = seen.fingerprint
        pairs = ((made.pdq, made.quality or 0), *made.more)
        good = tuple(pdq for pdq, quality in pairs if pdq is not None and quality >= MIN_QUALITY)
        query = query_of(seen.working[0].pixels) if parts and seen.working else None
        yield _Seen((made.sha256, good), query)


def _drawn(*, parts: bool) -> Iterator[_Seen]:
    """Yield the drawings that show nobody's work; they are made here and never written."""
    for pixels in background_drawings():
        made, quality = pdq(pixels)
        hashes = (made,) if quality >= MIN_QUALITY else ()
        yield _Seen((None, hashes), query_of(pixels) if parts else None)


def _background(paths: Sequence[Path], *, drawn: bool, parts: bool) -> Iterator[_Seen]:
    for path in paths:
        if not path.exists():
            raise NotFoundError(f"there is no file or folder {path}", hint=LOOK)
        yield from _from_prints(path) if path.suffix == ".jsonl" else _from_pictures(path, parts=parts)
    yield from _drawn(parts=parts) if drawn else ()


def _opened(file: Path, database: RegistryDatabase) -> Snapshot:
    """Open an edition of this registry, however old."""
    key = database.root()[0].registry
    opened_ = SnapshotFile(
        path=file, trusted=frozenset({key}), now=now(), max_age=timedelta.max, allow_stale=True
    ).open()
    check_sections(opened_)
    return opened_


def _measured(
    found: Iterable[_Seen], snapshot: Snapshot | None, registered: Collection[bytes]
) -> tuple[list[Item], tuple[FalseAlarms, ...] | None]:
    """Go through a background once; return its items, and the false alarms by parts."""
    items: list[Item] = []

    def queries() -> Iterator[LocalQuery]:
        for seen in found:
            items.append(seen.item)
            if seen.query is not None and seen.item[0] not in registered:
                asked.append(1)
                yield seen.query

    asked: list[int] = []
    if snapshot is None:
        return [seen.item for seen in found], None
    hits = part_alarms(snapshot, queries())
    return items, alarms_of(hits, len(asked))


_TITLES = {
    "conflicts": "entries near an earlier one of another holder",
    "shared_texts": "entries whose texts share passages with an earlier one of another holder",
    "over_matching": "entries that match pictures of the background",
    "over_matching_parts": "entries with parts in common with pictures of the background",
    "meetings": "pairs of entries of different holders with a part in common",
    "popular": "entries near entries of several other holders: templates, stock pictures",
    "doubted": "entries in dispute",
    "lapsed": "entries whose protection has ended",
    "ended_grants": "grants that have ended",
    "general_grants": "grants for everybody that are in force",
    "foreign": "entries of lists that others made",
    "persons": "registrations of persons whose relation nobody has verified",
}


def _table(facts: dict[str, Any]) -> None:
    say(f"{facts['entries']} entries, {facts['compared']} compared on that day")
    for key, title in _TITLES.items():
        if key == "over_matching" and facts["background"] is None:
            note("false alarms were not measured: name pictures that show none of the works in --background")
            continue
        rows = facts.get(key)
        if rows is None:
            continue
        measured = f" ({facts['background']['items']} items)" if key == "over_matching" else ""
        say(f"{len(rows)} {title}{measured}")
        for row in rows[:LINES]:
            say("  " + "  ".join(f"{name} {shown(str(value))}" for name, value in row.items()))
        if len(rows) > LINES:
            say(f"  ... and {len(rows) - LINES} more; --format json has all")


def _new(stood: Iterable[Stood], since: date | None) -> frozenset[EntryId]:
    return frozenset(s.entry.id for s in stood if since is None or s.entry.registered >= since)


def doctor(
    *,
    background: Annotated[Sequence[Path], Parameter(consume_multiple=True, negative=())] = (),
    drawn: Flag = False,
    snapshot: Path | None = None,
    since: date | None = None,
    on: date | None = None,
    persons: Flag = False,
    format: Literal["table", "json"] = "table",  # noqa: A002 - the flag's name
    registry: str | None = None,
) -> None:
    """Examine a registry: rivals, entries that match too much, what has ended or is in doubt.

    With --background every entry is compared with pictures that show none of the works
    (folders, files, or a prints.jsonl): its false-alarm rate is the share of them within
    31 bits of it. With --snapshot, an edition of this registry, local features are
    compared too: false alarms by parts, and entries of different holders with a part in
    common, of which both holders are to be told. With --persons the desk sees the
    registrations of persons that nobody has verified, and how many works and pictures of the
    background each would hold back. Nothing is changed; what to do about it is a person's decision.

    Example: sekisho registry doctor --background ./landscapes

    Args:
        background: Pictures that show none of the works, or a prints.jsonl of such.
        drawn: Add 240 drawings to the background that Sekisho makes itself.
        snapshot: An edition of this registry, in which parts of pictures are looked for.
        since: Look for parts in common only for entries registered from this day on.
        on: The day for which states are shown; default: today.
        persons: List unverified registrations of persons; needs the vault and the registry's key.
        format: table, or json with every line.
        registry: The registry, a file or a database URL.
    """
    database = registry_at(registry)
    day = on or today()
    grants = read_grants(database.statements(GRANT), database.statements(REVOCATION))
    rows, stood = database.prints(), stood_entries(database, day)
    edition = _opened(snapshot, database) if snapshot is not None else None
    items = alarms = None
    if background or drawn:
        registered = {sha[at : at + 32] for _, _, sha, _ in rows for at in range(0, len(sha), 32)}
        seen = _background(background, drawn=drawn, parts=edition is not None)
        items, alarms = _measured(seen, edition, registered)
    found = replace(
        diagnose(stood, rows, grants, day, items, texts=database.texts()),
        over_matching_parts=alarms,
        meetings=meetings(edition, _new(stood, since)) if edition is not None else None,
    )
    if found.backdrop is not None and found.backdrop.registered:
        note(f"{found.backdrop.registered} files of the background are registered themselves; left out")
    facts = facts_of(found)
    if persons:
        facts["persons"] = unverified_persons(database, rows, items, day)
    if format == "json":
        say(json.dumps(facts, ensure_ascii=False, sort_keys=True))
    else:
        _table(facts)
