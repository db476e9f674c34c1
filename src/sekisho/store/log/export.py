"""Copy what everybody may have of a log: tiles, bundles and the checkpoint, which comes last."""

from collections.abc import Iterator
from pathlib import Path

from sekisho.errors import EvidenceError
from sekisho.ledger.checkpoint import Checkpoint
from sekisho.ledger.tiles import ENTRIES, TILE_WIDTH, entries_path, tile_path
from sekisho.store.log.disk import FRESH, NewFiles, make_folder, replace_files, sweep
from sekisho.store.log.edge import File
from sekisho.store.log.static import CHECKPOINT, StaticLog

__all__ = ["export_log"]


def _places(size: int) -> Iterator[tuple[int, int, int]]:
    """Yield (level, index, width) of every tile of a log; level `ENTRIES` means bundles."""
    for level in range(ENTRIES, 8):
        nodes = size >> (8 * max(level, 0))
        for index in range(-(-nodes // TILE_WIDTH)):
            yield level, index, min(TILE_WIDTH, nodes - index * TILE_WIDTH)


def _file(log: StaticLog, level: int, index: int, width: int) -> File:
    name = entries_path(index, width) if level == ENTRIES else tile_path(level, index, width)
    return name, log.stored(level, index, width)


def export_log(log: StaticLog, target: Path) -> Checkpoint:
    """Copy a log's public files, or bring an older copy up to date.

    Raises:
        NotFoundError: nothing was published yet.
        EvidenceError: the copy is longer than the log, or another one.
    """
    note = log.checkpoint()
    head = log.opened(note)
    copy = StaticLog(target, log.key)
    before = copy.head()
    if before.size > head.size or log.root_at(before.size, head.size) != before.root:
        raise EvidenceError(
            f"{target} has {before.size} entries, which do not belong to this log of {head.size}",
            hint="the log was taken back, or this is the copy of another one",
        )
    make_folder(target)
    sweep(target)
    with NewFiles(target) as new:
        for place in _places(head.size):
            new.add([_file(log, *place)])
    (target / FRESH).rmdir()
    replace_files([(target / CHECKPOINT, note)])
    return head
