"""Whether a picture's EXIF says that a camera took it: then it may show persons, and is no drawing.

EXIF 3.0 4.6.6: ExposureTime (0x829A) and FNumber (0x829D) in the Exif directory; scanners and drawing
programs write neither. A file without EXIF says nothing, and a broken one says nothing either.
"""

import io
import struct
import warnings

from PIL import Image

__all__ = ["taken_by_camera"]

_EXIF_DIRECTORY = 0x8769
_OF_CAMERAS = (0x829A, 0x829D)
_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF")
_REFUSALS = (OSError, ValueError, SyntaxError, KeyError, TypeError, IndexError, EOFError, struct.error)


def taken_by_camera(data: bytes | memoryview) -> bool:
    """Tell whether a picture's EXIF has an exposure time or an f-number; no pixel is decoded.

    Args:
        data: the whole file, which has been decoded before.
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            said = Image.open(io.BytesIO(data), formats=_FORMATS).getexif().get_ifd(_EXIF_DIRECTORY)
    except (*_REFUSALS, Image.DecompressionBombError):
        return False
    return any(tag in said for tag in _OF_CAMERAS)
