"""Say of each statement in whose name it speaks and what it is about; keep the prints for comparison.

Both follow from the envelopes: an older registry fills itself from what it has.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from sekisho.codec import decode_grant, decode_registration, decode_revocation, decode_vouch
from sekisho.signing import GRANT, REGISTRATION, REVOCATION, VOUCH, read_payload

revision = "0002"
down_revision = "0001"

_AT_ONCE = 1000

_statement = sa.table(
    "statement",
    sa.column("id", sa.String),
    sa.column("type", sa.String),
    sa.column("signer", sa.String),
    sa.column("envelope", sa.LargeBinary),
    sa.column("received_at", sa.String),
    sa.column("owner", sa.String),
    sa.column("about", sa.String),
)
_print = sa.table(
    "print",
    sa.column("entry", sa.String),
    sa.column("owner", sa.String),
    sa.column("sha256", sa.LargeBinary),
    sa.column("pdq", sa.LargeBinary),
)


def _envelopes(type_: str) -> Iterator[tuple[str, bytes]]:
    """Yield id and payload of each statement of a type, in the order in which they came in."""
    found = _statement
    query = sa.select(found.c.id).where(found.c.type == type_).order_by(found.c.received_at, found.c.id)
    for name in op.get_bind().execute(query).scalars().all():
        envelope = op.get_bind().execute(sa.select(found.c.envelope).where(found.c.id == name)).scalar_one()
        yield name, read_payload(envelope, type_)


def _about(type_: str, payload: bytes) -> str:
    if type_ == VOUCH:
        return decode_vouch(payload).registrant
    if type_ == GRANT:
        return decode_grant(payload).entry or ""
    return decode_revocation(payload).grant


def _fill_about() -> None:
    for type_ in (VOUCH, GRANT, REVOCATION):
        for name, payload in _envelopes(type_):
            change = _statement.update().where(_statement.c.id == name)
            op.get_bind().execute(change.values(about=_about(type_, payload)))


def _fill_prints() -> None:
    rows: list[dict[str, Any]] = []
    for name, payload in _envelopes(REGISTRATION):
        entry = decode_registration(payload)
        sha256 = b"".join(p.sha256 for p in entry.prints if p.sha256 is not None)
        pdq = b"".join(p.pdq for p in entry.prints if p.pdq is not None)
        rows.append({"entry": name, "owner": entry.registrant.key, "sha256": sha256, "pdq": pdq})
        if len(rows) == _AT_ONCE:
            op.bulk_insert(_print, rows)
            rows = []
    if rows:
        op.bulk_insert(_print, rows)


def upgrade() -> None:
    """Add owner and about to statement, and the table print."""
    op.add_column("statement", sa.Column("owner", sa.String(51), nullable=False, server_default=""))
    op.add_column("statement", sa.Column("about", sa.String(51), nullable=False, server_default=""))
    # Until now nobody could sign for another.
    op.execute(_statement.update().values(owner=_statement.c.signer))
    op.drop_index("statement_by_type", "statement")
    op.create_index("statement_by_type", "statement", ["type", "owner"])
    op.create_index("statement_by_about", "statement", ["about", "type"])
    op.create_table(
        "print",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("entry", sa.String(34), nullable=False, unique=True),
        sa.Column("owner", sa.String(51), nullable=False),
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        sa.Column("pdq", sa.LargeBinary, nullable=False),
    )
    _fill_about()
    _fill_prints()
