"""Events of a registry against one record: which rows meet an entry that nobody had asked about then.

What was stopped because of the very entry, or was licensed, is no hit: the check has done its work. What
meets a protected person is always one, and says nothing but where. Pure: the caller keeps what was done,
and gives each event to each record once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sekisho.model import (
    EVERYBODY,
    Entry,
    EntryId,
    GrantId,
    KeyId,
    Outcome,
    Permission,
    Purpose,
    State,
    Use,
    utc,
)
from sekisho.model.hit import MAX_ROWS_NAMED, CaseDraft, Cause, Desk, Hit, Nearness, Store
from sekisho.policy.permission import resolve
from sekisho.trace.events import COMPARED, FILM, LIKENESS, Event, Known, mark_of
from sekisho.trace.lines import place_of
from sekisho.trace.query import RADIUS, TURNED_RADIUS, fresh_frames
from sekisho.trace.search import Record
from sekisho.trace.turned import turned_hashes

__all__ = ["CLOSE", "draft_of", "match_events"]

CLOSE = 15
"""Bits: what is nearer was at most scaled or compressed; see reference/hashes.md."""
FRAMES_IN_COMMON = 3
"""Of a film: as `min_frames` of the shipped policies."""
_VIDEO = "video/"
_EXACT = -1
_TURNS = 7
Row = Mapping[str, Any]
Distances = dict[int, int]
"""Bits to the nearest frame, by row; -1 for the same bytes."""


class _About(NamedTuple):
    """What a hit is about: an entry or None for a protected person; `total` 0: as many as there are rows."""

    entry: Entry | None
    nearness: Nearness
    total: int = 0
    grant: GrantId | None = None


def draft_of(hit: Hit, known: Known, at: datetime) -> CaseDraft:
    """Return the draft of a case for the desk that is to look at it: at the hour.

    Args:
        hit: what was found.
        known: the registry.
        at: aware UTC; minutes are dropped.
    """
    made = utc(at).replace(minute=0, second=0)
    if hit.entry is None:
        return CaseDraft(hit=hit, desk=Desk.REGISTRY, registrant=None, made=made)
    owner = known.entries[hit.entry].entry.registrant.key
    return CaseDraft(hit=hit, desk=Desk.REGISTRANT, registrant=owner, made=made)


def match_events(record: Record, events: Sequence[Event], known: Known) -> list[Hit]:
    """Return the hits of events in one record, in the order of the events.

    Args:
        record: a run, or what a service has recorded.
        events: some hundred at a time; those that do not hold today any more give nothing.
        known: what the registry says today.
    """
    looked_for = [event for event in events if event.cause is Cause.REGISTERED and _holds(event, known)]
    met = dict(zip(looked_for, _met(record, looked_for, known), strict=True))
    rows = _read(record, {number for distances in met.values() for number in distances})
    hits: list[Hit] = []
    for event in events:
        match event.cause:
            case Cause.REGISTERED:
                near = {number: (distance, rows[number]) for number, distance in met.get(event, {}).items()}
                hits += _registered(record, event, near, known)
            case Cause.WITHDRAWN:
                hits += _withdrawn(record, event, known)
            case Cause.REVOKED | Cause.EXPIRED:
                hits += _ended(record, event, known)
    return hits


def _read(record: Record, numbers: Iterable[int]) -> dict[int, Row]:
    """Read rows all at once: each part is read once."""
    wanted = sorted(numbers)
    return dict(zip(wanted, record.read(wanted), strict=True))


def _holds(event: Event, known: Known) -> bool:
    """Tell whether an entry is still compared, with the trust that it had at the event."""
    if event.mark == LIKENESS:
        return event.subject in known.likeness
    stood = known.entries.get(EntryId(event.subject))
    return stood is not None and stood.state in COMPARED and mark_of(stood.entry) == event.mark


def _prints(event: Event, known: Known) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Return the SHA-256 and the PDQs that are looked for."""
    if event.mark == LIKENESS:
        return (), known.likeness[event.subject]
    prints = known.entries[EntryId(event.subject)].entry.prints
    return (
        tuple(p.sha256 for p in prints if p.sha256 is not None),
        tuple(p.pdq for p in prints if p.pdq is not None),
    )


