"""One segment of a snapshot over a buffer: a base, or a delta that holds only what is new.

Two steps, as in TUF: first the head (signature, registry, section table), then the digest and the
structure of every section (`check_segment`). Only after both may the kernels, which check no
bounds, run over its arrays.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sekisho.codec import decode_registration, decode_root
from sekisho.errors import InputError, SignatureError, SnapshotTampered
from sekisho.model import Entry, EntryId, KeyId, Root
from sekisho.signing import (
    REGISTRATION,
    ROOT,
    SNAPSHOT,
    key_id,
    open_statement,
    public_key,
    read_payload,
)
from sekisho.snapshot.documents import Documents, listed
from sekisho.snapshot.films import Films, films_of
from sekisho.snapshot.hashes import Hashes, Owned
from sekisho.snapshot.layout import PREFIX_BYTES, Head, decode_head, padding_holds, read_prefix
from sekisho.snapshot.names import Names, names_of
from sekisho.snapshot.passages import Columns, Texts
from sekisho.snapshot.permutation import permutation_of
from sekisho.snapshot.pictures import Pictures, pictures_of
from sekisho.snapshot.structure import lengths_hold, structure_holds
from sekisho.snapshot.vectors import Vectors, vectors_of

__all__ = ["Segment", "check_segment", "open_segment", "peek"]

NOTHING_DROPPED = np.empty(0, np.int64)
NOTHING_DROPPED.flags.writeable = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A segment whose head is signed by its registry.

    Attributes:
        digest: hex SHA-256 of the head's payload; it covers every byte, and through `parent` every
            segment before.
        first: number of its first entry within the edition.
        documents: its statements besides the registrations.
    """

    digest: str
    head: Head
    root: Root
    first: int
    sections: Mapping[str, memoryview]
    documents: Documents
    _registered: dict[int, tuple[Entry, KeyId]] = field(default_factory=dict)

    @property
    def entries(self) -> int:
        """Return the number of its own entries."""
        return len(self.sections["entry.flags"])

    def entry_ids(self) -> NDArray[np.bytes_]:
        """Return the 128 bits of every entry id, (n,) S16, sorted."""
        return self._array("entry.id", "S16")

    def row_of(self, entry: EntryId) -> int | None:
        """Return the row of an entry id, None if it is not in this segment. O(log n)."""
        ids, wanted = self.entry_ids(), np.frombuffer(bytes.fromhex(entry[2:]), "S16")
        row = int(np.searchsorted(ids, wanted)[0])
        return row if row < len(ids) and ids[row] == wanted[0] else None

    def entry_id(self, row: int) -> EntryId:
        """Return the id of an entry."""
        return EntryId(f"e-{bytes(self.sections['entry.id'][16 * row : 16 * row + 16]).hex()}")

    def registrant(self, row: int) -> KeyId:
        """Return the key of an entry's registrant."""
        at = 32 * int(self._array("entry.registrant", "<u4")[row])
        return key_id(bytes(self.sections["registrant.key"][at : at + 32]))

    def entries_of(self, registrant: KeyId) -> tuple[EntryId, ...]:
        """Return the ids of a registrant's entries. O(n), without opening one."""
        keys = self._array("registrant.key", "S32")
        known = np.flatnonzero(keys == np.frombuffer(public_key(registrant), "S32"))
        rows = np.flatnonzero(np.isin(self._array("entry.registrant", "<u4"), known))
        return tuple(self.entry_id(int(row)) for row in rows)

    def registered(self, row: int) -> tuple[Entry, KeyId]:
        """Return an entry as it was registered, and who signed it.

        Raises:
            SnapshotTampered: the registration does not hold, or is another entry's.
        """
        known = self._registered.get(row)
        if known is None:
            known = self._registered[row] = self._opened_registration(row)
        return known

    def hashes(self) -> Hashes:
        """Return the hashes as they lie in the file; owners are rows of this segment."""
        sha256, pdq = (
            Owned(
                self._array(f"{method}.rows", "S32"),
                self._array(f"{method}.owner", "<u4"),
                self._array(f"{method}.shared", "<u4"),
            )
            for method in ("sha256", "pdq")
        )
        count = self.head.counts.chunks
        ids = self._array("pdq.ids", "<u4").reshape(count, len(pdq.values) if count else 0)
        return Hashes(sha256=sha256, pdq=pdq, tables=(self._array("pdq.starts", "<u4"), ids))

    def texts(self) -> Texts:
        """Return the registered texts as they lie in the file; entries are rows of this segment."""
        return Texts(
            constants=permutation_of(self.head.registry),
            rows=Columns(
                self._array("passages.low", "<u4"),
                self._array("passages.starts", "<u4"),
                self._array("passages.text", "<u4"),
                self._array("passages.bucket", "<u2"),
            ),
            bloom=self._array("passages.bloom", "<u8"),
            dropped=NOTHING_DROPPED,
            entry=self._array("text.entry", "<u4"),
            units=self._array("text.units", "<u4"),
            passages=self._array("text.passages", "<u4"),
            line_keys=self._array("line.keys", "<u8"),
            line_entry=self._array("line.entry", "<u4"),
        )

    def names(self) -> Names:
        """Return the forms of names as they lie in the file; owners are rows of this segment."""
        return names_of(self.sections)

    def pictures(self) -> Pictures:
        """Return the pictures with features as they lie in the file; entries are rows of this segment."""
        return pictures_of(self.sections)

    def vectors(self) -> Mapping[str, tuple[Vectors, ...]]:
        """Return the embeddings of each model as they lie in the file; entries are rows of this segment."""
        return vectors_of(self.sections)

    def films(self) -> Films:
        """Return the films as they lie in the file; entries and hashes are rows of this segment."""
        return films_of(self.sections)

    def _array(self, name: str, dtype: str) -> NDArray[Any]:
        return np.frombuffer(self.sections[name], np.dtype(dtype))

    def _opened_registration(self, row: int) -> tuple[Entry, KeyId]:
        ends = self._array("registrations.offsets", "<u8")
        named = self.entry_id(row)
        try:
            statement = open_statement(
                self.sections["registrations"][int(ends[row]) : int(ends[row + 1])], REGISTRATION
            )
            entry = decode_registration(statement.payload)
        except (InputError, SignatureError) as error:
            raise SnapshotTampered(f"the registration of {named} does not hold: {error}") from error
        if entry.id != named or entry.registrant.key != self.registrant(row):
            raise SnapshotTampered(f"the registration of {named} is not signed by its holder")
        return entry, statement.signer


