"""Take spans out of a text, or put a mark in their place."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sekisho.errors import EvidenceError

__all__ = ["Change", "by_field", "spliced"]


class Change(NamedTuple):
    """What becomes of one span of an item.

    Attributes:
        field: empty for the item itself; JSON Pointer (RFC 6901) into a record.
        start: the span is half-open, in code points of the field as stored.
        end: behind the span.
        text: what is put there; empty: the span is removed.
    """

    field: str
    start: int
    end: int
    text: str


def by_field(changes: Iterable[tuple[str, int, int, str]]) -> dict[str, list[Change]]:
    """Return the changes of each field."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(change[0], []).append(Change(*change))
    return found


def _merged(changes: Iterable[Change]) -> list[Change]:
    """Make one of spans that overlap: it is removed if any of them is, else it gets the first one's mark."""
    merged: list[Change] = []
    for change in sorted(changes, key=lambda c: (c.start, c.end)):
        last = merged[-1] if merged else None
        if last is None or change.start >= last.end:
            merged.append(change)
            continue
        text = last.text if last.text and change.text else ""
        merged[-1] = last._replace(end=max(last.end, change.end), text=text)
    return merged


def spliced(text: str, changes: Sequence[Change]) -> str:
    """Return a text with its changes made. O(text + changes log changes).

    Raises:
        EvidenceError: a span that is not within the text.
    """
    if any(not 0 <= change.start < change.end <= len(text) for change in changes):
        raise EvidenceError(
            "a span of an excerpt or of personal information is not within its text",
            hint="run the audit again",
        )
    pieces, at = [], 0
    for change in _merged(changes):
        pieces += [text[at : change.start], change.text]
        at = change.end
    return "".join([*pieces, text[at:]])
