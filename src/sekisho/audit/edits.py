"""What is cut out of an item, and what is masked in it, before it passes.

An item that needs nothing else is on hold with the edits that it needs. Cut are the excerpts that the
policy wants cut: not what is permitted, quoted or a confirmed false match. Masked is the personal
information that is to be redacted; a mark with its kind is put there, and nothing of the value.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from sekisho.audit.files import personal_name
from sekisho.audit.personal import Place
from sekisho.errors import EvidenceError, InputError, NotFoundError
from sekisho.model import SHA256_BYTES, Edit, Grade, Method, Outcome, Permission, PersonalAction
from sekisho.policy.decide import MAX_FINDINGS
from sekisho.policy.texts import read_spans

__all__ = ["Change", "Edited", "mask", "plan_edits"]

Change = tuple[str, int, int, str]
"""Field, span (half-open, code points of the field as stored), and what is put there; empty: cut."""
Edited = tuple[bytes, tuple[Change, ...]]
"""SHA-256 of an item before, and its changes."""
_CUT = frozenset({Grade.EXCERPT.value, Grade.NEAR_COPY.value})
ANEW = "audit the dataset again"


class Edits(NamedTuple):
    """What is edited.

    Attributes:
        items: what is written with changes.
        unknown: items that can not be edited: no hash of them was kept, because so little else is in
            them, or so much was found that not all places to be cut were kept.
    """

    items: Mapping[str, Edited]
    unknown: tuple[str, ...]


def _is_known(row: Mapping[str, Any]) -> bool:
    """Tell whether an item can be compared with what was looked at, and all its excerpts are known."""
    every = Edit.CUT.value not in row["edits"] or len(row["findings"] or ()) < MAX_FINDINGS
    return every and len(row["sha256"] or b"") == SHA256_BYTES


def mask(place: Place) -> str:
    """Return what is put in place of personal information."""
    return f"[{place.type.value}]"


def _cuts(row: Mapping[str, Any]) -> Iterator[Change]:
    for finding in row["findings"] or ():
        try:
            detail = json.loads(finding["detail"])
            wanted = finding["method"] == Method.PASSAGES.value and detail["grade"] in _CUT
            if not wanted or finding["permission"] == Permission.GRANTED.value or "false_match" in detail:
                continue
            for start, end in read_spans(detail["spans"]):
                yield str(detail["field"]), start, end, ""
        except (KeyError, TypeError, ValueError) as error:
            raise EvidenceError(f"the findings of {row['item']} are not what an audit writes") from error


def _places(data: bytes, where: str, items: Collection[str]) -> dict[str, list[Change]]:
    """Return what is masked in some items of a unit."""
    found: dict[str, list[Change]] = {}
    try:
        for line in data.splitlines():
            place = msgspec.json.decode(line, type=Place)
            if place.item in items and place.action is PersonalAction.REDACT:
                change = place.field, place.start, place.end, mask(place)
                found.setdefault(place.item, []).append(change)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{where} is not what an audit writes: {error}", hint=ANEW) from error
    return found


def _masks(
    rows: Iterable[Mapping[str, Any]], read: Callable[[str], bytes | None]
) -> Mapping[str, list[Change]]:
    units: dict[str, set[str]] = {}
    for row in rows:
        if Edit.REDACT.value in row["edits"]:
            units.setdefault(row["unit"], set()).add(row["item"])
    found: dict[str, list[Change]] = {}
    for unit, items in units.items():
        name = personal_name(unit)
        data = read(name)
        if data is None:
            raise NotFoundError(f"{name} is not there, so nobody knows what is to be masked", hint=ANEW)
        masks = _places(data, name, items)
        if masks.keys() != items:
            raise EvidenceError(f"{name} does not name all items that are to be masked", hint=ANEW)
        found |= masks
    return found


def plan_edits(
    rows: Iterable[Mapping[str, Any]],
    switches: Collection[Edit],
    read: Callable[[str], bytes | None],
    *,
    reviewed: Collection[str] = (),
) -> Edits:
    """Return the items that pass when they are edited, and how.

    Args:
        rows: decisions that need edits: item, unit, outcome, sha256, findings, edits.
        switches: which edits are asked for; an item that needs another one is left on hold.
        read: returns a file of the run by its name.
        reviewed: items that people have decided about.

    Raises:
        EvidenceError: the findings or the places of personal information are not what an audit writes.
        InputError: a line of the places is none.
        NotFoundError: the places were deleted.
    """
    asked = {edit.value for edit in switches}
    chosen = [
        row
        for row in rows
        if row["outcome"] == Outcome.REVIEW.value
        and asked >= set(row["edits"])
        and row["item"] not in reviewed
    ]
    unknown = tuple(row["item"] for row in chosen if not _is_known(row))
    chosen = [row for row in chosen if _is_known(row)]
    masks = _masks(chosen, read)
    items: dict[str, Edited] = {}
    for row in chosen:
        changes = list(_cuts(row)) if Edit.CUT.value in row["edits"] else []
        if Edit.CUT.value in row["edits"] and not changes:
            raise EvidenceError(f"{row['item']} is to be cut, but nothing says where", hint=ANEW)
        items[row["item"]] = row["sha256"], (*changes, *masks.get(row["item"], ()))
    return Edits(items, unknown)
