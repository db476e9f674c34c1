"""The one verb: bytes -> media -> fingerprint -> match -> policy -> Decision.

A pure function of its arguments: no clock, no disk, no network, no chance. `audit` maps it over a
dataset. It never raises for what is in an item; what could not be looked at is never allowed.
"""

from collections.abc import Sequence

from sekisho.fingerprint import Look, look
from sekisho.match import Match, match_pictures
from sekisho.media import Limits
from sekisho.model import Decision, Depth, Item, Policy, Use
from sekisho.policy import decide, find
from sekisho.snapshot import Snapshot

__all__ = ["check", "check_many"]

DEFAULT_LIMITS = Limits()


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
    return check_many([item], snapshot=snapshot, policy=policy, use=use, limits=limits)[0]


def check_many(
    items: Sequence[Item],
    *,
    snapshot: Snapshot,
    policy: Policy,
    use: Use,
    limits: Limits = DEFAULT_LIMITS,
) -> list[Decision]:
    """Decide about a batch; each decision is the one that `check` gives for the item alone."""
    looks = [_look(item, policy, limits) for item in items]
    seen = [one for one in looks if one is not None]
    matches = iter(match_pictures(seen, snapshot, policy))
    return [
        _decide(item, one, next(matches) if one is not None else [], snapshot, policy, use)
        for item, one in zip(items, looks, strict=True)
    ]


def _look(item: Item, policy: Policy, limits: Limits) -> Look | None:
    if item.data is None:
        return None
    return look(
        item.data,
        limits=limits,
        decode=policy.depth is Depth.PDQ,
        turned=policy.rotations is not None,
    )


def _is_detailed(seen: Look, policy: Policy) -> bool:
    """Tell whether at least one frame can be compared; at depth `exact` nothing is asked of frames."""
    if policy.depth is Depth.EXACT:
        return True
    print_ = seen.fingerprint
    qualities = (print_.quality or 0, *(quality for _, quality in print_.more))
    return max(qualities) >= policy.min_quality


def _decide(
    item: Item,
    seen: Look | None,
    matches: Sequence[Match],
    snapshot: Snapshot,
    policy: Policy,
    use: Use,
) -> Decision:
    findings = find(matches, snapshot, policy, use) if matches else ()
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
        bytes=0 if item.data is None else len(item.data),
        fingerprint=None if seen is None else seen.fingerprint,
        outcome=rule.outcome,
        reason=rule.reason,
        findings=findings,
        unreadable=problem,
        snapshot=snapshot.digest,
        policy=policy.digest,
    )
