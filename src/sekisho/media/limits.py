"""What a file may cost, decided by bytes, pixels and frames alone, so that every machine agrees.

A picture is bounded by its pixels, so there is no compression ratio here: the ratio belongs to
containers (`.tar.gz`). Time is the supervisor's business and never decides on its own.
"""

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from sekisho.model import Unfingerprintable, Unreadable

__all__ = ["MIN_SIDE", "CannotDecode", "Limits", "Pixels", "check_size"]

Pixels = npt.NDArray[np.uint8]
"""(H, W, 3) uint8, sRGB, C-contiguous and writable."""

MIN_SIDE = 5
"""Pixels. PDQ's MIN_HASHABLE_DIM (ThreatExchange pdq/cpp/hashing/pdqhashing.cpp)."""


class CannotDecode(Exception):
    """Carry why there are no pixels. `check` turns it into a decision; it goes no further."""

    def __init__(self, reason: Unreadable, detail: str = "") -> None:
        """Keep the reason as the value that stands where a fingerprint would."""
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.problem = Unfingerprintable(reason=reason, detail=detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bound what one file may cost. Part of the manifest; every field is a whole number.

    Attributes:
        max_bytes: of a file as stored; 256 MiB holds a 16-bit scan of 40 MP without compression.
        full_pixels: of a frame hashed as it is; above it one 2x2 box mean (architecture.md 1).
        max_pixels: of a frame; 750 MB of RGB. The largest phone sensor has 200 MP. Pillow itself
            refuses GIF, TIFF and WebP above 179 MP (Image.MAX_IMAGE_PIXELS, twice): same reason.
        max_frames: of an animation or a multi-page file; a further one is refused, not ignored.
        max_total_pixels: over all frames together; 64 frames of 4K are 0.53 thousand million.
        max_scans: of a progressive JPEG. Writers make about 10; each one walks the whole picture.
        film_pixels: of a frame of a film; 8192 x 4320, the largest in use, has 35.4 million. A decoder
            may hold 16 of them.
        film_frames: of a film that are compared; at one a second, 27 hours.
        film_total_pixels: over all frames of a film that are decoded; 16 hours of 1080p at 30 a second.
    """

    max_bytes: int = 256 * 1024 * 1024
    full_pixels: int = 50_000_000
    max_pixels: int = 250_000_000
    max_frames: int = 64
    max_total_pixels: int = 1_000_000_000
    max_scans: int = 100
    film_pixels: int = 36_000_000
    film_frames: int = 100_000
    film_total_pixels: int = 4_000_000_000_000

    def as_dict(self) -> dict[str, int]:
        """Return the limits as the manifest states them."""
        return asdict(self)


def check_size(width: int, height: int, limits: Limits) -> None:
    """Refuse a frame by the size that its header states, before anything is decoded.

    Raises:
        CannotDecode: corrupt (no area), too_small, too_many_pixels.
    """
    if min(width, height) >= MIN_SIDE and width * height <= limits.max_pixels:
        return
    size = f"{width}x{height}"
    if width <= 0 or height <= 0:
        raise CannotDecode(Unreadable.CORRUPT, f"no area: {size}")
    if width * height > limits.max_pixels:
        raise CannotDecode(Unreadable.TOO_MANY_PIXELS, size)
    raise CannotDecode(Unreadable.TOO_SMALL, size)
