"""What was taken out of a registry because it shows a person: a file that only ever grows, beside the keys.

    SEKISHO_HOME/keys/removed-REGISTRY.list     a line each: + or -, the place of an entry, day, codes, "."

REGISTRY is a digest of the registry's key, as of its vault. A place is an HMAC of the entry's id under a key
of the vault, the codes are HMACs of what its pictures looked like (`registry.picture_codes`), in base64: who
holds the file alone can test nothing. It lies apart from the database and the vault, whose backups it
outlives: what a restored database has again is taken out again before it is used. A `-` lets an entry in
again.
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from sekisho.errors import EvidenceError
from sekisho.model import KeyId
from sekisho.store.home import keys_dir
from sekisho.store.likenesses import vault_folder
from sekisho.store.tombstones import append_line
from sekisho.store.vault import Vault

__all__ = ["Removed", "removed_file"]

_PLACE_HEX = 64
_CODE = 8
_END = b"."
"""A line that lacks it was cut by a crash, and never acknowledged."""


def removed_file(registry: KeyId) -> Path:
    """Return where it stands what was taken out of a registry."""
    return keys_dir() / f"removed-{vault_folder(registry).name}.list"


@dataclass(frozen=True, slots=True)
class Removed:
    """The file of a registry, and the vault under whose key it is written."""

    file: Path
    vault: Vault

    @classmethod
    def open(cls, registry: KeyId) -> Self:
        """Open what was taken out of a registry; its vault is made if there is none."""
        return cls(removed_file(registry), Vault.open(vault_folder(registry)))

    @classmethod
    def find(cls, registry: KeyId) -> Self | None:
        """Open it; None if nothing was ever taken out on this machine."""
        return cls.open(registry) if removed_file(registry).exists() else None

    def place_of(self, entry: str) -> bytes:
        """Return the 32 bytes that stand for an entry."""
        return self.vault.place_of(f"removed {entry}")

    def places(self) -> frozenset[bytes]:
        """Return the places of what is taken out today.

        Raises:
            EvidenceError: the file was changed by something else.
        """
        return frozenset(self._read())

    def codes(self) -> frozenset[bytes]:
        """Return the codes of all pictures that are taken out today."""
        return frozenset(code for codes in self._read().values() for code in codes)

    def add(self, entry: str, codes: Iterable[bytes], at: datetime) -> None:
        """Write that an entry is taken out; durable when this returns. Twice changes nothing."""
        if self.place_of(entry) not in self.places():
            self._append(b"+", entry, at, b"".join(sorted(codes)))

    def lift(self, entry: str, at: datetime) -> None:
        """Write that an entry may come in again, and its pictures too."""
        if self.place_of(entry) in self.places():
            self._append(b"-", entry, at, b"")

    def _append(self, sign: bytes, entry: str, at: datetime, codes: bytes) -> None:
        parts = (
            sign,
            self.place_of(entry).hex().encode(),
            f"{at:%Y-%m-%d}".encode(),
            base64.b64encode(codes) or b"-",
            _END,
        )
        append_line(self.file, b" ".join(parts) + b"\n")

    def _read(self) -> dict[bytes, list[bytes]]:
        """Return the codes by place, of what is taken out and was not let in again."""
        found: dict[bytes, list[bytes]] = {}
        try:
            data = self.file.read_bytes()
        except FileNotFoundError:
            return found
        for line in filter(None, data.split(b"\n")):
            self._take(line, found)
        return found

    def _take(self, line: bytes, found: dict[bytes, list[bytes]]) -> None:
        parts = line.split(b" ")
        if parts[-1] != _END:
            return
        try:
            place = bytes.fromhex(parts[1].decode("ascii"))
            codes = b"" if parts[3] == b"-" else base64.b64decode(parts[3], validate=True)
        except (ValueError, IndexError, binascii.Error) as error:
            raise self._changed() from error
        if parts[0] not in {b"+", b"-"} or len(parts[1]) != _PLACE_HEX or len(codes) % _CODE:
            raise self._changed()
        if parts[0] == b"-":
            found.pop(place, None)
        else:
            found[place] = [codes[at : at + _CODE] for at in range(0, len(codes), _CODE)]

    def _changed(self) -> EvidenceError:
        return EvidenceError(
            f"{self.file} was changed: a line of it is none",
            hint="bring back the newest copy of it; without it, what was taken out could return",
        )
