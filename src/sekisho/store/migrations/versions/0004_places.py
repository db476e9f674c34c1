"""Keep of each entry how many places it takes: a text or film takes one, and so do some pictures."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
TEXT_ID = 34


def upgrade() -> None:
    """Add places to print: in an older registry one for each text, at least one."""
    op.add_column("print", sa.Column("places", sa.Integer, nullable=False, server_default="1"))
    print_ = sa.table("print", sa.column("texts", sa.String), sa.column("places", sa.Integer))
    texts = sa.func.length(print_.c.texts, type_=sa.Integer) // TEXT_ID
    op.execute(sa.update(print_).where(texts > 1).values(places=texts))
