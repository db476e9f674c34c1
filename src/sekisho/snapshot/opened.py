"""Open a snapshot over a buffer, and answer what a decision needs to know.

Two steps, as in TUF: first the head (signature, trusted key, time, edition, section table), then,
once per machine, the digest and the structure of every section (`check_sections`). Only after both
are the kernels, which check no bounds, allowed to run over the arrays.

What matched is verified at last: the registration's signature, the vouch behind `verified`, the
signature of every grant. A registry that invents one of them gains nothing.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sekisho.codec import (
    decode_grant,
    decode_registration,
    decode_revocation,
    decode_root,
    decode_vouch,
)
from sekisho.errors import (
    InputError,
    SignatureError,
    SnapshotStale,
    SnapshotTampered,
    SnapshotUntrusted,
)
from sekisho.model import Entry, EntryId, Grant, KeyId, Revocation, Root, Trust, Vouch
from sekisho.signing import (
    GRANT,
    REGISTRATION,
    REVOCATION,
    ROOT,
    SNAPSHOT,
    VOUCH,
    key_id,
    open_statement,
)
from sekisho.snapshot.build import SHARED, VERIFIED_FLAG, is_vouched
from sekisho.snapshot.layout import PREFIX_BYTES, Head, decode_head, padding_holds, read_prefix
from sekisho.snapshot.structure import lengths_hold, structure_holds

__all__ = ["Snapshot", "check_sections", "open_snapshot"]


T = TypeVar("T")

_KEYID = b'"keyid":"'
_KEYID_LENGTH = len("ed25519:") + 43
_DOCUMENTS = {"vouches": VOUCH, "grants": GRANT, "revocations": REVOCATION}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Memory:
    """What was verified already: a cache, not a fact."""

    entries: dict[int, Entry] = field(default_factory=dict)
    signers: dict[str, dict[KeyId, list[memoryview]]] = field(default_factory=dict)
    payloads: dict[tuple[str, KeyId], tuple[bytes, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One edition of the registry, opened and trusted.

    Attributes:
        digest: hex SHA-256 of the head's payload; it covers every byte.
        signer: the registry's key.
        root: which keys may vouch.
        stale: opened although it was too old (`allow_stale`); reports show it.
    """

    digest: str
    head: Head
    signer: KeyId
    root: Root
    stale: bool
    _sections: dict[str, memoryview]
    _memory: _Memory = field(default_factory=_Memory)

    @property
    def entries(self) -> int:
        """Return the number of entries."""
        return len(self._sections["entry.flags"])

    def pdq_index(self) -> tuple[NDArray[np.uint64], NDArray[np.uint32], NDArray[np.uint32]]:
        """Return rows (p, 4) uint64, starts uint32 and ids (m, p) uint32; m = 0: no tables."""
        rows = self._array("pdq.rows", "<u8").reshape(-1, 4)
        count = self.head.counts.chunks
        ids = self._array("pdq.ids", "<u4").reshape(count, len(rows) if count else 0)
        return rows, self._array("pdq.starts", "<u4"), ids

    def sha256_rows(self) -> NDArray[np.bytes_]:
        """Return the registered SHA-256, (s,) S32, sorted; fixed width, so zero bytes count."""
        return self._array("sha256.rows", "S32")

    def owners(self, method: str, row: int) -> tuple[int, ...]:
        """Return the entries (as rows of the entry table) that hash `row` of a method belongs to."""
        owner = int(self._array(f"{method}.owner", "<u4")[row])
        if owner < SHARED:
            return (owner,)
        shared = self._array(f"{method}.shared", "<u4")
        at = owner - int(SHARED)
        return tuple(int(e) for e in shared[at + 1 : at + 1 + int(shared[at])])

    def entry(self, number: int) -> Entry:
        """Return an entry with its trust as proved by vouches, not as flagged.

        Raises:
            SnapshotTampered: its registration is not signed by its holder, or is another entry's.
        """
        known = self._memory.entries.get(number)
        if known is None:
            known = self._memory.entries[number] = self._verified_entry(number)
        return known

    def entry_number(self, entry: EntryId) -> int | None:
        """Return the row of an entry id, or None if this edition does not have it."""
        ids = self._sections["entry.id"]
        wanted = bytes.fromhex(entry[2:])
        low, high = 0, self.entries
        while low < high:
            middle = (low + high) // 2
            if bytes(ids[16 * middle : 16 * middle + 16]) < wanted:
                low = middle + 1
            else:
                high = middle
        return low if bytes(ids[16 * low : 16 * low + 16]) == wanted else None

    def grants(self, registrant: KeyId) -> tuple[Grant, ...]:
        """Return the grants that a registrant really signed, in the order of the file."""
        found = (_decoded(decode_grant, p) for p in self._signed("grants", registrant))
        return tuple(g for g in found if g.registrant == registrant)

    def revocations(self, registrant: KeyId) -> tuple[Revocation, ...]:
        """Return the revocations that a registrant really signed."""
        found = (_decoded(decode_revocation, p) for p in self._signed("revocations", registrant))
        return tuple(r for r in found if r.registrant == registrant)

    def vouches(self) -> tuple[tuple[KeyId, Vouch], ...]:
        """Return signer and content of every vouch that a voucher of the root signed."""
        return tuple(
            (voucher, _decoded(decode_vouch, p))
            for voucher in sorted(self.root.vouchers)
            for p in self._signed("vouches", voucher)
        )

    def _array(self, name: str, dtype: str) -> NDArray[Any]:
        return np.frombuffer(self._sections[name], np.dtype(dtype))

    def _signed(self, name: str, signer: KeyId) -> tuple[bytes, ...]:
        """Return the payloads of a section whose signature by one key holds; others do not exist."""
        known = self._memory.payloads.get((name, signer))
        if known is not None:
            return known
        found = []
        for document in self._by_signer(name).get(signer, ()):
            try:
                statement = open_statement(document, _DOCUMENTS[name])
            except (InputError, SignatureError):
                continue
            if statement.signer == signer:
                found.append(statement.payload)
        self._memory.payloads[name, signer] = tuple(found)
        return tuple(found)

    def _by_signer(self, name: str) -> dict[KeyId, list[memoryview]]:
        known = self._memory.signers.get(name)
        if known is not None:
            return known
        known = self._memory.signers[name] = {}
        for document in _documents(self._sections, name):
            raw = bytes(document)
            at = raw.rfind(_KEYID) + len(_KEYID)
            signer = KeyId(raw[at : at + _KEYID_LENGTH].decode("ascii", "replace"))
            known.setdefault(signer, []).append(document)
        return known

    def _verified_entry(self, number: int) -> Entry:
        ends = self._array("registrations.offsets", "<u8")
        document = self._sections["registrations"][int(ends[number]) : int(ends[number + 1])]
        named = f"e-{bytes(self._sections['entry.id'][16 * number : 16 * number + 16]).hex()}"
        try:
            statement = open_statement(document, REGISTRATION)
            entry = decode_registration(statement.payload)
        except (InputError, SignatureError) as error:
            raise SnapshotTampered(f"the registration of {named} does not hold: {error}") from error
        row = int(self._array("entry.registrant", "<u4")[number])
        key = key_id(bytes(self._sections["registrant.key"][32 * row : 32 * row + 32]))
        if entry.id != named or not statement.signer == entry.registrant.key == key:
            raise SnapshotTampered(f"the registration of {named} is not signed by its holder")
        vouched = is_vouched(entry, self.vouches(), self.root)
        flagged = bool(self._array("entry.flags", "u1")[number] & VERIFIED_FLAG)
        trust = Trust.VERIFIED if vouched and flagged else Trust.DECLARED
        return replace(entry, trust=trust, prints=())


