"""A log in memory, its forks, and witnesses for tests."""

from dataclasses import dataclass

from sekisho.errors import InputError, NotFoundError
from sekisho.ledger.checkpoint import Checkpoint, sign_checkpoint
from sekisho.ledger.note import NoteKey
from sekisho.ledger.policy import Witness
from sekisho.ledger.schemes import KeyType
from sekisho.ledger.tiles import TILE_WIDTH, encode_bundle, entries_path, tile_path
from sekisho.ledger.tree import consistency_proof, leaf_hash, leaf_reader, tree_root
from sekisho.store.fetch import Reply
from tests.keys import SeededKey
from tests.leaf_by_leaf import grow

__all__ = ["Growing", "Net", "static", "witness", "witness_key"]


@dataclass(frozen=True, kw_only=True)
class Growing:
    """A log of `count` entries, any beginning of which can be signed; another `word` is another history."""

    origin: str = "log.example/one"
    seed: str = "log"
    word: str = "entry"
    count: int = 64
    same: int = 0
    """So many first entries are those of the word `entry`."""
    made: tuple[bytes, ...] = ()
    """The entries themselves, instead."""

    @property
    def signer(self):
        return SeededKey(self.seed)

    @property
    def key(self):
        return NoteKey(name=self.origin, key=self.signer.key)

    @property
    def entries(self):
        return self.made or [
            f"{self.word if i >= self.same else 'entry'} {i}".encode() for i in range(self.count)
        ]

    @property
    def read(self):
        return leaf_reader([leaf_hash(entry) for entry in self.entries])

    def head(self, size):
        return Checkpoint(origin=self.origin, size=size, root=tree_root(self.read, size))

    def note(self, size):
        return sign_checkpoint(self.head(size), self.signer)

    def prove(self, old, new):
        return consistency_proof(self.read, old, new)


def witness_key(word, name=None):
    """Return a witness's key, made from a word."""
    return NoteKey(name=name or f"{word}.example", key=SeededKey(word).key, type=KeyType.ED25519_COSIGNATURE)


def witness(word, url=""):
    """Return a witness as a policy lists it."""
    return Witness(name=word, key=witness_key(word), url=url)


def static(log, size):
    """Return the files of a log of `size` entries by their paths, as a server has them."""
    tiles, entries = {}, log.entries[:size]
    for i, entry in enumerate(entries):
        tiles.update(grow(lambda *tile: tiles[tile], i, leaf_hash(entry)))
    files = {tile_path(*tile): data for tile, data in tiles.items()}
    for start in range(0, size, TILE_WIDTH):
        part = entries[start : start + TILE_WIDTH]
        files[entries_path(start // TILE_WIDTH, len(part))] = encode_bundle(part)
    return {**files, "checkpoint": log.note(size)}


class Net:
    """Servers by address; each is a dict of files or a function of (path, body)."""

    def __init__(self, servers):
        self.servers, self.asked = servers, []

    def __call__(self, url, *, limit, body=None, seconds=None):
        host, _, path = url.removeprefix("https://").partition("/")
        self.asked.append((url, seconds))
        server = self.servers.get(host)
        if server is None:
            raise NotFoundError(f"no answer from {url}")
        if isinstance(server, dict):
            found = server.get(path)
            reply = Reply(status=404 if found is None else 200, type="", body=found or b"")
        else:
            reply = server(path, body)
        if len(reply.body) > limit:
            raise InputError(f"the answer has more than {limit} bytes")
        return reply
