"""The index over what was recorded: by SHA-256, by PDQ within a radius, by the entries that rows show.

Derived from the rows, and never evidence: it may be deleted at any time. Flat little-endian arrays, which
are memory-mapped (docs/reference/traces.md). An index is believed only if its files are the very ones
that its head was written after; another digest, size or time, and it is made again.
"""

import mmap
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from sekisho.match.hamming import HashIndex, search
from sekisho.snapshot.mih import chunk_count, table_length
from sekisho.store.machine import cores

__all__ = [
    "ENTRY_BYTES",
    "HEAD",
    "NAMES",
    "Arrays",
    "Head",
    "RowIndex",
    "entry_bytes",
    "open_index",
    "tables_for",
]

HEAD = "head.json"
ENTRY_BYTES = 16
MANY = 64
"""Hashes from which threads are worth starting."""
LEAST_CHUNKS = 12
"""Of 256 bits: with 11 the tables of ten million rows take 340 MB more, for half a millisecond a query."""
NAMES: Mapping[str, tuple[type[np.generic] | str, int]] = {
    "sha256": (np.uint8, 32),
    "sha256.row": ("<u4", 1),
    "pdq": ("<u8", 4),
    "pdq.first": ("<u4", 1),
    "pdq.row": ("<u4", 1),
    "pdq.frame": ("<u4", 1),
    "pdq.start": ("<u4", 1),
    "pdq.id": ("<u4", 1),
    "shown": (np.uint8, ENTRY_BYTES),
    "shown.row": ("<u4", 1),
}
"""Each file with the type of its numbers and how many make a row."""
Arrays = Mapping[str, NDArray[Any]]
Met = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Number of the query, row, frame of the row, and distance, of each meeting."""


class Head(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What is said about an index, in head.json.

    Attributes:
        of: hex SHA-256 of what it was made of.
        rows: how many rows there are.
        parts: the names of their files with the number of rows of each, in order.
        files: size and time of change (nanoseconds) of every file of the index.
    """

    v: int
    of: str
    rows: int
    parts: list[tuple[str, int]]
    files: dict[str, tuple[int, int]]


def tables_for(rows: int) -> int:
    """Return how many chunks the hashes of an index are cut into; 0: they are scanned."""
    count = chunk_count(rows)
    return max(count, LEAST_CHUNKS) if count else 0


def entry_bytes(entry: str) -> bytes | None:
    """Return the 16 bytes of an entry's id; None for what is none, as of a protected person."""
    try:
        raw = bytes.fromhex(entry.removeprefix("e-"))
    except ValueError:
        return None
    return raw if len(raw) == ENTRY_BYTES else None


