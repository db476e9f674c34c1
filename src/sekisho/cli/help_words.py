"""The words of the help in another language, looked up by the English words that stand in the source.

`locale/catalogues/help.ja.po` is gettext's form: a msgid is one paragraph of English help, its lines joined,
or one indented line.
It is read here, each text being one line, because the general reader takes longer than the help itself.
Command lines that stand as examples are the same in every language. What has no translation stays English.
"""

import re
from collections.abc import Mapping
from functools import cache

from sekisho.cli.language import Language

__all__ = ["HelpWords", "flowing", "help_words", "translated"]

HelpWords = Mapping[str, str]
"""English paragraph or label -> the same in another language; empty for English."""

_PAIR = re.compile(r'^msgid "(.+)"\nmsgstr "(.+)"$', re.MULTILINE)
_ESCAPED = re.compile(r"\\(.)")
_EXAMPLE = "Example:"
_WITHIN_PARAGRAPH = re.compile(r"(?<=[^\n])\n(?=\S)")


def flowing(words: str) -> str:
    """Join the lines of each paragraph; empty and indented lines stay where they are."""
    return _WITHIN_PARAGRAPH.sub(" ", words)


@cache
def help_words(lang: Language) -> HelpWords:
    """Return the words of the help in a language."""
    if lang == "en":
        return {}
    from importlib import resources  # noqa: PLC0415 - it imports a lot, for English in vain

    file = resources.files("sekisho").joinpath("locale", "catalogues", f"help.{lang}.po")
    pairs = _PAIR.findall(file.read_text(encoding="utf-8"))
    return {_ESCAPED.sub(r"\1", english): _ESCAPED.sub(r"\1", said) for english, said in pairs}


def _line(words: str, said: HelpWords) -> str:
    if words.startswith(_EXAMPLE):
        return said.get(_EXAMPLE, _EXAMPLE) + words.removeprefix(_EXAMPLE)
    bare = words.lstrip()
    return words.removesuffix(bare) + said.get(bare, bare)


def translated(words: str, said: HelpWords) -> str:
    """Let a help text flow, and say each of its paragraphs and indented lines in the language of `said`."""
    return "\n".join(_line(line, said) for line in flowing(words).split("\n"))
