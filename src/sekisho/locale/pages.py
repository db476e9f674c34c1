"""Fill the page templates. Everything is escaped; both languages stand in one page.

The reader chooses the language by a radio button and a style rule, so that a page needs no script.
"""

from collections.abc import Callable
from datetime import date
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sekisho.locale.catalogue import (
    LANGS,
    Titled,
    Value,
    Word,
    clock,
    day,
    number,
    percent,
    shown,
    size,
    text,
    word,
)

__all__ = ["both", "both_as", "page"]


def both_as(tag: str, key: str, attributes: str = "", /, **values: Value) -> Markup:
    """Say a text in every language, each in an element of its own that carries `lang`.

    `tag` and `attributes` are ours and stand as they are; the text and its values are escaped.
    """
    begin = Markup(f"<{tag} {attributes}".rstrip())  # noqa: S704
    end = Markup(f"</{tag}>")  # noqa: S704
    return Markup("").join(
        begin + Markup(' lang="{}">{}').format(lang, text(key, lang, **values)) + end for lang in LANGS
    )


def both(key: str, /, **values: Value) -> Markup:
    """Say a text in every language, in spans of which the page shows one."""
    return both_as("span", key, **values)


def both_words(family: str, value: str) -> Markup:
    """Say a value of a closed set in every language."""
    return Markup("").join(
        Markup('<span lang="{}">{}</span>').format(lang, word(family, value, lang)) for lang in LANGS
    )


def both_numbers(write: Callable[..., str], *arguments: float | date) -> Markup:
    """Write a number, share, size or date in every language; once if all write it alike."""
    forms = [write(*arguments, lang) for lang in LANGS]
    if len(set(forms)) == 1:
        return Markup("{}").format(forms[0])
    return Markup("").join(
        Markup('<span lang="{}">{}</span>').format(lang, form)
        for lang, form in zip(LANGS, forms, strict=True)
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("sekisho.locale", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        t=both,
        titled=Titled,
        worded=Word,
        span=lambda start, end: f"{clock(start)}–{clock(end, up=True)}",
        w=both_words,
        n=lambda value: both_numbers(number, value),
        pct=lambda part, whole: both_numbers(percent, part, whole),
        size=lambda value: both_numbers(size, value),
        day=lambda value: both_numbers(day, value),
    )
    environment.filters.update(shown=shown)
    return environment


def page(template: str, /, **context: object) -> str:
    """Fill a template of `templates/`; a value that it names and the context lacks is an error."""
    return _environment().get_template(template).render(**context)
