"""The options of every command, and how sekisho.toml fills what was not given.

A command that declares a parameter named like a setting (`--registry`, `--max-age-days`) gets it:
flag, else sekisho.toml, else the setting's default, else the command's own default. Only its first name
counts, so that `--log-policy` with the older name `--policy` is not taken for the policy of an audit.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from cyclopts import App
from cyclopts.argument import Argument, ArgumentCollection
from cyclopts.token import Token

from sekisho.store.settings import Values, defaults, read_settings, words

__all__ = ["Options", "split_options"]

_HELP = frozenset({"--help", "-h"})
_SAID_BY: Mapping[str, frozenset[str]] = {
    "--again": frozenset({"operator", "purpose", "territory", "policy"}),
    "--prints": frozenset({"holder"}),
}
"""Options that say themselves what these settings say: an earlier run, a file of fingerprints."""
_OTHERS: Mapping[tuple[str, ...], frozenset[str]] = {
    ("grant", "list"): frozenset({"holder"}),
    ("registry", "show"): frozenset({"holder"}),
    ("snapshot", "publish"): frozenset({"purpose"}),
}
"""Options with the name of a setting that are about somebody else, or narrow what is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What may stand on any command; called by cyclopts to fill a command's arguments.

    Attributes:
        help_lang: the language that `--help` is asked for in.
    """

    debug: bool = False
    config: Path | None = None
    help_lang: str | None = None

    def __call__(self, _app: App, commands: tuple[str, ...], arguments: ArgumentCollection) -> None:
        """Fill arguments that have no value yet from sekisho.toml and the settings' defaults."""
        given = read_settings(self.config)
        named = [(argument.name, argument) for argument in arguments]
        said = {name for name, argument in named if argument.tokens}
        others = _OTHERS.get(commands, frozenset()).union(*(_SAID_BY.get(name, ()) for name in said))
        given = {name: value for name, value in given.items() if name not in others}
        if "home" in given:
            os.environ.setdefault("SEKISHO_HOME", str(given["home"]))
        _fill(named, given, str(self.config or "sekisho.toml"))
        _fill(named, defaults(), "default")


def _fill(named: Iterable[tuple[str, Argument]], values: Values, source: str) -> None:
    for keyword, argument in named:
        name = keyword.removeprefix("--").replace("-", "_")
        if keyword.startswith("--") and not argument.tokens and name in values:
            for index, word in enumerate(words(values[name])):
                argument.append(Token(keyword=keyword, value=word, source=source, index=index))


def split_options(argv: Iterable[str]) -> tuple[Sequence[str], Options]:
    """Take `--debug` and `--config FILE` out of the arguments, wherever before `--` they stand.

    Beside `--help` the same is done with `--lang`, which then is the language of the help.
    """
    arguments = list(argv)
    left: list[str] = []
    debug, config, lang = False, None, None
    helping = not _HELP.isdisjoint(takewhile("--".__ne__, arguments))
    words_left = iter(arguments)
    for word in words_left:
        if word == "--":
            left += [word, *words_left]
        elif word == "--debug":
            debug = True
        elif word == "--config":
            config = Path(next(words_left, ""))
        elif word.startswith("--config="):
            config = Path(word.removeprefix("--config="))
        elif helping and word == "--lang":
            lang = next(words_left, "")
        elif helping and word.startswith("--lang="):
            lang = word.removeprefix("--lang=")
        else:
            left.append(word)
    return left, Options(debug=debug, config=config, help_lang=lang)
