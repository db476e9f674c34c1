"""An edition of the registry, opened: what a decision needs to know of a base and its deltas.

The base is opened first, each delta follows by `advance`, which gives a new value that shares the
base. What matched is verified at last: the registration's signature, the vouch behind `verified`,
the signature of every grant. A registry that invents one of them gains nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from sekisho.errors import RefusedError, SnapshotSequence, SnapshotTampered, SnapshotUntrusted
from sekisho.model import (
    UNKNOWN_PROFILE,
    Act,
    Claims,
    Entry,
    EntryId,
    Grant,
    KeyId,
    Print,
    Revocation,
    Root,
    Trust,
    Vouch,
)
from sekisho.snapshot.age import judge
from sekisho.snapshot.authority import Authority
from sekisho.snapshot.films import Films, merged_films
from sekisho.snapshot.gathered import lot_of
from sekisho.snapshot.hashes import Hashes, merged
from sekisho.snapshot.layout import MAX_DELTAS, Counts, Head, SegmentKind, added
from sekisho.snapshot.merged_texts import merged_texts
from sekisho.snapshot.names import Names, merged_names
from sekisho.snapshot.passages import Texts
from sekisho.snapshot.pictures import Pictures, joined_pictures
from sekisho.snapshot.protected import Protected
from sekisho.snapshot.segment import Segment, check_segment, open_segment
from sekisho.snapshot.stock import Standing
from sekisho.snapshot.vectors import Vectors, merged_vectors

__all__ = ["Snapshot", "check_sections", "open_snapshot"]

NOTHING_SEEN: Mapping[KeyId, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Memory:
    """What was verified already: a cache, not a fact."""

    entries: dict[int, tuple[Entry, bool]] = field(default_factory=dict)
    claims: dict[EntryId, Claims] = field(default_factory=dict)
    grants: dict[KeyId, tuple[Grant, ...]] = field(default_factory=dict)
    revocations: dict[KeyId, tuple[Revocation, ...]] = field(default_factory=dict)
    confirmed: list[NDArray[np.bool_]] = field(default_factory=list)
    pictures: list[tuple[NDArray[np.bool_], ...]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One edition of the registry, opened and trusted.

    Attributes:
        segments: the base and its deltas, in sequence.
        tables: all hashes: those of the base, and those of all deltas together if there are any.
        texts: the same of the registered texts; their entries are numbers of the edition.
        names: the same of the forms of names.
        pictures: the same of the pictures with local features.
        vectors: the same of the embeddings of each model.
        films: the same of the films; each goes with the table of hashes of the same number.
        stale: opened although it was too old (`allow_stale`); reports show it.
        protected: the section about persons and listed files that lies beside it, if it is used.
    """

    segments: tuple[Segment, ...]
    tables: tuple[Hashes, ...]
    texts: tuple[Texts, ...]
    names: tuple[Names, ...]
    pictures: tuple[Pictures, ...]
    vectors: Mapping[str, tuple[Vectors, ...]]
    films: tuple[Films, ...]
    stale: bool
    protected: Protected | None = None
    _authority: Authority
    _memory: _Memory = field(default_factory=_Memory)

    @property
    def digest(self) -> str:
        """Return the hex digest of the newest head; through `parent` it covers the whole list."""
        return self.segments[-1].digest

    @property
    def head(self) -> Head:
        """Return the newest head."""
        return self.segments[-1].head

    @property
    def signer(self) -> KeyId:
        """Return the registry's key."""
        return self.head.registry

    @property
    def root(self) -> Root:
        """Return which keys may vouch, as the newest segment says."""
        return self.segments[-1].root

    @property
    def counts(self) -> Counts:
        """Return what is in all segments together."""
        return added([segment.head.counts for segment in self.segments])

    @property
    def entries(self) -> int:
        """Return the number of entries."""
        return self.segments[-1].first + self.segments[-1].entries

    def entry(self, number: int) -> Entry:
        """Return an entry with its trust as proved by vouches.

        Raises:
            SnapshotTampered: its registration is not signed by its holder, or is another entry's.
        """
        return self._signed_entry(number)[0]

    def prints(self, number: int) -> tuple[Print, ...]:
        """Return the prints of an entry as they were registered, in their order; `entry` leaves them out.

        Raises:
            SnapshotTampered: its registration does not hold.
        """
        segment = self._segment_of(number)
        return segment.registered(number - segment.first)[0].prints

    def confirmed(self) -> NDArray[np.bool_]:
        """Tell of every entry, (entries,), whether a voucher stands behind it; reckoned once."""
        if not self._memory.confirmed:
            numbers = np.arange(self.entries, dtype=np.uint32)
            self._memory.confirmed.append(_standing(self.segments, self._authority, numbers).verified)
        return self._memory.confirmed[0]

    def confirmed_pictures(self) -> tuple[NDArray[np.bool_], ...]:
        """Tell of every picture, (p,) for each of `pictures`, whether a voucher stands behind its entry."""
        if not self._memory.pictures:
            self._memory.pictures.append(tuple(self.confirmed()[some.entry] for some in self.pictures))
        return self._memory.pictures[0]

    def registrant(self, number: int) -> KeyId:
        """Return whose an entry is, as the tables name its holder; `entry` proves it."""
        segment = self._segment_of(number)
        return segment.registrant(number - segment.first)

    def entries_of(self, registrant: KeyId) -> tuple[EntryId, ...]:
        """Return the ids of all entries that the tables name for a key; `entry` proves who signed one."""
        return tuple(entry for segment in self.segments for entry in segment.entries_of(registrant))

    def is_authorized(self, number: int) -> bool:
        """Tell whether an entry was registered by its registrant, or by an agent whose mandate held.

        If not, it is as if it were not there: a principal may have ended a mandate afterwards.
        """
        return self._signed_entry(number)[1]

    def is_confirmed(self, number: int) -> bool:
        """Tell whether a voucher stands behind an entry, as the tables name its holder; `entry` proves it."""
        segment = self._segment_of(number)
        row = number - segment.first
        return self._authority.is_vouched(segment.registrant(row), segment.entry_id(row))

    def entry_number(self, entry: EntryId) -> int | None:
        """Return the number of an entry id, or None if this edition does not have it."""
        for segment in self.segments:
            row = segment.row_of(entry)
            if row is not None:
                return segment.first + row
        return None

    def grants(self, registrant: KeyId) -> tuple[Grant, ...]:
        """Return the grants that a registrant, or its agent, really signed."""
        known = self._memory.grants.get(registrant)
        if known is None:
            known = self._memory.grants[registrant] = self._authority.grants(registrant)
        return known

    def revocations(self, registrant: KeyId) -> tuple[Revocation, ...]:
        """Return the revocations that a key really signed of what it had given."""
        known = self._memory.revocations.get(registrant)
        if known is None:
            known = self._memory.revocations[registrant] = self._authority.revocations(registrant)
        return known

    def vouches(self) -> tuple[Vouch, ...]:
        """Return every vouch that a voucher of the root signed and has not revoked."""
        return self._authority.vouches()

    def claims(self, entry: EntryId) -> Claims:
        """Return everything that counts of what was stated about an entry.

        Raises:
            SnapshotTampered: it is not in this edition, or a statement about it has another form.
        """
        known = self._memory.claims.get(entry)
        if known is None:
            number = self.entry_number(entry)
            if number is None:
                raise SnapshotTampered(f"{entry} is not in this edition")
            known = self._memory.claims[entry] = self._authority.claims(self.entry(number), self._owns)
        return known

    def with_protected(self, protected: Protected) -> "Snapshot":
        """Return this edition with a section about persons and listed files beside it.

        Raises:
            RefusedError: the section is of another registry, or of an edition that this one does not hold.
        """
        head = protected.head
        if head.registry != self.signer or head.snapshot not in {s.digest for s in self.segments}:
            raise RefusedError(
                f"the section about persons was made beside edition {head.edition} of another snapshot",
                hint="fetch both from the registry: they are published together",
            )
        return replace(self, protected=protected)

    def advance(
        self,
        buffer: memoryview,
        *,
        now: datetime,
        max_age: timedelta,
        seen: Mapping[KeyId, int] = NOTHING_SEEN,
        allow_stale: bool = False,
        checked: bool = False,
    ) -> "Snapshot":
        """Return the edition that a delta makes of this one, without its section; this one stays as it is.

        Args:
            buffer: the whole segment, usually memory-mapped.
            now: as for `open_snapshot`; the age of the newest segment is what counts.
            max_age: as there.
            seen: as there.
            allow_stale: as there; also for a delta that others follow.
            checked: all its digests were verified before on this machine; else it is done here.

        Raises:
            SnapshotSequence: it does not follow this edition, or there are 16 deltas already.
            SnapshotTampered: not a segment, cut short, changed, signed falsely or by another registry.
            SnapshotStale: too old or expired.
            SnapshotVersion: a newer layout.
        """
        segment = open_segment(buffer, first=self.entries)
        self._follows(segment)
        stale = judge(segment.head, now, max_age, seen, allow_stale=allow_stale)
        if not checked:
            check_segment(segment)
        self._check_new(segment)
        return _assembled((*self.segments, segment), self.tables[0], stale=stale)

    def _follows(self, segment: Segment) -> None:
        """Refuse a segment that is not the next one after this edition."""
        head, last = segment.head, self.head
        edition = f"edition {head.edition}"
        if head.registry != self.signer:
            raise SnapshotTampered(f"the segment is of another registry, {head.registry}")
        if head.segment is not SegmentKind.DELTA:
            raise SnapshotSequence(f"{edition} is a base and follows nothing")
        if len(self.segments) > MAX_DELTAS:
            raise SnapshotSequence(
                f"a snapshot has at most {MAX_DELTAS} segments after its base",
                hint="`sekisho snapshot publish` makes a new base of them",
            )
        if head.parent in {s.digest for s in self.segments[:-1]}:
            raise SnapshotSequence(f"{edition} is out of sequence: another has taken its place")
        if head.parent != self.digest:
            raise SnapshotSequence(
                f"{edition} does not follow edition {last.edition}: of another base, or one is missing",
                hint="fetch the base and all segments of the snapshot again",
            )
        if head.edition <= last.edition or head.created < last.created:
            raise SnapshotSequence(f"{edition} says that it is older than edition {last.edition} before it")

    def _check_new(self, segment: Segment) -> None:
        """Refuse an entry that an earlier segment has: it would have two numbers."""
        wanted = segment.entry_ids()
        for older in self.segments:
            ids = older.entry_ids()
            if len(ids) and len(wanted):
                at = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
                if bool((ids[at] == wanted).any()):
                    raise SnapshotTampered("the segment repeats an entry; its registry made it wrongly")

    def _owns(self, key: KeyId, entry: EntryId) -> bool:
        """Tell whether a key has an entry here that stood on the day of the edition."""
        number = self.entry_number(entry)
        if number is None or not self.is_authorized(number):
            return False
        day = self.head.created.date()
        ends = self._authority.withdrawals(entry, key)
        return self.entry(number).registrant.key == key and not any(w.on <= day for w in ends)

    def _signed_entry(self, number: int) -> tuple[Entry, bool]:
        """Return an entry, and whether whoever signed it could speak for its registrant on that day."""
        known = self._memory.entries.get(number)
        if known is None:
            known = self._memory.entries[number] = self._proved_entry(number)
        return known

    def _segment_of(self, number: int) -> Segment:
        return next(s for s in reversed(self.segments) if s.first <= number)

    def _proved_entry(self, number: int) -> tuple[Entry, bool]:
        segment = self._segment_of(number)
        entry, signer = segment.registered(number - segment.first)
        key, authority = entry.registrant.key, self._authority
        if signer != key and not authority.was_agent(signer, key):
            raise SnapshotTampered(f"the registration of {entry.id} is not signed by its holder")
        trust = Trust.VERIFIED if authority.is_vouched(key, entry.id) else Trust.DECLARED
        unknown = any(p.decode_profile == UNKNOWN_PROFILE for p in entry.prints)
        source = entry.source or (UNKNOWN_PROFILE if unknown else "")
        holds = authority.speaks(signer, key, Act.REGISTER, entry.registered)
        return replace(entry, trust=trust, source=source, prints=()), holds


