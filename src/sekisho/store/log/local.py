"""A local C2SP log on disk: one writer at a time, static files that anybody can serve or copy.

The checkpoint is the truth. An append writes the entry bundle, then the tiles, then renames the
checkpoint; a crash before that leaves bytes beyond the checkpoint, which the next append overwrites.
A restored backup must not sign a second history: the highest head signed is kept apart
(`high_water`), and below it the log refuses to sign.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sekisho.errors import EvidenceError, NotFoundError
from sekisho.ledger.checkpoint import Checkpoint, check_origin, open_checkpoint, sign_checkpoint
from sekisho.ledger.entry import decode_entry
from sekisho.ledger.note import NoteKey
from sekisho.ledger.proof import LogProof, encode_proof
from sekisho.ledger.tiles import (
    TILE_WIDTH,
    decode_bundle,
    encode_bundle,
    entries_path,
    grow,
    split_tile,
    tile_path,
    tile_reader,
)
from sekisho.ledger.tree import (
    EMPTY_ROOT,
    HASH_BYTES,
    inclusion_proof,
    leaf_hash,
    tree_root,
    verify_inclusion,
)
from sekisho.signing import Signer

__all__ = ["LocalLog"]

CHECKPOINT = "checkpoint"
HIGH_WATER = "high-water"
LOCK = ".lock"


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, data: bytes) -> None:
    """Replace a file so that after a crash it has its old or its new bytes."""
    _make_folder(path.parent)
    fresh = path.with_name(path.name + ".tmp")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    _sync_folder(path.parent)


@dataclass(frozen=True, slots=True)
class LocalLog:
    """An append-only log in the folder `path`, signed by one key under the name `origin`.

    Attributes:
        high_water: where the highest head signed is kept; beside the key is best, so that a restore
            of the log alone does not take it back. None: in the log's folder.
    """

    path: Path
    signer: Signer
    origin: str
    high_water: Path | None = None

    def __post_init__(self) -> None:
        check_origin(self.origin)

    @property
    def vkey(self) -> str:
        """The verifier key: what others need to check this log's receipts."""
        return self._key.vkey

    def checkpoint(self) -> bytes:
        """Return the newest checkpoint, a signed note.

        Raises:
            NotFoundError: nothing was appended yet.
        """
        try:
            return (self.path / CHECKPOINT).read_bytes()
        except FileNotFoundError as error:
            raise NotFoundError(f"the log {self.path} has no entry yet") from error

    def append(self, entry: bytes) -> int:
        """Append an entry, publish the checkpoint that has it, and return its index.

        Several processes may append; each waits for the lock. If this raises after the checkpoint was
        renamed (a full disk), the entry is in the log although the caller does not know its index.

        Raises:
            InputError: not an entry that `ledger.entry` allows.
            SignatureError: the checkpoint on disk was signed by another key.
            EvidenceError: the files do not hash to the checkpoint, or the log was taken back.
        """
        decode_entry(entry)
        with self._locked():
            head = self._head()
            files = dict(grow(self._tile, head.size, leaf_hash(entry)))
            size = head.size + 1
            reader = tile_reader(lambda *tile: files.get(tile) or self._tile(*tile), size)
            index, width = divmod(head.size, TILE_WIDTH)
            bundle = encode_bundle((*self._entries(index, width), entry))
            _write(self.path / entries_path(index, width + 1), bundle)
            for tile, data in files.items():
                _write(self.path / tile_path(*tile), data)
            grown = Checkpoint(origin=self.origin, size=size, root=tree_root(reader, size))
            note = sign_checkpoint(grown, self.signer)
            _write(self.path / CHECKPOINT, note)
            _write(self._high_water, note)
            self._drop_partials([tile_path(*tile[:2]) for tile in files if tile[2] == TILE_WIDTH])
            return head.size

    def prove(self, index: int) -> bytes:
        """Return a receipt for the entry at `index`: a C2SP tlog-proof against the newest checkpoint.

        Raises:
            NotFoundError: no such entry.
            EvidenceError: the tiles do not hash to the checkpoint.
        """
        note = self.checkpoint()
        head = self._open(note)
        if not 0 <= index < head.size:
            raise NotFoundError(f"the log has no entry {index}; its size is {head.size}")
        read = tile_reader(self._tile, head.size)
        hashes = inclusion_proof(read, index, head.size)
        verify_inclusion(read(0, index), index, head.size, hashes, head.root)
        return encode_proof(LogProof(index=index, hashes=hashes, checkpoint=note))

    @property
    def _key(self) -> NoteKey:
        return NoteKey(name=self.origin, key=self.signer.key)

    @property
    def _high_water(self) -> Path:
        return self.high_water or self.path / HIGH_WATER

    @contextmanager
    def _locked(self) -> Iterator[None]:
        _make_folder(self.path)
        with (self.path / LOCK).open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _open(self, note: bytes) -> Checkpoint:
        return open_checkpoint(note, [self._key], origin=self.origin)

    def _known(self, path: Path) -> Checkpoint:
        if path.exists():
            return self._open(path.read_bytes())
        return Checkpoint(origin=self.origin, size=0, root=EMPTY_ROOT)

    def _head(self) -> Checkpoint:
        """Return the head on disk if it may be continued."""
        head, seen = self._known(self.path / CHECKPOINT), self._known(self._high_water)
        read = tile_reader(self._tile, head.size)
        if tree_root(read, head.size) != head.root:
            raise EvidenceError(f"the tiles of the log {self.path} do not hash to its checkpoint")
        if seen.size > head.size or tree_root(read, seen.size) != seen.root:
            raise EvidenceError(
                f"refusing to sign: the log {self.path} has {head.size} entries, but its key has signed "
                f"another history of {seen.size}",
                hint="bring back the newest copy of the log, or begin a new log under another origin",
            )
        return head

    def _stored(self, partial: str, full: str) -> bytes:
        """Read a tile or bundle; a partial one may have given way to the full one."""
        for name in (partial, full):
            with suppress(FileNotFoundError):
                return (self.path / name).read_bytes()
        raise EvidenceError(f"{partial} is missing from the log {self.path}")

    def _tile(self, level: int, index: int, width: int) -> bytes:
        data = self._stored(tile_path(level, index, width), tile_path(level, index))
        return data[: width * HASH_BYTES]

    def _entries(self, index: int, width: int) -> tuple[bytes, ...]:
        """Return the entries of the last, partial bundle, checked against its tile."""
        if not width:
            return ()
        path = self.path / entries_path(index, width)
        entries = decode_bundle(path.read_bytes() if path.exists() else b"", width)
        if tuple(map(leaf_hash, entries)) != split_tile(self._tile(0, index, width), width):
            raise EvidenceError(f"the entries of the log {self.path} do not hash to its tiles")
        return entries

    def _drop_partials(self, full: list[str]) -> None:
        """Remove the partial tiles that a full one replaces, and with level 0 the bundles."""
        for name in [*full, *(tile.replace("tile/0/", "tile/entries/", 1) for tile in full)]:
            shutil.rmtree(self.path / f"{name}.p", ignore_errors=True)
