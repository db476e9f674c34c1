"""Choose which pages are registered: none that would match a book that its holder has not made."""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from sekisho.codec import PASSAGES_PROFILE, decode_packed, decode_packed_traits
from sekisho.model import Print
from sekisho.registry.fingerprinted import Made, PageMade
from sekisho.registry.shared import shared_pages

__all__ = ["Fate", "Placed", "Selection", "prints_of", "select"]

_MAX_NAME = 2000
"""Characters, as `codec` allows for a name in prints.jsonl."""


class Fate(StrEnum):
    """What becomes of a page."""

    KEPT = "kept"
    BLANK = "blank or of too little detail"
    PROSE = "text only, near the end"
    SHARED = "also in other volumes, or repeated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A file with its place in the registration.

    Attributes:
        name: as it will stand in prints.jsonl; of a volume, without a `#`.
        volume: which volume its pages belong to, from 1; 0 for a picture that is an entry of its own.
        at: how a page is located: `{}` is the page's number. Empty for an entry of its own.
        first: what is added to the page's number; a picture of a folder is one page of it.
    """

    name: str
    made: Made
    volume: int
    at: str = ""
    first: int = 0


class Selection:
    """The fate of every page, in the order in which the files are given."""

    def __init__(self, *, keep_all: bool, shared: NDArray[np.bool_] | None = None) -> None:
        """Start with the first page; `shared` has one place for each frame that was asked about."""
        self._keep_all, self._shared, self._next = keep_all, shared, 0

    def fate(self, placed: Placed, page: PageMade) -> Fate:
        """Return what becomes of the next page."""
        if page.panel and not page.good:
            return Fate.BLANK
        if not placed.volume:
            return Fate.KEPT
        shared = False
        if _asked(placed, page) and self._shared is not None:
            end = self._next + len(page.good)
            shared = bool(self._shared[self._next : end].any())
            self._next = end
        if self._keep_all or page.text is not None or page.film:
            return Fate.KEPT
        if not page.good:
            return Fate.BLANK
        if page.prose:
            return Fate.PROSE
        return Fate.SHARED if shared else Fate.KEPT


def _asked(placed: Placed, page: PageMade) -> bool:
    return placed.volume > 0 and not page.prose and bool(page.good)


def select(files: Iterable[Placed], *, keep_all: bool) -> Selection:
    """Look at all pages together and return the fate of each.

    Args:
        files: all of them; only 40 bytes of each page are kept in memory.
        keep_all: register every page, whatever it matches.
    """
    if keep_all:
        return Selection(keep_all=True)
    hashes, volumes = bytearray(), array("q")
    for placed in files:
        for page in placed.made.pages:
            if _asked(placed, page):
                for pdq, _ in page.good:
                    hashes += pdq
                    volumes.append(placed.volume)
    return Selection(keep_all=False, shared=shared_pages(bytes(hashes), volumes))


def prints_of(placed: Placed, page: PageMade) -> Iterator[Print]:
    """Yield the prints of one page: one for each frame with enough detail, else one with the SHA-256 alone.

    Frames of low detail are left out: their PDQ would match unrelated pictures. A text or film has one
    print. What else is compared of a picture goes with its first print.
    """
    alone = placed.name.replace("#", "_") if placed.made.panels else placed.name
    name = (f"{placed.name}#{page.name}" if placed.made.volume else alone)[:_MAX_NAME]
    at = _locator(placed, page)
    traits = decode_packed_traits(page.traits) if page.traits else None
    if page.text is not None:
        passages = decode_packed(page.text.passages)
        yield Print(sha256=page.sha256, passages=passages, decode_profile=PASSAGES_PROFILE, name=name, at=at)
        return
    for number, (pdq, quality) in enumerate(page.good):
        first = traits if number == 0 else None
        yield Print(sha256=page.sha256, pdq=pdq, quality=quality, name=name, at=at, traits=first)
    if not page.good:
        low = None if page.film else page.hashes[0][1]
        yield Print(sha256=page.sha256, quality=low, name=name, at=at, traits=traits)


def _locator(placed: Placed, page: PageMade) -> str:
    """Return where a page stands, and a panel on it; a picture with panels is page 1 of its entry."""
    alone = "1" if placed.made.panels else ""
    at = placed.at.format(placed.first + page.number) if placed.at else alone
    return f"{at}/{page.panel}" if page.panel else at
