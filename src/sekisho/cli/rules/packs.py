"""Which packs, facts, day and places a command of `sekisho rules` was asked about."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sekisho.errors import ConfigError, NotFoundError, UsageError
from sekisho.rules.conclude import packs_for
from sekisho.rules.factfile import MAX_FACTS, FactFile, read_facts
from sekisho.rules.pack import Pack
from sekisho.rules.read import MAX_PACK, read_pack
from sekisho.rules.shipped import check_unique, shipped_packs
from sekisho.rules.vocabulary import shipped_vocabulary
from sekisho.store.clock import now

__all__ = [
    "Packs",
    "Places",
    "day_of",
    "known_packs",
    "pack_file",
    "places_of",
    "read_fact_file",
    "the_packs",
]

Packs = Annotated[tuple[Path, ...], Parameter(name="--pack", negative=())]
Places = Annotated[str, Parameter(name="--jurisdiction")]


def _bytes(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise NotFoundError(f"{path} can not be read: {error.strerror}") from error


def pack_file(path: Path) -> Pack:
    """Read a pack from a file.

    Raises:
        NotFoundError: it can not be read.
        ConfigError: it is not a pack.
    """
    return read_pack(_bytes(path, MAX_PACK), path.name)


def known_packs(own: Sequence[Path]) -> tuple[Pack, ...]:
    """Return the packs of this version, those of one's own files in the place of those with the same id."""
    mine = tuple(pack_file(path) for path in own)
    names = {pack.id for pack in mine}
    return check_unique((*(pack for pack in shipped_packs() if pack.id not in names), *mine))


def read_fact_file(path: Path) -> FactFile:
    """Read a file of facts.

    Raises:
        NotFoundError: it can not be read.
        ConfigError: it is not such a file, or a fact in it is wrong.
    """
    return read_facts(_bytes(path, MAX_FACTS), path.name, shipped_vocabulary())


def day_of(on: date | None, known: FactFile) -> date:
    """Return the day whose law is asked for: as said, as in the file, today."""
    return on or known.on or now().date()


def places_of(jurisdiction: str, known: FactFile) -> tuple[str, ...]:
    """Return the places, as said or as in the file.

    Raises:
        UsageError: neither says any.
    """
    said = tuple(place.strip() for place in jurisdiction.split(",") if place.strip())
    if not (said or known.jurisdictions):
        raise UsageError("which law?", hint="--jurisdiction JP,JP-31, or jurisdictions = [...] in the file")
    return tuple(dict.fromkeys(said or known.jurisdictions))


def the_packs(own: Sequence[Path], places: Sequence[str]) -> tuple[Pack, ...]:
    """Return the packs of some places, of this version and of one's own files."""
    try:
        return packs_for(known_packs(own), places)
    except ConfigError as error:
        raise UsageError(str(error), hint=error.hint) from error
