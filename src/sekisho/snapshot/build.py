"""Statements -> the bytes of one edition, whole or as what is new since the one before.

The same set of statements gives the same bytes. Nothing is read from a clock or a disk: edition,
times and the signer are arguments, everything is sorted, Ed25519 is deterministic. Trust is not
written down: whoever opens the snapshot derives it from the vouches.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sekisho.codec import decode_registration, decode_root, decode_vouch, decode_withdrawal, digest_id
from sekisho.errors import InputError
from sekisho.model import Entry, EntryId, KeyId, Kind, Root
from sekisho.signing import (
    REGISTRATION,
    ROOT,
    SNAPSHOT,
    VOUCH,
    WITHDRAWAL,
    Signer,
    open_statement,
    public_key,
    read_payload,
    sign_statement,
)
from sekisho.snapshot.authority import Authority
from sekisho.snapshot.documents import KINDS, Documents
from sekisho.snapshot.gathered import Owner, gather, line_sections, standing_of, text_sections
from sekisho.snapshot.hashes import NO_TABLES, Owned, distinct
from sekisho.snapshot.layout import ALIGN, Counts, Head, Section, encode_head, pad, prefix
from sekisho.snapshot.mih import MAX_ROWS, build_tables, chunk_count
from sekisho.snapshot.names import build_names
from sekisho.snapshot.opened import Snapshot
from sekisho.snapshot.permutation import permutation_of
from sekisho.snapshot.regained import regains
from sekisho.snapshot.traits import GatheredTraits, gather_traits, trait_sections

__all__ = ["Built", "Statements", "build", "no_passages", "no_traits"]

CHARACTER_FLAG = 1

Sections = dict[str, bytes | bytearray | NDArray[Any]]
"""Content by name, in the order of the file."""


def no_passages(_: str) -> bytes | None:
    """Know no statement of passages."""
    return None


def no_traits(_: str) -> bytes | None:
    """Know no statement of traits."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """The DSSE envelopes that an edition is made of, in any order, each at most once.

    Attributes:
        passages: looks up the statement of passages of an id (p-); None: it is not there. They are read
            one after the other: a registry can hold more of them than memory.
        traits: the same for the statements of traits (t-).
    """

    root: bytes
    registrations: Sequence[bytes] = ()
    vouches: Sequence[bytes] = ()
    grants: Sequence[bytes] = ()
    revocations: Sequence[bytes] = ()
    mandates: Sequence[bytes] = ()
    withdrawals: Sequence[bytes] = ()
    disputes: Sequence[bytes] = ()
    resolutions: Sequence[bytes] = ()
    passages: Callable[[str], bytes | None] = field(default=no_passages)
    traits: Callable[[str], bytes | None] = field(default=no_traits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A finished edition: write the chunks one after another.

    Attributes:
        short: a delta that confirms an entry of which an earlier segment left passages out, or that follows
            an entry which the registry has no more; a new base has the ones, and not the other.
    """

    digest: str
    counts: Counts
    chunks: tuple[bytes | memoryview, ...]
    short: bool = False


def _joined(envelopes: Sequence[bytes]) -> tuple[bytes, NDArray[np.uint64]]:
    lengths = np.fromiter((len(e) for e in envelopes), np.uint64, len(envelopes))
    return b"".join(envelopes), np.concatenate([np.zeros(1, np.uint64), np.cumsum(lengths)])


def _hashes(entries: Sequence[Entry], field: str, frames: GatheredTraits | None = None) -> Owned:
    raw = bytearray()
    owner: list[int] = []
    for number, entry in enumerate(entries):
        for p in entry.prints:
            value = getattr(p, field)
            if value is not None:
                raw += value
                owner.append(number)
    owners = np.array(owner, np.uint32)
    if frames is not None:
        raw += frames.hashes
        owners = np.concatenate([owners, frames.frame_owners()])
    return distinct(np.frombuffer(bytes(raw), np.dtype("S32")), owners)


def _entry_sections(entries: Sequence[Entry]) -> Sections:
    keys = sorted({public_key(e.registrant.key) for e in entries})
    row = {key: i for i, key in enumerate(keys)}
    character = np.array([e.kind is Kind.CHARACTER for e in entries], np.bool_)
    return {
        "entry.id": b"".join(bytes.fromhex(e.id[2:]) for e in entries),
        "entry.registrant": np.array([row[public_key(e.registrant.key)] for e in entries], np.uint32),
        "entry.flags": (character * CHARACTER_FLAG).astype(np.uint8),
        "registrant.key": b"".join(keys),
    }


