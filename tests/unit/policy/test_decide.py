from dataclasses import replace
from datetime import timedelta

import pytest

from sekisho.match import Match
from sekisho.model import (
    Edit,
    EntryId,
    Finding,
    GrantId,
    Grounds,
    Kind,
    Method,
    Outcome,
    Permission,
    Personal,
    PersonalAction,
    PersonalType,
    Settled,
    SignalRules,
    Stance,
    Trust,
)
from sekisho.policy import TextMatch, decide, find, shipped_policy
from sekisho.policy.decide import GRANTEE, MAX_FINDINGS
from tests.parties import Everybody, Party, a_print
from tests.world import TODAY, World

OPT_IN, OPT_OUT, STRICT = map(shipped_policy, ("opt-in", "opt-out", "strict"))


@pytest.fixture
def world():
    made = World()
    made.mine = made.register(made.holder, a_print(1))
    made.theirs = made.register(made.rival, a_print(2), kind=Kind.CHARACTER)
    return made


def found(world, *entries, policy=OPT_IN, distances=()):
    snapshot = world.open()
    matches = [
        Match(snapshot.entry_number(entry), Method.PDQ, distances[n] if distances else 3, 31)
        for n, entry in enumerate(entries)
    ]
    return find(matches, snapshot, policy, world.use())


def rule_of(findings, policy, **looked):
    """Return outcome and reason; nothing here asks for an edit."""
    verdict = decide(findings, policy, **({"readable": True, "detailed": True} | looked))
    assert (verdict.edits, verdict.rule.edit) == ((), None)
    return tuple(verdict.rule)[:2]


def rule(world, *entries, policy=OPT_IN, **looked):
    return rule_of(found(world, *entries, policy=policy), policy, **looked)


def test_a_verified_entry_without_a_grant_blocks(world):
    world.vouch(world.voucher, world.holder)
    assert rule(world, world.mine) == (Outcome.BLOCK, "verified_without_permission")


def test_a_declared_entry_holds_and_never_blocks(world):
    assert rule(world, world.mine) == (Outcome.REVIEW, "declared_without_permission")


@pytest.mark.parametrize("trust", ["declared", "verified"])
def test_a_grant_lets_pass(world, trust):
    if trust == "verified":
        world.vouch(world.voucher, world.holder)
    grant = world.grant(world.holder, world.operator)
    assert rule(world, world.mine) == (Outcome.ALLOW, "granted_all")
    (finding,) = found(world, world.mine)
    assert (finding.permission, finding.grant, finding.trust) == (Permission.GRANTED, grant, trust)


def test_a_finding_says_what_was_met(world):
    world.vouch(world.voucher, world.rival)
    nearest = world.grant(world.rival, world.operator, territories=["US"])
    (finding,) = found(world, world.theirs, distances=(17,))
    assert (finding.kind, finding.entry, finding.trust) == (Kind.CHARACTER, world.theirs, Trust.VERIFIED)
    assert (finding.method, finding.distance, finding.threshold) == (Method.PDQ, 17, 31)
    assert (finding.permission, finding.grant) == (Permission.OUT_OF_SCOPE, nearest)
    assert finding.detail == {"lacking": "territory"}


def test_two_holders_who_both_permit_let_pass(world):
    for holder in (world.holder, world.rival):
        world.grant(holder, world.operator)
    assert rule(world, world.mine, world.theirs) == (Outcome.ALLOW, "granted_all")


def test_the_most_restrictive_finding_decides(world):
    world.vouch(world.voucher, world.rival)
    world.grant(world.holder, world.operator)
    assert rule(world, world.mine, world.theirs) == (Outcome.BLOCK, "verified_without_permission")
    assert found(world, world.mine, world.theirs)[0].entry == world.theirs


def test_of_two_verified_rivals_of_whom_one_permits_a_person_decides(world):
    for holder in (world.holder, world.rival):
        world.vouch(world.voucher, holder)
    assert rule(world, world.mine, world.theirs) == (Outcome.BLOCK, "verified_without_permission")
    world.grant(world.holder, world.operator)
    assert rule(world, world.mine, world.theirs) == (Outcome.REVIEW, "rival_claims")
    permissions = {f.entry: f.permission for f in found(world, world.mine, world.theirs)}
    assert permissions == {world.mine: Permission.GRANTED, world.theirs: Permission.CONFLICT}


