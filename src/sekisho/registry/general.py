"""Grants for everybody, as a registry looks at them: whoever gives away what is another's does it here.

Nothing is refused for it: two holders near each other may both be right. A desk sees which grants are for
entries that nobody has confirmed, that somebody disputes, or that are near an earlier one of another holder.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sekisho.model import EntryId, Grant, KeyId, State, Trust
from sekisho.registry.entries import Given
from sekisho.registry.states import Stood

__all__ = ["General", "facts_of_general", "general_grants"]

ALL = "all"
_OVER = frozenset({State.WITHDRAWN, State.LAPSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class General:
    """A grant for everybody that is in force, and the entries that it is about.

    Attributes:
        entries: how many of them are compared.
        unconfirmed: those behind which no voucher stands.
        disputed: those in dispute, or suspended.
        near: those near an earlier entry of another holder.
    """

    grant: Grant
    entries: int
    unconfirmed: int
    disputed: int
    near: int


def general_grants(
    grants: Iterable[Given], stood: Sequence[Stood], near: Collection[EntryId], on: date
) -> tuple[General, ...]:
    """Return the grants for everybody that are in force on a day, the most doubtful first. O(n).

    Args:
        grants: all of the registry.
        stood: all entries with their states on the day.
        near: entries that are near an earlier one of another holder.
        on: the day.
    """
    by_holder: dict[KeyId, list[Stood]] = {}
    for one in stood:
        if one.state not in _OVER:
            by_holder.setdefault(one.entry.registrant.key, []).append(one)
    by_entry = {one.entry.id: one for some in by_holder.values() for one in some}
    found = [
        _general(given.grant, _about(given.grant, by_holder, by_entry), near)
        for given in grants
        if given.grant.is_general and given.state(on) == "active"
    ]
    return tuple(sorted(found, key=lambda g: (-g.near, -g.disputed, -g.unconfirmed, g.grant.id)))


def _about(
    grant: Grant, by_holder: Mapping[KeyId, Sequence[Stood]], by_entry: Mapping[EntryId, Stood]
) -> Sequence[Stood]:
    if grant.entry is None:
        return by_holder.get(grant.registrant, ())
    one = by_entry.get(grant.entry)
    return () if one is None else (one,)


def _general(grant: Grant, about: Sequence[Stood], near: Collection[EntryId]) -> General:
    return General(
        grant=grant,
        entries=len(about),
        unconfirmed=sum(one.entry.trust is Trust.DECLARED for one in about),
        disputed=sum(one.state is not State.ACTIVE for one in about),
        near=sum(one.entry.id in near for one in about),
    )


def facts_of_general(found: Iterable[General]) -> list[dict[str, Any]]:
    """Return them as they stand in JSON."""
    return [
        {
            "grant": one.grant.id,
            "holder": one.grant.registrant,
            "entry": one.grant.entry or ALL,
            "until": str(one.grant.until),
            "entries": one.entries,
            "unconfirmed": one.unconfirmed,
            "disputed": one.disputed,
            "near_others": one.near,
        }
        for one in found
    ]
