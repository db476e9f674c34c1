"""Read what a run has decided: its JSON files and, batch by batch, its decisions."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sekisho.codec.erased import ERASED_FILE, ERASED_WORD, decode_erased
from sekisho.errors import EvidenceError, InputError, NotFoundError, SignatureError
from sekisho.signing import ERASED, read_payload

__all__ = ["blanked_digests", "decisions", "read_json"]

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


def _check(stream: BinaryIO, expected: str | None, blanked: str | None, part: Path, run: Path) -> bool:
    """Compare an open part with the digest that the manifest names; tell whether rows of it were erased."""
    found = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    if blanked is not None and found == blanked:
        return True
    if expected is not None and found != expected:
        raise EvidenceError(f"{part} is not what the manifest names", hint=f"sekisho verify {run}")
    return False


def blanked_digests(run: Path) -> dict[str, str]:
    """Return the digest of each part in which rows were erased, by unit; what `sekisho verify` compares.

    Raises:
        EvidenceError: erased.json has another form.
    """
    try:
        data = (run / ERASED_FILE).read_bytes()
    except FileNotFoundError:
        return {}
    try:
        parts = decode_erased(read_payload(data.strip(), ERASED)).parts
    except (InputError, SignatureError) as error:
        raise EvidenceError(f"{run / ERASED_FILE}: {error}", hint=f"sekisho verify {run}") from error
    return {unit: part.sha256 for unit, part in parts.items()}


def _left(batch: pa.RecordBatch, columns: Sequence[str] | None) -> pa.RecordBatch:
    """Leave out the rows that were erased."""
    left = batch.filter(pc.not_equal(batch["outcome"], ERASED_WORD))
    return left if columns is None else left.select([n for n in columns if n in left.schema.names])


def decisions(
    run: Path,
    units: Iterable[Mapping[str, Any]],
    *,
    columns: Sequence[str] | None = None,
    erased: bool = False,
) -> Iterator[pa.RecordBatch]:
    """Read the decisions of the manifest's units in order, a few thousand rows at a time.

    Args:
        run: the RUN directory.
        units: of its manifest.
        columns: the ones that are wanted; all of them if not given.
        erased: also yield the rows that were erased, which are blank but for their names and leaves.

    Raises:
        EvidenceError: a part is missing, is no Parquet file, or has another digest than its unit says.
    """
    blanked = blanked_digests(run)
    for unit in units:
        part = run / "decisions" / f"part-{unit['id']}.parquet"
        try:
            # Opened here and once: a path would be taken for an address, and must be text.
            with part.open("rb") as stream:
                blank = _check(stream, unit.get("part_sha256"), blanked.get(unit["id"]), part, run)
                stream.seek(0)
                filtered = blank and not erased
                wanted = columns
                if filtered and columns is not None:
                    wanted = list(dict.fromkeys((*columns, "outcome")))
                with pq.ParquetFile(stream) as file:
                    for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=wanted):
                        yield _left(batch, columns) if filtered else batch
        except (OSError, pa.ArrowException) as error:
            raise EvidenceError(f"can not read {part}: {error}", hint=f"sekisho verify {run}") from error
