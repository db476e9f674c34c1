"""Rows that were blanked because a person was erased: what still holds of them, and of all others. Pure.

A blanked row keeps its place, its name and its leaf; its hashes, size, type, findings, outcome and reason are
gone. So the root over the rows still holds, and with it the seal and the log. Every other row is computed
again. Of a blanked one nobody can say any more what it was: only that the operator has sealed it, and blanked
it after a registry's notice. What can not be checked in such a part is what no leaf covers: turned hashes,
qualities, times of frames, kinds of personal information.
"""

import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.audit.files import RunFiles
from sekisho.audit.leaves import disclose, leaf_of, rows_root
from sekisho.audit.membership.records import RECORD_BYTES, encode_run, membership_name, nonce_of
from sekisho.codec import parse
from sekisho.codec.erased import ERASED_FILE, ERASED_WORD, Erased, ErasedPart, decode_erased
from sekisho.errors import EvidenceError, InputError, SignatureError
from sekisho.ledger.tree import HASH_BYTES
from sekisho.model import KeyId
from sekisho.signing import ERASED, ERASURE, open_statement, read_payload

__all__ = ["check_blanked", "check_totals", "erased_of", "is_named", "kept_erased"]

Flow = Counter[tuple[str, str]]
Leaf = tuple[bytes | None, bytes]
"""SHA-256 of a row, None if it has none, and its leaf."""


def kept_erased(files: RunFiles) -> Erased | None:
    """Return what was blanked in a run, not verified: for whoever reads it. None if nothing was.

    Raises:
        EvidenceError: the file has another form.
    """
    data = files.read(ERASED_FILE)
    if data is None:
        return None
    try:
        return decode_erased(read_payload(data.strip(), ERASED))
    except (InputError, SignatureError) as error:
        raise EvidenceError(f"{ERASED_FILE} does not hold: {error}") from error


def is_named(data: bytes, unit: Mapping[str, Any], erased: Erased | None) -> bool:
    """Tell whether a part is the one that the manifest names, or the one that blanking has left."""
    part = None if erased is None else erased.parts.get(unit["id"])
    named = {unit["part_sha256"]} if part is None else {unit["part_sha256"], part.sha256}
    return hashlib.sha256(data).hexdigest() in named


def erased_of(files: RunFiles, manifest: bytes, operator: KeyId) -> Erased | None:
    """Verify what an operator says that it has blanked in a run, and why.

    Args:
        files: of the run.
        manifest: the bytes of manifest.json.
        operator: of the run.

    Raises:
        EvidenceError: it is not signed by the operator, is about another run, or rests on no notice of a
            registry to this operator.
    """
    erased = kept_erased(files)
    data = files.read(ERASED_FILE)
    if erased is None or data is None:
        return None
    try:
        signer = open_statement(data.strip(), ERASED).signer
        notices = [open_statement(one, ERASURE) for one in erased.notices]
        said = [(one.signer, parse(one.payload)) for one in notices]
    except (InputError, SignatureError) as error:
        raise EvidenceError(f"{ERASED_FILE} does not hold: {error}") from error
    if not signer == erased.operator == operator or erased.manifest != hashlib.sha256(manifest).hexdigest():
        raise EvidenceError(f"{ERASED_FILE} is by another operator, or about another run")
    if not all(
        isinstance(one, dict) and (one.get("registry"), one.get("recipient")) == (by, operator)
        for by, one in said
    ):
        raise EvidenceError(f"{ERASED_FILE} rests on a notice that is not for this operator")
    return erased


def check_blanked(
    name: str,
    data: bytes,
    unit: Mapping[str, Any],
    key: bytes,
    columns: Sequence[str],
    blanked: ErasedPart,
    run: bytes,
) -> Flow:
    """Compare the rows that were not blanked with their leaves, and all leaves with the unit's root.

    Args:
        name: of the part, for what is said.
        data: its bytes.
        unit: of the manifest.
        key: the run's row key.
        columns: of `columns_of` the manifest.
        blanked: what was blanked in it.
        run: the unit's file for the map, compared with the manifest; empty in a run of before.

    Returns:
        Items by outcome and reason, those of blanked rows as the operator has counted them.

    Raises:
        EvidenceError: a row, leaf or root that does not hold, or a row that was blanked and is not named.
    """
    if hashlib.sha256(data).hexdigest() != blanked.sha256:
        raise EvidenceError(f"{name} was changed after rows of it were erased")
    flow: Flow = Counter()
    leaves: list[Leaf] = []
    gone: list[int] = []
    try:
        for row in _rows(data, columns):
            kept = row.pop("leaf")
            if row["outcome"] == ERASED_WORD:
                gone.append(len(leaves))
            elif leaf_of(disclose(row, unit["id"], key)[0]) != kept:
                raise EvidenceError(f"{name}: row {len(leaves)} is not what its leaf says")
            else:
                flow[row["outcome"], row["reason"]] += 1
            leaves.append((row["sha256"], kept))
    except (pa.ArrowException, OSError, KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise EvidenceError(f"{name} is not a table of decisions: {error}") from error
    if tuple(gone) != blanked.rows:
        raise EvidenceError(f"{name}: other rows are blank than {ERASED_FILE} names")
    if len(leaves) != unit["rows"] or rows_root([leaf for _, leaf in leaves]) != unit["rows_root"]:
        raise EvidenceError(f"{name}: its rows do not hash to the root of their unit")
    if "membership_sha256" in unit:
        _check_map(unit, run, leaves, nonce_of(key), set(gone))
    for outcome, reason, count in blanked.was:
        flow[outcome, reason] += count
    return flow


def check_totals(manifest: Mapping[str, Any], flows: Iterable[Flow]) -> None:
    """Compare what rows are, and what blanked ones are said to have been, with the totals that were sealed.

    Raises:
        EvidenceError: the operator has blanked a row as something else than it was.
    """
    outcomes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for (outcome, reason), count in (pair for flow in flows for pair in flow.items()):
        outcomes[outcome] += count
        reasons[reason] += count
    totals = manifest["totals"]
    if outcomes != Counter(totals["outcomes"]) or reasons != Counter(totals["reasons"]):
        raise EvidenceError(f"{ERASED_FILE} says that rows were something else than manifest.json counts")


def _rows(data: bytes, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    with pq.ParquetFile(io.BytesIO(data)) as file:
        for batch in file.iter_batches(columns=[*columns, "leaf"]):
            yield from batch.to_pylist()


def _check_map(
    unit: Mapping[str, Any], run: bytes, leaves: Sequence[Leaf], nonce: bytes, gone: set[int]
) -> None:
    """Compare the records of the other rows with the unit's file; what is left are those of blanked rows."""
    there = Counter(run[at : at + RECORD_BYTES] for at in range(0, len(run), RECORD_BYTES))
    made = encode_run((digest for digest, _ in leaves), (leaf for _, leaf in leaves), nonce)
    there.subtract(made[at : at + RECORD_BYTES] for at in range(0, len(made), RECORD_BYTES))
    blank = Counter(leaf for number, (_, leaf) in enumerate(leaves) if number in gone)
    blank.subtract(Counter({r[-HASH_BYTES:]: n for r, n in there.items() if n}))
    whole = len(run) == RECORD_BYTES * unit["membership_rows"]
    if not whole or min(there.values(), default=0) < 0 or min(blank.values(), default=0) < 0:
        raise EvidenceError(f"{membership_name(unit['id'])} is not what the rows of its unit give")
