"""Matches x permissions x policy -> findings and the one outcome of an item.

The outcome is the most restrictive over all findings. Of rival verified claims to one item, where
some holders permit the use and others do not, the latter are a `conflict`: nobody's licence is
thrown away, and nobody's refusal is overruled by a machine. A self-declared entry can hold an item,
never block it, and never turns another's block into something milder. A disputed entry and one from
a list of others ask a question; no policy can make that a block or a pass. What reviewers of the
policy have confirmed to be a false match counts as not found.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from sekisho.match import Match
from sekisho.model import Entry, Finding, Outcome, Permission, Policy, State, Trust, Use
from sekisho.policy.exceptions import excuse
from sekisho.policy.permission import resolve
from sekisho.policy.standing import standing
from sekisho.snapshot import Snapshot

__all__ = ["MAX_FINDINGS", "Rule", "decide", "find"]

FALSE_MATCH = "false_match"
"""In the detail of a finding: the id of the statement that clears it."""
MAX_FINDINGS = 50
"""Kept per item, the most restrictive and closest first; a template can meet thousands of entries."""


class Rule(NamedTuple):
    """The rule of the policy that decided."""

    outcome: Outcome
    reason: str


def find(
    matches: Sequence[Match], snapshot: Snapshot, policy: Policy, use: Use, sha256: bytes = b""
) -> tuple[Finding, ...]:
    """Return what was found, with permissions, the deciding finding first.

    What was withdrawn, has lapsed, or is self-declared and suspended is not compared any more. The
    item's SHA-256 tells which findings are confirmed false matches; they name the statement.
    """
    found: list[tuple[Entry, Finding]] = []
    for match in matches:
        if not snapshot.is_authorized(match.entry):
            continue
        entry = snapshot.entry(match.entry)
        state = standing(entry, snapshot.claims(entry.id), use.on)
        if _is_compared(entry, state):
            finding = _finding(match, entry, state, snapshot, use)
            if false_match := excuse(policy, entry, sha256, use.on):
                finding = replace(finding, detail={**finding.detail, FALSE_MATCH: false_match})
            found.append((entry, finding))
    findings = _mark_rivals(found)
    findings.sort(key=lambda f: (-_rule(f, policy).outcome.rank, f.distance, f.entry))
    return tuple(findings[:MAX_FINDINGS])


def _is_compared(entry: Entry, state: State) -> bool:
    match state:
        case State.WITHDRAWN | State.LAPSED:
            return False
        case State.SUSPENDED:
            return entry.trust is Trust.VERIFIED
        case State.ACTIVE | State.DISPUTED:
            return True


def _finding(match: Match, entry: Entry, state: State, snapshot: Snapshot, use: Use) -> Finding:
    key = entry.registrant.key
    ruling = resolve(entry, use, snapshot.grants(key), snapshot.revocations(key))
    detail = match.detail() | ({"lacking": ruling.lacking} if ruling.lacking else {})
    if state is not State.ACTIVE:
        detail["state"] = state.value
    if entry.source:
        detail["source"] = entry.source
    return Finding(
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


def _mark_rivals(found: Sequence[tuple[Entry, Finding]]) -> list[Finding]:
    """Turn what some verified holders refuse and another verified holder permits into conflicts.

    Only a grant counts: an operator's own entry never softens the refusal of another holder. Nor
    does the grant of a holder whose own entry is disputed or from a list of others.
    """
    permitting = {
        entry.registrant.key
        for entry, finding in found
        if finding.trust is Trust.VERIFIED
        and finding.grant
        and finding.permission is Permission.GRANTED
        and not _doubt(finding)
        and FALSE_MATCH not in finding.detail
    }

    def is_rival(entry: Entry, finding: Finding) -> bool:
        return (
            finding.trust is Trust.VERIFIED
            and finding.permission is not Permission.GRANTED
            and FALSE_MATCH not in finding.detail
            and bool(permitting - {entry.registrant.key})
        )

    return [
        replace(finding, permission=Permission.CONFLICT) if is_rival(entry, finding) else finding
        for entry, finding in found
    ]


def _doubt(finding: Finding) -> str:
    """Say why a finding only asks a question, whatever a policy says; empty if it does not."""
    if "state" in finding.detail:
        return "disputed"
    return "foreign_list" if "source" in finding.detail else ""


def _rule(finding: Finding, policy: Policy) -> Rule:
    if FALSE_MATCH in finding.detail:
        return Rule(Outcome.ALLOW, "confirmed_false_match")
    if finding.permission is Permission.GRANTED:
        return Rule(Outcome.ALLOW, "granted_all")
    if doubt := _doubt(finding):
        return Rule(Outcome.REVIEW, doubt)
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
    elif all(FALSE_MATCH in finding.detail for finding in findings):
        rules.append(_unmatched(policy) if detailed else _low_detail(policy))
    return max(rules, key=lambda rule: rule.outcome.rank)


def _low_detail(policy: Policy) -> Rule:
    """A low-detail picture is never better off than one that was compared and not found."""
    return max(Rule(policy.low_detail, "low_detail"), _unmatched(policy), key=lambda rule: rule.outcome.rank)