def _assembled(segments: tuple[Segment, ...], base: Hashes, *, stale: bool) -> Snapshot:
    newest = segments[-1]
    deltas = [(segment.hashes(), segment.first) for segment in segments[1:]]
    tables = (base, merged(deltas)) if deltas else (base,)
    authority = Authority(
        documents=tuple(segment.documents for segment in segments),
        root=newest.root,
        day=newest.head.created.date(),
    )
    return Snapshot(
        segments=segments,
        tables=tables,
        texts=_texts(segments, authority),
        names=_names(segments),
        pictures=_pictures(segments, authority),
        vectors=merged_vectors(segments[0].vectors(), [(s.vectors(), s.first) for s in segments[1:]]),
        films=_films(segments, tables),
        stale=stale,
        _authority=authority,
    )


def _texts(segments: tuple[Segment, ...], authority: Authority) -> tuple[Texts, ...]:
    base = segments[0].texts()
    deltas = [(segment.texts(), segment.first) for segment in segments[1:]]
    if not any(len(texts.entry) + len(texts.line_keys) for texts, _ in deltas):
        return (base,)
    return merged_texts(base, deltas, partial(_standing, segments, authority))


def _names(segments: tuple[Segment, ...]) -> tuple[Names, ...]:
    deltas = [(segment.names(), segment.first) for segment in segments[1:]]
    base = segments[0].names()
    return (base, merged_names(deltas)) if any(len(names.keys) for names, _ in deltas) else (base,)


