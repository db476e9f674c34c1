"""SQLite files that keep nothing of what is deleted from them."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["shredding_database"]

_BUSY_SECONDS = 60.0


@contextmanager
def shredding_database(file: Path, tables: str = "") -> Iterator[sqlite3.Connection]:
    """Open a file that keeps nothing of what is deleted, in one transaction that writes.

    No write-ahead log: it and the pages that it replaces would keep what was deleted. The rollback
    journal is deleted with each transaction, and `secure_delete` overwrites free pages with zeros.

    Args:
        file: the database.
        tables: SQL that makes what is not there yet, the file and its folder too, readable by the
            owner only.
    """
    if tables:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(file, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        for pragma in ("journal_mode = DELETE", "synchronous = EXTRA", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")
        if tables:
            connection.executescript(tables)
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    finally:
        connection.close()