def test_two_entries_of_one_holder_are_no_rivals(world):
    second = world.register(world.holder, a_print(9))
    world.vouch(world.voucher, world.holder)
    world.grant(world.holder, world.operator, world.mine)
    assert rule(world, world.mine, second) == (Outcome.BLOCK, "verified_without_permission")


def test_a_declared_entry_never_weakens_a_verified_one(world):
    world.vouch(world.voucher, world.holder)
    world.grant(world.rival, world.operator)
    assert rule(world, world.mine, world.theirs) == (Outcome.BLOCK, "verified_without_permission")


@pytest.mark.parametrize("vouched", [False, True])
def test_an_operators_own_entry_passes_but_never_softens_anothers_refusal(world, vouched):
    own = world.register(world.operator, a_print(3))
    world.vouch(world.voucher, world.holder)
    if vouched:
        world.vouch(world.voucher, world.operator)
    world.grant(world.operator, world.operator)
    assert rule(world, own) == (Outcome.ALLOW, "granted_all")
    assert rule(world, own, world.mine) == (Outcome.BLOCK, "verified_without_permission")


def test_a_declared_entry_without_permission_holds_what_a_verified_holder_permits(world):
    world.vouch(world.voucher, world.holder)
    world.grant(world.holder, world.operator)
    assert rule(world, world.mine, world.theirs) == (Outcome.REVIEW, "declared_without_permission")


@pytest.mark.parametrize(
    ("policy", "looked", "expected"),
    [
        (OPT_IN, {}, (Outcome.ALLOW, "no_known_objection")),
        (OPT_OUT, {}, (Outcome.ALLOW, "no_known_objection")),
        (STRICT, {}, (Outcome.REVIEW, "no_positive_permission")),
        (OPT_IN, {"detailed": False}, (Outcome.REVIEW, "low_detail")),
        (OPT_OUT, {"detailed": False}, (Outcome.ALLOW, "low_detail")),
        (STRICT, {"detailed": False}, (Outcome.REVIEW, "low_detail")),
        (
            replace(STRICT, low_detail=Outcome.ALLOW),
            {"detailed": False},
            (Outcome.REVIEW, "no_positive_permission"),
        ),
        (OPT_IN, {"readable": False}, (Outcome.REVIEW, "unreadable")),
        (OPT_OUT, {"readable": False, "detailed": False}, (Outcome.REVIEW, "unreadable")),
        (replace(OPT_IN, unreadable=Outcome.BLOCK), {"readable": False}, (Outcome.BLOCK, "unreadable")),
    ],
)
def test_without_a_match(policy, looked, expected):
    assert rule_of((), policy, **looked) == expected


def test_an_unreadable_item_is_not_allowed_by_a_grant_for_its_digest(world):
    world.grant(world.holder, world.operator)
    assert rule(world, world.mine, readable=False, detailed=False) == (Outcome.REVIEW, "unreadable")


def test_an_unreadable_item_whose_digest_is_registered_is_blocked_for_that(world):
    world.vouch(world.voucher, world.holder)
    assert rule(world, world.mine, readable=False) == (Outcome.BLOCK, "verified_without_permission")


def test_low_detail_does_not_matter_where_the_digest_was_found_and_granted(world):
    world.grant(world.holder, world.operator)
    assert rule(world, world.mine, detailed=False) == (Outcome.ALLOW, "granted_all")


def test_the_findings_that_are_kept_are_the_most_restrictive_and_closest():
    world = World()
    world.grant(world.holder, world.operator)
    entries = [world.register(world.holder, a_print(n)) for n in range(MAX_FINDINGS + 10)]
    declared = world.register(world.rival, a_print(900))
    blocked = Party(name="blocked")
    last = world.register(blocked, a_print(901))
    world.vouch(world.voucher, blocked)
    distances = (*range(31), *[31] * (len(entries) - 31), 30, 31)
    kept = found(world, *entries, declared, last, distances=distances)
    assert len(kept) == MAX_FINDINGS
    assert [f.entry for f in kept[:2]] == [last, declared]
    assert [f.distance for f in kept[2:33]] == list(range(31))
    assert rule_of(kept, OPT_IN)[0] is Outcome.BLOCK


