r"""The bytes of a snapshot file: a head, a table of sections, and the sections.

    offset  size  what
    0       8     b"SEKISHO\0"
    8       4     layout version, uint32 little-endian, now 4
    12      4     length of the head envelope, uint32
    16      n     head: DSSE envelope, signed by the registry, payload = canonical JSON (`Head`)
    ...           zero bytes up to a multiple of 4096: the base of all section offsets
    base          sections, each at a multiple of 64; zero bytes between them

The payload of the head names each section with offset, length and SHA-256; the snapshot's digest is
the SHA-256 of that payload, so it covers every byte that is ever read. What lies between sections is
zero, and the file ends after the last one's zeros: one edition has one form. All numbers are
little-endian.
A section that a reader does not know is digest-checked and otherwise ignored.

A delta has the same layout: `segment` is `delta`, `parent` the digest of the segment that it follows,
and its sections hold only what is new. Its entries are numbered after those before, its owners from
0 within it, and it has no tables (`pdq.starts`, `pdq.ids` and `passages.bloom` are empty): readers
merge deltas.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from sekisho.codec import Hex32, Key, Label, canonical, parse_as
from sekisho.codec.moments import Moment, moment, moment_text
from sekisho.errors import InputError, SnapshotTampered, SnapshotVersion
from sekisho.model import KeyId

__all__ = [
    "ALIGN",
    "BASE_ALIGN",
    "LAYOUT_VERSION",
    "MAGIC",
    "MAX_DELTAS",
    "PREFIX_BYTES",
    "SECTIONS",
    "Counts",
    "Head",
    "Section",
    "SegmentKind",
    "added",
    "decode_head",
    "encode_head",
    "pad",
    "padding_holds",
    "prefix",
    "read_prefix",
]

MAGIC = b"SEKISHO\0"
LAYOUT_VERSION = 4
PREFIX_BYTES = 16
ALIGN = 64
BASE_ALIGN = 4096
MAX_HEAD = 1 << 20
MAX_DELTAS = 16
"""Segments after a base; each costs a file, a signature and a share of the merged table."""

SECTIONS = {
    "root": "the registry's root file, one envelope",
    "registrations": "registration envelopes, one after another, in the order of entry.id",
    "registrations.offsets": "(n+1,) uint64",
    "entry.id": "(n, 16) uint8, sorted: the 128 bits of each entry id",
    "entry.registrant": "(n,) uint32, row of registrant.key",
    "entry.flags": "(n,) uint8: bit 0 character, the others zero",
    "registrant.key": "(r, 32) uint8, sorted: raw Ed25519 public keys",
    "vouches": "vouch envelopes",
    "vouches.offsets": "(v+1,) uint64",
    "grants": "grant envelopes",
    "grants.offsets": "(g+1,) uint64",
    "revocations": "revocation envelopes",
    "revocations.offsets": "(x+1,) uint64",
    "mandates": "mandate envelopes",
    "mandates.offsets": "(m+1,) uint64",
    "withdrawals": "withdrawal envelopes",
    "withdrawals.offsets": "(w+1,) uint64",
    "disputes": "dispute envelopes",
    "disputes.offsets": "(d+1,) uint64",
    "resolutions": "resolution envelopes",
    "resolutions.offsets": "(s+1,) uint64",
    "sha256.rows": "(s, 32) uint8, sorted, distinct",
    "sha256.owner": "(s,) uint32: an entry's row, or 2**31 + position in sha256.shared",
    "sha256.shared": "uint32: lists of entry rows, each after its length",
    "pdq.rows": "(p, 4) uint64: words of the 32 bytes of a PDQ, sorted as bytes, distinct",
    "pdq.owner": "(p,) uint32, as sha256.owner",
    "pdq.shared": "uint32, as sha256.shared",
    "pdq.starts": "uint32, see mih.py; empty if the rows are scanned",
    "pdq.ids": "(m, p) uint32, see mih.py",
    "passages.low": "(q,) uint32: low 32 bits of the permuted hashes, sorted by the whole hash; passages.py",
    "passages.starts": "(2**b + 1,) uint32: first row of each value of the top b bits; empty if q is 0",
    "passages.text": "(q,) uint32, row of text.*; in a base bit 31: a stock phrase, see stock.py",
    "passages.bucket": "(q,) uint16: position // 256, modulo 2**16",
    "passages.bloom": "uint64, see bloom.py; empty in a delta",
    "text.entry": "(t,) uint32, row of entry.id, ascending",
    "text.units": "(t,) uint32: folded units",
    "text.passages": "(t,) uint32: distinct hashes that can find it",
    "line.keys": "(l,) uint64: permuted hashes of short works, sorted",
    "line.entry": "(l,) uint32, row of entry.id",
    "names.keys": "(f,) uint32: 32 bits of the keys of forms, sorted by the whole key; see names.py",
    "names.starts": "(2**b + 1,) uint32: first form of each value of the top b bits; empty if f is 0",
    "names.ends": "(f + 1,) uint32: where each form begins in names.units, and the end; empty if f is 0",
    "names.units": "uint16: the forms in UTF-16; those for Latin words begin with U+0001",
    "names.owner": "(f,) uint32, as sha256.owner",
    "names.shared": "uint32, as sha256.shared",
    "names.first": "(2**c,) uint8: filter by the first two units; empty if f is 0",
    "names.fourth": "(2**e / 8,) uint8: the same by the first four units; empty if f is 0",
    "names.lengths": "(2**d,) uint32: filter by the first four units; empty if f is 0",
    "picture.entry": "(p,) uint32, row of entry.id, ascending: pictures with local features",
    "picture.print": "(p,) uint32: which print of its entry, from 0",
    "picture.pdq": "(p, 32) uint8: its PDQ; zeros if it has none",
    "picture.size": "(p, 2) uint16: width and height of its working picture",
    "picture.first": "(p+1,) uint64: first feature of each, and the end",
    "local.descriptors": "(f, 4) uint64: words of the 32 bytes of each descriptor",
    "local.places": "(f, 6) uint8: x, y (uint16, 1/64 px of the working picture), angle (1/256 turn), level",
    "local.starts": "uint32, see local_tables.py; empty in a delta",
    "local.ids": "uint32, see local_tables.py; empty in a delta",
    "vector.models": "canonical JSON: a list of [model, dimensions, rows], sorted",
    "vector.entry": "(v,) uint32, row of entry.id; model after model, ascending in each",
    "vector.print": "(v,) uint32: which print of its entry",
    "vector.values": "float16: the vectors, model after model",
    "film.entry": "(t,) uint32, row of entry.id, ascending",
    "film.print": "(t,) uint32: which print of its entry",
    "film.duration": "(t,) uint32, milliseconds",
    "film.first": "(t+1,) uint64: first frame of each, and the end",
    "film.time": "(g,) uint32: milliseconds from the beginning, ascending in each film",
    "film.row": "(g,) uint32, row of pdq.rows of this segment",
}
"""Every section that this version writes, in the order of the file."""


Count = Annotated[int, msgspec.Meta(ge=0)]


class Section(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Where a section is, from the base, in bytes."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9.]{1,40}\Z")]
    offset: Count
    length: Count
    sha256: Hex32


class Counts(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What is inside this segment; the sections are checked against it.

    `declared` and `verified` are for people, and of all segments up to this one: a vouch in a delta
    can stand behind what came before. A registrant counts once in each segment.
    """

    work: Count
    character: Count
    declared: Count
    verified: Count
    registrants: Count
    vouches: Count
    grants: Count
    revocations: Count
    mandates: Count
    withdrawals: Count
    disputes: Count
    resolutions: Count
    sha256: Count
    pdq: Count
    chunks: Count
    texts: Count
    passages: Count
    lines: Count
    forms: Count
    pictures: Count
    features: Count
    vectors: Count
    films: Count
    frames: Count


