"""The registry's database: the root and the statements, as they were received.

Nothing is changed or deleted once it is there. A batch offers what `registry.rules.Shelf` asks for.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, func, insert, inspect, select
from sqlalchemy.exc import DatabaseError, IntegrityError

from sekisho.codec import decode_root
from sekisho.errors import ConfigError, NotFoundError
from sekisho.model import KeyId, Root
from sekisho.signing import ROOT, open_statement
from sekisho.store.clock import now
from sekisho.store.engine import WRITE, make_engine, sqlite_file
from sekisho.store.schema import HEAD, edition, root, statement, version

__all__ = [
    "TIME",
    "Batch",
    "EditionRow",
    "RegistryDatabase",
    "check_version",
    "found_version",
    "newest_edition",
    "open_registry",
    "readable",
    "root_envelope",
    "rows_of",
]

TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionRow:
    """One published state, as `registry.publish.Edition` describes it; times are aware UTC."""

    number: int
    state: str
    created: datetime
    expires: datetime
    digest: str


def _moment(text: str) -> datetime:
    return datetime.strptime(text.replace("Z", "+0000"), "%Y-%m-%dT%H:%M:%S%z")


def newest_edition(connection: Connection) -> EditionRow | None:
    """Return the newest edition that was published."""
    row = connection.execute(select(edition).order_by(edition.c.number.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    created, expires = _moment(row.created), _moment(row.expires)
    return EditionRow(number=row.number, state=row.state, created=created, expires=expires, digest=row.digest)


@contextmanager
def readable(location: str) -> Iterator[None]:
    """Say in our words that a file is no database, or that it can not be reached."""
    try:
        yield
    except IntegrityError:
        raise
    except DatabaseError as error:
        raise ConfigError(f"can not use {location} as a registry: {error.orig}") from error


def root_envelope(connection: Connection) -> bytes:
    """Return the envelope of the registry's root."""
    envelope: bytes = connection.execute(select(root.c.envelope)).scalar_one()
    return envelope


def _signer(connection: Connection, statement_id: str) -> KeyId | None:
    query = select(statement.c.signer).where(statement.c.id == statement_id)
    return connection.execute(query).scalar_one_or_none()


def rows_of(connection: Connection, type_: str, signer: KeyId | None = None) -> tuple[bytes, ...]:
    """Return the envelopes of one type, of one signer or of all, sorted by id."""
    query = select(statement.c.envelope).where(statement.c.type == type_).order_by(statement.c.id)
    if signer is not None:
        query = query.where(statement.c.signer == signer)
    return tuple(connection.execute(query).scalars())


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One open transaction that writes; implements `registry.rules.Shelf`."""

    connection: Connection

    def root(self) -> Root:
        """Return the registry's root."""
        return decode_root(open_statement(root_envelope(self.connection), ROOT).payload)

    def signer_of(self, statement: str) -> KeyId | None:
        """Return who signed the statement of that id, None if it is not here."""
        return _signer(self.connection, statement)

    def add(self, *, id: str, type: str, signer: KeyId, envelope: bytes) -> None:  # noqa: A002
        """Keep a statement; the caller has checked it."""
        row = {"id": id, "type": type, "signer": signer, "envelope": envelope}
        self.connection.execute(insert(statement).values(**row, received_at=now().strftime(TIME)))


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryDatabase:
    """An open registry. Safe to open from several processes at once."""

    engine: Engine

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """Open a transaction that writes: all of it is kept, or after an error or a crash nothing."""
        with (
            readable(str(self.engine.url)),
            self.engine.connect().execution_options(**WRITE) as connection,
            connection.begin(),
        ):
            yield Batch(connection=connection)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that reads: everything is of one moment."""
        with readable(str(self.engine.url)), self.engine.connect() as connection, connection.begin():
            yield connection

    def root(self) -> tuple[Root, bytes]:
        """Return the registry's root and its envelope."""
        with self.reading() as connection:
            envelope = root_envelope(connection)
        return decode_root(open_statement(envelope, ROOT).payload), envelope

    def signer_of(self, statement_id: str) -> KeyId | None:
        """Return who signed the statement of that id, None if it is not here."""
        with self.reading() as connection:
            return _signer(connection, statement_id)

    def statements(self, type_: str, signer: KeyId | None = None) -> tuple[bytes, ...]:
        """Return the envelopes of one type, of one signer or of all, sorted by id."""
        with self.reading() as connection:
            return rows_of(connection, type_, signer)

    def counts(self) -> dict[str, int]:
        """Return how many statements there are of each type."""
        query = select(statement.c.type, func.count()).group_by(statement.c.type)
        with self.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def last_edition(self) -> EditionRow | None:
        """Return the newest edition that was published."""
        with self.reading() as connection:
            return newest_edition(connection)


def found_version(connection: Connection) -> str | None:
    """Return the number of the last migration, None if this is no registry."""
    if not inspect(connection).has_table(version.name):
        return None
    return connection.execute(select(version.c.version_num)).scalar_one_or_none()


def check_version(found: str | None, location: str) -> None:
    """Refuse tables that this Sekisho does not know."""
    if found is None:
        raise NotFoundError(f"{location} is not a registry", hint=f"sekisho registry init {location}")
    if found > HEAD:
        raise ConfigError(f"{location} was made by a newer Sekisho", hint="pip install --upgrade sekisho")
    if found < HEAD:
        raise ConfigError(f"{location} is from an older Sekisho", hint=f"sekisho registry init {location}")


def open_registry(location: str) -> RegistryDatabase:
    """Open a registry, a file path or a database URL, and check the version of its tables.

    Raises:
        NotFoundError: no such file, or it is not a registry.
        ConfigError: made by a newer or older Sekisho, or not a database.
    """
    file = sqlite_file(location)
    if file is not None and not file.is_file():
        raise NotFoundError(f"there is no registry {location}", hint=f"sekisho registry init {location}")
    database = RegistryDatabase(engine=make_engine(location))
    with readable(location), database.engine.connect() as connection:
        check_version(found_version(connection), location)
    return database
