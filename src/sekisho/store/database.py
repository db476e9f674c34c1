"""The registry's database: the root and the statements, as they were received.

Nothing is changed or deleted once it is there. A batch offers what `registry.rules.Shelf` asks for.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import Connection, Engine, func, insert, inspect, select

from sekisho.codec import decode_root
from sekisho.codec.moments import moment, moment_text
from sekisho.errors import ConfigError, NotFoundError
from sekisho.model import KeyId, Print, Root
from sekisho.signing import PASSAGES, ROOT, TRAITS, WITHDRAWAL, open_statement
from sekisho.store.clock import now
from sekisho.store.compared import IN_PARTS, PrintRow, TextRow, print_rows, text_rows
from sekisho.store.engine import WRITE, make_engine
from sekisho.store.location import shown, sqlite_file
from sekisho.store.schema import HEAD, edition, print_, root, statement, text, version
from sekisho.store.unusable import readable

__all__ = [
    "Batch",
    "EditionRow",
    "RegistryDatabase",
    "check_version",
    "found_version",
    "newest_edition",
    "open_registry",
    "root_envelope",
    "rows_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionRow:
    """One published state, as `registry.publish.Edition` describes it; times are aware UTC."""

    number: int
    state: str
    created: datetime
    expires: datetime
    digest: str


def newest_edition(connection: Connection) -> EditionRow | None:
    """Return the newest edition that was published."""
    row = connection.execute(select(edition).order_by(edition.c.number.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    created, expires = moment(row.created), moment(row.expires)
    return EditionRow(number=row.number, state=row.state, created=created, expires=expires, digest=row.digest)


def root_envelope(connection: Connection) -> bytes:
    """Return the envelope of the registry's root."""
    envelope: bytes = connection.execute(select(root.c.envelope)).scalar_one()
    return envelope


def rows_of(connection: Connection, type_: str, owner: KeyId | None = None) -> tuple[bytes, ...]:
    """Return the envelopes of one type, in one key's name or of all, sorted by id."""
    query = select(statement.c.envelope).where(statement.c.type == type_).order_by(statement.c.id)
    if owner is not None:
        query = query.where(statement.c.owner == owner)
    return tuple(connection.execute(query, execution_options=IN_PARTS).scalars())


def _known(connection: Connection, statement_id: str) -> tuple[KeyId, KeyId, str] | None:
    columns = select(statement.c.owner, statement.c.signer, statement.c.about)
    row = connection.execute(columns.where(statement.c.id == statement_id)).one_or_none()
    return None if row is None else (row.owner, row.signer, row.about)


