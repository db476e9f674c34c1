"""The one EXIF fact that changes a picture: its orientation. Nothing else of EXIF is read.

EXIF 3.0 4.6.5 (tag 0x0112, SHORT, count 1). XMP's `tiff:Orientation` is ignored, as browsers do.
"""

import struct

from PIL import Image

__all__ = ["UPRIGHT", "orientation", "upright"]

UPRIGHT = 1
_TAG = 0x0112
_SHORT = 3
_HEADER = 8
_ENTRY = 12
_PREFIX = b"Exif\0\0"
_FORMS = {
    head: tuple(struct.Struct(order + form) for form in ("I", "H", "HHIH"))
    for head, order in ((b"II*\0", "<"), (b"MM\0*", ">"))
}
"""By byte order: an offset, a count, and the beginning of a directory entry."""
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def orientation(exif: bytes) -> int:
    """Return the orientation 1-8 that an EXIF block states; 1 if it states none or is broken.

    Args:
        exif: from the TIFF header on, with or without the `Exif` prefix of JPEG.
    """
    exif = exif.removeprefix(_PREFIX)
    forms = _FORMS.get(exif[:4])
    if forms is None or len(exif) < _HEADER:
        return UPRIGHT
    pointer, number, entry = forms
    (at,) = pointer.unpack_from(exif, 4)
    if at + 2 > len(exif):
        return UPRIGHT
    (count,) = number.unpack_from(exif, at)
    end = min(at + 2 + count * _ENTRY, len(exif) - _ENTRY + 1)
    for offset in range(at + 2, end, _ENTRY):
        tag, kind, values, value = entry.unpack_from(exif, offset)
        if tag == _TAG and kind == _SHORT and values == 1:
            return value if value in _TURNS else UPRIGHT
    return UPRIGHT


def upright(image: Image.Image, turn: int) -> Image.Image:
    """Return the image as it is meant to be seen; the same object if it already is."""
    return image.transpose(_TURNS[turn]) if turn in _TURNS else image
