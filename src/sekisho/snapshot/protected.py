"""The section about persons and listed files: enough to recognise them, and nothing that says who they are.

A file of its own beside an edition (`protected_head` has its layout), made for one operator and one
purpose. It ends after at most 30 days and refuses to open then. Whoever holds it can test a photo that he
has already; nobody can make a photo of it.

Of each table the rows are in the order of their handles: secret codes (HMAC) that the registry gives each
print for this edition and recipient. So no sequence and no grouping is left, and an erasure notice can
name a row that nobody else knows. There is no id, registrant, title, date, age or relation, and no local
feature and no embedding.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from sekisho.errors import (
    InputError,
    RefusedError,
    SignatureError,
    SnapshotStale,
    SnapshotTampered,
    SnapshotUntrusted,
)
from sekisho.model import PDQ_BYTES, SHA256_BYTES, KeyId, Purpose
from sekisho.model.words import require
from sekisho.signing import PROTECTED, Signer, open_statement, sign_statement
from sekisho.snapshot.hashes import NO_TABLES
from sekisho.snapshot.mih import build_tables, chunk_count
from sekisho.snapshot.protected_head import (
    FETCH_AGAIN,
    HANDLE_BYTES,
    LONGEST,
    MAX_ROWS,
    SECTIONS,
    ProtectedHead,
    decode_protected_head,
    encode_protected_head,
    protected_prefix,
    read_protected_prefix,
)

__all__ = [
    "HashIndex",
    "LikenessRow",
    "ListedRow",
    "Protected",
    "build_protected",
    "open_protected",
]

_AHEAD = timedelta(days=1)

LikenessRow = tuple[bytes, bytes]
"""Handle and PDQ."""
ListedRow = tuple[bytes, bytes | None, bytes | None]
"""Handle, SHA-256 and PDQ, at least one of them."""
HashIndex = tuple[NDArray[np.uint64], NDArray[np.uint32], NDArray[np.uint32]]
"""Rows (n, 4), starts and ids, as `match.hamming.search` takes them."""
_Table = tuple[bytes, bytes]
"""Handles and values of a table, one row after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected:
    """An opened section: what is compared, and nothing else of it.

    Attributes:
        digest: hex SHA-256 of the head's payload and the handles that were dropped: what was compared.
        likeness: PDQs of registered photos of persons.
        files: (s,) S32, sorted: SHA-256 of listed files.
        pictures: PDQs of listed files.
    """

    head: ProtectedHead
    digest: str
    likeness: HashIndex
    files: NDArray[np.bytes_]
    pictures: HashIndex

    @property
    def shows_pictures(self) -> bool:
        """Tell whether it has anything that only a decoded picture can meet."""
        return bool(len(self.likeness[0]) + len(self.pictures[0]))


def _table(rows: Iterable[tuple[bytes, bytes | None]], width: int) -> _Table:
    """Sort the rows that have a value by their handles."""
    there = sorted((handle, value) for handle, value in rows if value is not None)
    handles = [handle for handle, _ in there]
    require(all(len(handle) == HANDLE_BYTES for handle in handles), f"a handle has {HANDLE_BYTES} bytes")
    require(all(len(value) == width for _, value in there), f"a hash has {width} bytes")
    require(len(set(handles)) == len(handles), "a handle names one print")
    require(len(there) <= MAX_ROWS, f"a section has at most {MAX_ROWS} rows of a kind")
    return b"".join(handles), b"".join(value for _, value in there)


def build_protected(  # noqa: PLR0913 - the fields of one head, and its rows
    *,
    registry: KeyId,
    edition: int,
    snapshot: str,
    recipient: KeyId,
    purpose: Purpose,
    created: date,
    expires: date,
    likeness: Sequence[LikenessRow],
    listed: Sequence[ListedRow],
    signer: Signer,
) -> bytes:
    """Return the bytes of a section; the same rows in any sequence give the same bytes.

    Args:
        registry: its key; the signer's.
        edition: the number of the edition that the section belongs to.
        snapshot: hex digest of that edition.
        recipient: the operator who may use it.
        purpose: what for.
        created: the day on which it is made.
        expires: the first day on which it does not open any more.
        likeness: of each print its handle and PDQ.
        listed: of each print its handle, SHA-256 and PDQ, at least one of the two.
        signer: the registry.

    Raises:
        RefusedError: it would be used for more than 30 days.
        ValueError: a row of another form, or a handle that comes twice.
    """
    first, last = (date(day.year, day.month, day.day) for day in (created, expires))
    if not timedelta() < last - first <= LONGEST:
        raise RefusedError(
            "a section about persons is used for 1 to 30 days", hint="publish it again when it has ended"
        )
    require(signer.key == registry, "the registry signs its own section")
    require(all(sha256 or pdq for _, sha256, pdq in listed), "a listed file has a SHA-256 or a PDQ")
    people = _table(likeness, PDQ_BYTES)
    files = _table([(handle, sha256) for handle, sha256, _ in listed], SHA256_BYTES)
    pictures = _table([(handle, pdq) for handle, _, pdq in listed], PDQ_BYTES)
    sections = (*people, *files, *pictures)
    head = ProtectedHead(
        registry=registry,
        edition=edition,
        snapshot=snapshot,
        recipient=recipient,
        purpose=purpose,
        created=first,
        expires=last,
        likeness=len(people[0]) // HANDLE_BYTES,
        files=len(files[0]) // HANDLE_BYTES,
        pictures=len(pictures[0]) // HANDLE_BYTES,
        sections=tuple(hashlib.sha256(section).hexdigest() for section in sections),
    )
    envelope = sign_statement(PROTECTED, encode_protected_head(head), signer)
    return b"".join((protected_prefix(envelope), *sections))


