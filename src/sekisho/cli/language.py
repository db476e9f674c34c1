"""The language of the terminal, and that of the help, for which somebody may have said another."""

import os
import re
from pathlib import Path
from typing import Literal

from sekisho.errors import ConfigError, UsageError
from sekisho.store.settings import LANGUAGES, read_settings

__all__ = ["Language", "help_language", "terminal_language"]

Language = Literal["ja", "en"]

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""In the order of POSIX (Base Definitions 8.2); the first that is not empty counts."""
_JAPANESE = re.compile(r"ja(?:[_.@]|\Z)").match


def terminal_language() -> Language:
    """Return the language of the terminal: Japanese if it says so, English otherwise."""
    said = next(filter(None, (os.environ.get(name, "") for name in _VARIABLES)), "")
    return "ja" if _JAPANESE(said) else "en"


def help_language(asked: str | None = None, config: Path | None = None) -> Language:
    """Return the language of the help: the one asked for, else of sekisho.toml, else of the terminal.

    Settings that can not be read are no reason to show no help: then the terminal decides.

    Raises:
        UsageError: there is no help in the language that was asked for.
    """
    if asked is not None and asked not in LANGUAGES:
        raise UsageError(f"there is no help in {asked!r}", hint=f"--lang {' or --lang '.join(LANGUAGES)}")
    said = _set_language(config) if asked is None else asked
    if said is None:
        return terminal_language()
    return "ja" if said == "ja" else "en"


def _set_language(config: Path | None) -> str | None:
    try:
        said = read_settings(config).get("lang")
    except (ConfigError, OSError):
        return None
    return said if isinstance(said, str) else None
