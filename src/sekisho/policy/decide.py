"""Matches x permissions x policy -> findings and the one outcome of an item.

The outcome is the most restrictive over all findings. Of rival verified claims to one item, where
some holders permit the use and others do not, the latter are a `conflict`: nobody's licence is
thrown away, and nobody's refusal is overruled by a machine. A self-declared entry can hold an item,
never block it, and never turns another's block into something milder.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from sekisho.match import Match
from sekisho.model import Entry, Finding, Outcome, Permission, Policy, Trust, Use
from sekisho.policy.permission import resolve
from sekisho.snapshot import Snapshot

__all__ = ["MAX_FINDINGS", "Rule", "decide", "find"]

MAX_FINDINGS = 50
"""Kept per item, the most restrictive and closest first; a template can meet thousands of entries."""


class Rule(NamedTuple):
    """The rule of the policy that decided."""

    outcome: Outcome
    reason: str


def find(matches: Sequence[Match], snapshot: Snapshot, policy: Policy, use: Use) -> tuple[Finding, ...]:
    """Return what was found, with permissions, the deciding finding first."""
    found: list[tuple[Entry, Finding]] = []
    for match in matches:
        entry = snapshot.entry(match.entry)
        key = entry.registrant.key
        ruling = resolve(entry, use, snapshot.grants(key), snapshot.revocations(key))
        detail = match.detail() | ({"lacking": ruling.lacking} if ruling.lacking else {})
        finding = Finding(
            kind=entry.kind,
            method=match.method,
            entry=entry.id,
            trust=entry.trust,
            distance=match.distance,
            threshold=match.threshold,
            permission=ruling.permission,
            grant=ruling.grant,
            detail=detail,
        )
        found.append((entry, finding))
    findings = _mark_rivals(found)
    findings.sort(key=lambda f: (-_rule(f, policy).outcome.rank, f.distance, f.entry))
    return tuple(findings[:MAX_FINDINGS])


def _mark_rivals(found: Sequence[tuple[Entry, Finding]]) -> list[Finding]:
    """Turn what some verified holders refuse and another verified holder permits into conflicts.

    Only a grant counts: an operator's own entry never softens the refusal of another holder.
    """
    permitting = {
        entry.registrant.key
        for entry, finding in found
        if finding.trust is Trust.VERIFIED and finding.grant and finding.permission is Permission.GRANTED
    }

    def is_rival(entry: Entry, finding: Finding) -> bool:
        return (
            finding.trust is Trust.VERIFIED
            and finding.permission is not Permission.GRANTED
            and bool(permitting - {entry.registrant.key})
        )

    return [
        replace(finding, permission=Permission.CONFLICT) if is_rival(entry, finding) else finding
        for entry, finding in found
    ]


def _rule(finding: Finding, policy: Policy) -> Rule:
    if finding.permission is Permission.GRANTED:
        return Rule(Outcome.ALLOW, "granted_all")
    if finding.permission is Permission.CONFLICT:
        return Rule(policy.rival, "rival_claims")
    if finding.trust is Trust.VERIFIED:
        return Rule(policy.verified, "verified_without_permission")
    return Rule(policy.declared, "declared_without_permission")


def _unmatched(policy: Policy) -> Rule:
    allowed = policy.unmatched is Outcome.ALLOW
    return Rule(policy.unmatched, "no_known_objection" if allowed else "no_positive_permission")


def decide(findings: Sequence[Finding], policy: Policy, *, readable: bool, detailed: bool) -> Rule:
    """Return the one rule that decides: the most restrictive; among equals what was found.

    Args:
        findings: of `find`.
        policy: the operator's rules.
        readable: False if the item could not be looked at; it is then never allowed.
        detailed: False if no frame had the quality to be compared.
    """
    rules = [_rule(finding, policy) for finding in findings]
    if not readable:
        rules.append(Rule(policy.unreadable, "unreadable"))
    elif not findings:
        rules.append(_unmatched(policy) if detailed else _low_detail(policy))
    return max(rules, key=lambda rule: rule.outcome.rank)


def _low_detail(policy: Policy) -> Rule:
    """A low-detail picture is never better off than one that was compared and not found."""
    return max(Rule(policy.low_detail, "low_detail"), _unmatched(policy), key=lambda rule: rule.outcome.rank)
