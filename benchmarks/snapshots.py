"""Build the snapshots that the benchmarks search: random fingerprints, signed like real ones.

Many registrations by one invented holder, vouched for, through the same `snapshot.build` that a
registry uses. A built file is kept in the cache and made again when it no longer opens.
"""

import hashlib
import itertools
import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho import codec, signing
from sekisho.model import KeyId, Kind, Print, Registrant, Root, Vouch
from sekisho.snapshot import Snapshot, Statements, build, open_snapshot
from sekisho.snapshot.layout import LAYOUT_VERSION

__all__ = [
    "REGISTRY",
    "clustered_hashes",
    "followed",
    "mapped",
    "next_delta",
    "planted_queries",
    "random_hashes",
    "random_snapshot",
]

SEED = 20261122
PER_ENTRY = 1000
"""Prints of one registration, as of a few volumes."""
VALID_DAYS = 30


@dataclass(frozen=True, slots=True)
class Key:
    """A signing key made from a word, so that every run has the same one."""

    word: str

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(self.word.encode()).digest())

    @property
    def key(self) -> KeyId:
        """The key id."""
        return signing.key_id(self._private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Return an Ed25519 signature."""
        return self._private.sign(message)


REGISTRY = Key("benchmark registry")
VOUCHER = Key("benchmark voucher")
HOLDER = Key("benchmark holder")


def random_hashes(count: int, seed: int = SEED) -> np.ndarray:
    """Return uniformly random hashes, (count, 32) uint8."""
    return np.random.default_rng([seed, count]).integers(0, 256, (count, 32), dtype=np.uint8)


def _noise(generator: np.random.Generator, count: int) -> np.ndarray:
    """Return masks in which each bit is set with a chance of 2-50 %, one chance per row."""
    level = generator.integers(5, 129, (count, 1), dtype=np.uint8)
    bits = generator.integers(0, 256, (count, 256), dtype=np.uint8) < level
    return np.packbits(bits, axis=1)


def clustered_hashes(count: int, centres: np.ndarray, seed: int = SEED) -> np.ndarray:
    """Return hashes around centres, 2-50 % of their bits flipped, 1 % exact duplicates.

    Uniform hashes spread evenly over the buckets of an index; those of real pictures do not.
    """
    generator = np.random.default_rng([seed, count, 2])
    made = np.empty((count, 32), np.uint8)
    for start in range(0, count, 100_000):
        part = made[start : start + 100_000]
        chosen = centres[generator.integers(0, len(centres), len(part))]
        part[:] = chosen ^ _noise(generator, len(part))
    copies = generator.integers(0, count, (2, count // 100))
    made[copies[0]] = made[copies[1]]
    return made


def planted_queries(entries: np.ndarray, count: int, seed: int = SEED) -> np.ndarray:
    """Return queries, the first half entries with 0-31 bits flipped, the rest random."""
    generator = np.random.default_rng([seed, count, 3])
    queries = generator.integers(0, 256, (count, 32), dtype=np.uint8)
    planted = count // 2
    bits = np.unpackbits(entries[generator.integers(0, len(entries), planted)], axis=1)
    for row in bits:
        flips = generator.choice(256, generator.integers(0, 32), replace=False)
        row[flips] ^= 1
    queries[:planted] = np.packbits(bits, axis=1)
    return queries


def _prints(hashes: np.ndarray, planted: Sequence[tuple[bytes, bytes]]) -> Iterator[Print]:
    for sha256, pdq in planted:
        yield Print(sha256=sha256, pdq=pdq, quality=100)
    for row in hashes:
        pdq = row.tobytes()
        yield Print(sha256=hashlib.sha256(pdq).digest(), pdq=pdq, quality=100)


def _registrations(prints: Iterator[Print], per_entry: int, on: date) -> Iterator[bytes]:
    holder = Registrant(key=HOLDER.key, label="Benchmark Press")
    number = 0
    while group := tuple(itertools.islice(prints, per_entry)):
        payload = codec.encode_registration(
            holder=holder, kind=Kind.WORK, title=f"Volume {number}", on=on, prints=group
        )
        number += 1
        yield signing.sign_statement(signing.REGISTRATION, payload, HOLDER)


def _statements(
    hashes: np.ndarray, planted: Sequence[tuple[bytes, bytes]], on: date, per_entry: int
) -> Statements:
    root = Root(registry=REGISTRY.key, name="Benchmark registry", vouchers=frozenset({VOUCHER.key}))
    vouch = Vouch(id="", voucher=VOUCHER.key, registrant=HOLDER.key, on=on)
    return Statements(
        root=signing.sign_statement(signing.ROOT, codec.encode_root(root), REGISTRY),
        registrations=tuple(_registrations(_prints(hashes, planted), per_entry, on)),
        vouches=(signing.sign_statement(signing.VOUCH, codec.encode_vouch(vouch), VOUCHER),),
        grants=(),
        revocations=(),
    )


def random_snapshot(cache: Path, count: int, planted: Sequence[tuple[bytes, bytes]] = ()) -> Path:
    """Return a snapshot of `count` random fingerprints and the planted (SHA-256, PDQ) pairs.

    It is kept for the day: a snapshot ages, and an old one is refused.
    """
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    tag = hashlib.sha256(b"".join(a + b for a, b in planted)).hexdigest()[:12]
    path = cache / "snapshots" / f"{today:%Y%m%d}-{LAYOUT_VERSION}-{count}-{tag}.sekisho"
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    built = build(
        _statements(random_hashes(count), planted, today.date(), max(PER_ENTRY, count // 1000)),
        edition=1,
        created=today,
        expires=today + timedelta(days=VALID_DAYS),
        signer=REGISTRY,
    )
    unfinished = path.with_suffix(".tmp")
    with unfinished.open("wb") as file:
        for chunk in built.chunks:
            file.write(chunk)
    unfinished.rename(path)
    return path


def next_delta(before: Snapshot, entries: int, prints: int) -> bytes:
    """Return the next delta of a snapshot: new entries of as many random prints each."""
    made = random_hashes(entries * prints, SEED + before.head.edition)
    new = _statements(made, (), before.head.created.date(), prints)
    built = build(
        new,
        edition=before.head.edition + 1,
        created=before.head.created,
        expires=before.head.expires,
        signer=REGISTRY,
        before=before,
    )
    return b"".join(built.chunks)


def followed(before: Snapshot, delta: bytes) -> Snapshot:
    """Return the edition that a delta makes, everything about the delta verified."""
    return before.advance(memoryview(delta), now=datetime.now(UTC), max_age=timedelta(days=VALID_DAYS))


def mapped(path: Path) -> Snapshot:
    """Open a snapshot over its mapped file; the digests of the sections are not verified."""
    with path.open("rb") as file:
        whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    return open_snapshot(
        whole,
        trusted=frozenset({REGISTRY.key}),
        now=datetime.now(UTC),
        max_age=timedelta(days=VALID_DAYS),
    )