def _pictures(segments: tuple[Segment, ...], authority: Authority) -> tuple[Pictures, ...]:
    deltas = [(segment.pictures(), segment.first) for segment in segments[1:]]
    base = segments[0].pictures()
    if not any(len(pictures.entry) for pictures, _ in deltas):
        return (base,)
    return base, joined_pictures(deltas, partial(_standing, segments, authority))


def _films(segments: tuple[Segment, ...], tables: tuple[Hashes, ...]) -> tuple[Films, ...]:
    deltas = [(segment.films(), segment.hashes().pdq, segment.first) for segment in segments[1:]]
    base = segments[0].films()
    return (base, merged_films(deltas, tables[1].pdq)) if any(len(f.entry) for f, *_ in deltas) else (base,)


def _standing(segments: tuple[Segment, ...], authority: Authority, numbers: NDArray[np.uint32]) -> Standing:
    """Return what decides about the passages of some entries, as all segments say it now."""
    named = []
    for number in numbers.tolist():
        segment = next(s for s in reversed(segments) if s.first <= number)
        named.append((segment.registrant(number - segment.first), segment.entry_id(number - segment.first)))
    holders = {key: i for i, key in enumerate(dict.fromkeys(key for key, _ in named))}
    return Standing(
        verified=np.array([authority.is_vouched(*one) for one in named], np.bool_),
        holder=np.array([holders[key] for key, _ in named], np.int64),
        lot=np.array([lot_of(entry) for _, entry in named], np.uint64),
    )