def _opened_head(envelope: memoryview, trusted: Collection[KeyId]) -> tuple[ProtectedHead, bytes]:
    try:
        statement = open_statement(envelope, PROTECTED)
        head = decode_protected_head(statement.payload)
    except (InputError, SignatureError) as error:
        raise SnapshotTampered(f"the head of the section does not hold: {error}", hint=FETCH_AGAIN) from error
    if statement.signer != head.registry:
        raise SnapshotTampered("the section is not signed by its registry", hint=FETCH_AGAIN)
    if head.registry not in trusted:
        raise SnapshotUntrusted(
            f"the section is signed by {head.registry}, which is not trusted here",
            hint="if this is the registry that you chose, add its key to trusted_keys in sekisho.toml",
        )
    return head, statement.payload


def _judge(head: ProtectedHead, recipient: KeyId, purpose: Purpose | None, on: date) -> None:
    """Refuse a section for another operator or purpose, or of another time."""
    if head.recipient != recipient:
        raise RefusedError(
            "the section about persons was made for another operator",
            hint=f"ask the registry for one for {recipient}; a section is not passed on",
        )
    if purpose is not None and not head.covers(purpose):
        raise RefusedError(
            f"the section about persons was made for {head.purpose}, not for {purpose}",
            hint="ask the registry for one for this purpose: who consented to one may not have to the other",
        )
    if head.created > on + _AHEAD:
        raise SnapshotTampered(
            f"the section says that it was made on {head.created}, which is in the future",
            hint="check the clock of this machine",
        )
    if on >= head.expires:
        raise SnapshotStale(
            f"the section about persons ended on {head.expires}; nothing opens it any more",
            hint="ask the registry for a new one, and delete this one",
        )


def _cut(buffer: memoryview, base: int, head: ProtectedHead) -> list[memoryview]:
    """Return the sections, each with the digest that the head names."""
    counts = [n for n in (head.likeness, head.files, head.pictures) for _ in range(2)]
    if len(buffer) != base + HANDLE_BYTES * sum(counts):
        raise SnapshotTampered("the section does not end where its head says", hint=FETCH_AGAIN)
    sections, at = [], base
    for name, count, digest in zip(SECTIONS, counts, head.sections, strict=True):
        view = buffer[at : at + HANDLE_BYTES * count]
        if hashlib.sha256(view).hexdigest() != digest:
            raise SnapshotTampered(f"{name} of the section was changed", hint=FETCH_AGAIN)
        sections.append(view)
        at += len(view)
    return sections


def _kept(handles: memoryview, values: memoryview, dropped: NDArray[np.bytes_]) -> NDArray[np.bytes_]:
    """Return the values whose handles were not dropped, (n,) S32."""
    names, rows = (np.frombuffer(view, np.dtype("S32")) for view in (handles, values))
    if not bool((names[:-1] < names[1:]).all()):
        raise SnapshotTampered("the rows of the section are not in order; its registry made it wrongly")
    return rows[~np.isin(names, dropped)] if len(dropped) else rows.copy()


def _index(values: NDArray[np.bytes_]) -> HashIndex:
    """Return what the search runs over; read-only, since kernels are compiled for that."""
    rows = values.view("<u8").reshape(-1, 4)
    count = chunk_count(len(rows))
    index = (rows, *(build_tables(rows, count) if count else NO_TABLES))
    for array in index:
        array.flags.writeable = False
    return index


def open_protected(
    data: bytes | memoryview,
    *,
    trusted: Collection[KeyId],
    recipient: KeyId,
    on: date,
    purpose: Purpose | None = None,
    dropped: Collection[bytes] = (),
) -> Protected:
    """Verify a section and return what is compared. O(n), about 50 bytes a row.

    Args:
        data: the whole file.
        trusted: keys of the registries that the operator has chosen.
        recipient: the operator who opens it.
        on: today, by the clock; an earlier day of a use does not make it open longer.
        purpose: what for; None: whoever opens it looks at `head.purpose`.
        dropped: handles that erasure notices took out.

    Raises:
        SnapshotTampered: not a section, cut short, changed, or signed falsely.
        SnapshotUntrusted: the registry is not in `trusted`.
        SnapshotStale: it has ended.
        SnapshotVersion: another layout.
        RefusedError: it was made for another operator or purpose.
        ValueError: a dropped handle that has not 32 bytes.
    """
    require(all(len(handle) == HANDLE_BYTES for handle in dropped), f"a handle has {HANDLE_BYTES} bytes")
    buffer = memoryview(data).toreadonly()
    envelope, base = read_protected_prefix(buffer)
    head, payload = _opened_head(envelope, trusted)
    _judge(head, recipient, purpose, on)
    erased = b"".join(sorted(set(dropped)))
    gone = np.frombuffer(erased, np.dtype("S32"))
    sections = _cut(buffer, base, head)
    likeness, files, pictures = (_kept(sections[at], sections[at + 1], gone) for at in (0, 2, 4))
    return Protected(
        head=head,
        digest=hashlib.sha256(payload + erased).hexdigest(),
        likeness=_index(likeness),
        files=np.sort(files),
        pictures=_index(pictures),
    )