def peek(buffer: memoryview) -> tuple[str, Head]:
    """Return digest and head of a segment WITHOUT verifying anything: to find out what a file is.

    Raises:
        SnapshotTampered: it has no head of the right form.
        SnapshotVersion: a newer layout.
    """
    envelope, _ = read_prefix(buffer)
    try:
        payload = read_payload(envelope, SNAPSHOT)
        return hashlib.sha256(payload).hexdigest(), decode_head(payload)
    except (InputError, SignatureError) as error:
        raise SnapshotTampered(
            f"the head of the snapshot does not hold: {error}", hint="fetch the snapshot again"
        ) from error


def open_segment(buffer: memoryview, *, first: int) -> Segment:
    """Verify the head over a buffer, and that its sections fit it.

    Whether its registry is trusted, and whether it is current, is for the caller to judge.

    Raises:
        SnapshotTampered: not a segment, cut short, or signed falsely.
        SnapshotVersion: a newer layout.
    """
    envelope, base = read_prefix(buffer)
    try:
        statement = open_statement(envelope, SNAPSHOT)
        head = decode_head(statement.payload)
    except (InputError, SignatureError) as error:
        raise SnapshotTampered(
            f"the head of the snapshot does not hold: {error}", hint="fetch the snapshot again"
        ) from error
    sections = _cut(buffer, base, head)
    if not padding_holds(buffer, PREFIX_BYTES + len(envelope), base, head.sections):
        raise SnapshotTampered(
            "the snapshot was changed between its sections, or does not end with them",
            hint="fetch the snapshot again",
        )
    if statement.signer != head.registry or not lengths_hold(head, sections):
        raise SnapshotTampered("the sections of the snapshot do not fit its head")
    return Segment(
        digest=hashlib.sha256(statement.payload).hexdigest(),
        head=head,
        root=_open_root(sections["root"], statement.signer),
        first=first,
        sections=sections,
        documents=Documents(of=partial(listed, sections)),
    )


def _cut(buffer: memoryview, base: int, head: Head) -> dict[str, memoryview]:
    """Return a read-only view of each section."""
    sections = {}
    for section in head.sections:
        view = buffer[base + section.offset : base + section.offset + section.length]
        if len(view) != section.length:
            raise SnapshotTampered("the snapshot is cut short", hint="fetch the snapshot again")
        sections[section.name] = view.toreadonly()
    return sections


def _open_root(view: memoryview, registry: KeyId) -> Root:
    try:
        statement = open_statement(view, ROOT)
        root = decode_root(statement.payload)
    except (InputError, SignatureError) as error:
        raise SnapshotTampered(f"the registry's root file does not hold: {error}") from error
    if statement.signer != registry or root.registry != registry:
        raise SnapshotTampered("the root file is of another registry")
    return root


def check_segment(segment: Segment) -> None:
    """Verify the digest of every section and the structure that the kernels rely on.

    Needed once per machine and file; reads every byte (about 1 s per GB).

    Raises:
        SnapshotTampered: with the name of the section that was changed.
    """
    for section in segment.head.sections:
        if hashlib.sha256(segment.sections[section.name]).hexdigest() != section.sha256:
            raise SnapshotTampered(
                f"section {section.name} of the snapshot was changed", hint="fetch the snapshot again"
            )
    if not structure_holds(segment.head, segment.sections):
        raise SnapshotTampered("the snapshot's tables contradict each other; its registry made it wrongly")
