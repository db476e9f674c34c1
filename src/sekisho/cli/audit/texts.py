"""What an audit needs for texts: whether there are any, and what they are read with.

Dictionaries and rules for personal information are in the extra `[text]`. Without it, a dataset with
texts is not audited unless the policy says that nobody looks for personal information: the run ends
before it begins, and nothing is left out in silence.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version

from sekisho.audit.job import Cut, no_lenses
from sekisho.check import Lenses
from sekisho.detect import open_personal
from sekisho.detect.gate import warm_up as warm_up_gate
from sekisho.detect.signals.site_ends import warm_up as warm_up_addresses
from sekisho.errors import MissingExtraError
from sekisho.fingerprint.passages import warm_up as warm_up_passages
from sekisho.lexicon.fold import warm_up as warm_up_fold
from sekisho.match.excerpts import warm_up as warm_up_excerpts
from sekisho.match.forms import warm_up as warm_up_names
from sekisho.media.texts import TextLimits
from sekisho.media.texts.names import text_form_of
from sekisho.media.texts.spelled import warm_up as warm_up_records
from sekisho.model import Policy
from sekisho.store.datasets import Dataset
from sekisho.store.datasets.names import escape
from sekisho.store.datasets.unit import Mark, Unit, unpack
from sekisho.store.dictionary import open_dictionary

__all__ = [
    "Opened",
    "has_text",
    "may_have_text",
    "no_text",
    "open_again_for",
    "open_for",
    "open_lenses",
    "warm_up_texts",
]

EXTRA = (
    *("SudachiPy", "SudachiDict-core", "phonenumbers", "python-stdnum"),
    *("trafilatura", "fastwarc"),
)
"""Packages on which it depends what is read in a text and found in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What texts are read with; see `audit.job.Job`."""

    lenses: Callable[[], Lenses]
    text: Mapping[str, object] | None


def no_text() -> Opened:
    """Return what a run without texts is made with."""
    return Opened(lenses=no_lenses, text=None)


def open_for(
    datasets: Sequence[Dataset], cuts: Sequence[Cut], policy: Policy, fields: Sequence[str]
) -> Opened:
    """Find out whether there are texts, and open what they are read with, to see that it is there.

    Args:
        datasets: of the run.
        cuts: all of its units.
        policy: what is looked for.
        fields: names of the fields of records that are looked at; empty: all.

    Raises:
        MissingExtraError: the policy asks for personal information in texts, and the extra is missing.
    """
    if not may_have_text(cuts):
        return no_text()
    return _opened(policy, fields, lambda: has_text(datasets, cuts))


def open_again_for(policy: Policy, fields: Sequence[str] | None) -> Opened:
    """Open what the texts of a run that is decided again are read with; `fields` is None if it has none.

    Raises:
        MissingExtraError: as `open_for`.
    """
    return no_text() if fields is None else _opened(policy, fields, lambda: True)


def _opened(policy: Policy, fields: Sequence[str], has_texts: Callable[[], bool]) -> Opened:
    asked = policy.text.personal is not None
    try:
        open_lenses(personal=asked)
    except MissingExtraError as error:
        if asked and has_texts():
            raise MissingExtraError(
                f"there are texts, and the policy asks for personal information in them: {error}",
                hint=f'{error.hint}, or say personal = "ignore" in [text] of the policy',
            ) from error
        return Opened(lenses=no_lenses, text=_read_with(fields) if has_texts() else None)
    return Opened(lenses=partial(open_lenses, personal=asked), text=_read_with(fields))


def open_lenses(*, personal: bool) -> Lenses:
    """Open the dictionary, and the scanner for personal information if it is asked for.

    Raises:
        MissingExtraError: the extra `[text]` is not installed.
    """
    words = open_dictionary()
    return Lenses(personal=open_personal(words) if personal else None, words=words)


def _read_with(fields: Sequence[str]) -> Mapping[str, object]:
    return {"fields": sorted(fields), "limits": TextLimits().as_dict(), "packages": dict(_versions())}


def _versions() -> Iterator[tuple[str, str]]:
    for name in EXTRA:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue


def may_have_text(cuts: Sequence[Cut]) -> bool:
    """Tell by the plan alone whether there may be texts; what a gzipped tar holds is not known before."""
    return any(_says_text(unit) is not False for _, unit in cuts)


def has_text(datasets: Sequence[Dataset], cuts: Sequence[Cut]) -> bool:
    """Tell whether there are texts; gzipped tars are unpacked for that, up to the first text."""
    said = [(number, unit, _says_text(unit)) for number, unit in cuts]
    if any(answer for *_, answer in said):
        return True
    unknown = ((number, unit) for number, unit, answer in said if answer is None)
    return any(_is_text(name) for number, unit in unknown for _, name in datasets[number].survey(unit))


def _says_text(unit: Unit) -> bool | None:
    """Tell whether a unit holds texts; None if that is not known before it is read."""
    match unit.kind:
        case "folder" | "tar":
            there = (member for member in unpack(unit.members) if member.mark is not Mark.SKIP)
            return any(_is_text(escape(member.name)) for member in there)
        case "tar.gz":
            return None
        case "parquet":
            return bool(json.loads(unit.members).get("texts"))
        case _:
            return True


def warm_up_texts() -> None:
    """Compile or load every kernel that only texts need."""
    for warm_up in (
        warm_up_records,
        warm_up_addresses,
        warm_up_fold,
        warm_up_passages,
        warm_up_excerpts,
        warm_up_names,
        warm_up_gate,
    ):
        warm_up()


def _is_text(name: str) -> bool:
    return text_form_of(name) is not None
