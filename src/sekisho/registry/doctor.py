"""What a registry should look at: rivals, entries that match too much, and what is over or in doubt.

Nothing here changes anything. A false-alarm rate is measured, on pictures that show none of the
works: how many of them would be held back by an entry all the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sekisho.model import Entry, EntryId, KeyId, State, Trust
from sekisho.registry.copies import TextRow, copied_entries
from sekisho.registry.entries import Given
from sekisho.registry.general import General, facts_of_general, general_grants
from sekisho.registry.meeting import Meeting
from sekisho.registry.nearness import Columns, PrintRow, columns_of, near_entries, searcher
from sekisho.registry.states import Stood

__all__ = [
    "Backdrop",
    "Conflict",
    "Diagnosis",
    "FalseAlarms",
    "Item",
    "Popular",
    "SharedText",
    "alarms_of",
    "backdrop_of",
    "diagnose",
    "facts_of",
]

_AT_ONCE = 64
"""Queries searched together: bounds the memory where an entry matches nearly everything."""
MANY_HOLDERS = 3
"""Other holders; two can share a work, an edition or a licence."""
_OVER = (State.WITHDRAWN, State.LAPSED)
_DOUBTED = (State.DISPUTED, State.SUSPENDED)

Item = tuple[bytes | None, tuple[bytes, ...]]
"""One picture of a background: SHA-256, and the PDQ of each frame that has the quality to be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backdrop:
    """Pictures that show none of the works.

    Attributes:
        items: how many they are, those without a PDQ too.
        pdq: (q, 4) uint64, and the number of its item (q,) int64.
        registered: items that were left out, since the very file is registered.
    """

    items: int
    pdq: NDArray[np.uint64]
    item: NDArray[np.int64]
    registered: int


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Conflict:
    """Two entries of different holders that show the same or nearly the same; `other` came in earlier."""

    distance: int
    entry: EntryId
    trust: Trust
    other: EntryId
    other_trust: Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedText:
    """Two entries of different holders whose texts share passages; `other` came in earlier.

    Attributes:
        share: about how much of the shorter text, per cent.
    """

    share: int
    entry: EntryId
    trust: Trust
    other: EntryId
    other_trust: Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseAlarms:
    """How many pictures of a background an entry matches: `hits` of `items`."""

    entry: EntryId
    hits: int
    items: int

    @property
    def rate(self) -> float:
        """The measured share, 0-1."""
        return self.hits / self.items


