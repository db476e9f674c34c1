"""Compute every row's leaf, and every unit's root and run for the map, again from the rows themselves."""

import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.audit.leaves import FIRST_COLUMNS, disclose, leaf_of, rows_root
from sekisho.audit.membership.records import RECORD_BYTES, encode_run, membership_name, nonce_of
from sekisho.audit.share.public import PUBLIC, encode_public
from sekisho.errors import EvidenceError

__all__ = ["Flow", "check_public", "check_rows"]

Flow = Counter[tuple[str, str]]
"""Items by outcome and reason."""


def check_rows(
    name: str,
    part: bytes,
    unit: Mapping[str, Any],
    key: bytes,
    columns: Sequence[str] = FIRST_COLUMNS,
) -> Flow:
    """Compare the leaf of every row of a unit with the row, and the leaves with the unit's root.

    Args:
        name: of the part, for what is said.
        part: its bytes, as the manifest names them.
        unit: of the manifest: id, rows and rows_root, and of its run for the map if there is one.
        key: the run's row key.
        columns: of `columns_of` the manifest.

    Raises:
        EvidenceError: no part, or a row, leaf or root that does not hold.
    """
    flow: Flow = Counter()
    leaves: list[bytes] = []
    digests: list[bytes | None] = []
    try:
        with pq.ParquetFile(io.BytesIO(part)) as file:
            for batch in file.iter_batches(columns=[*columns, "leaf"]):
                for row in batch.to_pylist():
                    kept = row.pop("leaf")
                    leaf = leaf_of(disclose(row, unit["id"], key)[0])
                    if leaf != kept:
                        raise EvidenceError(
                            f"{name}: row {len(leaves)} is not what its leaf says by the key of seal.json"
                        )
                    leaves.append(leaf)
                    digests.append(row["sha256"])
                    flow[row["outcome"], row["reason"]] += 1
    except (pa.ArrowException, OSError, KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise EvidenceError(f"{name} is not a table of decisions: {error}") from error
    if len(leaves) != unit["rows"] or rows_root(leaves) != unit["rows_root"]:
        raise EvidenceError(f"{name}: its rows do not hash to the root of their unit")
    if "membership_sha256" in unit:
        _check_run(unit, encode_run(digests, leaves, nonce_of(key)))
    return flow


def _check_run(unit: Mapping[str, Any], records: bytes) -> None:
    same = hashlib.sha256(records).hexdigest() == unit["membership_sha256"]
    if not same or len(records) // RECORD_BYTES != unit["membership_rows"]:
        raise EvidenceError(f"{membership_name(unit['id'])} is not what the rows of its unit give")


def check_public(data: bytes, manifest: Mapping[str, Any], flows: Iterable[Flow]) -> None:
    """Compare public.json with what the rows and the manifest make of it.

    Raises:
        EvidenceError: it says something else.
    """
    total: Flow = Counter()
    for flow in flows:
        total.update(flow)
    rows = [{"outcome": o, "reason": r, "items": items} for (o, r), items in sorted(total.items())]
    try:
        same = encode_public(manifest, rows) == data
    except (KeyError, TypeError) as error:
        raise EvidenceError(f"manifest.json lacks what {PUBLIC} says: {error}") from error
    if not same:
        raise EvidenceError(f"{PUBLIC} says something else than the rows of the run")
