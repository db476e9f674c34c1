"""Write a tar anew with only the chosen members, each byte for byte with its headers, in the same order.

A member that is kept with changes has another size in its header, and nothing else is changed there. Two
passes: the first hashes every member and chooses, the second copies and hashes again, so that a sample
whose picture has changed leaves nothing behind.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, NamedTuple

from sekisho.errors import IncompleteError
from sekisho.media.sniff import HEAD
from sekisho.model import TextForm
from sekisho.store.datasets.damage import DamageError
from sekisho.store.datasets.forms import is_looked_at
from sekisho.store.datasets.names import item_name, sample_key
from sekisho.store.datasets.source import MAX_BYTES
from sekisho.store.datasets.streams import GzipStream, PlainStream
from sekisho.store.datasets.tar import mark_of, numbered
from sekisho.store.datasets.tarwalk import BLOCK, Entry, Stream
from sekisho.store.datasets.unit import Mark
from sekisho.store.materialise.edit import edit_bytes
from sekisho.store.materialise.lines import gzip_writer
from sekisho.store.materialise.order import PIECE, Order, edited, form_of, hash_pieces, sync, verdict

__all__ = ["rewrite_tar"]

RECORD = 20 * BLOCK
"""Tars end on whole records of 20 blocks (POSIX pax, default blocking)."""


SIZE = slice(124, 136)
CHECKSUM = slice(148, 156)
_PAX_SIZE = re.compile(rb"\d+ size=")
CHANGED = "a tar was changed while the clean subset was written"


class _Seen(NamedTuple):
    """A member after the first pass; `edit` is the name of an item that is written with changes."""

    entry: Entry
    key: bytes | None
    digest: bytes
    allowed: bool | None
    edit: str | None = None


def _look_edited(stream: Stream, entry: Entry, form: TextForm, item: str, order: Order) -> _Seen:
    """Look at a text that is kept with changes, and see that it can be changed."""
    data = stream.read(entry.size) if entry.size <= MAX_BYTES else None
    if data is not None and len(data) < entry.size:
        raise DamageError("the tar is cut inside a member")
    new = edited(order, item, data, form)
    digest = hashlib.sha256(data or b"").digest()
    return _Seen(entry, sample_key(entry.name), digest, new is not None, None if new is None else item)


def _look(stream: Stream, entry: Entry, item: str, order: Order) -> _Seen:
    form = form_of(order, entry.name)
    if entry.is_file and item in order.edits and isinstance(form, TextForm):
        return _look_edited(stream, entry, form, item, order)
    head = stream.read(min(HEAD, entry.size))
    digest = hashlib.sha256(head)
    left = entry.size - len(head)
    while left and (piece := stream.read(min(left, PIECE))):
        digest.update(piece)
        left -= len(piece)
    if left:
        raise DamageError("the tar is cut inside a member")
    done = digest.digest()
    media, key = is_looked_at(form, entry.size, head), sample_key(entry.name)
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
    except DamageError:
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
            with gzip_writer(file) as packed:
                yield packed
        else:
            yield file
        sync(file)


def _copy(stream: Stream, chosen: list[_Seen], out: BinaryIO, order: Order) -> int:
    written = 0
    for seen in chosen:
        entry = seen.entry
        stream.skip_to(entry.header)
        header = stream.read(entry.data - entry.header)
        if seen.edit is not None:
            written += _write_edited(stream, seen, header, out, order)
            continue
        out.write(header)
        if hash_pieces(stream.read, entry.size, out.write) != seen.digest:
            raise IncompleteError(CHANGED, hint="run the audit again")
        out.write(stream.read(entry.stop - stream.position))
        written += entry.stop - entry.header
    return written


def _write_edited(stream: Stream, seen: _Seen, header: bytes, out: BinaryIO, order: Order) -> int:
    """Write a member with its changes; return how many bytes that are."""
    data, form = stream.read(seen.entry.size), form_of(order, seen.entry.name)
    if hashlib.sha256(data).digest() != seen.digest or not isinstance(form, TextForm):
        raise IncompleteError(CHANGED, hint="run the audit again")
    new = edit_bytes(data, form, order.edits[seen.edit or ""][1])
    pieces = (*_resized(header, len(new)), new, bytes(-len(new) % BLOCK))
    out.writelines(pieces)
    order.tally.edited += 1
    return sum(map(len, pieces))


def _resized(header: bytes, size: int) -> tuple[bytes, bytes]:
    """Return the headers of a member with another size: those before its own, and its own.

    Raises:
        IncompleteError: the size stands in a header before its own, which only members above 8 GB need.
    """
    before, block = header[:-BLOCK], bytearray(header[-BLOCK:])
    if _PAX_SIZE.search(before):
        raise IncompleteError(
            "a text in a tar has its size in an extended header", hint="leave out --cut and --redact"
        )
    block[SIZE] = b"%011o\0" % size
    block[CHECKSUM] = b" " * 8
    block[CHECKSUM] = b"%06o\0 " % sum(block)
    return before, bytes(block)


def rewrite_tar(descriptor: int, kind: str, prefix: str, target: bytes, order: Order) -> None:
    """Write the chosen members of an open tar to a new file; nothing is written if none is chosen.

    Raises:
        IncompleteError: the tar changes between the two passes.
        EvidenceError: a change is not within its member.
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
            written = _copy(_stream(descriptor, kind), chosen, out, order)
        except DamageError as error:
            raise IncompleteError(f"a tar was changed while it was copied: {error}") from error
        out.write(bytes(2 * BLOCK + -(written + 2 * BLOCK) % RECORD))
