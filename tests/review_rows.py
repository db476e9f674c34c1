"""Rows on hold, reviews of them, and the rules to check these against; all made up, none on disk."""

import hashlib
from datetime import date, timedelta

import pyarrow as pa

from sekisho.audit.review.effect import Lookup
from sekisho.audit.review.held import COLUMNS, Found, Row, together
from sekisho.audit.review.rules import Rules
from sekisho.audit.review.statement import Review, sign_review
from sekisho.audit.rows import SCHEMA
from sekisho.model import Outcome
from tests.parties import Party

__all__ = [
    "ADA",
    "BOB",
    "OPERATOR",
    "PARENT",
    "RUN",
    "STRANGER",
    "TODAY",
    "batches_of",
    "ends",
    "entry",
    "lines_of",
    "make_row",
    "review",
    "rules_for",
]

ADA, BOB, OPERATOR, STRANGER = (Party(name=name) for name in ("ada", "bob", "operator", "stranger"))
RUN, PARENT = "ab" * 32, "cd" * 32
TODAY = date(2026, 11, 22)


def entry(number):
    return "e-" + hashlib.sha256(b"entry %d" % number).hexdigest()[:32]


def make_row(  # noqa: PLR0913
    item="a.png",
    *,
    outcome="review",
    reason="declared_without_permission",
    problem="",
    entries=(1,),
    kind="work",
    permission="none",
    pdq=None,
    digest=None,
    distance=7,
):
    """Make a row; `digest` is a text whose SHA-256 it has, empty for none."""
    word = item if digest is None else digest
    return Row(
        item=item,
        sha256=hashlib.sha256(word.encode()).digest() if word else None,
        outcome=Outcome(outcome),
        reason=reason,
        problem=problem,
        findings=tuple(sorted(Found(entry(e), kind, permission) for e in entries)),
        pdq=pdq,
        entry=min(map(entry, entries), default=""),
        distance=distance if entries else None,
    )


def rules_for(rows, **changes):
    """Return the rules of a run of these rows, with the operator, Ada and Bob as reviewers."""
    facts = {
        "run": RUN,
        "ancestors": frozenset({PARENT}),
        "reviewers": frozenset(p.key for p in (ADA, BOB, OPERATOR)),
        "targets": Lookup(rows),
    }
    return Rules(**(facts | changes))


def review(by, n, rows, outcome="allow", **changes):
    """Make a review of one row, or of several as a group; of none if it is an undo."""
    found = together(rows) if rows else None
    named = {}
    if found is not None:
        named = {"item": rows[0].item} if len(rows) == 1 else {"group": found.id}
    facts = {
        "by": by.key,
        "run": RUN,
        "n": n,
        "on": TODAY,
        "held": found.held if found else None,
        "outcome": Outcome(outcome) if outcome and found else None,
        "reason": "looked at it",
    } | named
    return Review(**(facts | changes))


def lines_of(made, rows=(), signer=None):
    """Sign a review, by its reviewer unless another is given."""
    party = next(p for p in (ADA, BOB, OPERATOR, STRANGER) if p.key == made.by)
    return sign_review(made, frozenset(r.sha256 for r in rows if r.sha256), signer or party)


def ends(days):
    """Return a day some days from today."""
    return TODAY + timedelta(days=days)


def batches_of(rows):
    """Return rows as a run's decisions."""
    made = [
        {
            "item": r.item,
            "sha256": r.sha256,
            "outcome": r.outcome.value,
            "reason": r.reason,
            "problem": r.problem,
            "pdq": r.pdq,
            "pdq_quality": 90 if r.pdq else None,
            "findings": [
                {
                    "entry": f.entry,
                    "kind": f.kind,
                    "permission": f.permission,
                    "method": "pdq",
                    "distance": 7.0,
                }
                for f in r.findings
            ],
        }
        for r in rows
    ]
    schema = pa.schema([SCHEMA.field(name) for name in COLUMNS])
    table = pa.Table.from_pylist(made, schema=schema)
    return lambda columns: iter(table.select(list(columns)).to_batches(max_chunksize=3))
