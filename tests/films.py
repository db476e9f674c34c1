"""Films drawn and encoded for tests: every shot is a drawn picture in which a box goes across."""

import io
import struct
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

import av
import numpy as np

from sekisho.fingerprint.film import FilmHashes, film_hashes
from sekisho.media import Limits, sniff
from tests.pictures import Pixels, picture

__all__ = ["RATE", "film", "frames_of", "hashed", "mp4", "rotated", "sound"]

RATE = 8
"""Frames a second."""
LIMITS = Limits()


def frames_of(
    shots: Sequence[int], size: tuple[int, int] = (96, 72), *, length: int = RATE
) -> Iterator[Pixels]:
    """Draw the frames of shots, `length` of each; equal numbers give equal shots."""
    for shot in shots:
        still = picture(shot, *size)
        for number in range(length):
            frame = still.copy()
            left = number * size[0] // (2 * length)
            frame[: size[1] // 8, left : left + size[0] // 6] = 255 - frame[0, 0]
            yield frame


def film(
    frames: Iterable[Pixels],
    form: str = "mp4",
    codec: str = "libx264",
    *,
    pixels: str = "yuv420p",
    times: Sequence[int] | None = None,
    options: dict[str, str] | None = None,
) -> bytes:
    """Encode frames, by default `RATE` a second; `times` are milliseconds of each instead."""
    sink = io.BytesIO()
    with av.open(sink, "w", format=form) as container:
        track = None
        for number, pixels_of in enumerate(frames):
            if track is None:
                track = container.add_stream(codec, rate=RATE)
                track.height, track.width = pixels_of.shape[:2]
                track.pix_fmt, track.options = pixels, options or {}
                track.codec_context.thread_count = 1
                if times is not None:
                    track.codec_context.time_base = Fraction(1, 1000)
            frame = av.VideoFrame.from_ndarray(pixels_of, format="rgb24")
            if times is not None:
                frame.pts, frame.time_base = times[number], Fraction(1, 1000)
            container.mux(track.encode(frame))
        if track is not None:
            container.mux(track.encode(None))
    return sink.getvalue()


def mp4(*shots: int, **how) -> bytes:
    """Encode shots of a second each as an MP4."""
    return film(frames_of(shots), **how)


def sound(form: str = "mp4", codec: str = "aac") -> bytes:
    """Encode a second of silence without any picture."""
    sink = io.BytesIO()
    with av.open(sink, "w", format=form) as container:
        track = container.add_stream(codec, rate=44100)
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        silence.sample_rate = 44100
        for number in range(40):
            silence.pts = 1024 * number
            container.mux(track.encode(silence))
        container.mux(track.encode(None))
    return sink.getvalue()


def rotated(data: bytes, quarters: int) -> bytes:
    """Write into an MP4 that it is to be shown turned to the right by so many quarters of a turn."""
    cosine, sine = ((1, 0), (0, 1), (-1, 0), (0, -1))[quarters]
    at = data.index(b"tkhd") + 4 + 40
    one = 1 << 16
    matrix = struct.pack(">9i", cosine * one, sine * one, 0, -sine * one, cosine * one, 0, 0, 0, 1 << 30)
    return data[:at] + matrix + data[at + len(matrix) :]


def hashed(data: bytes, **how) -> FilmHashes:
    """Hash a film."""
    return film_hashes(data, sniff(data) or "", LIMITS, **how)
