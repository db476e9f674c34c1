"""Make the tables of a registry."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make root, statement and edition."""
    op.create_table(
        "root",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("envelope", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "statement",
        sa.Column("id", sa.String(34), primary_key=True),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("signer", sa.String(51), nullable=False),
        sa.Column("envelope", sa.LargeBinary, nullable=False),
        sa.Column("received_at", sa.String(20), nullable=False),
    )
    op.create_index("statement_by_type", "statement", ["type", "signer"])
    op.create_table(
        "edition",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("created", sa.String(20), nullable=False),
        sa.Column("expires", sa.String(20), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
