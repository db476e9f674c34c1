"""Ids, constants and closed sets: the words that the other nouns are made of."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import NewType

__all__ = [
    "DECODE_PROFILE",
    "EVERYBODY",
    "FEATURE_BYTES",
    "MAX_DIMENSIONS",
    "MAX_FEATURES",
    "MAX_FRAMES_OF_FILM",
    "MAX_PASSAGE",
    "MAX_QUALITY",
    "MAX_RADIUS",
    "MIN_QUALITY",
    "PASSAGE_BUCKET",
    "PDQ_BYTES",
    "PURPOSE_PARENT",
    "SHA256_BYTES",
    "TURNED_BYTES",
    "UNKNOWN_PROFILE",
    "WORKING_SIDE",
    "Act",
    "Band",
    "Basis",
    "Depth",
    "Edit",
    "EntryId",
    "Grade",
    "GrantId",
    "Grounds",
    "KeyId",
    "Kind",
    "Method",
    "Outcome",
    "Permission",
    "PersonalAction",
    "PersonalType",
    "Purpose",
    "Relation",
    "Settled",
    "State",
    "TextForm",
    "Trust",
    "Unreadable",
    "require",
    "utc",
]

KeyId = NewType("KeyId", str)
"""`ed25519:` and the raw public key, 43 characters of unpadded base64url."""
EVERYBODY = KeyId("*")
"""The grantee of a general grant: every operator, whoever it is."""
EntryId = NewType("EntryId", str)
"""`e-` and the first 32 hex digits of the SHA-256 of the registration's payload."""
GrantId = NewType("GrantId", str)
"""`g-` and the first 32 hex digits of the SHA-256 of the grant's payload."""
DECODE_PROFILE = "full-v1"
"""EXIF transpose, ICC to sRGB, over white, 8-bit RGB, full size (2x2 mean above 50 MP)."""
UNKNOWN_PROFILE = "unknown"
"""Of a hash from another's list: nobody knows how the picture was decoded; it can only ask for review."""
SHA256_BYTES = 32
PDQ_BYTES = 32
TURNED_BYTES = 7 * PDQ_BYTES
PASSAGE_BUCKET = 256
"""Folded units; a registration says where a passage stands only this closely."""
MAX_PASSAGE = 2**48 - 1
"""Passage hashes have 48 bits."""
FEATURE_BYTES = 38
"""Of one local feature: descriptor 32, x and y uint16 (1/64 px of the working picture), angle, level."""
MAX_FEATURES = 300
"""Local features that a registration keeps of one picture, the strongest."""
WORKING_SIDE = 512
"""Pixels of the longer side of the picture in which local features are found."""
MAX_FRAMES_OF_FILM = 100_000
MAX_DIMENSIONS = 4096
MAX_QUALITY = 100
MIN_QUALITY = 50
"""Below it PDQ bits flip with the order of additions (ThreatExchange QUALITY_THRESHOLD)."""
MAX_RADIUS = 31
"""Bits of 256 (ThreatExchange's threshold for a match)."""


class Kind(StrEnum):
    """What an entry is about."""

    WORK = "work"
    CHARACTER = "character"
    LIKENESS = "likeness"
    LISTED = "listed"


class Trust(StrEnum):
    """Who stands behind an entry."""

    DECLARED = "declared"
    VERIFIED = "verified"
    AUTHORITY = "authority"


class Relation(StrEnum):
    """Who registers a photo of a person."""

    SELF = "self"
    GUARDIAN = "guardian"
    AGENT = "agent"
    BODY = "body"


class State(StrEnum):
    """How an entry stands on a given day; it follows from statements, nobody stores it."""

    ACTIVE = "active"
    DISPUTED = "disputed"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Grounds(StrEnum):
    """Why somebody disputes an entry."""

    MY_WORK = "my_work"
    PUBLIC_DOMAIN = "public_domain"
    NOT_A_WORK = "not_a_work"


class Settled(StrEnum):
    """How a dispute ended."""

    UPHELD = "upheld"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What an agent may do in its principal's name."""

    REGISTER = "register"
    GRANT = "grant"
    DISPUTE = "dispute"
    WITHDRAW = "withdraw"


class Purpose(StrEnum):
    """What a use or a grant is for; see `PURPOSE_PARENT`."""

    TRAIN = "train"
    PRETRAIN = "pretrain"
    FINETUNE = "finetune"
    GENERATE = "generate"
    RETRIEVE = "retrieve"
    PUBLISH = "publish"


PURPOSE_PARENT: Mapping[Purpose, Purpose] = {
    Purpose.PRETRAIN: Purpose.TRAIN,
    Purpose.FINETUNE: Purpose.TRAIN,
}
"""A grant for a parent covers its children, never the other way round."""


