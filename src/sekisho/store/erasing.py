"""Blank the rows of runs and generation records in which a photo is that was erased at its registry.

What the photo looked like is in the section that the operator has, under a handle that the registry's notice
names. Every row with a frame within 31 bits of it, upright or turned, is blanked: the one that was found for
it, and copies in older runs, whose sections are long gone. Indexes are dropped before and afterwards: they
are made again of what is left.
"""

import hashlib
import io
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.codec.erased import ERASED_WORD, ErasedPart
from sekisho.errors import EvidenceError
from sekisho.match.hamming import search
from sekisho.model import MAX_RADIUS, MIN_QUALITY
from sekisho.snapshot.hashes import NO_TABLES
from sekisho.store.atomic import write_atomic
from sekisho.store.generations import Generations
from sekisho.store.run_index import INDEX

__all__ = ["Blanked", "blank_part", "drop_index", "erase_generations", "shows", "write_part"]

_KEPT = frozenset({"item", "unit", "leaf"})
_EMPTY: Mapping[str, Any] = {
    "media_type": "",
    "bytes": 0,
    "outcome": ERASED_WORD,
    "reason": ERASED_WORD,
    "findings": [],
    "problem": "",
    "frames": [],
    "personal": [],
    "edits": [],
    "signals": [],
    "stances": "",
    "times": [],
    "duration": 0,
}
"""What stands in a blanked row; of other columns nothing."""
Row = Mapping[str, Any]


class Blanked(NamedTuple):
    """A part with rows blanked that is not written yet: its bytes, and what is said of it."""

    data: bytes
    part: ErasedPart


def _queries(row: Row) -> bytes:
    """Return all hashes of the frames of a row that may be compared, upright and turned."""
    frames = [(row["pdq"], row["pdq_quality"], row.get("pdq_turned"))]
    frames += [(one["pdq"], one["quality"], one["turned"]) for one in row.get("frames") or ()]
    good = ((pdq, turned) for pdq, quality, turned in frames if pdq is not None and quality >= MIN_QUALITY)
    return b"".join(pdq + (turned or b"") for pdq, turned in good)


def shows(rows: Sequence[Row], photos: Sequence[bytes]) -> list[int]:
    """Return the numbers of the rows of which a frame is, in some orientation, near one of some photos.

    Args:
        rows: with `pdq`, `pdq_quality` and, if they are kept, `pdq_turned` and `frames`.
        photos: PDQs.
    """
    asked = [_queries(row) for row in rows]
    owner = np.repeat(np.arange(len(rows)), [len(one) // 32 for one in asked])
    index = np.frombuffer(b"".join(sorted(set(photos))), "<u8").reshape(-1, 4)
    queries = np.frombuffer(b"".join(asked), "<u8").reshape(-1, 4)
    if not len(index) or not len(queries):
        return []
    met = search((index, *NO_TABLES), queries, MAX_RADIUS)[0]
    return [int(number) for number in np.unique(owner[met])]


def blank_part(path: Path, named: str, known: ErasedPart | None, photos: Sequence[bytes]) -> Blanked | None:
    """Blank the rows of one part that show photos; None if there are none, or all were blanked before.

    Args:
        path: of the part.
        named: hex digest in the manifest.
        known: what was blanked in it before.
        photos: PDQs.

    Raises:
        EvidenceError: the part is not what was recorded, nor what blanking has left of it.
    """
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found not in {named} | ({known.sha256, known.before} if known is not None else set()):
        raise EvidenceError(f"{path} is not what was recorded", hint="sekisho verify RUN")
    with pq.ParquetFile(io.BytesIO(data)) as file:
        table = file.read()
    rows = table.to_pylist()
    here = [number for number, row in enumerate(rows) if row["outcome"] == ERASED_WORD]
    # A killed command may have said what it had not done yet.
    said = set(known.rows if known is not None else ())
    wanted = {*shows(rows, photos), *said} - set(here)
    if not wanted:
        return None
    was = Counter({(o, r): count for o, r, count in (known.was if known is not None else ())})
    was.update((rows[number]["outcome"], rows[number]["reason"]) for number in wanted - said)
    made = _written(table, [_blank(row) if number in wanted else row for number, row in enumerate(rows)])
    part = ErasedPart(
        sha256=hashlib.sha256(made).hexdigest(),
        before=found,
        rows=tuple(sorted({*here, *wanted})),
        was=tuple((outcome, reason, count) for (outcome, reason), count in sorted(was.items())),
    )
    return Blanked(made, part)


def _blank(row: Row) -> dict[str, Any]:
    return {name: value if name in _KEPT else _EMPTY.get(name) for name, value in row.items()}


def _written(table: pa.Table, rows: Sequence[Row]) -> bytes:
    sink = io.BytesIO()
    made = pa.Table.from_pylist(list(rows), schema=table.schema)
    pq.write_table(made, sink, compression="zstd", compression_level=1, write_statistics=False, version="2.6")
    return sink.getvalue()


def write_part(path: Path, data: bytes) -> None:
    """Put a blanked part in the place of the one that was there."""
    write_atomic(path, (data,), force=True)


def drop_index(folder: Path) -> None:
    """Drop the index of a run or of generation records; it is made again when it is asked for."""
    shutil.rmtree(folder / INDEX, ignore_errors=True)
    for unfinished in folder.glob(f".{INDEX}.*"):
        shutil.rmtree(unfinished, ignore_errors=True)


def erase_generations(store: Generations, photos: Sequence[bytes]) -> int:
    """Blank the records that show photos; return how many that were. O(records)."""
    count = 0
    with store.writing():
        drop_index(store.path)
        for segment in store.segments():
            rows = [row for batch in segment.batches() for row in batch.to_pylist()]
            wanted = shows(rows, photos)
            if wanted:
                segment.erase(wanted)
                count += len(wanted)
        drop_index(store.path)
    return count
