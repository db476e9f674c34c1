"""Which law an audit asks: the packs of the places, and what only the operator can declare."""

from collections.abc import Mapping
from typing import Any

from sekisho.audit.law import Law, law_for
from sekisho.cli.audit.options import Intent
from sekisho.cli.rules.packs import Packs, known_packs, read_fact_file
from sekisho.rules.vocabulary import shipped_vocabulary
from sekisho.rules.words import Facts

__all__ = ["law_of"]


def _places(intent: Intent, territory: str, before: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return the places as said, as in the run before, or where the dataset is used."""
    if intent.jurisdiction:
        return tuple(dict.fromkeys(p.strip() for p in intent.jurisdiction.split(",") if p.strip()))
    if before is not None and intent.territory is None and (before.get("law") or {}).get("places"):
        return tuple(before["law"]["places"])
    return (territory,)


def _with_parent(places: tuple[str, ...], known: frozenset[str]) -> tuple[str, ...]:
    """Return the places, a region without a pack of its own as its country."""
    return tuple(dict.fromkeys(p if p in known else p.partition("-")[0] for p in places))


def _declared(intent: Intent, before: Mapping[str, Any] | None) -> Facts:
    if intent.facts is not None:
        return read_fact_file(intent.facts).facts
    declared = ((before or {}).get("law") or {}).get("declared", {})
    return shipped_vocabulary().from_plain(declared)


def law_of(intent: Intent, territory: str, before: Mapping[str, Any] | None) -> Law:
    """Return which law an audit asks.

    Args:
        intent: the options.
        territory: where the dataset is used.
        before: the manifest of the run that is decided again, whose answers hold if nothing is said.

    Raises:
        ConfigError: a pack or a file of facts is wrong, or a fact is not the operator's to declare.
    """
    packs = known_packs(Packs(pack=intent.pack, pack_keys=intent.pack_keys))
    places = _with_parent(_places(intent, territory, before), frozenset(pack.jurisdiction for pack in packs))
    return law_for(packs, places, _declared(intent, before))
