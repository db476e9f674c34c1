"""The nouns. A value that exists is valid: `__post_init__` refuses anything else.

Everything here is frozen, keyword-only and free of I/O. Ids are `NewType`, closed sets are
`StrEnum`, bytes stay bytes and time is an aware UTC `datetime` or a plain `date`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NewType

__all__ = [
    "DECODE_PROFILE",
    "PURPOSE_PARENT",
    "Basis",
    "Decision",
    "Depth",
    "Entry",
    "EntryId",
    "Finding",
    "Fingerprint",
    "Grant",
    "GrantId",
    "Item",
    "KeyId",
    "Kind",
    "Method",
    "Outcome",
    "Permission",
    "Policy",
    "Print",
    "Purpose",
    "Registrant",
    "Revocation",
    "Root",
    "Trust",
    "Unfingerprintable",
    "Unreadable",
    "Use",
    "Vouch",
]

KeyId = NewType("KeyId", str)
"""`ed25519:` and the raw public key, 43 characters of unpadded base64url."""
EntryId = NewType("EntryId", str)
"""`e-` and the first 32 hex digits of the SHA-256 of the registration's payload."""
GrantId = NewType("GrantId", str)
"""`g-` and the first 32 hex digits of the SHA-256 of the grant's payload."""

DECODE_PROFILE = "full-v1"
"""EXIF transpose, ICC to sRGB, over white, 8-bit RGB, full size (2x2 mean above 50 MP)."""

SHA256_BYTES = 32
PDQ_BYTES = 32
MAX_QUALITY = 100
MIN_QUALITY = 50
"""Below it PDQ bits flip with the order of additions (ThreatExchange QUALITY_THRESHOLD)."""
MAX_RADIUS = 31
"""Bits of 256 (ThreatExchange's threshold for a match)."""


class Kind(StrEnum):
    """What an entry is about."""

    WORK = "work"
    CHARACTER = "character"


class Trust(StrEnum):
    """Who stands behind an entry."""

    DECLARED = "declared"
    VERIFIED = "verified"


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
    """How an item was found to match."""

    SHA256 = "sha256"
    PDQ = "pdq"


class Depth(StrEnum):
    """How deep the check looked; part of the manifest."""

    EXACT = "exact"
    PDQ = "pdq"


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
    DECODER_CRASH = "decoder_crash"
    TIMEOUT = "timeout"


