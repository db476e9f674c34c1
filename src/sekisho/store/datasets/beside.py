"""Sidecars: files and members beside an item that tell where it was found and what was said of it.

`.json` is a record (`detect.signals.columns`), `.xmp` an XMP packet, `.url` an address by itself or a shortcut
of Windows. Of each no more than `MAX_SIDECAR` bytes are read; a longer one, or one that can not be read, is an
error where it may have been about rights. What a sidecar tells holds for every member of its sample.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from sekisho.detect.signals.cells import address
from sekisho.detect.signals.columns import json_told, unread_signals
from sekisho.detect.signals.common import bounded
from sekisho.detect.signals.xmp import xmp_error, xmp_signals
from sekisho.model import Item, Told
from sekisho.store.datasets.files import OutsideError, open_inside

__all__ = ["MAX_SIDECAR", "Beside", "beside_file", "is_sidecar", "joined", "sidecar_told", "with_told"]

MAX_SIDECAR = 1 << 20
"""Bytes of a sidecar that are read; those of img2dataset have one or two thousand."""
_JSON, _URL, _XMP = b".json", b".url", b".xmp"
_ENDINGS = (_JSON, _URL, _XMP)
_PLACE = "xmp"
_SHORTCUT = "url="
_HELD_BYTES = 64 << 20
_HELD_MEMBERS = 1000


def is_sidecar(name: bytes) -> bool:
    """Tell whether a member of this name may tell something of the others of its sample."""
    return name.lower().endswith(_ENDINGS)


def sidecar_told(name: bytes, data: bytes | memoryview) -> Told | None:
    """Return what a sidecar tells; None: nothing. It never raises. O(len).

    Args:
        name: of the file or member.
        data: its first bytes, one more than `MAX_SIDECAR` if there are more.
    """
    ending, raw = name.lower(), bytes(data[: MAX_SIDECAR + 1])
    cut = len(raw) > MAX_SIDECAR
    if ending.endswith(_JSON):
        return _of_signals(unread_signals(raw, f"more than {MAX_SIDECAR} bytes")) if cut else json_told(raw)
    if ending.endswith(_XMP):
        problem = xmp_error("XMP: too large", raw[:1], _PLACE)
        return _of_signals((problem,) if cut else xmp_signals(raw, _PLACE))
    return _of_address(raw) if ending.endswith(_URL) else None


def _of_signals(signals: tuple) -> Told | None:  # type: ignore[type-arg]
    return Told(signals=bounded(signals)) if signals else None


def _of_address(raw: bytes) -> Told | None:
    lines = raw.decode("utf-8-sig", "replace").splitlines()
    values = (line[len(_SHORTCUT) :] if line[: len(_SHORTCUT)].lower() == _SHORTCUT else line for line in lines)
    url = next(filter(None, map(address, values)), "")
    return Told(url=url) if url else None


def joined(told: Iterable[Told | None]) -> Told | None:
    """Return what several sidecars tell together; of addresses and times the first one counts."""
    found = list(dict.fromkeys(id(one) for one in ()))  # placeholder
    return None
