"""What a RUN directory has recorded, to be searched: its index in RUN/index, and its rows.

The index is made on first use, and again when the manifest is another one. It is as confidential as the
run itself, and no part of the evidence.
"""

import fcntl
import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sekisho.errors import EvidenceError, NotFoundError
from sekisho.store.decided import blanked_digests, decisions, read_json
from sekisho.store.row_index import Met, RowIndex, open_index
from sekisho.store.row_index_build import COLUMNS, build_index

__all__ = ["INDEX", "Recorded", "locked", "manifest_digest", "open_run", "rows_of_part"]

INDEX = "index"
READ = (
    *("item", "media_type", "bytes", "sha256", "pdq", "outcome", "reason"),
    *("findings", "pdq_turned", "frames", "at", "model"),
)
"""What of a row is shown or compared once it was met; the last two are of generations."""
Row = Mapping[str, Any]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one process at a time make an index in a folder; the others wait for it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def rows_of_part(part: Path, digest: str | None, numbers: Sequence[int], about: str) -> list[Row]:
    """Read some rows of a Parquet file, in the order of their numbers.

    Args:
        part: the file.
        digest: hex SHA-256 that it has to have; None: nobody has said.
        numbers: of the rows, ascending.
        about: what to verify if it is not so.

    Raises:
        EvidenceError: it is not there, is another one, or has fewer rows.
    """
    try:
        data = part.read_bytes()
        if digest is not None and hashlib.sha256(data).hexdigest() != digest:
            raise EvidenceError(f"{part} is not what was recorded", hint=f"sekisho verify {about}")
        with pq.ParquetFile(pa.BufferReader(data)) as file:
            known = [name for name in READ if name in file.schema_arrow.names]
            return _taken(file, known, numbers)
    except (OSError, pa.ArrowException, IndexError) as error:
        raise EvidenceError(f"can not read {part}: {error}", hint=f"sekisho verify {about}") from error


def _taken(file: pq.ParquetFile, columns: Sequence[str], numbers: Sequence[int]) -> list[Row]:
    """Take rows out of the row groups in which they stand; no other group is decoded."""
    rows: list[Row] = []
    first = 0
    for group in range(file.num_row_groups):
        count = file.metadata.row_group(group).num_rows
        inside = [number - first for number in numbers if first <= number < first + count]
        if inside:
            rows += file.read_row_group(group, columns=list(columns)).take(inside).to_pylist()
        first += count
    if len(rows) != len(numbers):
        raise IndexError("it has fewer rows")
    return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A run, or what a service has recorded: its index, and how a row is read.

    Attributes:
        kind: `run` or `generations`.
        name: where it lies, for people.
        digest: hex SHA-256 of the manifest, or of what stands for it.
        facts: operator, purpose, day and the like, for people.
        index: over its rows.
        part: path and hex SHA-256 of a part, by its name.
    """

    kind: str
    name: str
    digest: str
    facts: Mapping[str, str]
    index: RowIndex
    part: Callable[[str], tuple[Path, str | None]]

    def exact(self, sha256: bytes) -> Sequence[int]:
        """Return the rows of files with exactly these bytes."""
        return self.index.exact(sha256)

    def near(self, words: NDArray[np.uint64], radius: int) -> Met:
        """Return every row of which a frame is within a radius of one of the hashes (Q, 4) uint64."""
        return self.index.near(words, radius)

    def showing(self, entry: str) -> Sequence[int]:
        """Return the rows that were found to show a registered entry."""
        return self.index.showing(entry)

    def read(self, rows: Sequence[int]) -> list[Row]:
        """Return rows as they were recorded, with `part` and `number`: where each stands.

        Raises:
            EvidenceError: a part is not what was recorded.
        """
        places = self.index.places(rows)
        wanted: dict[int, set[int]] = defaultdict(set)
        for part, number in places:
            wanted[part].add(number)
        found: dict[tuple[int, int], Row] = {}
        for part, numbers in wanted.items():
            name = self.index.parts[part][0]
            path, digest = self.part(name)
            ordered = sorted(numbers)
            for number, row in zip(ordered, rows_of_part(path, digest, ordered, self.name), strict=True):
                found[part, number] = {**row, "part": name, "number": number}
        return [found[place] for place in places]


def manifest_digest(run: Path) -> str:
    """Return the hex SHA-256 of a run's manifest.

    Raises:
        NotFoundError: not a finished run.
    """
    try:
        return hashlib.sha256((run / "manifest.json").read_bytes()).hexdigest()
    except OSError as error:
        raise NotFoundError(
            f"there is no {run}/manifest.json", hint="name a RUN directory, as `sekisho audit -o` made it"
        ) from error


def _facts(manifest: Mapping[str, Any]) -> dict[str, str]:
    use, snapshot = manifest["use"], manifest["snapshot"]
    return {
        "operator": manifest["operator"]["key"],
        "label": manifest["operator"]["label"],
        "purpose": use["purpose"],
        "territory": use["territory"],
        "on": use["on"],
        "snapshot": snapshot["digest"],
        "edition": str(snapshot["edition"]),
        "policy": manifest["policy"]["name"],
    }


def _units(manifest: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(unit["id"], unit["rows"]) for unit in manifest["units"]]


def open_run(run: Path, *, tell: Callable[[int], None] | None = None) -> Recorded:
    """Open a finished run to search it; make its index if it has none that is of its manifest.

    Args:
        run: the RUN directory.
        tell: called with the number of rows before an index is made, which takes a while.

    Raises:
        NotFoundError: not a finished run.
        EvidenceError: a part is not what the manifest names, or the manifest lacks what is needed.
    """
    manifest = read_json(run / "manifest.json")
    digest = manifest_digest(run)
    try:
        parts, facts = _units(manifest), _facts(manifest)
        digests = {unit["id"]: unit.get("part_sha256") for unit in manifest["units"]} | blanked_digests(run)
    except (KeyError, TypeError, AttributeError) as error:
        raise EvidenceError(
            f"{run}/manifest.json has the wrong form", hint=f"sekisho verify {run}"
        ) from error
    index = open_index(run / INDEX, digest)
    if index is None:
        with locked(run):
            index = open_index(run / INDEX, digest) or _made(run, digest, manifest, parts, tell)
    return Recorded(
        kind="run",
        name=str(run),
        digest=digest,
        facts=facts,
        index=index,
        part=lambda name: (run / "decisions" / f"part-{name}.parquet", digests[name]),
    )


def _made(
    run: Path,
    digest: str,
    manifest: Mapping[str, Any],
    parts: Sequence[tuple[str, int]],
    tell: Callable[[int], None] | None,
) -> RowIndex:
    if tell is not None:
        tell(sum(count for _, count in parts))
    build_index(run / INDEX, digest, parts, decisions(run, manifest["units"], columns=COLUMNS, erased=True))
    index = open_index(run / INDEX, digest)
    if index is None:
        with suppress(OSError):
            (run / INDEX / "head.json").unlink()
        raise NotFoundError(
            f"the index of {run} changed while it was made", hint="run the same command again"
        )
    return index