class Basis(StrEnum):
    """Why a grant is possible: a holder licenses, a person consents."""

    LICENCE = "licence"
    CONSENT = "consent"


class Outcome(StrEnum):
    """What happens to an item, from the mildest to the most restrictive."""

    ALLOW = "allow"
    REVIEW = "review"
    BLOCK = "block"

    @property
    def rank(self) -> int:
        """Order outcomes: 0 allow, 1 review, 2 block."""
        return _OUTCOME_RANK[self]


_OUTCOME_RANK = {Outcome.ALLOW: 0, Outcome.REVIEW: 1, Outcome.BLOCK: 2}


class Permission(StrEnum):
    """What the registry says about one use of one entry; never a statement about the law."""

    GRANTED = "granted"
    NONE = "none"
    EXPIRED = "expired"
    OUT_OF_SCOPE = "out_of_scope"
    CONFLICT = "conflict"


class Method(StrEnum):
    """How an item was found to match; of a person nobody is told (`PROTECTED`)."""

    SHA256 = "sha256"
    PDQ = "pdq"
    LOCAL = "local"
    MODEL = "model"
    FRAMES = "frames"

    PASSAGES = "passages"
    LINE = "line"
    NAME = "name"

    PROTECTED = "protected"


class TextForm(StrEnum):
    """How the bytes of a text item are to be read."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    HTML = "html"
    EPUB = "epub"
    JSON = "json"


class Grade(StrEnum):
    """How a text meets a registered work, from the weakest to the strongest.

    A quotation is an excerpt, a near copy or a copy that the text itself shows to be quoted.
    """

    LINE = "line"
    QUOTATION = "quotation"
    EXCERPT = "excerpt"
    NEAR_COPY = "near_copy"
    COPY = "copy"


class PersonalType(StrEnum):
    """What kind of personal information a span of text is."""

    NAME = "name"
    ADDRESS = "address"
    PHONE = "phone"
    EMAIL = "email"
    MY_NUMBER = "my_number"
    LICENCE = "driving_licence"
    PASSPORT = "passport"
    RESIDENCE_CARD = "residence_card"
    INSURANCE = "insurance"
    PENSION = "pension"
    BANK = "bank_account"
    CARD = "payment_card"
    BIRTH_DATE = "birth_date"
    AGE = "age"
    SCHOOL = "school"
    PLATE = "number_plate"
    HANDLE = "handle"
    IP = "ip_address"
    SPECIAL_CARE = "special_care"


class PersonalAction(StrEnum):
    """What is proposed for a span of personal information."""

    REDACT = "redact"
    REVIEW = "review"


class Edit(StrEnum):
    """What has to be done to an item before it may pass."""

    CUT = "cut"
    REDACT = "redact"


class Depth(StrEnum):
    """How deep the check looked; part of the manifest."""

    EXACT = "exact"
    PDQ = "pdq"
    LOCAL = "local"
    MODEL = "model"

    @property
    def rank(self) -> int:
        """Order depths: 0 exact, 1 pdq, 2 local, 3 model; each includes those before."""
        return list(Depth).index(self)


class Band(StrEnum):
    """How sure a match of a part, by a model or of a film is: sure enough to block, or to be looked at."""

    REVIEW = "review"
    BLOCK = "block"


class Unreadable(StrEnum):
    """Why an item could not be looked at. Such an item is never allowed."""

    EMPTY = "empty"
    UNRECOGNIZED_FORMAT = "unrecognized_format"
    UNSUPPORTED_FORMAT = "unsupported_format"
    UNSUPPORTED_MODE = "unsupported_mode"
    CORRUPT = "corrupt"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_FRAMES = "too_many_frames"
    TOO_SMALL = "too_small"
    COMPRESSION_RATIO = "compression_ratio"
    NOT_A_REGULAR_FILE = "not_a_regular_file"
    LINK_OUTSIDE = "link_outside"
    UNSAFE_NAME = "unsafe_name"
    CHANGED_WHILE_READ = "changed_while_read"
    IO_ERROR = "io_error"
    CONTAINER_CORRUPT = "container_corrupt"
    NOT_EMBEDDED = "not_embedded"
    ENCRYPTED = "encrypted"
    NO_SUCH_FIELD = "no_such_field"
    DECODER_CRASH = "decoder_crash"
    NO_PICTURE = "no_picture"
    NO_EMBEDDING = "no_embedding"
    TIMEOUT = "timeout"


def require(condition: object, message: str) -> None:
    """Refuse a value that is not valid."""
    if not condition:
        raise ValueError(message)


def utc(moment: datetime) -> datetime:
    """Return an aware UTC time, in whole seconds; refuse a naive one."""
    require(moment.tzinfo is not None, "time must be aware")
    return moment.astimezone(UTC).replace(microsecond=0)
