"""A local C2SP log on disk: many writers, one publisher, static files that anybody can serve or copy.

An entry is in the log when it is in the sequencer's journal; bundles, tiles and the checkpoint follow
from there. Publishing writes new files only, brings them to the disk, keeps the head that it will sign
in the database, signs, keeps the signed head beside the key (`high_water`), gathers cosignatures and
renames the checkpoint at last. Whatever stops it leaves the old checkpoint and a log that goes on.

A restored backup must not sign a second history: before signing, the database, the checkpoint and the
high-water mark are compared, and a witness that has seen more refuses too.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sekisho.errors import EvidenceError, IncompleteError, NotFoundError
from sekisho.ledger.checkpoint import Checkpoint, check_origin, sign_checkpoint
from sekisho.ledger.entry import check_entries, not_before
from sekisho.ledger.note import NoteKey
from sekisho.ledger.tiles import encode_bundle
from sekisho.ledger.tree import consistency_proof
from sekisho.signing import Signer
from sekisho.store.log.disk import (
    NewFiles,
    drop_folders,
    locked,
    make_folder,
    replace_files,
    sweep,
    sync_folder,
)
from sekisho.store.log.edge import Edge, lengthen, read_edge, replaced
from sekisho.store.log.joining import Joined
from sekisho.store.log.sequence import Sequencer, State
from sekisho.store.log.static import CHECKPOINT, StaticLog

__all__ = ["DATABASE", "HIGH_WATER", "PUBLISHING", "LocalLog", "Witnesses"]

DATABASE = ".sequence.sqlite"
HIGH_WATER = "high-water"
PUBLISHING = ".publishing"
"""The lock of the publisher."""
APPENDING = ".appending"
"""The lock of who appends."""

Prove = Callable[[int], Sequence[bytes]]
"""An older size -> the proof that the head to be cosigned begins with it."""


class Witnesses(Protocol):
    """Others who sign a head after they have seen that it follows the one they signed before."""

    def gather(self, note: bytes, old: int, prove: Prove) -> bytes:
        """Return the note with the cosignatures that the policy asks for.

        Args:
            note: the checkpoint with the log's signature.
            old: the size of the checkpoint before, which the witnesses have probably seen.
            prove: makes the proof from another size, if a witness has seen that.

        Raises:
            IncompleteError: too few of them answered.
            EvidenceError: one has seen a longer or another log.
        """


@dataclass(frozen=True, slots=True)
class LocalLog:
    """An append-only log in the folder `path`, signed by one key under the name `origin`.

    Attributes:
        high_water: where the highest head signed is kept; beside the key is best, so that a restore
            of the log alone does not take it back. None: in the log's folder.
        witnesses: who cosigns each checkpoint before it is shown; None: nobody.
    """

    path: Path
    signer: Signer
    origin: str
    high_water: Path | None = None
    witnesses: Witnesses | None = None
    _open: list[Joined] = field(default_factory=list, init=False, repr=False, compare=False)
    _static: list[StaticLog] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_origin(self.origin)
        self._static.append(StaticLog(self.path, NoteKey(name=self.origin, key=self.signer.key)))

    @property
    def static(self) -> StaticLog:
        """The log as others see it."""
        return self._static[0]

    @property
    def vkey(self) -> str:
        """The verifier key: what others need to check this log's receipts."""
        return self.static.key.vkey

    @property
    def mark(self) -> Path:
        """The file of the highest head signed."""
        return self.high_water or self.path / HIGH_WATER

    def checkpoint(self) -> bytes:
        """Return the newest checkpoint, a signed note.

        Raises:
            NotFoundError: nothing was published yet.
        """
        return self.static.checkpoint()

    def prove(self, index: int) -> bytes:
        """Return a receipt for the entry at `index`, see `StaticLog.prove`."""
        return self.static.prove(index)

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Return the proof that the log only grew, see `StaticLog.consistency`."""
        return self.static.consistency(old, new)

    def not_before(self, at: datetime) -> datetime:
        """Return the time for a new entry: `at`, or that of the newest one if the clock was set back."""
        return not_before(at, self._sequence().sequencer.end().latest if self.begun else 0)

    def append(self, entry: bytes) -> int:
        """Append an entry, publish a checkpoint that has it, and return its index.

        Threads and processes may do so at once; one of them publishes for all that are waiting. If this
        raises anything but `InputError`, the entry may be in the log although the caller does not know.

        Raises:
            InputError: not an entry that `ledger.entry` allows.
            EvidenceError: the checkpoint on disk is damaged or signed by another key, the files do not hash
                to it, or the log was taken back.
            IncompleteError: too few witnesses; the entry is kept and stands in the next checkpoint.
        """
        (index,) = self.append_all([entry])
        try:
            with locked(self.path / PUBLISHING):
                if self.static.head().size <= index:
                    self._publish()
        except IncompleteError as error:
            raise IncompleteError(
                f"entry {index} is in the log, but not published: {error}",
                hint=f"when the witnesses answer again: sekisho log publish; sekisho log proof {index}",
            ) from error
        return index

    def append_all(self, entries: Sequence[bytes]) -> list[int]:
        """Append entries without publishing them, and return their indices; they are on the disk then.

        One write, and one wait for the disk, for all of them and for those of other threads that were
        waiting.

        Raises:
            InputError: one is not an entry that `ledger.entry` allows; none was appended.
            EvidenceError: as `append`.
        """
        latest = check_entries(entries)
        if not entries:
            return []
        first = self._sequence().append(encode_bundle(entries), len(entries), latest)
        return list(range(first, first + len(entries)))

    def publish(self) -> bytes:
        """Publish all entries that were appended and return the newest checkpoint.

        O(new entries + log size) hashes, in the same memory for any number.

        Raises:
            NotFoundError: nothing was appended yet.
            EvidenceError, IncompleteError: as `append`; the old checkpoint stays.
        """
        if not self.begun:
            raise NotFoundError(f"the log {self.path} has no entry yet", hint="sekisho log append FILE")
        with locked(self.path / PUBLISHING):
            return self._publish()

    @property
    def waiting(self) -> int:
        """How many entries were appended and stand under no checkpoint yet."""
        if not (self.path / DATABASE).exists():
            return 0
        return self._sequence().sequencer.end().next - self.static.head().size

    def close(self) -> None:
        """Close the database; the next use opens it again."""
        while self._open:
            self._open.pop().sequencer.close()

    @property
    def begun(self) -> bool:
        """Whether anything was ever appended here or signed by the key."""
        names = (DATABASE, CHECKPOINT)
        return self.mark.exists() or any((self.path / name).exists() for name in names)

    def _sequence(self) -> Joined:
        """Open the database once for this process, and look whether it may be continued."""
        with suppress(IndexError):
            if self._open[0].sequencer.here:
                return self._open[0]
            self._open.clear()
        head, seen = self.static.head(), self.static.known(self.mark)
        # Database and journal are made first and never removed: whoever sees a head sees them too.
        file = self.path / DATABASE
        if head.size + seen.size and not file.exists():
            raise _refusal(
                f"the log {self.path} has no database, but its key has signed {max(head.size, seen.size)}"
                " entries"
            )
        make_folder(self.path)
        with locked(self.path / APPENDING):
            sequencer = Sequencer(file)
        sync_folder(self.path)
        try:
            # Read after the files: they never run ahead of it.
            self._check_ahead(sequencer, max(head.size, seen.size))
        except BaseException:
            sequencer.close()
            raise
        self._open.append(Joined(sequencer, self.path / APPENDING))
        return self._open[0]

    def _check_ahead(self, sequencer: Sequencer, signed: int) -> State:
        """Return the heads after all that was signed was found in database and journal."""
        state = sequencer.state()
        if state.size < signed:
            raise _refusal(_behind(self.path, state.size, signed))
        if (known := sequencer.end().next) < state.size:
            raise _refusal(
                f"the log {self.path} was taken back: {state.size} entries are signed, its journal ends with"
                f" {known}"
            )
        return state

    def _settled(self, sequencer: Sequencer) -> tuple[State, Edge]:
        """Return heads and edge from which a publisher may go on.

        Raises:
            EvidenceError: database, files and high-water mark are not of one history.
        """
        head, seen = self.static.head(), self.static.known(self.mark)
        with locked(self.path / APPENDING):
            sequencer.settle()
        state = self._check_ahead(sequencer, max(head.size, seen.size))
        known = ((state.published, state.published_root), (state.size, state.root))
        if (head.size, head.root) not in known:
            raise _refusal(
                f"the checkpoint of the log {self.path} has {head.size} entries and its database knows"
                f" {state.published} published and {state.size} signed: they are not of one moment"
            )
        edge = read_edge(self.static.stored, head.size)
        if edge.root() != head.root:
            raise EvidenceError(
                f"the tiles of the log {self.path} do not hash to its checkpoint", hint="sekisho log fsck"
            )
        if seen.root not in {state.root, head.root} and self._root(seen.size, state) != seen.root:
            raise _refusal(f"the key of the log {self.path} signed another history of {seen.size} entries")
        return state, edge

    def _root(self, size: int, state: State) -> bytes:
        return self.static.root_at(size, state.size)

    def _publish(self) -> bytes:
        """Publish while holding the lock."""
        sequencer = self._sequence().sequencer
        state, edge = self._settled(sequencer)
        sweep(self.path)
        before, root = edge.size, edge.root()
        self._drop(state.published, before)
        with NewFiles(self.path) as new:
            for run in sequencer.pending(before):
                edge, files = lengthen(edge, run.data)
                new.add(files)
            if edge.size > before:
                new.add(edge.partials())
        if edge.size == before:
            return self.checkpoint()
        head = Checkpoint(origin=self.origin, size=edge.size, root=edge.root())
        sequencer.intend(replace(state, published=before, published_root=root), head.size, head.root)
        note = self._show(head, before)
        self._drop(before, edge.size)
        return note

    def _show(self, head: Checkpoint, old: int) -> bytes:
        """Sign a head that the database keeps already, have it cosigned, and show it."""
        note = sign_checkpoint(head, self.signer)
        place = self.path / CHECKPOINT
        if self.witnesses is None:
            replace_files([(self.mark, note), (place, note)])
            return note
        replace_files([(self.mark, note)])
        read = self.static.reader(head.size)
        cosigned = self.witnesses.gather(note, old, lambda size: consistency_proof(read, size, head.size))
        replace_files([(place, cosigned)])
        return cosigned

    def _drop(self, old: int, new: int) -> None:
        """Remove the partial tiles that full ones have replaced."""
        folders = [self.path / name for name in replaced(old, new)]
        drop_folders(folder for folder in folders if folder.exists())


def _behind(path: Path, database: int, signed: int) -> str:
    return f"the log {path} was taken back: {signed} entries are signed, its database knows of {database}"


def _refusal(message: str) -> EvidenceError:
    return EvidenceError(
        f"refusing to sign: {message}",
        hint="bring back the newest copy of the log's folder; if only the database is old or lost: "
        "sekisho log restore",
    )
