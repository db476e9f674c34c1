"""Write a tar anew with only the chosen members, each byte for byte with its headers, in the same order.

Two passes: the first hashes every member and chooses, the second copies and hashes again, so that a sample
whose picture has changed leaves nothing behind.
"""

import gzip
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, NamedTuple, cast

from sekisho.errors import IncompleteError
from sekisho.media.sniff import HEAD
from sekisho.store.datasets.names import item_name, sample_key
from sekisho.store.datasets.streams import GzipStream, PlainStream
from sekisho.store.datasets.tar import mark_of, numbered
from sekisho.store.datasets.tarwalk import BLOCK, Entry, Stream, TarCorruptError
from sekisho.store.datasets.unit import Mark
from sekisho.store.materialise.order import PIECE, Order, hash_pieces, is_media, sync, verdict

__all__ = ["rewrite_tar"]

RECORD = 20 * BLOCK
"""Tars end on whole records of 20 blocks (POSIX pax, default blocking)."""


class _Seen(NamedTuple):
    entry: Entry
    key: bytes | None
    digest: bytes
    allowed: bool | None


def _look(stream: Stream, entry: Entry, item: str, order: Order) -> _Seen:
    head = stream.read(min(HEAD, entry.size))
    digest = hashlib.sha256(head)
    left = entry.size - len(head)
    while left and (piece := stream.read(min(left, PIECE))):
        digest.update(piece)
        left -= len(piece)
    if left:
        raise TarCorruptError("the tar is cut inside a member")
    done = digest.digest()
    media, key = is_media(entry.name, head), sample_key(entry.name)
    if not entry.is_file:
        # A link is never kept; it takes its sample with it only if it is named as a picture of it.
        return _Seen(entry, key if mark_of(entry) is Mark.NOT_REGULAR else None, done, allowed=False)
    return _Seen(entry, key, done, verdict(order, item, done, media=media))


def _seen(stream: Stream, prefix: str, order: Order) -> list[_Seen]:
    """Look at every member up to the end or the damage; what comes after damage was never allowed."""
    found: list[_Seen] = []
    try:
        for entry, nth in numbered(stream):
            found.append(_look(stream, entry, item_name(prefix, entry.name, nth), order))
    except TarCorruptError:
        pass
    return found


def _stream(descriptor: int, kind: str) -> PlainStream | GzipStream:
    if kind == "tar.gz":
        return GzipStream(descriptor)
    return PlainStream(descriptor, os.fstat(descriptor).st_size)


@contextmanager
def _writer(target: bytes, kind: str) -> Iterator[BinaryIO]:
    """Open the new file; a gzipped one carries neither a name nor a time."""
    with open(target, "xb") as file:  # noqa: PTH123 - names are bytes
        if kind == "tar.gz":
            with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0) as packed:
                yield cast("BinaryIO", packed)
        else:
            yield file
        sync(file)


def _copy(stream: Stream, chosen: list[_Seen], out: BinaryIO) -> int:
    written = 0
    for seen in chosen:
        entry = seen.entry
        stream.skip_to(entry.header)
        out.write(stream.read(entry.data - entry.header))
        if hash_pieces(stream.read, entry.size, out.write) != seen.digest:
            raise IncompleteError(
                "a tar was changed while the clean subset was written", hint="run the audit again"
            )
        out.write(stream.read(entry.stop - stream.position))
        written += entry.stop - entry.header
    return written


def rewrite_tar(descriptor: int, kind: str, prefix: str, target: bytes, order: Order) -> None:
    """Write the chosen members of an open tar to a new file; nothing is written if none is chosen.

    Raises:
        IncompleteError: the tar changes between the two passes.
    """
    seen = _seen(_stream(descriptor, kind), prefix, order)
    flags = order.choose([(s.key, s.allowed) for s in seen], whole_samples=True)
    chosen = [one for one, keep in zip(seen, flags, strict=True) if keep]
    for one, keep in zip(seen, flags, strict=True):
        order.tally.count(kept=keep, media=one.allowed is not None, size=one.entry.size)
    if not chosen:
        return
    with _writer(target, kind) as out:
        try:
            written = _copy(_stream(descriptor, kind), chosen, out)
        except TarCorruptError as error:
            raise IncompleteError(f"a tar was changed while it was copied: {error}") from error
        out.write(bytes(2 * BLOCK + -(written + 2 * BLOCK) % RECORD))
