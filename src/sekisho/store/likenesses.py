"""Photos of persons that a registry holds: sealed in a vault on the desk's machine, nowhere else.

    SEKISHO_HOME/vaults/REGISTRY/    keys.sqlite, records.sqlite; REGISTRY is a digest of the registry's key

Nothing of them enters the registry's database, be it a file or PostgreSQL, so no copy, dump or replica of
that has anything to be erased. Offers what `registry.likeness_rules.LikenessShelf` asks for.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Protocol, Self

from sekisho.codec import decode_grant, decode_revocation, decode_withdrawal
from sekisho.codec.likeness import decode_likeness, decode_verification
from sekisho.model import EntryId, KeyId
from sekisho.model.likeness import StatedLikeness
from sekisho.signing import GRANT, LIKENESS, REVOCATION, VERIFICATION, WITHDRAWAL, read_payload
from sekisho.store.home import home_dir
from sekisho.store.records import Kept, Records
from sekisho.store.vault import Vault

__all__ = ["Likenesses", "vault_folder"]

_KINDS: Mapping[str, str] = {
    LIKENESS: "likeness",
    VERIFICATION: "verification",
    WITHDRAWAL: "withdrawal",
    GRANT: "consent",
    REVOCATION: "revocation",
}
_SECTION, _PLACED, _ERASURE = "section", "placed", "erasure"


class _Statement(Protocol):
    """What is kept of a statement that passed (`registry.likeness.Personal`)."""

    @property
    def type(self) -> str:
        """The type of the envelope."""

    @property
    def by(self) -> KeyId:
        """Who signed it."""

    @property
    def entry(self) -> EntryId:
        """The registration that it is about."""

    @property
    def envelope(self) -> bytes:
        """As it was received."""


def vault_folder(registry: KeyId) -> Path:
    """Return where the vault of a registry lies on this machine."""
    return home_dir() / "vaults" / hashlib.sha256(registry.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Likenesses:
    """The open vault of a registry."""

    records: Records

    @classmethod
    def open(cls, registry: KeyId) -> Self:
        """Open the vault of a registry, or make it."""
        return cls(Records.open(Vault.open(vault_folder(registry))))

    @classmethod
    def find(cls, registry: KeyId) -> Self | None:
        """Open the vault of a registry; None if nothing about persons was ever kept on this machine."""
        return cls.open(registry) if vault_folder(registry).exists() else None

    def stated(self, entry: str) -> StatedLikeness | None:
        """Return a registration and everything that was stated about it; None if it is not here."""
        return _stated(self.records.of_subject(entry))

    def every(self) -> Iterator[StatedLikeness]:
        """Yield every registration with what was stated about it, in no order that says anything."""
        found = sorted(self.records.of_kind(*_KINDS.values()), key=attrgetter("subject", "number"))
        for _, group in groupby(found, key=attrgetter("subject")):
            stated = _stated(group)
            if stated is not None:
                yield stated

    def of_holder(self, holder: KeyId) -> Iterator[StatedLikeness]:
        """Yield the registrations of one key."""
        for kept in self.records.of_owner(_KINDS[LIKENESS], holder):
            stated = self.stated(decode_likeness(read_payload(kept.text, LIKENESS)).id)
            if stated is not None:
                yield stated

    def entry_of_consent(self, grant: str, holder: KeyId) -> EntryId | None:
        """Return the registration that a consent of a holder is about; None if it gave none of that id."""
        for kept in self.records.of_owner(_KINDS[GRANT], holder):
            consent = decode_grant(read_payload(kept.text, GRANT))
            if consent.id == grant:
                return consent.entry
        return None

    def watch_handle(self, entry: str, number: int) -> bytes:
        """Return the 32 bytes under which the watch speaks of a photo; only this vault knows whose it is."""
        return self.records.vault.place_of(f"watch {entry} {number}")

    def of_watched(self, handle: bytes) -> StatedLikeness | None:
        """Return the registration of a handle of the watch; None if it is nobody's. O(n) in photos."""
        for stated in self.every():
            one = stated.likeness
            if any(self.watch_handle(one.id, number) == handle for number in range(len(one.prints))):
                return stated
        return None

    def was_erased(self, entry: str) -> bool:
        """Tell whether a registration was erased."""
        return self.records.vault.was_shredded(entry)

    def add(self, statement: _Statement) -> None:
        """Keep a statement, sealed under the registration that it is about."""
        self.records.add(_KINDS[statement.type], statement.entry, statement.envelope, owner=statement.by)

    def keep_section(self, name: str, record: bytes, entries: Iterable[str]) -> None:
        """Keep to whom a section went, and with each registration that it is in it."""
        self.records.add(_SECTION, f"section:{name}", record)
        for entry in entries:
            self.records.lay_beside(_PLACED, entry, name.encode())

    def sections(self) -> Iterator[bytes]:
        """Yield the records of all sections."""
        return (kept.text for kept in self.records.of_kind(_SECTION))

    def sections_of(self, entry: str) -> Iterator[bytes]:
        """Yield the records of the sections that a registration is in."""
        for placed in self.records.beside(_PLACED, entry):
            for kept in self.records.of_subject(f"section:{placed.text.decode()}"):
                yield kept.text

    def erase(self, subject: str, record: bytes, at: datetime) -> int:
        """Erase a subject for good, and keep for the log that something was erased; see `Records.erase`.

        Args:
            subject: a registration (l-), or any other subject of this vault.
            record: canonical JSON that says nothing about the subject.
            at: aware UTC.
        """
        self.records.add(_ERASURE, f"erasure:{hashlib.sha256(record).hexdigest()}", record)
        return self.records.erase(subject, at)

    def count(self) -> int:
        """Return how many registrations there are."""
        return self.records.count(_KINDS[LIKENESS])


def _stated(found: Iterable[Kept]) -> StatedLikeness | None:
    texts: dict[str, list[bytes]] = {}
    for kept in found:
        texts.setdefault(kept.kind, []).append(kept.text)
    of = partial(_payloads, texts)
    registered = of(LIKENESS)
    if not registered:
        return None
    return StatedLikeness(
        likeness=decode_likeness(registered[0]),
        verifications=tuple(map(decode_verification, of(VERIFICATION))),
        withdrawals=tuple(map(decode_withdrawal, of(WITHDRAWAL))),
        consents=tuple(map(decode_grant, of(GRANT))),
        revocations=tuple(map(decode_revocation, of(REVOCATION))),
    )


def _payloads(texts: Mapping[str, list[bytes]], type_: str) -> list[bytes]:
    return [read_payload(text, type_) for text in texts.get(_KINDS[type_], ())]
