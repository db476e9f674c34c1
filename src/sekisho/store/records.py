"""What happened to persons: records that lie sealed, and go to the log only as commitments in batches.

    VAULT/records.sqlite
        record    number, kind, subject, owner, sealed record, sealed salt, commitment, index in the log
        beside    number, kind, subject, sealed text: what is kept and never logged

`subject` and `owner` are the vault's HMACs of them. A record of which the subject was shredded keeps its
commitment and its index: that something was logged there stays provable, what it was is gone, and reading
it raises `ErasedError`. An index that nobody here knows is padding, or another's.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self

from sekisho.errors import ErasedError, NotFoundError
from sekisho.ledger.entry import SALT_BYTES, EntryType, commitment
from sekisho.store.person_queue import Placed
from sekisho.store.shredding import shredding_database
from sekisho.store.vault import Vault

__all__ = ["Kept", "Queue", "Record", "Records"]

_TABLES = """
CREATE TABLE IF NOT EXISTS record (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject BLOB, owner BLOB, record BLOB, salt BLOB,
    commitment BLOB NOT NULL, place INTEGER);
CREATE INDEX IF NOT EXISTS record_by_subject ON record (subject);
CREATE INDEX IF NOT EXISTS record_by_owner ON record (owner, kind);
CREATE INDEX IF NOT EXISTS record_by_place ON record (place);
CREATE TABLE IF NOT EXISTS beside (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject BLOB NOT NULL, text BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS beside_by_subject ON beside (subject, kind);
"""
_INSERT = "INSERT INTO record (kind, subject, owner, record, salt, commitment) VALUES (?, ?, ?, ?, ?, ?)"
_ERASED = "its commitment in the log still stands"


class Queue(Protocol):
    """What waits for the next batch of the log (`store.person_queue`)."""

    def add(self, commitments: Iterable[bytes], /) -> None:
        """Let commitments wait; known ones stay as they are."""

    def placed(self, commitments: Iterable[bytes], /) -> Mapping[bytes, Placed]:
        """Return where those stand that are in the log already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record that was opened: what the commitment at `place` in the log is of.

    Attributes:
        place: index in the log; None: it waits for the next batch.
    """

    record: bytes
    salt: bytes
    commitment: bytes
    place: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A sealed text that was opened: a record, or what lies beside the records.

    Attributes:
        subject: the vault's place of its subject; equal for all that is about one.
    """

    number: int
    kind: str
    subject: bytes
    text: bytes


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a vault. Safe to use from several processes at once; `open` makes one."""

    vault: Vault

    @classmethod
    def open(cls, vault: Vault) -> Self:
        """Open the records of a vault; rows of what was shredded are deleted first."""
        file = vault.folder / "records.sqlite"
        records = cls(vault)
        with shredding_database(file, _TABLES) as connection:
            known = connection.execute("SELECT DISTINCT subject FROM record WHERE subject IS NOT NULL")
            named = {place for (place,) in known}
            named |= {place for (place,) in connection.execute("SELECT DISTINCT subject FROM beside")}
            _delete(connection, named & vault.tombstones.gone())
        return records

    def add(self, kind: str, subject: str, record: bytes, *, owner: str = "") -> int:
        """Keep a record until the next batch; return its number.

        Args:
            kind: a word that says what it is, to whoever holds the vault.
            subject: under whose key it is sealed, and with whom it is erased.
            record: canonical JSON.
            owner: by whom it can be looked up too.

        Raises:
            ErasedError: the subject was erased before.
        """
        salt = os.urandom(SALT_BYTES)
        committed = commitment(salt, EntryType.PERSON, record)
        sealed, sealed_salt = self.vault.seal_all([(subject, record), (subject, salt)])
        owned = self._owner(owner) if owner else None
        row = (kind, self.vault.place_of(subject), owned, sealed, sealed_salt, committed)
        with self._rows() as connection:
            return int(connection.execute(_INSERT, row).lastrowid or 0)

    def lay_beside(self, kind: str, subject: str, text: bytes) -> None:
        """Keep a sealed text about a subject that is not logged, and goes when the subject is erased."""
        sealed = self.vault.seal(subject, text)
        with self._rows() as connection:
            connection.execute(
                "INSERT INTO beside (kind, subject, text) VALUES (?, ?, ?)",
                (kind, self.vault.place_of(subject), sealed),
            )

    def of_kind(self, *kinds: str) -> Iterator[Kept]:
        """Yield the records of some kinds that were not erased, in the order in which they came."""
        marks = ", ".join("?" * len(kinds))
        return self._opened(f"FROM record WHERE kind IN ({marks}) AND subject IS NOT NULL", kinds)

    def of_subject(self, subject: str) -> Iterator[Kept]:
        """Yield the records about a subject, in the order in which they came."""
        return self._opened("FROM record WHERE subject = ?", (self.vault.place_of(subject),))

    def of_owner(self, kind: str, owner: str) -> Iterator[Kept]:
        """Yield an owner's records of a kind, in the order in which they came."""
        return self._opened("FROM record WHERE owner = ? AND kind = ?", (self._owner(owner), kind))

    def beside(self, kind: str, subject: str) -> Iterator[Kept]:
        """Yield what was laid beside a subject's records."""
        place = self.vault.place_of(subject)
        return self._opened("FROM beside WHERE subject = ? AND kind = ?", (place, kind), "text")

    def count(self, kind: str) -> int:
        """Return how many records of a kind there are that were not erased."""
        query = "SELECT count(*) FROM record WHERE kind = ? AND subject IS NOT NULL"
        with self._rows() as connection:
            return int(connection.execute(query, (kind,)).fetchone()[0])

    def read(self, number: int) -> Record:
        """Open one record by its number.

        Raises:
            NotFoundError: there is none.
            ErasedError: it was erased; the commitment stands.
        """
        return self._read("number", number)

    def at(self, place: int) -> Record:
        """Open the record that an index of the log stands for; see `read`."""
        return self._read("place", place)

    def erase(self, subject: str, at: datetime) -> int:
        """Shred a subject's key and delete its rows; return how many records that were.

        Done in this sequence, so that after a crash opening the vault finishes it: tombstone, key, rows.
        """
        self.vault.shred(subject, at)
        with self._rows() as connection:
            return _delete(connection, {self.vault.place_of(subject)})

    def hand_over(self, queue: Queue) -> None:
        """Let every record wait for the next batch, and note where those stand whose batch is out."""
        with self._rows() as connection:
            query = "SELECT commitment, number FROM record WHERE place IS NULL ORDER BY number"
            numbers = dict(connection.execute(query).fetchall())
            queue.add(numbers)
            connection.executemany(
                "UPDATE record SET place = ? WHERE number = ?",
                [(placed.index, numbers[one]) for one, placed in queue.placed(numbers).items()],
            )

    def _rows(self) -> AbstractContextManager[sqlite3.Connection]:
        return shredding_database(self.vault.folder / "records.sqlite")

    def _owner(self, owner: str) -> bytes:
        return self.vault.place_of(f"owner:{owner}")

    def _opened(self, where: str, values: tuple[object, ...], column: str = "record") -> Iterator[Kept]:
        query = f"SELECT number, kind, subject, {column} {where} ORDER BY number"
        with self._rows() as connection:
            rows = connection.execute(query, values).fetchall()
        texts = self.vault.unseal_all([(row[2], row[3]) for row in rows])
        # Another process may shred a subject between the two databases.
        for (number, kind, subject, _), text in zip(rows, texts, strict=True):
            if text is not None:
                yield Kept(number=number, kind=kind, subject=subject, text=text)

    def _read(self, column: str, value: int) -> Record:
        query = f"SELECT subject, record, salt, commitment, place FROM record WHERE {column} = ?"  # noqa: S608
        with self._rows() as connection:
            row = connection.execute(query, (value,)).fetchone()
        if row is None:
            raise NotFoundError(f"there is no record {value}", hint="padding has none")
        place, sealed, salt, committed, index = row
        parts = [(place, sealed), (place, salt)] if place is not None else []
        record, plain_salt = self.vault.unseal_all(parts) or (None, None)
        if record is None or plain_salt is None:
            raise ErasedError(f"record {value} was erased", hint=_ERASED)
        return Record(record=record, salt=plain_salt, commitment=committed, place=index)


def _delete(connection: sqlite3.Connection, subjects: frozenset[bytes] | set[bytes]) -> int:
    """Delete what rows of subjects say; the commitments of records stay."""
    gone = [(place,) for place in subjects]
    connection.executemany("DELETE FROM beside WHERE subject = ?", gone)
    query = "UPDATE record SET subject = NULL, owner = NULL, record = NULL, salt = NULL WHERE subject = ?"
    return max(0, connection.executemany(query, gone).rowcount) if gone else 0
