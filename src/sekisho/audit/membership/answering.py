"""Question x run -> answer: what the map proves of each file, and the rows that the asker may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sekisho.audit.files import RunFiles
from sekisho.audit.leaves import Disclosed
from sekisho.audit.membership.distance import distance
from sekisho.audit.membership.opening import Opened, Parts, open_rows
from sekisho.audit.membership.records import map_key
from sekisho.audit.membership.tree import TOPS, open_map
from sekisho.audit.receipt import compare, require, verify_receipt
from sekisho.audit.seal import decode_seal, shared_seal
from sekisho.audit.shape import checked_manifest
from sekisho.audit.share.public import PUBLIC
from sekisho.codec import parse_as, parse_plain
from sekisho.codec.question import decode_question
from sekisho.errors import EvidenceError, InputError, SignatureError
from sekisho.ledger.prefix import MapProof, encode_absence, encode_presence
from sekisho.ledger.tree import leaf_hash, tree_levels
from sekisho.model import KeyId
from sekisho.model.question import (
    Answer,
    AskBasis,
    Asked,
    Evidence,
    Exact,
    FileRefusal,
    Found,
    Near,
    OpenRow,
    Question,
    Refusal,
)
from sekisho.signing import QUESTION, open_statement

__all__ = ["SealedRun", "answer", "open_question", "open_sealed", "refuse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRun:
    """A run of the operator's, as far as answers need it, compared with its seal.

    Attributes:
        key: the row key.
        evidence: what goes with every answer.
    """

    manifest: Mapping[str, Any]
    operator: KeyId
    key: bytes
    evidence: Evidence
    files: RunFiles

    @property
    def mapped(self) -> bool:
        """Tell whether there is a map of its files."""
        return "membership" in self.manifest


def open_question(envelope: bytes) -> Question:
    """Verify that a question is signed by its asker, and return it.

    Raises:
        InputError: not a question.
        SignatureError: the signature does not hold, or is another's than the asker's.
    """
    statement = open_statement(envelope, QUESTION)
    question = decode_question(statement.payload)
    if statement.signer != question.asker:
        raise SignatureError(f"the question is signed by {statement.signer}, but names {question.asker}")
    return question


def open_sealed(files: RunFiles) -> SealedRun:
    """Open a finished run to answer from it.

    Raises:
        EvidenceError: what an answer stands on is not what was sealed.
    """
    raw, receipt = require(files, "seal.json"), require(files, "receipt.tlog-proof")
    seal = decode_seal(raw)
    if seal.row_key is None:
        raise EvidenceError("seal.json has no row key", hint="only the operator's RUN can answer")
    verify_receipt(seal, receipt)
    if PUBLIC not in seal.record.files:
        raise EvidenceError(f"the seal does not name {PUBLIC}", hint="seal the run again")
    public = compare(files, PUBLIC, seal.record.files[PUBLIC])
    try:
        manifest = checked_manifest(parse_plain(compare(files, "manifest.json", seal.record.manifest)))
    except (ValueError, RecursionError, InputError) as error:
        raise EvidenceError(f"manifest.json: {error}") from error
    return SealedRun(
        manifest=manifest,
        operator=seal.record.operator,
        key=seal.row_key,
        evidence=Evidence(public=public, seal=shared_seal(raw), receipt=receipt),
        files=files,
    )


def refuse(
    envelope: bytes, refusal: Refusal, operator: KeyId, at: datetime, *, edition: bytes | None = None
) -> Answer:
    """Return the answer that there is none, and why; `edition` is where the entry was looked up."""
    return Answer(id="", operator=operator, question=envelope, at=at, refusal=refusal, edition=edition)


def answer(
    envelope: bytes,
    run: SealedRun,
    parts: Parts,
    *,
    at: datetime,
    training: Sequence[bytes] = (),
    belongs: Sequence[bool] | None = None,
    edition: bytes | None = None,
) -> Answer:
    """Answer a question that is not refused.

    Args:
        envelope: of the question.
        run: of `open_sealed`.
        parts: of the same run.
        at: now, aware UTC.
        training: logged statements on what models were trained on with this run.
        belongs: of each file whether it belongs to the entry of the question; None: it stands on none.
        edition: SHA-256 of the edition in which that was looked up.

    Raises:
        EvidenceError: the run is not what was sealed.
    """
    question = open_question(envelope)
    made = open_map(run.files, run.manifest, run.files.read(TOPS))
    nonce = bytes.fromhex(run.manifest["membership"]["nonce"])
    searched = [*(belongs or [question.basis is not AskBasis.PUBLIC] * len(question.asked))]
    opened: list[Opened | None] = [None] * len(question.asked)
    if any(searched):
        some = [one for one, holds in zip(question.asked, searched, strict=True) if holds]
        rows = iter(open_rows(parts, run.manifest, run.key, some, question.kind))
        opened = [next(rows) if holds else None for holds in searched]
    keys = [None if one.sha256 is None else map_key(nonce, one.sha256) for one in question.asked]
    # In the order of the keys, so that every slice of the map is read and hashed once.
    proofs = {key: made.prove(key) for key in sorted({key for key in keys if key is not None})}
    found = [
        _found(one, seen, key, proofs, belongs is not None)
        for one, seen, key in zip(question.asked, opened, keys, strict=True)
    ]
    return Answer(
        id="",
        operator=run.operator,
        question=envelope,
        at=at,
        evidence=run.evidence,
        found=tuple(found),
        training=tuple(training),
        edition=edition,
    )


def _are_all(rows: Sequence[OpenRow], value: bytes) -> bool:
    """Tell whether these are all rows with the bytes: with one that stays closed the others prove nothing."""
    return bool(rows) and tree_levels([leaf_hash(row.row) for row in rows])[-1][0] == value


def _shows(row: OpenRow, asked: Asked) -> bool:
    """Tell whether a row shows the picture that is asked for: its bytes alone may be anybody's."""
    hashes = parse_as(row.row, Disclosed).pdq
    return isinstance(hashes, list) and distance(asked.pdq, map(bytes.fromhex, hashes)) is not None


def _found(
    asked: Asked,
    opened: Opened | None,
    key: bytes | None,
    proofs: Mapping[bytes, MapProof | None],
    stands: bool,  # noqa: FBT001 - whether the question stands on an entry
) -> Found:
    refused = FileRefusal.NOT_OF_ENTRY if stands and opened is None else None
    near = None
    if asked.pdq and opened is not None:
        near = Near(rows=opened.near, more=opened.more)
    if key is None:
        return Found(exact=None, near=near, refused=refused)
    proof = proofs[key]
    if proof is None or proof.key != key:
        exact = Exact(value=None, proof=encode_absence(proof))
        return Found(exact=exact, near=near, refused=refused)
    rows = () if opened is None or not _are_all(opened.exact, proof.value) else opened.exact
    if stands and asked.pdq and not all(_shows(row, asked) for row in rows):
        rows = ()
    exact = Exact(value=proof.value, proof=encode_presence(proof), rows=rows)
    return Found(exact=exact, near=near, refused=refused)
