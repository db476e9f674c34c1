"""Make the films that bench_film.py reads: pans, zooms and cuts over the pictures of the corpus.

Every shot goes over one picture for two to six seconds, like a camera over a drawing, with a disc that moves
in front of it. A film is told by its seed. Films are encoded by PyAV (H.264, constant quality).
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from PIL import Image

__all__ = ["Cut", "encode", "play"]

SHORTEST, LONGEST = 2.0, 6.0
"""Seconds of a shot."""
HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Which part of a film is encoded, and how.

    Attributes:
        begin, end: seconds of the film.
        speed: of playing.
        drop: every so many-th frame is lost, and the one before is held; 0: none.
    """

    begin: float
    end: float
    speed: float = 1.0
    drop: int = 0
    mirrored: bool = False


def _shots(seed: int, seconds: float, count: int) -> Iterator[tuple[float, float, int, np.ndarray]]:
    """Yield begin, length, picture and eight random numbers of each shot."""
    rng = np.random.default_rng(seed)
    at, order = 0.0, rng.permutation(count)
    for number in range(1 << 16):
        if at >= seconds:
            return
        length = float(rng.uniform(SHORTEST, LONGEST))
        yield at, length, int(order[number % count]), rng.uniform(0, 1, 8)
        at += length


def _frame(
    picture: Image.Image, size: tuple[int, int], part: float, given: np.ndarray, disc: np.ndarray
) -> np.ndarray:
    width, height = picture.size
    zoom = 0.55 + 0.25 * given[0] + (0.12 * part if given[1] > HALF else -0.12 * part)
    left = (1 - zoom) * width * (given[2] + (given[3] - given[2]) * part)
    top = (1 - zoom) * height * (given[4] + (given[5] - given[4]) * part)
    box = (left, top, left + zoom * width, top + zoom * height)
    frame = np.array(picture.resize(size, Image.Resampling.BILINEAR, box=box))
    y, x = disc
    cx, cy = size[0] * (given[6] + 0.3 * part), size[1] * given[7]
    frame[(x - int(cx)) ** 2 + (y - int(cy)) ** 2 < int(size[1] / 9) ** 2] = (230, 40, 60)
    return frame


def play(
    pictures: Sequence[Image.Image], seed: int, size: tuple[int, int], rate: int, cut: Cut
) -> Iterator[np.ndarray]:
    """Yield the frames of a part of a film, (H, W, 3) uint8."""
    disc = np.mgrid[0 : size[1], 0 : size[0]]
    shots = list(_shots(seed, cut.end + 1, len(pictures)))
    shot = 0
    for number in range(int((cut.end - cut.begin) / cut.speed * rate)):
        lost = cut.drop and number % cut.drop == cut.drop - 1
        at = cut.begin + (number - 1 if lost else number) * cut.speed / rate
        while shot + 1 < len(shots) and shots[shot + 1][0] <= at:
            shot += 1
        begin, length, picture, given = shots[shot]
        frame = _frame(pictures[picture], size, (at - begin) / length, given, disc)
        yield frame[:, ::-1].copy() if cut.mirrored else frame


def encode(frames: Iterator[np.ndarray], rate: int, *, quality: int = 23, preset: str = "veryfast") -> bytes:
    """Encode frames as an MP4 with a key frame at most every ten seconds."""
    sink = io.BytesIO()
    with av.open(sink, "w", format="mp4") as film:
        track = None
        for frame in frames:
            if track is None:
                track = film.add_stream("libx264", rate=Fraction(rate))
                track.height, track.width = frame.shape[:2]
                track.pix_fmt = "yuv420p"
                track.options = {"crf": str(quality), "g": str(10 * rate), "preset": preset}
                track.codec_context.thread_count = 1
            film.mux(track.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        if track is not None:
            film.mux(track.encode(None))
    return sink.getvalue()
