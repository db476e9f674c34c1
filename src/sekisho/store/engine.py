"""Open a database so that several processes can use it: SQLite by default, PostgreSQL by URL.

SQLite: write-ahead log, readers never wait, writers wait for each other up to BUSY_SECONDS.
A transaction that will write says so at its beginning (BEGIN IMMEDIATE): one that reads first and
then writes could otherwise fail when another process has written in between.
"""

from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from sekisho.errors import ConfigError, MissingExtraError

__all__ = ["WRITE", "make_engine", "sqlite_file"]

BUSY_SECONDS = 60
WRITE = {"sekisho_write": True}
"""Execution options of a connection that is going to write."""


def sqlite_file(location: str) -> Path | None:
    """Return the file of a SQLite registry, None if it is a database elsewhere.

    Raises:
        ConfigError: not a database URL.
    """
    if "://" not in location:
        return Path(location).expanduser().absolute()
    try:
        url = make_url(location)
    except ArgumentError as error:
        raise ConfigError(f"not a database URL: {error}") from error
    return Path(url.database).absolute() if url.drivername.startswith("sqlite") and url.database else None


def _prepare(connection: SqliteConnection, _record: object) -> None:
    # We say BEGIN ourselves (below); the driver's own idea of transactions is switched off.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("sekisho_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def make_engine(location: str) -> Engine:
    """Return the engine of a registry, a file path or a database URL.

    Raises:
        ConfigError: not a database URL.
        MissingExtraError: the driver of the URL's database is not installed.
    """
    file = sqlite_file(location)
    try:
        if file is None:
            return create_engine(location, isolation_level="SERIALIZABLE")
        engine = create_engine(URL.create("sqlite", database=str(file)), poolclass=NullPool)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise MissingExtraError(
            f"no driver for {make_url(location).drivername}: {error}",
            hint="pip install 'sekisho[postgres]', and write postgresql+psycopg://...",
        ) from error
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine
