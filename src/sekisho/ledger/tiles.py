"""Tiles and entry bundles of a static log. C2SP tlog-tiles.

A full tile holds 256 hashes; tile (level, n) covers row `8 * level` of the tree. The last tile of a
row may be partial and has its own path; a partial tile never feeds the level above.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from sekisho.errors import EvidenceError, InputError
from sekisho.ledger.tree import HASH_BYTES, HashReader, tree_levels

__all__ = [
    "ENTRIES",
    "MAX_ENTRY",
    "TILE_WIDTH",
    "TileFetch",
    "decode_bundle",
    "encode_bundle",
    "entries_path",
    "parse_tile_path",
    "split_tile",
    "tile_path",
    "tile_reader",
]

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
MAX_LEVEL = 63
KEPT_TILES = 256
MAX_ENTRY = 0xFFFF
"""Bytes; an entry's length is a big-endian uint16."""

ENTRIES = -1
"""Stands for the level in a path of an entry bundle."""

_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")

TileFetch = Callable[[int, int, int], bytes]
"""(level, index, width) -> the bytes of that tile, `width` hashes, not yet checked."""


def _numbered(index: int, width: int) -> str:
    if index < 0 or not 1 <= width <= TILE_WIDTH:
        raise ValueError(f"no tile {index} of width {width}")
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    name = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return name if width == TILE_WIDTH else f"{name}.p/{width}"


def tile_path(level: int, index: int, width: int = TILE_WIDTH) -> str:
    """Return the path of a tile, such as `tile/0/x001/234.p/56`."""
    if not 0 <= level <= MAX_LEVEL:
        raise ValueError(f"no tile level {level}")
    return f"tile/{level}/{_numbered(index, width)}"


def entries_path(index: int, width: int = TILE_WIDTH) -> str:
    """Return the path of an entry bundle, such as `tile/entries/x001/234.p/56`."""
    return f"tile/entries/{_numbered(index, width)}"


def parse_tile_path(path: str) -> tuple[int, int, int]:
    """Return level (`ENTRIES` for a bundle), index and width of a path.

    Raises:
        InputError: not the one canonical path of a tile or bundle.
    """
    found = _PATH.fullmatch(path)
    if found is None:
        raise InputError(f"not the path of a tile: {path[:80]!r}")
    kind, groups, partial = found.groups()
    level, index = ENTRIES if kind == "entries" else int(kind), int(groups.replace("x", "").replace("/", ""))
    width = TILE_WIDTH if partial is None else int(partial)
    # A width of 256 has no partial path, and an index no group of zeros in front.
    if level > MAX_LEVEL or width > TILE_WIDTH or path != _path(level, index, width):
        raise InputError(f"not the path of a tile: {path[:80]!r}")
    return level, index, width


def _path(level: int, index: int, width: int) -> str:
    return entries_path(index, width) if level == ENTRIES else tile_path(level, index, width)


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return an entry bundle: each entry behind its length.

    Raises:
        InputError: an entry above 65,535 bytes.
    """
    lengths = {len(entry) for entry in entries}
    if max(lengths, default=0) > MAX_ENTRY:
        raise InputError(f"a log entry has at most {MAX_ENTRY} bytes")
    if len(lengths) == 1:
        # Entries are mostly of one length, and then no byte of them is copied twice.
        length = lengths.pop().to_bytes(2, "big")
        return length + length.join(entries)
    return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])


def decode_bundle(bundle: bytes, count: int) -> tuple[bytes, ...]:
    """Return the `count` entries of a bundle.

    Raises:
        EvidenceError: cut short, or bytes left over.
    """
    entries, position = [], 0
    for _ in range(count):
        start = position + 2
        position = start + int.from_bytes(bundle[position:start], "big")
        entries.append(bundle[start:position])
    if position != len(bundle):
        raise EvidenceError(f"the entry bundle does not hold exactly {count} entries")
    return tuple(entries)


def split_tile(tile: bytes, width: int) -> tuple[bytes, ...]:
    """Return the `width` hashes of a tile.

    Raises:
        EvidenceError: another length.
    """
    if len(tile) != width * HASH_BYTES:
        raise EvidenceError(f"a tile of width {width} has {width * HASH_BYTES} bytes, not {len(tile)}")
    return tuple(tile[i : i + HASH_BYTES] for i in range(0, len(tile), HASH_BYTES))


def tile_reader(fetch: TileFetch, size: int) -> HashReader:
    """Read the hashes of a tree of `size` leaves from its tiles.

    The last tiles are kept with all their inner hashes, about 9 MB at most as long as the reader lives.
    What is read is not yet proven: compare `tree_root` with a checkpoint, or verify the proof made.
    """

    @lru_cache(maxsize=KEPT_TILES)
    def tile(row: int, number: int, width: int) -> list[Sequence[bytes]]:
        return tree_levels(split_tile(fetch(row, number, width), width))

    def read(level: int, index: int) -> bytes:
        row, height = divmod(level, TILE_HEIGHT)
        number, offset = divmod(index << height, TILE_WIDTH)
        width = min(TILE_WIDTH, (size >> (TILE_HEIGHT * row)) - number * TILE_WIDTH)
        if offset + (1 << height) > width:
            raise ValueError(f"a tree of {size} has no hash {index} at level {level}")
        return tile(row, number, width)[height][offset >> height]

    return read