def _between(sorted_: NDArray[np.uint8], key: bytes) -> tuple[int, int]:
    """Return where the rows that equal a key begin and end. O(log n)."""
    rows = sorted_.reshape(-1).view(f"S{len(key)}")
    wanted = np.frombuffer(key, f"S{len(key)}")
    return int(np.searchsorted(rows, wanted, "left")[0]), int(np.searchsorted(rows, wanted, "right")[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class RowIndex:
    """An opened index, or one in memory.

    Attributes:
        parts: name and number of rows of each part, in order.
        arrays: by the names of `NAMES`.
    """

    parts: Sequence[tuple[str, int]]
    arrays: Arrays

    def exact(self, sha256: bytes) -> list[int]:
        """Return the rows of files with exactly these bytes, ascending."""
        begin, end = _between(self.arrays["sha256"], sha256)
        return [int(row) for row in self.arrays["sha256.row"][begin:end]]

    def near(self, words: NDArray[np.uint64], radius: int) -> Met:
        """Return every row of which a frame is within a radius of one of the hashes.

        Args:
            words: (Q, 4) uint64, little-endian words of PDQs.
            radius: bits, 0-31.
        """
        hashes, first = self.arrays["pdq"], self.arrays["pdq.first"]
        count = tables_for(len(hashes))
        ids = self.arrays["pdq.id"].reshape(count, len(hashes) if count else 0)
        index = (hashes, self.arrays["pdq.start"], ids)
        query, found, distance = _searched(index, words, radius)
        begin = first[found].astype(np.int64)
        many = first[found + 1].astype(np.int64) - begin
        hit = np.repeat(np.arange(len(found)), many)
        place = begin[hit] + np.arange(len(hit)) - np.repeat(np.cumsum(many) - many, many)
        row, frame = self.arrays["pdq.row"][place], self.arrays["pdq.frame"][place]
        return query[hit], row.astype(np.int64), frame.astype(np.int64), distance[hit]

    def showing(self, entry: str) -> list[int]:
        """Return the rows that were found to show a registered entry, ascending."""
        key = entry_bytes(entry)
        if key is None:
            return []
        begin, end = _between(self.arrays["shown"], key)
        return [int(row) for row in self.arrays["shown.row"][begin:end]]

    def places(self, rows: Sequence[int]) -> list[tuple[int, int]]:
        """Return of each row the number of its part, and its own number in that part."""
        ends = np.cumsum([0, *(count for _, count in self.parts)])
        part = np.searchsorted(ends, np.asarray(rows, np.int64), "right") - 1
        return [(int(p), int(row - ends[p])) for p, row in zip(part, rows, strict=True)]


def _searched(
    index: HashIndex, words: NDArray[np.uint64], radius: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Search as `match.hamming.search`; many hashes on all cores, for the kernels hold no lock."""
    if len(words) < MANY:
        return search(index, words, radius)
    bounds = np.linspace(0, len(words), cores() + 1).astype(np.int64).tolist()
    with ThreadPoolExecutor(cores()) as threads:
        parts = threads.map(lambda cut: search(index, words[cut[0] : cut[1]], radius), pairwise(bounds))
        shifted = [(q + begin, row, bits) for (q, row, bits), begin in zip(parts, bounds, strict=False)]
    query, row, bits = (np.concatenate(column) for column in zip(*shifted, strict=True))
    return query, row, bits


def _mapped(path: Path, kind: type[np.generic] | str, width: int) -> NDArray[Any]:
    with path.open("rb") as stream:
        if not path.stat().st_size:
            flat = np.empty(0, np.dtype(kind))
        else:
            flat = np.frombuffer(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ), kind)
    return flat.reshape(-1, width) if width > 1 else flat


def _fits(arrays: Arrays) -> bool:
    """Tell whether the files go with one another; what is in them was made here."""
    hashes = len(arrays["pdq"])
    count = tables_for(hashes)
    return (
        len(arrays["sha256"]) == len(arrays["sha256.row"])
        and len(arrays["shown"]) == len(arrays["shown.row"])
        and len(arrays["pdq.first"]) == hashes + 1
        and len(arrays["pdq.row"]) == len(arrays["pdq.frame"]) == int(arrays["pdq.first"][-1])
        and len(arrays["pdq.id"]) == count * hashes
        and len(arrays["pdq.start"]) == (table_length(count) if count else 0)
    )


def open_index(folder: Path, of: str) -> RowIndex | None:
    """Open an index; None if there is none, it is of something else, or it is not whole.

    Args:
        folder: where it lies.
        of: hex SHA-256 of what it has to be made of.
    """
    try:
        head = msgspec.json.decode((folder / HEAD).read_bytes(), type=Head)
        stats = {name: (folder / name).stat() for name in NAMES}
        if head.v != 1 or head.of != of:
            return None
        if {name: (s.st_size, s.st_mtime_ns) for name, s in stats.items()} != head.files:
            return None
        arrays = {name: _mapped(folder / name, kind, width) for name, (kind, width) in NAMES.items()}
    except (OSError, ValueError, msgspec.MsgspecError):
        return None
    return RowIndex(parts=head.parts, arrays=arrays) if _fits(arrays) else None
