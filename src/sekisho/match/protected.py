"""Looks x the section about persons and listed files -> yes or no.

How near something came, which row it met, in which frame and how turned: none of it leaves this module, so
that nothing that is written later can hold it.

No policy changes how far is looked: whoever writes one would else decide alone whom it protects. All eight
orientations are compared within 31 bits, not within the smaller radius that is enough for works: there are no
local features of a person that would find the rest. Of 120 turned and 120 mirrored drawings that is 93 and 96
per cent instead of 83 and 87 (docs/reference/policies.md).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sekisho.fingerprint import Look
from sekisho.match.exact import find_exact
from sekisho.match.hamming import HashIndex, search
from sekisho.match.pictures import queried
from sekisho.model import MAX_RADIUS, MIN_QUALITY, Policy
from sekisho.snapshot.protected import Protected

__all__ = ["are_listed", "is_listed_file", "listed_frame", "show_persons"]


def is_listed_file(sha256: bytes, protected: Protected) -> bool:
    """Tell whether a file is listed, by its bytes alone: nothing has to be decoded for it."""
    return bool(find_exact(protected.files, [sha256])[0] >= 0)


def _unchanged(policy: Policy) -> Policy:
    """Return a policy that looks as far as can be; `cli.audit` refuses one without turned pictures."""
    rotations = None if policy.rotations is None else MAX_RADIUS
    return replace(policy, radius=MAX_RADIUS, rotations=rotations, min_quality=MIN_QUALITY)


def _meets(rows: NDArray[np.uint8], quality: int, pictures: HashIndex, policy: Policy) -> bool:
    if quality < policy.min_quality:
        return False
    asked = rows if policy.rotations is not None else rows[:1]
    return bool(len(search(pictures, np.ascontiguousarray(asked).view("<u8"), policy.radius)[0]))


def listed_frame(
    protected: Protected | None, policy: Policy
) -> Callable[[NDArray[np.uint8], int], bool] | None:
    """Return what tells of one frame whether it is listed; None if there is nothing to compare.

    It takes the hashes of a frame, (orientations, 32) uint8, and its quality.
    """
    if protected is None or not len(protected.pictures[0]):
        return None
    return partial(_meets, pictures=protected.pictures, policy=_unchanged(policy))


def are_listed(looks: Sequence[Look], protected: Protected, policy: Policy) -> list[bool]:
    """Tell of each item whether its file or one of its frames is listed."""
    listed = find_exact(protected.files, [seen.fingerprint.sha256 for seen in looks]) >= 0
    return [bool(one) for one in listed | _any_frame(looks, protected.pictures, policy)]


def show_persons(looks: Sequence[Look], protected: Protected, policy: Policy) -> list[bool]:
    """Tell of each item whether one of its frames is, in some orientation, a registered photo of a person."""
    return [bool(one) for one in _any_frame(looks, protected.likeness, policy)]


def _any_frame(looks: Sequence[Look], index: HashIndex, policy: Policy) -> NDArray[np.bool_]:
    met = np.zeros(len(looks), np.bool_)
    for queries, origin, radius in queried(looks, _unchanged(policy)) if len(index[0]) else ():
        met[origin[search(index, queries, radius)[0], 0]] = True
    return met
