"""Cases: what somebody asks of an operator or a registry, and what becomes of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sekisho.model.words import KeyId, Relation, require

__all__ = [
    "Answered",
    "Authorship",
    "Case",
    "CaseEvent",
    "CaseKind",
    "CaseOutcome",
    "CaseState",
    "Compliance",
    "Contact",
    "Notice",
    "Reply",
    "Request",
    "Response",
    "Subject",
]

MAX_NUMBER = 9999
"""Events of one case."""


class CaseKind(StrEnum):
    """How a case begins."""

    NOTICE = "notice"
    REQUEST = "request"
    HIT = "hit"


class Subject(StrEnum):
    """What a notice is about; decides which clocks run."""

    WORK = "work"
    CHARACTER = "character"
    LIKENESS = "likeness"
    INTIMATE = "intimate"
    PERSONAL = "personal"


class Authorship(StrEnum):
    """In which standing somebody gives notice of a work."""

    HOLDER = "holder"
    AGENT = "agent"
    OTHER = "other"


class CaseState(StrEnum):
    """Where a case stands; it follows from its events."""

    DRAFT = "draft"
    RECEIVED = "received"
    INCOMPLETE = "incomplete"
    TRIAGE = "triage"
    AWAITING_UPLOADER = "awaiting_uploader"
    IN_REVIEW = "in_review"
    DECIDED = "decided"
    NOTIFIED = "notified"
    APPEALED = "appealed"
    REFERRED = "referred"
    LEGAL_HOLD = "legal_hold"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class CaseOutcome(StrEnum):
    """How a case was decided; the last two are about an appeal."""

    REMOVED = "removed"
    RESTRICTED = "restricted"
    BLOCKED_AT_GENERATION = "blocked_at_generation"
    DATASET_EXCLUDED = "dataset_excluded"
    ANSWERED = "answered"
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    OUT_OF_SCOPE = "out_of_scope"
    UPHELD = "upheld"
    OVERTURNED = "overturned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who gives notice and how they are reached. Kept sealed; it never enters an event or a log."""

    name: str = ""
    email: str = ""
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What somebody says: the fields that laws ask for, of which a form shows those it needs.

    Attributes:
        jurisdiction: ISO 3166-1 code whose law the notice names, or `EU`.
        explanation: why it is not right, in the person's own words.
        locations: URLs, items of a run (`item`), ids of generations: sufficient to find it.
        work: a description of the work, or ids of entries.
        relation: of whoever gives notice to the person who is shown; None if it is about no person.
        authorship: in which standing, if it is about a work.
        good_faith, accurate: the two declarations; a notice about an intimate image needs only the first.
        name_to_uploader: may the uploader learn the name? None: not asked yet.
        minor, danger, threatened: a minor is pictured, there is danger now, a threat was received.
        language: in which an answer is wanted.
        signed: a signature, typed or drawn on paper.
    """

    subject: Subject
    jurisdiction: str
    explanation: str = ""
    locations: tuple[str, ...] = ()
    work: str = ""
    relation: Relation | None = None
    authorship: Authorship | None = None
    good_faith: bool = False
    accurate: bool = False
    name_to_uploader: bool | None = None
    minor: bool = False
    danger: bool = False
    threatened: bool = False
    language: str = "ja"
    signed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An authority's question to an operator, signed, with a term.

    Attributes:
        id: r- and the digest of its payload.
        authority, operator: by whom and to whom.
        basis: the legal ground, in words.
        scope: what has to be answered, one thing each, in words.
        at: when it was made, aware UTC.
        due: the last day on which an answer is in time.
    """

    id: str
    authority: KeyId
    operator: KeyId
    basis: str
    scope: tuple[str, ...]
    at: datetime
    due: date

    def __post_init__(self) -> None:
        require(self.scope and all(one.strip() for one in self.scope), "a request asks at least one thing")
        require(self.basis.strip(), "a request names its legal ground")
        require(self.at.date() <= self.due, "a request can not be due before it is made")
        require(self.authority != self.operator, "nobody asks oneself")


class Answered(StrEnum):
    """What an operator says to one thing that was asked."""

    ANSWERED = "answered"
    REFUSED = "refused"
    NOT_HELD = "not_held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer to one thing of a request.

    Attributes:
        number: of the thing that was asked, from 1.
        files: name and hex SHA-256 of what is handed over.
        reason: why it is refused, or what stands in the files.
    """

    number: int
    state: Answered
    files: tuple[tuple[str, str], ...] = ()
    reason: str = ""

    def __post_init__(self) -> None:
        require(self.number > 0, "what is asked is counted from 1")
        require(self.state is not Answered.REFUSED or self.reason.strip(), "a refusal has a reason")
        require(self.state is Answered.ANSWERED or not self.files, "files belong to an answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An operator's signed answer to a request.

    Attributes:
        request: hex SHA-256 of the request's payload.
        at: by the operator's clock, which nobody believes alone.
    """

    operator: KeyId
    request: str
    at: datetime
    replies: tuple[Reply, ...]

    def __post_init__(self) -> None:
        numbers = [reply.number for reply in self.replies]
        require(numbers == sorted(set(numbers)), "each thing is answered once, in the order of the request")


class Compliance(StrEnum):
    """What has become of a request, by its term: what the requester can prove."""

    ANSWERED = "answered"
    INCOMPLETE = "incomplete"
    REFUSED = "refused"
    LATE = "late"
    OPEN = "open"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """One step of a case, signed by whoever made it.

    Attributes:
        number: from 0.
        state: in which the case is from now on.
        outcome: only of `decided`.
        reason: for whoever is told; without personal information.
        rule: the clock or rule that it rests on, `id@version`, or empty.
        previous: hex digest of the event before, empty for the first.
        opening: hex digest of what opened the case; only of the first.
    """

    case: str
    number: int
    by: KeyId
    at: datetime
    state: CaseState
    outcome: CaseOutcome | None = None
    reason: str = ""
    rule: str = ""
    previous: str = ""
    opening: str = ""

    def __post_init__(self) -> None:
        require(0 <= self.number <= MAX_NUMBER, f"a case has at most {MAX_NUMBER} events")
        require((self.number == 0) == (not self.previous), "every event but the first follows another")
        require((self.number == 0) == bool(self.opening), "the first event names what opened the case")
        require((self.outcome is None) == (self.state is not CaseState.DECIDED), "a decision has an outcome")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as its events make it.

    Attributes:
        kind, jurisdiction, subject: of its opening; the subject of a request is None.
        due: of a request, its own term; None: only clocks of laws run.
    """

    id: str
    kind: CaseKind
    jurisdiction: str
    subject: Subject | None
    due: date | None
    events: tuple[CaseEvent, ...]

    @property
    def state(self) -> CaseState:
        """Return where it stands."""
        return self.events[-1].state

    @property
    def outcome(self) -> CaseOutcome | None:
        """Return how it was decided, None if it was not."""
        return next((e.outcome for e in reversed(self.events) if e.outcome is not None), None)

    @property
    def opened(self) -> datetime:
        """Return when it was opened."""
        return self.events[0].at
