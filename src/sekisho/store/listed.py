"""Lists of files that an authority vouches for: sealed in the registry's vault, in no ordinary table."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from sekisho.codec.listed import decode_listed
from sekisho.model import KeyId
from sekisho.model.listed import Listed
from sekisho.signing import LISTED, read_payload
from sekisho.store.likenesses import vault_folder
from sekisho.store.records import Records
from sekisho.store.vault import Vault

__all__ = ["ListedVault"]

_KIND = "listed"


@dataclass(frozen=True, slots=True)
class ListedVault:
    """The lists in the vault of a registry."""

    records: Records

    @classmethod
    def open(cls, registry: KeyId) -> Self:
        """Open the vault of a registry, or make it."""
        return cls(Records.open(Vault.open(vault_folder(registry))))

    @classmethod
    def find(cls, registry: KeyId) -> Self | None:
        """Open the vault of a registry; None if it has none on this machine."""
        return cls.open(registry) if vault_folder(registry).exists() else None

    def add(self, listed: Listed, envelope: bytes) -> bool:
        """Keep a list, sealed under its own id and committed to with the next batch; False if it is there."""
        if any(True for _ in self.records.of_subject(listed.id)):
            return False
        self.records.add(_KIND, listed.id, envelope, owner=listed.by)
        return True

    def every(self) -> Iterator[Listed]:
        """Yield every list."""
        for kept in self.records.of_kind(_KIND):
            yield decode_listed(read_payload(kept.text, LISTED))

    def count(self) -> int:
        """Return how many lists there are."""
        return self.records.count(_KIND)
