"""Entry x claims x day -> state. Nobody stores a state; it follows from what was signed.

A dispute counts only if its disputant stands as high as the entry, so that no self-declared claim
ever weakens a confirmed one. It has 30 days to be settled; then the entry is suspended, which is a
question to people and not a verdict. Taken back or dismissed, it changes nothing.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from sekisho.model import Claims, Dispute, Entry, Resolution, Settled, State, Trust

__all__ = ["TIME_TO_SETTLE", "standing"]

TIME_TO_SETTLE = timedelta(days=30)
"""From the day of the dispute; longer, and a claim that nobody defends would go on holding works back."""

_GRAVER = (State.ACTIVE, State.DISPUTED, State.SUSPENDED)


def _settled(dispute: Dispute, resolutions: Iterable[Resolution], on: date) -> Settled | None:
    """Return how a dispute stood on a day: its latest resolution; of one day's, `upheld` before others."""
    ends = [r for r in resolutions if r.dispute == dispute.id and r.on <= on]
    if not ends:
        return None
    return max(ends, key=lambda r: (r.on, r.settled is Settled.UPHELD, r.id)).settled


def _under(dispute: Dispute, resolutions: Iterable[Resolution], on: date) -> State:
    """Return the state that one dispute alone puts an entry in."""
    if dispute.on > on:
        return State.ACTIVE
    match _settled(dispute, resolutions, on):
        case Settled.DISMISSED | Settled.WITHDRAWN:
            return State.ACTIVE
        case Settled.UPHELD:
            return State.SUSPENDED
        case None:
            return State.DISPUTED if on - dispute.on < TIME_TO_SETTLE else State.SUSPENDED


def standing(entry: Entry, claims: Claims, on: date) -> State:
    """Say how an entry stands on a day.

    Args:
        entry: with the trust that vouches prove.
        claims: about this entry, only what counts (`Snapshot.claims`).
        on: the day of the use.

    Returns:
        withdrawn or lapsed (not compared any more), else the gravest state of its disputes by
        parties of at least its trust.
    """
    if any(w.on <= on for w in claims.withdrawals):
        return State.WITHDRAWN
    if entry.protected_until is not None and on > entry.protected_until:
        return State.LAPSED
    heard = (
        dispute
        for dispute, trust in claims.disputes
        if trust is Trust.VERIFIED or entry.trust is Trust.DECLARED
    )
    return max((_under(d, claims.resolutions, on) for d in heard), key=_GRAVER.index, default=State.ACTIVE)
