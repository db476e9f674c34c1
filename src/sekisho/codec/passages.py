"""Passages of a text <-> canonical JSON: the payload of a statement, and the part of a line of prints.jsonl.

Hashes are packed, six bytes each, little-endian: a novel of 100,000 characters has about 120 kB. There is
one form for each text: a wrong count, a hash out of order or a byte too many is refused.
"""

import struct
from itertools import accumulate, pairwise
from typing import Annotated, Any, Literal, NamedTuple

import msgspec

from sekisho.codec.form import MAX_DOCUMENT, Key, Wire, canonical, from_base64, noun, parse_as, to_base64
from sekisho.errors import InputError
from sekisho.model import PASSAGE_BUCKET, KeyId, Passages

__all__ = [
    "PASSAGES_PROFILE",
    "Packed",
    "PackedPassages",
    "decode_packed",
    "encode_packed",
    "encode_passages",
    "pack_passages",
    "packed_passages",
    "read_packed",
    "read_passages",
    "unpack_passages",
]

PASSAGES_PROFILE = "passages-1"
"""How passages are made: fold table, profiles, hash and winnowing (docs/reference/passages.md)."""
HASH_BYTES = 6
MAX_IN_BUCKET = 2 * PASSAGE_BUCKET
"""Hashes that can begin in one bucket: one of each profile at each unit."""

Line = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{12}\Z")]
Units = Annotated[int, msgspec.Meta(ge=1)]


class PackedPassages(Wire, kw_only=True):
    """The passages of a text as they stand in JSON.

    Attributes:
        counts: base64 of a uint16 for each bucket: how many hashes it has.
        hashes: base64 of 6 bytes for each hash, bucket after bucket.
        line: of a short work, 12 hex digits.
    """

    algorithm: Literal["passages-1"]
    counts: str
    hashes: str
    line: Line | None
    units: Units


class _PassagesWire(PackedPassages, kw_only=True):
    by: Key
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]


def pack_passages(passages: Passages) -> dict[str, Any]:
    """Return the fields of passages as they stand in JSON."""
    counts = list(map(len, passages.buckets))
    hashes = b"".join(h.to_bytes(HASH_BYTES, "little") for bucket in passages.buckets for h in bucket)
    return {
        "algorithm": PASSAGES_PROFILE,
        "counts": to_base64(struct.pack(f"<{len(counts)}H", *counts)),
        "hashes": to_base64(hashes),
        "line": None if passages.line is None else passages.line.to_bytes(HASH_BYTES, "big").hex(),
        "units": passages.units,
    }


def read_packed(packed: PackedPassages) -> tuple[bytes, bytes]:
    """Return the counts (uint16 little-endian) and the hashes (6 bytes little-endian) of packed passages.

    Raises:
        InputError: not base64, or the counts do not fit the units or the hashes.
    """
    counts, hashes = (from_base64(text, "passages") for text in (packed.counts, packed.hashes))
    if len(counts) != 2 * -(-packed.units // PASSAGE_BUCKET):
        raise InputError("passages have one count for each 256 units")
    numbers = struct.unpack(f"<{len(counts) // 2}H", counts)
    if HASH_BYTES * sum(numbers) != len(hashes):
        raise InputError("the counts of the passages do not fit the hashes")
    if max(numbers) > MAX_IN_BUCKET:
        raise InputError(f"at most {MAX_IN_BUCKET} passages begin in 256 units")
    if packed.line is not None and hashes:
        raise InputError("a short work has a line and no passages")
    return counts, hashes


def unpack_passages(packed: PackedPassages) -> Passages:
    """Return the passages of their fields in JSON.

    Raises:
        InputError: as `read_packed`, or the hashes of a bucket are not sorted and distinct.
    """
    counts, hashes = read_packed(packed)
    numbers = struct.unpack(f"<{len(counts) // 2}H", counts)
    values = [
        int.from_bytes(hashes[at : at + HASH_BYTES], "little") for at in range(0, len(hashes), HASH_BYTES)
    ]
    buckets = tuple(tuple(values[a:b]) for a, b in pairwise(accumulate(numbers, initial=0)))
    line = None if packed.line is None else int(packed.line, 16)
    return noun(Passages, units=packed.units, buckets=buckets, line=line)


def encode_packed(passages: Passages) -> bytes:
    """Encode the passages of a text by themselves, as a line of prints.jsonl holds them."""
    return canonical(pack_passages(passages))


def decode_packed(data: bytes) -> Passages:
    """Decode what `encode_packed` has made."""
    return unpack_passages(parse_as(data, PackedPassages))


def encode_passages(passages: Passages, *, by: KeyId) -> bytes:
    """Encode the payload of a statement of passages; its digest is what a registration names (p-).

    Args:
        passages: of one text.
        by: who signs it. Two holders of one text have statements of their own.
    """
    return canonical({**pack_passages(passages), "by": by, "v": 1})


class Packed(NamedTuple):
    """A statement of passages whose lengths fit; `registry.copies` looks at the order when it comes in.

    Attributes:
        counts: uint16 little-endian for each bucket.
        hashes: 6 bytes little-endian each, bucket after bucket.
    """

    by: KeyId
    units: int
    counts: bytes
    hashes: bytes
    line: int | None


def packed_passages(payload: bytes | memoryview) -> Packed:
    """Decode a payload without looking at the order of its hashes: for whoever has them as arrays anyway."""
    wire = parse_as(payload, _PassagesWire, limit=MAX_DOCUMENT)
    counts, hashes = read_packed(wire)
    line = None if wire.line is None else int(wire.line, 16)
    return Packed(by=KeyId(wire.by), units=wire.units, counts=counts, hashes=hashes, line=line)


def read_passages(payload: bytes | memoryview) -> tuple[KeyId, Passages]:
    """Decode the payload of a statement of passages: who signs it, and the passages."""
    wire = parse_as(payload, _PassagesWire, limit=MAX_DOCUMENT)
    return KeyId(wire.by), unpack_passages(wire)
