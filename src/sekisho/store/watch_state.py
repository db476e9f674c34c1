"""What a watch has done: STATE/watch.sqlite, and the drafts it has handed out in STATE/outbox.

    event     every change of the registry that was seen, numbered as it came
    record    every run and segment, and up to which event it was matched
    hit       every hit with its draft, and whether that lies in the outbox

An event is matched with a record in one transaction that keeps the hits too; a draft that was kept and not
yet written is written at the next start, under the id of its hit. So a watch that is killed at any point
loses nothing and gives nothing twice.

What was matched is only known here. So a state that is damaged, emptied or gone is never begun anew by
itself, which would give every old hit again: STATE/state.json says that there was one.
"""

import fcntl
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sekisho.errors import ConfigError, NotFoundError, UsageError
from sekisho.store.atomic import write_atomic

__all__ = ["Drafted", "WatchState", "open_watch"]

DATABASE = "watch.sqlite"
OUTBOX = "outbox"
BEGUN = "state.json"
VERSION = 1
_AGAIN = (
    "bring back a copy of the folder; or begin in another --state: every hit is then drafted again, under"
    " the id that it had, so that a desk knows those that it has"
)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS event (
  number INTEGER PRIMARY KEY, cause TEXT NOT NULL, subject TEXT NOT NULL, mark TEXT NOT NULL,
  UNIQUE (cause, subject, mark));
