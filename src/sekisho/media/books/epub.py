"""EPUB with a fixed layout: the picture of each page, in the order of the spine.

EPUB 3.3 (W3C Recommendation): container.xml 4.2.6.3.1, package document 5, fixed layout 8.2,
encryption 4.2.6.3.2. A book whose text flows has pictures but no pages; they are numbered in order.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from sekisho.media.books.archive import Archive
from sekisho.media.books.book import Page, Picture
from sekisho.media.books.limits import BookLimits
from sekisho.media.books.markup import Tag, read_markup
from sekisho.media.limits import CannotDecode, Limits
from sekisho.model import Unreadable

__all__ = ["Epub"]

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PACKAGE = "application/oebps-package+xml"
_DOCUMENTS = frozenset({"application/xhtml+xml", "text/html", "image/svg+xml"})
_FONT_OBFUSCATION = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
"""Fonts masked so that they are not taken out of the book; no protection of its content."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_SOURCES = {"img": ("src",), "image": ("href", "src"), "object": ("data",)}


class _Item(NamedTuple):
    path: str
    media_type: str


def _corrupt(detail: str) -> CannotDecode:
    return CannotDecode(Unreadable.CONTAINER_CORRUPT, detail)


def _resolved(base: str, reference: str) -> str:
    """Return the path in the archive that a reference in the document `base` names.

    Raises:
        CannotDecode: link_outside, for another place than this archive.
    """
    shown = ascii(reference[:100])
    if _SCHEME.match(reference):
        raise CannotDecode(Unreadable.LINK_OUTSIDE, shown)
    path = unquote(reference.partition("#")[0].partition("?")[0])
    parts = [] if path.startswith("/") else base.split("/")[:-1]
    for part in path.split("/"):
        if part == ".." and not parts:
            raise CannotDecode(Unreadable.LINK_OUTSIDE, shown)
        if part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


class Epub:
    """The pages of an EPUB."""

    def __init__(self, archive: Archive, limits: BookLimits) -> None:
        """Read container, package and spine; the pages themselves are read one by one.

        Raises:
            CannotDecode: encrypted, container_corrupt, link_outside, too_many_frames.
        """
        self._archive, self._limits = archive, limits
        self._refuse_encryption()
        package = self._package()
        tags = self._read(package)
        self._spine = _spine(package, tags)
        if len(self._spine) > limits.max_pages:
            raise CannotDecode(Unreadable.TOO_MANY_FRAMES, f"{len(self._spine)} pages")
        missing = [item.path for item in self._spine if item.path not in archive.members]
        if missing:
            raise _corrupt(f"the spine names {missing[0][:100]}, which is not there")
        self._fixed = any(
            tag.attributes.get("property") == "rendition:layout" and tag.text == "pre-paginated"
            for tag in tags
        )
        self.count = len(self._spine)
        self.flows = not self._fixed
        self.remark = "its text flows: its pictures are numbered in order" if self.flows else ""

    def pages(self, limits: Limits) -> Iterator[Page]:
        """Yield the pages; of flowing text, each picture as one."""
        number = 0
        for place, item in enumerate(self._spine, 1):
            names = self._pictures(item)
            if self._fixed:
                yield Page(number=place, pictures=tuple(self._picture(name, limits) for name in names))
                continue
            for name in names:
                number += 1
                yield Page(number=number, pictures=(self._picture(name, limits),))

    def documents(self) -> Iterator[tuple[str, bytes]]:
        """Yield path and bytes of the documents of the spine; one that is there twice once.

        Raises:
            CannotDecode: a document is too large or broken.
        """
        paths = dict.fromkeys(item.path for item in self._spine if item.media_type in _DOCUMENTS)
        for path in paths:
            yield path, self._archive.read(path, self._limits.max_document)

    def _read(self, path: str) -> Sequence[Tag]:
        return read_markup(self._archive.read(path, self._limits.max_document), path)

    def _refuse_encryption(self) -> None:
        if _ENCRYPTION not in self._archive.members:
            return
        for tag in self._read(_ENCRYPTION):
            if tag.name == "encryptionmethod" and tag.inside == "encrypteddata":
                algorithm = tag.attributes.get("Algorithm", "")
                if algorithm not in _FONT_OBFUSCATION:
                    raise CannotDecode(Unreadable.ENCRYPTED, algorithm[:100])

    def _package(self) -> str:
        for tag in self._read(_CONTAINER):
            if tag.name == "rootfile" and tag.attributes.get("media-type") == _PACKAGE:
                return _resolved("", tag.attributes.get("full-path", ""))
        raise _corrupt("container.xml names no package")

    def _picture(self, name: str, limits: Limits) -> Picture:
        return Picture(name=name, data=self._archive.read(name, limits.max_bytes))

    def _pictures(self, item: _Item) -> Sequence[str]:
        """Return the pictures of one document of the spine, each once."""
        if item.media_type not in _DOCUMENTS:
            return (item.path,) if item.media_type.startswith("image/") else ()
        found: dict[str, None] = {}
        for tag in self._read(item.path):
            for key in _SOURCES.get(tag.name, ()):
                reference = tag.attributes.get(key, "")
                if reference and not reference.startswith("#"):
                    found.setdefault(_resolved(item.path, reference))
                    break
        return tuple(found)


def _spine(package: str, tags: Sequence[Tag]) -> Sequence[_Item]:
    """Return the documents in reading order (EPUB 3.3, 5.6 and 5.7)."""
    manifest: Mapping[str, _Item] = {
        tag.attributes.get("id", ""): _Item(
            _resolved(package, tag.attributes.get("href", "")), tag.attributes.get("media-type", "")
        )
        for tag in tags
        if tag.name == "item" and not _SCHEME.match(tag.attributes.get("href", ""))
    }
    names = [tag.attributes.get("idref", "") for tag in tags if tag.name == "itemref"]
    unknown = [name for name in names if name not in manifest]
    if unknown or not names:
        raise _corrupt(
            f"the spine names {unknown[0][:100]!r}, which the manifest does not know"
            if names
            else "a package without a spine"
        )
    return tuple(manifest[name] for name in names)
