"""JSON records: what each tells about its item, or about the one that it lies beside.

Plain records of a dataset are read many at once, as the kernel that spells their texts has found their
members (`where`); all others one by one. Both tell the same.

Where one name stands twice, programs show one of the values, mostly the last. So the last one says where an
item was found; of signals every one is heard, since nobody knows which of them somebody has meant.
"""

import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import msgspec

from sekisho.detect.signals.cells import all_heard
from sekisho.detect.signals.columns import column_role, speaks, told, unread_signals
from sekisho.detect.signals.site_ends import site_ends
from sekisho.detect.signals.where import Members, told_address, told_where, where_of
from sekisho.media.texts import Spelled
from sekisho.model import Asked, Item
from sekisho.model.told import Told

__all__ = ["MAX_RECORD", "answered", "json_told", "records_told"]

MAX_RECORD = 8 << 20
"""Bytes of a JSON record that is read; to take one apart needs some 30 times as much."""
_BOM = b"\xef\xbb\xbf"
_MANY = 64
"""Members of a record that the table names; honest ones have fewer."""
_ESCAPED = re.compile(rb"\\u(?:00[2-7]|017[fF]|212[aA])").search
"""Finds letters that names in the table are written with."""
_top_level = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode = msgspec.json.Decoder().decode


def answered(item: Item) -> Item:
    """Return an item whose record was asked, if it was still to be asked."""
    source = item.text
    if source is None or source.asked is Asked.NOTHING or item.data is None:
        return item
    said = json_told(bytes(item.data), addresses=source.asked is Asked.ALL)
    return replace(item, text=replace(source, asked=Asked.NOTHING), told=said)


def records_told(records: Sequence[bytes], spelled: Spelled, asked: Iterable[Asked]) -> list[Told | None]:
    """Return what `json_told` does of each of some records. O(members of plain ones).

    Args:
        records: of datasets.
        spelled: of the same ones.
        asked: what each of them is asked.
    """
    found: list[Told | None] = []
    data, names, values = spelled.data, spelled.names, spelled.values
    members = Members(data, values.ravel().tolist(), site_ends(data, values))
    nothing, everything = Asked.NOTHING, Asked.ALL
    begin = first = 0
    known, where = b"", where_of(b"")
    each = zip(records, spelled.plain.tolist(), spelled.name_ends.tolist(), asked, strict=True)
    for record, plain, end, of in each:
        if plain:
            if (own := names[begin:end]) != known:  # the next record has mostly the same names
                known, where = own, where_of(own)
            if of is nothing:
                found.append(None)
            elif where.alone >= 0:  # the address alone, as of most
                found.append(told_address(members, first + where.alone) if of is everything else None)
            else:
                found.append(told_where(members, first, where, of is everything))
            begin, first = end, first + where.members
        else:
            found.append(None if of is nothing else json_told(record, addresses=of is everything))
    return found


def json_told(data: bytes, *, addresses: bool = True) -> Told | None:
    """Return what a JSON record tells about its item: itself, or the one that it lies beside. O(len).

    Only its members are told apart; what a member holds is parsed if the table names it.

    Args:
        data: one value in UTF-8. What is no object tells nothing.
        addresses: where it was found is asked for too; else a record without signals tells nothing.
    """
    if len(data) > MAX_RECORD:
        return _unread(data[:MAX_RECORD], f"more than {MAX_RECORD} bytes")
    data = data.removeprefix(_BOM)
    try:
        members = _top_level(data)
        if not (addresses or speaks(members)):
            return None
        raw = {name: bytes(value) for name, value in members.items() if column_role(name) is not None}
        if not _is_once(raw, data):
            return _read_again(data, addresses=addresses)
        return told({name: _value(value) for name, value in raw.items()}) if raw else None
    except msgspec.ValidationError:
        return None  # another value than an object
    except (msgspec.DecodeError, ValueError, RecursionError):
        return _read_again(data, addresses=addresses)


def _is_once(names: Collection[str], data: bytes) -> bool:
    """Tell whether none of some names can stand twice in a record, however it is written."""
    if len(names) > _MANY:  # to look for each of them would take time by their square
        return False
    if b"\\u" in data and _ESCAPED(data):
        return False
    return all(data.count(b'"%s"' % name.encode()) == 1 for name in names)


def _value(raw: bytes) -> object:
    """Return what a member holds; numbers of any size, of which msgspec says that they are no values."""
    return _decode(raw) if raw.startswith(b'"') else json.loads(raw, object_pairs_hook=all_heard)


def _read_again(data: bytes, *, addresses: bool) -> Told | None:
    """Read what msgspec refuses and others write, or would read in part: NaN, half a pair, equal names."""
    try:
        record = json.loads(data, object_pairs_hook=all_heard)
    except (ValueError, RecursionError):
        return _unread(data, "not JSON")
    return told(record) if isinstance(record, dict) and (addresses or speaks(record)) else None


def _unread(data: bytes, why: str) -> Told | None:
    signals = unread_signals(data, why)
    return Told(signals=signals) if signals else None