@dataclass(frozen=True, slots=True, kw_only=True)
class Popular:
    """An entry that is near entries of several other holders."""

    entry: EntryId
    holders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What was found; each list from the gravest on.

    Attributes:
        entries: how many there are in the registry.
        compared: how many of them are compared on that day.
        backdrop: the background, None if there was none.
        lapsed: entries whose protection has ended.
        ended: grants that have ended or were revoked.
        general: grants for everybody that are in force.
        doubted: disputed and suspended entries.
        foreign: entries of lists that others made.
        popular: entries near entries of many other holders: a template, a stock picture.
        over_matching_parts: as `over_matching`, by local features; None: not measured.
        meetings: entries that have parts in common with entries of others; None: not looked for.
    """

    entries: int
    compared: int
    conflicts: tuple[Conflict, ...]
    shared_texts: tuple[SharedText, ...]
    backdrop: Backdrop | None
    over_matching: tuple[FalseAlarms, ...]
    lapsed: tuple[Entry, ...]
    ended: tuple[Given, ...]
    general: tuple[General, ...]
    doubted: tuple[Stood, ...]
    foreign: tuple[Entry, ...]
    popular: tuple[Popular, ...] = ()
    over_matching_parts: tuple[FalseAlarms, ...] | None = None
    meetings: tuple[Meeting, ...] | None = None


def backdrop_of(items: Iterable[Item], rows: Iterable[PrintRow]) -> Backdrop:
    """Lay out a background, without the files that are registered themselves."""
    registered = {sha[at : at + 32] for _, _, sha, _ in rows for at in range(0, len(sha), 32)}
    given = tuple(items)
    strange = [hashes for sha256, hashes in given if sha256 not in registered]
    counts = np.fromiter(map(len, strange), np.int64, len(strange))
    blob = b"".join(pdq for hashes in strange for pdq in hashes)
    return Backdrop(
        items=len(strange),
        pdq=np.frombuffer(blob, "<u8").reshape(-1, 4).astype(np.uint64, copy=False),
        item=np.repeat(np.arange(len(strange), dtype=np.int64), counts),
        registered=len(given) - len(strange),
    )


def _over_matching(columns: Columns, backdrop: Backdrop) -> tuple[FalseAlarms, ...]:
    """Count, for each entry, the items of the background within the widest radius."""
    values, rows = columns.pdq
    if not len(values) or not len(backdrop.pdq):
        return ()
    search = searcher(values, len(backdrop.pdq))
    width = len(columns.entries)
    pairs = [np.empty(0, np.int64)]
    for start in range(0, len(backdrop.pdq), _AT_ONCE):
        query, hit, _ = search(backdrop.pdq[start : start + _AT_ONCE])
        pairs.append(np.unique(backdrop.item[start + query] * width + rows[hit]))
    hits = np.bincount(np.unique(np.concatenate(pairs)) % width, minlength=width)
    found = {columns.entries[row]: int(hits[row]) for row in np.nonzero(hits)[0].tolist()}
    return alarms_of(found, backdrop.items)


def _conflicts(columns: Columns, trust: Mapping[EntryId, Trust]) -> tuple[Conflict, ...]:
    found = near_entries(columns, frozenset(columns.entries))
    return tuple(
        sorted(
            Conflict(
                distance=near.distance,
                entry=entry,
                trust=trust[entry],
                other=near.entry,
                other_trust=trust[near.entry],
            )
            for entry, nears in found.items()
            for near in nears
        )
    )


def _popular(conflicts: Sequence[Conflict], owner: Mapping[EntryId, KeyId]) -> tuple[Popular, ...]:
    """Return the entries near those of `MANY_HOLDERS` other holders or more."""
    met: dict[EntryId, set[KeyId]] = {}
    for one in conflicts:
        met.setdefault(one.entry, set()).add(owner[one.other])
        met.setdefault(one.other, set()).add(owner[one.entry])
    found = (Popular(entry=e, holders=len(who)) for e, who in met.items() if len(who) >= MANY_HOLDERS)
    return tuple(sorted(found, key=lambda p: (-p.holders, p.entry)))


def alarms_of(hits: Mapping[EntryId, int], items: int) -> tuple[FalseAlarms, ...]:
    """Lay out how often entries match a background, the worst first."""
    found = (FalseAlarms(entry=entry, hits=count, items=items) for entry, count in hits.items())
    return tuple(sorted(found, key=lambda f: (-f.hits, f.entry)))


def _shared_texts(rows: Iterable[TextRow], trust: Mapping[EntryId, Trust]) -> tuple[SharedText, ...]:
    found = copied_entries((row for row in rows if row[0] in trust), frozenset(trust))
    shared = [
        SharedText(
            share=copied.share,
            entry=entry,
            trust=trust[entry],
            other=copied.entry,
            other_trust=trust[copied.entry],
        )
        for entry, others in found.items()
        for copied in others
    ]
    return tuple(sorted(shared, key=lambda s: (-s.share, s.entry, s.other)))


def diagnose(
    stood: Sequence[Stood],
    rows: Iterable[PrintRow],
    grants: Iterable[Given],
    on: date,
    background: Iterable[Item] | None = None,
    *,
    texts: Iterable[TextRow] = (),
) -> Diagnosis:
    """Examine a registry.

    Args:
        stood: all entries with their states on the day.
        rows: their prints, in the order in which they came in.
        grants: all of them.
        on: the day.
        background: pictures that show none of the works; None: over-matching is not measured.
        texts: the sketches of their texts, in the same order.

    Returns:
        What was found. Some seconds for 1e5 entries and a background of 1e5 pictures.
    """
    given = tuple(grants)
    trust = {s.entry.id: s.entry.trust for s in stood if s.state not in _OVER}
    compared = [row for row in rows if row[0] in trust]
    columns = columns_of(compared)
    conflicts = _conflicts(columns, trust)
    owner = dict(zip(columns.entries, columns.owners, strict=True))
    backdrop = None if background is None else backdrop_of(background, compared)
    return Diagnosis(
        entries=len(stood),
        compared=len(trust),
        conflicts=conflicts,
        popular=_popular(conflicts, owner),
        shared_texts=_shared_texts(texts, trust),
        backdrop=backdrop,
        over_matching=_over_matching(columns, backdrop) if backdrop is not None else (),
        lapsed=tuple(s.entry for s in stood if s.state is State.LAPSED),
        ended=tuple(g for g in given if g.state(on) in {"expired", "revoked"}),
        general=general_grants(given, stood, frozenset(c.entry for c in conflicts), on),
        doubted=tuple(sorted((s for s in stood if s.state in _DOUBTED), key=lambda s: s.state, reverse=True)),
        foreign=tuple(s.entry for s in stood if s.entry.source and s.entry.id in trust),
    )


def _rates(found: Sequence[FalseAlarms]) -> list[dict[str, Any]]:
    return [{"entry": f.entry, "hits": f.hits, "items": f.items, "rate": round(f.rate, 6)} for f in found]


def _pair(found: Conflict | SharedText | Meeting) -> dict[str, Any]:
    return {
        "entry": found.entry,
        "trust": found.trust,
        "other": found.other,
        "other_trust": found.other_trust,
    }


def facts_of(found: Diagnosis) -> dict[str, Any]:
    """Return what was found as it stands in JSON."""
    backdrop = found.backdrop
    return {
        "entries": found.entries,
        "compared": found.compared,
        "conflicts": [_pair(c) | {"distance": c.distance} for c in found.conflicts],
        "shared_texts": [_pair(s) | {"share": s.share} for s in found.shared_texts],
        "background": None
        if backdrop is None
        else {"items": backdrop.items, "registered_left_out": backdrop.registered},
        "over_matching": _rates(found.over_matching),
        "over_matching_parts": None
        if found.over_matching_parts is None
        else _rates(found.over_matching_parts),
        "meetings": None
        if found.meetings is None
        else [
            _pair(m) | {"inliers": m.inliers, "holder": m.registrant, "other_holder": m.other_registrant}
            for m in found.meetings
        ],
        "popular": [{"entry": p.entry, "holders": p.holders} for p in found.popular],
        "lapsed": [{"entry": e.id, "protected_until": str(e.protected_until)} for e in found.lapsed],
        "ended_grants": [
            {"grant": g.grant.id, "until": str(min(g.grant.until, g.revoked or date.max))}
            for g in found.ended
        ],
        "general_grants": facts_of_general(found.general),
        "doubted": [{"entry": s.entry.id, "state": s.state, "trust": s.entry.trust} for s in found.doubted],
        "foreign": [
            {"entry": e.id, "source": e.source, "licence": e.licence, "prints": len(e.prints)}
            for e in found.foreign
        ],
    }
