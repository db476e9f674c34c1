"""Statements -> the bytes of one edition. The same set of statements gives the same bytes.

Nothing is read from a clock or a disk: edition, times and the signer are arguments, everything is
sorted, Ed25519 is deterministic. Trust is derived from the vouches here, and again by whoever opens
the snapshot: the flag in the file is a promise, the vouch is the proof.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sekisho.codec import decode_registration, decode_root, decode_vouch
from sekisho.errors import InputError
from sekisho.model import Entry, KeyId, Kind, Root, Vouch
from sekisho.signing import (
    REGISTRATION,
    ROOT,
    SNAPSHOT,
    VOUCH,
    Signer,
    open_statement,
    public_key,
    read_payload,
    sign_statement,
)
from sekisho.snapshot.layout import ALIGN, Counts, Head, Section, encode_head, pad, prefix
from sekisho.snapshot.mih import MAX_ROWS, build_tables, chunk_count

__all__ = ["SHARED", "Built", "Statements", "build", "is_vouched"]

SHARED = np.uint32(1 << 31)
"""Owner values from here on are positions in the section of shared lists."""
VERIFIED_FLAG = 2
CHARACTER_FLAG = 1

Sections = dict[str, bytes | NDArray[Any]]
"""Content by name, in the order of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """The DSSE envelopes that an edition is made of, in any order, each at most once."""

    root: bytes
    registrations: Sequence[bytes] = ()
    vouches: Sequence[bytes] = ()
    grants: Sequence[bytes] = ()
    revocations: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A finished edition: write the chunks one after another."""

    digest: str
    chunks: tuple[bytes | memoryview, ...]


def is_vouched(entry: Entry, vouches: Iterable[tuple[KeyId, Vouch]], root: Root) -> bool:
    """Tell whether a voucher of the root, who is not the holder, stands behind an entry.

    Args:
        entry: the entry in question.
        vouches: signer and content of each vouch; the signature has been verified.
        root: the registry's root file.
    """
    return any(
        signer == vouch.voucher
        and signer in root.vouchers
        and signer != entry.registrant.key
        and vouch.registrant == entry.registrant.key
        and (not vouch.entries or entry.id in vouch.entries)
        for signer, vouch in vouches
    )


def _vouched(entries: Sequence[Entry], vouches: Sequence[bytes], root: Root) -> NDArray[np.bool_]:
    by_registrant: dict[KeyId, list[tuple[KeyId, Vouch]]] = {}
    for envelope in vouches:
        statement = open_statement(envelope, VOUCH)
        vouch = decode_vouch(statement.payload)
        by_registrant.setdefault(vouch.registrant, []).append((statement.signer, vouch))
    return np.array([is_vouched(e, by_registrant.get(e.registrant.key, ()), root) for e in entries], np.bool_)


def _joined(envelopes: Sequence[bytes]) -> tuple[bytes, NDArray[np.uint64]]:
    lengths = np.fromiter((len(e) for e in envelopes), np.uint64, len(envelopes))
    return b"".join(envelopes), np.concatenate([np.zeros(1, np.uint64), np.cumsum(lengths)])


def _owners(
    values: NDArray[np.bytes_], owners: NDArray[np.uint32]
) -> tuple[NDArray[np.bytes_], NDArray[np.uint32], NDArray[np.uint32]]:
    """Make hashes distinct and sorted, each with its owner or a list of owners."""
    order = np.lexsort((owners, values))
    values, owners = values[order], owners[order]
    repeated = np.zeros(len(values), np.bool_)
    repeated[1:] = (values[1:] == values[:-1]) & (owners[1:] == owners[:-1])
    values, owners = values[~repeated], owners[~repeated]
    first = np.ones(len(values), np.bool_)
    first[1:] = values[1:] != values[:-1]
    begin = np.nonzero(first)[0]
    count = np.diff(np.append(begin, len(values)))
    owner = owners[begin].copy()
    shared: list[NDArray[np.uint32]] = []
    position = 0
    for i in np.nonzero(count > 1)[0]:
        owner[i] = SHARED + np.uint32(position)
        shared.append(np.array([count[i]], np.uint32))
        shared.append(owners[begin[i] : begin[i] + count[i]])
        position += int(count[i]) + 1
    lists = np.concatenate(shared) if shared else np.empty(0, np.uint32)
    return values[begin], owner, lists.astype(np.uint32)


def _hashes(
    entries: Sequence[Entry], field: str
) -> tuple[NDArray[np.bytes_], NDArray[np.uint32], NDArray[np.uint32]]:
    raw = bytearray()
    owner: list[int] = []
    for number, entry in enumerate(entries):
        for p in entry.prints:
            value = getattr(p, field)
            if value is not None:
                raw += value
                owner.append(number)
    values = np.frombuffer(bytes(raw), np.dtype("S32"))
    return _owners(values, np.array(owner, np.uint32))


def _entry_sections(entries: Sequence[Entry], verified: NDArray[np.bool_]) -> Sections:
    keys = sorted({public_key(e.registrant.key) for e in entries})
    row = {key: i for i, key in enumerate(keys)}
    character = np.array([e.kind is Kind.CHARACTER for e in entries], np.bool_)
    return {
        "entry.id": b"".join(bytes.fromhex(e.id[2:]) for e in entries),
        "entry.registrant": np.array([row[public_key(e.registrant.key)] for e in entries], np.uint32),
        "entry.flags": (character * CHARACTER_FLAG + verified * VERIFIED_FLAG).astype(np.uint8),
        "registrant.key": b"".join(keys),
    }


def _hash_sections(entries: Sequence[Entry]) -> Sections:
    sha, sha_owner, sha_shared = _hashes(entries, "sha256")
    pdq, pdq_owner, pdq_shared = _hashes(entries, "pdq")
    rows = np.frombuffer(pdq.tobytes(), "<u8").reshape(-1, 4)
    if max(len(rows), len(sha), len(entries)) > MAX_ROWS:
        raise InputError("a snapshot holds at most 2**31 - 1 hashes and entries")
    count = chunk_count(len(rows))
    starts, ids = build_tables(rows, count) if count else (np.empty(0, np.uint32), np.empty(0, np.uint32))
    return {
        "sha256.rows": sha,
        "sha256.owner": sha_owner,
        "sha256.shared": sha_shared,
        "pdq.rows": rows,
        "pdq.owner": pdq_owner,
        "pdq.shared": pdq_shared,
        "pdq.starts": starts,
        "pdq.ids": ids,
    }


def _document_sections(statements: Statements, registrations: Sequence[bytes]) -> Sections:
    lists = {
        "registrations": registrations,
        "vouches": sorted(statements.vouches),
        "grants": sorted(statements.grants),
        "revocations": sorted(statements.revocations),
    }
    sections: Sections = {"root": statements.root}
    for name, documents in lists.items():
        sections[name], sections[f"{name}.offsets"] = _joined(documents)
    return sections


def _counts(statements: Statements, sections: Sections) -> Counts:
    flags = np.asarray(sections["entry.flags"])
    character, verified = (int(((flags & flag) != 0).sum()) for flag in (CHARACTER_FLAG, VERIFIED_FLAG))
    return Counts(
        work=len(flags) - character,
        character=character,
        declared=len(flags) - verified,
        verified=verified,
        registrants=len(sections["registrant.key"]) // 32,
        vouches=len(statements.vouches),
        grants=len(statements.grants),
        revocations=len(statements.revocations),
        sha256=len(sections["sha256.rows"]),
        pdq=len(sections["pdq.rows"]),
        chunks=chunk_count(len(sections["pdq.rows"])),
    )


def build(
    statements: Statements, *, edition: int, created: datetime, expires: datetime, signer: Signer
) -> Built:
    """Build one edition. The registry has verified the statements when it took them in.

    Raises:
        SignatureError: the root or a vouch is not signed as it says, or not by this registry.
        InputError: a statement has the wrong form, or there are too many.
    """
    root_statement = open_statement(statements.root, ROOT)
    root = decode_root(root_statement.payload)
    if root_statement.signer != signer.key or root.registry != signer.key:
        raise InputError("the root file is not of the registry that signs this snapshot")
    pairs = [
        (decode_registration(read_payload(envelope, REGISTRATION)), envelope)
        for envelope in statements.registrations
    ]
    pairs.sort(key=lambda pair: pair[0].id)
    entries = [entry for entry, _ in pairs]
    if len({e.id for e in entries}) != len(entries):
        raise InputError("the same registration is there twice")
    sections = _document_sections(statements, [envelope for _, envelope in pairs])
    sections |= _entry_sections(entries, _vouched(entries, statements.vouches, root))
    sections |= _hash_sections(entries)
    table: list[Section] = []
    chunks: list[bytes | memoryview] = []
    offset = 0
    for name, content in sections.items():
        # Little-endian on every machine; the arrays here are contiguous.
        data = content if isinstance(content, bytes) else content.reshape(-1).view(np.uint8).data
        table.append(
            Section(name=name, offset=offset, length=len(data), sha256=hashlib.sha256(data).hexdigest())
        )
        gap = pad(len(data), ALIGN)
        chunks += [data, bytes(gap)]
        offset += len(data) + gap
    head = Head(
        registry=signer.key,
        name=root.name,
        edition=edition,
        created=created,
        expires=expires,
        counts=_counts(statements, sections),
        sections=tuple(table),
    )
    payload = encode_head(head)
    envelope = sign_statement(SNAPSHOT, payload, signer)
    return Built(digest=hashlib.sha256(payload).hexdigest(), chunks=(prefix(envelope), *chunks))