def check_sections(snapshot: Snapshot) -> None:
    """Verify the digest of every section of every segment, and that its tables hold.

    Needed once per machine and file; reads every byte (about 1 s per GB).

    Raises:
        SnapshotTampered: with the name of the section that was changed.
    """
    for segment in snapshot.segments:
        check_segment(segment)


def open_snapshot(
    buffer: memoryview,
    *,
    trusted: frozenset[KeyId],
    now: datetime,
    max_age: timedelta,
    seen: Mapping[KeyId, int] = NOTHING_SEEN,
    allow_stale: bool = False,
) -> Snapshot:
    """Verify the head of a base and return the snapshot; `check_sections` is the second step.

    Args:
        buffer: the whole file, usually memory-mapped.
        trusted: keys of registries that the operator has chosen.
        now: aware UTC; an expired edition is refused.
        max_age: so is one that was made longer ago than this.
        seen: by registry, the highest edition that was used before; a lower one is refused.
        allow_stale: accept it all the same; the snapshot says so (`stale`). Also for a base whose
            deltas are still to come: the age of the newest segment is what counts.

    Raises:
        SnapshotTampered: not a snapshot, cut short, or signed falsely.
        SnapshotUntrusted: the signer is not in `trusted`.
        SnapshotSequence: a delta, which follows another file.
        SnapshotStale: too old, expired or a lower edition.
        SnapshotVersion: a newer layout.
    """
    segment = open_segment(buffer, first=0)
    head = segment.head
    if head.registry not in trusted:
        raise SnapshotUntrusted(
            f"the snapshot of {head.name!r} is signed by {head.registry}, which is not trusted here",
            hint="if this is the registry that you chose, add its key to trusted_keys in sekisho.toml",
        )
    if head.segment is not SegmentKind.BASE:
        raise SnapshotSequence(
            f"edition {head.edition} is a delta and follows another file", hint="name the file of the base"
        )
    stale = judge(head, now, max_age, seen, allow_stale=allow_stale)
    return _assembled((segment,), segment.hashes(), stale=stale)
