"""Questions, answers and training statements <-> canonical JSON. Bytes are hex, proofs base64, files text."""

from typing import Annotated, Any

import msgspec

from sekisho.codec.form import (
    Day,
    EntryRef,
    Hex32,
    Key,
    Wire,
    canonical,
    day,
    digest_id,
    from_base64,
    noun,
    parse_as,
    to_base64,
)
from sekisho.codec.moments import Moment, moment, moment_text
from sekisho.model import EntryId, KeyId, Kind
from sekisho.model.question import (
    MAX_ASKED,
    MAX_ORIENTATIONS,
    MAX_RUNS,
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
    TrainedOn,
    TrainingStatement,
)

__all__ = [
    "decode_answer",
    "decode_question",
    "decode_training",
    "encode_answer",
    "encode_question",
    "encode_training",
]

Count = Annotated[int, msgspec.Meta(ge=0)]
Version = Annotated[int, msgspec.Meta(ge=1, le=1)]
MAX_PATH = 63


class _AskedWire(Wire):
    sha256: Hex32 | None
    pdq: Annotated[list[Hex32], msgspec.Meta(max_length=MAX_ORIENTATIONS)]


class _QuestionWire(Wire):
    v: Version
    asker: Key
    basis: AskBasis
    kind: Kind | None
    asked: Annotated[list[_AskedWire], msgspec.Meta(min_length=1, max_length=MAX_ASKED)]
    on: Day
    operator: Key | None
    entry: EntryRef | None
    holder: Key | None
    standing: Hex32 | None


class _RowWire(Wire):
    unit: Count
    index: Count
    row: str
    path: Annotated[list[Hex32], msgspec.Meta(max_length=MAX_PATH)]

    def noun(self) -> OpenRow:
        return OpenRow(
            unit=self.unit,
            index=self.index,
            row=self.row.encode(),
            path=tuple(bytes.fromhex(item) for item in self.path),
        )


class _ExactWire(Wire):
    value: Hex32 | None
    proof: str
    rows: list[_RowWire]

    def noun(self) -> Exact:
        return Exact(
            value=None if self.value is None else bytes.fromhex(self.value),
            proof=from_base64(self.proof, "proofs"),
            rows=tuple(row.noun() for row in self.rows),
        )


class _NearWire(Wire):
    rows: list[_RowWire]
    more: Count

    def noun(self) -> Near:
        return Near(rows=tuple(row.noun() for row in self.rows), more=self.more)


class _FoundWire(Wire):
    exact: _ExactWire | None
    near: _NearWire | None
    refused: FileRefusal | msgspec.UnsetType = msgspec.UNSET

    def noun(self) -> Found:
        return noun(
            Found,
            exact=None if self.exact is None else self.exact.noun(),
            near=None if self.near is None else self.near.noun(),
            refused=None if isinstance(self.refused, msgspec.UnsetType) else self.refused,
        )


class _EvidenceWire(Wire):
    public: str
    seal: str
    receipt: str


class _AnswerWire(Wire):
    v: Version
    operator: Key
    question: str
    at: Moment
    refusal: Refusal | None
    evidence: _EvidenceWire | None
    found: Annotated[list[_FoundWire], msgspec.Meta(max_length=MAX_ASKED)]
    training: list[str]
    edition: Hex32 | msgspec.UnsetType = msgspec.UNSET


class _TrainedOnWire(Wire):
    public: Hex32
    root: Hex32


class _TrainingWire(Wire):
    v: Version
    operator: Key
    model: Hex32
    runs: Annotated[list[_TrainedOnWire], msgspec.Meta(min_length=1, max_length=MAX_RUNS)]
    complete: bool
    at: Moment


def encode_question(question: Question) -> bytes:
    """Encode the payload of a question."""
    standing = question.standing
    return canonical(
        {
            "v": 1,
            "asker": question.asker,
            "basis": question.basis.value,
            "kind": question.kind and question.kind.value,
            "asked": [
                {
                    "sha256": None if one.sha256 is None else one.sha256.hex(),
                    "pdq": [hashed.hex() for hashed in one.pdq],
                }
                for one in question.asked
            ],
            "on": question.on.isoformat(),
            "operator": question.operator,
            "entry": question.entry,
            "holder": question.holder,
            "standing": None if standing is None else standing.hex(),
        }
    )


