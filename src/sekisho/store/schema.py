"""The registry's tables. Change them only together with a new file in migrations/versions.

A statement is kept as it was received; everything else in a row is what look-ups need and follows
from the envelope. Trust is not stored: it follows from the vouches and the root.
"""

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, String, Table

__all__ = ["HEAD", "edition", "metadata", "print_", "root", "statement", "text", "version"]

HEAD = "0004"
"""The newest migration; a test compares it with the files."""

metadata = MetaData()

root = Table(
    "root",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("envelope", LargeBinary, nullable=False),
)
"""One row, id 1."""

statement = Table(
    "statement",
    metadata,
    Column("id", String(34), primary_key=True),
    Column("type", String(64), nullable=False),
    Column("signer", String(51), nullable=False),
    Column("envelope", LargeBinary, nullable=False),
    Column("received_at", String(20), nullable=False),
    Column("owner", String(51), nullable=False, server_default=""),
    Column("about", String(51), nullable=False, server_default=""),
    Index("statement_by_type", "type", "owner"),
    Index("statement_by_about", "about", "type"),
)
"""`owner` is in whose name it speaks, `about` the id or key by which others look for it."""

print_ = Table(
    "print",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("entry", String(34), nullable=False, unique=True),
    Column("owner", String(51), nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("pdq", LargeBinary, nullable=False),
    Column("texts", String, nullable=False, server_default=""),
    Column("places", Integer, nullable=False, server_default="1"),
)
"""One row for each entry, in the order in which they came in; its digests, the ids of its passages
(p-), one after another, and how many places it takes."""

text = Table(
    "text",
    metadata,
    Column("id", String(34), primary_key=True),
    Column("hashes", Integer, nullable=False),
    Column("sketch", LargeBinary, nullable=False),
)
"""One row for each statement of passages: how many distinct hashes it has, and the lowest of them."""

edition = Table(
    "edition",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", String(64), nullable=False),
    Column("created", String(20), nullable=False),
    Column("expires", String(20), nullable=False),
    Column("digest", String(64), nullable=False),
)

version = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
"""Alembic's own table, to check the version without importing Alembic."""
