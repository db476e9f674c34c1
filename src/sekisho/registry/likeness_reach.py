"""How much of what is others' a registration of photos holds back. Pure.

Nobody verifies a photo: whoever registers a famous portrait, a sign or another's drawing as a person holds
back everybody's copies of it. What is common content of the registry is refused. Of the rest the desk sees
which registrations without a verified relation meet works and pictures that show nobody, the most first,
and erases them (`sekisho erase --reason-code false-registration`). All of it in eight orientations: a
mirrored portrait holds back the upright one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from sekisho.errors import RefusedError
from sekisho.model import PDQ_BYTES, Common, EntryId, KeyId, Root, State, Trust
from sekisho.model.likeness import Likeness, StatedLikeness
from sekisho.registry.likeness import standing
from sekisho.registry.nearness import searcher

__all__ = ["Reach", "Turned", "reaches", "refuse_common_photos"]

Turned = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]
"""(n, 32) PDQs -> (n, 7, 32), the turned ones as near as their bits tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What an unverified registration meets; only the desk is shown it.

    Attributes:
        photos: how many it has.
        works: registered pictures that one of them is within 31 bits of.
        background: pictures that show nobody; None if there were none to compare with.
    """

    entry: EntryId
    holder: KeyId
    photos: int
    works: int
    background: int | None


def _hashes(pdqs: Sequence[bytes]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(pdqs), np.uint8).reshape(-1, PDQ_BYTES)


def _bits(hashes: NDArray[np.uint8]) -> NDArray[np.uint64]:
    return np.ascontiguousarray(hashes).view("<u8").reshape(-1, 4).astype(np.uint64, copy=False)


def _met(likeness: Likeness, rows: NDArray[np.uint64], turned: Turned) -> NDArray[np.int64]:
    """Return the numbers of the rows that a photo is near, each once."""
    upright = _hashes([p.pdq for p in likeness.prints])
    asked = _bits(np.concatenate([upright[:, None], turned(upright)], axis=1))
    return np.unique(searcher(rows, len(asked))(asked)[1]) if len(rows) else np.empty(0, np.int64)


def refuse_common_photos(likeness: Likeness, listed: Sequence[Common], turned: Turned) -> None:
    """Refuse photos that are, or are near to, what is nobody's alone.

    Args:
        likeness: of somebody who registers.
        listed: the registry's common content.
        turned: makes turned hashes.

    Raises:
        RefusedError: one is; of a work only the same picture is refused, but a work holds back nothing alone.
    """
    files = {c.print.sha256 for c in listed if c.print.sha256 is not None}
    rows = _bits(_hashes([c.print.pdq for c in listed if c.print.pdq is not None]))
    if not files.isdisjoint(p.sha256 for p in likeness.prints) or len(_met(likeness, rows, turned)):
        raise RefusedError(
            "one of the photos is common content of this registry, or near to it",
            hint="register photos of the person alone; if it is one, ask the desk",
        )


def reaches(
    stated: Iterable[StatedLikeness],
    root: Root,
    on: date,
    *,
    works: Sequence[bytes],
    background: Sequence[Sequence[bytes]] | None,
    turned: Turned,
) -> tuple[Reach, ...]:
    """Return what each unverified registration meets, the one that meets most first.

    Args:
        stated: every registration.
        root: says who verifies.
        on: today.
        works: PDQs of registered works.
        background: PDQs of each picture that shows nobody.
        turned: makes turned hashes.
    """
    shown = () if background is None else background
    rows, scenes = _bits(_hashes(works)), _bits(_hashes([pdq for some in shown for pdq in some]))
    of = np.repeat(np.arange(len(shown)), [len(some) for some in shown])
    found = []
    for one in stated:
        stands = standing(one, root, on)
        if stands.state is State.ACTIVE and stands.trust is Trust.DECLARED:
            made = one.likeness
            scene = len(np.unique(of[_met(made, scenes, turned)]))
            found.append(
                Reach(
                    entry=made.id,
                    holder=made.holder,
                    photos=len(made.prints),
                    works=len(_met(made, rows, turned)),
                    background=None if background is None else scene,
                )
            )
    return tuple(sorted(found, key=lambda r: (-(r.background or 0), -r.works, -r.photos, r.entry)))
