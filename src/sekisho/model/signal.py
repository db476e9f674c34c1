"""Rights signals: what a rights holder has said in a form that machines read, and what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sekisho.model.words import Outcome, require

__all__ = ["MAX_RAW", "AsOf", "Signal", "SignalFamily", "SignalRules", "SignalUse", "Stance"]

MAX_RAW = 1024
"""Bytes of UTF-8 that are kept of a signal as it was written."""


class SignalFamily(StrEnum):
    """In which language a signal is written; the order is that of reports."""

    ROBOTS = "robots"
    AIPREF = "aipref"
    CONTENT_SIGNAL = "content_signal"
    TDMREP = "tdmrep"
    X_ROBOTS = "x_robots"
    META_ROBOTS = "meta_robots"
    AI_TXT = "ai_txt"
    RSL = "rsl"
    C2PA = "c2pa"
    CAWG = "cawg"
    PLUS = "plus"
    LICENCE = "licence"
    RIGHTS = "rights"
    """A claim of rights (EXIF Copyright, dc:rights): evidence, never a permission nor an objection."""
    SOURCE_TYPE = "source_type"
    """That a trained model has made the item: it says nothing about rights, so it is no coverage."""


class SignalUse(StrEnum):
    """What a signal speaks about."""

    TDM = "tdm"
    TRAIN_OTHER = "train_other"
    """Training of models that generate nothing."""
    TRAIN_GENERATIVE = "train_generative"
    INPUT = "input"
    """Content given to a model at run time (retrieval, grounding)."""
    SEARCH = "search"


class Stance(StrEnum):
    """What a signal says about one use. `ERROR` is neither leave nor refusal: it could not be read."""

    DISALLOW = "disallow"
    ALLOW = "allow"
    UNKNOWN = "unknown"
    ERROR = "error"


class AsOf(StrEnum):
    """Whose word holds if a file was read several times: the crawl's, or the newest."""

    CRAWL = "crawl"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalRules:
    """What of a policy is about rights signals.

    Attributes:
        objection: what follows if the holder objects to the purpose; a confirmed holder's grant goes before.
        objection_error: what follows if it can not be read whether somebody objects; never allow.
        as_of: which copies of a site's files count.
    """

    objection: Outcome = Outcome.BLOCK
    objection_error: Outcome = Outcome.REVIEW
    as_of: AsOf = AsOf.AUDIT

    def __post_init__(self) -> None:
        require(self.objection_error is not Outcome.ALLOW, "what can not be read is never allowed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One thing that was said about one item, with where it stood.

    Attributes:
        place: `embedded`, the name of a column or header, or the URL of the file that it comes from.
        raw: the words themselves, at most 1,024 bytes of UTF-8, cut at a letter.
        stances: what it says about each use; a use that is not there was not spoken of.
        agent: the product token or token class that it names; empty: everybody.
        note: a condition or an address (`server=...`, a policy's URL, `constrained`), in its own words.
        captured: when the source was read by whoever brought it; None: nobody knows.
        source: SHA-256 of the document that it stands in, lower-case hex; empty for the item's own bytes.
    """

    family: SignalFamily
    place: str
    raw: str
    stances: Mapping[SignalUse, Stance]
    agent: str = ""
    note: str = ""
    captured: datetime | None = None
    source: str = ""

    def __post_init__(self) -> None:
        require(len(self.raw.encode("utf-8", "surrogatepass")) <= MAX_RAW, "raw has at most 1,024 bytes")
        require(self.captured is None or self.captured.tzinfo is not None, "captured is aware")
