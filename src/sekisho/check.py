"""The one verb: bytes -> media -> fingerprint -> match -> policy -> Decision.

A pure function of its arguments: no clock, no disk, no network, no chance. `audit` maps it over a
dataset, looking at one item after the other and deciding in batches. It never raises for what is in
an item; what could not be looked at is never allowed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sekisho.errors import SnapshotTampered
from sekisho.fingerprint import Look, look
from sekisho.match import Match, match_pictures
from sekisho.media import Limits
from sekisho.model import Decision, Depth, EntryId, Item, Method, Policy, Unfingerprintable, Use
from sekisho.policy import decide, find
from sekisho.snapshot import Snapshot

__all__ = ["Known", "Looked", "check", "decide_many", "look_at"]

DEFAULT_LIMITS = Limits()


class Known(NamedTuple):
    """A match that was found before; an entry has another number in another snapshot, never another id."""

    entry: EntryId
    method: Method
    distance: int
    threshold: int
    orientation: int
    frame: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """An item after the look: its bytes are gone, what is compared remains.

    Exactly one of `look` and `problem` is there; a look can hold a problem of its own.

    Attributes:
        known: all that it matches in the base of the snapshot, if that was searched by the same rules
            before; None: nothing is known.
    """

    name: str
    bytes: int
    look: Look | None
    problem: Unfingerprintable | None
    known: tuple[Known, ...] | None = None


def check(
    item: Item, *, snapshot: Snapshot, policy: Policy, use: Use, limits: Limits = DEFAULT_LIMITS
) -> Decision:
    """Decide about one item.

    Args:
        item: with its bytes, or with the reason why there are none.
        snapshot: opened, its sections checked.
        policy: the operator's rules.
        use: who wants to do what, where, on which day.
        limits: what may be decoded.
    """
    looked = look_at(item, policy=policy, limits=limits)
    return decide_many([looked], snapshot=snapshot, policy=policy, use=use)[0]


def look_at(item: Item, *, policy: Policy, limits: Limits = DEFAULT_LIMITS) -> Looked:
    """Decode and fingerprint one item as deep as the policy goes; needs no registry."""
    if item.data is None:
        return Looked(name=item.name, bytes=0, look=None, problem=item.problem)
    seen = look(
        item.data,
        limits=limits,
        decode=policy.depth is Depth.PDQ,
        turned=policy.rotations is not None,
    )
    return Looked(name=item.name, bytes=len(item.data), look=seen, problem=None)


def decide_many(items: Sequence[Looked], *, snapshot: Snapshot, policy: Policy, use: Use) -> list[Decision]:
    """Decide about a batch; each decision is the one that `check` gives for the item alone."""
    fresh = [item.look for item in items if item.look is not None and item.known is None]
    before = [(item.look, item.known) for item in items if item.look is not None and item.known is not None]
    found = iter(match_pictures(fresh, snapshot, policy) if fresh or not before else ())
    known = [[_numbered(one, snapshot) for one in some] for _, some in before]
    added = iter(match_pictures([look for look, _ in before], snapshot, policy, known=known) if known else ())
    decisions = []
    for item in items:
        if item.look is None:
            matches: Sequence[Match] = ()
        else:
            matches = next(found if item.known is None else added)
        decisions.append(_decide(item, matches, snapshot, policy, use))
    return decisions


def _numbered(known: Known, snapshot: Snapshot) -> Match:
    """Return a match by the number that its entry has now.

    Raises:
        SnapshotTampered: this edition does not have the entry, so it is not one of the same base.
    """
    number = snapshot.entry_number(known.entry)
    if number is None:
        raise SnapshotTampered(f"{known.entry} is not in this edition")
    return Match(number, *known[1:])


def _is_detailed(seen: Look, policy: Policy) -> bool:
    """Tell whether at least one frame can be compared; at depth `exact` nothing is asked of frames."""
    if policy.depth is Depth.EXACT:
        return True
    made = seen.fingerprint
    return max(made.quality or 0, *(quality for _, quality in made.more), 0) >= policy.min_quality


def _decide(item: Looked, matches: Sequence[Match], snapshot: Snapshot, policy: Policy, use: Use) -> Decision:
    seen = item.look
    digest = b"" if seen is None else seen.fingerprint.sha256
    findings = find(matches, snapshot, policy, use, digest) if matches else ()
    problem = item.problem if seen is None else seen.problem
    rule = decide(
        findings,
        policy,
        readable=problem is None,
        detailed=seen is not None and _is_detailed(seen, policy),
    )
    return Decision(
        item=item.name,
        media_type="" if seen is None else seen.media_type,
        bytes=item.bytes,
        fingerprint=None if seen is None else seen.fingerprint,
        outcome=rule.outcome,
        reason=rule.reason,
        findings=findings,
        unreadable=problem,
        snapshot=snapshot.digest,
        policy=policy.digest,
    )