def test_an_operators_own_claim_never_softens_another_holders_refusal(world):
    world.vouch(world.voucher, world.holder)
    world.vouch(world.voucher, world.rival)
    snapshot = world.open()
    matches = [Match(snapshot.entry_number(e), Method.PDQ, 3, 31) for e in (world.mine, world.theirs)]
    findings = find(matches, snapshot, OPT_IN, world.use(operator=world.holder.key))
    assert {f.entry: f.permission for f in findings} == {
        world.mine: Permission.GRANTED,
        world.theirs: Permission.NONE,
    }
    assert rule_of(findings, OPT_IN) == (
        Outcome.BLOCK,
        "verified_without_permission",
    )


SOFT = replace(OPT_IN, declared=Outcome.ALLOW, verified=Outcome.ALLOW)
DISPUTED, FOREIGN = (Outcome.REVIEW, "disputed"), (Outcome.REVIEW, "foreign_list")


def confirmed(world):
    """Let both parties be vouched for, so that a dispute of either counts."""
    for holder in (world.holder, world.rival):
        world.vouch(world.voucher, holder)


@pytest.mark.parametrize("policy", [OPT_IN, OPT_OUT, STRICT, SOFT])
@pytest.mark.parametrize("days", [0, 29, 30, 400])
def test_a_disputed_confirmed_entry_asks_a_question_whatever_the_policy(world, policy, days):
    confirmed(world)
    world.dispute(world.rival, world.mine, on=TODAY - timedelta(days=days))
    assert rule(world, world.mine, policy=policy) == DISPUTED
    (finding,) = found(world, world.mine)
    assert finding.detail["state"] == ("disputed" if days < 30 else "suspended")


def test_a_self_declared_entry_that_is_suspended_is_not_found_any_more(world):
    world.dispute(world.rival, world.mine, on=TODAY - timedelta(days=29))
    assert rule(world, world.mine) == DISPUTED
    world.dispute(world.rival, world.mine, on=TODAY - timedelta(days=30))
    assert found(world, world.mine) == ()


def test_a_dispute_by_lower_trust_changes_nothing(world):
    world.vouch(world.voucher, world.holder)
    before = found(world, world.mine)
    world.dispute(world.rival, world.mine, on=TODAY - timedelta(days=99))
    assert found(world, world.mine) == before


@pytest.mark.parametrize(
    ("settled", "by", "wanted"),
    [
        (Settled.DISMISSED, "voucher", (Outcome.BLOCK, "verified_without_permission")),
        (Settled.UPHELD, "voucher", DISPUTED),
        (Settled.WITHDRAWN, "rival", (Outcome.BLOCK, "verified_without_permission")),
        (Settled.DISMISSED, "holder", DISPUTED),
        (Settled.WITHDRAWN, "holder", DISPUTED),
    ],
)
def test_how_a_dispute_ended_decides(world, settled, by, wanted):
    confirmed(world)
    world.resolve(getattr(world, by), world.dispute(world.rival, world.mine), settled)
    assert rule(world, world.mine) == wanted


def test_an_upheld_dispute_ends_when_the_voucher_takes_its_vouch_back(world):
    confirmed(world)
    world.vouches.clear()
    vouch = world.vouch(world.voucher, world.holder)
    world.vouch(world.voucher, world.rival)
    world.resolve(world.voucher, world.dispute(world.rival, world.mine), Settled.UPHELD)
    assert rule(world, world.mine) == DISPUTED
    world.revoke(world.voucher, vouch)
    assert found(world, world.mine) == ()


def test_a_grant_clears_a_disputed_entry_but_turns_no_refusal_into_a_conflict(world):
    confirmed(world)
    world.grant(world.holder, world.operator)
    world.dispute(world.rival, world.mine)
    assert rule(world, world.mine) == (Outcome.ALLOW, "granted_all")
    assert rule(world, world.mine, world.theirs) == (Outcome.BLOCK, "verified_without_permission")


