"""Look into a file for what it holds about itself, by its media type."""

from collections.abc import Callable, Mapping

from sekisho.detect.signals.boxes import in_boxes
from sekisho.detect.signals.held import Data, Held
from sekisho.detect.signals.pdf import in_pdf
from sekisho.detect.signals.pictures import in_gif, in_jpeg, in_png, in_webp
from sekisho.detect.signals.tiff import in_tiff

__all__ = ["PDF", "look_into"]

PDF = "application/pdf"
_READERS: Mapping[str, Callable[[Data, Held], None]] = {
    "image/jpeg": in_jpeg,
    "image/png": in_png,
    "image/webp": in_webp,
    "image/gif": in_gif,
    "image/tiff": in_tiff,
    "image/x-canon-cr2": in_tiff,
    **dict.fromkeys(("image/avif", "image/heic", "image/heif", "image/x-canon-cr3"), in_boxes),
    **dict.fromkeys(("video/mp4", "video/quicktime", "audio/mp4"), in_boxes),
    PDF: in_pdf,
}


def look_into(data: Data, media_type: str) -> Held:
    """Return what a file holds; nothing for types that are not read. O(segments), of PDF and GIF O(bytes).

    Args:
        data: the whole file.
        media_type: as `media.sniff` says it, or `application/pdf`.
    """
    held = Held()
    reader = _READERS.get(media_type)
    if reader is not None:
        reader(data, held)
    return held
