"""What one item says about its rights in its own bytes: the one call that an audit makes for each item.

Pictures and films: XMP, EXIF, IPTC; PDF: XMP; EPUB: its package; pages: their head. What has no metadata
costs some microseconds: tables are walked, nothing is parsed. C2PA manifests are decoded elsewhere, because
that takes milliseconds and a library: `may_have_c2pa` says for which files, `c2pa_signals` reads the result.
"""

from collections.abc import Iterator
from itertools import islice

from sekisho.detect.signals.common import bounded
from sekisho.detect.signals.epub import EPUB, epub_signals
from sekisho.detect.signals.exif import claim, exif_claims, iptc_claims
from sekisho.detect.signals.found import look_into
from sekisho.detect.signals.held import Data, Held
from sekisho.detect.signals.html import html_signals
from sekisho.detect.signals.xmp import xmp_error, xmp_signals
from sekisho.model.signal import Signal

__all__ = ["embedded_signals"]

_MAX_CLAIMS = 50
"""Claims of rights that are read of one item; no use depends on them, so the rest is left out."""
_PAGES = frozenset({"text/html", "application/xhtml+xml"})


def embedded_signals(data: Data, media_type: str) -> tuple[Signal, ...]:
    """Return the signals in an item's own bytes; each once. Never raises. O(bytes) at most.

    Args:
        data: the whole file.
        media_type: of the bytes, never of the name: as `media.sniff` says it, `application/pdf`,
            `application/epub+zip` or `text/html`.
    """
    if media_type in _PAGES:
        return html_signals(bytes(data))
    if media_type == EPUB:
        return epub_signals(bytes(data))
    held = look_into(data, media_type)
    return bounded(_said(held)) if held.holds_anything else ()


def _said(held: Held) -> Iterator[Signal]:
    for problem in held.problems:
        yield xmp_error(problem)
    for packet in dict.fromkeys(held.xmp):
        yield from xmp_signals(packet)
    for name, words in dict.fromkeys(islice(_claims(held), _MAX_CLAIMS)):
        yield claim(name, words)


def _claims(held: Held) -> Iterator[tuple[str, str]]:
    yield from held.claims
    for block in held.exif:
        yield from exif_claims(block)
    for record in held.iptc:
        yield from iptc_claims(record)