def _decoded(decode: Callable[[bytes], T], payload: bytes) -> T:
    """Decode what its signer really signed; a registry that takes in another form made this wrongly."""
    try:
        return decode(payload)
    except InputError as error:
        raise SnapshotTampered(f"a signed statement in the snapshot has the wrong form: {error}") from error


def _documents(sections: Mapping[str, memoryview], name: str) -> list[memoryview]:
    ends = np.frombuffer(sections[f"{name}.offsets"], "<u8")
    whole = sections[name]
    return [whole[int(ends[i]) : int(ends[i + 1])] for i in range(len(ends) - 1)]


def check_sections(snapshot: Snapshot) -> None:
    """Verify the digest of every section and the structure that the kernels rely on.

    Needed once per machine and file; reads every byte (about 1 s per GB).

    Raises:
        SnapshotTampered: with the name of the section that was changed.
    """
    for section in snapshot.head.sections:
        if hashlib.sha256(snapshot._sections[section.name]).hexdigest() != section.sha256:  # noqa: SLF001
            raise SnapshotTampered(
                f"section {section.name} of the snapshot was changed", hint="fetch the snapshot again"
            )
    if not structure_holds(snapshot.head, snapshot._sections):  # noqa: SLF001
        raise SnapshotTampered("the snapshot's tables contradict each other; its registry made it wrongly")


