"""The packs that come with this version: one file for each place, and the rules of houses."""

from functools import cache
from importlib import resources

from sekisho.errors import ConfigError
from sekisho.rules.pack import Pack
from sekisho.rules.read import read_pack

__all__ = ["check_unique", "shipped_packs"]


def check_unique(packs: tuple[Pack, ...]) -> tuple[Pack, ...]:
    """Return the packs.

    Raises:
        ConfigError: two of them claim one id of a pack or of a rule.
    """
    owners: dict[str, str] = {}
    for pack in packs:
        for name in (pack.id, *(rule.id for rule in pack.rules)):
            if name in owners:
                raise ConfigError(f"both {owners[name]} and {pack.id} have {name!r}", hint="ids are unique")
            owners[name] = pack.id
    return packs


@cache
def shipped_packs() -> tuple[Pack, ...]:
    """Return all packs of this version, by name."""
    folder = resources.files("sekisho.rules").joinpath("packs")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return check_unique(tuple(read_pack(f.read_bytes(), f.name) for f in files))