def decode_question(payload: bytes) -> Question:
    """Decode the payload of a question.

    Raises:
        InputError: another form, or fields that do not go together.
    """
    wire = parse_as(payload, _QuestionWire)
    return noun(
        Question,
        id=digest_id("q", payload),
        asker=KeyId(wire.asker),
        basis=wire.basis,
        kind=wire.kind,
        asked=tuple(
            noun(
                Asked,
                sha256=None if one.sha256 is None else bytes.fromhex(one.sha256),
                pdq=tuple(bytes.fromhex(hashed) for hashed in one.pdq),
            )
            for one in wire.asked
        ),
        on=day(wire.on),
        operator=None if wire.operator is None else KeyId(wire.operator),
        entry=None if wire.entry is None else EntryId(wire.entry),
        holder=None if wire.holder is None else KeyId(wire.holder),
        standing=None if wire.standing is None else bytes.fromhex(wire.standing),
    )


def _row(row: OpenRow) -> dict[str, Any]:
    path = [item.hex() for item in row.path]
    return {"unit": row.unit, "index": row.index, "row": row.row.decode(), "path": path}


def _found(found: Found) -> dict[str, Any]:
    exact, near = found.exact, found.near
    return {
        "exact": exact
        and {
            "value": None if exact.value is None else exact.value.hex(),
            "proof": to_base64(exact.proof),
            "rows": [_row(row) for row in exact.rows],
        },
        "near": near and {"rows": [_row(row) for row in near.rows], "more": near.more},
        **({"refused": found.refused.value} if found.refused else {}),
    }


def encode_answer(answer: Answer) -> bytes:
    """Encode the payload of an answer; without edition and refused files it has the form of before."""
    evidence = answer.evidence
    return canonical(
        {
            "v": 1,
            "operator": answer.operator,
            "question": answer.question.decode(),
            "at": moment_text(answer.at),
            "refusal": answer.refusal and answer.refusal.value,
            "evidence": evidence
            and {
                "public": evidence.public.decode(),
                "seal": evidence.seal.decode(),
                "receipt": evidence.receipt.decode(),
            },
            "found": [_found(found) for found in answer.found],
            "training": [made.decode() for made in answer.training],
            **({"edition": answer.edition.hex()} if answer.edition else {}),
        }
    )


def decode_answer(payload: bytes) -> Answer:
    """Decode the payload of an answer.

    Raises:
        InputError: another form, or fields that do not go together.
    """
    wire = parse_as(payload, _AnswerWire)
    evidence = wire.evidence and Evidence(
        public=wire.evidence.public.encode(),
        seal=wire.evidence.seal.encode(),
        receipt=wire.evidence.receipt.encode(),
    )
    return noun(
        Answer,
        id=digest_id("a", payload),
        operator=KeyId(wire.operator),
        question=wire.question.encode(),
        at=moment(wire.at),
        refusal=wire.refusal,
        evidence=evidence,
        found=tuple(found.noun() for found in wire.found),
        training=tuple(made.encode() for made in wire.training),
        edition=None if isinstance(wire.edition, msgspec.UnsetType) else bytes.fromhex(wire.edition),
    )


def encode_training(statement: TrainingStatement) -> bytes:
    """Encode the payload of a training statement."""
    return canonical(
        {
            "v": 1,
            "operator": statement.operator,
            "model": statement.model.hex(),
            "runs": [{"public": run.public.hex(), "root": run.root.hex()} for run in statement.runs],
            "complete": statement.complete,
            "at": moment_text(statement.at),
        }
    )


def decode_training(payload: bytes) -> TrainingStatement:
    """Decode the payload of a training statement.

    Raises:
        InputError: another form, or a run that is named twice.
    """
    wire = parse_as(payload, _TrainingWire)
    runs = [TrainedOn(public=bytes.fromhex(r.public), root=bytes.fromhex(r.root)) for r in wire.runs]
    return noun(
        TrainingStatement,
        id=digest_id("y", payload),
        operator=KeyId(wire.operator),
        model=bytes.fromhex(wire.model),
        runs=tuple(runs),
        complete=wire.complete,
        at=moment(wire.at),
    )
