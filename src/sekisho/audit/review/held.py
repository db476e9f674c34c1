"""The rows that a person decides about, and the digest that ties a review to exactly these rows.

A row's canonical form has what the decision rests on: name, SHA-256, reason, problem, kinds of personal
information, of each finding entry, kind and permission, and whether a holder's signal objects too where
another reason stands in the row. It has no distance and no grant, so that a review still holds where only
those have changed.

Rows that concern a person, or an authority's list, are `protected`: they stand alone, nobody is shown
entry or distance, and one reviewer can not allow them.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from sekisho.audit.report.parts import clearest, part_of
from sekisho.audit.report.texts import strongest
from sekisho.audit.signals import read_stances, stance_for
from sekisho.model import MIN_QUALITY, SHA256_BYTES, Method, Outcome, Purpose, Stance
from sekisho.policy import PROTECTED_KINDS, PROTECTED_REASONS

__all__ = [
    "COLUMNS",
    "Batches",
    "Found",
    "Group",
    "Row",
    "held_digest",
    "objections",
    "read_rows",
    "together",
]

COLUMNS = (
    *("item", "sha256", "outcome", "reason", "problem", "findings", "pdq", "pdq_quality", "personal"),
    "stances",
)
"""What `read_rows` needs of the decisions; an older run lacks the last ones."""
_SAID = frozenset({"opted_out", "signal_unreadable"})
"""Reasons that say by themselves that a signal objects."""
_REACTIONS = {Stance.DISALLOW: "objection", Stance.ERROR: "objection_error"}

QUARTER = 250
"""Per mille of a side."""

Batches = Callable[[Sequence[str]], Iterator[pa.RecordBatch]]
"""Columns -> the decisions of a run in the order of the plan, as often as they are asked for."""


class Found(NamedTuple):
    """A finding, as far as a review rests on it."""

    entry: str
    kind: str
    permission: str


class Row(NamedTuple):
    """A decided item.

    Attributes:
        sha256: 32 bytes, or None if the bytes could not be read.
        findings: sorted.
        pdq: of the upright first frame; None if its quality is too low to be compared.
        entry, distance: of the finding that decided, in bits; empty and None if there is none.
        personal: the kinds of personal information in it.
        found: the strongest finding of a text, or the deciding one of a part, as the decisions have it;
            only for people to see.
        part: which part of which picture of the work it shows, roughly; items of equal ones are looked at
            together.
        objection: what the policy makes of a holder's objection by signal; empty: there is none, or the
            policy lets it pass.
    """

    item: str
    sha256: bytes | None
    outcome: Outcome
    reason: str
    problem: str
    findings: tuple[Found, ...]
    pdq: bytes | None
    entry: str
    distance: int | None
    personal: tuple[str, ...] = ()
    found: Mapping[str, Any] | None = None
    part: str = ""
    objection: str = ""

    @property
    def protected(self) -> bool:
        """Tell whether two people have to agree before it may pass."""
        return self.reason in PROTECTED_REASONS or any(f.kind in PROTECTED_KINDS for f in self.findings)

    def refusing(self) -> frozenset[str]:
        """Return the entries without permission that it matches."""
        return frozenset(f.entry for f in self.findings if f.permission != "granted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows that are decided together.

    Attributes:
        id: `n-` and 32 hex digits of `held`.
        held: digest of the rows (`held_digest`).
        rows: in the order of the plan; the first one is the centre.
    """

    id: str
    held: str
    rows: tuple[Row, ...]

    @property
    def protected(self) -> bool:
        """Tell whether two people have to agree."""
        return self.rows[0].protected


def objections(manifest: Mapping[str, Any]) -> Callable[[str], str]:
    """Return what says for the stances of a row what its run's policy makes of an objection in them."""
    purpose = Purpose(manifest["use"]["purpose"])
    rules = manifest["policy"].get("rules") or {}

    def objection(stances: str) -> str:
        reaction = _REACTIONS.get(stance_for(read_stances(stances), purpose))
        made = str(rules.get(reaction, "")) if reaction else ""
        return "" if made == Outcome.ALLOW.value else made

    return objection


def _row(fields: Mapping[str, Any], objection: Callable[[str], str]) -> Row:
    findings, digest, quality = fields["findings"] or [], fields["sha256"], fields["pdq_quality"]
    first = findings[0] if findings else None
    return Row(
        item=fields["item"],
        sha256=digest if digest and len(digest) == SHA256_BYTES and any(digest) else None,
        outcome=Outcome(fields["outcome"]),
        reason=fields["reason"],
        problem=fields["problem"] or "",
        findings=tuple(sorted({Found(f["entry"], f["kind"], f["permission"]) for f in findings})),
        pdq=fields["pdq"] if quality is not None and quality >= MIN_QUALITY else None,
        entry=first["entry"] if first else "",
        distance=int(first["distance"]) if first and first["method"] == "pdq" else None,
        personal=tuple(fields.get("personal") or ()),
        found=strongest([finding for finding in findings if finding["method"] == Method.PASSAGES])
        or clearest(findings[:1]),
        part=_part(first) if first else "",
        objection=objection(fields.get("stances") or ""),
    )


def _part(finding: Mapping[str, Any]) -> str:
    """Name a part of a work: its picture, and the quarters of its sides between which the part lies."""
    part = part_of(finding)
    if part is None or part.in_work is None:
        return ""
    return ",".join(str(round(number / QUARTER)) for number in (*part.in_work, (part.number or 0) * QUARTER))


def _none(_stances: str) -> str:
    return ""


def read_rows(
    batches: Batches, items: Collection[str] = (), objection: Callable[[str], str] = _none
) -> Iterator[Row]:
    """Yield the rows that are on hold, and those of some named items, in the order of the plan.

    Args:
        batches: the decisions.
        items: that are named.
        objection: of `objections`.
    """
    named = pa.array(sorted(set(items)), pa.string())
    for batch in batches(COLUMNS):
        wanted = pc.equal(batch["outcome"], Outcome.REVIEW.value)
        if len(named):
            wanted = pc.or_(wanted, pc.is_in(batch["item"], value_set=named))
        for fields in batch.filter(wanted).to_pylist():
            yield _row(fields, objection)


def _form(row: Row) -> dict[str, object]:
    # Of a row without any it has the form of runs that did not look for it.
    more: dict[str, object] = {"personal": list(row.personal)} if row.personal else {}
    if row.objection and row.reason not in _SAID:
        more["objection"] = row.objection
    return more | {
        "findings": [{"entry": f.entry, "kind": f.kind, "permission": f.permission} for f in row.findings],
        "item": row.item,
        "problem": row.problem,
        "reason": row.reason,
        "sha256": row.sha256.hex() if row.sha256 is not None else None,
    }


def held_digest(rows: Iterable[Row]) -> str:
    """Return the hex SHA-256 over the canonical forms of rows, sorted by item."""
    forms = [_form(row) for row in sorted(rows, key=lambda row: row.item)]
    # Texts and None only: what `codec.canonical` would refuse can not be in a row.
    form = json.dumps(forms, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(form.encode()).hexdigest()


def together(rows: Sequence[Row]) -> Group:
    """Make a group of rows."""
    held = held_digest(rows)
    return Group(id=f"n-{held[:32]}", held=held, rows=tuple(rows))
