"""Plan and read WARC files: an item is a record with a picture, film or text, `file.warc.gz#record` from 0.

Looked at are HTTP responses, and resources and conversions (the WET files of crawls); what of them is an
item, `warcitem` says. Every other record counts as no media: a revisit has no content of its own.
"""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from sekisho.codec import canonical
from sekisho.model import Item, Unreadable
from sekisho.store.datasets.carried import Carrying, Refused
from sekisho.store.datasets.damage import DamageError, RatioError
from sekisho.store.datasets.files import Terms, changed, open_planned, problem_item
from sekisho.store.datasets.names import item_name
from sekisho.store.datasets.objections import NO_OBJECTIONS, Objections
from sekisho.store.datasets.referring import Links, Pages, head_fields, referrer
from sekisho.store.datasets.unit import Unit
from sekisho.store.datasets.warcitem import record_item
from sekisho.store.datasets.warcwalk import Record, Walk, kind_of, walk_from

__all__ = ["look_at_record", "read_records", "warc_units"]

PROBE = 1 << 16
"""Bytes of a record that is too large: enough for its headers."""
_KINDS = frozenset({b"response", b"resource", b"conversion"})
_ABOUT = frozenset({b"request", b"metadata"})
_VISIT = 16
"""Records of one visit that are held until all of them were read."""


class _Run:
    """A run of records that becomes a unit.

    Attributes:
        start: where it begins in the file.
        first: the number of its first record.
        records: how many there are.
    """

    def __init__(self, start: int, first: int, objections: Objections) -> None:
        self.start, self.first, self.records = start, first, 0
        self._opened = self._converted = False
        self._carrying = Carrying(objections)

    def take(self, walk: Walk, record: Record, before: "_Run | None") -> None:
        """Count a record in, and look up what is said about it; who refers to it may also stand behind it."""
        kind = kind_of(record)
        self.records += 1
        if kind in _KINDS:
            links = head_fields(record)
            self._converted = self._converted or bool(links.source)
            self._carrying.look(links.url, links.source)
        if kind not in _ABOUT:
            self._opened = True
        elif self._carrying.asks:
            page = referrer(walk.read(min(record.size, PROBE)))
            self.refer(page)
            if before is not None and not self._opened:
                before.refer(page)

    def refer(self, page: str) -> None:
        """Look up a page that a description names."""
        self._carrying.refer(page)

    def unit(self, base: Unit, stop: int, *, damaged: bool = False) -> Unit:
        """Return it as a unit of the file."""
        told = {"first": self.first, "records": self.records, **self._carrying.told()}
        told |= ({"converted": True} if self._converted else {}) | ({"damaged": True} if damaged else {})
        size, items = stop - self.start, self.records + damaged
        return replace(base, start=self.start, stop=stop, items=items, bytes=size, members=canonical(told))


def warc_units(
    descriptor: int, base: Unit, target_bytes: int, most: int, objections: Objections = NO_OBJECTIONS
) -> Iterator[Unit]:
    """Cut an open file into runs of records, where one can begin to read: not inside of a gzip member.

    What describes a record may stand before or behind it. A run ends before descriptions and not behind
    them: what belongs to its last record is found behind its end (`_behind`).
    """
    walk = walk_from(descriptor, base.size)
    run, before = _Run(0, 0, objections), None
    number = about = 0
    damaged = False
    try:
        for record in walk:
            full = walk.place is not None and walk.place - run.start >= target_bytes
            apart = run.records > 0 and not 0 < about < _VISIT
            if walk.place is not None and apart and (full or run.records >= most):
                if before is not None:
                    yield before.unit(base, run.start)
                run, before = _Run(walk.place, number, objections), run
            number += 1
            about = about + 1 if kind_of(record) in _ABOUT else 0
            run.take(walk, record, before)
    except (DamageError, OSError):
        damaged = True
    if before is not None:
        yield before.unit(base, run.start)
    if number > run.first or damaged or not base.size:
        yield run.unit(base, base.size, damaged=damaged)


def look_at_record(name: str, walk: Walk, record: Record, limit: int) -> tuple[Item | None, bytes]:
    """Read the record in hand; return its item, if it is a picture or text, and its block.

    Raises:
        DamageError: the file ends inside the record, or the stream is damaged.
    """
    if kind_of(record) not in _KINDS:
        return None, b""
    block = walk.read(record.size if record.size <= limit else PROBE)
    return record_item(name, record, block, limit), block


