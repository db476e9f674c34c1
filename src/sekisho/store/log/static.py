"""Read a log's static files: the newest checkpoint, proofs, entries. For its owner and for copies of it.

Nothing here believes a file: a tile that does not lead to the checkpoint gives no proof.
"""

import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sekisho.errors import EvidenceError, InputError, NotFoundError, SignatureError
from sekisho.ledger.checkpoint import Checkpoint, open_checkpoint
from sekisho.ledger.note import NoteKey
from sekisho.ledger.proof import LogProof, encode_proof
from sekisho.ledger.tiles import (
    ENTRIES,
    MAX_ENTRY,
    TILE_WIDTH,
    decode_bundle,
    entries_path,
    tile_path,
    tile_reader,
)
from sekisho.ledger.tree import (
    EMPTY_ROOT,
    HASH_BYTES,
    HashReader,
    consistency_proof,
    inclusion_proof,
    tree_root,
    verify_consistency,
    verify_inclusion,
)

__all__ = ["CHECKPOINT", "MAX_BUNDLE", "StaticLog", "read_file"]

CHECKPOINT = "checkpoint"
_DAMAGED = "bring back the newest copy of the log's folder; sekisho log fsck says what else is wrong"
_LENGTH = 2
MAX_BUNDLE = TILE_WIDTH * (_LENGTH + MAX_ENTRY)
"""Bytes of the longest bundle that the format allows."""


def _first_entries(bundle: bytes, count: int) -> bytes:
    """Return the part of a bundle that holds its first entries."""
    end = 0
    for _ in range(count):
        end += _LENGTH + int.from_bytes(bundle[end : end + _LENGTH])
    return bundle[:end]


def read_file(path: Path, limit: int) -> bytes:
    """Read a file of a log; one that has no end, or more bytes than any of its kind, is not opened.

    Raises:
        FileNotFoundError: it is not there.
        EvidenceError: it is no file, or too long.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode) or found.st_size > limit:
        raise EvidenceError(f"{path} is no file of a log: it has at most {limit} bytes")
    return path.read_bytes()


@dataclass(frozen=True, slots=True)
class StaticLog:
    """The files of the log that `key` signs, below the folder `path`.

    The tiles of the tree that was read last stay in memory.
    """

    path: Path
    key: NoteKey
    _kept: dict[int, HashReader] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def origin(self) -> str:
        """The log's name, which is its key's too."""
        return self.key.name

    def checkpoint(self) -> bytes:
        """Return the newest checkpoint, a signed note.

        Raises:
            NotFoundError: nothing was published yet.
        """
        try:
            return (self.path / CHECKPOINT).read_bytes()
        except FileNotFoundError as error:
            raise NotFoundError(f"the log {self.path} has published no entry yet") from error

    def head(self) -> Checkpoint:
        """Return the newest checkpoint, its signature verified; that of an empty log if there is none."""
        return self.known(self.path / CHECKPOINT)

    def known(self, path: Path) -> Checkpoint:
        """Open a checkpoint in a file; that of an empty log if there is no file."""
        try:
            note = path.read_bytes()
        except FileNotFoundError:
            return Checkpoint(origin=self.origin, size=0, root=EMPTY_ROOT)
        return self.opened(note)

    def opened(self, note: bytes) -> Checkpoint:
        """Verify a checkpoint of this log.

        Raises:
            EvidenceError: it is damaged, or not signed by the log's key: it is evidence, not input.
        """
        try:
            return open_checkpoint(note, [self.key], origin=self.origin)
        except (InputError, SignatureError) as error:
            raise EvidenceError(
                f"the checkpoint of the log {self.path} does not hold: {error}", hint=error.hint or _DAMAGED
            ) from error

    def stored(self, level: int, index: int, width: int) -> bytes:
        """Return a tile, or at level `ENTRIES` a bundle; a partial one may have given way to the full one.

        Raises:
            EvidenceError: it is not there.
        """
        name = entries_path if level == ENTRIES else lambda *numbers: tile_path(level, *numbers)
        limit = MAX_BUNDLE if level == ENTRIES else TILE_WIDTH * HASH_BYTES
        with suppress(FileNotFoundError):
            return read_file(self.path / name(index, width), limit)
        try:
            full = read_file(self.path / name(index, TILE_WIDTH), limit)
        except FileNotFoundError as error:
            raise EvidenceError(f"{name(index, width)} is missing from the log {self.path}") from error
        return _first_entries(full, width) if level == ENTRIES else full[: width * HASH_BYTES]

    def reader(self, size: int) -> HashReader:
        """Read the hashes of the tree of `size` entries; not yet proven."""
        read = self._kept.get(size)
        if read is None:
            read = tile_reader(self.stored, size)
            self._kept.clear()
            self._kept[size] = read
        return read

    def root_at(self, size: int, within: int) -> bytes:
        """Return the root of the first `size` entries of a log whose files reach to `within`."""
        return tree_root(self.reader(within), size)

    def prove(self, index: int) -> bytes:
        """Return a receipt for the entry at `index`: a C2SP tlog-proof against the newest checkpoint.

        Raises:
            NotFoundError: no such entry.
            EvidenceError: the tiles do not hash to the checkpoint.
        """
        note = self.checkpoint()
        head = self.opened(note)
        if not 0 <= index < head.size:
            raise NotFoundError(f"the log has no entry {index}; its size is {head.size}")
        read = self.reader(head.size)
        hashes = inclusion_proof(read, index, head.size)
        verify_inclusion(read(0, index), index, head.size, hashes, head.root)
        return encode_proof(LogProof(index=index, hashes=hashes, checkpoint=note))

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Return the proof that the first `new` entries begin with the first `old`.

        Raises:
            NotFoundError: the log is not as long, or `old` is 0, from which nothing is proven.
            EvidenceError: the tiles do not hash to the checkpoint.
        """
        head = self.head()
        if not 1 <= old <= new <= head.size:
            raise NotFoundError(f"no proof from {old} to {new} entries; the log has {head.size}")
        read = self.reader(head.size)
        roots = tree_root(read, old), tree_root(read, new)
        proof = consistency_proof(read, old, new)
        verify_consistency(old, new, proof, *roots)
        if new != head.size:
            verify_consistency(new, head.size, consistency_proof(read, new, head.size), roots[1], head.root)
        elif roots[1] != head.root:
            raise EvidenceError(f"the tiles of the log {self.path} do not hash to its checkpoint")
        return proof

    def entries(self, start: int, stop: int) -> Iterator[bytes]:
        """Yield the entries from `start` to before `stop`, as the bundles have them, not yet proven."""
        size = self.head().size
        for index in range(start // TILE_WIDTH, -(-min(stop, size) // TILE_WIDTH)):
            first = index * TILE_WIDTH
            width = min(TILE_WIDTH, size - first)
            found = decode_bundle(self.stored(ENTRIES, index, width), width)
            yield from found[max(0, start - first) : stop - first]
