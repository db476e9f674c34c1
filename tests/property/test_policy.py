"""A grant clears only its own entry; nothing that is added makes an item freer, but its holder's grant."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.match import Match
from sekisho.model import Method, Outcome, Permission, Purpose, Stance, Trust
from sekisho.policy import decide, find, shipped_policy
from tests.counts import count
from tests.parties import Everybody, Party, a_print
from tests.world import TODAY, World

EXAMPLES = settings(max_examples=count(60, 3000), deadline=None)
NAMES = ("holder", "rival", "stranger")
POLICY = shipped_policy("opt-in")


@st.composite
def worlds(draw):
    """Draw a registry of three holders with vouches, grants and revocations, good ones and forged ones."""
    world = World()
    parties = {name: getattr(world, name) for name in NAMES}
    entries = {
        name: [world.register(who, a_print(10 * n + k)) for k in range(draw(st.integers(1, 2)))]
        for n, (name, who) in enumerate(parties.items())
    }
    for name in draw(st.sets(st.sampled_from(NAMES))):
        world.vouch(world.voucher, parties[name])
    for _ in range(draw(st.integers(0, 5))):
        who = draw(st.sampled_from(NAMES))
        grant = world.grant(
            parties[who],
            draw(st.sampled_from((world.operator, Everybody, Party(name="another")))),
            draw(st.sampled_from((None, *entries[who], entries["holder"][0]))),
            purposes=draw(st.sets(st.sampled_from(Purpose), min_size=1)),
            territories=draw(st.sets(st.sampled_from(("JP", "US", "JP-13", "*")), min_size=1)),
            until=TODAY + timedelta(days=draw(st.integers(-3, 3))),
            signer=draw(st.sampled_from((None, None, None, world.operator))),
        )
        if draw(st.integers(0, 3)) == 0:
            world.revoke(parties[who], grant, signer=draw(st.sampled_from((None, world.operator))))
    return world


def decided(world, numbers):
    snapshot = world.open()
    matches = [Match(n, Method.PDQ, 3, 31) for n in numbers]
    findings = find(matches, snapshot, POLICY, world.use())
    return findings, decide(findings, POLICY, readable=True, detailed=True).rule


@EXAMPLES
@given(worlds())
def test_the_outcome_is_the_most_restrictive_of_its_findings(world):
    findings, rule = decided(world, range(world.open().entries))
    for f in findings:
        if f.permission is Permission.GRANTED:
            allowed = Outcome.ALLOW
        elif f.permission is Permission.CONFLICT or f.trust is Trust.DECLARED:
            allowed = Outcome.REVIEW
        else:
            allowed = Outcome.BLOCK
        assert rule.outcome.rank >= allowed.rank
    assert (rule.outcome is Outcome.ALLOW) == all(f.permission is Permission.GRANTED for f in findings)
    assert all(f.trust is Trust.VERIFIED for f in findings if f.permission is Permission.CONFLICT)


@EXAMPLES
@given(worlds())
def test_a_declared_claim_never_weakens_what_verified_ones_decide(world):
    snapshot = world.open()
    numbers = range(snapshot.entries)
    verified = [n for n in numbers if snapshot.entry(n).trust is Trust.VERIFIED]
    if verified:
        assert decided(world, numbers)[1].outcome.rank >= decided(world, verified)[1].outcome.rank


@EXAMPLES
@given(worlds())
def test_a_grant_clears_no_entry_but_those_of_its_signer(world):
    signed = {
        snapshot.entry(n).id
        for snapshot in [world.open()]
        for n in range(snapshot.entries)
        for g in snapshot.grants(snapshot.entry(n).registrant.key)
        if (g.is_general or g.grantee == world.operator.key) and g.entry in (None, snapshot.entry(n).id)
    }
    findings, _ = decided(world, range(world.open().entries))
    assert {f.entry for f in findings if f.permission is Permission.GRANTED} <= signed


@EXAMPLES
@given(worlds(), st.randoms())
def test_the_order_of_statements_does_not_matter(world, chance):
    before = decided(world, range(world.open().entries))
    for statements in (world.registrations, world.vouches, world.grants, world.revocations):
        chance.shuffle(statements)
    assert decided(world, range(world.open().entries)) == before


@settings(max_examples=count(20, 3000), deadline=None)
@given(worlds(), st.sampled_from(NAMES), st.sampled_from(("opt-in", "opt-out", "strict")), st.data())
def test_a_grant_for_everybody_clears_never_more_than_one_by_name(world, who, policy, data):
    if data.draw(st.booleans()):
        world.dispute(world.rival, world.open().entry(0).id)
    stance = data.draw(st.sampled_from(Stance))
    rules = []
    for grantee in (world.operator, Everybody, Party(name="another")):
        one = replace(world, grants=[*world.grants])
        one.grant(getattr(one, who), grantee)
        snapshot, rule_book = one.open(), shipped_policy(policy)
        matches = [Match(n, Method.PDQ, 3, 31) for n in range(snapshot.entries)]
        found = find(matches, snapshot, rule_book, one.use())
        rules.append(decide(found, rule_book, readable=True, detailed=True, stance=stance).rule)
    named, general, none = (rule.outcome.rank for rule in rules)
    assert named <= general <= none
