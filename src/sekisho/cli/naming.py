"""Names as they are given on the command line, and what their registrant should know of them."""

from collections.abc import Sequence

from sekisho.cli.say import note
from sekisho.errors import MissingExtraError, UsageError
from sekisho.locale import shown
from sekisho.model import Name
from sekisho.registry.naming import NameVerdict, judge_names, refuse_common, with_readings
from sekisho.store.dictionary import Dictionary, open_dictionary

__all__ = ["judged_names", "read_names"]

_HINT = '--name "TEXT" or --name "TEXT=READING"'


def _name(given: str, qualifier: tuple[str, ...]) -> Name:
    text, equals, reading = (part.strip() for part in given.partition("="))
    if equals and not reading:
        raise UsageError(f"--name {given!r}: there is no reading behind the =", hint=_HINT)
    try:
        return Name(text=text, reading=reading, qualifier=qualifier)
    except ValueError as error:
        raise UsageError(f"--name {given!r}: {error}", hint=_HINT) from error


def read_names(given: Sequence[str], qualifier: Sequence[str]) -> tuple[Name, ...]:
    """Read names, each TEXT or TEXT=READING.

    Raises:
        UsageError: a name is empty, or words that have to stand near are given without a name.
    """
    if qualifier and not given:
        raise UsageError("--qualifier needs --name", hint=_HINT)
    return tuple(_name(name, tuple(qualifier)) for name in dict.fromkeys(given))


def _dictionary() -> Dictionary | None:
    try:
        return open_dictionary()
    except MissingExtraError:
        note("without pip install 'sekisho[text]' no readings are made, and common words are hardly known")
        return None


def _tell(verdict: NameVerdict) -> None:
    name, reading = shown(verdict.name.text), shown(verdict.name.reading)
    read = f" (read {reading})" if reading else ""
    rate = f"{verdict.alarms} false alarms in {verdict.characters} letters of everyday text"
    note(f"name {name}{read}: {verdict.forms} ways to write it, {rate}, {verdict.per_million} in a million")
    if verdict.unread:
        note(f"name {name}: without a reading only this way to write it is compared; {_HINT}")


def judged_names(names: tuple[Name, ...]) -> tuple[Name, ...]:
    """Say how often each name would raise a false alarm, and return them with their readings.

    Raises:
        RefusedError: a name is a single common word without a qualifier, or has no letters.
    """
    if not names:
        return ()
    dictionary = _dictionary()
    read = with_readings(names, dictionary.reading) if dictionary is not None else names
    verdicts = judge_names(read, dictionary)
    for verdict in verdicts:
        _tell(verdict)
    refuse_common(verdicts)
    return read
