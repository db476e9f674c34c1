"""A document as a value: sections of fields, each part of a field marked with where it comes from.

A line is a text of the catalogue with its values, or words of the operator as they stand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from babel import Locale

from sekisho.audit.share.counts import SMALL, Shown
from sekisho.locale import Word, number, size, text, word
from sekisho.locale.catalogue import Value

__all__ = [
    "Bytes",
    "Cell",
    "Document",
    "Field",
    "Language",
    "Line",
    "Mark",
    "Part",
    "Say",
    "Section",
    "Table",
    "as_json",
    "as_lines",
    "cell",
    "line",
]


class Mark(StrEnum):
    """Where a part of a document comes from."""

    COMPUTED = "computed"
    """From sealed runs, by this program."""
    DECLARED = "declared"
    """By the operator; nobody has checked it."""
    NOT_AVAILABLE = "not_available"


@dataclass(frozen=True, slots=True)
class Bytes:
    """A number of bytes, written as the language writes it."""

    count: int


@dataclass(frozen=True, slots=True)
class Language:
    """A tag of BCP 47, which people read with the name of the language."""

    tag: str


@dataclass(frozen=True, slots=True)
class Say:
    """A text of the catalogue with its values."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def said(self, lang: str) -> str:
        """Return the text in a language."""
        return text(self.key, lang, **self.values)


Line = Say | str
Cell = Word | Bytes | Language | int | str | None
"""None: withheld."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under headings, which are keys of the catalogue."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some lines and perhaps a table, all from one place."""

    mark: Mark
    lines: tuple[Line, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a template; without parts it is not available."""

    id: str
    parts: tuple[Part, ...] = ()

    @property
    def shown(self) -> tuple[Part, ...]:
        """Return the parts; one that says so if there is none."""
        return self.parts or (Part(mark=Mark.NOT_AVAILABLE, lines=(Say("doc.not_available"),)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Some fields under a heading; `id` is a key of the catalogue."""

    id: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document.

    Attributes:
        id: its name and the beginning of its keys in the catalogue.
        notes: what it is not, and what a reader must know first.
    """

    id: str
    notes: tuple[Say, ...]
    sections: tuple[Section, ...]


def counted(count: Shown, lang: str) -> str:
    """Write a count as it may be shown."""
    if count is None:
        return text("doc.withheld", lang)
    return SMALL if isinstance(count, str) else number(count, lang)


def cell(value: Cell, lang: str) -> str:
    """Write a cell of a table in a language."""
    match value:
        case Word(family, inner):
            return word(family, inner, lang)
        case Bytes(count):
            return size(count, lang)
        case Language(tag):
            name = Locale(lang).languages.get(tag.partition("-")[0])
            return f"{name} ({tag})" if name else tag
        case str():
            return value
        case _:
            return counted(value, lang)


def line(value: Line, lang: str) -> str:
    """Write a line in a language; the operator's words stay as they are."""
    return value.said(lang) if isinstance(value, Say) else value


def _json_cell(value: Cell) -> object:
    match value:
        case Word(_, inner):
            return inner
        case Bytes(inner) | Language(inner):
            return inner
        case _:
            return value


def _json_part(part: Part, langs: Sequence[str]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "mark": part.mark.value,
        "text": {lang: [line(one, lang) for one in part.lines] for lang in langs},
    }
    if part.table is not None:
        names = [head.rpartition(".")[2] for head in part.table.heads]
        made["rows"] = [dict(zip(names, map(_json_cell, row), strict=True)) for row in part.table.rows]
    return made


def as_json(document: Document, langs: Sequence[str]) -> dict[str, Any]:
    """Return a document as plain JSON values, its texts in some languages."""

    def both(key: str) -> dict[str, str]:
        return {lang: text(key, lang) for lang in langs}

    return {
        "document": document.id,
        "title": both(f"{document.id}.title"),
        "notes": {lang: [note.said(lang) for note in document.notes] for lang in langs},
        "sections": [
            {
                "id": section.id,
                "title": both(section.id),
                "fields": [
                    {"id": one.id, "name": both(one.id), "parts": [_json_part(p, langs) for p in one.shown]}
                    for one in section.fields
                ],
            }
            for section in document.sections
        ],
    }


def as_lines(part: Part, lang: str) -> list[str]:
    """Return a part as plain lines, its mark before each; a row of a table is a line."""
    mark = text(f"mark.{part.mark.value}", lang)
    said = [f"[{mark}] {line(one, lang)}" for one in part.lines]
    if part.table is None:
        return said
    heads = [text(head, lang) for head in part.table.heads]
    for row in part.table.rows:
        cells = [f"{head}: {cell(one, lang)}" for head, one in zip(heads, row, strict=True) if one != ""]
        said.append(f"[{mark}] {'; '.join(cells)}")
    return said
