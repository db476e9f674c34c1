"""PDF: a page that is one picture gives that picture's own bytes; every other page is drawn.

Needs the extra `[pdf]` (pypdfium2: PDFium, the reader of Chromium). It is a native decoder: a file
that makes it crash takes down a worker and no more. Passwords are never asked for.
"""

import io
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np

from sekisho.errors import MissingExtraError
from sekisho.media import jpeg
from sekisho.media.books.book import Page, Picture
from sekisho.media.books.limits import BookLimits, Reader
from sekisho.media.limits import CannotDecode, Limits, Pixels
from sekisho.model import Unreadable

__all__ = ["Portable", "require_pdf"]

_COVERS = 0.98
"""Share of each side of the page that its one picture must cover."""
_SKEW = 1e-3
_PASSWORD, _SECURITY = 4, 5
"""FPDF_ERR_PASSWORD and FPDF_ERR_SECURITY of fpdfview.h."""
_INVISIBLE = 3
"""Text rendering mode of the words that text recognition lays under a scan (ISO 32000-2, table 104)."""
_PLAIN = (1, 3)


def require_pdf() -> ModuleType:
    """Return the library that reads PDF.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import pypdfium2  # noqa: PLC0415 - an extra, loaded only where there is a PDF
    except ImportError as error:
        raise MissingExtraError(
            "reading PDF needs the extra [pdf], which is not installed",
            hint="pip install 'sekisho[pdf]'",
        ) from error
    library: ModuleType = pypdfium2
    return library


class _Stream(io.RawIOBase):
    """A reader in the form that the library asks for."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self._reader, self._at = reader, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = (0, self._at, self._reader.size)[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - whatever has a buffer
        view = memoryview(buffer).cast("B")
        data = self._reader.read(self._at, len(view))
        view[: len(data)] = data
        self._at += len(data)
        return len(data)


class Portable:
    """The pages of a PDF."""

    remark = ""
    flows = False

    def __init__(self, reader: Reader, limits: BookLimits) -> None:
        """Open the document.

        Raises:
            MissingExtraError: the library is not installed.
            CannotDecode: encrypted (a password is asked for), container_corrupt, too_many_frames.
        """
        self._pdfium, self._limits = require_pdf(), limits
        try:
            self._document = self._pdfium.PdfDocument(_Stream(reader))
        except self._pdfium.PdfiumError as error:
            if error.err_code in (_PASSWORD, _SECURITY):
                raise CannotDecode(Unreadable.ENCRYPTED, "it asks for a password") from error
            raise CannotDecode(Unreadable.CONTAINER_CORRUPT, str(error)[:120]) from error
        self.count = len(self._document)
        if self.count > limits.max_pages:
            self._document.close()
            raise CannotDecode(Unreadable.TOO_MANY_FRAMES, f"{self.count} pages")

    def pages(self, limits: Limits) -> Iterator[Page]:
        """Yield the pages; each is closed before the next is opened."""
        try:
            for number in range(1, self.count + 1):
                try:
                    picture = self._picture(number, limits)
                except self._pdfium.PdfiumError as error:
                    raise CannotDecode(Unreadable.CORRUPT, f"page {number}: {error}"[:120]) from error
                yield Page(number=number, pictures=(picture,))
        finally:
            self._document.close()

    def _picture(self, number: int, limits: Limits) -> Picture:
        page = self._document[number - 1]
        try:
            return self._embedded(page, number, limits) or Picture(
                name=f"page {number}", pixels=self._drawn(page, number)
            )
        finally:
            page.close()

    def _embedded(self, page: Any, number: int, limits: Limits) -> Picture | None:  # noqa: ANN401
        """Return the JPEG that covers the page; None if the page shows anything else.

        Raises:
            CannotDecode: too_many_pixels, before the library would unpack such a picture.
        """
        raw = self._pdfium.raw
        if raw.FPDFPage_CountObjects(page) > self._limits.max_objects:
            raise CannotDecode(Unreadable.TOO_LARGE, f"page {number}: too many objects")
        image = None
        alone = True
        for count, found in enumerate(page.get_objects(), 1):
            if count > self._limits.max_objects:
                raise CannotDecode(Unreadable.TOO_LARGE, f"page {number}: too many objects")
            if found.type == raw.FPDF_PAGEOBJ_IMAGE:
                width, height = found.get_px_size()
                if width * height > limits.max_pixels:
                    raise CannotDecode(Unreadable.TOO_MANY_PIXELS, f"page {number}: {width}x{height}")
                alone = alone and image is None and found.level == 0
                image = found
            elif (
                found.type != raw.FPDF_PAGEOBJ_TEXT or raw.FPDFTextObj_GetTextRenderMode(found) != _INVISIBLE
            ):
                alone = False
        if image is None or not alone or page.get_rotation() or not _covers(image, page):
            return None
        return self._jpeg(image, number)

    def _jpeg(self, image: Any, number: int) -> Picture | None:  # noqa: ANN401
        """Return a gray or RGB JPEG as it is; what needs the document's colours has to be drawn."""
        if image.get_filters(skip_simple=True) != ["DCTDecode"]:
            return None
        data = bytes(image.get_data(decode_simple=True))
        try:
            header = jpeg.scan(data)
        except CannotDecode:
            return None
        plain = header.components in _PLAIN and header.orientation == 1
        plain = plain and image.get_px_size() == (header.width, header.height)
        return Picture(name=f"page {number}", data=data) if plain else None

    def _drawn(self, page: Any, number: int) -> Pixels:  # noqa: ANN401
        """Draw a page over white, its longer side `rendered_side` pixels.

        Raises:
            CannotDecode: corrupt, for a page without an area.
        """
        width, height = page.get_size()
        longer = max(width, height)
        if not (min(width, height) > 0 and longer < float("inf")):
            raise CannotDecode(Unreadable.CORRUPT, f"page {number} has no area")
        side = self._limits.rendered_side
        if min(width, height) * side < longer:
            raise CannotDecode(Unreadable.TOO_SMALL, f"page {number}: {width:.0f}x{height:.0f}")
        bitmap = page.render(scale=side / longer, rev_byteorder=True, prefer_bgrx=False, may_draw_forms=False)
        try:
            pixels = np.asarray(bitmap.to_numpy())
            return np.ascontiguousarray(pixels[..., :3]) if pixels.ndim == 3 else np.stack([pixels] * 3, -1)  # noqa: PLR2004
        finally:
            bitmap.close()


def _covers(image: Any, page: Any) -> bool:  # noqa: ANN401
    """Tell whether a picture stands upright, is not mirrored, and fills what is shown of the page."""
    matrix = image.get_matrix()
    if matrix.a <= 0 or matrix.d <= 0 or max(abs(matrix.b), abs(matrix.c)) > _SKEW * max(matrix.a, matrix.d):
        return False
    left, bottom, right, top = image.get_bounds()
    crop_left, crop_bottom, crop_right, crop_top = page.get_cropbox()
    wide, high = crop_right - crop_left, crop_top - crop_bottom
    inside = left >= crop_left - 0.02 * wide and right <= crop_right + 0.02 * wide
    inside = inside and bottom >= crop_bottom - 0.02 * high and top <= crop_top + 0.02 * high
    return bool(inside and right - left >= _COVERS * wide and top - bottom >= _COVERS * high)
