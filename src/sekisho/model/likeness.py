"""What is stated about photos of a person: a registration, and that the desk has verified who made it.

Nothing here names anybody. There is no title, file name, place or date of a photo, no local feature, no
vector; the one thing about a person is from which day on it is an adult, and that stays in the vault.
"""

from dataclasses import dataclass
from datetime import date

from sekisho.model.claims import Grant, Revocation, Withdrawal
from sekisho.model.words import (
    MIN_QUALITY,
    PDQ_BYTES,
    SHA256_BYTES,
    EntryId,
    KeyId,
    Relation,
    Trust,
    require,
)

__all__ = [
    "LIKENESS_DECLARATION",
    "LONGEST_LIKENESS",
    "MOST_PHOTOS",
    "NONCE_BYTES",
    "Likeness",
    "LikenessPrint",
    "StatedLikeness",
    "Verification",
]

LIKENESS_DECLARATION = "likeness-1"
"""What is declared by signing: that the photos show the person, who wants it or for whom one may decide."""
MOST_PHOTOS = 100
LONGEST_LIKENESS = 5
"""Years; then it is registered again, by the child itself if it has grown up."""
NONCE_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class LikenessPrint:
    """What is kept of one photo. A photo of too little detail has none: its PDQ would match strangers."""

    sha256: bytes
    pdq: bytes
    quality: int

    def __post_init__(self) -> None:
        require(len(self.sha256) == SHA256_BYTES, "a SHA-256 has 32 bytes")
        require(len(self.pdq) == PDQ_BYTES, "a PDQ has 32 bytes")
        require(self.quality >= MIN_QUALITY, f"a photo has a PDQ of quality {MIN_QUALITY} or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Photos of one person that are not to be used without consent.

    Attributes:
        id: l- and the digest of the payload; `nonce` makes it say nothing about what is in it.
        relation: of the holder to the person, as the holder says.
        consent: what shows that the person, or who decides for it, wants this: the SHA-256 of a document
            that the holder keeps, in hex, or the id of a text that was agreed to.
        on, until: first and last day.
        adult_from: the first day on which the person is an adult; None: nobody knows, so it is a minor.
    """

    id: EntryId
    holder: KeyId
    relation: Relation
    prints: tuple[LikenessPrint, ...]
    consent: str
    on: date
    until: date
    nonce: bytes
    adult_from: date | None = None
    declaration: str = LIKENESS_DECLARATION

    def __post_init__(self) -> None:
        require(self.prints, "at least one photo is registered")
        require(len(self.prints) <= MOST_PHOTOS, f"at most {MOST_PHOTOS} photos are one registration")
        require(len(set(self.prints)) == len(self.prints), "the same photo is there twice")
        require(len(self.nonce) == NONCE_BYTES, f"a nonce has {NONCE_BYTES} bytes")
        require(self.on <= self.until, "a registration can not end before it begins")
        require(self.until.year - self.on.year <= LONGEST_LIKENESS, f"it ends after {LONGEST_LIKENESS} years")

    def is_minor(self, day: date) -> bool:
        """Tell whether the person counts as a minor on a day."""
        return self.adult_from is None or day < self.adult_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The desk's statement that it has seen who the holder of a registration is to the person.

    Attributes:
        by: a voucher of the registry, never the holder itself.
        relation: as the desk has found it; another than was declared verifies nothing.
    """

    id: str
    by: KeyId
    entry: EntryId
    relation: Relation
    on: date

    def trust_of(self, likeness: Likeness) -> Trust:
        """Return what this makes of a registration."""
        fits = self.entry == likeness.id and self.relation is likeness.relation
        return Trust.VERIFIED if fits and self.by != likeness.holder else Trust.DECLARED


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedLikeness:
    """A registration of photos and everything that was stated about it."""

    likeness: Likeness
    verifications: tuple[Verification, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    consents: tuple[Grant, ...] = ()
    revocations: tuple[Revocation, ...] = ()
