"""`sekisho rules test` and `sekisho rules new`: for whoever writes a pack."""

import re
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sekisho.cli.parameters import Flag, Output
from sekisho.cli.rules.packs import pack_file
from sekisho.cli.say import complain, note, say
from sekisho.errors import UsageError
from sekisho.locale import text
from sekisho.rules.gates import complaints
from sekisho.rules.kit import kit
from sekisho.rules.mutation import mutants, survivors
from sekisho.rules.pack import Pack
from sekisho.rules.shipped import shipped_packs
from sekisho.store.atomic import write_atomic
from sekisho.store.clock import now

__all__ = ["examples", "new"]

FAILED = 1


def _passes(pack: Pack, lang: str) -> bool:
    wrong = (*complaints(pack), *survivors(pack))
    for line in wrong:
        complain(line)
    if not wrong:
        tests = sum(len(rule.tests) for rule in pack.rules)
        wrongs = sum(1 for rule in pack.rules for _ in mutants(rule))
        say(text("rules.tested", lang, pack=pack.id, rules=len(pack.rules), tests=tests, mutants=wrongs))
    return not wrong


def examples(
    *files: Annotated[Path, Parameter(negative=())],
    lang: Literal["ja", "en"] = "ja",
) -> int:
    """Run the examples within packs, and look whether they would notice a wrong rule.

    Without a file, the packs of this version. Exit code 1 if anything is wrong.

    Example: sekisho rules test my-country.toml

    Args:
        files: Packs.
        lang: Language of what is printed.
    """
    packs = tuple(pack_file(path) for path in files) if files else shipped_packs()
    passed = [_passes(pack, lang) for pack in packs]
    return 0 if all(passed) else FAILED


def new(
    place: str, /, *, output: Output = None, force: Flag = False, lang: Literal["ja", "en"] = "ja"
) -> None:
    """Write a kit for a place that has no pack: a file to fill in, with its questions.

    Example: sekisho rules new BR

    Args:
        place: ISO 3166 code of the country or region.
        output: The file; default: the code with .toml.
        force: Replace that file if it is there.
        lang: Language of what is printed.
    """
    if not re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", place):
        raise UsageError(f"{place!r} is no ISO 3166 code", hint="as in BR or US-TX")
    target = Path(f"{place.lower()}.toml") if output is None else output
    write_atomic(target, (kit(place, now().date()).encode(),), force=force)
    note(text("rules.kit_written", lang, file=str(target)))
