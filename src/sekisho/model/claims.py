"""What registrants, vouchers and reviewers state, and what a registry is made of."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sekisho.model.traits import Traits
from sekisho.model.words import (
    DECODE_PROFILE,
    EVERYBODY,
    MAX_PASSAGE,
    MAX_QUALITY,
    PASSAGE_BUCKET,
    PDQ_BYTES,
    SHA256_BYTES,
    UNKNOWN_PROFILE,
    Act,
    Basis,
    EntryId,
    GrantId,
    Grounds,
    KeyId,
    Kind,
    Purpose,
    Settled,
    Trust,
    require,
)

__all__ = [
    "Claims",
    "Common",
    "Dispute",
    "Entry",
    "FalseMatch",
    "Grant",
    "Mandate",
    "Name",
    "Passages",
    "Print",
    "Registrant",
    "Resolution",
    "Revocation",
    "Root",
    "Vouch",
    "Withdrawal",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """The winnowed passages of one text: what an excerpt of it is found by. No text can be read in it.

    Attributes:
        units: folded letters and digits of the whole text.
        buckets: for each `PASSAGE_BUCKET` units, in their sequence, the 48-bit hashes of the passages
            that begin there, sorted and distinct; all empty if the text is a short work.
        line: the 48-bit hash of the whole folded text if it is a short work (under 40 units), else None.
    """

    units: int
    buckets: tuple[tuple[int, ...], ...]
    line: int | None = None

    def __post_init__(self) -> None:
        require(self.units > 0, "a text has letters")
        require(len(self.buckets) == -(-self.units // PASSAGE_BUCKET), "a bucket for each 256 units")
        require(
            all(0 <= h <= MAX_PASSAGE for b in self.buckets for h in b)
            and 0 <= (self.line or 0) <= MAX_PASSAGE,
            "hashes of passages have 48 bits",
        )
        require(
            all(a < b for bucket in self.buckets for a, b in pairwise(bucket)),
            "the hashes of a bucket are sorted and distinct",
        )

    @property
    def count(self) -> int:
        """Return the number of hashes in all buckets."""
        return sum(map(len, self.buckets))


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """One line of prints.jsonl: a fingerprint made on the registrant's own device.

    Attributes:
        name: the file's name on that device; it never enters a registration.
        sha256: None only in another's list (`UNKNOWN_PROFILE`) that has none.
        pdq: only if quality >= 50; a low-detail picture is registered by SHA-256 alone.
        at: where in the entry it stands: numbers from 1 with slashes, volume before page ("3/12").
        passages: of a text: in prints.jsonl themselves, in a registration the id (p-) of the statement
            that holds them.
        traits: what else is compared; as `passages`, the id is t-.
    """

    sha256: bytes | None
    pdq: bytes | None = None
    quality: int | None = None
    decode_profile: str = DECODE_PROFILE
    name: str = ""
    at: str = ""
    passages: Passages | str | None = None
    traits: Traits | str | None = None

    def __post_init__(self) -> None:
        require(self.passages is None or self.traits is None, "a text has passages, a picture has traits")
        require(self.sha256 is None or len(self.sha256) == SHA256_BYTES, "sha256 must have 32 bytes")
        require(self.pdq is None or len(self.pdq) == PDQ_BYTES, "pdq must have 32 bytes")
        require(self.quality is None or 0 <= self.quality <= MAX_QUALITY, "quality is 0-100")
        foreign = self.decode_profile == UNKNOWN_PROFILE
        require(self.sha256 is not None or (foreign and self.pdq is not None), "a print has a sha256")

    @property
    def is_film(self) -> bool:
        """Tell whether it is of a film: a picture with traits has a quality, however low."""
        return self.traits is not None and self.quality is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registrant:
    """A key and the label that its owner gave it. The label proves nothing."""

    key: KeyId
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A work or character in the registry; `id` is the digest of its signed registration.

    Attributes:
        protected_until: the last day on which it is compared; None: no end.
        declaration: version of the good-faith declaration that the registrant signed with it.
        source, licence: of a list of hashes that others made; such an entry can only ask for review.
        names: what a character or work is called, as people write it; its forms are made of them.
    """

    id: EntryId
    registrant: Registrant
    kind: Kind
    trust: Trust
    title: str = ""
    registered: date
    prints: tuple[Print, ...] = ()
    protected_until: date | None = None
    declaration: str = ""
    source: str = ""
    licence: str = ""
    names: tuple["Name", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name of an entry as its registrant gives it.

    Attributes:
        text: as it is usually written; parts of a name (surname, given name) are separated by a space.
        reading: in hiragana or katakana, with the same parts; empty if the text is its own reading.
        qualifier: words of which one has to stand near the name (a title, another character), for a
            name that is also an ordinary word.
    """

    text: str
    reading: str = ""
    qualifier: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require(self.text.strip(), "a name is not empty")


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
    """A registrant's permission for one operator, or for everybody. It clears only the entry that it names.

    Nobody consents to everybody: who a photo is shown to, and when it is to end, a person can only know of
    somebody who has a name.

    Attributes:
        entry: None means all entries of the granting registrant.
        grantee: the operator's key, or `EVERYBODY`.
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
        require(self.purposes, "a grant names at least one purpose")
        require(self.territories, "a grant names at least one territory, or *")
        require(self.from_ <= self.until, "a grant can not end before it begins")
        require(
            not self.is_general or self.basis is Basis.LICENCE,
            "consent is for a named operator, never for everybody: name its key",
        )
        require(
            not self.is_general or self.entry is None or not self.entry.startswith("l-"),
            "a photo of a person is not given to everybody: consent names an operator",
        )

    @property
    def is_general(self) -> bool:
        """Tell whether it is for everybody."""
        return self.grantee == EVERYBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """A principal's statement that an agent may act in its name, on days `from_` to `until`.

    It covers statements that are dated within those days, and before a revocation of the mandate.
    """

    id: str
    principal: KeyId
    agent: KeyId
    acts: frozenset[Act]
    from_: date
    until: date

    def __post_init__(self) -> None:
        require(self.acts, "a mandate names at least one act")
        require(self.from_ <= self.until, "a mandate can not end before it begins")


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What is nobody's alone, as a voucher says: a sign, a stock picture, a work that is public domain.

    Attributes:
        title: what it is, for whoever is refused by it.
        print: as of a registration, with its traits.
    """

    id: str
    by: KeyId
    title: str
    on: date
    print: Print


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """The end of an entry, by its registrant, from `on` (included). It is not compared any more."""

    id: str
    registrant: KeyId
    entry: EntryId
    on: date
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A statement that another's entry is wrong, with evidence, from `on`.

    Attributes:
        own: the disputant's own entry for the same work, if it has one.
        evidence: references in words: contracts, publication, links. Others will see them.
    """

    id: str
    disputant: KeyId
    entry: EntryId
    grounds: Grounds
    own: EntryId | None = None
    evidence: str
    on: date

    def __post_init__(self) -> None:
        require(self.evidence.strip(), "a dispute names its evidence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The end of a dispute: by a voucher of the root, or `withdrawn` by the disputant itself."""

    id: str
    by: KeyId
    dispute: str
    settled: Settled
    on: date
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """Everything that was stated about one entry besides its registration and grants.

    Attributes:
        disputes: each with whether its disputant stands as high as the entry (`verified`).
        resolutions: only those by somebody who may settle that dispute.
    """

    withdrawals: tuple[Withdrawal, ...] = ()
    disputes: tuple[tuple[Dispute, Trust], ...] = ()
    resolutions: tuple[Resolution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseMatch:
    """An operator's finding that items do not show an entry, by a reviewer, until a day.

    Attributes:
        items: SHA-256 of the items, 32 bytes each.
    """

    id: str
    by: KeyId
    entry: EntryId
    items: tuple[bytes, ...]
    reason: str
    on: date
    until: date

    def __post_init__(self) -> None:
        require(self.items, "a false match names at least one item")
        require(self.reason.strip(), "a false match has a reason")
        require(self.on <= self.until, "a false match can not end before it begins")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """The end of a grant, mandate or vouch, by who gave it, from `on` (included).

    `grant` is the id of what ends (g-, m- or v-), `registrant` the key that had signed it.
    """

    id: str
    registrant: KeyId
    grant: GrantId
    on: date
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """The registry's root file: which keys may vouch. Signed by the registry's own key.

    Attributes:
        authorities: keys that vouch for lists of illegal files, and whose questions about persons are
            answered and logged.
    """

    registry: KeyId
    name: str
    vouchers: frozenset[KeyId]
    authorities: frozenset[KeyId] = frozenset()
