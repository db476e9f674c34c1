"""Question, answer, training statement: was this used, what an operator proves about it, what it states."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sekisho.model.words import PDQ_BYTES, SHA256_BYTES, EntryId, KeyId, Kind, require

__all__ = [
    "MAX_ASKED",
    "MAX_ORIENTATIONS",
    "MAX_RUNS",
    "Answer",
    "AskBasis",
    "Asked",
    "Evidence",
    "Exact",
    "FileRefusal",
    "Found",
    "Near",
    "OpenRow",
    "Question",
    "Refusal",
    "TrainedOn",
    "TrainingStatement",
]

MAX_ASKED = 1000
"""Files in one question."""
MAX_ORIENTATIONS = 8
MAX_RUNS = 1000


class AskBasis(StrEnum):
    """On what a question stands: anybody's interest in a file, a registered entry, an authority's task."""

    PUBLIC = "public"
    HOLDER = "holder"
    AUTHORITY = "authority"


class Refusal(StrEnum):
    """Why an operator does not answer."""

    ONLY_EXACT = "only_exact"
    NOT_TRUSTED = "not_trusted"
    NO_AUTHORITY = "no_authority"
    OTHER_OPERATOR = "other_operator"
    NO_MAP = "no_map"
    UNKNOWN_ENTRY = "unknown_entry"


class FileRefusal(StrEnum):
    """Why an operator does not look for one of the files."""

    NOT_OF_ENTRY = "not_of_entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One file that is asked for.

    Attributes:
        sha256: of its bytes, or None if only near copies are asked for.
        pdq: of the picture: upright first, then turned; empty if only the file itself is asked for.
    """

    sha256: bytes | None
    pdq: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        require(self.sha256 is None or len(self.sha256) == SHA256_BYTES, "a SHA-256 has 32 bytes")
        require(len(self.pdq) <= MAX_ORIENTATIONS, "a picture has 8 orientations")
        require(all(len(hashed) == PDQ_BYTES for hashed in self.pdq), "a PDQ has 32 bytes")
        require(self.sha256 is not None or self.pdq, "a SHA-256 or a PDQ is asked for")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody asks an operator, signed by the asker.

    Attributes:
        kind: of the entry that it stands on, or that an authority asks about; None: public.
        operator: who is asked; None: whoever holds the run.
        entry, holder: of a work or character on which it stands.
        standing: of a likeness: a commitment to the entry, which nobody but the registry can open.
    """

    id: str
    asker: KeyId
    basis: AskBasis
    asked: tuple[Asked, ...]
    on: date
    kind: Kind | None = None
    operator: KeyId | None = None
    entry: EntryId | None = None
    holder: KeyId | None = None
    standing: bytes | None = None

    def __post_init__(self) -> None:
        require(0 < len(self.asked) <= MAX_ASKED, f"a question asks for 1-{MAX_ASKED} files")
        require(self.kind is not Kind.LISTED, "nobody asks about listed files")
        require((self.kind is None) == (self.basis is AskBasis.PUBLIC), "only a public question has no kind")
        named = self.entry is not None and self.holder is not None
        nothing = self.entry is None and self.holder is None
        if self.basis is AskBasis.HOLDER and self.kind is not Kind.LIKENESS:
            require(named and self.standing is None, "a question about a work names entry and holder")
        elif self.basis is AskBasis.HOLDER:
            require(nothing and self.standing is not None, "a question about a likeness names no entry")
            require(len(self.standing or b"") == SHA256_BYTES, "a commitment has 32 bytes")
        else:
            require(nothing and self.standing is None, "only a question on a holder's basis names an entry")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRow:
    """A row of the run, opened.

    Attributes:
        unit, index: its place in public.json.
        row: the bytes that its leaf covers.
        path: from the leaf to the root of its unit.
    """

    unit: int
    index: int
    row: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """Whether the map has a file.

    Attributes:
        value: what stands under its key; None: it is absent.
        proof: of presence or of absence.
        rows: the rows with these bytes, if the asker may see them.
    """

    value: bytes | None
    proof: bytes
    rows: tuple[OpenRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """The rows with a near picture, and how many more there are that are not opened."""

    rows: tuple[OpenRow, ...]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found of one file that was asked for; None where that was not asked.

    Attributes:
        refused: why no row was looked for; whether the map has the file is told all the same.
    """

    exact: Exact | None
    near: Near | None
    refused: FileRefusal | None = None

    def __post_init__(self) -> None:
        rows = self.near is not None or (self.exact is not None and self.exact.rows)
        require(self.refused is None or not rows, "of what is refused no row is opened")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The run that was asked about: public.json, the seal without row key, the log's receipt."""

    public: bytes
    seal: bytes
    receipt: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an operator answers, signed by it.

    Attributes:
        question: the envelope of the question, as it came.
        refusal: why nothing is answered; then there is neither evidence nor anything found.
        found: for each file that was asked for, in that order.
        training: statements on what models were trained on with this run, each a logged file.
        edition: SHA-256 of the edition in which the entry of the question was looked up; None: in none.
    """

    id: str
    operator: KeyId
    question: bytes
    at: datetime
    refusal: Refusal | None = None
    evidence: Evidence | None = None
    found: tuple[Found, ...] = ()
    training: tuple[bytes, ...] = ()
    edition: bytes | None = None

    def __post_init__(self) -> None:
        require(self.edition is None or len(self.edition) == SHA256_BYTES, "an edition has a SHA-256")
        if self.refusal is not None:
            require(self.evidence is None and not self.found, "what is refused is not answered")
        else:
            require(self.evidence is not None and self.found, "an answer has evidence and findings")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedOn:
    """A run that a model was trained on: SHA-256 of its public.json, and the root of its map."""

    public: bytes
    root: bytes

    def __post_init__(self) -> None:
        require(len(self.public) == len(self.root) == SHA256_BYTES, "digests have 32 bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingStatement:
    """What an operator states: a model was trained on what passed in these runs.

    Attributes:
        model: SHA-256 of the model's file, or of whatever names its weights.
        complete: whether the operator states that it was trained on nothing else.
    """

    id: str
    operator: KeyId
    model: bytes
    runs: tuple[TrainedOn, ...]
    complete: bool
    at: datetime

    def __post_init__(self) -> None:
        require(len(self.model) == SHA256_BYTES, "the digest of a model has 32 bytes")
        require(0 < len(self.runs) <= MAX_RUNS, f"a model is trained on 1-{MAX_RUNS} runs")
        roots = [run.public for run in self.runs]
        require(len(set(roots)) == len(roots), "a run is named once")
