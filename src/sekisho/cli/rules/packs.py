"""Which packs, facts, day and places a command of `sekisho rules` was asked about."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sekisho.cli.given import given_bytes
from sekisho.cli.published import read_published
from sekisho.cli.say import note
from sekisho.errors import ConfigError, SignatureError, UsageError
from sekisho.ledger.logged import is_waiting
from sekisho.rules.conclude import packs_for
from sekisho.rules.factfile import MAX_FACTS, FactFile, read_facts
from sekisho.rules.pack import Pack
from sekisho.rules.read import MAX_PACK, read_pack
from sekisho.rules.shipped import check_unique, shipped_packs
from sekisho.rules.vocabulary import shipped_vocabulary
from sekisho.store.clock import now

__all__ = [
    "NO_PACKS",
    "Packs",
    "Places",
    "beside_shipped",
    "day_of",
    "known_packs",
    "pack_file",
    "places_of",
    "read_fact_file",
    "the_packs",
]


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Packs:
    """Packs of one's own.

    Attributes:
        pack: Packs of your own, beside those of this version or in their place: .toml, or as
            `sekisho rules publish` writes them.
        pack_keys: Keys whose packs you accept; if you name any, no pack that they have not signed is used.
    """

    pack: Annotated[tuple[Path, ...], Parameter(negative=())] = ()
    pack_keys: Annotated[tuple[str, ...], Parameter(negative=())] = ()


NO_PACKS = Packs()
Places = Annotated[str, Parameter(name="--jurisdiction")]
MAX_FILE = 16 * MAX_PACK
"""Bytes of a published pack, with everything that is escaped and encoded around it."""
_LOGGED = b'{"entry":'


def pack_file(path: Path, keys: Collection[str] = (), *, quiet: bool = True) -> Pack:
    """Read a pack from a file, a plain one or a published one, and say who stands for it.

    Args:
        path: of the file.
        keys: whose packs are accepted; none: anybody's, and plain files.
        quiet: say nothing.

    Raises:
        NotFoundError: it can not be read.
        ConfigError: it is not a pack.
        EvidenceError: it was changed since it was published.
        SignatureError: none of the keys has signed it.
    """
    data, name = given_bytes(path, most=MAX_FILE), path.name
    if not (data.startswith(_LOGGED) or is_waiting(data)):
        if keys:
            raise SignatureError(
                f"{name} is not signed, and only packs of certain keys are accepted", hint="--pack-keys"
            )
        pack = read_pack(data, name)
        if not quiet:
            note(f"{name}: the pack {pack.id} is unsigned; sha256:{pack.digest}")
        return pack
    found, index, vkey = read_published(data, name)
    if keys and found.signer not in keys:
        raise SignatureError(f"{name} is signed by {found.signer}, who is not among your pack_keys")
    if not quiet:
        draft = ", a draft" if found.draft else ""
        trusted = "" if keys else "; you have named nobody whose packs you accept (pack_keys)"
        where = f"entry {index} of {vkey}"
        note(f"{name}: the pack {found.pack.id}{draft}, signed by {found.signer}, {where}{trusted}")
    return found.pack


def known_packs(own: Packs) -> tuple[Pack, ...]:
    """Return the packs of this version, those of one's own files in the place of those with the same id."""
    return beside_shipped(pack_file(path, own.pack_keys, quiet=False) for path in own.pack)


def beside_shipped(own: Iterable[Pack]) -> tuple[Pack, ...]:
    """Return the packs of this version with one's own, those in the place of the ones with their id.

    Raises:
        ConfigError: a pack would take the place of another land's, or two claim one id.
    """
    mine = tuple(own)
    names = {pack.id: pack for pack in mine}
    for pack in shipped_packs():
        if pack.id in names and names[pack.id].jurisdiction != pack.jurisdiction:
            raise ConfigError(
                f"the pack {pack.id} is for {pack.jurisdiction}, yours for {names[pack.id].jurisdiction}",
                hint="give yours an id of its own, or the rules of a place would be gone unseen",
            )
        if pack.id in names and names[pack.id].digest != pack.digest:
            older = " and is older" if names[pack.id].law_as_of < pack.law_as_of else ""
            note(f"the pack {pack.id} of this version is not used: yours takes its place{older}")
    return check_unique((*(pack for pack in shipped_packs() if pack.id not in names), *mine))


def read_fact_file(path: Path) -> FactFile:
    """Read a file of facts.

    Raises:
        NotFoundError: it can not be read.
        ConfigError: it is not such a file, or a fact in it is wrong.
    """
    return read_facts(given_bytes(path, most=MAX_FACTS), path.name, shipped_vocabulary())


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


def the_packs(own: Packs, places: Sequence[str]) -> tuple[Pack, ...]:
    """Return the packs of some places, of this version and of one's own files."""
    try:
        return packs_for(known_packs(own), places)
    except ConfigError as error:
        raise UsageError(str(error), hint=error.hint) from error
