"""EXIF Copyright and Artist, IPTC IIM 2:116: somebody claims rights. Evidence, never leave nor refusal.

EXIF 3.0, 4.6.5.4 (0x8298 Copyright: photographer, NUL, editor; 0x013B Artist) and 4.6.3 (directories);
IPTC-NAA Information Interchange Model 4.2, 1.6 (datasets), 2:116 Copyright Notice, 1:90 Coded Character
Set. What can not be read claims nothing, so there is no error here: no use depends on it.
"""

from collections.abc import Iterator

from sekisho.detect.signals.common import EMBEDDED, excerpt
from sekisho.detect.signals.held import Data, worded
from sekisho.detect.signals.tiff import ARTIST, COPYRIGHT, directories, tag_bytes
from sekisho.model.signal import Signal, SignalFamily

__all__ = ["claim", "exif_claims", "iptc_claims"]

_MAX_CLAIM = 64 * 1024
_NAMES = {COPYRIGHT: "exif:Copyright", ARTIST: "exif:Artist"}
_MARK = 0x1C
_NOTICE = (2, 116)
_MAX_DATASETS = 10_000
_LONG = 0x8000


def claim(name: str, value: str, place: str = EMBEDDED) -> Signal:
    """Return a claim of rights: it speaks about no use.

    Args:
        name: of the field, as `dc:rights`; it becomes the note.
        value: its words.
        place: as in a signal.
    """
    return Signal(family=SignalFamily.RIGHTS, place=place, raw=excerpt(value), stances={}, note=name)


def exif_claims(block: Data) -> Iterator[tuple[str, str]]:
    """Yield the names and words of the claims in an EXIF block, from its TIFF header on. O(tags)."""
    for tags in directories(block):
        for tag, name in _NAMES.items():
            words = worded(tag_bytes(block, tags, tag, _MAX_CLAIM) or b"")
            if words:
                yield name, words
        return


def iptc_claims(record: bytes) -> Iterator[tuple[str, str]]:
    """Yield the copyright notices of a run of IIM datasets. O(datasets)."""
    at = 0
    for _ in range(_MAX_DATASETS):
        if at + 5 > len(record) or record[at] != _MARK:
            return
        length = record[at + 3] << 8 | record[at + 4]
        if length & _LONG:
            return
        if (record[at + 1], record[at + 2]) == _NOTICE:
            words = worded(record[at + 5 : at + 5 + length])
            if words:
                yield "iptc:CopyrightNotice", words
        at += 5 + length
