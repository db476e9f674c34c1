"""The indexes over GENERATIONS: one over 1, 2, 4, ... segments each, so that few are asked and few are made.

Seven segments have an index over the first four, one over the next two and one over the last: with each
power of two the smaller ones are joined. Each record is indexed as often as there are digits in the number.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import pyarrow as pa

from sekisho.errors import EvidenceError
from sekisho.store.generations import Generations, Segment
from sekisho.store.row_index import RowIndex, open_index
from sekisho.store.row_index_build import COLUMNS, build_index, memory_index
from sekisho.store.run_index import INDEX, Recorded, locked

__all__ = ["blocks", "open_generations", "open_segment"]


def blocks(count: int) -> list[tuple[int, int]]:
    """Return where each block of segments begins (from 0) and how many it has, the largest first."""
    found, start = [], 0
    while start < count:
        size = 1 << ((count - start).bit_length() - 1)
        found.append((start, size))
        start += size
    return found


def _facts(store: Generations) -> dict[str, str]:
    return {"operator": store.operator, "purpose": "generate", "territory": store.territory}


def _recorded(store: Generations, segments: Sequence[Segment], digest: str, index: RowIndex) -> Recorded:
    paths = {segment.name: segment.path for segment in segments}
    return Recorded(
        kind="generations",
        name=str(store.path),
        digest=digest,
        facts=_facts(store),
        index=index,
        part=lambda name: (paths[name], None),
    )


def _rows(segments: Sequence[Segment]) -> Iterator[pa.RecordBatch]:
    return chain.from_iterable(segment.batches(COLUMNS) for segment in segments)


def _digest(segments: Sequence[Segment]) -> str:
    return hashlib.sha256("\n".join(segment.name for segment in segments).encode()).hexdigest()


def open_generations(store: Generations, *, tell: Callable[[int], None] | None = None) -> list[Recorded]:
    """Open all records to search them; make the indexes that are missing.

    Args:
        store: what was recorded.
        tell: called with a number of rows before an index is made.

    Raises:
        EvidenceError: a segment is not what was recorded.
    """
    segments = store.segments()
    folder = store.path / INDEX
    folder.mkdir(mode=0o700, exist_ok=True)
    opened, names = [], set()
    for start, size in blocks(len(segments)):
        some = segments[start : start + size]
        name = f"{start + 1:06}-{size}"
        names.add(name)
        digest = _digest(some)
        index = open_index(folder / name, digest) or _made(folder, name, digest, some, tell)
        opened.append(_recorded(store, some, digest, index))
    _drop(folder, names)
    return opened


def _made(
    folder: Path,
    name: str,
    digest: str,
    segments: Sequence[Segment],
    tell: Callable[[int], None] | None,
) -> RowIndex:
    with locked(folder):
        index = open_index(folder / name, digest)
        if index is None:
            parts = [(segment.name, segment.rows()) for segment in segments]
            if tell is not None:
                tell(sum(rows for _, rows in parts))
            build_index(folder / name, digest, parts, _rows(segments))
            index = open_index(folder / name, digest)
    if index is None:
        raise EvidenceError(f"the index of {folder} changed while it was made", hint="run the command again")
    return index


def _drop(folder: Path, names: set[str]) -> None:
    """Remove the indexes that larger ones have taken in."""
    for path in folder.iterdir():
        if path.is_dir() and path.name not in names and not path.name.startswith("."):
            shutil.rmtree(path, ignore_errors=True)


def open_segment(store: Generations, segment: Segment) -> Recorded:
    """Open one segment to search it, in memory; its digest is that of its file."""
    parts = [(segment.name, segment.rows())]
    return _recorded(store, [segment], segment.digest, memory_index(parts, segment.batches(COLUMNS)))