def _hash_sections(
    entries: Sequence[Entry], traits: GatheredTraits, *, tabled: bool
) -> tuple[Sections, Owned, int]:
    """Return the sections of hashes, the table of PDQ, and the number of chunks of its tables."""
    sha256 = _hashes(entries, "sha256")
    pdq = _hashes(entries, "pdq", traits)
    rows = np.frombuffer(pdq.values.tobytes(), "<u8").reshape(-1, 4)
    if max(len(rows), len(sha256.values), len(entries)) > MAX_ROWS:
        raise InputError("a snapshot holds at most 2**31 - 1 hashes and entries")
    count = chunk_count(len(rows)) if tabled else 0
    starts, ids = build_tables(rows, count) if count else NO_TABLES
    sections: Sections = {
        "sha256.rows": sha256.values,
        "sha256.owner": sha256.owner,
        "sha256.shared": sha256.shared,
        "pdq.rows": rows,
        "pdq.owner": pdq.owner,
        "pdq.shared": pdq.shared,
        "pdq.starts": starts,
        "pdq.ids": ids,
    }
    return sections, pdq, count


def _owners(pairs: Sequence[tuple[Entry, bytes]], authority: Authority) -> list[Owner]:
    """Return the entries that are to be written; who signed one counts only if it names statements."""
    return [
        Owner(
            entry,
            open_statement(envelope, REGISTRATION).signer
            if any(p.passages is not None or p.traits is not None for p in entry.prints)
            else entry.registrant.key,
            authority.is_vouched(entry.registrant.key, entry.id),
        )
        for entry, envelope in pairs
    ]


def _text_sections(
    owners: Sequence[Owner], statements: Statements, registry: KeyId, *, tabled: bool
) -> Sections:
    gathered = gather(owners, statements.passages, permutation_of(registry))
    standing = standing_of(owners)
    return {
        **text_sections(gathered, standing, tabled=tabled),
        **line_sections(gathered.line_keys, gathered.line_entry, standing),
    }


def _names(entries: Sequence[Entry], authority: Authority) -> Sections:
    named = [e.names for e in entries]
    vouched = [bool(e.names) and authority.is_vouched(e.registrant.key, e.id) for e in entries]
    made = build_names(named, vouched)
    return {f"names.{name}": array for name, array in made._asdict().items()}


def _document_sections(root: bytes, documents: Mapping[str, Sequence[bytes]]) -> Sections:
    sections: Sections = {"root": root}
    for name in ("registrations", *KINDS):
        sections[name], sections[f"{name}.offsets"] = _joined(documents[name])
    return sections


def _root(statements: Statements, signer: Signer) -> Root:
    statement = open_statement(statements.root, ROOT)
    root = decode_root(statement.payload)
    if statement.signer != signer.key or root.registry != signer.key:
        raise InputError("the root file is not of the registry that signs this snapshot")
    return root


def _authority(statements: Statements, root: Root, created: datetime) -> Authority:
    """Judge all statements as every reader will do again; a forged vouch stops the building."""
    for envelope in statements.vouches:
        decode_vouch(open_statement(envelope, VOUCH).payload)
    documents = Documents(of=partial(getattr, statements))
    return Authority(documents=(documents,), root=root, day=created.date())


def _new_entries(
    statements: Statements, authority: Authority, before: Snapshot | None
) -> tuple[list[tuple[Entry, bytes]], set[EntryId], set[EntryId]]:
    """Return the entries that are to be written, by id, those that are withdrawn and left out, and the lost.

    What was withdrawn by the day of the edition only has a place in it if a segment before holds it. Lost is
    what a segment before holds and the registry has no more: it was taken out.
    """
    held = {s.entry_id(row) for s in before.segments for row in range(s.entries)} if before else set()
    pairs: dict[EntryId, tuple[Entry, bytes]] = {}
    gone: set[EntryId] = set()
    lost = set(held)
    for envelope in statements.registrations:
        payload = read_payload(envelope, REGISTRATION)
        named = EntryId(digest_id("e", payload))
        lost.discard(named)
        if named in held:
            continue
        if named in pairs or named in gone:
            raise InputError("the same registration is there twice")
        entry = decode_registration(payload)
        if any(w.on <= authority.day for w in authority.withdrawals(named, entry.registrant.key)):
            gone.add(named)
        else:
            pairs[named] = (entry, envelope)
    return [pairs[named] for named in sorted(pairs)], gone, lost


def _new_documents(
    statements: Statements, gone: set[EntryId], before: Snapshot | None
) -> dict[str, list[bytes]]:
    """Return the documents that are to be written, sorted: none that a segment before holds."""
    new = {}
    for name in KINDS:
        held = {bytes(d) for s in before.segments for d in s.documents.of(name)} if before else set()
        new[name] = sorted(d for d in getattr(statements, name) if d not in held)
    if gone:
        new["withdrawals"] = [
            d for d in new["withdrawals"] if decode_withdrawal(read_payload(d, WITHDRAWAL)).entry not in gone
        ]
    return new