def test_what_is_withdrawn_or_has_lapsed_is_no_finding(world):
    world.vouch(world.voucher, world.holder)
    until = world.register(world.holder, a_print(3), protected_until=TODAY)
    lapsed = world.register(world.holder, a_print(4), protected_until=TODAY - timedelta(days=1))
    assert rule(world, until)[0] is Outcome.BLOCK
    assert found(world, lapsed) == ()
    world.withdraw(world.holder, world.mine, on=TODAY + timedelta(days=1))
    assert rule(world, world.mine)[0] is Outcome.BLOCK
    snapshot = world.open()
    match = Match(snapshot.entry_number(world.mine), Method.PDQ, 3, 31)
    assert find([match], snapshot, OPT_IN, world.use(on=TODAY + timedelta(days=1))) == ()


def test_what_an_agent_registered_is_no_finding_once_its_mandate_was_taken_back(world):
    entry = world.register(world.holder, a_print(3), signer=world.stranger)
    mandate = world.mandate(world.holder, world.stranger)
    assert rule(world, entry) == (Outcome.REVIEW, "declared_without_permission")
    world.revoke(world.holder, mandate)
    assert found(world, entry) == ()


@pytest.mark.parametrize("policy", [OPT_IN, OPT_OUT, STRICT, SOFT])
@pytest.mark.parametrize("vouched", [True, False])
def test_a_list_of_others_asks_a_question_whoever_vouched_and_whatever_the_policy(world, policy, vouched):
    if vouched:
        world.vouch(world.voucher, world.holder)
    listed = world.register(world.holder, a_print(3), source="a list", licence="CC0")
    unnamed = world.register(world.holder, replace(a_print(4), decode_profile="unknown"))
    for entry, source in ((listed, "a list"), (unnamed, "unknown")):
        assert rule(world, entry, policy=policy) == FOREIGN
        assert found(world, entry)[0].detail["source"] == source
    assert rule(world, world.mine, listed)[0] is (Outcome.BLOCK if vouched else Outcome.REVIEW)


CUTS = replace(OPT_IN, text=replace(OPT_IN.text, excerpt=Edit.CUT))
PHONE = Personal(
    field="/text",
    start=3,
    end=9,
    type=PersonalType.PHONE,
    score=90,
    rule="phone",
    action=PersonalAction.REDACT,
)
ILLNESS = replace(PHONE, type=PersonalType.SPECIAL_CARE, action=PersonalAction.REVIEW)


def met(entry, grade, spans="0-100", field="/text", **facts):
    method = Method.LINE if grade == "line" else Method.NAME if grade == "name" else Method.PASSAGES
    return (
        entry,
        method,
        {"field": field, "spans": spans} | ({} if grade == "name" else {"grade": grade}) | facts,
    )


def text_findings(world, *matches, policy=OPT_IN, **use):
    snapshot = world.open()
    made = [TextMatch(snapshot.entry_number(entry), method, facts) for entry, method, facts in matches]
    return find(made, snapshot, policy, world.use(**use))


def text_rule(world, *matches, policy=OPT_IN, personal=()):
    findings = text_findings(world, *matches, policy=policy)
    verdict = decide(findings, policy, readable=True, detailed=True, personal=personal)
    return verdict.rule.outcome, verdict.rule.reason, verdict.edits


@pytest.mark.parametrize("trust", ["declared", "verified"])
@pytest.mark.parametrize(
    ("grade", "reason"),
    [
        ("copy", None),
        ("near_copy", "excerpt"),
        ("excerpt", "excerpt"),
        ("quotation", "possible_quotation"),
        ("line", "short_work"),
    ],
)
def test_only_a_copy_of_a_confirmed_work_blocks(world, grade, reason, trust):
    if trust == "verified":
        world.vouch(world.voucher, world.holder)
    blocks = grade == "copy" and trust == "verified"
    outcome = Outcome.BLOCK if blocks else Outcome.REVIEW
    expected = (outcome, reason or f"{trust}_without_permission", ())
    assert text_rule(world, met(world.mine, grade)) == expected


def test_a_name_is_recorded_and_only_asks_where_something_is_generated(world):
    world.vouch(world.voucher, world.holder)
    assert text_rule(world, met(world.mine, "name")) == (Outcome.ALLOW, "name_only", ())
    asked = met(world.mine, "name", prompt=1)
    assert text_rule(world, asked) == (Outcome.REVIEW, "name_in_prompt", ())
    assert text_rule(world, met(world.mine, "name"), policy=STRICT)[1] == "no_positive_permission"
    world.dispute(world.rival, world.mine, grounds=Grounds.PUBLIC_DOMAIN)
    world.vouch(world.voucher, world.rival)
    assert text_rule(world, met(world.mine, "name")) == (Outcome.ALLOW, "name_only", ())