def _met(record: Record, events: Sequence[Event], known: Known) -> list[Distances]:
    """Return of each event the rows that meet its prints."""
    found: list[Distances] = [{} for _ in events]
    pdqs: list[bytes] = []
    owners: list[int] = []
    for number, event in enumerate(events):
        files, hashes = _prints(event, known)
        pdqs += hashes
        owners += [number] * len(hashes)
        found[number] |= _film_rows(record, event, known)
        for digest in files:
            found[number] |= dict.fromkeys(record.exact(digest), _EXACT)
    if pdqs:
        hashed = np.frombuffer(b"".join(pdqs), np.uint8).reshape(-1, 32)
        for query, row, distance in (*_upright(record, hashed), *_turned(record, hashed)):
            known_rows = found[owners[query]]
            known_rows[row] = min(distance, known_rows.get(row, distance))
    return found


def _film_rows(record: Record, event: Event, known: Known) -> Distances:
    """Return the rows that show frames of an entry's films, upright, and how near the nearest one is.

    A still of one frame is enough of a picture; of a film `FRAMES_IN_COMMON`, as for a finding. That they are
    in step is looked at by the next check, not here.
    """
    if not event.mark.endswith(FILM):
        return {}
    every = known.frames(known.entries[EntryId(event.subject)].entry)
    hashed = np.frombuffer(b"".join(every), np.uint8).reshape(-1, 32)
    if not len(hashed):
        return {}
    which, row, frame, distance = record.near(_words(hashed[fresh_frames(hashed)]), RADIUS)
    met: dict[int, set[int]] = defaultdict(set)
    of_row: dict[int, set[int]] = defaultdict(set)
    nearest: Distances = {}
    for one, number, at, bits in zip(*(part.tolist() for part in (which, row, frame, distance)), strict=True):
        met[number].add(one)
        of_row[number].add(at)
        nearest[number] = min(bits, nearest.get(number, bits))
    rows = _read(record, nearest)
    return {
        number: bits
        for number, bits in nearest.items()
        if min(len(met[number]), len(of_row[number])) >= FRAMES_IN_COMMON
        or not (rows[number]["media_type"] or "").startswith(_VIDEO)
    }


def _words(hashes: NDArray[np.uint8]) -> NDArray[np.uint64]:
    return np.ascontiguousarray(hashes).view("<u8").reshape(-1, 4)


def _upright(record: Record, hashed: NDArray[np.uint8]) -> Iterable[tuple[int, int, int]]:
    """Yield number of the hash, row and distance of what is near."""
    query, row, _, distance = record.near(_words(hashed), RADIUS)
    return zip(query.tolist(), row.tolist(), distance.tolist(), strict=True)


