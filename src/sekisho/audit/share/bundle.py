"""What an operator gives to others: a bundle of files, and the verification of one, offline.

    share.json           signed by the operator: for which registrant, how many rows, which files
    rows.jsonl           the registrant's rows, each with its path to the root of its unit
    public.json          facts and counts of the run, and the root of every unit's rows
    seal.json            the sealed record, which names public.json; without the row key
    receipt.tlog-proof   that the log has the seal
    README.txt           what this proves and what not; no evidence

A public bundle has no share.json and no rows. row -> leaf -> rows_root -> public.json -> record ->
commitment -> log: every step is computed again, nothing is believed.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec

from sekisho.audit.files import RunFiles
from sekisho.audit.leaves import Committed, Disclosed, Opening, commitment_of, leaf_of
from sekisho.audit.receipt import compare, require, verify_receipt
from sekisho.audit.seal import Seal, decode_seal
from sekisho.audit.share.public import PUBLIC, Public, Unit, decode_public
from sekisho.codec import Hex32, Key, canonical, parse_as
from sekisho.codec.moments import moment, moment_text
from sekisho.errors import EvidenceError, InputError, SignatureError
from sekisho.ledger.policy import LogPolicy
from sekisho.ledger.tree import verify_inclusion
from sekisho.model import KeyId
from sekisho.signing import SHARE, Signer, open_statement, sign_statement

__all__ = [
    "PRIVATE_KINDS",
    "ROWS",
    "SHARE_NAME",
    "Bundle",
    "Opened",
    "SharedRow",
    "encode_share",
    "is_bundle",
    "verify_bundle",
]

SHARE_NAME = "share.json"
ROWS = "rows.jsonl"
PARTS = (PUBLIC, "seal.json", "receipt.tlog-proof")
"""What every bundle has."""
NOT_EVIDENCE = "README.txt"
PRIVATE_KINDS = frozenset({"likeness", "listed"})
"""Kinds of findings about people and about criminal images: never in a bundle."""

Place = Annotated[int, msgspec.Meta(ge=0)]


class Opened(msgspec.Struct, forbid_unknown_fields=True):
    """A finding of the registrant's, `n` among the row's commitments, with the salt that opens it."""

    finding: Committed
    n: Place
    salt: Hex32


class SharedRow(msgspec.Struct, forbid_unknown_fields=True):
    """A line of rows.jsonl: row `index` of the unit `unit`, in the order of public.json."""

    index: Place
    opened: Annotated[list[Opened], msgspec.Meta(min_length=1)]
    path: list[Hex32]
    row: Disclosed
    unit: Place


class _ShareWire(msgspec.Struct, forbid_unknown_fields=True):
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    registrant: Key
    rows: Place
    files: dict[str, Hex32]
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A bundle in which everything holds.

    Attributes:
        registrant: whose rows are in it; None in a public bundle.
        at: when it was made.
    """

    seal: Seal
    public: Public
    receipt: bytes
    registrant: KeyId | None = None
    rows: int = 0
    findings: int = 0
    at: datetime | None = None


def encode_share(
    registrant: KeyId, rows: Sequence[SharedRow], files: RunFiles, *, signer: Signer, at: datetime
) -> tuple[bytes, bytes]:
    """Return the bytes of share.json and of rows.jsonl.

    Args:
        registrant: whose rows they are.
        rows: ordered by unit and index.
        files: of the bundle; what every bundle has is written.
        signer: the operator's key.
        at: now, aware UTC.
    """
    encode = msgspec.json.Encoder().encode
    lines = b"".join(encode(row) + b"\n" for row in rows)
    parts = {name: require(files, name) for name in PARTS} | {ROWS: lines}
    payload = canonical(
        {
            "v": 1,
            "registrant": registrant,
            "rows": len(rows),
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in parts.items()},
            "at": moment_text(at),
        }
    )
    return sign_statement(SHARE, payload, signer), lines


def is_bundle(files: RunFiles) -> bool:
    """Tell whether a directory is what `share` makes, and not a run."""
    names = set(files.names())
    is_run = "manifest.json" in names or any("/" in name for name in names)
    return not is_run and bool(names & {SHARE_NAME, PUBLIC, ROWS})


