"""Small pictures for the report, made from items that were read without trouble."""

import io

from PIL import Image

from sekisho.media import CannotDecode, Limits, frames, sniff
from sekisho.media.sniff import HEAD

__all__ = ["SIDE", "thumbnail"]

SIDE = 200
"""Pixels of the longer side."""
_QUALITY = 72


def thumbnail(data: bytes | memoryview) -> bytes | None:
    """Return a small JPEG of a picture's first frame, without any metadata; None if there is none."""
    media_type = sniff(data[:HEAD])
    if media_type is None:
        return None
    try:
        first = next(frames(data, media_type, Limits()))
    except CannotDecode:
        return None
    picture = Image.fromarray(first)
    picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()
