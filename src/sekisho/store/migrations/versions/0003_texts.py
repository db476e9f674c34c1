"""Keep of each text a sketch for comparison, and of each entry which texts it has."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table text, and add texts to print; an older registry has none."""
    op.create_table(
        "text",
        sa.Column("id", sa.String(34), primary_key=True),
        sa.Column("hashes", sa.Integer, nullable=False),
        sa.Column("sketch", sa.LargeBinary, nullable=False),
    )
    op.add_column("print", sa.Column("texts", sa.String, nullable=False, server_default=""))
