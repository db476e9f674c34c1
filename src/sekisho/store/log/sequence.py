"""The order of a log's entries: a journal of those that wait, and one SQLite file with the heads.

An entry is in the log when its group in the journal is on the disk; its index is the next one there.
Groups stay until a checkpoint on the disk covers them; after that the bundles are their place. Before a
tree head is signed it is kept in the database (WAL, synchronous=FULL), so that after a crash the same
head is signed again and never another one of its size, and of two publishers only one goes on.
"""

import os
import sqlite3
import weakref
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock
from typing import Any

from sekisho.errors import EvidenceError
from sekisho.ledger.tree import EMPTY_ROOT
from sekisho.store.log.journal import Journal, JournalEnd, Run

__all__ = ["JOURNAL", "Sequencer", "State", "first_layout"]

JOURNAL = ".journal"
"""The folder of the entries that wait, beside the database."""
BUSY_SECONDS = 60
LAYOUT = 2
"""Kept as SQLite's user_version; in layout 1 the database held the waiting entries too."""
PRAGMAS = ("journal_mode = WAL", "synchronous = FULL")
"""NORMAL could take back a head that was signed when the power fails. SQLite, pragma synchronous."""

_TABLE = """CREATE TABLE IF NOT EXISTS head (
    id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL, root BLOB NOT NULL,
    published INTEGER NOT NULL, published_root BLOB NOT NULL)"""
_SET = "UPDATE head SET size = ?, root = ?, published = ?, published_root = ?"
_HEADS = "SELECT size, root, published, published_root FROM head"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the database knows of the log's heads.

    Attributes:
        size, root: the newest head that may have been signed.
        published, published_root: the newest head known to be on the disk.
    """

    size: int = 0
    root: bytes = EMPTY_ROOT
    published: int = 0
    published_root: bytes = EMPTY_ROOT


def _layout(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _prepare(connection: sqlite3.Connection, file: Path) -> None:
    """Make the table, unless another version of this program made others."""
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN IMMEDIATE")
    if _layout(connection) not in {0, LAYOUT}:
        raise EvidenceError(
            f"{file} was written by another version of Sekisho (layout {_layout(connection)})",
            hint="sekisho log restore",
        )
    connection.execute(_TABLE)
    fresh = State()
    values = (fresh.size, fresh.root, fresh.published, fresh.published_root)
    connection.execute("INSERT OR IGNORE INTO head VALUES (1, ?, ?, ?, ?)", values)
    connection.execute(f"PRAGMA user_version = {LAYOUT}")
    connection.execute("COMMIT")


def _connect(file: Path) -> sqlite3.Connection:
    connection = None
    try:
        connection = sqlite3.connect(
            file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        _prepare(connection, file)
    except (sqlite3.Error, EvidenceError) as error:
        if connection is not None:
            connection.close()
        raise error if isinstance(error, EvidenceError) else _unusable(file, error) from error
    return connection


def _unusable(file: Path, error: sqlite3.Error) -> EvidenceError | OSError:
    """Return what a user is told: a full or broken disk as it is, a broken database with the way out."""
    if isinstance(error, sqlite3.OperationalError) and "malformed" not in str(error):
        return OSError(0, f"the log's database can not be used: {error}", str(file))
    return EvidenceError(f"{file} is not a log's database any more: {error}", hint="sekisho log restore")


def first_layout(file: Path) -> tuple[State, list[Run]] | None:
    """Read the heads and the waiting entries of a database of layout 1; None if it is not one."""
    rows = "SELECT first, count, data FROM pending ORDER BY first"
    try:
        with closing(sqlite3.connect(file, timeout=BUSY_SECONDS)) as connection:
            if _layout(connection) != 1:
                return None
            size, root, published, published_root = connection.execute(_HEADS).fetchone()
            runs = [
                Run(first=first, count=count, data=data) for first, count, data in connection.execute(rows)
            ]
    except sqlite3.DatabaseError:
        return None
    return State(size=size, root=root, published=published, published_root=published_root), runs


class Sequencer:
    """The open database and journal of one log; serves many threads of one process, others have their own."""

    def __init__(self, file: Path) -> None:
        """Open the database, or make an empty one, and its journal, which is made before it.

        The caller holds the lock of appending.

        Raises:
            EvidenceError: there is a database and no journal, or something else in its place.
            OSError: the folder can not be used.
        """
        self._file = file
        self._journal = Journal(file.parent / JOURNAL)
        if not self._journal.begun and not file.exists():
            self._journal.begin(0, 0)
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

    def _row(self, query: str) -> tuple[Any, ...]:
        with self._lock:
            try:
                return tuple(self._connection.execute(query).fetchone())
            except sqlite3.Error as error:
                raise _unusable(self._file, error) from error

    def append(self, data: bytes, count: int, latest: int) -> int:
        """Append entries, at once; return the index of the first. The caller holds the lock of appending.

        Args:
            data: the entries, each behind its length.
            count: how many.
            latest: the hour of the newest of them.

        Raises:
            EvidenceError: the journal is missing, damaged or was taken back.
            OSError: the disk is full or broken; nothing was appended.
        """
        with self._lock:
            return self._journal.append(data, count, latest)

    def state(self) -> State:
        """Return the heads."""
        size, root, published, published_root = self._row(_HEADS)
        return State(size=size, root=root, published=published, published_root=published_root)

    def end(self) -> JournalEnd:
        """Return where the journal ends: the index of the next entry, the hour of the newest."""
        with self._lock:
            return self._journal.look()

    def settle(self) -> JournalEnd:
        """Return where the journal ends, on the disk. The caller holds the lock of appending."""
        with self._lock:
            return self._journal.settle()

    def pending(self, first: int) -> Iterator[Run]:
        """Yield the entries from an index on to where `settle` has found the end, a group at a time.

        Raises:
            EvidenceError: entries are missing or damaged.
        """
        return self._journal.runs(first)

    def intend(self, before: State, size: int, root: bytes) -> State:
        """Keep the head that is going to be signed, and let go of the entries that are published.

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
        self._journal.drop(after.published)
        return after

    def runs(self) -> list[Run]:
        """Return all entries of the journal, published or not, in their order."""
        return self._journal.whole()

    def begin_at(self, state: State, runs: Iterable[Run], latest: int) -> None:
        """Replace all that is here by the heads and the waiting entries of a restored log.

        The journal comes first: it has all that the one before had, and until the heads follow nothing
        is signed.
        """
        with self._lock:
            self._journal.begin(state.published, latest, runs)
        heads = (state.size, state.root, state.published, state.published_root)
        with self._writing() as connection:
            connection.execute(_SET, heads)