def _check_time(head: Head, now: datetime, max_age: timedelta, seen: int) -> str:
    """Return why a head is too old, or an empty string."""
    if head.edition < seen:
        return f"edition {head.edition} is older than edition {seen}, which was used here before"
    if now >= head.expires:
        return f"edition {head.edition} expired on {head.expires:%Y-%m-%d}"
    if now - head.created > max_age:
        return f"edition {head.edition} of {head.created:%Y-%m-%d} is older than {max_age.days} days"
    return ""


def open_snapshot(
    buffer: memoryview,
    *,
    trusted: frozenset[KeyId],
    now: datetime,
    max_age: timedelta,
    seen: Mapping[KeyId, int] = MappingProxyType({}),
    allow_stale: bool = False,
) -> Snapshot:
    """Verify the head over a buffer and return the snapshot; `check_sections` is the second step.

    Args:
        buffer: the whole file, usually memory-mapped.
        trusted: keys of registries that the operator has chosen.
        now: aware UTC; an expired edition is refused.
        max_age: so is one that was made longer ago than this.
        seen: by registry, the highest edition that was used before; a lower one is refused.
        allow_stale: accept it all the same; the snapshot says so (`stale`).

    Raises:
        SnapshotTampered: not a snapshot, cut short, or signed falsely.
        SnapshotUntrusted: the signer is not in `trusted`.
        SnapshotStale: too old, expired or a lower edition.
        SnapshotVersion: a newer layout.
    """
    envelope, base = read_prefix(buffer)
    try:
        statement = open_statement(envelope, SNAPSHOT)
        head = decode_head(statement.payload)
    except (InputError, SignatureError) as error:
        raise SnapshotTampered(f"the head of the snapshot does not hold: {error}") from error
    if statement.signer not in trusted:
        raise SnapshotUntrusted(
            f"the snapshot of {head.name!r} is signed by {statement.signer}, which is not trusted here",
            hint="if this is the registry that you chose, add its key to trusted_keys in sekisho.toml",
        )
    if head.created > now + timedelta(days=1):
        raise SnapshotTampered(
            f"the snapshot says that it was made on {head.created:%Y-%m-%d}, which is in the future",
            hint="check the clock of this machine",
        )
    why = _check_time(head, now, max_age, seen.get(statement.signer, 0))
    if why and not allow_stale:
        raise SnapshotStale(why, hint="fetch the current edition, or use --allow-stale (the report shows it)")
    sections = _cut(buffer, base, head)
    if not padding_holds(buffer, PREFIX_BYTES + len(envelope), base, head.sections):
        raise SnapshotTampered(
            "the snapshot was changed between its sections, or does not end with them",
            hint="fetch the snapshot again",
        )
    if statement.signer != head.registry or not lengths_hold(head, sections):
        raise SnapshotTampered("the sections of the snapshot do not fit its head")
    return Snapshot(
        digest=hashlib.sha256(statement.payload).hexdigest(),
        head=head,
        signer=statement.signer,
        root=_open_root(sections["root"], statement.signer),
        stale=bool(why),
        _sections=sections,
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
