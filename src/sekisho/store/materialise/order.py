"""What a copy is made from, and what came of it."""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import BinaryIO, Literal, Protocol

from sekisho.media.sniff import HEAD, named_as_media, sniff
from sekisho.store.datasets.names import escape

__all__ = ["PIECE", "Choose", "Mode", "Order", "Tally", "is_media", "verdict"]

PIECE = 1 << 20
"""Bytes copied at a time."""
EMPTY = hashlib.sha256(b"").digest()
Mode = Literal["copy", "hardlink"]


class Choose(Protocol):
    """Say for each `(sample key, allowed)` whether it is kept; `allowed` None is no media."""

    def __call__(
        self, members: Sequence[tuple[bytes | None, bool | None]], *, whole_samples: bool
    ) -> Sequence[bool]:
        """Return one answer for each member, in order."""
        ...


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was copied. `refused` are items that are no longer what was checked."""

    kept: int = 0
    sidecars: int = 0
    dropped: int = 0
    bytes: int = 0
    refused: list[str] = field(default_factory=list)

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
        mode: whether single files are copied or linked; containers are always written anew.
        tally: what was copied so far; the one thing here that changes.
    """

    known: Mapping[str, bytes | None]
    denied: AbstractSet[bytes]
    choose: Choose
    mode: Mode = "copy"
    tally: Tally = field(default_factory=Tally)


def is_media(name: bytes, head: bytes) -> bool:
    """Tell whether a member is media, as the audit does: by its bytes, or because its name says so."""
    return named_as_media(escape(name.rstrip(b"/"))) or sniff(head[:HEAD]) is not None


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