def test_a_licence_for_a_part_does_not_cover_the_rest(world):
    world.grant(world.holder, world.operator)
    for grade in ("near_copy", "excerpt", "quotation", "line", "name"):
        assert text_rule(world, met(world.mine, grade)) == (Outcome.ALLOW, "granted_part", ())
        assert text_rule(world, met(world.mine, grade), policy=STRICT)[1] == "no_positive_permission"
    assert text_rule(world, met(world.mine, "copy"), policy=STRICT) == (Outcome.ALLOW, "granted_all", ())


def test_what_only_has_to_be_edited_waits_for_it(world):
    excerpt = met(world.mine, "excerpt")
    cut = (Outcome.REVIEW, "to_cut", (Edit.CUT,))
    assert text_rule(world, excerpt, policy=CUTS) == cut
    assert text_rule(world, personal=[PHONE]) == (Outcome.REVIEW, "to_redact", (Edit.REDACT,))
    both = text_rule(world, excerpt, policy=CUTS, personal=[PHONE])
    assert both == (Outcome.REVIEW, "to_cut", (Edit.CUT, Edit.REDACT))
    assert text_rule(world, met(world.mine, "name"), personal=[PHONE])[2] == (Edit.REDACT,)


def test_an_edit_frees_nothing_that_is_held_for_another_reason(world):
    excerpt = met(world.mine, "excerpt")
    in_doubt = (Outcome.REVIEW, "personal_information", ())
    assert text_rule(world, excerpt, policy=CUTS, personal=[PHONE, ILLNESS]) == in_doubt
    assert text_rule(world, met(world.theirs, "line"), excerpt, policy=CUTS)[1:] == ("short_work", ())
    held = text_rule(world, excerpt, policy=replace(CUTS, unmatched=Outcome.REVIEW))
    assert held == (Outcome.REVIEW, "no_positive_permission", ())
    world.vouch(world.voucher, world.holder)
    assert text_rule(world, met(world.mine, "copy"), personal=[PHONE])[0] is Outcome.BLOCK


def test_two_works_in_one_text_are_no_rivals(world):
    for holder in (world.holder, world.rival):
        world.vouch(world.voucher, holder)
    world.grant(world.rival, world.operator)
    mine = met(world.mine, "copy", "0-500")
    for theirs in (
        met(world.theirs, "copy", "500-900"),
        met(world.theirs, "copy", "0-440"),
        met(world.theirs, "excerpt", "0-500"),
        met(world.theirs, "copy", "0-500", field="/other"),
        met(world.theirs, "name", "0-500"),
    ):
        assert text_rule(world, mine, theirs)[:2] == (Outcome.BLOCK, "verified_without_permission")
    assert text_rule(world, mine, met(world.theirs, "copy", "0-460"))[1] == "rival_claims"


def test_what_lapsed_is_not_found_in_a_text(world):
    world.vouch(world.voucher, world.holder)
    entry = world.register(world.holder, a_print(7), protected_until=TODAY - timedelta(days=1))
    assert text_rule(world, met(entry, "copy")) == (Outcome.ALLOW, "no_known_objection", ())


SIGNALLED = [
    (Stance.DISALLOW, Outcome.BLOCK, "opted_out"),
    (Stance.ERROR, Outcome.REVIEW, "signal_unreadable"),
]


@pytest.mark.parametrize(("stance", "outcome", "reason"), SIGNALLED)
def test_an_objection_by_signal_counts_and_one_that_can_not_be_read_is_no_leave(stance, outcome, reason):
    rule = decide((), shipped_policy("opt-in"), readable=True, detailed=True, stance=stance).rule
    assert (rule.outcome, rule.reason) == (outcome, reason)


@pytest.mark.parametrize("stance", [Stance.ALLOW, Stance.UNKNOWN])
def test_leave_by_signal_is_no_licence_and_silence_no_objection(stance):
    for name, reason in (("opt-in", "no_known_objection"), ("strict", "no_positive_permission")):
        rule = decide((), shipped_policy(name), readable=True, detailed=True, stance=stance).rule
        assert rule.reason == reason


