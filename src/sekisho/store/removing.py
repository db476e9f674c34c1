"""Take entries out of a registry's database, so that no page of it holds a byte of them.

The one exception to "nothing is deleted". What goes: the registration, the passages and traits that no other
entry names, its prints, and what was said about it in words (withdrawals, disputes and their resolutions).
Vouches and grants name ids alone and stay. A marker says that this was done here: a database without it is a
restored one, or a copy. Afterwards the tables are written anew, since deleted rows leave traces in pages.
Backups, and the logs and replicas of PostgreSQL, are beyond this (SECURITY.md).
"""

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import Connection, delete, insert, select

from sekisho.codec import decode_registration
from sekisho.codec.moments import moment_text
from sekisho.errors import IncompleteError
from sekisho.model import KeyId
from sekisho.signing import DISPUTE, REGISTRATION, REMOVED, RESOLUTION, WITHDRAWAL, read_payload
from sekisho.store.clock import now
from sekisho.store.database import Batch, RegistryDatabase
from sekisho.store.removed import Removed
from sekisho.store.schema import print_, statement, text

__all__ = ["drop_marker", "marker_id", "registration_of", "remove_entries", "replay"]

Marker = Callable[[bytes], bytes]
"""Makes the signed marker of a place."""
_AT_ONCE = 500


def marker_id(place: bytes) -> str:
    """Return the id of the statement that stands for an entry which was taken out."""
    return f"r-{place.hex()[:32]}"


def registration_of(database: RegistryDatabase, entry: str) -> bytes | None:
    """Return the envelope of an entry's registration, None if it is not here."""
    query = select(statement.c.envelope).where(statement.c.id == entry, statement.c.type == REGISTRATION)
    with database.reading() as connection:
        return connection.execute(query).scalar_one_or_none()


def remove_entries(
    database: RegistryDatabase, entries: Sequence[str], removed: Removed, marker: Marker, registry: KeyId
) -> int:
    """Delete entries and everything that only they need; return how many were there.

    Args:
        database: the registry.
        entries: their ids; those that are not there only get a marker.
        removed: where they stand already.
        marker: signs what stands in their place.
        registry: its key.

    Raises:
        IncompleteError: somebody reads the database all the time, so that old pages can not be cleaned.
    """
    with database.batch() as batch:
        if batch.connection.dialect.name == "sqlite":
            batch.connection.exec_driver_sql("PRAGMA secure_delete = ON")
        count = sum(_delete(batch.connection, entry) for entry in entries)
        _mark(batch, map(removed.place_of, entries), marker, registry)
    _clean(database)
    return count


def _delete(connection: Connection, entry: str) -> int:
    query = select(statement.c.envelope, statement.c.owner, statement.c.signer)
    row = connection.execute(query.where(statement.c.id == entry, statement.c.type == REGISTRATION)).first()
    if row is None:
        return 0
    mine = _named([row.envelope])
    others = _others(connection, entry, row.signer) if mine else ()
    words = select(statement.c.id).where(
        statement.c.about == entry, statement.c.type.in_((DISPUTE, WITHDRAWAL))
    )
    said = list(connection.execute(words).scalars())
    settled = select(statement.c.id).where(statement.c.about.in_(said), statement.c.type == RESOLUTION)
    gone = [entry, *said, *connection.execute(settled).scalars(), *(mine - _named(others))]
    for start in range(0, len(gone), _AT_ONCE):
        some = gone[start : start + _AT_ONCE]
        connection.execute(delete(statement).where(statement.c.id.in_(some)))
        connection.execute(delete(text).where(text.c.id.in_(some)))
    connection.execute(delete(print_).where(print_.c.entry == entry))
    return 1


def _others(connection: Connection, entry: str, signer: str) -> Sequence[bytes]:
    """Return the other registrations by one signer: nobody else can name the same passages and traits."""
    query = select(statement.c.envelope).where(statement.c.type == REGISTRATION, statement.c.signer == signer)
    return tuple(connection.execute(query.where(statement.c.id != entry)).scalars())


def _named(envelopes: Iterable[bytes]) -> set[str]:
    """Return the passages (p-) and traits (t-) that registrations name."""
    prints = (p for e in envelopes for p in decode_registration(read_payload(e, REGISTRATION)).prints)
    return {name for p in prints for name in (p.passages, p.traits) if isinstance(name, str)}


def _clean(database: RegistryDatabase) -> None:
    """Leave no old page behind."""
    connection = database.engine.raw_connection()
    try:
        driver = connection.driver_connection
        if driver is None:  # pragma: no cover - a connection that was just opened
            return
        if database.engine.dialect.name == "sqlite":
            driver.execute("VACUUM")
            if driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                raise IncompleteError(
                    "the entry is deleted, but old pages of the database are still being read",
                    hint="end what else uses the registry, and run the same command again",
                )
            return
        driver.autocommit = True
        for table in (statement, print_, text):
            driver.execute(f"VACUUM (FULL) {table.name}")
    finally:
        connection.close()


def drop_marker(database: RegistryDatabase, place: bytes) -> None:
    """Take the marker away: the entry may come in again."""
    with database.batch() as batch:
        batch.connection.execute(delete(statement).where(statement.c.id == marker_id(place)))


def replay(database: RegistryDatabase, removed: Removed, marker: Marker, registry: KeyId) -> int:
    """Take out again what a restored backup of the database has; return how many entries that were.

    One look-up for each entry that was ever taken out, and O(entries) only if a marker is missing.
    """
    places = removed.places()
    if all(database.known(marker_id(place)) is not None for place in places):
        return 0
    with database.reading() as connection:
        ids = connection.execute(select(statement.c.id).where(statement.c.type == REGISTRATION)).scalars()
        back = [entry for entry in ids if removed.place_of(entry) in places]
    count = remove_entries(database, back, removed, marker, registry)
    with database.batch() as batch:
        _mark(batch, places, marker, registry)
    return count


def _mark(batch: Batch, places: Iterable[bytes], marker: Marker, registry: KeyId) -> None:
    """Note of entries that they are not here any more."""
    for place in places:
        if batch.known(marker_id(place)) is None:
            row: dict[str, object] = {"id": marker_id(place), "type": REMOVED, "signer": registry}
            row |= {"owner": registry, "envelope": marker(place), "received_at": moment_text(now())}
            batch.connection.execute(insert(statement).values(**row))
