"""Sidecars: files and members beside an item that tell where it was found and what was said of it.

`.json` is a record (`detect.signals.columns`), `.xmp` an XMP packet, `.url` an address by itself or a
shortcut of Windows. Of each at most `MAX_SIDECAR` bytes are read; a longer one, or one that can not be read,
is an error where it may have been about rights. What a sidecar tells holds for every member of its sample.
"""

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from sekisho.detect.signals.cells import address
from sekisho.detect.signals.columns import unread_signals
from sekisho.detect.signals.common import bounded
from sekisho.detect.signals.records import json_told
from sekisho.detect.signals.xmp import xmp_error, xmp_signals
from sekisho.model import Item, Signal, Told
from sekisho.store.datasets.files import OutsideError, open_inside
from sekisho.store.datasets.names import JSON_SIDECAR, URL_SIDECAR, XMP_SIDECAR, is_sidecar

__all__ = ["MAX_SIDECAR", "Beside", "file_told", "joined", "sidecar_told", "with_told"]

MAX_SIDECAR = 1 << 20
"""Bytes of a sidecar that are read; those of img2dataset have one or two thousand."""
_PLACE = "xmp"
_SHORTCUT = "url="
_HELD_BYTES = 64 << 20
_HELD_MEMBERS = 1000
"""Of one sample that are held until its end is known; of a larger one, sidecars tell of what comes later."""


def sidecar_told(name: bytes, data: bytes | memoryview) -> Told | None:
    """Return what a sidecar tells; None: nothing. It never raises. O(len), at most of `MAX_SIDECAR` bytes.

    Args:
        name: of the file or member.
        data: its bytes, or the first ones: one more than `MAX_SIDECAR` if there are more.
    """
    ending = name.lower()
    raw = bytes(data[: MAX_SIDECAR + 1])
    long = len(raw) > MAX_SIDECAR
    if ending.endswith(JSON_SIDECAR):
        return _saying(unread_signals(raw, f"more than {MAX_SIDECAR} bytes")) if long else json_told(raw)
    if ending.endswith(XMP_SIDECAR):
        return _saying((xmp_error("XMP: too large", b"", _PLACE),) if long else xmp_signals(raw, _PLACE))
    return _of_address(raw) if ending.endswith(URL_SIDECAR) else None


def _saying(signals: Sequence[Signal]) -> Told | None:
    return Told(signals=bounded(signals)) if signals else None


def _of_address(raw: bytes) -> Told | None:
    lines = raw.decode("utf-8-sig", "replace").splitlines()
    shortcut = len(_SHORTCUT)
    values = (line[shortcut:] if line[:shortcut].lower() == _SHORTCUT else line for line in lines)
    url = next(filter(None, map(address, values)), "")
    return Told(url=url) if url else None


def joined(several: Iterable[Told | None]) -> Told | None:
    """Return what several sources tell together; of addresses and times the first one counts."""
    found = [told for told in several if told is not None]
    if len(found) <= 1:
        return found[0] if found else None
    return Told(
        url=next((told.url for told in found if told.url), ""),
        page=next((told.page for told in found if told.page), ""),
        captured=next((told.captured for told in found if told.captured), None),
        signals=bounded(signal for told in found for signal in told.signals),
        languages=next((told.languages for told in found if told.languages), ()),
    )


class Beside(NamedTuple):
    """A member that was read.

    Attributes:
        key: of its sample; None: it stands by itself.
        item: None if it is neither picture nor text.
        told: what it tells of its sample.
        shown: it is one of the members that were asked for.
    """

    key: bytes | None
    item: Item | None
    told: Told | None = None
    shown: bool = True


def _silent(_key: bytes | None) -> None:
    """Tell nothing of a sample."""


def with_told(
    members: Iterable[Beside], table: Callable[[bytes | None], Told | None] = _silent
) -> Iterator[Item | None]:
    """Yield the items of members in their order, each with what the sidecars of its sample tell.

    Args:
        members: in their order.
        table: what a table tells of the sample of a key; it is heard after the sidecars.
    """
    held: list[Beside] = []
    carried: Told | None = None
    size = 0
    for member in members:
        same = bool(held) and member.key is not None and member.key == held[-1].key
        if held and (not same or size > _HELD_BYTES or len(held) >= _HELD_MEMBERS):
            told = joined((carried, *(one.told for one in held)))
            yield from _shown(held, joined((told, table(held[-1].key))))
            carried, held, size = (told if same else None), [], 0
        held.append(member)
        size += len(member.item.data) if member.item is not None and member.item.data is not None else 0
    last = held[-1].key if held else None
    yield from _shown(held, joined((carried, *(one.told for one in held), table(last))))


def _shown(members: Iterable[Beside], told: Told | None) -> Iterator[Item | None]:
    for member in members:
        if member.shown:
            item = member.item
            yield item if item is None or told is None else replace(item, told=told)


def _stem(path: bytes) -> bytes:
    """Return a path without the last ending of its name."""
    dot = path.rfind(b".", path.rfind(b"/") + 2)
    return path[:dot] if dot > 0 else path


def file_told(root: bytes, path: bytes, data: bytes | memoryview | None) -> Told | None:
    """Return what the sidecars of a file in a folder tell: `NAME.json`, `NAME.EXT.json`, and so `.xmp`.

    A file `.json` tells of itself.

    Args:
        root: of the dataset.
        path: of the file below it.
        data: its bytes, None if they could not be read.
    """
    own = sidecar_told(path, data) if is_sidecar(path) and data is not None else None
    names = dict.fromkeys(
        start + ending for ending in (JSON_SIDECAR, XMP_SIDECAR) for start in (_stem(path), path)
    )
    return joined((own, *(_of_file(root, name) for name in names if name != path)))


def _of_file(root: bytes, path: bytes) -> Told | None:
    try:
        descriptor = open_inside(root, path)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OutsideError:
        return _no_access(path)
    except OSError as error:
        # A name that is too long for the disk names nothing.
        return None if error.errno == errno.ENAMETOOLONG else _no_access(path)
    try:
        return sidecar_told(path, os.pread(descriptor, MAX_SIDECAR + 1, 0))
    except OSError:
        return _no_access(path)
    finally:
        os.close(descriptor)


def _no_access(path: bytes) -> Told | None:
    """Return the error of a packet that nobody can read. A record is an item, whose own row says so."""
    return _saying((xmp_error("XMP: can not be read", b"", _PLACE),)) if path.endswith(XMP_SIDECAR) else None
