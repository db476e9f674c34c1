"""Read what a run has decided: its JSON files and, batch by batch, its decisions."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.errors import EvidenceError, InputError, NotFoundError

__all__ = ["decisions", "read_json"]

BATCH_ROWS = 8192
MAX_JSON = 1 << 30


def read_json(path: Path) -> Any:  # noqa: ANN401 - JSON can be anything
    """Read one JSON file of a run.

    Raises:
        NotFoundError: it is not there.
        InputError: it is not JSON, or too large.
    """
    try:
        if path.stat().st_size > MAX_JSON:
            raise InputError(f"{path} is too large")
        return json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise NotFoundError(
            f"there is no {path}", hint="name a finished RUN directory, as `sekisho audit -o` made it"
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{path} is not JSON: {error}", hint="`sekisho verify` tells what was changed"
        ) from error


def _check(stream: BinaryIO, expected: str | None, part: Path, run: Path) -> None:
    """Compare an open part with the digest that the manifest names."""
    found = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    if expected is not None and found != expected:
        raise EvidenceError(f"{part} is not what the manifest names", hint=f"sekisho verify {run}")


def decisions(
    run: Path, units: Iterable[Mapping[str, Any]], *, columns: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Read the decisions of the manifest's units in order, a few thousand rows at a time.

    Args:
        run: the RUN directory.
        units: of its manifest.
        columns: the ones that are wanted; all of them if not given.

    Raises:
        EvidenceError: a part is missing, is no Parquet file, or has another digest than its unit says.
    """
    for unit in units:
        part = run / "decisions" / f"part-{unit['id']}.parquet"
        try:
            # Opened here and once: a path would be taken for an address, and must be text.
            with part.open("rb") as stream:
                _check(stream, unit.get("part_sha256"), part, run)
                stream.seek(0)
                with pq.ParquetFile(stream) as file:
                    yield from file.iter_batches(batch_size=BATCH_ROWS, columns=columns)
        except (OSError, pa.ArrowException) as error:
            raise EvidenceError(f"can not read {part}: {error}", hint=f"sekisho verify {run}") from error
