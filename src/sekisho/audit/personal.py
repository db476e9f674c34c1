"""Where personal information is in the items of a unit: personal/<unit>.jsonl, one line a span.

    {"action":"redact","end":18,"field":"/text","item":"a.jsonl#0","rule":"phone","score":95,"start":5,"type":"phone"}

Only places and kinds are written, never a value, and no hash of one: a telephone number can be tried
out. For the same reason the row of an item that is little else than personal information has no
SHA-256. The file can be read by the operator alone; it is no evidence, and can be deleted.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
import numpy as np

from sekisho.check import Looked
from sekisho.codec import canonical
from sekisho.errors import InputError
from sekisho.lexicon.fold import fold
from sekisho.media.texts import TextField
from sekisho.model import Decision, Personal, PersonalAction, PersonalType, Span, joined

__all__ = ["FEW_LETTERS", "Place", "is_withheld", "places_of", "read_personal"]

FEW_LETTERS = 32
"""Folded letters and digits beside the personal information. With fewer, who guesses the rest (a form, a
greeting) can try out a telephone number by the hash."""


class Place(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A line of the file."""

    action: PersonalAction
    end: Annotated[int, msgspec.Meta(ge=1)]
    field: str
    item: str
    rule: str
    score: Annotated[int, msgspec.Meta(ge=0, le=100)]
    start: Annotated[int, msgspec.Meta(ge=0)]
    type: PersonalType


def places_of(decisions: Sequence[Decision]) -> bytes:
    """Return the bytes of the file: every span in the sequence of the items; empty if there is none."""
    lines = [canonical(_line(decision.item, found)) for decision in decisions for found in decision.personal]
    return b"".join(line + b"\n" for line in lines)


def _line(item: str, found: Personal) -> dict[str, object]:
    return {
        "item": item,
        "field": found.field,
        "start": found.start,
        "end": found.end,
        "type": found.type.value,
        "score": found.score,
        "rule": found.rule,
        "action": found.action.value,
    }


def read_personal(data: bytes, item: str, where: str) -> list[Place]:
    """Read the places of one item.

    Args:
        data: of the file.
        item: its name.
        where: the file's name, for messages.

    Raises:
        InputError: a line that an audit does not write.
    """
    # Most lines are of other items, so only those that may be meant are taken apart.
    sought = json.dumps(item, ensure_ascii=False).encode()
    try:
        found = [msgspec.json.decode(line, type=Place) for line in data.splitlines() if sought in line]
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{where} is not what an audit writes: {error}") from error
    return [place for place in found if place.item == item]


def is_withheld(looked: Looked, decision: Decision) -> bool:
    """Tell whether an item is little else than personal information, so that its hash could be tried out."""
    if not decision.personal or looked.texts is None:
        return False
    spans: dict[str, list[Span]] = {}
    for found in decision.personal:
        spans.setdefault(found.field, []).append((found.start, found.end))
    left = 0
    for field in looked.texts.fields:
        left += _letters_beside(field, spans)
        if left >= FEW_LETTERS:
            return False
    return True


def _letters_beside(field: TextField, spans: Mapping[str, Sequence[Span]]) -> int:
    """Count the folded units of a field that lie in none of its spans."""
    places = fold(field.text).source
    if field.field not in spans or not len(places):
        return len(places)
    stored = places if field.source is None else np.asarray(field.source)[places]
    edges = np.array(joined(spans[field.field])).reshape(-1)
    # Even places among the edges lie outside: before a start, or behind an end.
    return int(np.count_nonzero(np.searchsorted(edges, stored, side="right") % 2 == 0))
