"""What a film's container says of itself, read before any decoder runs: where it ends, that it has tracks.

A cut file is told at once. Only containers that say where they end are looked at: ISO base media (a walk
over its outermost boxes), Matroska and AVI. Transport streams and the like may end anywhere.
"""

from collections.abc import Callable, Iterator

__all__ = ["has_tracks", "is_cut"]

Fetch = Callable[[int, int], bytes]
"""Returns up to `count` bytes from `start` on."""
_BOX, _LARGE_BOX = 8, 16
_MAX_BOXES = 100_000
"""Outermost boxes; a film in fragments of a second has two for each."""
_BASE_MEDIA = frozenset({"video/mp4", "video/quicktime"})
_SEGMENT = b"\x18\x53\x80\x67"
_HEAD = 128


def is_cut(fetch: Fetch, size: int, media_type: str) -> bool:
    """Tell whether a film's file is shorter than its container says.

    Args:
        fetch: reads a part of the file.
        size: of the file, bytes.
        media_type: what `sniff` said.
    """
    match media_type:
        case "video/mp4" | "video/quicktime":
            return any(end > size for _, end in _boxes(fetch, size))
        case "video/webm" | "video/x-matroska":
            return _segment_end(fetch(0, _HEAD)) > size
        case "video/x-msvideo":
            return int.from_bytes(fetch(4, 4), "little") + _BOX > size
        case _:
            return False


def has_tracks(fetch: Fetch, size: int, media_type: str) -> bool:
    """Tell whether an ISO base media file has a list of tracks (`moov`) as a film has; True for others.

    Still pictures (AVIF, HEIF) are such files too. FFmpeg would show them as films: without what is
    transparent, as they were not turned, and the first of several.

    Args:
        fetch: reads a part of the file.
        size: of the file, bytes.
        media_type: what `sniff` said.
    """
    return media_type not in _BASE_MEDIA or any(kind == b"moov" for kind, _ in _boxes(fetch, size))


def _boxes(fetch: Fetch, size: int) -> Iterator[tuple[bytes, int]]:
    """Yield the outermost boxes (ISO/IEC 14496-12 4.2): type and end; one of size 0 fills the file."""
    at = 0
    for _ in range(_MAX_BOXES):
        head = fetch(at, _LARGE_BOX) if at < size else b""
        if len(head) < _BOX:
            return
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[_BOX:], "big")
        if 0 < length < _BOX:
            return
        at = at + length if length else size
        yield head[4:_BOX], at


def _segment_end(head: bytes) -> int:
    """Return where the segment of a Matroska file ends (RFC 8794 4 and 6); 0 if it does not say it."""
    header, at = _number(head, 4)
    at += header
    if head[at : at + 4] != _SEGMENT:
        return 0
    length, begin = _number(head, at + 4)
    return 0 if length < 0 else begin + length


def _number(head: bytes, at: int) -> tuple[int, int]:
    """Read the size of an element: its value, -1 if it is unknown, and where it ends."""
    first = head[at] if at < len(head) else 0
    length = 9 - first.bit_length()
    if not first or at + length > len(head):
        return -1, at
    value = int.from_bytes(head[at : at + length], "big") & ((1 << 7 * length) - 1)
    return (-1 if value == (1 << 7 * length) - 1 else value), at + length