def _verified(entries: Sequence[Entry], authority: Authority, before: Snapshot | None) -> int:
    """Count the entries of all segments behind which a voucher stands."""
    known = sum(
        authority.is_vouched(segment.registrant(row), segment.entry_id(row))
        for segment in (before.segments if before is not None else ())
        for row in range(segment.entries)
    )
    return known + sum(authority.is_vouched(e.registrant.key, e.id) for e in entries)


def _counts(
    sections: Sections, documents: Mapping[str, int], chunks: int, known: int, verified: int
) -> Counts:
    flags = np.asarray(sections["entry.flags"])
    character = int(((flags & CHARACTER_FLAG) != 0).sum())
    return Counts(
        work=len(flags) - character,
        character=character,
        declared=known + len(flags) - verified,
        verified=verified,
        registrants=len(sections["registrant.key"]) // 32,
        **documents,
        sha256=len(sections["sha256.rows"]),
        pdq=len(sections["pdq.rows"]),
        chunks=chunks,
        texts=len(sections["text.entry"]),
        passages=len(sections["passages.low"]),
        lines=len(sections["line.keys"]),
        forms=len(sections["names.keys"]),
        pictures=len(sections["picture.entry"]),
        features=len(sections["local.descriptors"]) // 32,
        vectors=len(sections["vector.entry"]),
        films=len(sections["film.entry"]),
        frames=len(sections["film.time"]),
    )


def _laid_out(sections: Sections) -> tuple[list[Section], list[bytes | memoryview]]:
    """Return the table of sections and the bytes after the head."""
    table: list[Section] = []
    chunks: list[bytes | memoryview] = []
    offset = 0
    for name, content in sections.items():
        # Little-endian on every machine; the arrays here are contiguous.
        data = content.reshape(-1).view(np.uint8).data if isinstance(content, np.ndarray) else content
        table.append(
            Section(name=name, offset=offset, length=len(data), sha256=hashlib.sha256(data).hexdigest())
        )
        gap = pad(len(data), ALIGN)
        chunks += [memoryview(data), bytes(gap)]
        offset += len(data) + gap
    return table, chunks


def build(
    statements: Statements,
    *,
    edition: int,
    created: datetime,
    expires: datetime,
    signer: Signer,
    before: Snapshot | None = None,
) -> Built:
    """Build one edition. The registry has verified the statements when it took them in.

    Args:
        statements: all of the registry, also for a delta.
        edition: higher than any before.
        created: aware UTC; entries that are withdrawn by this day are left out.
        expires: aware UTC.
        signer: the registry's key.
        before: the edition that a delta follows: what it holds is left out. None: a base.

    Raises:
        SignatureError: the root or a vouch is not signed as it says, or not by this registry.
        InputError: a statement has the wrong form, there are too many, or the passages of a text are
            missing or of another signer than its registration; so for the traits of a picture.
    """
    root = _root(statements, signer)
    authority = _authority(statements, root, created)
    pairs, gone, lost = _new_entries(statements, authority, before)
    entries = [entry for entry, _ in pairs]
    documents = _new_documents(statements, gone, before)
    written = {"registrations": [envelope for _, envelope in pairs], **documents}
    owners = _owners(pairs, authority)
    traits = gather_traits(owners, statements.traits)
    hashes, pdq, chunked = _hash_sections(entries, traits, tabled=before is None)
    texts = _text_sections(owners, statements, signer.key, tabled=before is None)
    sections = _document_sections(statements.root, written) | _entry_sections(entries)
    sections |= hashes | texts | _names(entries, authority)
    sections |= trait_sections(traits, pdq, standing_of(owners), tabled=before is None)
    counts = _counts(
        sections,
        {name: len(found) for name, found in documents.items()},
        chunked,
        before.entries if before is not None else 0,
        _verified(entries, authority, before),
    )
    table, chunks = _laid_out(sections)
    head = Head(
        registry=signer.key,
        name=root.name,
        edition=edition,
        created=created,
        expires=expires,
        parent=before.digest if before is not None else None,
        counts=counts,
        sections=tuple(table),
    )
    payload = encode_head(head)
    envelope = sign_statement(SNAPSHOT, payload, signer)
    return Built(
        digest=hashlib.sha256(payload).hexdigest(),
        counts=counts,
        chunks=(prefix(envelope), *chunks),
        short=before is not None
        and (bool(lost) or regains(before, documents["vouches"], authority, statements.passages)),
    )