CREATE TABLE IF NOT EXISTS record (digest TEXT PRIMARY KEY, upto INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS hit (id TEXT PRIMARY KEY, draft BLOB NOT NULL, written INTEGER NOT NULL);
"""
EventRow = tuple[str, str, str]
"""Cause, subject and mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A hit that was kept: its id and the signed draft."""

    id: str
    draft: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchState:
    """An open state; one process has it at a time."""

    path: Path
    connection: sqlite3.Connection

    def learn(self, events: Iterable[EventRow]) -> None:
        """Keep events that are new, numbered after those that are there."""
        with self.connection:
            self.connection.executemany(
                "INSERT OR IGNORE INTO event (cause, subject, mark) VALUES (?, ?, ?)", events
            )

    def pending(self, record: str, limit: int) -> tuple[list[EventRow], int]:
        """Return the next events that a record was not matched with, and the number of the last of them."""
        known = self.connection.execute("SELECT upto FROM record WHERE digest = ?", (record,)).fetchone()
        upto = known[0] if known else 0
        rows = self.connection.execute(
            "SELECT number, cause, subject, mark FROM event WHERE number > ? ORDER BY number LIMIT ?",
            (upto, limit),
        ).fetchall()
        return [(cause, subject, mark) for _, cause, subject, mark in rows], rows[-1][0] if rows else upto

    def keep(self, record: str, upto: int, hits: Sequence[Drafted]) -> None:
        """Keep the hits of some events in a record, and that these are done; all of it or nothing."""
        with self.connection:
            self.connection.executemany(
                "INSERT OR IGNORE INTO hit (id, draft, written) VALUES (?, ?, 0)",
                [(hit.id, hit.draft) for hit in hits],
            )
            self.connection.execute(
                "INSERT INTO record (digest, upto) VALUES (?, ?)"
                " ON CONFLICT (digest) DO UPDATE SET upto = excluded.upto",
                (record, upto),
            )

    def write_out(self) -> int:
        """Write the drafts that are not in the outbox yet; return how many."""
        rows = self.connection.execute("SELECT id, draft FROM hit WHERE NOT written ORDER BY id").fetchall()
        outbox = self.path / OUTBOX
        for id_, draft in rows:
            # The same bytes again, if a kill came between writing and keeping that it was written.
            write_atomic(outbox / f"{id_}.json", (draft,), force=True, mode=0o600)
            with self.connection:
                self.connection.execute("UPDATE hit SET written = 1 WHERE id = ?", (id_,))
        return len(rows)

    def drafts(self) -> Iterator[Drafted]:
        """Yield every hit that was ever found, by id."""
        for id_, draft in self.connection.execute("SELECT id, draft FROM hit ORDER BY id"):
            yield Drafted(id=id_, draft=draft)


@contextmanager
def open_watch(path: Path, *, make: bool = True) -> Iterator[WatchState]:
    """Open the state of a watch, and keep other processes out.

    Args:
        path: the folder.
        make: begin one if there is none.

    Raises:
        NotFoundError: there is none, and none is to be made.
        UsageError: another process has it.
        ConfigError: it is no such state, or damaged.
    """
    if not make and not ((path / DATABASE).exists() or (path / BEGUN).exists()):
        raise NotFoundError(f"{path} is not the state of a watch", hint="sekisho watch run --state DIR")
    with _locked(path):
        begun = _was_begun(path)
        try:
            with closing(sqlite3.connect(path / DATABASE)) as connection:
                _check(connection, path, begun=begun)
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.executescript(_SCHEMA)
                connection.execute(f"PRAGMA user_version = {VERSION}")
                if not (path / BEGUN).exists():
                    # After the database: a kill in between leaves one that is empty and was never used.
                    _write(path / BEGUN, json.dumps({"v": VERSION}).encode() + b"\n")
                yield WatchState(path=path, connection=connection)
        except sqlite3.DatabaseError as error:
            raise ConfigError(f"can not use {path / DATABASE}: {error}", hint=_remedy(error)) from error


def _remedy(error: sqlite3.DatabaseError) -> str:
    """Say what to do: what can not be written is whole, what can not be read is not."""
    if any(word in str(error) for word in ("readonly", "full", "locked")):
        return "nothing is lost: make it writable, and run the same command again"
    return _AGAIN


def _write(file: Path, data: bytes) -> None:
    try:
        write_atomic(file, (data,), force=True, mode=0o600)
    except OSError as error:
        raise ConfigError(
            f"can not write {file}: {error.strerror}",
            hint="nothing is lost: make it writable, and run the same command again",
        ) from error


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Make the folder if it is not there, and keep other processes out of it."""
    try:
        (path / OUTBOX).mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (path / ".lock").open("ab")
    except OSError as error:
        raise ConfigError(
            f"{path} can not be the state of a watch: {error.strerror}",
            hint="name a folder that you may write to, and in which nothing else lies",
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(f"another watch is at work in {path}", hint="wait for it") from None
        yield


def _was_begun(path: Path) -> bool:
    """Tell whether there was a state here before.

    Raises:
        ConfigError: what says so can not be read, or was made by a newer Sekisho.
    """
    found = None
    with suppress(FileNotFoundError):
        try:
            found = json.loads((path / BEGUN).read_bytes())
            version = int(found["v"])
        except (IsADirectoryError, PermissionError, ValueError, TypeError, KeyError) as error:
            raise ConfigError(f"{path / BEGUN} is damaged", hint=_AGAIN) from error
        if version > VERSION:
            raise ConfigError(f"{path} was made by a newer Sekisho", hint="pip install --upgrade sekisho")
    return found is not None or any((path / OUTBOX).iterdir())


def _check(connection: sqlite3.Connection, path: Path, *, begun: bool) -> None:
    """Refuse a database that is not whole, of another version, or empty where there was one. O(its size)."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if not tables and not begun:
        return
    if version > VERSION:
        raise ConfigError(f"{path} was made by a newer Sekisho", hint="pip install --upgrade sekisho")
    if not {"event", "record", "hit"} <= tables:
        raise ConfigError(
            f"what {path} has done is gone: {DATABASE} is empty or of something else", hint=_AGAIN
        )
    (whole,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if whole != "ok":
        raise ConfigError(f"{path / DATABASE} is damaged: {whole}", hint=_AGAIN)
    count, last = connection.execute("SELECT count(*), coalesce(max(number), 0) FROM event").fetchone()
    (upto,) = connection.execute("SELECT coalesce(max(upto), 0) FROM record").fetchone()
    if count != last or upto > last:
        # A record that is ahead of the events would never be matched with the next ones.
        raise ConfigError(f"{path / DATABASE} lacks events that were matched", hint=_AGAIN)