def _turned(record: Record, hashed: NDArray[np.uint8]) -> Iterable[tuple[int, int, int]]:
    """Yield the same of rows that are near when they are turned, by what the rows have kept of that."""
    query, row, frame, _ = record.near(_words(turned_hashes(hashed).reshape(-1, 32)), RADIUS)
    candidates = sorted(
        {(int(q) // _TURNS, int(r), int(f)) for q, r, f in zip(query, row, frame, strict=True)}
    )
    rows = _read(record, {number for _, number, _ in candidates})
    for which, number, at in candidates:
        kept = _kept_turned(rows[number], at)
        if kept is not None:
            distance = int(np.bitwise_count(kept ^ hashed[which]).sum(axis=1, dtype=np.int64).min())
            if distance <= TURNED_RADIUS:
                yield which, number, distance


def _kept_turned(row: Row, frame: int) -> NDArray[np.uint8] | None:
    """Return the turned hashes (7, 32) that a row has kept of a frame, None if it has none."""
    raw = row["pdq_turned"] if frame == 0 else row["frames"][frame - 1]["turned"]
    return None if raw is None else np.frombuffer(raw, np.uint8).reshape(_TURNS, 32)


def _of_entry(row: Row, entry: EntryId) -> Permission | None:
    """Return what a row says that was permitted of an entry; None if it was not found in it."""
    said = [Permission(f["permission"]) for f in row["findings"] or () if f["entry"] == entry]
    return said[0] if said else None


def _settled_then(row: Row, entry: EntryId) -> bool:
    """Tell whether a row was licensed for an entry, or stopped because it was found."""
    said = _of_entry(row, entry)
    return said is Permission.GRANTED or (said is not None and row["outcome"] != Outcome.ALLOW)


def _nearness(distance: int) -> Nearness:
    if distance == _EXACT:
        return Nearness.EXACT
    return Nearness.CLOSE if distance <= CLOSE else Nearness.NEAR


def _registered(
    record: Record, event: Event, met: Mapping[int, tuple[int, Row]], known: Known
) -> Iterable[Hit]:
    """Yield the rows that meet an entry or a photo, the nearest first; `met` has distance and row."""
    nearest = sorted(met.items(), key=lambda one: (one[1][0], one[0]))
    if event.mark == LIKENESS:
        if nearest:
            rows = [row for _, (_, row) in sorted(met.items())]
            yield _hit(record, event, rows, known, _About(None, Nearness.PROTECTED))
        return
    for entry in (known.entries[EntryId(event.subject)].entry,) if met else ():
        left = [(distance, row) for _, (distance, row) in nearest if not _settled_then(row, entry.id)]
        if left:
            about = _About(entry, _nearness(left[0][0]))
            yield _hit(record, event, [row for _, row in left], known, about)


def _withdrawn(record: Record, event: Event, known: Known) -> Iterable[Hit]:
    """Yield the rows that were decided by an entry which is not compared any more."""
    stood = known.entries.get(EntryId(event.subject))
    rows = record.showing(event.subject)
    if stood is not None and rows:
        some = record.read(list(rows)[:MAX_ROWS_NAMED])
        yield _hit(record, event, some, known, _About(stood.entry, _by_rows(some), len(rows)))


def _ended(record: Record, event: Event, known: Known) -> Iterable[Hit]:
    """Yield the rows that were allowed under a grant which has ended, by entry."""
    given = known.grants.get(GrantId(event.subject))
    if given is None or given.grant.grantee not in {record.facts["operator"], EVERYBODY}:
        return
    grant = given.grant
    of_all = grant.entry is None
    for stood in (s for s in known.entries.values() if of_all or s.entry.id == grant.entry):
        if stood.entry.registrant.key != grant.registrant:
            continue
        rows = record.read(record.showing(stood.entry.id))
        relied = [row for row in rows if _relied(row, stood.entry.id, grant.id)]
        if relied:
            about = _About(stood.entry, _by_rows(relied), 0, grant.id)
            yield _hit(record, event, relied, known, about)


def _relied(row: Row, entry: EntryId, grant: GrantId) -> bool:
    return row["outcome"] == Outcome.ALLOW and any(
        f["entry"] == entry and f["grant"] == grant and f["permission"] == Permission.GRANTED
        for f in row["findings"] or ()
    )


def _by_rows(rows: Sequence[Row]) -> Nearness:
    """Return how near rows were by their own findings; what is found in parts is as near as it gets."""
    found = defaultdict(list)
    for row in rows:
        for one in row["findings"] or ():
            found[one["method"]].append(int(one["distance"]))
    if "sha256" in found:
        return Nearness.EXACT
    return _nearness(min(found["pdq"])) if found["pdq"] else Nearness.NEAR


def _now(record: Record, entry: Entry, known: Known) -> Permission:
    """Return what the registry permits today of the use that the record was made for."""
    facts = record.facts
    use = Use(
        operator=KeyId(facts["operator"]),
        purpose=Purpose(facts["purpose"]),
        territory=facts["territory"],
        on=known.on,
    )
    # In doubt, what is given to everybody is no leave, as in an audit.
    doubtful = known.entries[entry.id].state is not State.ACTIVE or bool(entry.source)
    every = (given.grant for given in known.grants.values())
    grants = (grant for grant in every if not (doubtful and grant.is_general))
    return resolve(entry, use, grants, known.revocations).permission


def _then(rows: Sequence[Row], entry: EntryId) -> tuple[Permission | None, GrantId | None]:
    for row in rows:
        for found in row["findings"] or ():
            if found["entry"] == entry:
                return Permission(found["permission"]), found["grant"]
    return None, None


def _hit(record: Record, event: Event, rows: Sequence[Row], known: Known, about: _About) -> Hit:
    entry = about.entry
    then, cited = (None, None) if entry is None else _then(rows, entry.id)
    if about.grant is not None:
        then, cited = Permission.GRANTED, about.grant
    return Hit(
        cause=event.cause,
        entry=None if entry is None else entry.id,
        handle=event.subject if entry is None else "",
        trust=None if entry is None else entry.trust,
        store=Store(record.kind),
        record=record.digest,
        operator=KeyId(record.facts["operator"]),
        rows=tuple(place_of(row) for row in rows[:MAX_ROWS_NAMED]),
        count=about.total or len(rows),
        nearness=about.nearness,
        grant=cited,
        then=then,
        now=Permission.NONE if entry is None else _now(record, entry, known),
        on=known.on,
    )
