"""What counts of all that was signed. Every test asks an opened snapshot, as a decision does."""

from datetime import timedelta

import pytest

from sekisho.errors import SnapshotTampered
from sekisho.model import Act, Settled, Trust
from tests.parties import a_print
from tests.world import TODAY, World

DAY = timedelta(days=1)


@pytest.fixture
def world():
    made = World()
    made.entry = made.register(made.holder, a_print(1))
    made.own = made.register(made.rival, a_print(2))
    return made


def claims(world, entry=None):
    return world.open().claims(entry or world.entry)


def test_an_entry_of_which_nobody_said_anything_has_no_claims(world):
    found = claims(world)
    assert (found.withdrawals, found.disputes, found.resolutions) == ((), (), ())
    with pytest.raises(SnapshotTampered, match="not in this edition"):
        claims(world, "e-" + "0" * 32)


@pytest.mark.parametrize("by", ["holder", "rival", "operator", "registry", "voucher"])
def test_only_the_registrant_withdraws_an_entry(world, by):
    who = getattr(world, by)
    world.withdraw(world.holder, world.entry, on=TODAY + DAY, signer=who)
    if by != "holder":
        world.withdraw(who, world.entry, on=TODAY + DAY)
    assert len(claims(world).withdrawals) == (by == "holder")
    assert claims(world, world.own).withdrawals == ()


def test_nobody_disputes_an_entry_of_its_own_nor_in_anothers_name(world):
    world.dispute(world.holder, world.entry)
    world.dispute(world.rival, world.entry, signer=world.stranger)
    assert claims(world).disputes == ()
    world.dispute(world.rival, world.entry)
    assert [(d.disputant, t) for d, t in claims(world).disputes] == [(world.rival.key, Trust.DECLARED)]


def test_a_disputant_stands_as_high_as_vouches_say(world):
    world.dispute(world.rival, world.entry, own=world.own)
    assert claims(world).disputes[0][1] is Trust.DECLARED
    world.vouch(world.voucher, world.rival, world.entry)
    assert claims(world).disputes[0][1] is Trust.DECLARED
    made = world.vouch(world.voucher, world.rival, world.own)
    assert claims(world).disputes[0][1] is Trust.VERIFIED
    world.revoke(world.voucher, made)
    assert claims(world).disputes[0][1] is Trust.DECLARED
    world.vouch(world.voucher, world.rival)
    assert claims(world).disputes[0][1] is Trust.VERIFIED


def test_a_vouch_for_anothers_or_a_withdrawn_entry_lends_no_weight(world):
    theirs = world.register(world.stranger, a_print(3))
    for own in (theirs, world.entry, "e-" + "0" * 32):
        world.vouch(world.voucher, world.rival, own)
        world.dispute(world.rival, world.entry, own=own)
    world.vouch(world.voucher, world.rival, world.own)
    world.dispute(world.rival, world.entry, own=world.own)
    world.withdraw(world.rival, world.own)
    assert {t for _, t in claims(world).disputes} == {Trust.DECLARED}


@pytest.mark.parametrize("settled", list(Settled))
def test_who_may_settle_a_dispute(world, settled):
    dispute = world.dispute(world.rival, world.entry)
    for who in (world.holder, world.rival, world.stranger, world.operator, world.registry, world.voucher):
        world.resolve(who, dispute, settled)
        world.resolve(world.voucher, dispute, settled, signer=world.stranger)
    by = {r.by for r in claims(world).resolutions}
    assert by == {world.rival.key if settled is Settled.WITHDRAWN else world.voucher.key}


def test_a_voucher_is_no_judge_in_its_own_cause():
    world = World()
    theirs = world.register(world.voucher, a_print(1))
    others = world.register(world.holder, a_print(2))
    one = world.dispute(world.holder, theirs)
    two = world.dispute(world.voucher, others)
    for dispute, settled in ((one, Settled.DISMISSED), (two, Settled.UPHELD)):
        world.resolve(world.voucher, dispute, settled)
    snapshot = world.open()
    assert snapshot.claims(theirs).resolutions == snapshot.claims(others).resolutions == ()
    world.resolve(world.voucher, two, Settled.WITHDRAWN)
    assert len(world.open().claims(others).resolutions) == 1


def test_the_same_statement_twice_counts_once(world):
    world.dispute(world.rival, world.entry)
    world.disputes *= 2
    assert len(claims(world).disputes) == 1