def granted(trust=Trust.VERIFIED, **detail):
    return Finding(
        kind=Kind.WORK,
        method=Method.PDQ,
        entry=EntryId("e-1"),
        trust=trust,
        distance=0,
        threshold=31,
        permission=Permission.GRANTED,
        grant=GrantId("g-1"),
        detail=detail,
    )


def test_a_confirmed_holder_s_grant_goes_before_a_signal_and_a_self_declared_one_s_does_not():
    policy = shipped_policy("opt-in")

    def reason(finding):
        return decide([finding], policy, readable=True, detailed=True, stance=Stance.DISALLOW).rule.reason

    assert reason(granted()) == "granted_all"
    assert reason(granted(Trust.DECLARED)) == "opted_out"
    assert reason(granted(state="disputed")) == "opted_out"
    assert reason(granted(source="elsewhere")) == "opted_out"
    assert reason(granted(false_match="x-1")) == "opted_out"
    assert reason(granted(at="3,4")) == "opted_out"
    assert reason(replace(granted(band="review"), method=Method.LOCAL)) == "opted_out"
    assert reason(replace(granted(band="block"), method=Method.LOCAL)) == "granted_all"


def test_a_licence_for_a_character_is_none_for_who_has_drawn_it():
    for band in ("block", "review"):
        drawn = replace(granted(band=band), kind=Kind.CHARACTER, method=Method.MODEL)
        rule = decide(
            [drawn], shipped_policy("opt-in"), readable=True, detailed=True, stance=Stance.DISALLOW
        ).rule
        assert rule.reason == "opted_out"


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("stance", [Stance.DISALLOW, Stance.ERROR])
@pytest.mark.parametrize("detailed", [True, False])
@pytest.mark.parametrize("name", ["opt-in", "opt-out", "strict"])
def test_an_objection_never_makes_an_item_freer(name, stance, outcome, detailed):
    policy = shipped_policy(name)
    error = outcome if outcome is not Outcome.ALLOW else Outcome.REVIEW
    rules = SignalRules(objection=outcome, objection_error=error)
    for unmatched in Outcome:
        chosen = replace(policy, signals=rules, unmatched=unmatched)
        for readable in (True, False):
            silent = decide((), chosen, readable=readable, detailed=detailed).rule
            objecting = decide((), chosen, readable=readable, detailed=detailed, stance=stance).rule
            assert objecting.outcome.rank >= silent.outcome.rank


def test_a_signal_never_makes_a_block_milder():
    found = replace(granted(), permission=Permission.NONE, grant=None)
    rule = decide([found], shipped_policy("opt-in"), readable=True, detailed=True, stance=Stance.ALLOW).rule
    assert (rule.outcome, rule.reason) == (Outcome.BLOCK, "verified_without_permission")


@pytest.mark.parametrize(("coverage", "reason"), [(950, "granted_all"), (500, "opted_out")])
def test_a_licensed_text_that_is_half_of_a_page_does_not_answer_for_the_other_half(coverage, reason):
    found = replace(granted(grade="copy", coverage=coverage), method=Method.PASSAGES)
    rule = decide(
        [found], shipped_policy("opt-in"), readable=True, detailed=True, stance=Stance.DISALLOW
    ).rule
    assert rule.reason == reason


@pytest.fixture
def given(world):
    """A world in which a confirmed holder has given its work to everybody."""
    world.vouch(world.voucher, world.holder)
    world.general = world.grant(world.holder, Everybody)
    return world


def test_what_a_confirmed_holder_gives_to_everybody_passes_and_the_finding_names_the_grant(given):
    for policy in (OPT_IN, OPT_OUT, STRICT):
        assert rule(given, given.mine, policy=policy) == (Outcome.ALLOW, "granted_all")
    (finding,) = found(given, given.mine)
    assert (finding.permission, finding.grant) == (Permission.GRANTED, given.general)
    assert finding.detail == {GRANTEE: "*"}


def test_a_named_grant_beside_it_is_cited_and_keeps_its_weight(given):
    named = given.grant(given.holder, given.operator)
    (finding,) = found(given, given.mine)
    assert (finding.grant, dict(finding.detail)) == (named, {})
    assert rule(given, given.mine, stance=Stance.DISALLOW) == (Outcome.ALLOW, "granted_all")


