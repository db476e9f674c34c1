"""Open a database so that several processes can use it: SQLite by default, PostgreSQL by URL.

Both keep the same promise: one process writes at a time, readers never wait, and all that a
transaction reads is of one moment. So nothing has to be tried again, and what a writer has looked
up still holds when it writes. Writers wait for each other up to BUSY_MS.

SQLite: write-ahead log. A transaction that will write says so at its beginning (BEGIN IMMEDIATE):
one that reads first and then writes could otherwise fail when another process has written in between.

PostgreSQL: a writer takes an advisory lock that ends with its transaction, and reads what is
committed (READ COMMITTED): as the lock keeps other writers out, that is all of one moment, and it
begins after the lock was taken. REPEATABLE READ would look at the moment before. A reader asks for
REPEATABLE READ. Connections are not kept: commands are short, and no worker process inherits one.
"""

from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from sekisho.errors import MissingExtraError
from sekisho.store.location import located

__all__ = ["WRITE", "make_engine"]

BUSY_MS = 60_000
CONNECT_SECONDS = 10
WRITE = {"sekisho_write": True}
"""Execution options of a connection that is going to write."""

WRITERS = int.from_bytes(b"sekisho")
"""The advisory lock of writers; one for each database (PostgreSQL 17, 13.3.5)."""

_CONNECTION = {
    "connect_timeout": CONNECT_SECONDS,
    "fallback_application_name": "sekisho",
    # A server that was set up without a language says SQL_ASCII, and its texts would come as bytes.
    "client_encoding": "utf8",
}
"""What the URL does not say itself (PostgreSQL 17, 34.1.2)."""

_READ = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_WRITE = (
    "SET TRANSACTION ISOLATION LEVEL READ COMMITTED;"
    " SET LOCAL lock_timeout = {busy}; SELECT pg_advisory_xact_lock({lock})"
)


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("sekisho_write", False))


def _prepare(connection: SqliteConnection, _record: object) -> None:
    # We say BEGIN ourselves (below); the driver's own idea of transactions is switched off.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")


def _begin_postgres(connection: Connection) -> None:
    write = _WRITE.format(busy=BUSY_MS, lock=WRITERS)
    connection.exec_driver_sql(write if _writes(connection) else _READ)


def _sqlite(file: Path) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(file)), poolclass=NullPool)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgres(url: URL) -> Engine:
    missing = {name: value for name, value in _CONNECTION.items() if name not in url.query}
    try:
        engine = create_engine(url, poolclass=NullPool, connect_args=missing)
    except ImportError as error:
        raise MissingExtraError(
            "a registry on PostgreSQL needs the extra [postgres], which is not installed",
            hint="pip install 'sekisho[postgres]'",
        ) from error
    event.listen(engine, "begin", _begin_postgres)
    return engine


def make_engine(location: str) -> Engine:
    """Return the engine of a registry, a file path or a database URL.

    Raises:
        ConfigError: not a URL, or one of a database that Sekisho does not know.
        MissingExtraError: the driver for PostgreSQL is not installed.
    """
    place = located(location)
    return _sqlite(place) if isinstance(place, Path) else _postgres(place)
