"""What is looked at, what is found, and what is decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sekisho.model.claims import FalseMatch
from sekisho.model.signal import Signal, SignalRules, SignalUse, Stance
from sekisho.model.told import Asked, Told
from sekisho.model.words import (
    MAX_QUALITY,
    MAX_RADIUS,
    MIN_QUALITY,
    PDQ_BYTES,
    SHA256_BYTES,
    TURNED_BYTES,
    Depth,
    Edit,
    EntryId,
    GrantId,
    KeyId,
    Kind,
    Method,
    Outcome,
    Permission,
    PersonalAction,
    PersonalType,
    Purpose,
    TextForm,
    Trust,
    Unreadable,
    require,
)

__all__ = [
    "Decision",
    "FilmRules",
    "Finding",
    "Fingerprint",
    "Item",
    "LocalRules",
    "ModelRules",
    "Personal",
    "Policy",
    "TextRules",
    "TextSource",
    "Unfingerprintable",
    "Use",
]

MAX_SCORE = 100
MIN_SEEDS = 2
PER_CENT = 100
PER_MILLE = 1000
MIN_VOTES, MAX_VOTES = 4, 100
MAX_NEAR = 90
MAX_PER_DECADE = 10
MAX_FALSE_ALARMS = 100
MAX_CANDIDATES = 20
MIN_INTERVAL, MAX_INTERVAL = 40, 10_000


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
        times: of a film, when each of its frames is shown, in milliseconds; empty for a picture.
        duration: of a film, in milliseconds.
    """

    sha256: bytes
    pdq: bytes | None = None
    quality: int | None = None
    more: tuple[tuple[bytes, int], ...] = ()
    turned: tuple[bytes, ...] = ()
    times: tuple[int, ...] = ()
    duration: int = 0

    def __post_init__(self) -> None:
        require(len(self.sha256) == SHA256_BYTES, "sha256 must have 32 bytes")
        if self.pdq is None and self.quality is None and not self.more and not self.turned:
            return
        require(self.pdq is None or len(self.pdq) == PDQ_BYTES, "pdq must have 32 bytes")
        require((self.pdq is None) == (self.quality is None), "pdq and quality go together")
        require(self.quality is None or 0 <= self.quality <= MAX_QUALITY, "quality is 0-100")
        require(len(self.turned) in {0, 1 + len(self.more)}, "turned PDQs are there for all frames or none")
        require(all(len(t) == TURNED_BYTES for t in self.turned), "turned PDQs have 224 bytes a frame")
        require(len(self.times) in {0, 1 + len(self.more)}, "a film has a time for each frame")


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """Who wants to do what, where and when. Nothing in a decision depends on anything else."""

    operator: KeyId
    purpose: Purpose
    territory: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSource:
    """How a dataset's reader says that an item is text, and how its bytes are to be read.

    Attributes:
        charset: as declared beside the bytes (HTTP header); empty: by a byte order mark, a declaration
            within, or detection.
        fields: of JSON, the names of the fields to read; empty: every string in it.
        asked: of JSON, what its members are still to be asked about the item itself.
    """

    form: TextForm
    charset: str = ""
    fields: tuple[str, ...] = ()
    asked: Asked = Asked.NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One media member of a dataset, by its canonical name, with its bytes or why there are none.

    `data` is None exactly when `problem` says why. `named_as_media` tells whether the name alone
    (a known extension) says that this is media, so that garbage under such a name is an error.
    `text` is None for what is looked at as a picture; `told` is what came with it besides its bytes.
    """

    name: str
    data: bytes | memoryview | None
    problem: Unfingerprintable | None = None
    named_as_media: bool = False
    text: TextSource | None = None
    told: Told | None = None

    def __post_init__(self) -> None:
        require((self.data is None) != (self.problem is None), "an item has bytes, or a reason why not")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One match of an item with an entry, and what the registry permits.

    Of a registered photo of a person it says only that: kind `likeness`, method `protected`, no entry, no
    distance, no detail, and the same trust whoever registered it.

    Attributes:
        distance, threshold: bits (0-256) for PDQ; 0 and 0 for everything else.
            Of a part of a picture `detail` has `band`, `inliers`, `region` and `in_work` ("x0,y0,x1,y1",
            per mille of width and height), of an embedding `band` and `similarity` per mille, of a film
            `band`, `of_item` and `of_work` (per cent of frames), `spans` ("12000-22000=340000-350000,...":
            milliseconds of the item = of the work).
        grant: the grant that cleared it, or the one that came nearest (expired, out of scope).
        detail: small facts for `explain`, such as orientation and frame; of a text `field`, `spans`
            ("12-40,99-130": half-open code points of the field as stored), `grade`, `units` (folded
            units matched), `coverage` (of the item) and `containment` (of the work), per mille.
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
class Personal:
    """A span of an item that is personal information. It holds neither the value nor a hash of it.

    Attributes:
        field: JSON Pointer into the item (RFC 6901), or the member of a book; empty: the item itself.
        start, end: half-open, code points of the field as stored.
        score: 0-100.
        rule: which rule found it.
    """

    field: str
    start: int
    end: int
    type: PersonalType
    score: int
    rule: str
    action: PersonalAction

    def __post_init__(self) -> None:
        require(0 <= self.start < self.end, "a span is not empty")
        require(0 <= self.score <= MAX_SCORE, "a score is 0-100")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRules:
    """What of a policy is about text; recall and false alarms of the defaults: docs/reference/policies.md.

    Attributes:
        min_seeds, span_cjk, span_latin: an excerpt is that many chained seeds over that many units.
        near_copy, near_copy_shared: per mille of a work's passages, and at least that many of them.
        copy_coverage: per cent of the item, or of one field of it, from which an excerpt is a copy.
        copy_span_cjk, copy_span_latin: and at least that many folded units.
        copy_containment, copy_units: per mille of the work and folded units, the other way to a copy.
        whole_coverage: per cent of the item from which quotation marks do not make it a quotation.
        excerpt: an excerpt that is no copy: review, allow, or cut (review until it is cut).
        quotation: what the text shows to be quoted.
        line: a short work that is there as a whole line; at most review.
        name: a registered name in a prompt for pictures or video; at most review.
        personal: redact (review until it is redacted), review or ignore.
        personal_score: what is less sure to be personal information, of 100, is ignored.
    """

    min_seeds: int = 2
    span_cjk: int = 24
    span_latin: int = 45
    near_copy: int = 20
    near_copy_shared: int = 20
    copy_coverage: int = 45
    copy_span_cjk: int = 60
    copy_span_latin: int = 150
    copy_containment: int = 200
    copy_units: int = 400
    whole_coverage: int = 90
    excerpt: Outcome | Edit = Outcome.REVIEW
    quotation: Outcome = Outcome.REVIEW
    line: Outcome = Outcome.REVIEW
    name: Outcome = Outcome.REVIEW
    personal: PersonalAction | None = PersonalAction.REDACT
    personal_score: int = 50

    def __post_init__(self) -> None:
        require(self.min_seeds >= MIN_SEEDS, "a single seed is never an alarm: min_seeds is 2 or more")
        for key in ("copy_coverage", "whole_coverage"):
            require(0 <= getattr(self, key) <= PER_CENT, f"{key} is 0-100 per cent")
        require(0 <= self.personal_score <= MAX_SCORE, "personal_score is 0-100")
        for key in ("near_copy", "copy_containment"):
            require(0 <= getattr(self, key) <= PER_MILLE, f"{key} is 0-1000 per mille")
        require(self.excerpt is not Edit.REDACT, "an excerpt is cut, not redacted")
        mild = (self.line, self.name, self.quotation)
        require(Outcome.BLOCK not in mild, "a line, a name and a quotation never block")
        require(self.excerpt is not Outcome.BLOCK, "the length of an excerpt alone never blocks")


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalRules:
    """What of a policy is about parts of pictures; recall and false alarms: docs/reference/policies.md.

    Attributes:
        votes: of local features, below which a work is not verified; 4 or more.
        inliers_block: features that agree on one place, from which a work is in the picture.
        inliers_review: from which somebody has to look.
        near: bits of PDQ within which a picture resembles a work as a whole; then less is needed:
        near_inliers_block, near_inliers_review: for such a picture.
        inliers_per_decade: how many more are needed for each ten times as many registered pictures above
            `LOCAL_PICTURES`: the more there are, the more agree by chance.
        least_of_work, least_of_item: per mille of the area; where the features that agree span less of
            both, it is a small part that others may have too, and somebody has to look.
    """

    votes: int = 4
    inliers_block: int = 13
    inliers_review: int = 11
    near: int = 64
    near_inliers_block: int = 8
    near_inliers_review: int = 6
    inliers_per_decade: int = 1
    least_of_work: int = 100
    least_of_item: int = 150

    def __post_init__(self) -> None:
        require(MIN_VOTES <= self.votes <= MAX_VOTES, f"votes is {MIN_VOTES}-{MAX_VOTES}")
        require(MIN_VOTES <= self.inliers_review <= self.inliers_block, "inliers_review <= inliers_block")
        require(MIN_VOTES <= self.near_inliers_review <= self.near_inliers_block, "near_inliers_* likewise")
        require(0 <= self.near <= MAX_NEAR, f"near is 0-{MAX_NEAR} bits")
        for key in ("least_of_work", "least_of_item"):
            require(0 <= getattr(self, key) <= PER_MILLE, f"{key} is 0-1000 per mille")
        require(0 <= self.inliers_per_decade <= MAX_PER_DECADE, f"inliers_per_decade is 0-{MAX_PER_DECADE}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRules:
    """What of a policy is about embeddings.

    Attributes:
        false_alarms: of unrelated pictures, per million comparisons, that similarity alone may block;
            the encoder's calibration says which similarity that is, at the size of the registry.
        candidates: works that are verified by local features, the most similar ones.
    """

    false_alarms: int = 1
    candidates: int = 3

    def __post_init__(self) -> None:
        require(0 <= self.false_alarms <= MAX_FALSE_ALARMS, f"false_alarms is 0-{MAX_FALSE_ALARMS}")
        require(0 <= self.candidates <= MAX_CANDIDATES, f"candidates is 0-{MAX_CANDIDATES}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmRules:
    """What of a policy is about films and animations.

    Attributes:
        frame_interval: milliseconds between the frames that are compared.
        min_frames: in step with one another, fewer are no finding of a film.
        copy_of_item, copy_of_work: per cent of the item's, of the work's frames, from which it is a copy.
        clip: a part of a work in a longer film: review, or block.
    """

    frame_interval: int = 500
    min_frames: int = 3
    copy_of_item: int = 80
    copy_of_work: int = 50
    clip: Outcome = Outcome.REVIEW

    def __post_init__(self) -> None:
        require(MIN_INTERVAL <= self.frame_interval <= MAX_INTERVAL, "frame_interval is 40-10000 ms")
        require(self.min_frames >= MIN_SEEDS, "a single frame is a picture: min_frames is 2 or more")
        for key in ("copy_of_item", "copy_of_work"):
            require(0 < getattr(self, key) <= PER_CENT, f"{key} is 1-100 per cent")
        require(self.clip is not Outcome.ALLOW, "what is found of a work is not allowed unseen")


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
        text, local, model, film, signals: what is about text, parts of pictures, embeddings, films, and
            what rights holders say in forms that machines read.
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
    text: TextRules = field(default_factory=TextRules)
    local: LocalRules = field(default_factory=LocalRules)
    model: ModelRules = field(default_factory=ModelRules)
    film: FilmRules = field(default_factory=FilmRules)
    signals: SignalRules = field(default_factory=SignalRules)
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

    Attributes:
        personal: spans of personal information; they are kept apart from the decision.
        edits: after these the item would pass; empty if nothing or something else holds it.
        undecodable: bytes of a text that are none in its charset; they were read as U+FFFD.
        signals: what holders said about it in forms that machines read, also what does not count.
        stances: what the signals come to for each use; empty if there are none.
    """

    item: str
    media_type: str
    bytes: int
    fingerprint: Fingerprint | None
    outcome: Outcome
    reason: str
    findings: tuple[Finding, ...] = ()
    unreadable: Unfingerprintable | None = None
    personal: tuple[Personal, ...] = ()
    edits: tuple[Edit, ...] = ()
    undecodable: int = 0
    signals: tuple[Signal, ...] = ()
    stances: Mapping[SignalUse, Stance] = field(default_factory=dict)
    snapshot: str
    policy: str
