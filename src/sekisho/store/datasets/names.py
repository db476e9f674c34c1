"""Name items: the one text for a file, a tar member or a Parquet row, and the way back.

    path    shard.tar#member    file.parquet#row    shard.tar#member~2    2:path

Names are bytes on disk and text in decisions. `#`, `~`, `%`, bytes that are not UTF-8, control
characters and bidirectional controls are percent-encoded, so that a name stands on one line, shows
what it is, and has exactly one original: different members never get the same name.
"""

import re
from typing import NamedTuple

__all__ = [
    "JSON_SIDECAR",
    "URL_SIDECAR",
    "XMP_SIDECAR",
    "ItemName",
    "escape",
    "is_sidecar",
    "is_unsafe",
    "item_name",
    "sample_key",
    "split_item",
    "unescape",
]

JSON_SIDECAR, XMP_SIDECAR, URL_SIDECAR = b".json", b".xmp", b".url"

_SPECIAL = re.compile(
    "[#~%\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_CODED = re.compile(rb"%([0-9A-F]{2})")
_PREFIX = re.compile(r"(\d+):")
_REPEAT = re.compile(r"~(\d+)$")


class ItemName(NamedTuple):
    """What an item's name is made of.

    Attributes:
        dataset: number of the dataset from 1; 0 if there is only one.
        path: the file's path below the dataset's root, as bytes on disk.
        member: name of the tar member, or the row in ASCII; empty for the container itself; None for a file.
        nth: which of the members of that name, from 1; 0 for the container itself and for files.
    """

    dataset: int
    path: bytes
    member: bytes | None = None
    nth: int = 0


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode(errors="surrogateescape"))


def escape(raw: bytes) -> str:
    """Write a name from disk as text; `unescape` gives the same bytes back."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode(errors="surrogateescape")
    return _SPECIAL.sub(_percent, text) if _SPECIAL.search(text) else text


def unescape(text: str) -> bytes:
    """Return the bytes of a name that `escape` wrote."""
    return _CODED.sub(lambda match: bytes([int(match[1], 16)]), text.encode())


def item_name(path: str, member: bytes | None = None, nth: int = 1) -> str:
    """Name a member of a container, or the container itself (`nth` 0), below an escaped path.

    The first member of a name has no number, unless the name is empty: `shard.tar#` alone is the shard.
    """
    if member is None:
        return path
    if nth > 1 or (nth and not member):
        return f"{path}#{escape(member)}~{nth}"
    return f"{path}#{escape(member)}"


def split_item(name: str, *, several: bool) -> ItemName:
    """Take an item's name apart; `several` tells whether names carry the number of a dataset.

    Raises:
        ValueError: no name that this module writes has this form.
    """
    dataset = 0
    if several:
        prefix = _PREFIX.match(name)
        if prefix is None:
            raise ValueError(f"{name!r} does not begin with the number of a dataset")
        dataset, name = int(prefix[1]), name[prefix.end() :]
    path, hash_sign, member = name.partition("#")
    if not hash_sign:
        return ItemName(dataset, unescape(path))
    repeat = _REPEAT.search(member)
    if repeat is not None:
        return ItemName(dataset, unescape(path), unescape(member[: repeat.start()]), int(repeat[1]))
    return ItemName(dataset, unescape(path), unescape(member), 1 if member else 0)


def sample_key(name: bytes) -> bytes | None:
    """Return the WebDataset key: the name up to the first dot of its last part; None if it has none."""
    slash = name.rfind(b"/") + 1
    dot = name.find(b".", slash)
    return name[:dot] if dot > slash else None


def is_sidecar(name: bytes) -> bool:
    """Tell whether a member of this name may tell something of the others of its sample."""
    return name[-5:].lower().endswith((JSON_SIDECAR, XMP_SIDECAR, URL_SIDECAR))


def is_unsafe(name: bytes) -> bool:
    """Tell whether a member's name points out of the place where it would be unpacked."""
    return (
        not name
        or name.startswith((b"/", b"\\"))
        or b"\0" in name
        or b".." in name.replace(b"\\", b"/").split(b"/")
        or name[1:3] in (b":\\", b":/")
    )
