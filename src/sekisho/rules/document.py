"""TOML from outside, before a pack or a file of facts is made of it.

What a reader can not see is refused (control characters, marks that turn the direction of writing), and so is
what would take long to read: names of very many parts. Dates lie in years that law and computers agree about.
"""

import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from sekisho.errors import ConfigError

__all__ = ["check_year", "document", "hidden_in"]

MAX_DOTS = 60
"""Points on a line; reading a name takes the square of its parts."""
FIRST_YEAR, LAST_YEAR = 1000, 2999
"""Years of any date: the terms that start in them end before the year 10000."""
_JOINERS = "\u200c\u200d"
"""Persian and the scripts of India are written with them."""
MAX_NUMBER = 2**63
"""TOML's own bound for whole numbers."""


def hidden_in(text: str) -> str:
    """Return the first character that has no form of its own, as U+202E; "" if all can be seen."""
    if text.isprintable():
        return ""
    for character in text:
        seen = character.isprintable() or character in _JOINERS or unicodedata.category(character) == "Zs"
        if not seen:
            return f"U+{ord(character):04X}"
    return ""


def check_year(day: date) -> None:
    """Raise if a day or moment is not in a year that is reckoned with.

    Raises:
        ConfigError: before 1000 or after 2999.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ConfigError(f"the year {day.year} is not between {FIRST_YEAR} and {LAST_YEAR}")


def _check_leaf(value: object) -> None:
    if isinstance(value, str):
        if hidden := hidden_in(value):
            raise ConfigError(
                f"a text has the character {hidden}, which nobody can see: {value[:60]!a}",
                hint="leave it out; a text stands on one line",
            )
    elif isinstance(value, date):
        check_year(value)
    elif isinstance(value, int) and abs(value) >= MAX_NUMBER:
        raise ConfigError("a whole number has at most 64 bits")


def _check(found: Mapping[str, Any]) -> None:
    waiting: list[Any] = [found]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        else:
            _check_leaf(value)


def _check_lines(text: str, where: str) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MAX_DOTS:
            raise ConfigError(
                f"{where}, line {number}: a line with more than {MAX_DOTS} points",
                hint="names have few parts; cut a long text",
            )


def document(text: str, where: str) -> dict[str, Any]:
    """Return the tables of a TOML file.

    Args:
        text: of the file.
        where: its name, for messages.

    Raises:
        ConfigError: not TOML, a name of too many parts, a number that is too long, a character that can not
            be seen, a date of another age.
    """
    _check_lines(text, where)
    try:
        found = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{where} is not TOML: {error}") from error
    try:
        _check(found)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}", hint=error.hint) from error
    return found
