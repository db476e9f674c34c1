"""Find the pages of WARC files that refuse something, before the files are cut into units.

Every record is walked by, and only what may be a page, or says something in its header fields, is taken
apart. Only what refuses is kept (`objections`). A damaged file is heard as far as it goes; one that has
changed says nothing here, and its units say that it has changed.
"""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache

from sekisho.detect.signals.html import MAX_HEAD, html_signals
from sekisho.store.datasets.damage import DamageError
from sekisho.store.datasets.files import OutsideError, open_inside, open_planned
from sekisho.store.datasets.objections import Objections, Objector, refusals
from sekisho.store.datasets.referring import head_fields
from sekisho.store.datasets.shown import MAX_PAGE, shown_on
from sekisho.store.datasets.unit import Stamp, stamp_of
from sekisho.store.datasets.warcitem import WarcPage, page_in
from sekisho.store.datasets.warcwalk import Record, Walk, kind_of, walk_from

__all__ = ["objections_of", "stamped"]

_KINDS = frozenset({b"response", b"resource", b"conversion"})
_FIRST = 1 << 16
"""Bytes of a record in which the header fields of its response end."""
_END = re.compile(rb"\r?\n\r?\n")
_TYPE = re.compile(rb"^content-type:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_SAYS = re.compile(
    rb"^(?:content-usage|x-robots-tag|tdm-reservation|tdm-policy|link)[ \t]*:", re.IGNORECASE | re.MULTILINE
)
_PICTURE = re.compile(rb"[ \t]*(?:image|video|audio)/", re.IGNORECASE)


@lru_cache(maxsize=1)
def objections_of(root: bytes, files: tuple[tuple[bytes, Stamp], ...]) -> Objections:
    """Return what the pages of some WARC files refuse. It never raises. O(bytes of the files).

    Args:
        root: of the dataset.
        files: paths below it, and how they look; in the order of the plan.
    """
    found = Objections()
    for path, stamp in files:
        descriptor, why = open_planned(root, path, stamp)
        if why is not None:
            continue
        with os.fdopen(descriptor, "rb", buffering=0), suppress(DamageError, OSError):
            walk = walk_from(descriptor, stamp.size)
            for record in walk:
                _look(walk, record, found)
    return found.close()


def stamped(root: bytes, paths: Iterable[bytes]) -> Iterator[tuple[bytes, Stamp]]:
    """Yield files that can be opened, each with how it looks."""
    for path in paths:
        with suppress(OutsideError, OSError):
            descriptor = open_inside(root, path)
            try:
                yield path, stamp_of(os.fstat(descriptor))
            finally:
                os.close(descriptor)


def _look(walk: Walk, record: Record, found: Objections) -> None:
    if kind_of(record) not in _KINDS:
        return
    block = walk.read(min(record.size, _FIRST))
    if not _may_refuse(record, block):
        return
    if record.size > len(block):
        block += walk.read(MAX_PAGE + _FIRST - len(block))
    page = page_in(record, block, MAX_PAGE)
    links = head_fields(record)
    said = html_signals(page.html[: MAX_HEAD + 1]) if page.html else ()
    url = links.url.partition("#")[0]
    if refusals((*page.header, *said), url):
        one = Objector(links.id, url, links.date, page.header, said)
        found.add(one, _shown(one, page))


def _may_refuse(record: Record, block: bytes) -> bool:
    """Tell whether a record may be a page, or its response says something; not so a picture or film."""
    is_http = block.startswith(b"HTTP/")
    end = _END.search(block) if is_http else None
    if is_http and end is None:
        return True
    fields = block[: end.end()] if end else record.head
    kind = _TYPE.search(fields)
    if kind is not None and _PICTURE.match(kind[1]):
        return False
    if kind is None or not kind[1].strip() or (not is_http and b"/http" in kind[1].lower()):
        return True
    return b"html" in kind[1].lower() or (is_http and _SAYS.search(fields) is not None)


def _shown(one: Objector, page: WarcPage) -> Iterator[str]:
    if page.html and one.url and one.refused():
        yield from shown_on(page.html, one.url, page.charset)
