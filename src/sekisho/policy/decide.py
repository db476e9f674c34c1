"""Matches x permissions x policy -> findings and the one outcome of an item.

The outcome is the most restrictive over all findings. Of rival verified claims to one item, where
some holders permit the use and others do not, the latter are a `conflict`: nobody's licence is
thrown away, and nobody's refusal is overruled by a machine. A self-declared entry can hold an item,
never block it, and never turns another's block into something milder. A disputed entry and one from
a list of others ask a question; no policy can make that a block or a pass. What reviewers of the
policy have confirmed to be a false match counts as not found; none of this is said of persons, who are
always on hold, and of what is listed, which is always excluded.

Of texts only a copy is judged as a picture is. An excerpt, a quotation, a short work and a name ask a
question at most, and some texts only have to be edited: they wait until that is done. What resembles a
work or a character less surely (`Band.REVIEW`) asks a question too. A character that an encoder sees in
somebody's own registered work is a conflict: a new drawing is decided about by people.

What a holder gives to everybody clears what he has registered himself, and nothing more: neither another
holder's refusal nor an objection by signal gives way to it, as to a licence for a named operator. In doubt (a
disputed entry, a list of others) it is no leave; of a holder whom nobody has confirmed it is no licence. What
only looks like his work, or has it as a part, is no item that he has given.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from sekisho.match import Match
from sekisho.match.films import FilmMatch
from sekisho.match.local import PartMatch
from sekisho.match.similar import SimilarMatch
from sekisho.model import (
    EVERYBODY,
    Band,
    Edit,
    Entry,
    EntryId,
    Finding,
    Grade,
    Kind,
    Method,
    Outcome,
    Permission,
    Personal,
    PersonalAction,
    Policy,
    Stance,
    State,
    Trust,
    Use,
)
from sekisho.policy.exceptions import excuse
from sekisho.policy.permission import resolve
from sekisho.policy.places import is_part, same_place
from sekisho.policy.standing import standing
from sekisho.policy.texts import TextMatch
from sekisho.snapshot import Snapshot

__all__ = ["LISTED", "MAX_FINDINGS", "PERSON", "Rule", "Verdict", "blocks", "decide", "find", "with_person"]

FALSE_MATCH = "false_match"
"""In the detail of a finding: the id of the statement that clears it."""
GRANTEE = "grantee"
"""In the detail of a finding whose grant is for everybody."""
UNDISPUTED = "undisputed"
"""What a grant for everybody lacks if the entry asks a question by itself."""
CONFIRMED, GRANTED_PART, NAME_ONLY = "confirmed_false_match", "granted_part", "name_only"
GIVEN = "given_to_everybody"
"""By a holder whom nobody has confirmed."""
_NOT_COUNTED = frozenset({CONFIRMED, GRANTED_PART, GIVEN, NAME_ONLY})
"""Rules that say nothing about the item as a whole: it is decided as if nothing had been found."""
_UNSURE = {Method.LOCAL: "possible_part", Method.MODEL: "similar", Method.FRAMES: "film_clip"}
"""Rules for what is not sure enough to block."""
_WHOLE = frozenset({Method.SHA256, Method.PDQ})
MAX_FINDINGS = 50
"""Kept per item, the most restrictive and closest first; a template can meet thousands of entries."""

AnyMatch = Match | PartMatch | SimilarMatch | FilmMatch | TextMatch


class Rule(NamedTuple):
    """The rule of the policy that decided; `edit`: it asks for nothing but that."""

    outcome: Outcome
    reason: str
    edit: Edit | None = None


LISTED = Rule(Outcome.BLOCK, "listed")
"""What an authority has listed: excluded, whatever a policy says."""
_PROTECTED = {Kind.LIKENESS: Rule(Outcome.REVIEW, "protected_person"), Kind.LISTED: LISTED}
"""Rules that no policy and no exception changes. Whether a minor is shown can not be read from them."""
PERSON = Finding(
    kind=Kind.LIKENESS,
    method=Method.PROTECTED,
    entry=EntryId(""),
    trust=Trust.DECLARED,
    distance=0,
    threshold=0,
    permission=Permission.NONE,
)
"""Some registered photo of a person: the same words for everybody, whoever registered it."""


class Verdict(NamedTuple):
    """The rule that decided an item, and the edits after which it would pass."""

    rule: Rule
    edits: tuple[Edit, ...] = ()


def find(
    matches: Sequence[AnyMatch], snapshot: Snapshot, policy: Policy, use: Use, sha256: bytes = b""
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
    findings = _mark_rivals(_mark_own_drawings(found))
    findings.sort(key=lambda f: (-_rule(f, policy).outcome.rank, f.method not in _WHOLE, f.distance, f.entry))
    return tuple(findings[:MAX_FINDINGS])


def with_person(findings: tuple[Finding, ...], policy: Policy) -> tuple[Finding, ...]:
    """Add that a person is shown: before what asks as much or less, after what excludes the item."""
    return (*findings[:1], PERSON, *findings[1:]) if blocks(findings[:1], policy) else (PERSON, *findings)


def _is_compared(entry: Entry, state: State) -> bool:
    match state:
        case State.WITHDRAWN | State.LAPSED:
            return False
        case State.SUSPENDED:
            return entry.trust is Trust.VERIFIED
        case State.ACTIVE | State.DISPUTED:
            return True


def _finding(match: AnyMatch, entry: Entry, state: State, snapshot: Snapshot, use: Use) -> Finding:
    key = entry.registrant.key
    grants = snapshot.grants(key)
    ruling = resolve(entry, use, grants, snapshot.revocations(key))
    general = any(grant.id == ruling.grant and grant.is_general for grant in grants)
    if general and ruling.permission is Permission.GRANTED and (state is not State.ACTIVE or entry.source):
        ruling = ruling._replace(permission=Permission.OUT_OF_SCOPE, lacking=UNDISPUTED)
    detail = match.detail() | ({"lacking": ruling.lacking} if ruling.lacking else {})
    if general:
        detail[GRANTEE] = EVERYBODY
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


def blocks(findings: Sequence[Finding], policy: Policy) -> bool:
    """Tell whether one of some findings blocks an item, whatever else is found."""
    return any(_rule(finding, policy).outcome is Outcome.BLOCK for finding in findings)


def _mark_own_drawings(found: Sequence[tuple[Entry, Finding]]) -> Sequence[tuple[Entry, Finding]]:
    """Turn a character that only an encoder sees in another's own registered work into a conflict.

    Whoever registers a copy gains nothing by it: a copy is found by its hash or by its parts, and that
    stays as it is.
    """
    own = {entry.registrant.key for entry, f in found if f.kind is Kind.WORK and f.method in _WHOLE}

    def is_countered(entry: Entry, finding: Finding) -> bool:
        seen = finding.kind is Kind.CHARACTER and finding.method is Method.MODEL
        return seen and finding.permission is not Permission.GRANTED and bool(own - {entry.registrant.key})

    return [
        (entry, replace(f, permission=Permission.CONFLICT) if is_countered(entry, f) else f)
        for entry, f in found
    ]


def _mark_rivals(found: Sequence[tuple[Entry, Finding]]) -> list[Finding]:
    """Turn what some verified holders refuse and another verified holder permits into conflicts.

    Only a grant counts: an operator's own entry never softens the refusal of another holder. Nor
    does the grant of a holder whose own entry is disputed or from a list of others, nor one for everybody:
    nobody's contract is at stake then.
    """
    permitting = [
        (entry.registrant.key, finding)
        for entry, finding in found
        if finding.trust is Trust.VERIFIED
        and finding.grant
        and finding.permission is Permission.GRANTED
        and GRANTEE not in finding.detail
        and not _doubt(finding)
        and not is_part(finding)
        and FALSE_MATCH not in finding.detail
    ]

    def is_rival(entry: Entry, finding: Finding) -> bool:
        return (
            finding.trust is Trust.VERIFIED
            and finding.permission is not Permission.GRANTED
            and FALSE_MATCH not in finding.detail
            and any(key != entry.registrant.key and same_place(given, finding) for key, given in permitting)
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
    protected = _PROTECTED.get(finding.kind)
    return protected or _cleared(finding, policy) or _asks(finding, policy) or _objected(finding, policy)


def _cleared(finding: Finding, policy: Policy) -> Rule | None:
    if FALSE_MATCH in finding.detail:
        return Rule(Outcome.ALLOW, CONFIRMED)
    if finding.permission is Permission.GRANTED:
        general = GRANTEE in finding.detail
        if general and finding.trust is Trust.DECLARED:
            return Rule(Outcome.ALLOW, GIVEN)
        part = is_part(finding) or (general and not _is_whole(finding, policy))
        return Rule(Outcome.ALLOW, GRANTED_PART if part else "granted_all")
    return None


def _asks(finding: Finding, policy: Policy) -> Rule | None:
    """Return the rule for what only asks a question, whatever a policy says of the rest."""
    if finding.method is Method.NAME:
        asked = "prompt" in finding.detail
        return Rule(policy.text.name, "name_in_prompt") if asked else Rule(Outcome.ALLOW, NAME_ONLY)
    if doubt := _doubt(finding):
        return Rule(Outcome.REVIEW, doubt)
    if finding.detail.get("band") == Band.REVIEW:
        return Rule(Outcome.REVIEW, _UNSURE[finding.method])
    return _excerpt_rule(finding, policy) if finding.method is Method.LINE or _is_excerpt(finding) else None


def _is_excerpt(finding: Finding) -> bool:
    """Tell whether a finding is in a text, and no copy."""
    return finding.detail.get("grade", Grade.COPY) != Grade.COPY


def _excerpt_rule(finding: Finding, policy: Policy) -> Rule:
    rules = policy.text
    if finding.method is Method.LINE:
        return Rule(rules.line, "short_work")
    if finding.detail["grade"] == Grade.QUOTATION:
        return Rule(rules.quotation, "possible_quotation")
    if isinstance(rules.excerpt, Edit):
        return Rule(Outcome.REVIEW, "to_cut", Edit.CUT)
    return Rule(rules.excerpt, "excerpt")


def _objected(finding: Finding, policy: Policy) -> Rule:
    if finding.permission is Permission.CONFLICT:
        return Rule(policy.rival, "rival_claims")
    if finding.trust is Trust.VERIFIED:
        return Rule(policy.verified, "verified_without_permission")
    return Rule(policy.declared, "declared_without_permission")


def _unmatched(policy: Policy) -> Rule:
    allowed = policy.unmatched is Outcome.ALLOW
    return Rule(policy.unmatched, "no_known_objection" if allowed else "no_positive_permission")


def _personal(found: Sequence[Personal]) -> list[Rule]:
    """Return what follows from personal information: it is taken out, or somebody looks at it."""
    actions = {one.action for one in found}
    rules = {
        PersonalAction.REDACT: Rule(Outcome.REVIEW, "to_redact", Edit.REDACT),
        PersonalAction.REVIEW: Rule(Outcome.REVIEW, "personal_information"),
    }
    return [rule for action, rule in rules.items() if action in actions]


def _signalled(stance: Stance, findings: Sequence[Finding], policy: Policy) -> list[Rule]:
    """Return what follows from signals; a confirmed holder's grant for the whole item goes before them."""
    if stance not in {Stance.DISALLOW, Stance.ERROR} or any(
        _is_licensed(finding, policy) for finding in findings
    ):
        return []
    if stance is Stance.DISALLOW:
        return [Rule(policy.signals.objection, "opted_out")]
    return [Rule(policy.signals.objection_error, "signal_unreadable")]


