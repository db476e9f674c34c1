"""What is looked at, what is found, and what is decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sekisho.model.claims import FalseMatch
from sekisho.model.words import (
    MAX_QUALITY,
    MAX_RADIUS,
    MIN_QUALITY,
    PDQ_BYTES,
    SHA256_BYTES,
    TURNED_BYTES,
    Depth,
    EntryId,
    GrantId,
    KeyId,
    Kind,
    Method,
    Outcome,
    Permission,
    Purpose,
    Trust,
    Unreadable,
    require,
)

__all__ = ["Decision", "Finding", "Fingerprint", "Item", "Policy", "Unfingerprintable", "Use"]


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
        turned: for each frame the 7 x 32 bytes of its turned PDQs, in the order of `DIHEDRAL`;
            empty if they were not made.
    """

    sha256: bytes
    pdq: bytes | None = None
    quality: int | None = None
    more: tuple[tuple[bytes, int], ...] = ()
    turned: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        require(len(self.sha256) == SHA256_BYTES, "sha256 must have 32 bytes")
        require(self.pdq is None or len(self.pdq) == PDQ_BYTES, "pdq must have 32 bytes")
        require((self.pdq is None) == (self.quality is None), "pdq and quality go together")
        require(self.quality is None or 0 <= self.quality <= MAX_QUALITY, "quality is 0-100")
        require(len(self.turned) in {0, 1 + len(self.more)}, "turned PDQs are there for all frames or none")
        require(all(len(t) == TURNED_BYTES for t in self.turned), "turned PDQs have 224 bytes a frame")


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
        require((self.data is None) != (self.problem is None), "an item has bytes, or a reason why not")


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
        false_matches: confirmed ones, signed by reviewers whom the policy names.
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
    false_matches: tuple[FalseMatch, ...] = ()
    deviations: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        reach = (self.radius, self.rotations or 0)
        require(all(0 <= r <= MAX_RADIUS for r in reach), f"a radius is 0-{MAX_RADIUS} bits")
        require(MIN_QUALITY <= self.min_quality <= MAX_QUALITY, "min_quality is 50-100")
        require(self.unreadable is not Outcome.ALLOW, "what can not be read is never allowed")
        require(self.declared is not Outcome.BLOCK, "a self-declared entry can not block")


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
