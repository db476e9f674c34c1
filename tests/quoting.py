"""Texts that quote public-domain works, and texts that copy them: written by us, see tests/data/quotation."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

__all__ = ["LENGTHS", "Case", "copying", "quoting", "works"]

DATA = Path(__file__).parent / "data" / "quotation"
LENGTHS = 45, 80, 120, 200, 300
"""Characters of a quotation; it ends with a sentence if one ends near."""


class Case(NamedTuple):
    """A text, where the work stands in it, and what kind of text it is."""

    text: str
    spans: tuple[tuple[int, int], ...]
    kind: str


def _rows(name):
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def works(lang=""):
    """Return the works of one language, or all."""
    return [w for w in _rows("works.jsonl") if lang in {"", w["lang"]}]


def _cut(text, begin, length):
    """Return about `length` characters, from a sentence's beginning to a sentence's end if possible."""
    begin = max(text.find(mark, begin) + 1 for mark in "。.") if begin else 0
    part = text[begin : begin + length].strip("」』”\n 　") or text[-length:]
    end = max(part.rfind("。"), part.rfind(". ")) + 1
    return (part[:end] if end > length // 2 else part).replace("\n", "")


def _nested(text):
    """Write the marks within a quotation as one does: 「」 become 『』."""
    return text.translate(str.maketrans("「」“”", "『』‘’"))


def _filled(template, work, length, marks):
    whole = work["text"].strip()
    quote, second = marks(_cut(whole, 0, length)), marks(_cut(whole, 180, length // 2 + 20))
    if "> {" in template:
        whole = whole.replace("\n", "\n> ")
    pieces = {"q": quote, "q2": second, "all": whole, "all2": work["text"][::-1][:60]}
    pieces |= {"a": work["author"], "t": work["title"]}
    text, spans = "", []
    for part in template.split("{"):
        key, brace, rest = part.partition("}")
        if not brace:
            text += part
            continue
        value = pieces[key]
        if key in {"q", "q2", "all"}:
            spans.append((len(text), len(text) + len(value)))
        text += value + rest
    return text, tuple(spans)


def _cases(name, every, marks) -> Iterator[Case]:
    for number, row in enumerate(_rows(name)):
        chosen = works(row["lang"])
        for turn in range(every or len(chosen)):
            work = chosen[(number + turn) % len(chosen)]
            text, spans = _filled(row["text"], work, LENGTHS[(number + turn) % len(LENGTHS)], marks)
            yield Case(text, spans, f"{row['kind']}-{number}-{work['title']}")


def quoting(every=1):
    """Yield each quoting text with `every` works (0: with all of its language)."""
    return _cases("quoting.jsonl", every, _nested)


def copying(every=1):
    """Yield each copying text with `every` works (0: with all of its language)."""
    return _cases("copying.jsonl", every, str)
