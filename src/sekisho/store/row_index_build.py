"""Build the index over recorded rows: one pass over them, then bucket by bucket. Memory stays flat.

Records are cut into buckets by their keys as they come, each bucket small enough to be sorted in memory;
one after another makes the sorted whole. What all has the same key is in one bucket, however much.
The index is made under another name and gets its own in one step, so that half of it is never seen.
"""

import mmap
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sekisho.errors import InputError
from sekisho.model import MIN_QUALITY
from sekisho.snapshot.mih import build_tables, fill_tables, table_length
from sekisho.store.row_index import ENTRY_BYTES, HEAD, NAMES, Head, RowIndex, entry_bytes, tables_for

__all__ = ["COLUMNS", "build_index", "memory_index"]

COLUMNS = ("sha256", "pdq", "pdq_quality", "frames", "findings")
"""What of a row is indexed."""
MAX_ROWS = 2**31 - 1
BUCKET_ROWS = 400_000
MAX_BUCKETS = 256
_FILE = np.dtype([("key", np.uint8, 32), ("row", "<u4")])
_HASH = np.dtype([("key", np.uint8, 32), ("row", "<u4"), ("frame", "<u4")])
_SHOWN = np.dtype([("key", np.uint8, ENTRY_BYTES), ("row", "<u4")])
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], np.uint64)
"""Odd numbers: near hashes, which share most bytes, are spread over all buckets."""
Records = NDArray[Any]


class Gathered(NamedTuple):
    """The records of some rows: files, hashes of frames, and entries that were found."""

    files: Records
    hashes: Records
    shown: Records