def added(counts: Sequence[Counts]) -> Counts:
    """Add up the counts of a base and its deltas, in sequence."""
    total = {name: sum(getattr(c, name) for c in counts) for name in Counts.__struct_fields__}
    newest = counts[-1]
    return Counts(**total | {"declared": newest.declared, "verified": newest.verified})


class SegmentKind(StrEnum):
    """What a file holds: a whole edition, or what is new since the segment before."""

    BASE = "base"
    DELTA = "delta"


class _HeadWire(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    registry: Key
    name: Label
    edition: Annotated[int, msgspec.Meta(ge=1)]
    created: Moment
    expires: Moment
    segment: SegmentKind
    parent: Hex32 | None
    counts: Counts
    sections: list[Section]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the registry signs about one edition.

    Attributes:
        parent: hex digest of the segment before; a base has none.
    """

    registry: KeyId
    name: str
    edition: int
    created: datetime
    expires: datetime
    parent: str | None = None
    counts: Counts
    sections: tuple[Section, ...]

    @property
    def segment(self) -> SegmentKind:
        """Return which kind of segment it is."""
        return SegmentKind.BASE if self.parent is None else SegmentKind.DELTA


def encode_head(head: Head) -> bytes:
    """Encode the payload of a head."""
    return canonical(
        {
            "v": 1,
            "registry": head.registry,
            "name": head.name,
            "edition": head.edition,
            "created": moment_text(head.created),
            "expires": moment_text(head.expires),
            "segment": head.segment.value,
            "parent": head.parent,
            "counts": msgspec.to_builtins(head.counts),
            "sections": [msgspec.to_builtins(s) for s in head.sections],
        }
    )


def decode_head(payload: bytes) -> Head:
    """Decode the payload of a head; the section table is in order and without overlap.

    Raises:
        InputError: the form is wrong.
        SnapshotTampered: sections overlap, repeat or are not aligned.
    """
    wire = parse_as(payload, _HeadWire, limit=MAX_HEAD)
    if (wire.segment is SegmentKind.BASE) != (wire.parent is None):
        raise InputError("a delta names the segment before it, and a base does not")
    end = 0
    names = set()
    for section in wire.sections:
        if section.offset < end or section.offset % ALIGN or section.name in names:
            raise SnapshotTampered(f"section {section.name} overlaps another or is out of place")
        end = section.offset + section.length
        names.add(section.name)
    return Head(
        registry=KeyId(wire.registry),
        name=wire.name,
        edition=wire.edition,
        created=moment(wire.created),
        expires=moment(wire.expires),
        parent=wire.parent,
        counts=wire.counts,
        sections=tuple(wire.sections),
    )


def pad(length: int, to: int) -> int:
    """Return how many zero bytes follow `length` bytes up to a multiple of `to`."""
    return -length % to


def prefix(envelope: bytes) -> bytes:
    """Return everything before the sections: magic, version, head, padding."""
    start = MAGIC + LAYOUT_VERSION.to_bytes(4, "little") + len(envelope).to_bytes(4, "little") + envelope
    return start + bytes(pad(len(start), BASE_ALIGN))


def read_prefix(buffer: memoryview) -> tuple[bytes, int]:
    """Return the head's envelope, which ends `PREFIX_BYTES` after its length, and the sections' base.

    Raises:
        SnapshotTampered: not a snapshot, or cut short.
        SnapshotVersion: the layout is newer or older than this code.
    """
    if len(buffer) < PREFIX_BYTES or bytes(buffer[:8]) != MAGIC:
        raise SnapshotTampered(
            "this is not a snapshot file", hint="`sekisho snapshot publish -o FILE` makes one"
        )
    version = int.from_bytes(buffer[8:12], "little")
    if version != LAYOUT_VERSION:
        raise SnapshotVersion(
            f"the snapshot has layout {version}, this Sekisho reads {LAYOUT_VERSION}",
            hint="update Sekisho" if version > LAYOUT_VERSION else "ask the registry to publish it again",
        )
    length = int.from_bytes(buffer[12:16], "little")
    end = PREFIX_BYTES + length
    if length > MAX_HEAD * 2 or end > len(buffer):
        raise SnapshotTampered(
            "the snapshot is cut short, or its head is damaged", hint="fetch the snapshot again"
        )
    return bytes(buffer[PREFIX_BYTES:end]), end + pad(end, BASE_ALIGN)


def padding_holds(buffer: memoryview, head_end: int, base: int, sections: Sequence[Section]) -> bool:
    """Tell whether the file ends where it should and holds only zeros outside of head and sections."""
    at, gaps = base, [(head_end, base)]
    for section in sections:
        gaps.append((at, base + section.offset))
        at = base + section.offset + section.length
    end = at + pad(at - base, ALIGN)
    gaps.append((at, end))
    return len(buffer) == end and not any(any(buffer[start:stop]) for start, stop in gaps)
