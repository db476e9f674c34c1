"""A document -> Markdown. What others wrote is escaped: it can neither make markup nor another heading."""

import re
from collections.abc import Iterator, Sequence

from sekisho.audit.documents.sheet import Document, Mark, Part, Say, Table, cell, line
from sekisho.locale import text

__all__ = ["markdown"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&])")
_BEGINS = re.compile(r"^(\d*)([-+=.)])(?=\s|[-=]|$)")


def _escaped(words: str) -> str:
    """Return words that Markdown shows as they are."""
    return _BEGINS.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", words))


def _lines(words: str) -> list[str]:
    return [_escaped(one.strip()) for one in words.splitlines() if one.strip()]


def _table(table: Table, lang: str) -> Iterator[str]:
    yield ""
    yield "| " + " | ".join(text(head, lang) for head in table.heads) + " |"
    yield "|" + " --- |" * len(table.heads)
    for row in table.rows:
        yield "| " + " | ".join(_escaped(cell(one, lang).replace("\n", " ")) for one in row) + " |"


def _part(part: Part, lang: str) -> Iterator[str]:
    mark = text(f"mark.{part.mark.value}", lang)
    said = [one for value in part.lines for one in _lines(line(value, lang))]
    first, *more = said or [""]
    yield f"*[{mark}]* {first}".rstrip()
    # Each line of what is declared says so: else one could read as if it had been computed.
    again = f"*[{mark}]* " if part.mark is Mark.DECLARED else ""
    for one in more:
        yield ""
        yield again + one
    if part.table is not None:
        yield from _table(part.table, lang)
    yield ""


def _page(document: Document, lang: str, level: str) -> Iterator[str]:
    yield f"{level} {text(f'{document.id}.title', lang)}"
    yield ""
    for note in (*document.notes, Say("doc.marks")):
        yield f"> {_escaped(note.said(lang))}"
        yield ">"
    yield ""
    for section in document.sections:
        yield f"{level}# {text(section.id, lang)}"
        yield ""
        for one in section.fields:
            yield f"{level}## {text(one.id, lang)}"
            yield ""
            for part in one.shown:
                yield from _part(part, lang)


def markdown(document: Document, langs: Sequence[str]) -> str:
    """Return a document as Markdown, once in each language."""
    pages = ["\n".join(_page(document, lang, "#")).rstrip() for lang in langs]
    return "\n\n---\n\n".join(pages) + "\n"
