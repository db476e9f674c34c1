"""Where what is known about persons lies: encrypted, each subject under a key that can be shredded.

    VAULT/keys.sqlite           one data key for each subject, wrapped by the master key
    SEKISHO_HOME/keys/vault.master        the master key, mode 0600
    SEKISHO_HOME/keys/vault.tombstones    what was shredded; only ever grows

A blob is sealed by AES-256-GCM under the data key of its subject. To erase a subject is to destroy that
key: every copy of the blobs, in backups too, means nothing from then on. A backup of `keys.sqlite` would
bring the key back; so tombstones lie apart from it and are applied each time a vault is opened, before
anything is read. Neither file names a subject: both hold an HMAC of it under a key that follows from the
master key.
"""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sekisho.errors import ErasedError, EvidenceError
from sekisho.store.home import keys_dir
from sekisho.store.master_key import master_key
from sekisho.store.shredding import shredding_database
from sekisho.store.tombstones import Tombstones

__all__ = ["Vault"]

_NONCE = 12
_KEY = 32
_STEP = 256
"""Bytes; plaintexts are filled up to a multiple, so that lengths tell less."""
_LENGTH = 4
_VERSION = b"\x01"
_TABLES = """
CREATE TABLE IF NOT EXISTS vault (id BLOB NOT NULL, proof BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS key (subject BLOB PRIMARY KEY, wrapped BLOB NOT NULL) WITHOUT ROWID;
"""


def _derived(master: bytes, purpose: bytes) -> bytes:
    # RFC 5869
    info = b"sekisho/vault/v1/" + purpose
    return HKDF(algorithm=hashes.SHA256(), length=_KEY, salt=None, info=info).derive(master)


def _padded(plaintext: bytes) -> bytes:
    framed = len(plaintext).to_bytes(_LENGTH) + plaintext
    return framed + bytes(-len(framed) % _STEP)


def _unpadded(framed: bytes) -> bytes:
    end = _LENGTH + int.from_bytes(framed[:_LENGTH])
    return framed[_LENGTH:end]