def verify_bundle(files: RunFiles, log_key: str | None = None, policy: LogPolicy | None = None) -> Bundle:
    """Verify everything in a bundle against its receipt.

    Args:
        files: of the bundle.
        log_key: the log's verifier key if the caller knows it from elsewhere; else the seal's.
        policy: which logs and witnesses the caller believes.

    Raises:
        EvidenceError: with the name of the file, and of the row, that does not hold; also for a file
            that is not part of a bundle.
    """
    names = set(files.names()) - {NOT_EVIDENCE}
    rows_of = {SHARE_NAME, ROWS} if names & {SHARE_NAME, ROWS} else set()
    for name in sorted(names - {*PARTS} - rows_of):
        raise EvidenceError(f"{name} is not part of the bundle", hint="it was put there afterwards")
    seal = decode_seal(require(files, "seal.json"))
    if seal.row_key is not None:
        raise EvidenceError("seal.json holds the key to every row of the run", hint="tell the operator")
    if PUBLIC not in seal.record.files:
        raise EvidenceError(f"{PUBLIC} is not among the files that seal.json names")
    public = decode_public(compare(files, PUBLIC, seal.record.files[PUBLIC]))
    if public.operator.key != seal.record.operator:
        raise EvidenceError(f"the seal is by another operator than {PUBLIC} names")
    receipt = require(files, "receipt.tlog-proof")
    verify_receipt(seal, receipt, log_key, policy)
    if not rows_of:
        return Bundle(seal=seal, public=public, receipt=receipt)
    share = _open_share(require(files, SHARE_NAME), seal)
    for name in (*PARTS, ROWS):
        compare(files, name, share.files.get(name, ""))
    counts = [_verify_row(row, number, public.units) for number, row in _rows(require(files, ROWS))]
    if len(counts) != share.rows:
        raise EvidenceError(f"{ROWS} has {len(counts)} rows, but {SHARE_NAME} names {share.rows}")
    return Bundle(
        seal=seal,
        public=public,
        receipt=receipt,
        registrant=KeyId(share.registrant),
        rows=len(counts),
        findings=sum(counts),
        at=moment(share.at),
    )


def _open_share(data: bytes, seal: Seal) -> _ShareWire:
    try:
        statement = open_statement(data, SHARE)
        share = parse_as(statement.payload, _ShareWire)
        moment(share.at)
    except (InputError, SignatureError) as error:
        raise EvidenceError(f"{SHARE_NAME}: {error}") from error
    if statement.signer != seal.record.operator:
        raise EvidenceError(f"{SHARE_NAME} is signed by {statement.signer}, not by the operator of the run")
    return share


def _rows(data: bytes) -> Iterator[tuple[int, SharedRow]]:
    """Yield the rows with their numbers from 1; refuse a row that stands twice or out of order."""
    before = (-1, -1)
    for number, line in enumerate(data.splitlines(), 1):
        try:
            row = parse_as(line, SharedRow)
        except InputError as error:
            raise EvidenceError(f"{ROWS}, row {number}: {error}") from error
        if (row.unit, row.index) <= before:
            raise EvidenceError(f"{ROWS}, row {number} stands twice or out of order")
        before = (row.unit, row.index)
        yield number, row


def _verify_row(shared: SharedRow, number: int, units: Sequence[Unit]) -> int:
    """Verify one row up to the root in public.json; return how many findings it opens."""
    where = f"{ROWS}, row {number}"
    if shared.unit >= len(units):
        raise EvidenceError(f"{where}: {PUBLIC} has no unit {shared.unit}")
    unit, path = units[shared.unit], [bytes.fromhex(item) for item in shared.path]
    try:
        verify_inclusion(leaf_of(shared.row), shared.index, unit.rows, path, bytes.fromhex(unit.rows_root))
    except EvidenceError as error:
        raise EvidenceError(f"{where} is not a row of the sealed run: {error}") from error
    _verify_findings(shared, where)
    return len(shared.opened)


def _verify_findings(shared: SharedRow, where: str) -> None:
    places = [opened.n for opened in shared.opened]
    if places != sorted(set(places)) or places[-1] >= len(shared.row.findings):
        raise EvidenceError(f"{where}: its findings stand twice or out of order, or are not the row's")
    for opened in shared.opened:
        made = commitment_of(Opening(opened.finding, bytes.fromhex(opened.salt)))
        if made != shared.row.findings[opened.n]:
            raise EvidenceError(f"{where}: finding {opened.n} is not the one that the row commits to")
        if opened.finding.kind in PRIVATE_KINDS:
            raise EvidenceError(f"{where}: a finding of this kind is never given to others")
