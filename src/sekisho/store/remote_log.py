"""Read a log over HTTP without believing its server. C2SP tlog-tiles, the client's side.

Whatever comes is checked up to the log's signature: tiles by the proof made of them, entries by their
tile, a checkpoint by the log's key and by the one seen before.
"""

from dataclasses import dataclass, field
from pathlib import Path

from sekisho.errors import EvidenceError, InputError, NotFoundError, SignatureError
from sekisho.ledger.checkpoint import Checkpoint, open_checkpoint
from sekisho.ledger.note import MAX_NOTE, NoteKey
from sekisho.ledger.proof import LogProof, encode_proof
from sekisho.ledger.tiles import (
    MAX_ENTRY,
    TILE_WIDTH,
    decode_bundle,
    entries_path,
    split_tile,
    tile_path,
    tile_reader,
)
from sekisho.ledger.tree import (
    EMPTY_ROOT,
    HASH_BYTES,
    HashReader,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from sekisho.store.atomic import write_atomic
from sekisho.store.fetch import SECONDS, Fetch, Reply, fetch, join_url

__all__ = ["RemoteLog"]

OK, NOT_FOUND = 200, 404
_BUNDLE = TILE_WIDTH * (MAX_ENTRY + 2)
_TILES_KEPT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteLog:
    """A log at an address; reads only.

    Attributes:
        url: what `checkpoint` and `tile/...` are below.
        keys: the log's.
        origin: the log's; its keys' name in logs of ours.
    """

    url: str
    keys: tuple[NoteKey, ...]
    origin: str
    seconds: float = SECONDS
    fetch: Fetch = fetch
    _tiles: dict[tuple[int, int, int], bytes] = field(default_factory=dict, init=False, repr=False)

    def checkpoint(self) -> bytes:
        """Return the newest checkpoint, a note that the log has signed.

        Raises:
            NotFoundError: no answer, or there is no checkpoint.
            EvidenceError: it is not one of this log.
        """
        note = self._get("checkpoint", MAX_NOTE)
        self.open(note)
        return note

    def open(self, note: bytes) -> Checkpoint:
        """Return the head of a checkpoint of this log.

        Raises:
            EvidenceError: it is not one.
        """
        try:
            return open_checkpoint(note, self.keys, origin=self.origin)
        except (InputError, SignatureError) as error:
            raise EvidenceError(f"{self.url}: {error}", hint=error.hint) from error

    def read(self, size: int) -> HashReader:
        """Read hashes of the tree of `size` entries; prove what is made of them."""
        return tile_reader(self._tile, size)

    def entries(self, head: Checkpoint, number: int) -> tuple[bytes, ...]:
        """Return the entries of bundle `number` (256 each) of a tree, each proven to be in it.

        Raises:
            NotFoundError: there is no such bundle.
            EvidenceError: they do not hash to the tree.
        """
        width = min(TILE_WIDTH, head.size - number * TILE_WIDTH)
        if number < 0 or width < 1:
            raise NotFoundError(f"a log of {head.size} entries has no bundle {number}")
        data, count = self._get_partial(entries_path(number, width), entries_path(number), width, _BUNDLE)
        entries = decode_bundle(data, count)[:width]
        leaves = tuple(map(leaf_hash, entries))
        if leaves != split_tile(self._tile(0, number, width), width):
            raise EvidenceError(f"{self.url}: the entries of bundle {number} do not hash to its tile")
        first, read = number * TILE_WIDTH, self.read(head.size)
        # The tile is one node of the tree or the last of it; a proof for its first leaf covers both.
        verify_inclusion(leaves[0], first, head.size, inclusion_proof(read, first, head.size), head.root)
        return entries

    def prove(self, note: bytes, index: int) -> bytes:
        """Return a receipt for the entry at `index` against a checkpoint of this log: a C2SP tlog-proof.

        Raises:
            NotFoundError: no such entry, or a tile is missing.
            EvidenceError: the tiles do not hash to the checkpoint.
        """
        head = self.open(note)
        if not 0 <= index < head.size:
            raise NotFoundError(f"the log has no entry {index}; its size is {head.size}")
        read = self.read(head.size)
        hashes = inclusion_proof(read, index, head.size)
        verify_inclusion(read(0, index), index, head.size, hashes, head.root)
        return encode_proof(LogProof(index=index, hashes=hashes, checkpoint=note))

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Return the proof, not yet verified, that the tree of `new` entries begins with that of `old`."""
        return consistency_proof(self.read(new), old, new)

    def follow(self, seen: Path) -> Checkpoint:
        """Compare the newest checkpoint with the one that `seen` keeps, and keep the newer one.

        Raises:
            NotFoundError: no answer.
            EvidenceError: the log was taken back or shows two histories; both notes are then kept
                in a file beside `seen`, which proves it to others.
        """
        note = self.checkpoint()
        head, before = self.open(note), seen.read_bytes() if seen.exists() else None
        if before is not None:
            self._compare(seen, before, note)
        elif tree_root(self.read(head.size), head.size) != head.root:
            raise EvidenceError(f"{self.url}: the tiles do not hash to the checkpoint")
        write_atomic(seen, (note,), force=True)
        return head

    def _compare(self, seen: Path, before: bytes, note: bytes) -> None:
        old, new = self.open(before), self.open(note)
        if new.size < old.size:
            raise EvidenceError(
                f"{self.url}: the log has {new.size} entries; it had {old.size} before",
                hint=f"a stale copy, or the log was taken back; {seen} keeps the longer head",
            )
        if old.size == 0 and old.root == EMPTY_ROOT:
            return
        try:
            proof = self.consistency(old.size, new.size)
            verify_consistency(old.size, new.size, proof, old.root, new.root)
        except EvidenceError as error:
            kept = seen.with_name(f"{seen.name}.split-{old.size}-{new.size}")
            write_atomic(kept, (before, b"\n", note), force=True)
            raise EvidenceError(
                f"{self.url}: the log does not continue what it showed before: {error}",
                hint=f"{kept} has both signed checkpoints: show it to others",
            ) from error

    def _reply(self, path: str, limit: int) -> Reply:
        return self.fetch(join_url(self.url, path), limit=limit, seconds=self.seconds)

    def _get(self, path: str, limit: int) -> bytes:
        reply = self._reply(path, limit)
        if reply.status != OK:
            raise NotFoundError(f"{join_url(self.url, path)} answered {reply.status}")
        return reply.body

    def _get_partial(self, partial: str, full: str, width: int, limit: int) -> tuple[bytes, int]:
        """Get a tile or bundle and its width; a partial one may have given way to the full one."""
        reply = self._reply(partial, limit)
        if reply.status == NOT_FOUND and partial != full:
            return self._get(full, limit), TILE_WIDTH
        if reply.status != OK:
            raise NotFoundError(f"{join_url(self.url, partial)} answered {reply.status}")
        return reply.body, width

    def _tile(self, level: int, index: int, width: int) -> bytes:
        key = level, index, width
        if key not in self._tiles:
            partial, full = tile_path(*key), tile_path(level, index)
            data, whole = self._get_partial(partial, full, width, TILE_WIDTH * HASH_BYTES)
            hashes = split_tile(data, whole)
            while len(self._tiles) >= _TILES_KEPT:
                self._tiles.pop(next(iter(self._tiles)))
            self._tiles[key] = b"".join(hashes[:width])
        return self._tiles[key]