@dataclass(frozen=True, slots=True)
class Vault:
    """An open vault. Safe to open from several processes at once; `open` makes one."""

    folder: Path
    tombstones: Tombstones
    _wrapping: AESGCM = field(repr=False)
    _naming: bytes = field(repr=False)

    @classmethod
    def open(cls, folder: Path, *, keys: Path | None = None) -> "Vault":
        """Open a vault, or make one; what was shredded before is shredded again if a backup brought it back.

        Args:
            folder: of the vault.
            keys: where the master key and the tombstones lie; default: beside the signing keys.

        Raises:
            ConfigError: the master key can not be opened with SEKISHO_VAULT_PASSPHRASE.
            EvidenceError: the master key is gone or of another vault.
        """
        keys = keys or keys_dir()
        database = folder / "keys.sqlite"
        master = master_key(keys, make=not database.exists())
        with shredding_database(database, _TABLES) as connection:
            row = connection.execute("SELECT id, proof FROM vault").fetchone()
            name = row[0] if row is not None else os.urandom(16)
            wrapping, naming = _derived(master, b"wrap" + name), _derived(master, b"name" + name)
            vault = cls(folder, Tombstones(keys / "vault.tombstones"), AESGCM(wrapping), naming)
            if row is None:
                connection.execute("INSERT INTO vault VALUES (?, ?)", (name, vault.place_of("")))
        if row is not None and row[1] != vault.place_of(""):
            raise _other_master(folder)
        vault.replay()
        return vault

    def place_of(self, subject: str) -> bytes:
        """Return the 32 bytes by which a subject is looked up; they need the master key to be guessed."""
        return self.place_of_bytes(subject.encode())

    def place_of_bytes(self, data: bytes) -> bytes:
        """Return HMAC-SHA256 of any bytes under the vault's naming key."""
        mac = hmac.HMAC(self._naming, hashes.SHA256())
        mac.update(data)
        return mac.finalize()

    def replay(self) -> int:
        """Shred again whatever a restored backup has brought back; return how many subjects that were."""
        gone = [(place,) for place in self.tombstones.gone()]
        with self._keys() as connection:
            before = connection.total_changes
            connection.executemany("DELETE FROM key WHERE subject = ?", gone)
            return connection.total_changes - before

    def seal(self, subject: str, plaintext: bytes) -> bytes:
        """Encrypt under the data key of a subject, which is made if it is new.

        Raises:
            ErasedError: the subject was shredded.
        """
        return self.seal_all([(subject, plaintext)])[0]

    def seal_all(self, parts: Sequence[tuple[str, bytes]]) -> list[bytes]:
        """Encrypt several plaintexts, each under its subject, in one transaction."""
        places = [self.place_of(subject) for subject, _ in parts]
        with self._keys() as connection:
            if not self.tombstones.gone().isdisjoint(places):
                raise _erased()
            return [
                self._sealed(connection, place, plaintext)
                for place, (_, plaintext) in zip(places, parts, strict=True)
            ]

    def unseal_at(self, place: bytes, blob: bytes) -> bytes:
        """Decrypt what was sealed for the subject that `place_of` has placed there.

        Raises:
            ErasedError: the subject was shredded, or never was here.
            EvidenceError: the blob was changed, or is of another subject.
        """
        opened = self.unseal_all([(place, blob)])[0]
        if opened is None:
            raise _erased()
        return opened

    def unseal_all(self, parts: Sequence[tuple[bytes, bytes]]) -> list[bytes | None]:
        """Decrypt several blobs, each given with the place of its subject; None for what was shredded."""
        with self._keys() as connection:
            keys = {place: self._key(connection, place) for place in {place for place, _ in parts}}
        ciphers = {place: AESGCM(key) for place, key in keys.items() if key is not None}
        return [_opened(ciphers[place], place, blob) if place in ciphers else None for place, blob in parts]

    def holds(self, subject: str) -> bool:
        """Tell whether a subject has a key here."""
        with self._keys() as connection:
            return self._key(connection, self.place_of(subject)) is not None

    def was_shredded(self, subject: str) -> bool:
        """Tell whether a subject was shredded here."""
        return self.place_of(subject) in self.tombstones.gone()

    def shred(self, subject: str, at: datetime) -> bool:
        """Destroy the key of a subject for good; False if it had none. The tombstone is durable first.

        Args:
            subject: may never have been here: then nothing of that name can come in later.
            at: aware UTC; only its day is kept.
        """
        place = self.place_of(subject)
        with self._keys() as connection:
            # While nobody else can seal.
            self.tombstones.add(place, at)
            return connection.execute("DELETE FROM key WHERE subject = ?", (place,)).rowcount > 0

    def _keys(self) -> AbstractContextManager[sqlite3.Connection]:
        return shredding_database(self.folder / "keys.sqlite")

    def _key(self, connection: sqlite3.Connection, place: bytes) -> bytes | None:
        row = connection.execute("SELECT wrapped FROM key WHERE subject = ?", (place,)).fetchone()
        if row is None:
            return None
        try:
            return self._wrapping.decrypt(row[0][:_NONCE], row[0][_NONCE:], place)
        except InvalidTag as error:
            raise _other_master(self.folder) from error

    def _sealed(self, connection: sqlite3.Connection, place: bytes, plaintext: bytes) -> bytes:
        key = self._key(connection, place)
        if key is None:
            key, nonce = os.urandom(_KEY), os.urandom(_NONCE)
            wrapped = nonce + self._wrapping.encrypt(nonce, key, place)
            connection.execute("INSERT INTO key VALUES (?, ?)", (place, wrapped))
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + AESGCM(key).encrypt(nonce, _padded(plaintext), _VERSION + place)


def _opened(key: AESGCM, place: bytes, blob: bytes) -> bytes:
    start = len(_VERSION) + _NONCE
    try:
        plain = key.decrypt(blob[1:start], blob[start:], blob[:1] + place)
    except (InvalidTag, ValueError) as error:
        raise EvidenceError("a sealed record was changed, or is of another subject") from error
    return _unpadded(plain)


def _other_master(folder: Path) -> EvidenceError:
    # Said before anything is looked up: under another key everything would look erased.
    return EvidenceError(
        f"the master key does not open the vault {folder}",
        hint="bring back the vault.master that belongs to it",
    )


def _erased() -> ErasedError:
    return ErasedError("erased", hint="what it said is gone for good; its commitment in the log still stands")
