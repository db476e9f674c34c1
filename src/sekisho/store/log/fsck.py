"""Compute a whole log anew from its bundles and compare every file: nothing is believed but the key."""

from collections.abc import Callable, Iterator
from contextlib import suppress

from sekisho.errors import EvidenceError
from sekisho.ledger.checkpoint import Checkpoint
from sekisho.ledger.tiles import ENTRIES, TILE_WIDTH, decode_bundle, entries_path, split_tile, tile_path
from sekisho.ledger.tree import subtree_root
from sekisho.store.log.edge import EMPTY_EDGE, Edge, File, lengthen
from sekisho.store.log.static import CHECKPOINT, MAX_BUNDLE, StaticLog, read_file

__all__ = ["fsck", "rebuilt"]

MISSING = "is missing"
_HEIGHT = 8


class _Wrong(Exception):
    """A file that is missing or has other bytes; never leaves this module."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name, why)
        self.name, self.why = name, why


def bundles(log: StaticLog, size: int) -> Iterator[bytes]:
    """Yield the encoded entries of a log of `size` entries, a bundle at a time, in the form of a bundle.

    Raises:
        EvidenceError: a bundle is missing, cut short or has bytes left over; it is named.
    """
    for index in range(-(-size // TILE_WIDTH)):
        width = min(TILE_WIDTH, size - index * TILE_WIDTH)
        data = log.stored(ENTRIES, index, width)
        try:
            decode_bundle(data, width)
        except EvidenceError as error:
            raise EvidenceError(f"{entries_path(index, width)}: {error}") from error
        yield data


def rebuilt(log: StaticLog, size: int, take: Callable[[list[File]], None]) -> Edge:
    """Hash all entries and hand over every tile that they give; return the edge. Flat in memory."""
    edge = EMPTY_EDGE
    for data in bundles(log, size):
        edge, files = lengthen(edge, data)
        take(files)
    take(list(edge.partials()))
    return edge


def _compare(log: StaticLog, files: list[File]) -> None:
    for name, data in files:
        try:
            found = read_file(log.path / name, MAX_BUNDLE)
        except FileNotFoundError as error:
            raise _Wrong(name, MISSING) from error
        if found != data:
            raise _Wrong(name, "does not hold what the entries give")


def _leads_up(log: StaticLog, index: int, width: int, head: Checkpoint) -> bool:
    """Tell whether a tile of leaves leads to what is above it: the next tile, or the checkpoint."""
    if width < TILE_WIDTH:
        return log.root_at(head.size, head.size) == head.root
    above, place = divmod(index, TILE_WIDTH)
    across = min(TILE_WIDTH, (head.size >> _HEIGHT) - above * TILE_WIDTH)
    parent = split_tile(log.stored(1, above, across), across)[place]
    return subtree_root(split_tile(log.stored(0, index, width), width)) == parent


def _blamed(log: StaticLog, wrong: _Wrong, head: Checkpoint) -> _Wrong:
    """Tell whether it was a tile or its entries that changed."""
    for index in range(-(-head.size // TILE_WIDTH)):
        width = min(TILE_WIDTH, head.size - index * TILE_WIDTH)
        if wrong.name == tile_path(0, index, width) and wrong.why != MISSING:
            with suppress(EvidenceError):
                if _leads_up(log, index, width, head):
                    return _Wrong(entries_path(index, width), "has other entries than those that were hashed")
    return wrong


def fsck(log: StaticLog) -> Checkpoint:
    """Check every file of a log, or of a copy of it, and return its head.

    O(size) hashes and reads, a bundle in memory at a time.

    Raises:
        EvidenceError: a file is missing or was changed; the first one is named.
    """
    head = log.head()
    if not (log.path / CHECKPOINT).is_file():
        raise EvidenceError(f"{CHECKPOINT} is missing from the log {log.path}", hint="sekisho log publish")
    try:
        edge = rebuilt(log, head.size, lambda files: _compare(log, files))
    except _Wrong as wrong:
        found = _blamed(log, wrong, head)
        entries = found.name.startswith(entries_path(0)[:-3])
        hint = "bring it back from a copy of the log" if entries else "delete it, then: sekisho log restore"
        raise EvidenceError(f"{found.name} {found.why}", hint=hint) from wrong
    if edge.root() != head.root:
        raise EvidenceError(
            f"{CHECKPOINT}: the tree of all {head.size} entries has another root than was signed",
            hint="entries and tiles were changed together; bring them back from a copy of the log",
        )
    return head
