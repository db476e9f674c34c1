"""One film -> what is compared: the PDQ of its frames at a fixed interval, and when each is shown.

The hashes are those of vPDQ (facebook/ThreatExchange, vpdq/cpp): a frame, its quality and its time. They
are made of the luma plane as it is decoded, which is faster than going by RGB and moves about one bit of
256; both ways match each other. `vpdq_json` and `read_vpdq` write and read vPDQ's own form.
"""

import json
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sekisho.errors import InputError
from sekisho.fingerprint.pdq import pdq, pdq_dihedral, pdq_luma
from sekisho.media.films import FilmReader, shown_frames
from sekisho.media.limits import Limits
from sekisho.model import MAX_FRAMES_OF_FILM, MAX_QUALITY, PDQ_BYTES, Film, Frame

__all__ = [
    "REGISTERED_INTERVAL",
    "FilmHashes",
    "Stop",
    "Stopped",
    "film_hashes",
    "film_of",
    "read_vpdq",
    "vpdq_json",
]

REGISTERED_INTERVAL = 1000
"""Milliseconds between the frames of a registered film (vPDQ's `seconds_per_hash` of 1)."""
_MAX_JSON = 16 << 20
"""Bytes; 100,000 features have about 9 million."""
_MAX_SECONDS = (2**32 - 1) // 1000
_FEATURE_PARTS = 3


Stop = Callable[[NDArray[np.uint8], int], bool]
"""Hashes of a frame, (orientations, 32) uint8, and its quality -> whether nobody looks any further."""


class Stopped(Exception):
    """A frame is one after which nobody looks any further; nothing of the file is kept."""


class FilmHashes(NamedTuple):
    """What was made of the frames of a film.

    Attributes:
        hashes: (frames, orientations, 32) uint8, orientations 1 or 8 in the order of `DIHEDRAL`.
        qualities: of each frame, 0-100.
        times: of each frame, milliseconds, ascending.
        duration: milliseconds.
    """

    hashes: NDArray[np.uint8]
    qualities: tuple[int, ...]
    times: tuple[int, ...]
    duration: int


def film_hashes(
    source: bytes | memoryview | FilmReader,
    media_type: str,
    limits: Limits,
    *,
    interval: int = REGISTERED_INTERVAL,
    turned: bool = False,
    colour: bool = False,
    stop: Stop | None = None,
) -> FilmHashes:
    """Hash the frames of a film.

    Args:
        source: the whole file, or a reader of it.
        media_type: what `media.sniff` said.
        limits: what it may cost.
        interval: milliseconds between frames; 0: every frame.
        turned: make all eight orientations.
        colour: hash the frames as RGB, as vPDQ does: every bit is the same, at half the speed.
        stop: tells of each frame whether to end there.

    Raises:
        CannotDecode: with the reason.
        Stopped: by `stop`.
    """
    hashes: list[NDArray[np.uint8]] = []
    qualities: list[int] = []
    times: list[int] = []
    duration = 0
    for shown in shown_frames(source, media_type, limits, interval=interval, colour=colour):
        if shown.rgb is None:
            rows, quality = pdq_luma(shown.luma, shown.gain, turned=turned)
        else:
            rows, quality = _of_colours(shown.rgb, turned=turned)
        if stop is not None and stop(rows, quality):
            raise Stopped
        hashes.append(rows)
        qualities.append(quality)
        times.append(shown.at)
        duration = shown.until
    return FilmHashes(np.stack(hashes), tuple(qualities), tuple(times), duration)


def _of_colours(rgb: NDArray[np.uint8], *, turned: bool) -> tuple[NDArray[np.uint8], int]:
    if turned:
        return pdq_dihedral(rgb)
    made, quality = pdq(rgb)
    return np.frombuffer(made, np.uint8).reshape(1, PDQ_BYTES), quality


def film_of(made: FilmHashes) -> Film:
    """Return what is registered of a film: its upright hashes."""
    upright = made.hashes[:, 0].tobytes()
    cut = [upright[at : at + PDQ_BYTES] for at in range(0, len(upright), PDQ_BYTES)]
    frames = zip(made.times, cut, made.qualities, strict=True)
    return Film(
        duration=made.duration,
        frames=tuple(Frame(at=at, pdq=hashed, quality=quality) for at, hashed, quality in frames),
    )


def vpdq_json(film: Film) -> str:
    """Write a film as vPDQ does: a JSON list of "hex,quality,timestamp", the time in seconds."""
    return json.dumps([f"{f.pdq.hex()},{f.quality},{f.at / 1000:.3f}" for f in film.frames])


def read_vpdq(text: str) -> Film:
    """Read what vPDQ has written; the film ends with its last frame, since vPDQ says no more.

    Frames are put in the sequence of time; of two at one millisecond the first is kept.

    Raises:
        InputError: another form.
    """
    if len(text) > _MAX_JSON:
        raise InputError("a list of vPDQ features has at most 16 MB")
    try:
        features = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("not the JSON of vPDQ features") from error
    if not isinstance(features, list) or not 0 < len(features) <= MAX_FRAMES_OF_FILM:
        raise InputError(f"vPDQ features are a list of 1 to {MAX_FRAMES_OF_FILM} texts")
    return _film(features)


def _film(features: Sequence[object]) -> Film:
    frames: dict[int, Frame] = {}
    for number, feature in enumerate(features):
        frame = _frame(feature)
        if frame is None:
            raise InputError(f"vPDQ feature {number} is not of the form hex,quality,timestamp")
        frames.setdefault(frame.at, frame)
    inorder = tuple(frames[at] for at in sorted(frames))
    return Film(duration=inorder[-1].at, frames=inorder)


def _frame(feature: object) -> Frame | None:
    """Read one feature; None if it has another form."""
    parts = feature.split(",") if isinstance(feature, str) else []
    if len(parts) != _FEATURE_PARTS or len(parts[0]) != 2 * PDQ_BYTES:
        return None
    try:
        hashed, quality, seconds = bytes.fromhex(parts[0]), int(parts[1]), float(parts[2])
    except ValueError:
        return None
    sound = len(hashed) == PDQ_BYTES and 0 <= quality <= MAX_QUALITY and math.isfinite(seconds)
    if not sound or not 0 <= seconds <= _MAX_SECONDS:
        return None
    return Frame(at=round(seconds * 1000), pdq=hashed, quality=quality)