def test_what_nobody_confirmed_is_given_to_everybody_is_no_licence(world):
    world.grant(world.holder, Everybody)
    assert rule(world, world.mine) == (Outcome.ALLOW, "given_to_everybody")
    assert rule(world, world.mine, policy=STRICT) == (Outcome.REVIEW, "no_positive_permission")
    world.grant(world.holder, world.operator)
    assert rule(world, world.mine, policy=STRICT) == (Outcome.ALLOW, "granted_all")


def test_who_registers_anothers_work_and_gives_it_to_everybody_does_not_lift_the_holders_refusal(world):
    world.vouch(world.voucher, world.holder)
    copy = world.register(world.stranger, a_print(1))
    world.grant(world.stranger, Everybody)
    for policy in (OPT_IN, OPT_OUT, STRICT):
        assert rule(world, world.mine, copy, policy=policy) == rule(world, world.mine, policy=policy)
    assert rule(world, world.mine, copy) == (Outcome.BLOCK, "verified_without_permission")


def test_not_even_a_confirmed_holder_softens_anothers_refusal_by_giving_to_everybody(world):
    world.vouch(world.voucher, world.holder)
    world.vouch(world.voucher, world.rival)
    named = world.grant(world.rival, world.operator)
    assert rule(world, world.mine, world.theirs) == (Outcome.REVIEW, "rival_claims")
    world.revoke(world.rival, named)
    world.grant(world.rival, Everybody)
    assert rule(world, world.mine, world.theirs) == (Outcome.BLOCK, "verified_without_permission")


def test_an_unconfirmed_holders_question_stays_beside_what_another_gives_to_everybody(given):
    assert rule(given, given.mine, given.theirs) == (Outcome.REVIEW, "declared_without_permission")


@pytest.mark.parametrize("trust", ["declared", "verified"])
def test_what_is_disputed_is_not_given_to_everybody(world, trust):
    if trust == "verified":
        world.vouch(world.voucher, world.holder)
    general = world.grant(world.holder, Everybody)
    world.vouch(world.voucher, world.rival)
    world.dispute(world.rival, world.mine)
    assert rule(world, world.mine) == (Outcome.REVIEW, "disputed")
    (finding,) = found(world, world.mine)
    assert (finding.permission, finding.grant) == (Permission.OUT_OF_SCOPE, general)
    assert finding.detail == {"lacking": "undisputed", GRANTEE: "*", "state": "disputed"}
    world.grant(world.holder, world.operator)
    assert rule(world, world.mine) == (Outcome.ALLOW, "granted_all")


def test_who_brings_in_a_list_of_others_does_not_give_it_to_everybody(world):
    listed = world.register(world.holder, a_print(8), source="StopList", licence="CC0")
    world.vouch(world.voucher, world.holder)
    world.grant(world.holder, Everybody)
    assert rule(world, listed) == (Outcome.REVIEW, "foreign_list")


@pytest.mark.parametrize(
    ("stance", "reason"), [(Stance.DISALLOW, "opted_out"), (Stance.ERROR, "signal_unreadable")]
)
def test_an_objection_by_signal_stays_beside_what_is_given_to_everybody(given, stance, reason):
    assert rule(given, given.mine, stance=stance)[1] == reason


@pytest.mark.parametrize(
    ("method", "detail"),
    [
        (Method.MODEL, {"band": "block"}),
        (Method.LOCAL, {"band": "review"}),
        (Method.PASSAGES, {"grade": "copy", "coverage": 100}),
    ],
)
def test_what_only_looks_alike_or_is_a_part_is_no_licence_of_everybody_for_the_rest(method, detail):
    """Else whoever gives a simple drawing, or a page's footer, would license the works of all others."""
    found = replace(granted(**detail, **{GRANTEE: "*"}), method=method)
    assert rule_of([found], OPT_IN) == (Outcome.ALLOW, "granted_part")
    assert rule_of([found], STRICT) == (Outcome.REVIEW, "no_positive_permission")


def test_a_revoked_grant_for_everybody_blocks_again(given):
    given.revoke(given.holder, given.general)
    assert rule(given, given.mine) == (Outcome.BLOCK, "verified_without_permission")
    (finding,) = found(given, given.mine)
    assert (finding.permission, finding.detail["lacking"]) == (Permission.EXPIRED, "revoked")
