"""Show an item's own text with what was found in it marked; what is personal is masked by its kind.

Only what stands near a mark is shown. The text comes from outside: it can neither move a terminal's
cursor nor change the order in which what stands around it is read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from sekisho.audit.personal import Place
from sekisho.audit.report.texts import OF_TEXT, finding_detail
from sekisho.locale import shown, text, word
from sekisho.media.texts import TextField
from sekisho.policy.texts import read_spans

__all__ = ["Mark", "mark_text", "marks_of"]

AROUND = 60
"""Characters that are shown before and behind a mark."""
LONGEST = 1200
"""Of a longer span the middle is left out."""
HEAD = 400
"""Characters that are shown of a text in which nothing is marked."""
_EMPTY_LINES = re.compile(r"\n(?:[ \t\u3000]*\r?\n){3,}")
UNDERLINED, REVERSED, PLAIN = "\x1b[4;33m", "\x1b[7m", "\x1b[0m"


class Mark(NamedTuple):
    """A span of a field as stored.

    Attributes:
        number: of the finding, from 1; 0 for what is personal.
        kind: of personal information; then the text is masked.
    """

    field: str
    start: int
    end: int
    number: int = 0
    kind: str = ""


def marks_of(findings: Sequence[Mapping[str, Any]], places: Sequence[Place]) -> list[Mark]:
    """Return what is marked: the spans of the findings by their numbers, and what is personal."""
    marks = []
    for number, finding in enumerate(findings, 1):
        detail = finding_detail(finding)
        if finding["method"] in OF_TEXT and detail.get("spans"):
            name = str(detail.get("field", ""))
            marks += [Mark(name, start, end, number) for start, end in read_spans(str(detail["spans"]))]
    return marks + [Mark(p.field, p.start, p.end, kind=p.type.value) for p in places]


class _Piece(NamedTuple):
    """A part of the text with everything that is marked in it."""

    text: str
    numbers: tuple[int, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Pen:
    """How marks are written."""

    lang: str
    colours: bool
    several: bool

    def mask(self, kinds: Sequence[str]) -> str:
        name = text("list.separator", self.lang).join(word("personal", kind, self.lang) for kind in kinds)
        return f"{REVERSED} {name} {PLAIN}" if self.colours else f"⟨{name}⟩"

    def span(self, piece: _Piece) -> str:
        label = ",".join(map(str, piece.numbers)) + "|" if self.several else ""
        said = _middle(piece.text)
        if not self.colours:
            return f"⟦{label}{said}⟧"
        # A colour ends with its line, so that nothing that follows has it.
        return label + "\n".join(f"{UNDERLINED}{line}{PLAIN}" if line else "" for line in said.split("\n"))


def mark_text(
    fields: Sequence[TextField], marks: Sequence[Mark], lang: str, *, colours: bool
) -> Iterator[str]:
    """Yield the lines of the fields that have marks; if none has, the beginning of the first one.

    Args:
        fields: of the item, as it was read.
        marks: in the fields as stored.
        lang: for the names of what is masked.
        colours: underline and reverse, as a terminal does; else brackets.
    """
    pen = _Pen(lang, colours, several=len({mark.number for mark in marks} - {0}) > 1)
    named = {mark.field for mark in marks}
    chosen = [field for field in fields if field.field in named] or list(fields[:1])
    for field in chosen:
        pieces = _pieces(field, [mark for mark in marks if mark.field == field.field])
        if named and not any(piece.numbers or piece.kinds for piece in pieces):
            continue
        if field.field:
            yield text("explain.field", lang, field=shown(field.field))
        yield from _written(pieces, pen).split("\n")


def _within(field: TextField, marks: Sequence[Mark]) -> list[Mark]:
    """Return marks in characters of the text that was looked at."""
    size = len(field.text)
    begins = np.arange(size, dtype=np.int32) if field.source is None else field.source[:size]
    starts = np.searchsorted(begins, [mark.start for mark in marks], side="left").tolist()
    ends = np.searchsorted(begins, [mark.end for mark in marks], side="left").tolist()
    found = zip(marks, starts, ends, strict=True)
    return [mark._replace(start=start, end=end) for mark, start, end in found if start < end]


def _pieces(field: TextField, marks: Sequence[Mark]) -> list[_Piece]:
    """Cut a text at the edges of its marks. O(n + m log m) for marks that are few at one place."""
    inside = sorted(_within(field, marks), key=lambda mark: (mark.start, mark.end))
    edges = sorted({0, len(field.text), *(m.start for m in inside), *(m.end for m in inside)})
    pieces: list[_Piece] = []
    open_marks: list[Mark] = []
    at = 0
    for start, end in pairwise(edges):
        while at < len(inside) and inside[at].start <= start:
            open_marks.append(inside[at])
            at += 1
        open_marks = [mark for mark in open_marks if mark.end > start]
        numbers = tuple(sorted({mark.number for mark in open_marks if mark.number}))
        kinds = tuple(sorted({mark.kind for mark in open_marks if mark.kind}))
        pieces.append(_Piece(field.text[start:end], numbers, kinds))
    return pieces


def _written(pieces: Sequence[_Piece], pen: _Pen) -> str:
    """Write pieces one after the other, what is masked once for each kind that begins."""
    parts: list[str] = []
    masked: tuple[str, ...] = ()
    for number, piece in enumerate(pieces):
        fresh = tuple(kind for kind in piece.kinds if kind not in masked)
        masked = piece.kinds
        if piece.kinds:
            parts.append(pen.mask(fresh) if fresh else "")
        elif piece.numbers:
            parts.append(pen.span(piece))
        else:
            parts.append(_near(piece.text, first=number == 0, last=number == len(pieces) - 1))
    return "".join(parts)


def _near(part: str, *, first: bool, last: bool) -> str:
    """Return of what is not marked only what stands near a mark; of many empty lines two are enough."""
    part = _EMPTY_LINES.sub("\n\n\n", part)
    if first and last:
        return _visible(part[:HEAD]) + (" …" if len(part) > HEAD else "")
    before = "" if first else part[:AROUND]
    behind = "" if last else part[-AROUND:]
    if len(part) <= len(before) + len(behind):
        return _visible(part)
    return f"{_visible(before)} … {_visible(behind)}"


def _middle(part: str) -> str:
    """Return a long span without its middle."""
    if len(part) <= LONGEST:
        return _visible(part)
    half = LONGEST // 2
    return f"{_visible(part[:half])} … {_visible(part[-half:])}"


def _visible(part: str) -> str:
    """Return a text of several lines as a terminal may see it."""
    lines = part.replace("\r\n", "\n").replace("\t", " ").split("\n")
    return "\n".join(shown(line, len(line) + 1) for line in lines)
