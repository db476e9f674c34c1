"""Read of a run's decisions only the columns, and only the units, that somebody needs."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sekisho.errors import EvidenceError

__all__ = ["RunPart", "RunParts"]

FOUND = ("findings.list.element.kind", "findings.list.element.entry")
LEAF_BYTES = 32
TILES = b"sekisho.tiles"


@dataclass(frozen=True, slots=True)
class RunPart:
    """The decisions of one unit, opened. Implements `audit.share.Part`."""

    file: pq.ParquetFile

    def _read(self, columns: Sequence[str]) -> pa.Table:
        table = self.file.read(columns=list(columns))
        wanted = {column.partition(".")[0] for column in columns}
        if not wanted <= set(table.column_names):
            raise pa.ArrowInvalid(f"it lacks some of the columns {', '.join(sorted(wanted))}")
        return table.combine_chunks()

    def findings(self) -> pa.ListArray:
        """Return kind and entry of the findings of every row."""
        return self._read(FOUND)["findings"].chunk(0)

    def column(self, name: str) -> pa.Array:
        """Return one column of all rows."""
        return self._read([name])[name].chunk(0)

    def tiles(self) -> Sequence[bytes]:
        """Return the roots of every 256 leaves that the part keeps; they may be wrong or not there."""
        kept = (self.file.schema_arrow.metadata or {}).get(TILES, b"").decode("ascii", "replace")
        size = 2 * LEAF_BYTES
        try:
            return [bytes.fromhex(kept[at : at + size]) for at in range(0, len(kept), size)]
        except ValueError:
            return []

    def leaves(self) -> bytes:
        """Return the leaves of all rows, 32 bytes each."""
        column = self._read(["leaf"])["leaf"].chunk(0)
        if column.type != pa.binary(LEAF_BYTES) or column.null_count:
            raise pa.ArrowInvalid("a row has no leaf")
        start = LEAF_BYTES * column.offset
        values = column.buffers()[1]
        return values.to_pybytes()[start : start + LEAF_BYTES * len(column)] if values else b""

    def rows(self, places: NDArray[np.int64], columns: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        """Return some columns of the rows at some places."""
        rows: Sequence[Mapping[str, Any]] = self._read(columns).take(pa.array(places)).to_pylist()
        return rows


@dataclass(frozen=True, slots=True)
class RunParts:
    """The parts of a RUN directory, by unit. Implements `audit.share.Parts`."""

    run: Path

    @contextmanager
    def open(self, unit: str) -> Iterator[RunPart]:
        """Open the part of a unit.

        Raises:
            EvidenceError: it is not there, can not be read, or lacks a column.
        """
        path = self.run / "decisions" / f"part-{unit}.parquet"
        try:
            # Opened here: a path would be taken for an address, and must be text.
            with path.open("rb") as stream, pq.ParquetFile(stream) as file:
                yield RunPart(file)
        except (OSError, pa.ArrowException) as error:
            raise EvidenceError(f"can not read {path}: {error}", hint=f"sekisho verify {self.run}") from error
