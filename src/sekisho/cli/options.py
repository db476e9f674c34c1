"""The options of every command, and how sekisho.toml fills what was not given.

A command that declares a parameter named like a setting (`--registry`, `--max-age-days`) gets it:
flag, else sekisho.toml, else the setting's default, else the command's own default.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cyclopts import App
from cyclopts.argument import ArgumentCollection
from cyclopts.token import Token

from sekisho.store.settings import Values, defaults, read_settings, words

__all__ = ["Options", "split_options"]

OF_THE_RUN = frozenset({"operator", "purpose", "territory", "policy"})
"""What `--again RUN` takes from the run, if the command line does not say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What may stand on any command; called by cyclopts to fill a command's arguments."""

    debug: bool = False
    config: Path | None = None

    def __call__(self, _app: App, _commands: tuple[str, ...], arguments: ArgumentCollection) -> None:
        """Fill arguments that have no value yet from sekisho.toml and the settings' defaults."""
        given = read_settings(self.config)
        if any(argument.name == "--again" and argument.tokens for argument in arguments):
            # What a run was made with goes before what stands in the file.
            given = {name: value for name, value in given.items() if name not in OF_THE_RUN}
        if "home" in given:
            os.environ.setdefault("SEKISHO_HOME", str(given["home"]))
        _fill(arguments, given, str(self.config or "sekisho.toml"))
        _fill(arguments, defaults(), "default")


def _fill(arguments: ArgumentCollection, values: Values, source: str) -> None:
    for argument in arguments:
        name = argument.name.removeprefix("--").replace("-", "_")
        if argument.name.startswith("--") and not argument.tokens and name in values:
            for index, word in enumerate(words(values[name])):
                argument.append(Token(keyword=argument.name, value=word, source=source, index=index))


def split_options(argv: Iterable[str]) -> tuple[Sequence[str], Options]:
    """Take `--debug` and `--config FILE` out of the arguments, wherever before `--` they stand."""
    left: list[str] = []
    debug, config = False, None
    words_left = iter(argv)
    for word in words_left:
        if word == "--":
            left += [word, *words_left]
        elif word == "--debug":
            debug = True
        elif word == "--config":
            config = Path(next(words_left, ""))
        elif word.startswith("--config="):
            config = Path(word.removeprefix("--config="))
        else:
            left.append(word)
    return left, Options(debug=debug, config=config)
