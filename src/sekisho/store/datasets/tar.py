"""Plan and read tars: plain ones in slices of whole WebDataset samples, gzipped ones in one piece.

The one header scan of a plain tar happens in the plan; reading a slice is one `pread` per member. Every
member is read between two looks at the file, so that a tar that changes under way is noticed for each.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from sekisho.model import Item, Told, Unreadable
from sekisho.store.datasets.beside import MAX_SIDECAR, Beside, sidecar_told, with_told
from sekisho.store.datasets.damage import DamageError, RatioError
from sekisho.store.datasets.files import Terms, changed, judge, open_planned, problem_item
from sekisho.store.datasets.forms import counts, named
from sekisho.store.datasets.names import is_sidecar, is_unsafe, item_name, sample_key
from sekisho.store.datasets.shardtable import NO_TABLE, shard_told
from sekisho.store.datasets.streams import GzipStream, PlainStream
from sekisho.store.datasets.tarwalk import Entry, Stream, entries
from sekisho.store.datasets.unit import PROBLEM_OF, Mark, Member, Stamp, Unit, unpack

__all__ = ["cut_tar", "mark_of", "numbered", "read_gzipped", "read_slice"]

CHANGED = Unreadable.CHANGED_WHILE_READ
_READABLE = frozenset({Mark.READ, Mark.UNSAFE_NAME, Mark.BESIDE})


def mark_of(entry: Entry) -> Mark:
    """Say from a header what is to be done with a member."""
    if not entry.is_file:
        known = named(entry.name)
        # A folder may be named as a text (site.html/); nobody expects its text there.
        return Mark.NOT_REGULAR if known is True or (known and not entry.is_folder) else Mark.SKIP
    return Mark.UNSAFE_NAME if is_unsafe(entry.name) else Mark.READ


def numbered(stream: Stream) -> Iterator[tuple[Entry, int]]:
    """Yield the members of a tar that count, each with its number among those of its name.

    Directories do not count unless they are named as media. What is kept is 64 bits of each name and a
    counter: an accident would only number a name that is unique.
    """
    seen: Counter[int] = Counter()
    for entry in entries(stream):
        if entry.is_folder and mark_of(entry) is Mark.SKIP:
            continue
        key = hash(entry.name)
        seen[key] += 1
        yield entry, seen[key]


def _rest(error: DamageError) -> Member:
    """Return the member that stands for all that could not be found."""
    mark = Mark.RATIO if isinstance(error, RatioError) else Mark.CORRUPT
    return Member(b"", 0, 0, 0, mark)


def _scan(descriptor: int, size: int) -> Iterator[tuple[Member, bytes | None, int, int]]:
    """Yield each member with its sample key and where its headers begin and its padding ends."""
    stream = PlainStream(descriptor, size)
    try:
        for entry, nth in numbered(stream):
            if entry.data + entry.size > size:
                raise DamageError("the tar is cut inside a member")  # noqa: TRY301
            member = Member(entry.name, nth, entry.data, entry.size, mark_of(entry))
            yield member, sample_key(entry.name), entry.header, entry.stop
    except DamageError as error:
        yield _rest(error), None, stream.position, stream.position


def cut_tar(
    descriptor: int, size: int, target_bytes: int, max_items: int
) -> Iterator[tuple[int, int, list[Member]]]:
    """Cut a plain tar into slices `(start, stop, members)`, never inside a WebDataset sample.

    A slice ends with the first sample that fills it. O(members of a slice) memory and 8 bytes and a
    counter for each different name of the tar.
    """
    members: list[Member] = []
    start = stop = filled = 0
    last: bytes | None = None
    for member, key, header, end in _scan(descriptor, size):
        full = filled >= target_bytes or len(members) >= max_items
        if full and (key is None or key != last):
            yield start, stop, members
            members, filled = [], 0
        if not members:
            start = header
        members.append(member)
        filled += member.size
        last, stop = key, end
    if members:
        yield start, stop, members


def _planned_problem(name: str, member: Member) -> Item | None:
    if member.mark is Mark.SKIP:
        return None
    return problem_item(name, PROBLEM_OF[member.mark], named=counts(member.name))


def _from_slice(descriptor: int, stamp: Stamp, name: str, member: Member, terms: Terms) -> Item | None:
    if member.mark not in (Mark.READ, Mark.UNSAFE_NAME):
        return _planned_problem(name, member)

    def fetch(start: int, count: int) -> bytes:
        return os.pread(descriptor, count, member.start + start)

    form = named(member.name)
    known = form is not None
    try:
        item = judge(name, member.size, fetch, terms, form=form, unsafe=member.mark is Mark.UNSAFE_NAME)
    except OSError as error:
        return problem_item(name, Unreadable.IO_ERROR, error.strerror or "", named=known)
    if changed(descriptor, stamp):
        return problem_item(name, CHANGED, named=known)
    if item is not None and item.data is not None and len(item.data) != member.size:
        return problem_item(name, Unreadable.IO_ERROR, "read short", named=known)
    return item


def _told_of(descriptor: int, member: Member, item: Item | None) -> Told | None:
    """Return what a member tells of its sample."""
    if not is_sidecar(member.name) or member.mark not in _READABLE:
        return None
    if item is not None and item.data is not None:
        return sidecar_told(member.name, item.data)
    try:
        data = os.pread(descriptor, min(member.size, MAX_SIDECAR + 1), member.start)
    except OSError:
        data = b""  # the row of the member itself says so, or that of the next one
    return sidecar_told(member.name, data)


def _all_changed(unit: Unit, why: Unreadable) -> Iterator[Item | None]:
    for member in unpack(unit.members):
        name = item_name(unit.prefix, member.name, member.nth)
        if member.mark is Mark.BESIDE:
            continue
        # A member whose name does not say media could no longer be looked at either, so it counts too.
        skip = member.mark is Mark.SKIP
        yield None if skip else problem_item(name, why, named=counts(member.name))


def read_slice(root: bytes, path: bytes, unit: Unit, terms: Terms) -> Iterator[Item | None]:
    """Read one slice of a plain tar; None for each member that is no media."""
    stamp, prefix = unit.stamp, unit.prefix
    descriptor, why = open_planned(root, path, stamp)
    if why is not None:
        yield from _all_changed(unit, why)
        return

    members = list(unpack(unit.members))
    table = NO_TABLE
    if terms.limit >= 0:
        table = shard_told(root, path, (sample_key(member.name) for member in members))

    def beside(member: Member) -> Beside:
        shown = member.mark is not Mark.BESIDE
        name = item_name(prefix, member.name, member.nth)
        item = _from_slice(descriptor, stamp, name, member, terms) if shown else None
        told = None if terms.limit < 0 else _told_of(descriptor, member, item)
        return Beside(sample_key(member.name), item, told, shown)

    try:
        yield from with_told(map(beside, members), table.of)
    finally:
        os.close(descriptor)


def _from_stream(
    stream: GzipStream, entry: Entry, name: str, terms: Terms, *, shown: bool
) -> tuple[Item | None, Told | None]:
    """Return the item of a member, and what it tells of its sample."""
    mark = mark_of(entry)
    if mark not in _READABLE:
        return _planned_problem(name, Member(entry.name, 0, 0, 0, mark)), None
    first = b""

    def fetch(start: int, count: int) -> bytes:
        """Read on; what was read before for the sake of the sample is there."""
        held = first[start : start + count]
        data = held + stream.read(count - len(held)) if len(held) < count else held
        if len(data) < count:
            raise DamageError("the tar is cut inside a member")
        return data

    told = None
    if is_sidecar(entry.name):
        first = fetch(0, min(entry.size, MAX_SIDECAR + 1))
        told = sidecar_told(entry.name, first)
    if not shown:
        return None, told
    unsafe = mark is Mark.UNSAFE_NAME
    return judge(name, entry.size, fetch, terms, form=named(entry.name), unsafe=unsafe), told


def _wanted(unit: Unit) -> AbstractSet[int] | None:
    """Return the positions that a sample has left of a gzipped tar; None: all of it."""
    return frozenset(json.loads(unit.members)["positions"]) if unit.members else None


def _broken(name: str, error: DamageError | OSError) -> Item:
    if isinstance(error, DamageError):
        return problem_item(name, PROBLEM_OF[_rest(error).mark], str(error), named=False)
    return problem_item(name, Unreadable.IO_ERROR, error.strerror or "", named=False)


def _all_gzipped(descriptor: int, unit: Unit, terms: Terms) -> Iterator[Beside]:
    """Read members up to the sample of the last one that is wanted; the rest is one item if it is damaged."""
    wanted = _wanted(unit)
    last = None if wanted is None else max(wanted)
    whole = item_name(unit.prefix, b"", 0)
    stream = GzipStream(descriptor)
    seen, sample = -1, None
    try:
        for position, (entry, nth) in enumerate(numbered(stream)):
            key = sample_key(entry.name)
            if last is not None and position > last and (key is None or key != sample):
                return
            sample = key
            shown = wanted is None or position in wanted
            name = item_name(unit.prefix, entry.name, nth)
            item, told = _from_stream(stream, entry, name, terms, shown=shown)
            if shown and changed(descriptor, unit.stamp):
                item = problem_item(name, CHANGED, named=counts(entry.name))
            yield Beside(key, item, told, shown)
            seen = position
    except (DamageError, OSError) as error:
        if last is None or seen < last:
            yield Beside(None, _broken(whole, error))


def read_gzipped(root: bytes, path: bytes, unit: Unit, terms: Terms) -> Iterator[Item | None]:
    """Read a gzipped tar in one pass; None for each member that is no media."""
    descriptor, why = open_planned(root, path, unit.stamp)
    if why is not None:
        yield problem_item(item_name(unit.prefix, b"", 0), why, named=False)
        return
    table = shard_told(root, path, None) if terms.limit >= 0 else NO_TABLE
    with os.fdopen(descriptor, "rb", buffering=0):
        yield from with_told(_all_gzipped(descriptor, unit, terms), table.of)
