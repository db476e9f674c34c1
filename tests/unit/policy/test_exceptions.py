from dataclasses import replace
from datetime import timedelta

import pytest

from sekisho.codec import encode_false_match
from sekisho.errors import ConfigError
from sekisho.match import Match
from sekisho.model import EntryId, FalseMatch, Method, Outcome
from sekisho.policy import decide, find, shipped_policy
from sekisho.policy.exceptions import Exceptions, ended, excuse, open_exceptions, read_exceptions
from sekisho.policy.read import read_policy, rules_of
from sekisho.signing import FALSE_MATCH, sign_statement
from tests.parties import Party, a_print
from tests.world import TODAY, World

ADA, BOB = Party(name="ada"), Party(name="bob")
ITEM = b"i" * 32
DAY = timedelta(days=1)


def stated(entry, *, by=ADA, signer=None, items=(ITEM,), on=TODAY, until=TODAY + 30 * DAY):
    made = FalseMatch(id="", by=by.key, entry=entry, items=items, reason="a stamp", on=on, until=until)
    return sign_statement(FALSE_MATCH, encode_false_match(made), signer or by)


def policy_with(*lines, base="opt-in", by=(ADA,)):
    keys = ", ".join(f'"{party.key}"' for party in by)
    text = f'base = "{base}"\n[exceptions]\nfiles = ["f.jsonl"]\nby = [{keys}]\n'
    return read_policy(text, "p.toml", {"f.jsonl": b"".join(line + b"\n" for line in lines)}.__getitem__)


@pytest.fixture
def world():
    made = World()
    made.mine = made.register(made.holder, a_print(1))
    made.theirs = made.register(made.rival, a_print(2))
    made.vouch(made.voucher, made.holder)
    return made


def decided(world, policy, *entries, sha256=ITEM, on=TODAY, **looked):
    snapshot = world.open()
    matches = [Match(snapshot.entry_number(entry), Method.PDQ, 3, 31) for entry in entries]
    findings = find(matches, snapshot, policy, world.use(on=on), sha256)
    rule = decide(findings, policy, **({"readable": True, "detailed": True} | looked)).rule
    return (rule.outcome, rule.reason), findings


def test_a_false_match_lets_its_finding_pass_and_says_which_it_was(world):
    policy = policy_with(stated(world.mine))
    rule, (finding,) = decided(world, policy, world.mine)
    assert rule == (Outcome.ALLOW, "confirmed_false_match")
    assert finding.detail == {"false_match": policy.false_matches[0].id}


def test_other_findings_decide_as_ever(world):
    rule, findings = decided(world, policy_with(stated(world.mine)), world.mine, world.theirs)
    assert rule == (Outcome.REVIEW, "declared_without_permission")
    assert findings[0].entry == world.theirs
    rule, _ = decided(world, policy_with(stated(world.theirs)), world.mine, world.theirs)
    assert rule == (Outcome.BLOCK, "verified_without_permission")


def test_it_clears_only_these_files_on_these_days(world):
    policy = policy_with(stated(world.mine, on=TODAY - DAY, until=TODAY + DAY))
    blocked = (Outcome.BLOCK, "verified_without_permission")
    assert decided(world, policy, world.mine, sha256=b"j" * 32)[0] == blocked
    for days, allowed in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        rule, _ = decided(world, policy, world.mine, on=TODAY + days * DAY)
        assert (rule != blocked) is allowed
    assert [len(ended(policy, TODAY + n * DAY)) for n in (-2, 0, 2)] == [1, 0, 1]


def test_it_is_no_permission(world):
    rule, _ = decided(world, policy_with(stated(world.mine), base="strict"), world.mine)
    assert rule == (Outcome.REVIEW, "no_positive_permission")
    policy = policy_with(stated(world.mine))
    assert decided(world, policy, world.mine, detailed=False)[0] == (Outcome.REVIEW, "low_detail")
    assert decided(world, policy, world.mine, readable=False)[0] == (Outcome.REVIEW, "unreadable")


