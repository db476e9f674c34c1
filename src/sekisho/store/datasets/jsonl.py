"""Plan and read JSON lines: plain, .gz or .zst. An item is a line, `file.jsonl#line` from 0.

An item's bytes are those of its line without the line feed and a carriage return before it; whether it
is JSON is not asked here. A line of white space is no item. Units of a packed file are runs of lines: a
process that reads one after the other unpacks the file once, and any of them can be read by itself.
"""

import atexit
import json
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from io import FileIO
from typing import NamedTuple

from sekisho.codec import canonical
from sekisho.model import Asked, Item, TextForm, TextSource, Unreadable
from sekisho.store.datasets.damage import DamageError, RatioError
from sekisho.store.datasets.files import Terms, changed, open_planned, problem_item
from sekisho.store.datasets.lines import PACKINGS, Line, Lines, TooLong, cut_lines, text_stream
from sekisho.store.datasets.names import item_name
from sekisho.store.datasets.streams import WINDOW
from sekisho.store.datasets.unit import Stamp, Unit

__all__ = ["line_units", "read_lines"]

NOTHING_HELD = 0
"""Bytes of a line that the plan keeps: it only counts."""


def line_units(raw: FileIO, base: Unit, target_bytes: int, most: int) -> Iterator[Unit]:
    """Cut an open file into units; a packed one is unpacked for that once.

    Args:
        raw: the file.
        base: the unit of the whole file.
        target_bytes: of a unit.
        most: lines of a unit.
    """
    packing = PACKINGS[base.kind]
    lines = Lines(text_stream(raw, packing, 0, base.size).some, NOTHING_HELD)
    last: Unit | None = None
    broken = False
    try:
        for cut in cut_lines(lines, target_bytes, most):
            if last is not None:
                yield last
            stop = min(cut.stop, base.size)
            last = replace(
                base,
                start=cut.first if packing else cut.start,
                stop=cut.first + cut.lines if packing else stop,
                items=cut.lines,
                bytes=(cut.stop if packing else stop) - cut.start,
                members=canonical({"first": cut.first, "lines": cut.lines}),
            )
    except (DamageError, OSError):
        broken = True
    if broken:
        yield _damaged(last or replace(base, start=0, stop=0, items=0, members=_NO_LINES))
    elif last is not None:
        yield last


_NO_LINES = canonical({"first": 0, "lines": 0})


def _damaged(unit: Unit) -> Unit:
    """Return the last unit of a file that breaks: after its lines comes one item that stands for the rest."""
    told = json.loads(unit.members)
    return replace(unit, items=told["lines"] + 1, members=canonical({**told, "damaged": True}))


class _Key(NamedTuple):
    root: bytes
    path: bytes
    stamp: Stamp
    limit: int


@dataclass(slots=True)
class _Open:
    """A file, and how far its lines were read."""

    raw: FileIO
    lines: Lines


_KEPT: dict[_Key, _Open] = {}
"""The packed file that this process has read last, at the line after the unit."""


@atexit.register
def _forget() -> None:
    while _KEPT:
        _KEPT.popitem()[1].raw.close()


def _begin(key: _Key, unit: Unit, first: int) -> _Open | Unreadable:
    """Open a file at the first line of a unit, or go on where the unit before has ended."""
    kept = _KEPT.pop(key, None)
    _forget()
    if kept is not None and kept.lines.number <= first:
        return kept
    if kept is not None:
        kept.raw.close()
    descriptor, why = open_planned(key.root, key.path, key.stamp)
    if why is not None:
        return why
    raw, packing = FileIO(descriptor), PACKINGS[unit.kind]
    stream = text_stream(raw, packing, unit.start, unit.stop)
    # One more: a carriage return may come off.
    return _Open(raw, Lines(stream.some, key.limit + 1, 0 if packing else first))


class _Slice(NamedTuple):
    """Which lines of a unit are read.

    Attributes:
        first, end: the unit's.
        stop: no line from here on is wanted.
        wanted: numbers of lines; None: all of them.
        damage: whether the item that stands for damage is wanted.
    """

    first: int
    end: int
    stop: int
    wanted: AbstractSet[int] | None
    damage: bool


def _slice(unit: Unit) -> _Slice:
    told = json.loads(unit.members)
    first, end, damaged = told["first"], told["first"] + told["lines"], "damaged" in told
    if "positions" not in told:
        return _Slice(first, end, end, None, damaged)
    wanted = frozenset(first + position for position in told["positions"])
    return _Slice(first, end, min(end, max(wanted, default=0) + 1), wanted, damaged and end in wanted)


def _item(name: str, line: Line, terms: Terms, source: TextSource) -> Item | None:
    if isinstance(line, TooLong):
        return problem_item(name, Unreadable.TOO_LARGE, f"{line.size} bytes")
    if line.endswith(b"\r"):
        line = line[:-1]
    if not line or line.isspace():
        return None
    if len(line) > terms.limit:
        return problem_item(name, Unreadable.TOO_LARGE, f"{len(line)} bytes")
    return Item(name=name, data=line, named_as_media=True, text=source)


def _rest(unit: Unit, number: int, stop: int, why: Unreadable, detail: str = "") -> Item:
    """Return the item that stands for the lines from one on, or for the file if there are none."""
    lines = b"%d-%d" % (number, stop - 1) if number < stop else b""
    return problem_item(item_name(unit.prefix, lines, 1 if lines else 0), why, detail)


def _read(opened: _Open, unit: Unit, part: _Slice, terms: Terms) -> Iterator[Item | None]:
    """Yield the lines of a unit; the file is looked at again for each window that was read."""
    lines, wanted = opened.lines, part.wanted
    descriptor, stamp, base = opened.raw.fileno(), unit.stamp, f"{unit.prefix}#"
    asked = Asked.ALL if terms.addresses else Asked.SIGNALS
    source = TextSource(form=TextForm.JSON, fields=terms.fields, asked=asked)
    lines.skip(part.first - lines.number)
    while lines.number < part.stop:
        number = lines.number
        some = lines.take(min(part.stop - number, WINDOW))
        if not some or changed(descriptor, stamp):
            yield _rest(unit, number, part.end, Unreadable.CHANGED_WHILE_READ)
            return
        for at, line in enumerate(some, number):
            if wanted is None or at in wanted:
                yield _item(f"{base}{at}", line, terms, source)
    if part.damage:
        lines.take(1)


def read_lines(root: bytes, path: bytes, unit: Unit, terms: Terms) -> Iterator[Item | None]:
    """Read the lines of a unit; None for each that is white space."""
    part = _slice(unit)
    key = _Key(root, path, unit.stamp, terms.limit)
    opened = _begin(key, unit, part.first)
    if isinstance(opened, Unreadable):
        yield _rest(unit, part.first, part.end, opened)
        return
    sound = False
    try:
        yield from _read(opened, unit, part, terms)
        sound = True
    except DamageError as error:
        why = Unreadable.COMPRESSION_RATIO if isinstance(error, RatioError) else Unreadable.CONTAINER_CORRUPT
        yield _rest(unit, opened.lines.number, part.end, why, str(error))
    except OSError as error:
        yield _rest(unit, opened.lines.number, part.end, Unreadable.IO_ERROR, error.strerror or "")
    finally:
        if sound and PACKINGS[unit.kind]:
            _forget()
            _KEPT[key] = opened
        else:
            opened.raw.close()
