"""What a witness remembers: for each log the newest checkpoint that it has cosigned, in SQLite.

A head is read, compared and replaced in one transaction (WAL, synchronous FULL) that ends before the
answer is given. Two requests for two futures of one log can therefore not both be cosigned, whether
they come to one process or to two; and a crash after the answer can not bring the old head back.

How often it has cosigned is kept in the file and, as its mark, in another place: an old copy of the file
knows of less and is refused.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sekisho.errors import EvidenceError, NotFoundError, SekishoError
from sekisho.ledger.checkpoint import decode_checkpoint
from sekisho.ledger.note import parse_note
from sekisho.ledger.witnessing import Answer, Decided, WitnessHead
from sekisho.store.log.disk import locked, replace_files

__all__ = ["SplitView", "WitnessHeads"]

_WAIT = 10.0
"""Seconds that a request waits for the one before it."""
MAX_SPLITS = 16
"""Split views kept for one log; the first ones prove it, more only fill the disk."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS head (
  origin TEXT PRIMARY KEY, size INTEGER NOT NULL, note BLOB NOT NULL, at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS split (
  id INTEGER PRIMARY KEY, origin TEXT NOT NULL, cosigned BLOB NOT NULL, other BLOB NOT NULL,
  UNIQUE (origin, other)
);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitView:
    """Two notes by which a log has signed two trees of one size; both signatures hold."""

    origin: str
    cosigned: bytes
    other: bytes


class WitnessHeads:
    """The heads in one file; every call opens it anew, so that threads and processes may share it."""

    def __init__(self, path: Path, *, mark: Path | None = None) -> None:
        """Open or make the file.

        Args:
            path: the file.
            mark: where it is kept how often it has cosigned; beside the key, so that a restore of the
                file does not take it back. None: an old copy is not noticed.

        Raises:
            NotFoundError: there is no folder for it.
            EvidenceError: the mark knows of more than the file.
        """
        self._path, self._mark = path, mark
        if not path.parent.is_dir():
            raise NotFoundError(f"there is no folder {path.parent}", hint="make it first")
        with self._alone(), self._opened() as connection:
            connection.executescript(_SCHEMA)
            self._check_mark(connection)

    def head(self, origin: str) -> WitnessHead | None:
        """Return the newest checkpoint cosigned for a log."""
        with self._opened() as connection:
            return _read(connection, origin)

    def heads(self) -> tuple[WitnessHead, ...]:
        """Return the newest checkpoint of every log, by origin."""
        with self._opened() as connection:
            rows = connection.execute("SELECT origin, size, note, at FROM head ORDER BY origin").fetchall()
        return tuple(_head(*row) for row in rows)

    def splits(self) -> tuple[SplitView, ...]:
        """Return the split views that were met, oldest first."""
        with self._opened() as connection:
            rows = connection.execute("SELECT origin, cosigned, other FROM split ORDER BY id").fetchall()
        return tuple(SplitView(origin=origin, cosigned=one, other=other) for origin, one, other in rows)

    def settle(self, origin: str, decide: Callable[[WitnessHead | None], Decided]) -> Answer:
        """Let `decide` see the stored head, store what it says, and only then return the answer.

        Raises:
            SekishoError: the file can not be used; nothing was answered and nothing changed.
            EvidenceError: it is an old copy.
        """
        with self._alone(), self._opened() as connection:
            self._check_mark(connection)
            connection.execute("BEGIN IMMEDIATE")
            try:
                decided = decide(_read(connection, origin))
                _store(connection, origin, decided)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
            if self._mark is not None and decided.head is not None:
                replace_files([(self._mark, b"%d\n" % _count(connection))])
        return decided.answer

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep others waiting from the transaction to the mark, where there is one."""
        lock = None if self._mark is None else self._mark.with_name(f"{self._mark.name}.lock")
        with nullcontext() if lock is None else locked(lock):
            yield

    def _check_mark(self, connection: sqlite3.Connection) -> None:
        if self._mark is None or not self._mark.exists():
            return
        text = self._mark.read_text(encoding="ascii", errors="replace").strip()
        known, count = int(text) if text.isdecimal() else -1, _count(connection)
        if not 0 <= known <= count:
            raise EvidenceError(
                f"refusing to cosign: the witness's file {self._path} was taken back or replaced; it knows of"
                f" {count} cosignatures, the mark beside its key says {text[:20]!r}",
                hint="bring back the newest copy; if it is lost, make a new key and tell the other houses",
            )

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._path, timeout=_WAIT, isolation_level=None)) as connection:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=FULL")
                yield connection
        except sqlite3.Error as error:
            raise SekishoError(f"the witness's file {self._path} can not be used: {error}") from error


def _count(connection: sqlite3.Connection) -> int:
    """Return how often the witness has cosigned."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _head(origin: str, size: int, note: bytes, at: int) -> WitnessHead:
    checkpoint = decode_checkpoint(parse_note(note).text)
    if (checkpoint.origin, checkpoint.size) != (origin, size):
        raise EvidenceError(f"the witness's head of {origin!r} does not fit its note")
    return WitnessHead(checkpoint=checkpoint, note=note, at=datetime.fromtimestamp(at, UTC))


def _read(connection: sqlite3.Connection, origin: str) -> WitnessHead | None:
    row = connection.execute("SELECT origin, size, note, at FROM head WHERE origin = ?", (origin,)).fetchone()
    return None if row is None else _head(*row)


def _store(connection: sqlite3.Connection, origin: str, decided: Decided) -> None:
    head = decided.head
    if head is not None:
        row = (origin, head.checkpoint.size, head.note, int(head.at.timestamp()))
        connection.execute("INSERT OR REPLACE INTO head VALUES (?, ?, ?, ?)", row)
        connection.execute(f"PRAGMA user_version = {_count(connection) + 1}")
    if decided.split is not None:
        (count,) = connection.execute("SELECT count(*) FROM split WHERE origin = ?", (origin,)).fetchone()
        if count < MAX_SPLITS:
            connection.execute(
                "INSERT OR IGNORE INTO split (origin, cosigned, other) VALUES (?, ?, ?)",
                (origin, *decided.split),
            )