def _bytes(column: pa.Array, width: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the values (n, width) of a column that are there, and where they stand."""
    at = np.flatnonzero(np.asarray(column.is_valid()))
    held = column.drop_null()
    if not len(at):
        return np.empty((0, width), np.uint8), at
    flat = np.frombuffer(held.buffers()[1], np.uint8)
    start = held.offset * width
    return flat[start : start + len(at) * width].reshape(-1, width), at


def _records(kind: np.dtype[Any], key: NDArray[np.uint8], **more: NDArray[Any] | int) -> Records:
    made = np.empty(len(key), kind)
    made["key"] = key
    for name, values in more.items():
        made[name] = values
    return made


def _hashes(pdq: pa.Array, quality: pa.Array, row: NDArray[np.int64], frame: NDArray[np.int64]) -> Records:
    """Return the hashes that may be compared; `row` and `frame` say of each value where it is from."""
    keys, at = _bytes(pdq, 32)
    good = np.asarray(quality.fill_null(0)).astype(np.int64)[at] >= MIN_QUALITY
    return _records(_HASH, keys[good], row=row[at][good], frame=frame[at][good])


def _frames(column: pa.ListArray, first: int) -> Records:
    """Return the hashes of the further frames of animations and films."""
    flat = column.flatten()
    if not len(flat):
        return np.empty(0, _HASH)
    parent = np.asarray(pc.list_parent_indices(column)).astype(np.int64)
    starts = np.searchsorted(parent, parent, "left")
    frame = np.arange(len(parent)) - starts + 1
    return _hashes(flat.field("pdq"), flat.field("quality"), parent + first, frame)


def _shown(column: pa.ListArray, first: int) -> Records:
    """Return the entries that rows show; a protected person or a listed file has none."""
    flat = column.flatten()
    if not len(flat):
        return np.empty(0, _SHOWN)
    parent = np.asarray(pc.list_parent_indices(column)).astype(np.int64)
    found = {
        (raw, int(row))
        for entry, row in zip(flat.field("entry").to_pylist(), parent, strict=True)
        if entry and (raw := entry_bytes(entry)) is not None
    }
    keys = np.frombuffer(b"".join(raw for raw, _ in sorted(found)), np.uint8).reshape(-1, ENTRY_BYTES)
    return _records(_SHOWN, keys, row=np.array([row for _, row in sorted(found)], np.int64) + first)


def _gather(batch: pa.RecordBatch, first: int) -> Gathered:
    """Return what is indexed of some rows, of which the first one has a number."""
    rows = np.arange(batch.num_rows) + first
    files, at = _bytes(batch["sha256"], 32)
    upright = _hashes(batch["pdq"], batch["pdq_quality"], rows, np.zeros(len(rows), np.int64))
    there = "frames" in batch.schema.names  # runs of before animations were looked at have none
    frames = _frames(batch["frames"], first) if there else np.empty(0, _HASH)
    return Gathered(
        _records(_FILE, files, row=rows[at]),
        np.concatenate([upright, frames]) if len(frames) else upright,
        _shown(batch["findings"], first),
    )


def _words(keys: NDArray[np.uint8], kind: str) -> NDArray[np.uint64]:
    """Return keys as numbers, one for every 8 bytes, (n, width / 8)."""
    flat = np.ascontiguousarray(keys).view(kind)
    return np.asarray(flat.reshape(len(keys), keys.shape[1] // 8), np.uint64)


def _ordered(records: Records) -> Records:
    """Sort records by their bytes, then as they came."""
    words = _words(records["key"], ">u8")
    return records[np.lexsort(words.T[::-1])]


def _mixed(keys: NDArray[np.uint8]) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        mixed = (_words(keys, "<u8") * _MIX).sum(axis=1, dtype=np.uint64)
        spread: NDArray[np.uint64] = (mixed ^ (mixed >> np.uint64(29))) * _MIX[0]
    return spread


def _distinct(records: Records) -> tuple[Records, NDArray[np.int64]]:
    """Sort hashes so that equal ones stand together; return where each distinct one begins."""
    made = _ordered(records)
    words = _words(made["key"], "<u8")
    fresh = np.ones(len(made), np.bool_)
    fresh[1:] = (words[1:] != words[:-1]).any(axis=1)
    return made, np.flatnonzero(fresh)


class _Buckets:
    """Records in files, by the upper bits of a number."""

    def __init__(self, folder: Path, name: str, kind: np.dtype[Any], rows: int, stack: ExitStack) -> None:
        self.count = 1 << max(0, min(MAX_BUCKETS, rows // BUCKET_ROWS).bit_length())
        self.kind = kind
        self.paths = [folder / f"{name}.{number}" for number in range(self.count)]
        self.files: list[BinaryIO] = [stack.enter_context(path.open("wb")) for path in self.paths]

    def add(self, records: Records, number: NDArray[np.uint64]) -> None:
        """Add records, each to the bucket that the upper bits of its number name."""
        shift = 65 - self.count.bit_length()
        at = (number >> np.uint64(shift)).astype(np.int64) if self.count > 1 else np.zeros(len(number), int)
        order = np.argsort(at, kind="stable")
        ends = np.searchsorted(at[order], np.arange(self.count + 1))
        for bucket, (begin, end) in enumerate(pairwise(ends)):
            if end > begin:
                self.files[bucket].write(records[order[begin:end]].tobytes())

    def __iter__(self) -> Iterator[Records]:
        """Yield the records of one bucket after another; each file is removed as it is read."""
        for path, file in zip(self.paths, self.files, strict=True):
            file.close()
            yield np.fromfile(path, self.kind)
            path.unlink()


def _upper(keys: NDArray[np.uint8]) -> NDArray[np.uint64]:
    return np.ascontiguousarray(keys[:, :8]).view(">u8").reshape(-1).astype(np.uint64)


def _partitioned(
    folder: Path, batches: Iterable[pa.RecordBatch], expected: int, stack: ExitStack
) -> tuple[_Buckets, _Buckets, _Buckets, int]:
    """Read all rows once; return the three kinds of records, and the number of rows."""
    files = _Buckets(folder, "files", _FILE, expected, stack)
    hashes = _Buckets(folder, "hashes", _HASH, expected, stack)
    shown = _Buckets(folder, "shown-in", _SHOWN, expected, stack)
    row = 0
    for batch in batches:
        got = _gather(batch, row)
        files.add(got.files, _upper(got.files["key"]))
        hashes.add(got.hashes, _mixed(got.hashes["key"]))
        shown.add(got.shown, _upper(got.shown["key"]))
        row += batch.num_rows
    return files, hashes, shown, row


def _write_sorted(folder: Path, name: str, buckets: Iterable[Records]) -> None:
    with (folder / name).open("wb") as keys, (folder / f"{name}.row").open("wb") as rows:
        for records in buckets:
            made = _ordered(records)
            keys.write(made["key"].tobytes())
            rows.write(made["row"].tobytes())


def _write_hashes(folder: Path, buckets: Iterable[Records]) -> int:
    """Write the distinct hashes and whose they are; return how many there are."""
    distinct = owners = 0
    names = ("pdq", "pdq.first", "pdq.row", "pdq.frame")
    with ExitStack() as stack:
        keys, first, rows, frames = (stack.enter_context((folder / name).open("wb")) for name in names)
        for records in buckets:
            made, begins = _distinct(records)
            keys.write(made["key"][begins].tobytes())
            first.write((begins + owners).astype("<u4").tobytes())
            rows.write(made["row"].tobytes())
            frames.write(made["frame"].tobytes())
            distinct += len(begins)
            owners += len(made)
        first.write(np.array([owners], "<u4").tobytes())
    if owners > MAX_ROWS:
        raise InputError(f"{owners} frames are more than an index can hold", hint="audit in several runs")
    return distinct


def _zeros(path: Path, count: int, stack: ExitStack) -> NDArray[np.uint32]:
    """Make a file of zeros and map it for writing."""
    with path.open("w+b") as stream:
        stream.truncate(4 * count)
        if not count:
            return np.empty(0, np.uint32)
        held = mmap.mmap(stream.fileno(), 0)
    stack.callback(held.flush)
    return np.frombuffer(held, np.uint32)


def _write_tables(folder: Path, distinct: int) -> None:
    """Write the tables of the Hamming search, in place: the files are the memory."""
    count = tables_for(distinct)
    with ExitStack() as stack:
        starts = _zeros(folder / "pdq.start", table_length(count) if count else 0, stack)
        ids = _zeros(folder / "pdq.id", count * distinct, stack).reshape(count, distinct if count else 0)
        if count:
            with (folder / "pdq").open("rb") as stream:
                held = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
            fill_tables(np.frombuffer(held, np.uint64).reshape(-1, 4), starts, ids)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_head(folder: Path, of: str, parts: Sequence[tuple[str, int]], rows: int) -> None:
    """Write the head last: the files that it names are on the disk then."""
    files = {}
    for name in NAMES:
        _sync(folder / name)
        stat = (folder / name).stat()
        files[name] = (stat.st_size, stat.st_mtime_ns)
    head = Head(v=1, of=of, rows=rows, parts=list(parts), files=files)
    (folder / HEAD).write_bytes(msgspec.json.encode(head))
    _sync(folder / HEAD)
    _sync(folder)


def _drop(path: Path) -> None:
    """Remove what lies where an index belongs: a folder, or whatever somebody has put there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _replace(made: Path, folder: Path) -> None:
    """Give a folder its name; what had it before goes first, and is then no index any more."""
    if folder.exists() or folder.is_symlink():
        old = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.tmp")
        folder.rename(old)
        _drop(old)
    made.rename(folder)
    _sync(folder.parent)


def build_index(
    folder: Path, of: str, parts: Sequence[tuple[str, int]], batches: Iterable[pa.RecordBatch]
) -> None:
    """Build an index and put it in the place of what is there. The caller lets nobody else do so.

    Args:
        folder: where it is to lie; leftovers of killed builds beside it are removed.
        of: hex SHA-256 of what it is made of.
        parts: name and number of rows of each part, in order.
        batches: all their rows, in order, with the `COLUMNS`.

    Raises:
        InputError: too many rows, or others than the parts say.
    """
    expected = sum(count for _, count in parts)
    if expected > MAX_ROWS:
        raise InputError(f"{expected} rows are more than an index can hold", hint="audit in several runs")
    for left in folder.parent.glob(f".{folder.name}.*.tmp"):
        with suppress(OSError):
            _drop(left)
    made = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.tmp")
    made.mkdir(mode=0o700)
    try:
        with ExitStack() as stack:
            files, hashes, shown, rows = _partitioned(made, batches, expected, stack)
            if rows != expected:
                raise InputError(f"{rows} rows where {expected} were expected", hint="sekisho verify RUN")
            _write_sorted(made, "sha256", files)
            _write_sorted(made, "shown", shown)
            distinct = _write_hashes(made, hashes)
        _write_tables(made, distinct)
        _write_head(made, of, parts, rows)
        _replace(made, folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def memory_index(parts: Sequence[tuple[str, int]], batches: Iterable[pa.RecordBatch]) -> RowIndex:
    """Return the same index in memory, for a few rows."""
    got, row = [], 0
    for batch in batches:
        got.append(_gather(batch, row))
        row += batch.num_rows
    kinds = ((_FILE, 0), (_HASH, 1), (_SHOWN, 2))
    files, hashes, shown = (
        np.concatenate([np.empty(0, kind), *(one[at] for one in got)]) for kind, at in kinds
    )
    files, shown = _ordered(files), _ordered(shown)
    hashes, begins = _distinct(hashes)
    words = np.ascontiguousarray(hashes["key"][begins]).view("<u8").reshape(-1, 4)
    count = tables_for(len(words))
    none = np.empty(0, np.uint32), np.empty((0, 0), np.uint32)
    starts, ids = build_tables(words, count) if count else none
    arrays = {
        "sha256": np.ascontiguousarray(files["key"]),
        "sha256.row": files["row"],
        "pdq": words,
        "pdq.first": np.append(begins, len(hashes)).astype(np.uint32),
        "pdq.row": hashes["row"],
        "pdq.frame": hashes["frame"],
        "pdq.start": starts,
        "pdq.id": ids.reshape(-1),
        "shown": np.ascontiguousarray(shown["key"]),
        "shown.row": shown["row"],
    }
    return RowIndex(parts=parts, arrays=arrays)
