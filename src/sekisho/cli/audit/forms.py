"""In which forms a result is printed, and where: `--format FORM` or `--format FORM=FILE`."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sekisho.errors import UsageError

__all__ = ["FORMS", "Form", "read_forms"]

FORMS = ("table", "json", "jsonl", "sarif", "github", "markdown")


class Form(NamedTuple):
    """One form of the result; on stdout if it has no file."""

    name: str
    file: Path | None = None


def _form(word: str) -> Form:
    name, separator, file = word.partition("=")
    if name not in FORMS or (separator and not file):
        raise UsageError(
            f"{word!r} is not a format", hint=f"one of {', '.join(FORMS)}; FORMAT=FILE writes it to a file"
        )
    return Form(name, Path(file) if file else None)


def _checked(file: Path, closed: Sequence[Path]) -> None:
    """Refuse, before any work is done, a file that could not be written or would spoil evidence."""
    if (file.exists() and not file.is_file()) or not file.absolute().parent.is_dir():
        raise UsageError(f"{file} can not be written", hint="name a file in a folder that is there")
    place = file.resolve()
    for folder in closed:
        if place.is_relative_to(folder.resolve()):
            raise UsageError(f"{file} lies inside {folder}", hint="write it beside RUN and dataset")


def read_forms(words: Sequence[str], closed: Sequence[Path]) -> Sequence[Form]:
    """Read what `--format` says.

    Args:
        words: one of each `--format`.
        closed: the RUN directory and the datasets; nothing is written into them.

    Raises:
        UsageError: an unknown form, two of them on stdout or in one file, or a file that can not be
            written.
    """
    forms = [_form(word) for word in words]
    places = [form.file and form.file.absolute() for form in forms]
    if len(set(places)) < len(places):
        raise UsageError("two formats go to one place", hint="write all but one to a file: FORMAT=FILE")
    for form in forms:
        if form.file is not None:
            _checked(form.file, closed)
    return forms
