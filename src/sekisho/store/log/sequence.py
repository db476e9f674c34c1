"""The order of a log's entries: one SQLite file, written before any other.

An entry is in the log when its transaction is on the disk (WAL, synchronous=FULL); its index is the
next one inside that transaction. Rows stay until a checkpoint on the disk covers them; after that the
bundles are their place. Before a tree head is signed it is kept here, so that after a crash the same
head is signed again and never another one of its size.
"""

import os
import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock
from typing import Any

from sekisho.errors import EvidenceError
from sekisho.ledger.tree import EMPTY_ROOT

__all__ = ["Run", "Sequencer", "State"]

BUSY_SECONDS = 60
RUN_ENTRIES = 1024
"""Entries in a row of the database; a publisher holds some rows at a time."""
RUNS_AT_ONCE = 16
PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "user_version = 1")
"""NORMAL would lose acknowledged entries when the power fails. SQLite, pragma synchronous."""

_TABLES = (
    """CREATE TABLE IF NOT EXISTS pending (
        first INTEGER PRIMARY KEY, count INTEGER NOT NULL, data BLOB NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS head (
        id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL, root BLOB NOT NULL,
        published INTEGER NOT NULL, published_root BLOB NOT NULL, latest INTEGER NOT NULL)""",
)
_SET = "UPDATE head SET size = ?, root = ?, published = ?, published_root = ?"
_NEXT = "SELECT max(published, coalesce((SELECT max(first + count) FROM pending), 0)) FROM head"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the database knows of the log's heads.

    Attributes:
        size, root: the newest head that may have been signed.
        published, published_root: the newest head known to be on the disk.
        latest: the hour of the newest entry, in hours since 1970.
    """

    size: int = 0
    root: bytes = EMPTY_ROOT
    published: int = 0
    published_root: bytes = EMPTY_ROOT
    latest: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Some entries in their order: the index of the first, how many, and each behind its length."""

    first: int
    count: int
    data: bytes


def _cut(first: int, encoded: Sequence[bytes]) -> Iterator[Run]:
    for start in range(0, len(encoded), RUN_ENTRIES):
        some = encoded[start : start + RUN_ENTRIES]
        yield Run(first=first + start, count=len(some), data=b"".join(some))


def _connect(file: Path) -> sqlite3.Connection:
    connection = None
    try:
        connection = sqlite3.connect(
            file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN IMMEDIATE")
        for table in _TABLES:
            connection.execute(table)
        fresh = State()
        values = (fresh.size, fresh.root, fresh.published, fresh.published_root, fresh.latest)
        connection.execute("INSERT OR IGNORE INTO head VALUES (1, ?, ?, ?, ?, ?)", values)
        connection.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        if connection is not None:
            connection.close()
        raise _unusable(file, error) from error
    return connection


def _unusable(file: Path, error: sqlite3.Error) -> EvidenceError | OSError:
    """Return what a user is told: a full or broken disk as it is, a broken database with the way out."""
    if isinstance(error, sqlite3.OperationalError) and "malformed" not in str(error):
        return OSError(0, f"the log's database can not be used: {error}", str(file))
    return EvidenceError(f"{file} is not a log's database any more: {error}", hint="sekisho log restore")


class Sequencer:
    """The open database of one log; serves many threads of one process, others have their own."""

    def __init__(self, file: Path) -> None:
        """Open the database, or make an empty one."""
        self._file = file
        self._connection = _connect(file)
        self._lock = RLock()
        self._process = os.getpid()
        self._close = weakref.finalize(self, self._connection.close)

    @property
    def here(self) -> bool:
        """Whether this process opened it; SQLite does not survive a fork."""
        return self._process == os.getpid()

    def close(self) -> None:
        """Close the database."""
        self._close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the one transaction that may write; it is on the disk when this ends."""
        with self._lock:
            connection = self._connection
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                raise _unusable(self._file, error) from error
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def _rows(self, query: str, *values: int) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.Error as error:
                raise _unusable(self._file, error) from error

    def append(self, encoded: Sequence[bytes], latest: int) -> int:
        """Append entries, each behind its length, in one transaction; return the index of the first.

        Args:
            encoded: the entries.
            latest: the hour of the newest of them.

        Raises:
            OSError: the disk is full or broken; nothing was appended.
        """
        with self._writing() as connection:
            first = int(connection.execute(_NEXT).fetchone()[0])
            rows = [(run.first, run.count, run.data) for run in _cut(first, encoded)]
            connection.executemany("INSERT INTO pending VALUES (?, ?, ?)", rows)
            connection.execute("UPDATE head SET latest = max(latest, ?)", (latest,))
        return first

    def state(self) -> State:
        """Return the heads."""
        query = "SELECT size, root, published, published_root, latest FROM head"
        ((size, root, published, published_root, latest),) = self._rows(query)
        return State(size=size, root=root, published=published, published_root=published_root, latest=latest)

    def next(self) -> int:
        """Return the index that the next entry will get."""
        return int(self._rows(_NEXT)[0][0])

    def pending(self, first: int) -> Iterator[Run]:
        """Yield the entries from an index on, some rows in memory at a time.

        Raises:
            EvidenceError: rows are missing.
        """
        query = "SELECT first, count, data FROM pending WHERE first >= ? ORDER BY first LIMIT ?"
        while True:
            rows = self._rows(query, first, RUNS_AT_ONCE)
            for start, count, data in rows:
                if start != first:
                    raise EvidenceError(f"{self._file} lacks the entries from {first} on to {start}")
                yield Run(first=start, count=count, data=data)
                first = start + count
            if len(rows) < RUNS_AT_ONCE:
                return

    def intend(self, before: State, size: int, root: bytes) -> State:
        """Keep the head that is going to be signed, and let go of the rows that are published.

        Args:
            before: the heads as the publisher has read them, its published one being on the disk.
            size: of the new head.
            root: of the new head.

        Raises:
            EvidenceError: another publisher has signed in between.
        """
        after = replace(before, size=size, root=root)
        heads = (size, root, after.published, after.published_root)
        with self._writing() as connection:
            done = connection.execute(
                f"{_SET} WHERE size = ? AND root = ?", (*heads, before.size, before.root)
            )
            if done.rowcount != 1:
                raise EvidenceError("refusing to sign: another publisher has signed in between")
            connection.execute("DELETE FROM pending WHERE first < ?", (after.published,))
        return after

    def rows(self) -> list[Run]:
        """Return all rows, published or not, in their order."""
        rows = self._rows("SELECT first, count, data FROM pending ORDER BY first")
        return [Run(first=first, count=count, data=data) for first, count, data in rows]

    def begin_at(self, state: State, runs: Iterable[Run], latest: int) -> None:
        """Replace all that is here by the heads and the waiting entries of a restored log, at once."""
        heads = (state.size, state.root, state.published, state.published_root, latest)
        with self._writing() as connection:
            connection.execute("DELETE FROM pending")
            rows = ((run.first, run.count, run.data) for run in runs)
            connection.executemany("INSERT INTO pending VALUES (?, ?, ?)", rows)
            connection.execute(f"{_SET}, latest = ?", heads)
