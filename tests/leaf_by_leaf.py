"""The oracle of a growing log: all tiles that one more leaf makes, read back and written each time."""

from collections.abc import Iterator

from sekisho.ledger.tiles import TILE_WIDTH, TileFetch, split_tile
from sekisho.ledger.tree import subtree_root

__all__ = ["grow"]


def grow(fetch: TileFetch, size: int, leaf: bytes) -> Iterator[tuple[tuple[int, int, int], bytes]]:
    """Yield (level, index, width) and bytes of each tile that one more leaf makes, lowest first."""
    level, position, added = 0, size, leaf
    while True:
        index, width = divmod(position, TILE_WIDTH)
        before = split_tile(fetch(level, index, width), width) if width else ()
        yield (level, index, width + 1), b"".join((*before, added))
        if width + 1 < TILE_WIDTH:
            return
        level, position, added = level + 1, index, subtree_root((*before, added))
