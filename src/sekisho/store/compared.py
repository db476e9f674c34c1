"""What new entries are compared with: the prints of a registry, and the sketches of its texts."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from sekisho.signing import WITHDRAWAL
from sekisho.store.schema import print_, statement, text

__all__ = ["IN_PARTS", "TEXT_ID", "PrintRow", "TextRow", "print_rows", "text_rows"]

IN_PARTS = {"yield_per": 1000}
"""How many rows of a large answer a server sends at once; else the driver holds a second copy of all."""
PrintRow = tuple[str, str, bytes, bytes]
"""Entry, its registrant, and its SHA-256 and PDQ digests, each one after another."""


TextRow = tuple[str, str, int, bytes]
"""Entry, its registrant, and of one of its texts how many hashes it has and the lowest of them."""
TEXT_ID = 34
"""Characters of the id of a statement of passages."""


def print_rows(connection: Connection) -> Iterator[PrintRow]:
    """Yield the prints of the entries that are not withdrawn, in the order in which they came in."""
    ended = select(statement.c.about).where(statement.c.type == WITHDRAWAL)
    query = select(print_.c.entry, print_.c.owner, print_.c.sha256, print_.c.pdq)
    query = query.where(print_.c.entry.not_in(ended)).order_by(print_.c.number)
    for row in connection.execute(query, execution_options=IN_PARTS):
        yield tuple(row)


def text_rows(connection: Connection) -> Iterator[TextRow]:
    """Yield the sketches of the texts of these entries, in the same order."""
    ended = select(statement.c.about).where(statement.c.type == WITHDRAWAL)
    query = select(print_.c.entry, print_.c.owner, print_.c.texts).where(print_.c.texts != "")
    query = query.where(print_.c.entry.not_in(ended)).order_by(print_.c.number)
    columns = select(text.c.id, text.c.hashes, text.c.sketch)
    sketches = {row.id: row for row in connection.execute(columns, execution_options=IN_PARTS)}
    for entry, owner, ids in connection.execute(query, execution_options=IN_PARTS):
        for at in range(0, len(ids), TEXT_ID):
            found = sketches[ids[at : at + TEXT_ID]]
            yield entry, owner, found.hashes, found.sketch
