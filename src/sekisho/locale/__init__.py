"""Words: the catalogues in Japanese and English, their numbers and dates, and the page templates."""

from sekisho.locale.catalogue import (
    LANGS,
    Titled,
    Word,
    bits,
    clock,
    day,
    keys,
    number,
    percent,
    shown,
    size,
    text,
    word,
)
from sekisho.locale.pages import both, both_as, page

__all__ = [
    "LANGS",
    "Titled",
    "Word",
    "bits",
    "both",
    "both_as",
    "clock",
    "day",
    "keys",
    "number",
    "page",
    "percent",
    "shown",
    "size",
    "text",
    "word",
]
