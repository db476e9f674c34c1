"""What a copy is made from, and what came of it."""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import BinaryIO, Literal, Protocol

from sekisho.media.sniff import HEAD
from sekisho.model import TextForm
from sekisho.store.datasets.forms import Named, named
from sekisho.store.materialise.edit import edit_bytes
from sekisho.store.materialise.records import NotEditableError

__all__ = [
    "PIECE",
    "Choose",
    "Edited",
    "Mode",
    "Order",
    "Tally",
    "edited",
    "form_of",
    "hash_file",
    "hash_pieces",
    "sync",
    "verdict",
]

PIECE = 1 << 20
"""Bytes copied at a time."""
EMPTY = hashlib.sha256(b"").digest()
Mode = Literal["copy", "hardlink"]


Edited = tuple[bytes, Sequence[tuple[str, int, int, str]]]
"""The SHA-256 of an item before it is edited, and its changes; see `spans.Change`."""


class Choose(Protocol):
    """Say for each `(sample key, allowed)` whether it is kept; `allowed` None is no media."""

    def __call__(
        self, members: Sequence[tuple[bytes | None, bool | None]], *, whole_samples: bool
    ) -> Sequence[bool]:
        """Return one answer for each member, in order."""
        ...


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was copied.

    Attributes:
        edited: how many of those that were kept were written with changes.
        refused: items that are no longer what was checked.
        unedited: items that would have been kept with changes, and can not be edited.
    """

    kept: int = 0
    edited: int = 0
    sidecars: int = 0
    dropped: int = 0
    bytes: int = 0
    refused: list[str] = field(default_factory=list)
    unedited: list[str] = field(default_factory=list)

    def count(self, *, kept: bool, media: bool, size: int) -> None:
        """Count one member."""
        if not kept:
            self.dropped += 1
            return
        self.bytes += size
        if media:
            self.kept += 1
        else:
            self.sidecars += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to copy.

    Attributes:
        known: each item's SHA-256 if it is allowed, else None.
        denied: digests that must not appear under any name.
        choose: which members are kept.
        edits: what is kept with changes.
        texts: whether the run has looked at texts; before it did, they were sidecars.
        mode: whether single files are copied or linked; containers are always written anew.
        tally: what was copied so far; the one thing here that changes.
    """

    known: Mapping[str, bytes | None]
    denied: AbstractSet[bytes]
    choose: Choose
    mode: Mode = "copy"
    edits: Mapping[str, Edited] = field(default_factory=dict)
    texts: bool = True
    tally: Tally = field(default_factory=Tally)


def form_of(order: Order, name: bytes) -> Named:
    """Say what a member's name told the audit about it."""
    form = named(name)
    return None if isinstance(form, TextForm) and not order.texts else form


def edited(order: Order, item: str, data: bytes | None, form: TextForm) -> bytes | None:
    """Return an item with its changes made; None, and a note of it, if it is not the one or can not be.

    Args:
        order: names the item among its edits.
        item: its name.
        data: as stored; None for what is too large.
        form: how it is read.

    Raises:
        EvidenceError: a change is not within the item.
    """
    digest, changes = order.edits[item]
    if data is not None and hashlib.sha256(data).digest() != digest:
        order.tally.refused.append(item)
        return None
    try:
        if data is not None:
            return edit_bytes(data, form, changes)
    except NotEditableError:
        pass
    order.tally.unedited.append(item)
    return None


def verdict(order: Order, item: str, digest: bytes, *, media: bool) -> bool | None:
    """Compare a member with what was decided: True allowed, False not, None no media.

    A changed or unknown picture, and anything equal to a refused one, is noted as refused.
    """
    expected = order.known.get(item)
    if digest == expected and digest not in order.denied:
        return True
    if not media and item not in order.known and (digest == EMPTY or digest not in order.denied):
        return None
    if expected is not None or item not in order.known:
        order.tally.refused.append(item)
    return False


def hash_file(descriptor: int) -> tuple[bytes, bytes]:
    """Return the SHA-256 of an open file, and its head."""
    digest = hashlib.sha256()
    head, at = b"", 0
    while piece := os.pread(descriptor, PIECE, at):
        head = head or piece[:HEAD]
        digest.update(piece)
        at += len(piece)
    return digest.digest(), head


def hash_pieces(read: Callable[[int], bytes], size: int, write: Callable[[bytes], object]) -> bytes:
    """Pass `size` bytes from `read` to `write` and return their SHA-256."""
    digest = hashlib.sha256()
    while size and (piece := read(min(size, PIECE))):
        digest.update(piece)
        write(piece)
        size -= len(piece)
    return digest.digest()


def sync(file: BinaryIO) -> None:
    """Bring a written file to the disk."""
    file.flush()
    os.fsync(file.fileno())