def _is_licensed(finding: Finding, policy: Policy) -> bool:
    """Tell whether a confirmed holder has granted the operator the use of the whole item."""
    granted = finding.permission is Permission.GRANTED and finding.trust is Trust.VERIFIED
    # What he says to everybody, a site says to everybody, too; of two such words the refusal holds.
    silent = not finding.detail.keys().isdisjoint({FALSE_MATCH, GRANTEE})
    return granted and _is_whole(finding, policy) and not (silent or _doubt(finding))


def _is_whole(finding: Finding, policy: Policy) -> bool:
    """Tell whether a finding is surely about the item as a whole.

    What only looks like a holder's work can be another's: whoever drew a licensed character may object
    himself. So may whoever wrote the rest of a page of which a text is only a part.
    """
    share = int(finding.detail.get("coverage", 0)) // 10
    if finding.method is Method.PASSAGES and share < policy.text.whole_coverage:
        return False
    sure = finding.method is not Method.MODEL and finding.detail.get("band") != Band.REVIEW
    return sure and not is_part(finding)


def decide(
    findings: Sequence[Finding],
    policy: Policy,
    *,
    readable: bool,
    detailed: bool,
    personal: Sequence[Personal] = (),
    stance: Stance = Stance.UNKNOWN,
) -> Verdict:
    """Return the one rule that decides: the most restrictive; among equals what was found.

    What only has to be edited gives way to whatever else holds an item as firmly.

    Args:
        findings: of `find`.
        policy: the operator's rules.
        readable: False if the item could not be looked at; it is then never allowed.
        detailed: False if no frame had the quality to be compared.
        personal: spans of personal information.
        stance: what holders say about the purpose in forms that machines read.
    """
    rules = [_rule(finding, policy) for finding in findings] + _personal(personal)
    counted = [rule for rule in rules if rule.reason not in _NOT_COUNTED and rule.edit is None]
    # An objection is no reason to look less closely for a positive permission, or at what is too plain.
    rules += _signalled(stance, findings, policy)
    if not readable:
        rules.append(Rule(policy.unreadable, "unreadable"))
    elif not counted:
        rules.append(_unmatched(policy) if detailed else _low_detail(policy))
    firmest = max(rules, key=lambda rule: (rule.outcome.rank, rule.edit is None))
    if firmest.edit is None:
        return Verdict(firmest)
    return Verdict(firmest, tuple(sorted({rule.edit for rule in rules if rule.edit is not None})))


def _low_detail(policy: Policy) -> Rule:
    """A low-detail picture is never better off than one that was compared and not found."""
    return max(Rule(policy.low_detail, "low_detail"), _unmatched(policy), key=lambda rule: rule.outcome.rank)