ACTS = {
    "grant": (
        "holder",
        lambda w: w.grant(w.holder, w.operator, from_=TODAY, signer=w.stranger),
        lambda w: len(w.open().grants(w.holder.key)),
    ),
    "withdraw": (
        "holder",
        lambda w: w.withdraw(w.holder, w.entry, on=TODAY + DAY, signer=w.stranger),
        lambda w: len(claims(w).withdrawals),
    ),
    "dispute": (
        "rival",
        lambda w: w.dispute(w.rival, w.entry, signer=w.stranger),
        lambda w: len(claims(w).disputes),
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_an_agent_speaks_only_with_a_mandate_for_the_act(world, act):
    name, do, count = ACTS[act]
    principal = getattr(world, name)
    do(world)
    assert count(world) == 0
    world.mandate(principal, world.stranger, *(set(Act) - {Act(act)}))
    world.mandate(principal, world.operator, Act(act))
    world.mandate(world.registry, world.stranger, Act(act))
    world.mandate(principal, world.stranger, Act(act), signer=world.stranger)
    assert count(world) == 0
    world.mandate(principal, world.stranger, Act(act))
    assert count(world) == 1


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("first", "last", "counts"), [(2, 9, 0), (-9, -1, 0), (1, 1, 1), (0, 0, 1), (-9, 9, 1)]
)
def test_a_mandate_holds_on_its_days(world, act, first, last, counts):
    name, do, count = ACTS[act]
    shift = DAY if act == "withdraw" else 0 * DAY
    if (first, last) in {(1, 1), (0, 0)}:
        first = last = shift.days
    do(world)
    world.mandate(
        getattr(world, name), world.stranger, Act(act), from_=TODAY + first * DAY, until=TODAY + last * DAY
    )
    assert count(world) == counts


@pytest.mark.parametrize("act", ACTS)
def test_a_mandate_ends_when_its_principal_revokes_it(world, act):
    name, do, count = ACTS[act]
    principal = getattr(world, name)
    day = TODAY + DAY if act == "withdraw" else TODAY
    do(world)
    mandate = world.mandate(principal, world.stranger, Act(act))
    world.revoke(world.stranger, mandate, on=day)
    world.revoke(principal, mandate, on=day, signer=world.stranger)
    world.revoke(principal, mandate, on=day + DAY)
    assert count(world) == 1
    world.revoke(principal, mandate, on=day)
    assert count(world) == 0


def test_an_agent_registers_and_what_it_registered_goes_with_its_mandate():
    world = World()
    entry = world.register(world.holder, a_print(1), signer=world.stranger)
    mandate = world.mandate(world.holder, world.stranger, Act.REGISTER)
    snapshot = world.open()
    assert snapshot.is_authorized(0)
    assert (snapshot.entry(0).id, snapshot.entry(0).registrant.key) == (entry, world.holder.key)
    world.revoke(world.holder, mandate, on=TODAY + DAY)
    assert world.open().is_authorized(0)
    world.revoke(world.holder, mandate)
    assert not world.open().is_authorized(0)


def test_a_registration_that_no_mandate_ever_covered_is_the_registrys_fault():
    world = World()
    world.register(world.holder, a_print(1), signer=world.stranger)
    world.mandate(world.holder, world.stranger, Act.GRANT)
    with pytest.raises(SnapshotTampered, match="not signed by its holder"):
        world.open().entry(0)


def test_a_voucher_takes_back_its_vouch_from_the_day_on(world):
    vouch = world.vouch(world.voucher, world.holder)
    for who in (world.holder, world.rival, world.registry):
        world.revoke(who, vouch)
    world.revoke(world.voucher, vouch, signer=world.rival)
    world.revoke(world.voucher, vouch, on=TODAY + DAY)
    snapshot = world.open()
    assert snapshot.entry(snapshot.entry_number(world.entry)).trust is Trust.VERIFIED
    world.clock += DAY
    snapshot = world.open()
    assert snapshot.entry(snapshot.entry_number(world.entry)).trust is Trust.DECLARED
    assert snapshot.vouches() == ()
    assert snapshot.counts.verified == 0


def test_an_agent_ends_a_grant_of_its_principal_and_nothing_else(world):
    given = world.grant(world.holder, world.operator)
    mandate = world.mandate(world.holder, world.stranger, Act.GRANT)
    world.mandate(world.holder, world.rival, Act.WITHDRAW)
    world.revoke(world.holder, given, signer=world.rival)
    world.revoke(world.holder, mandate, signer=world.stranger)
    assert world.open().revocations(world.holder.key) == ()
    world.revoke(world.holder, given, signer=world.stranger)
    (found,) = world.open().revocations(world.holder.key)
    assert found.grant == given
    world.revoke(world.holder, mandate)
    assert [r.grant for r in world.open().revocations(world.holder.key)] == [mandate]
