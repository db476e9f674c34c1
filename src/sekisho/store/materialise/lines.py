"""Write JSON lines anew with only the allowed ones: byte for byte, in order, packed in the same way."""

import gzip
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from typing import BinaryIO, cast

import pyarrow as pa

from sekisho.model import TextForm
from sekisho.store.datasets.damage import DamageError
from sekisho.store.datasets.lines import PACKINGS, Line, Lines, TooLong, text_stream
from sekisho.store.materialise.order import Order, edited, sync, verdict

__all__ = ["gzip_writer", "rewrite_lines"]

GZIP_LEVEL = 6


@contextmanager
def gzip_writer(file: BinaryIO) -> Iterator[BinaryIO]:
    """Pack what is written with gzip; it carries neither a name nor a time."""
    with gzip.GzipFile(filename="", mode="wb", compresslevel=GZIP_LEVEL, fileobj=file, mtime=0) as packed:
        yield cast("BinaryIO", packed)


@contextmanager
def _packed(file: BinaryIO, packing: str) -> Iterator[BinaryIO]:
    match packing:
        case "gzip":
            with gzip_writer(file) as packed:
                yield packed
        case "zstd":
            # pyarrow closes what it writes to.
            sink = pa.PythonFile(os.fdopen(os.dup(file.fileno()), "wb"), mode="w")
            with pa.CompressedOutputStream(sink, "zstd") as packed:
                yield packed
        case _:
            yield file


def _kept(line: Line, item: str, order: Order, limit: int) -> bytes | None:
    """Return what is written of a line, without its line feed; None if nothing is."""
    if isinstance(line, TooLong):
        return None
    end = b"\r" if line.endswith(b"\r") else b""
    data = line[: len(line) - len(end)]
    if not data or data.isspace() or len(data) > limit:
        return None
    if item in order.edits:
        new = edited(order, item, data, TextForm.JSON)
        order.tally.edited += new is not None
        return None if new is None else new + end
    return line if verdict(order, item, hashlib.sha256(data).digest(), media=True) else None


def _pieces(lines: Lines, prefix: str, order: Order, limit: int) -> Iterator[bytes]:
    """Yield what is kept, each line with the end that it has; nothing behind damage was ever allowed."""
    while True:
        number = lines.number
        try:
            some = lines.take(1 << 16)
        except DamageError:
            return
        if not some:
            return
        feed = b"" if lines.open_end else b"\n"
        for at, line in enumerate(some, number):
            kept = _kept(line, f"{prefix}#{at}", order, limit)
            blank = not isinstance(line, TooLong) and not line.strip()
            order.tally.count(kept=kept is not None, media=not blank, size=len(kept or b""))
            if kept is not None:
                yield kept + feed


def rewrite_lines(raw: FileIO, kind: str, prefix: str, target: bytes, order: Order, limit: int) -> None:
    """Write the allowed lines of an open file to a new one; nothing is written if there are none.

    Args:
        raw: the file.
        kind: of container.
        prefix: what stands before `#` in the names of its items.
        target: the new file.
        order: what is kept.
        limit: bytes of a line; a longer one was not looked at.

    Raises:
        EvidenceError: a change is not within its line.
    """
    packing = PACKINGS[kind]
    size = raw.seek(0, 2)
    raw.seek(0)
    lines = Lines(text_stream(raw, packing, 0, size).some, limit + 1)
    pieces = _pieces(lines, prefix, order, limit)
    first = next(pieces, None)
    if first is None:
        return
    with open(target, "xb") as file:  # noqa: PTH123 - names are bytes
        with _packed(file, packing) as out:
            out.write(first)
            for piece in pieces:
                out.write(piece)
        sync(file)
