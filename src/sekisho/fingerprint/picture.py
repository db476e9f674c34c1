"""One file of a picture -> what is compared: SHA-256, and PDQ of every frame in all orientations."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sekisho.fingerprint.pdq import pdq, pdq_dihedral
from sekisho.fingerprint.working import working_picture
from sekisho.media import CannotDecode, Limits, frames, sniff
from sekisho.media.sniff import HEAD
from sekisho.model import Fingerprint, Unfingerprintable, Unreadable

__all__ = ["Look", "fingerprint", "look"]

WORKING_FRAMES = 4
"""Of an animation, parts of works are looked for in as many frames; all of them are compared whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What looking at one file gave.

    Attributes:
        media_type: by the first bytes; empty if they say nothing.
        fingerprint: always with SHA-256; with PDQ if the picture was decoded.
        problem: why it could not be decoded; such a file is never allowed.
        hashes: (frames, orientations, 32) uint8, orientations 1 or 8 in the order of `DIHEDRAL`.
        working: the working pictures of the first `WORKING_FRAMES` frames, (h, w, 3) uint8; empty if
            they were not asked for.
    """

    media_type: str
    fingerprint: Fingerprint
    problem: Unfingerprintable | None
    hashes: NDArray[np.uint8] | None
    working: tuple[NDArray[np.uint8], ...] = ()


def look(
    data: bytes | memoryview,
    *,
    limits: Limits,
    decode: bool = True,
    turned: bool = True,
    working: bool = False,
) -> Look:
    """Look at one file; never raises for what is in it.

    Args:
        data: the whole file.
        limits: what may be decoded.
        decode: False for depth `exact`: only the SHA-256 is made of what is media at all.
        turned: make the seven other orientations too (about 20 us).
        working: keep the working pictures: parts of works are to be found in them.
    """
    digest = hashlib.sha256(data).digest()
    media_type = sniff(data[:HEAD]) or ""
    bare = Fingerprint(sha256=digest)
    if not media_type:
        nothing = Unfingerprintable(reason=Unreadable.UNRECOGNIZED_FORMAT if len(data) else Unreadable.EMPTY)
        return Look(media_type="", fingerprint=bare, problem=nothing, hashes=None)
    if not decode:
        return Look(media_type=media_type, fingerprint=bare, problem=None, hashes=None)
    hashes: list[NDArray[np.uint8]] = []
    qualities: list[int] = []
    kept: list[NDArray[np.uint8]] = []
    try:
        for frame in frames(data, media_type, limits):
            if turned:
                rows, quality = pdq_dihedral(frame)
            else:
                one, quality = pdq(frame)
                rows = np.frombuffer(one, np.uint8).reshape(1, 32)
            hashes.append(rows)
            qualities.append(quality)
            if working and len(kept) < WORKING_FRAMES:
                kept.append(working_picture(frame))
    except CannotDecode as error:
        return Look(media_type=media_type, fingerprint=bare, problem=error.problem, hashes=None)
    upright = [rows[0].tobytes() for rows in hashes]
    print_ = Fingerprint(
        sha256=digest,
        pdq=upright[0],
        quality=qualities[0],
        more=tuple(zip(upright[1:], qualities[1:], strict=True)),
        turned=tuple(rows[1:].tobytes() for rows in hashes) if turned else (),
    )
    return Look(
        media_type=media_type,
        fingerprint=print_,
        problem=None,
        hashes=np.stack(hashes),
        working=tuple(kept),
    )


def fingerprint(data: bytes | memoryview, media_type: str, limits: Limits) -> Fingerprint | Unfingerprintable:
    """Fingerprint one file for registration, or say why that is not possible.

    Args:
        data: the whole file.
        media_type: what `media.sniff` said of it.
        limits: what may be decoded.
    """
    if not media_type:
        return Unfingerprintable(reason=Unreadable.UNRECOGNIZED_FORMAT)
    seen = look(data, limits=limits, turned=False)
    return seen.problem or seen.fingerprint
