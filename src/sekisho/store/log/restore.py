"""Bring a log's database back from its files, and tiles from the entries, without losing an entry.

What the checkpoint covers is checked to its root. Entries beyond it were acknowledged but not yet
signed: those in bundles and those in the journal, where it can be read, are kept in their order.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sekisho.errors import EvidenceError, InputError
from sekisho.ledger.checkpoint import Checkpoint
from sekisho.ledger.entry import check_entry
from sekisho.ledger.tiles import TILE_WIDTH, decode_bundle, encode_bundle, entries_path
from sekisho.store.log.disk import NewFiles, locked, sweep, sync_folder
from sekisho.store.log.edge import Edge, lengthen
from sekisho.store.log.fsck import rebuilt
from sekisho.store.log.journal import Journal, Run
from sekisho.store.log.local import APPENDING, DATABASE, PUBLISHING, LocalLog
from sekisho.store.log.sequence import JOURNAL, Sequencer, State, first_layout
from sekisho.store.log.static import StaticLog

__all__ = ["Restored", "restore_log"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was found: entries under the checkpoint, and those that wait for the next one."""

    published: int
    waiting: int


def _widest(log: StaticLog, index: int) -> tuple[bytes, ...]:
    """Return the entries of the longest bundle that is there with this number."""
    folder = log.path / f"{entries_path(index)}.p"
    widths = [int(path.name) for path in folder.iterdir() if path.name.isdigit()] if folder.is_dir() else []
    if (log.path / entries_path(index)).is_file():
        widths = [TILE_WIDTH]
    width = max(widths, default=0)
    return decode_bundle((log.path / entries_path(index, width)).read_bytes(), width) if width else ()


def _beyond(log: StaticLog, size: int) -> list[bytes]:
    """Return the entries in bundles beyond the checkpoint."""
    found: list[bytes] = []
    index, skip = divmod(size, TILE_WIDTH)
    while True:
        entries = _widest(log, index)
        found += entries[skip:]
        if len(entries) < TILE_WIDTH:
            return found
        index, skip = index + 1, 0


def _runs(entries: list[bytes], first: int) -> Iterator[Run]:
    for start in range(0, len(entries), TILE_WIDTH):
        some = entries[start : start + TILE_WIDTH]
        yield Run(first=first + start, count=len(some), data=encode_bundle(some))


def _put_aside(file: Path, why: str) -> None:
    for end in ("", "-wal", "-shm"):
        old = file.with_name(file.name + end)
        if old.exists():
            old.rename(file.with_name(f"{file.name}.{why}{end}"))


def _old_heads(file: Path) -> State:
    """Return the heads that a database has; a broken one is put aside and gives nothing."""
    if not file.exists():
        return State()
    earlier = first_layout(file)
    if earlier is not None:
        state, runs = earlier
        Journal(file.parent / JOURNAL).begin(runs[0].first if runs else state.published, 0, runs)
        _put_aside(file, "layout-1")
        return state
    try:
        with closing(Sequencer(file)) as sequencer:
            return sequencer.state()
    except EvidenceError:
        _put_aside(file, "broken")
        return State()


def _waiting(folder: Path) -> list[tuple[int, bytes]]:
    """Return the (index, entry) of all that the journal has; what is damaged is kept aside."""
    runs = Journal(folder).whole()
    cut = [(run.first, decode_bundle(run.data, run.count)) for run in runs]
    return [(first + n, entry) for first, entries in cut for n, entry in enumerate(entries)]


def _joined(log: StaticLog, size: int, rows: list[tuple[int, bytes]]) -> list[bytes]:
    """Return all entries beyond the checkpoint, of files and journal, which must not contradict."""
    start = min([size, *(index for index, _ in rows[:1])])
    entries = [*log.entries(start, size), *_beyond(log, size)]
    for index, entry in rows:
        known = index - start
        if known == len(entries):
            entries.append(entry)
        elif known > len(entries):
            raise EvidenceError(f"the entries from {start + len(entries)} on to {index} are lost")
        elif entry != entries[known]:
            raise EvidenceError(
                f"entry {index} in the journal is another than in the files",
                hint=f"two copies of the log went on separately; move {JOURNAL} aside if its entries may go",
            )
    return entries[size - start :]


def _signed_head(log: LocalLog, edge: Edge, runs: list[Run], *signed: Checkpoint) -> State:
    """Return the heads for the new database, after all that was signed was found in the log's entries."""
    published, root = edge.size, edge.root()
    heads = {edge.size: root}
    for run in runs:
        wanted = sorted({h.size for h in signed if run.first < h.size < run.first + run.count})
        cut = decode_bundle(run.data, run.count)
        for size in wanted:
            heads[size] = lengthen(edge, encode_bundle(cut[: size - run.first]))[0].root()
        edge, _ = lengthen(edge, run.data)
        heads[edge.size] = edge.root()
    for head in signed:
        found = heads.get(head.size) or (
            log.static.root_at(head.size, published) if head.size < published else None
        )
        if found != head.root:
            raise EvidenceError(
                f"refusing to sign: the key of the log {log.path} has signed {head.size} entries, and these"
                f" files have {edge.size} that are not the same",
                hint="bring back the newest copy of the log's folder",
            )
    top = max((h.size for h in signed), default=published)
    size = max(top, published)
    return State(size=size, root=heads[size], published=published, published_root=root)


def restore_log(log: LocalLog) -> Restored:
    """Check all entries of a log, make its missing tiles, and build its database anew.

    Raises:
        EvidenceError: files that do not hash to the checkpoint, or the key has signed more than is here.
    """
    log.close()
    log.path.mkdir(parents=True, exist_ok=True)
    with locked(log.path / PUBLISHING), locked(log.path / APPENDING):
        sweep(log.path)
        head = log.static.head()
        with NewFiles(log.path) as new:
            edge = rebuilt(log.static, head.size, new.add)
        if edge.root() != head.root:
            raise EvidenceError("the entries do not hash to the checkpoint", hint="sekisho log fsck")
        state, rows = _old_heads(log.path / DATABASE), _waiting(log.path / JOURNAL)
        entries = _joined(log.static, head.size, rows)
        hours = [_hour(entry, log) for entry in entries] or [_latest(log, head.size)]
        runs = list(_runs(entries, head.size))
        known = Checkpoint(origin=log.origin, size=state.size, root=state.root)
        after = _signed_head(log, edge, runs, head, log.static.known(log.mark), known)
        sequencer = Sequencer(log.path / DATABASE)
        sequencer.begin_at(after, runs, max(hours))
        sequencer.close()
        sync_folder(log.path)
    return Restored(published=head.size, waiting=len(entries))


def _hour(entry: bytes, log: LocalLog) -> int:
    try:
        return check_entry(entry)
    except InputError as error:
        raise EvidenceError(f"a bundle of the log {log.path} beyond its checkpoint: {error}") from error


def _latest(log: LocalLog, size: int) -> int:
    for entry in log.static.entries(size - 1, size) if size else ():
        return _hour(entry, log)
    return 0
