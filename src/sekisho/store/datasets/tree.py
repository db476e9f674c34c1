"""Walk a folder in the byte order of its paths and say what is there, without reading pictures.

Directories are never followed through links. A tar or Parquet file is known by its name or, where the
name says nothing, by its first bytes.
"""

import os
import re
import stat
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from sekisho.media.sniff import named_as_media
from sekisho.store.datasets.files import OutsideError, open_inside, resolve_inside
from sekisho.store.datasets.forms import counts
from sekisho.store.datasets.names import escape
from sekisho.store.datasets.tarwalk import BLOCK, is_header
from sekisho.store.datasets.unit import Mark

__all__ = ["Found", "container_kind", "look", "walk"]

TAR_NAMES = (b".tar", b".tar.gz", b".tgz")
PARQUET_NAMES = (b".parquet", b".pq")
LINES_NAMES = (b".jsonl", b".ndjson")
PACKED_LINES_NAMES = tuple(
    name + packed for name in (*LINES_NAMES, b".json") for packed in (b".gz", b".zst", b".zstd")
)
"""A packed .json is taken for lines too: large text datasets are published under such names."""
WARC_NAMES = (b".warc", b".warc.gz")
CONTAINER_NAMES = TAR_NAMES + PARQUET_NAMES + LINES_NAMES + PACKED_LINES_NAMES + WARC_NAMES
GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")
"""A frame, or a skippable one (RFC 8878 3.1)."""
MAGIC_BYTES = 4
PARQUET_MAGIC = b"PAR1"


class Found(NamedTuple):
    """One thing below the root.

    Attributes:
        path: below the root, without a leading slash; a directory that can not be listed ends with one.
        container: tar, tar.gz, parquet, jsonl, jsonl.gz, jsonl.zst or warc; empty for a file by itself.
    """

    path: bytes
    size: int
    mark: Mark
    container: str = ""


def _is_gzipped_tar(head: bytes) -> bool:
    try:
        inner = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(head, BLOCK)
    except zlib.error:
        return False
    return is_header(inner)


def container_kind(path: bytes, head: bytes) -> str:
    """Name the kind of container from its name and first bytes; nothing if it is none.

    A name that says container is believed, so that a damaged shard is reported and not skipped; how it
    is packed, the bytes say.
    """
    lower = path.lower()
    if lower.endswith(LINES_NAMES + PACKED_LINES_NAMES):
        return _packed_lines(lower, head)
    if lower.endswith(WARC_NAMES):
        return "warc"
    if head.startswith(PARQUET_MAGIC) or lower.endswith(PARQUET_NAMES):
        return "parquet"
    if lower.endswith(TAR_NAMES):
        return "tar.gz" if head.startswith(GZIP_MAGIC) else "tar"
    if head.startswith(GZIP_MAGIC):
        return "tar.gz" if _is_gzipped_tar(head) else ""
    return "tar" if is_header(head) else ""


def _packed_lines(path: bytes, head: bytes) -> str:
    """Say how lines are packed; of a file of a few bytes only the name can tell."""
    short = len(head) < MAGIC_BYTES
    if head.startswith(GZIP_MAGIC) or (short and path.endswith(b".gz")):
        return "jsonl.gz"
    if ZSTD_MAGIC.match(head) or (short and path.endswith((b".zst", b".zstd"))):
        return "jsonl.zst"
    return "jsonl"


def _counts(path: bytes) -> bool:
    """Tell whether a thing that is no regular file has a name that makes its absence matter."""
    return path.lower().endswith(CONTAINER_NAMES) or counts(path)


def _regular(root: bytes, path: bytes, size: int) -> Found:
    if counts(path):
        return Found(path, size, Mark.READ)
    try:
        descriptor = open_inside(root, path)
    except OSError:
        return Found(path, size, Mark.IO_ERROR)
    try:
        head = os.read(descriptor, BLOCK)
    except OSError:
        return Found(path, size, Mark.IO_ERROR)
    finally:
        os.close(descriptor)
    return Found(path, size, Mark.READ, container_kind(path, head))


def _link(root: bytes, path: bytes) -> Found:
    try:
        end = os.lstat(resolve_inside(root, path))
    except OutsideError:
        if os.path.isdir(root + b"/" + path):  # noqa: PTH112 - names are bytes
            return Found(path + b"/", 0, Mark.LINK_OUTSIDE)
        return Found(path, 0, Mark.LINK_OUTSIDE if _counts(path) else Mark.SKIP)
    except OSError:
        return Found(path, 0, Mark.IO_ERROR)
    if stat.S_ISREG(end.st_mode):
        return _regular(root, path, end.st_size)
    return Found(path, 0, Mark.NOT_REGULAR if _counts(path) else Mark.SKIP)


def look(root: bytes, path: bytes) -> Found:
    """Say what one thing below the root is; pipes, sockets and devices are not opened."""
    try:
        status = os.lstat(root + b"/" + path)
    except OSError:
        return Found(path, 0, Mark.IO_ERROR)
    if stat.S_ISREG(status.st_mode):
        return _regular(root, path, status.st_size)
    if stat.S_ISLNK(status.st_mode):
        return _link(root, path)
    return Found(path, 0, Mark.NOT_REGULAR if _counts(path) else Mark.SKIP)


def _listing(root: bytes, folder: bytes) -> list[bytes]:
    """List a directory, last first; directories end with a slash, so that whole paths are in byte order."""
    with os.scandir(root + b"/" + folder) as entries:
        names = [e.name + b"/" if e.is_dir(follow_symlinks=False) else e.name for e in entries]
    names.sort(reverse=True)
    return names


def walk(root: bytes) -> Iterator[Found]:
    """Yield everything below the root in byte order of its path, directories only if they are a problem.

    Memory is one listing for each open level.
    """
    levels: list[tuple[bytes, list[bytes]]] = [(b"", _listing(root, b""))]
    while levels:
        folder, names = levels[-1]
        if not names:
            levels.pop()
            continue
        path = folder + names.pop()
        if not path.endswith(b"/"):
            yield look(root, path)
            continue
        if named_as_media(escape(path[:-1])):
            yield Found(path[:-1], 0, Mark.NOT_REGULAR)
        try:
            levels.append((path, _listing(root, path)))
        except OSError:
            yield Found(path, 0, Mark.IO_ERROR)
