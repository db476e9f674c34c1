"""What waits for the next batch of the log: commitments about persons, and nothing else.

    waiting.sqlite
        waiting    number, commitment, and where it went: its entry and index, once its batch is out
        batch      the entries that are on their way to the log, and which of them are whose
        published  the hour of the last batch

All that this machine has to say about persons goes through one queue to one log. A command adds to the
queue and is done: it never publishes. Batches are published by a clock alone, once an hour, also when
nothing waits; so that the times and sizes of the log's checkpoints say nothing about what happened.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, Self

from sekisho.ledger.batches import CHANCE_BYTES, due, padded_batch
from sekisho.store.shredding import shredding_database

__all__ = ["BatchLog", "PersonQueue", "Placed"]

_TABLES = """
CREATE TABLE IF NOT EXISTS waiting (
    number INTEGER PRIMARY KEY, commitment BLOB NOT NULL UNIQUE, entry TEXT, place INTEGER);
CREATE INDEX IF NOT EXISTS waiting_without_place ON waiting (number) WHERE place IS NULL;
CREATE TABLE IF NOT EXISTS batch (entries TEXT NOT NULL, places TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS published (at TEXT NOT NULL);
"""


class BatchLog(Protocol):
    """The log that takes batches."""

    def append_all(self, entries: Sequence[bytes]) -> Sequence[int]:
        """Append entries, one after the other, and return their indexes."""

    def publish(self) -> object:
        """Publish a checkpoint that has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a commitment stands in the log: the entry, verbatim, and its index."""

    entry: bytes
    index: int


@dataclass(frozen=True, slots=True)
class PersonQueue:
    """The queue in one file. Safe to use from several processes at once; `open` makes one."""

    file: Path

    @classmethod
    def open(cls, file: Path) -> Self:
        """Open the queue, or make it, readable by its owner only."""
        with shredding_database(file, _TABLES):
            return cls(file)

    def add(self, commitments: Iterable[bytes]) -> None:
        """Let commitments wait for the next batch; they are on the disk then. Known ones stay as they are."""
        with self._rows() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO waiting (commitment) VALUES (?)", ((one,) for one in commitments)
            )

    def placed(self, commitments: Iterable[bytes]) -> Mapping[bytes, Placed]:
        """Return where some commitments went, those that are in the log already."""
        query = "SELECT entry, place FROM waiting WHERE commitment = ? AND place IS NOT NULL"
        found: dict[bytes, Placed] = {}
        with self._rows() as connection:
            for one in commitments:
                row = connection.execute(query, (one,)).fetchone()
                if row is not None:
                    found[one] = Placed(entry=row[0].encode(), index=row[1])
        return found

    def count(self) -> int:
        """Return how many wait."""
        with self._rows() as connection:
            return int(connection.execute("SELECT count(*) FROM waiting WHERE place IS NULL").fetchone()[0])

    def publish(self, log: BatchLog, *, now: datetime, force: bool = False) -> int | None:
        """Publish what waits, and padding, as one batch; a batch is also made when nothing waits.

        A batch that a crash has left half on its way is appended again, as a whole: its entries then
        stand in the log twice, padding and records alike, which tells nobody which are which.

        Args:
            log: where it goes.
            now: aware UTC; only its hour is published.
            force: also if a batch was published in this hour already.

        Returns:
            How many entries were appended; None if it is too early.

        Raises:
            IncompleteError: the log's witnesses did not answer; the entries are in the log, and the next
                checkpoint has them.
        """
        with self._rows() as connection:
            last = connection.execute("SELECT at FROM published").fetchone()
            waiting = connection.execute("SELECT entries FROM batch").fetchone() is not None
            if not waiting and not force and not due(datetime.fromisoformat(last[0]) if last else None, now):
                return None
            if not waiting:
                _plan(connection, now)
        count = self._append(log, now)
        log.publish()
        return count

    def _append(self, log: BatchLog, now: datetime) -> int:
        # In one transaction, so that of two processes only one appends the batch.
        with self._rows() as connection:
            row = connection.execute("SELECT entries, places FROM batch").fetchone()
            if row is None:
                return 0
            entries, places = json.loads(row[0]), json.loads(row[1])
            indexes = log.append_all([entry.encode() for entry in entries])
            connection.executemany(
                "UPDATE waiting SET entry = ?, place = ? WHERE number = ?",
                [(entries[place], indexes[place], number) for number, place in places],
            )
            connection.execute("DELETE FROM batch")
            connection.execute("DELETE FROM published")
            connection.execute("INSERT INTO published VALUES (?)", (now.isoformat(),))
            return len(entries)

    def _rows(self) -> AbstractContextManager[sqlite3.Connection]:
        return shredding_database(self.file)


def _plan(connection: sqlite3.Connection, now: datetime) -> None:
    """Write down the next batch before anything of it is appended."""
    query = "SELECT number, commitment FROM waiting WHERE place IS NULL ORDER BY number"
    rows = connection.execute(query).fetchall()
    batch = padded_batch([row[1] for row in rows], at=now, chance=os.urandom(CHANCE_BYTES))
    entries = json.dumps([entry.decode() for entry in batch.entries])
    places = json.dumps([(row[0], place) for row, place in zip(rows, batch.places, strict=True)])
    connection.execute("INSERT INTO batch VALUES (?, ?)", (entries, places))