def _require(condition: object, message: str) -> None:
    if not condition:
        raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfingerprintable:
    """Stand where a fingerprint would, with the reason why there is none."""

    reason: Unreadable
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """Hold what is compared: the file's SHA-256 and the picture's PDQ.

    Attributes:
        sha256: 32 bytes of the file as stored.
        pdq: 32 bytes, bit 255 first as in the hex form of the reference; None if there is none.
        quality: 0-100; below 50 the PDQ is not compared (`low_detail`).
        more: PDQ and quality of the further frames of an animation, in order.
    """

    sha256: bytes
    pdq: bytes | None = None
    quality: int | None = None
    more: tuple[tuple[bytes, int], ...] = ()

    def __post_init__(self) -> None:
        _require(len(self.sha256) == SHA256_BYTES, "sha256 must have 32 bytes")
        _require(self.pdq is None or len(self.pdq) == PDQ_BYTES, "pdq must have 32 bytes")
        _require((self.pdq is None) == (self.quality is None), "pdq and quality go together")
        _require(self.quality is None or 0 <= self.quality <= MAX_QUALITY, "quality is 0-100")


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """One line of prints.jsonl: a fingerprint made on the registrant's own device.

    Attributes:
        name: the file's name on that device; it never enters a registration.
        pdq: only if quality >= 50; a low-detail picture is registered by SHA-256 alone.
    """

    sha256: bytes
    pdq: bytes | None = None
    quality: int | None = None
    decode_profile: str = DECODE_PROFILE
    name: str = ""

    def __post_init__(self) -> None:
        _require(len(self.sha256) == SHA256_BYTES, "sha256 must have 32 bytes")
        _require(self.pdq is None or len(self.pdq) == PDQ_BYTES, "pdq must have 32 bytes")
        _require(self.quality is None or 0 <= self.quality <= MAX_QUALITY, "quality is 0-100")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registrant:
    """A key and the label that its owner gave it. The label proves nothing."""

    key: KeyId
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A work or character in the registry; `id` is the digest of its signed registration."""

    id: EntryId
    registrant: Registrant
    kind: Kind
    trust: Trust
    title: str = ""
    registered: date
    prints: tuple[Print, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouch:
    """A voucher's statement that a registrant, or single entries, are what they say.

    Attributes:
        voucher: who signs; counts only if the registry's root lists the key.
        registrant: whose entries are vouched for; never the voucher itself.
        entries: the vouched ones; empty means all of the registrant's.
    """

    id: str
    voucher: KeyId
    registrant: KeyId
    entries: tuple[EntryId, ...] = ()
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A registrant's permission for a named operator. It clears only the entry that it names.

    Attributes:
        entry: None means all entries of the granting registrant.
        territories: ISO 3166-1 or -2 codes, or `*`.
        from_, until: first and last day, both included.
        after_expiry: what the grantee promised to do when it ends, in words.
    """

    id: GrantId
    registrant: KeyId
    basis: Basis = Basis.LICENCE
    entry: EntryId | None
    grantee: KeyId
    purposes: frozenset[Purpose]
    territories: frozenset[str]
    from_: date
    until: date
    contract_ref: str = ""
    after_expiry: str = ""

    def __post_init__(self) -> None:
        _require(self.purposes, "a grant names at least one purpose")
        _require(self.territories, "a grant names at least one territory, or *")
        _require(self.from_ <= self.until, "a grant can not end before it begins")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """The end of a grant, by the registrant who gave it, from `on` (included)."""

    id: str
    registrant: KeyId
    grant: GrantId
    on: date
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """The registry's root file: which keys may vouch. Signed by the registry's own key."""

    registry: KeyId
    name: str
    vouchers: frozenset[KeyId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """Who wants to do what, where and when. Nothing in a decision depends on anything else."""

    operator: KeyId
    purpose: Purpose
    territory: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One media member of a dataset, by its canonical name, with its bytes or why there are none.

    `data` is None exactly when `problem` says why. `named_as_media` tells whether the name alone
    (a known extension) says that this is media, so that garbage under such a name is an error.
    """

    name: str
    data: bytes | memoryview | None
    problem: Unfingerprintable | None = None
    named_as_media: bool = False

    def __post_init__(self) -> None:
        _require((self.data is None) != (self.problem is None), "an item has bytes, or a reason why not")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One match of an item with an entry, and what the registry permits.

    Attributes:
        distance, threshold: bits (0-256) for PDQ; 0 and 0 for SHA-256.
        grant: the grant that cleared it, or the one that came nearest (expired, out of scope).
        detail: small facts for `explain`, such as orientation and frame.
    """

    kind: Kind
    method: Method
    entry: EntryId
    trust: Trust
    distance: int
    threshold: int
    permission: Permission
    grant: GrantId | None = None
    detail: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The operator's rules: what is compared, and what follows from what is found.

    Attributes:
        digest: hex SHA-256 of the rules in canonical form; names do not enter it.
        radius: bits within which an upright picture matches, 0-31.
        rotations: the same for the seven turned ones; None: they are not compared.
        min_quality: a PDQ of lower quality is not compared (`low_detail`); 50 or more.
        verified, declared: a match without permission, by the trust of the entry.
        rival: rival verified claims of which only some permit the use.
        low_detail, unreadable, unmatched: what could not be fully compared, not read, not found.
        deviations: what differs from the shipped policy of that name, for the report.
    """

    name: str
    digest: str
    depth: Depth
    radius: int
    rotations: int | None
    min_quality: int
    verified: Outcome
    declared: Outcome
    rival: Outcome
    low_detail: Outcome
    unreadable: Outcome
    unmatched: Outcome
    deviations: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        reach = (self.radius, self.rotations or 0)
        _require(all(0 <= r <= MAX_RADIUS for r in reach), f"a radius is 0-{MAX_RADIUS} bits")
        _require(MIN_QUALITY <= self.min_quality <= MAX_QUALITY, "min_quality is 50-100")
        _require(self.unreadable is not Outcome.ALLOW, "what can not be read is never allowed")
        _require(self.declared is not Outcome.BLOCK, "a self-declared entry can not block")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the checkpoint says about one item, with everything needed to replay it.

    `reason` is the rule of the policy that decided; `snapshot` and `policy` are hex digests.
    """

    item: str
    media_type: str
    bytes: int
    fingerprint: Fingerprint | None
    outcome: Outcome
    reason: str
    findings: tuple[Finding, ...] = ()
    unreadable: Unfingerprintable | None = None
    snapshot: str
    policy: str


def utc(moment: datetime) -> datetime:
    """Return an aware UTC time, in whole seconds; refuse a naive one."""
    _require(moment.tzinfo is not None, "time must be aware")
    return moment.astimezone(UTC).replace(microsecond=0)