def test_the_grant_of_a_false_match_does_not_soften_anothers_refusal(world):
    world.vouch(world.voucher, world.rival)
    world.grant(world.rival, world.operator)
    assert decided(world, policy_with(), world.mine, world.theirs)[0] == (Outcome.REVIEW, "rival_claims")
    policy = policy_with(stated(world.theirs))
    rule = decided(world, policy, world.mine, world.theirs)[0]
    assert rule == (Outcome.BLOCK, "verified_without_permission")


@pytest.mark.parametrize("kind", ["likeness", "listed"])
def test_it_never_clears_what_concerns_a_person_or_a_list(world, kind):
    policy = policy_with(stated(world.mine))
    snapshot = world.open()
    entry = snapshot.entry(snapshot.entry_number(world.mine))
    assert excuse(policy, entry, ITEM, TODAY) == policy.false_matches[0].id
    assert excuse(policy, replace(entry, kind=kind), ITEM, TODAY) == ""


def test_the_right_one_of_many_is_found(world):
    others = [stated(EntryId("e-" + f"{n:032x}")) for n in range(40)]
    late = stated(world.mine, on=TODAY + DAY)
    policy = policy_with(*others[:20], stated(world.mine), late, *others[20:], others[0])
    assert len(policy.false_matches) == 42
    assert decided(world, policy, world.mine)[0][1] == "confirmed_false_match"


def test_the_digest_covers_the_statements_and_a_deviation_counts_them(world):
    plain, base = policy_with(), shipped_policy("opt-in")
    assert (plain.digest, plain.deviations, plain.name) == (base.digest, (), "opt-in")
    one, two = policy_with(stated(world.mine)), policy_with(stated(world.mine), stated(world.theirs))
    assert len({plain.digest, one.digest, two.digest}) == 3
    assert two.deviations == ("false_matches = 2 (0)",)
    assert two.name == "opt-in, changed"
    assert rules_of(two)["false_matches"] == sorted(made.id for made in two.false_matches)
    assert "false_matches" not in rules_of(plain)


def test_a_signer_whom_the_policy_does_not_believe_is_an_error(world):
    with pytest.raises(ConfigError, match=r"f\.jsonl, line 2: .* not among the reviewers") as error:
        policy_with(stated(world.mine), stated(world.mine, by=BOB))
    assert "`by`" in error.value.hint
    assert policy_with(stated(world.mine, by=BOB), by=(ADA, BOB)).false_matches


def test_a_broken_or_borrowed_signature_is_an_error(world):
    good = stated(world.mine)
    for bad in (b"", b"{}", good[:-5], good.replace(b'"sig":"', b'"sig":"AA', 1)):
        with pytest.raises(ConfigError, match="line 1"):
            policy_with(bad, good)
    with pytest.raises(ConfigError, match="but names"):
        policy_with(stated(world.mine, signer=BOB))


@pytest.mark.parametrize(
    "table",
    [
        {"files": ["a"]},
        {"by": [ADA.key]},
        {"files": [], "by": [ADA.key]},
        {"files": ["a"], "by": []},
        {"files": "a", "by": [ADA.key]},
        {"files": [1], "by": [ADA.key]},
        {"files": ["a"], "by": ["ada"]},
        {"files": ["a"], "by": ["ed25519:" + "A" * 43]},
        {"files": ["a"], "by": [ADA.key], "file": ["a"]},
        [],
    ],
)
def test_a_table_that_is_wrong_is_an_error(table):
    with pytest.raises(ConfigError, match="exceptions"):
        read_exceptions({"exceptions": table}, "p.toml")


def test_without_the_table_nothing_is_excepted():
    assert read_exceptions({}, "p.toml") == Exceptions((), frozenset())
    assert open_exceptions((), frozenset()) == ()


def test_files_can_be_read_only_where_somebody_reads_them():
    with pytest.raises(ConfigError, match="can not be read from here"):
        read_policy(f'[exceptions]\nfiles = ["x"]\nby = ["{ADA.key}"]', "p.toml")