def _whole(unit: Unit, why: Unreadable, detail: str = "") -> Item:
    return problem_item(item_name(unit.prefix, b"", 0), why, detail)


class _Seen(NamedTuple):
    """A record that was walked by.

    Attributes:
        begins: a visit begins with it, or something else than a record.
        links: what its header says about others; None of what stands for damage.
        about: the block of a request or description.
        shown: it is one of the records that were asked for.
    """

    item: Item | None
    begins: bool = True
    links: Links | None = None
    about: bytes = b""
    shown: bool = True


def _seen(name: str, walk: Walk, record: Record, limit: int, *, shown: bool) -> _Seen:
    kind = kind_of(record)
    if kind in _ABOUT:
        return _about(walk, record, shown=shown)
    if kind not in _KINDS:
        return _Seen(None, shown=shown)
    item, _ = look_at_record(name, walk, record, limit)
    return _Seen(item, links=head_fields(record), shown=shown)


def _about(walk: Walk, record: Record, *, shown: bool) -> _Seen:
    about = walk.read(min(record.size, PROBE))
    return _Seen(None, begins=False, links=head_fields(record), about=about, shown=shown)


def _read(descriptor: int, unit: Unit, terms: Terms) -> Iterator[_Seen]:
    told = json.loads(unit.members)
    first, count = told["first"], told["records"]
    wanted = frozenset(told["positions"]) if "positions" in told else None
    last = None if wanted is None else max(wanted)
    walk = walk_from(descriptor, unit.size, unit.start)
    records = iter(walk)
    for position in range(count):
        record = next(records, None)
        if record is None or changed(descriptor, unit.stamp):
            yield _Seen(_whole(unit, Unreadable.CHANGED_WHILE_READ))
            return
        name = item_name(unit.prefix, b"%d" % (first + position))
        after = last is not None and position > last
        if after and kind_of(record) not in _ABOUT:
            return
        shown = wanted is None or position in wanted
        yield _seen(name, walk, record, terms.limit, shown=shown)
    if "damaged" not in told:
        yield from _behind(walk, records)
    elif last is None or last == count:
        next(records, None)


def _behind(walk: Walk, records: Iterator[Record]) -> Iterator[_Seen]:
    """Yield what is said behind a unit about its last record; what is wrong there is the next one's."""
    with suppress(DamageError, OSError):
        for record in islice(records, _VISIT):
            if kind_of(record) not in _ABOUT:
                return
            yield _about(walk, record, shown=False)


def _sound(descriptor: int, unit: Unit, terms: Terms) -> Iterator[_Seen]:
    """Yield the records of a unit, and one item for the rest if it is damaged."""
    try:
        yield from _read(descriptor, unit, terms)
    except DamageError as error:
        ratio = isinstance(error, RatioError)
        why = Unreadable.COMPRESSION_RATIO if ratio else Unreadable.CONTAINER_CORRUPT
        yield _Seen(_whole(unit, why, str(error)))
    except OSError as error:
        yield _Seen(_whole(unit, Unreadable.IO_ERROR, error.strerror or ""))


def _referred(records: Iterable[_Seen], pages: Pages) -> Iterator[Item | None]:
    """Yield the items of records in their order, each with what the page says that refers to it."""
    held: list[_Seen] = []
    for seen in records:
        if held and (seen.begins or len(held) > _VISIT):
            yield from _items(held, pages)
            held = []
        if seen.about and seen.links is not None:
            pages.refer(seen.links, seen.about)
        held.append(seen)
    yield from _items(held, pages)


def _items(held: Iterable[_Seen], pages: Pages) -> Iterator[Item | None]:
    for seen in held:
        item = seen.item
        if item is not None and seen.links is not None:
            item = pages.told(seen.links, item)
            pages.keep(seen.links, item if seen.item is None else seen.item)
        if seen.shown:
            yield item


def read_records(root: bytes, path: bytes, unit: Unit, terms: Terms) -> Iterator[Item | None]:
    """Read the records of a unit; None for each that is neither picture nor text."""
    descriptor, why = open_planned(root, path, unit.stamp)
    if why is not None:
        yield _whole(unit, why)
        return
    told = json.loads(unit.members)
    pages = Pages(Refused(told), converted="converted" in told)
    with os.fdopen(descriptor, "rb", buffering=0):
        yield from _referred(_sound(descriptor, unit, terms), pages)
