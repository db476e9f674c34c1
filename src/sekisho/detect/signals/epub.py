"""EPUB: what the package document says about rights.

TDMRep, "TDM Metadata in EPUB": in EPUB 2 `<meta name="tdm:reservation" content="1"/>`, in EPUB 3
`<meta property="tdm:reservation">1</meta>` with the prefix bound to `http://www.w3.org/ns/tdmrep#`; it
holds for every resource of the book. `dc:rights` is a claim (EPUB 3.3, 5.5.3.2); a `link` of the relation
`license` or `cc:license` names a licence. The archive is judged as in `media.books`: bombs, links and
documents that declare entities are refused, and a refused book is an error.
"""

from collections.abc import Iterator, Mapping, Sequence

from sekisho.detect.signals.common import BUT_SEARCH, EMBEDDED, bounded, each
from sekisho.detect.signals.exif import claim
from sekisho.detect.signals.html import linked_licence
from sekisho.detect.signals.licence import licence_address, licence_signal
from sekisho.detect.signals.reserved import reserved_signals
from sekisho.media.books import BookLimits
from sekisho.media.books.archive import open_archive
from sekisho.media.books.markup import Tag, read_markup
from sekisho.media.limits import CannotDecode
from sekisho.model.signal import Signal, SignalFamily, Stance

__all__ = ["EPUB", "epub_signals"]

EPUB = "application/epub+zip"
MAX_PACKAGES = 8
_CONTAINER = "META-INF/container.xml"
_PACKAGE = "application/oebps-package+xml"
_NAMESPACES = ("http://www.w3.org/ns/tdmrep#", "http://www.w3.org/ns/tdmrep/", "http://www.w3.org/ns/tdmrep")
_USUAL = "tdm"
_LIMITS = BookLimits()


class _Held:
    """The bytes of a book as a reader."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def read(self, start: int, count: int) -> bytes:
        return self._data[start : start + count]


def epub_signals(data: bytes) -> tuple[Signal, ...]:
    """Return what the packages of a book say. O(members + packages).

    Args:
        data: the whole file.
    """
    try:
        return bounded(signal for package in _packages(data) for signal in _said(package))
    except CannotDecode as refused:
        stances = each(BUT_SEARCH, Stance.ERROR)
        note = f"EPUB: {refused}"[:200]
        return (Signal(family=SignalFamily.TDMREP, place=EMBEDDED, raw="", stances=stances, note=note),)


def _packages(data: bytes) -> Sequence[Sequence[Tag]]:
    """Return the elements of each package document.

    Raises:
        CannotDecode: what `media.books` says of the archive or of one of the documents.
    """
    archive = open_archive(_Held(data), _LIMITS)
    container = read_markup(archive.read(_CONTAINER, _LIMITS.max_document), _CONTAINER)
    paths = [
        tag.attributes.get("full-path", "").lstrip("/")
        for tag in container
        if tag.name == "rootfile" and tag.attributes.get("media-type") == _PACKAGE
    ]
    found = dict.fromkeys(paths[:MAX_PACKAGES] or [""])
    return [read_markup(archive.read(path, _LIMITS.max_document), path) for path in found]


def _said(package: Sequence[Tag]) -> Iterator[Signal]:
    prefixes = _prefixes(package)
    reservations: list[str] = []
    policies: list[str] = []
    terms = {"reservation": reservations, "policy": policies}
    for tag in package:
        if tag.name == "meta" and "refines" not in tag.attributes:
            name, value = _pair(tag)
            prefix, _, term = name.partition(":")
            if prefix in prefixes and term in terms:
                terms[term].append(value)
        elif tag.name == "rights" and tag.inside == "metadata" and tag.text:
            yield claim("dc:rights", tag.text)
            if licence_address(tag.text):
                yield licence_signal(tag.text, EMBEDDED)
        elif tag.name == "link" and tag.inside == "metadata" and "refines" not in tag.attributes:
            relations = {word.rpartition(":")[2] for word in tag.attributes.get("rel", "").split()}
            address = tag.attributes.get("href", "")
            if "license" in relations and address:
                yield linked_licence(address, tag.attributes.get("media-type", ""), EMBEDDED)
    yield from reserved_signals(reservations, policies, EMBEDDED)


def _pair(tag: Tag) -> tuple[str, str]:
    """Return name and value of a `meta` element of EPUB 3, or of EPUB 2."""
    attributes: Mapping[str, str] = tag.attributes
    if "property" in attributes:
        return attributes["property"].strip(), tag.text
    return attributes.get("name", "").strip(), attributes.get("content", "")


def _prefixes(package: Sequence[Tag]) -> frozenset[str]:
    """Return the prefixes of TDMRep (EPUB 3.3, D.1.4); the usual one holds if it is bound to nothing else."""
    declared = next(
        (tag.attributes.get("prefix", "") for tag in package if tag.name == "package"), ""
    ).split()
    bound = {
        name.removesuffix(":"): space for name, space in zip(declared[::2], declared[1::2], strict=False)
    }
    found = {name for name, space in bound.items() if space in _NAMESPACES}
    return frozenset(found | ({_USUAL} if bound.get(_USUAL, _NAMESPACES[0]) in _NAMESPACES else set()))
