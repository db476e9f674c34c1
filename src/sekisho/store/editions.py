"""The editions a registry has published, and what the next one is made of.

Offers what `registry.publish.Editions` asks for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from sekisho.codec.moments import moment_text
from sekisho.signing import (
    DISPUTE,
    GRANT,
    MANDATE,
    REGISTRATION,
    RESOLUTION,
    REVOCATION,
    VOUCH,
    WITHDRAWAL,
)
from sekisho.snapshot import Statements
from sekisho.store.database import EditionRow, RegistryDatabase, newest_edition, root_envelope, rows_of
from sekisho.store.schema import edition, statement

__all__ = ["EditionShelf"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionShelf:
    """The published editions of an open registry."""

    database: RegistryDatabase

    def contents(self) -> tuple[Statements, Sequence[str], EditionRow | None]:
        """Return the statements, their ids and the last edition, all of one moment."""
        with self.database.reading() as connection:
            all_statements = Statements(
                root=root_envelope(connection),
                registrations=rows_of(connection, REGISTRATION),
                vouches=rows_of(connection, VOUCH),
                grants=rows_of(connection, GRANT),
                revocations=rows_of(connection, REVOCATION),
                mandates=rows_of(connection, MANDATE),
                withdrawals=rows_of(connection, WITHDRAWAL),
                disputes=rows_of(connection, DISPUTE),
                resolutions=rows_of(connection, RESOLUTION),
                # Read later, one by one: what is kept is never changed or deleted.
                passages=self.database.passages,
                traits=self.database.traits,
            )
            ids = tuple(connection.execute(select(statement.c.id)).scalars())
            return all_statements, ids, newest_edition(connection)

    def save_edition(
        self, *, number: int, state: str, created: datetime, expires: datetime, digest: str
    ) -> bool:
        """Keep an edition; False if another process has taken the number meanwhile."""
        row = {"number": number, "state": state, "digest": digest}
        row |= {"created": moment_text(created), "expires": moment_text(expires)}
        try:
            with self.database.batch() as batch:
                batch.connection.execute(insert(edition).values(**row))
        except IntegrityError:
            return False
        return True
