"""One picture, animation or film -> what is compared: SHA-256, and PDQ of its frames in all orientations."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from sekisho.fingerprint.film import REGISTERED_INTERVAL, FilmHashes, Stop, Stopped, film_hashes
from sekisho.fingerprint.pdq import pdq, pdq_dihedral
from sekisho.fingerprint.working import Working, working_pictures
from sekisho.media import CannotDecode, Limits, frames, sniff
from sekisho.media.sniff import FILMS, HEAD
from sekisho.model import Fingerprint, Unfingerprintable, Unreadable

__all__ = ["Look", "fingerprint", "look"]

STRETCHED_FRAMES = 4
"""Of so many frames the stretches are looked at too, if they are long strips; of all of them the whole."""

SHORTEST, UNSTATED = 10, 100
"""Milliseconds: what says the first or less is shown for the second, as browsers do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What looking at one file gave.

    Attributes:
        media_type: by the first bytes; empty if they say nothing.
        fingerprint: always with SHA-256; with PDQ if the picture was decoded.
        problem: why it could not be decoded; such a file is never allowed.
        hashes: (frames, orientations, 32) uint8, orientations 1 or 8 in the order of `DIHEDRAL`.
        working: the working pictures of all frames that differ from the one before; empty if they were not
            asked for.
    """

    media_type: str
    fingerprint: Fingerprint
    problem: Unfingerprintable | None
    hashes: NDArray[np.uint8] | None
    working: tuple[Working, ...] = ()

    @property
    def is_film(self) -> bool:
        """Tell whether it is a film; an animation is a picture with several frames."""
        return self.media_type in FILMS


def look(  # noqa: PLR0913 - what may be left out of a look
    data: bytes | memoryview,
    *,
    limits: Limits,
    decode: bool = True,
    turned: bool = True,
    working: bool = False,
    interval: int = REGISTERED_INTERVAL,
    sha256: bytes | None = None,
    stop: Stop | None = None,
) -> Look:
    """Look at one file; never raises for what is in it, but where `stop` says so.

    Args:
        data: the whole file.
        limits: what may be decoded.
        decode: False for depth `exact`: only the SHA-256 is made of what is media at all.
        turned: make the seven other orientations too (about 20 us).
        working: keep the working pictures: parts of works are to be found in them; not of films.
        interval: milliseconds between the frames of a film that are compared.
        sha256: of the file, if somebody has it already.
        stop: tells of each frame whether to end there, before anything else is made of it.

    Raises:
        Stopped: by `stop`; what was decoded is gone.
    """
    digest = hashlib.sha256(data).digest() if sha256 is None else sha256
    media_type = sniff(data[:HEAD]) or ""
    bare = Fingerprint(sha256=digest)
    if not media_type:
        nothing = Unfingerprintable(reason=Unreadable.UNRECOGNIZED_FORMAT if len(data) else Unreadable.EMPTY)
        return Look(media_type="", fingerprint=bare, problem=nothing, hashes=None)
    if not decode:
        return Look(media_type=media_type, fingerprint=bare, problem=None, hashes=None)
    try:
        if media_type in FILMS:
            made = film_hashes(data, media_type, limits, interval=interval, turned=turned, stop=stop)
            kept: tuple[Working, ...] = ()
        else:
            made, kept = _picture_hashes(data, media_type, limits, turned=turned, working=working, stop=stop)
    except CannotDecode as error:
        return Look(media_type=media_type, fingerprint=bare, problem=error.problem, hashes=None)
    return Look(
        media_type=media_type,
        fingerprint=_fingerprint(digest, made, turned=turned),
        problem=None,
        hashes=made.hashes,
        working=kept,
    )


def _picture_hashes(
    data: bytes | memoryview,
    media_type: str,
    limits: Limits,
    *,
    turned: bool,
    working: bool,
    stop: Stop | None,
) -> tuple[FilmHashes, tuple[Working, ...]]:
    """Hash every frame of a picture; return the working pictures too, if they are wanted.

    Raises:
        CannotDecode: with the reason.
        Stopped: by `stop`.
    """
    hashes: list[NDArray[np.uint8]] = []
    qualities: list[int] = []
    kept: list[Working] = []
    last: Working | None = None
    shown: list[int] = []
    for frame in frames(data, media_type, limits, shown=shown):
        if turned:
            rows, quality = pdq_dihedral(frame)
        else:
            one, quality = pdq(frame)
            rows = np.frombuffer(one, np.uint8).reshape(1, 32)
        if stop is not None and stop(rows, quality):
            raise Stopped
        hashes.append(rows)
        qualities.append(quality)
        if working:
            number = len(hashes) - 1
            shown_now = working_pictures(frame, number, stretches=number < STRETCHED_FRAMES)
            if last is None or not np.array_equal(last.pixels, shown_now[0].pixels):
                kept += shown_now
                last = shown_now[0]
    times, duration = _times(shown) if len(hashes) > 1 else ((), 0)
    return FilmHashes(np.stack(hashes), tuple(qualities), times, duration), tuple(kept)


def _times(shown: Sequence[int]) -> tuple[tuple[int, ...], int]:
    """Return when each frame of an animation is shown, and how long all of it is; pages have no time."""
    ends = tuple(accumulate(each if each > SHORTEST else UNSTATED for each in shown))
    return ((0, *ends[:-1]), ends[-1]) if ends else ((), 0)


def _fingerprint(digest: bytes, made: FilmHashes, *, turned: bool) -> Fingerprint:
    upright = [rows[0].tobytes() for rows in made.hashes]
    return Fingerprint(
        sha256=digest,
        pdq=upright[0],
        quality=made.qualities[0],
        more=tuple(zip(upright[1:], made.qualities[1:], strict=True)),
        turned=tuple(rows[1:].tobytes() for rows in made.hashes) if turned else (),
        times=made.times,
        duration=made.duration,
    )


def fingerprint(data: bytes | memoryview, media_type: str, limits: Limits) -> Fingerprint | Unfingerprintable:
    """Fingerprint one picture for registration, or say why that is not possible.

    Args:
        data: the whole file.
        media_type: what `media.sniff` said of it.
        limits: what may be decoded.
    """
    if not media_type:
        return Unfingerprintable(reason=Unreadable.UNRECOGNIZED_FORMAT)
    seen = look(data, limits=limits, turned=False)
    return seen.problem or seen.fingerprint