class Kept(Protocol):
    """What is kept of a statement that passed (`registry.examined.Examined`)."""

    @property
    def id(self) -> str:
        """The digest of the payload."""

    @property
    def type(self) -> str:
        """The type of the envelope."""

    @property
    def signer(self) -> KeyId:
        """The key that signed it."""

    @property
    def owner(self) -> KeyId:
        """In whose name it speaks."""

    @property
    def about(self) -> str:
        """The id or key by which others look for it."""

    @property
    def envelope(self) -> bytes:
        """As it was received."""

    @property
    def prints(self) -> Sequence[Print]:
        """Of a registration; else empty."""

    @property
    def texts(self) -> Sequence[str]:
        """Of a registration the ids of the passages that it names; else empty."""

    @property
    def places(self) -> int:
        """Of a registration how many places it takes."""

    @property
    def sketch(self) -> tuple[int, bytes] | None:
        """Of a statement of passages: how many hashes, and the lowest of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One open transaction that writes; implements `registry.submit.Desk`."""

    connection: Connection

    def root(self) -> Root:
        """Return the registry's root."""
        return decode_root(open_statement(root_envelope(self.connection), ROOT).payload)

    def known(self, statement: str) -> tuple[KeyId, KeyId, str] | None:
        """Return owner, signer and what it is about of the statement of that id, None if not here."""
        return _known(self.connection, statement)

    def find(self, type: str, about: str, owner: KeyId | None = None) -> Sequence[bytes]:  # noqa: A002
        """Return the envelopes of a type about an id or key, of one owner or of all."""
        query = select(statement.c.envelope).where(statement.c.about == about, statement.c.type == type)
        if owner is not None:
            query = query.where(statement.c.owner == owner)
        return tuple(self.connection.execute(query.order_by(statement.c.id)).scalars())

    def held(self, owner: KeyId, day: date) -> int:
        """Return how many places an owner's entries take that were not withdrawn before a day (UTC)."""
        ended = select(statement.c.about).where(
            statement.c.owner == owner,
            statement.c.type == WITHDRAWAL,
            statement.c.received_at < day.isoformat(),
        )
        query = select(func.sum(print_.c.places)).where(print_.c.owner == owner, print_.c.entry.not_in(ended))
        return int(self.connection.execute(query).scalar_one() or 0)

    def prints(self) -> Iterator[PrintRow]:
        """Yield the prints of what is not withdrawn, in the order in which it came in."""
        return print_rows(self.connection)

    def texts(self) -> Iterator[TextRow]:
        """Yield the sketches of the texts of what is not withdrawn, in the order in which it came in."""
        return text_rows(self.connection)

    def add(self, statement_: Kept, /) -> None:
        """Keep a statement; the caller has checked it."""
        row = {name: getattr(statement_, name) for name in ("id", "type", "signer", "owner", "about")}
        row |= {"envelope": statement_.envelope, "received_at": moment_text(now())}
        self.connection.execute(insert(statement).values(**row))
        if statement_.prints:
            self.connection.execute(
                insert(print_).values(
                    entry=statement_.id,
                    owner=statement_.owner,
                    sha256=b"".join(p.sha256 for p in statement_.prints if p.sha256 is not None),
                    pdq=b"".join(p.pdq for p in statement_.prints if p.pdq is not None),
                    texts="".join(statement_.texts),
                    places=statement_.places,
                )
            )
        if statement_.sketch is not None:
            hashes, sketch = statement_.sketch
            self.connection.execute(insert(text).values(id=statement_.id, hashes=hashes, sketch=sketch))


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryDatabase:
    """An open registry. Safe to open from several processes at once."""

    engine: Engine

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """Open a transaction that writes: all of it is kept, or after an error or a crash nothing."""
        with (
            readable(self.engine.url),
            self.engine.connect().execution_options(**WRITE) as connection,
            connection.begin(),
        ):
            yield Batch(connection=connection)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that reads: everything is of one moment."""
        with readable(self.engine.url), self.engine.connect() as connection, connection.begin():
            yield connection

    def root(self) -> tuple[Root, bytes]:
        """Return the registry's root and its envelope."""
        with self.reading() as connection:
            envelope = root_envelope(connection)
        return decode_root(open_statement(envelope, ROOT).payload), envelope

    def known(self, statement_id: str) -> tuple[KeyId, KeyId, str] | None:
        """Return owner, signer and what it is about of the statement of that id, None if not here."""
        with self.reading() as connection:
            return _known(connection, statement_id)

    def statements(self, type_: str, owner: KeyId | None = None) -> tuple[bytes, ...]:
        """Return the envelopes of one type, in one key's name or of all, sorted by id."""
        with self.reading() as connection:
            return rows_of(connection, type_, owner)

    def prints(self) -> Sequence[PrintRow]:
        """Return the prints of what is not withdrawn, in the order in which it came in."""
        with self.reading() as connection:
            return list(print_rows(connection))

    def texts(self) -> Sequence[TextRow]:
        """Return the sketches of the texts of what is not withdrawn, in the order in which it came in."""
        with self.reading() as connection:
            return list(text_rows(connection))

    def passages(self, statement_id: str) -> bytes | None:
        """Return the envelope of a statement of passages (p-), None if it is not here."""
        return self._attached(statement_id, PASSAGES)

    def traits(self, statement_id: str) -> bytes | None:
        """Return the envelope of a statement of traits (t-), None if it is not here."""
        return self._attached(statement_id, TRAITS)

    def _attached(self, statement_id: str, type_: str) -> bytes | None:
        query = select(statement.c.envelope).where(statement.c.id == statement_id)
        with self.reading() as connection:
            return connection.execute(query.where(statement.c.type == type_)).scalar_one_or_none()

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
    name = shown(location)
    if found is None:
        raise NotFoundError(f"{name} is not a registry", hint=f"sekisho registry init {name}")
    if found > HEAD:
        raise ConfigError(f"{name} was made by a newer Sekisho", hint="pip install --upgrade sekisho")
    if found < HEAD:
        raise ConfigError(f"{name} is from an older Sekisho", hint=f"sekisho registry init {name}")


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
