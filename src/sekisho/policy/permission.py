"""Entry x grants x use -> permission: what the registry says, never what the law says.

Only grants whose signature by the entry's own registrant holds reach this place; a grant that the
grantee, a stranger or nobody signed does not exist here, so it resolves to `none`.

A grant is for a named operator or for everybody. Each is judged by itself, and one that covers the use is
enough: whoever is named is one of everybody, too. Of two that come to the same, the named one is cited: it is
narrower, and has a contract behind it.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sekisho.model import (
    EVERYBODY,
    PURPOSE_PARENT,
    Entry,
    Grant,
    GrantId,
    Permission,
    Purpose,
    Revocation,
    Use,
)

__all__ = ["Ruling", "resolve"]

_ORDER = (Permission.GRANTED, Permission.EXPIRED, Permission.OUT_OF_SCOPE)


class Ruling(NamedTuple):
    """A permission, the grant it rests on or that came nearest, and how a nearest one failed.

    `lacking` is one of: purpose, territory, not_yet, ended, revoked; empty if nothing was near.
    """

    permission: Permission
    grant: GrantId | None = None
    lacking: str = ""


def _covers_purpose(grant: Grant, purpose: Purpose) -> bool:
    return purpose in grant.purposes or PURPOSE_PARENT.get(purpose) in grant.purposes


def _covers_territory(grant: Grant, territory: str) -> bool:
    """A grant for JP covers JP-13, never the other way round."""
    country = territory.partition("-")[0]
    return bool(grant.territories & {"*", territory, country})


def _revoked(grant: Grant, revocations: Iterable[Revocation], on: date) -> bool:
    return any(r.grant == grant.id and r.registrant == grant.registrant and r.on <= on for r in revocations)


def _judge(grant: Grant, use: Use, revocations: Iterable[Revocation]) -> Ruling:
    if not _covers_purpose(grant, use.purpose):
        return Ruling(Permission.OUT_OF_SCOPE, grant.id, "purpose")
    if not _covers_territory(grant, use.territory):
        return Ruling(Permission.OUT_OF_SCOPE, grant.id, "territory")
    if use.on < grant.from_:
        return Ruling(Permission.OUT_OF_SCOPE, grant.id, "not_yet")
    if _revoked(grant, revocations, use.on):
        return Ruling(Permission.EXPIRED, grant.id, "revoked")
    if use.on > grant.until:
        return Ruling(Permission.EXPIRED, grant.id, "ended")
    return Ruling(Permission.GRANTED, grant.id)


def resolve(entry: Entry, use: Use, grants: Iterable[Grant], revocations: Iterable[Revocation]) -> Ruling:
    """Say whether the registry permits one use of one entry.

    Args:
        entry: what matched.
        use: who wants to do what, where and on which day.
        grants: what the entry's registrant signed; grants of others are ignored here too.
        revocations: likewise.

    Returns:
        The best of all grants that name this entry, or all of its registrant's, and this operator or
        everybody: granted, else expired, else out of scope, else none; among equals one for the operator
        itself, then the smallest grant id.
        A registrant needs no grant for its own entry; such a ruling names none.
    """
    if entry.registrant.key == use.operator:
        return Ruling(Permission.GRANTED)
    ends = tuple(revocations)
    rulings = [
        (_judge(grant, use, ends), grant.is_general)
        for grant in grants
        if grant.registrant == entry.registrant.key
        and grant.grantee in {use.operator, EVERYBODY}
        and grant.entry in (None, entry.id)
    ]
    if not rulings:
        return Ruling(Permission.NONE)
    return min(rulings, key=lambda r: (_ORDER.index(r[0].permission), r[1], r[0].grant or ""))[0]
