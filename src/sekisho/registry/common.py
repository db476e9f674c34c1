"""Common content: pictures that are nobody's alone (signs, stock pictures, works in the public domain).

The list is made by the registry's vouchers and is not published. A registration that has such a picture is
refused: it would hold back what everybody may use. One that only resembles it, or has a part of it, is
kept, and its holder is told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

import numpy as np
from numpy.typing import NDArray

from sekisho.codec import decode_common, read_traits
from sekisho.errors import RefusedError
from sekisho.model import Common, LocalRules, Print, Traits
from sekisho.registry.examined import Examined
from sekisho.registry.nearness import searcher
from sekisho.registry.rules import Shelf, revoked
from sekisho.signing import COMMON, REGISTRATION, TRAITS, read_payload

if TYPE_CHECKING:
    # Compiled code takes half a second to load, and most batches hold no local features.
    from sekisho.fingerprint.local import Features

__all__ = ["MOST_COMPARED", "SAME", "Commons", "Resembles", "common_content", "met"]

SAME = 10
"""Bits of PDQ within which two files show one picture: implementations of PDQ itself differ by as much."""
MOST_COMPARED = 20_000
"""Pairs of pictures whose local features are compared in one batch, about a millisecond each."""
_INLIERS = LocalRules().inliers_block


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Resembles:
    """Common content that a new entry has a part of, or is near to.

    Attributes:
        inliers: local features that agree; 0: they were near by PDQ.
        at: where in the entry, empty if it has one picture.
    """

    id: str
    title: str
    at: str
    inliers: int = 0


def common_content(shelf: Shelf, today: date) -> tuple[Common, ...]:
    """Return the list as it stands on a day, sorted by id."""
    stated = (decode_common(read_payload(e, COMMON)) for e in shelf.find(COMMON, ""))
    return tuple(sorted((c for c in stated if not revoked(c.id, c.by, shelf, today)), key=lambda c: c.id))


def met(item: "Features", work: "Features") -> int:
    """Return how many local features of two pictures agree on one place; 0: they have no part in common."""
    from sekisho.match.local_geometry import place  # noqa: PLC0415 - compiled code

    return place(item.descriptors, item.places, work.descriptors, _packed(work)).inliers


def _packed(work: "Features") -> NDArray[np.uint8]:
    """Return places as an edition holds them: (n, 6) uint8."""
    packed = np.empty((len(work.places), 6), np.uint8)
    packed[:, :4] = np.ascontiguousarray(work.places[:, :2].astype("<u2")).view(np.uint8)
    packed[:, 4:] = work.places[:, 2:]
    return packed


def _bits(pdqs: Sequence[bytes]) -> NDArray[np.uint64]:
    return np.frombuffer(b"".join(pdqs), "<u8").reshape(-1, 4).astype(np.uint64, copy=False)


@dataclass(kw_only=True)
class Commons:
    """The list of common content, asked about the registrations of one batch.

    Attributes:
        arriving: statements of traits in the batch, by id.
        found: of each registration what it resembles.
    """

    shelf: Shelf
    today: date
    arriving: dict[str, Examined] = field(default_factory=dict)
    found: dict[str, tuple[Resembles, ...]] = field(default_factory=dict)
    _left: int = MOST_COMPARED

    @classmethod
    def of_batch(cls, shelf: Shelf, statements: Iterable[Examined], *, today: date) -> "Commons":
        """Return the list for a batch; it is read when the first registration comes."""
        arriving = {s.id: s for s in statements if s.type == TRAITS}
        return cls(shelf=shelf, today=today, arriving=arriving)

    @cached_property
    def listed(self) -> tuple[Common, ...]:
        """The list."""
        return common_content(self.shelf, self.today)

    @cached_property
    def _files(self) -> dict[bytes, Common]:
        return {c.print.sha256: c for c in self.listed if c.print.sha256 is not None}

    @cached_property
    def _hashed(self) -> tuple[NDArray[np.uint64], tuple[Common, ...]]:
        with_pdq = tuple(c for c in self.listed if c.print.pdq is not None)
        return _bits([c.print.pdq for c in with_pdq if c.print.pdq is not None]), with_pdq

    @cached_property
    def _drawn(self) -> "tuple[tuple[Features, Common], ...]":
        from sekisho.fingerprint.local import features_of  # noqa: PLC0415 - compiled code

        traits = ((c.print.traits, c) for c in self.listed)
        return tuple(
            (features_of(t.local), c) for t, c in traits if isinstance(t, Traits) and t.local is not None
        )

    def check(self, statement: Examined) -> None:
        """Compare a registration with the list, and remember what it resembles.

        Raises:
            RefusedError: it has a picture of the list.
        """
        if statement.type != REGISTRATION or not self.listed:
            return
        found = {**self._near(statement.prints), **self._parts(statement.prints)}
        self.found[statement.id] = tuple(sorted(found.values()))

    def _near(self, prints: Sequence[Print]) -> dict[tuple[str, str], Resembles]:
        for p in prints:
            if p.sha256 is not None and p.sha256 in self._files:
                _refuse(self._files[p.sha256], p)
        rows, listed = self._hashed
        asked = [p for p in prints if p.pdq is not None]
        if not len(rows) or not asked:
            return {}
        query, hit, distance = searcher(rows, len(asked))(_bits([p.pdq for p in asked if p.pdq is not None]))
        found = {}
        for q, h, bits in zip(query.tolist(), hit.tolist(), distance.tolist(), strict=True):
            common, p = listed[h], asked[q]
            if bits <= SAME:
                _refuse(common, p)
            found[common.id, p.at] = Resembles(id=common.id, title=common.title, at=p.at)
        return found

    def _parts(self, prints: Sequence[Print]) -> dict[tuple[str, str], Resembles]:
        found: dict[tuple[str, str], Resembles] = {}
        for p in prints if self._drawn else ():
            features = self._features(p)
            if features is None or self._left < len(self._drawn):
                continue
            self._left -= len(self._drawn)
            for work, common in self._drawn:
                inliers = met(features, work)
                if inliers >= _INLIERS:
                    made = Resembles(id=common.id, title=common.title, at=p.at, inliers=inliers)
                    found[common.id, p.at] = made
        return found

    def _features(self, p: Print) -> "Features | None":
        statement = self.arriving.get(p.traits) if isinstance(p.traits, str) else None
        if statement is None:
            return None
        from sekisho.fingerprint.local import features_of  # noqa: PLC0415 - compiled code

        _, traits = read_traits(read_payload(statement.envelope, TRAITS))
        return None if traits.local is None else features_of(traits.local)


def _refuse(common: Common, p: Print) -> NoReturn:
    where = f"its picture {p.at}" if p.at else "its picture"
    raise RefusedError(
        f"{where} is common content of this registry: {common.title!r} ({common.id})",
        hint="leave it out and register the others; if it is yours, ask a voucher of the registry",
    )
