"""The right edge of a log's tree: all that has to be known to make the log longer. Pure.

The edge is the unfinished last tile of each level and the unfinished bundle of entries. So a log of
any size is continued in the same memory, and n new entries cost O(n) hashes and the edge once.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sekisho.errors import EvidenceError
from sekisho.ledger.tiles import ENTRIES, TILE_WIDTH, entries_path, split_tile, tile_path
from sekisho.ledger.tree import EMPTY_ROOT, subtree_root, tree_levels

__all__ = ["EMPTY_EDGE", "Edge", "File", "StoredRead", "lengthen", "read_edge", "replaced"]

File = tuple[str, bytes]
"""A path below the log's folder, and the bytes that belong there."""
StoredRead = Callable[[int, int, int], bytes]
"""(level, index, width) -> the bytes of a tile; level `ENTRIES` means the bundle of entries."""

_LENGTH = 2
_HEIGHT = TILE_WIDTH.bit_length() - 1


def _path(level: int, index: int, width: int = TILE_WIDTH) -> str:
    return entries_path(index, width) if level == ENTRIES else tile_path(level, index, width)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """The unfinished end of a log.

    Attributes:
        size: entries in the log.
        rows: the hashes of the unfinished tile of each level, from level 0; at most 255 each.
        bundle: the encoded entries of the unfinished bundle, as many as `rows[0]` has hashes.
    """

    size: int
    rows: tuple[tuple[bytes, ...], ...]
    bundle: bytes

    def root(self) -> bytes:
        """Return the root of the whole tree. At most 255 hashes a level."""
        last: tuple[bytes, ...] = ()
        for row in self.rows:
            # What is left of the levels below is the last, smaller subtree of this one.
            nodes = (*row, *last)
            last = (tree_levels(nodes)[-1][0],) if nodes else ()
        return last[0] if last else EMPTY_ROOT

    def partials(self) -> Iterator[File]:
        """Yield the unfinished bundle and tiles as files, which a checkpoint of this size needs."""
        for level, row in enumerate(self.rows):
            index = self.size >> (_HEIGHT * (level + 1))
            if row and level == 0:
                yield entries_path(index, len(row)), self.bundle
            if row:
                yield tile_path(level, index, len(row)), b"".join(row)


EMPTY_EDGE = Edge(size=0, rows=(), bundle=b"")


def read_edge(read: StoredRead, size: int) -> Edge:
    """Read the edge of a log of `size` entries from its files, the entries checked against their tile.

    Raises:
        EvidenceError: a tile or bundle of another length, or entries that do not hash to the tile.
    """
    rows: list[tuple[bytes, ...]] = []
    while size >> (_HEIGHT * len(rows)):
        index, width = divmod(size >> (_HEIGHT * len(rows)), TILE_WIDTH)
        rows.append(split_tile(read(len(rows), index, width), width) if width else ())
    bundle = read(ENTRIES, size // TILE_WIDTH, size % TILE_WIDTH) if size % TILE_WIDTH else b""
    leaves, _ = _leaves(bundle)
    if rows and tuple(leaves) != rows[0]:
        raise EvidenceError("the entries of the log's last bundle do not hash to their tile")
    return Edge(size=size, rows=tuple(rows), bundle=bundle)


def _leaves_of_one_length(run: bytes, start: int) -> tuple[list[bytes], Sequence[int]] | None:
    """Return what `_leaves` does, in two thirds of the time, if all entries have the length of the first."""
    step = _LENGTH + int.from_bytes(run[start : start + _LENGTH])
    count, rest = divmod(len(run) - start, step)
    if rest or any(run[start + i :: step] != run[start + i : start + i + 1] * count for i in range(_LENGTH)):
        return None
    # The low byte of a length stands before its entry, where the leaf hash wants a zero.
    zeroed = bytearray(run)
    zeroed[start + 1 :: step] = bytes(count)
    leaves, sha256 = bytes(zeroed), hashlib.sha256
    ends = range(start + step, len(run) + 1, step)
    return [sha256(leaves[end - step + 1 : end]).digest() for end in ends], ends


def _leaves(run: bytes, start: int = 0) -> tuple[list[bytes], Sequence[int]]:
    """Return the leaf hash of each encoded entry from `start` on, and where each ends."""
    alike = _leaves_of_one_length(run, start)
    if alike is not None:
        return alike
    sha256, end, size = hashlib.sha256, start, len(run)
    leaves, ends = [], []
    while end < size:
        begin = end + _LENGTH
        end = begin + int.from_bytes(run[end:begin])
        leaves.append(sha256(b"\x00" + run[begin:end]).digest())
        ends.append(end)
    if end != size:
        raise EvidenceError("a run of log entries is cut short")
    return leaves, ends


def _bundles(edge: Edge, run: bytes, ends: Sequence[int]) -> tuple[list[File], bytes]:
    """Cut a run, which begins with the unfinished bundle, where bundles end; return what is left too."""
    missing = TILE_WIDTH - edge.size % TILE_WIDTH
    files, start = [], 0
    for number, end in enumerate(ends[missing - 1 :: TILE_WIDTH], edge.size // TILE_WIDTH):
        files.append((entries_path(number), run[start:end]))
        start = end
    return files, run[start:]


def lengthen(edge: Edge, run: bytes) -> tuple[Edge, list[File]]:
    """Append entries and return the new edge and every tile and bundle that became full.

    Args:
        edge: where the log ends now.
        run: the new entries, each behind its length as in a bundle.

    Raises:
        EvidenceError: the run is cut short.
    """
    run = edge.bundle + run
    added, ends = _leaves(run, len(edge.bundle))
    size = edge.size + len(added)
    files, bundle = _bundles(edge, run, ends)
    rows: list[tuple[bytes, ...]] = []
    while added or len(rows) < len(edge.rows):
        level = len(rows)
        row = [*(edge.rows[level] if level < len(edge.rows) else ()), *added]
        index = edge.size >> (_HEIGHT * (level + 1))
        full = [row[i : i + TILE_WIDTH] for i in range(0, len(row) - TILE_WIDTH + 1, TILE_WIDTH)]
        files += [(tile_path(level, index + n), b"".join(tile)) for n, tile in enumerate(full)]
        rows.append(tuple(row[len(full) * TILE_WIDTH :]))
        added = [subtree_root(tile) for tile in full]
    return Edge(size=size, rows=tuple(rows), bundle=bundle), files


def replaced(old: int, new: int) -> Iterator[str]:
    """Yield the folders of partial tiles that full ones have replaced when a log grew from `old` to `new`."""
    level = 0
    while new >> (_HEIGHT * (level + 1)):
        index, width = divmod(old >> (_HEIGHT * level), TILE_WIDTH)
        if width and index < new >> (_HEIGHT * (level + 1)):
            for kind in (ENTRIES, level) if level == 0 else (level,):
                yield f"{_path(kind, index)}.p"
        level += 1
