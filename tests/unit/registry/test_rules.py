from datetime import date, timedelta

import pytest

from sekisho.errors import RefusedError
from sekisho.model import Act, Print, Settled
from sekisho.registry.examined import examine
from sekisho.registry.rules import place, rank, revoked
from tests.parties import (
    DAY,
    LAST,
    Everybody,
    Party,
    dispute,
    grant,
    mandate,
    registration,
    resolution,
    revocation,
    vouch,
    withdrawal,
)
from tests.shelf import MemoryRegistry

REGISTRY, DESK = Party(name="registry"), Party(name="desk")
AOZORA, MALLORY, LUMEN = Party(name="aozora"), Party(name="mallory"), Party(name="lumen")
AGENT, KUMO = Party(name="agent"), Party(name="kumo")
ONE = timedelta(days=1)
UNKNOWN = "0" * 32


@pytest.fixture
def registry():
    return MemoryRegistry.of(REGISTRY, DESK, AOZORA)


@pytest.fixture
def entry(registry):
    """Register a work of AOZORA."""
    return registry.take(registration(AOZORA, 1))


def refused(envelope: bytes, registry: MemoryRegistry, reason: str, today: date = DAY) -> None:
    before = dict(registry.kept)
    with pytest.raises(RefusedError, match=reason) as caught:
        registry.take(envelope, today)
    assert caught.value.hint
    assert registry.kept == before


def test_a_registration_of_its_holder_is_kept_as_it_was_received(registry):
    envelope = registration(AOZORA, 1)
    entry = registry.take(envelope)
    assert registry.kept[entry][0].envelope == envelope


def test_a_registration_in_anothers_name_is_refused(registry):
    refused(registration(AOZORA, 1, signer=MALLORY), registry, "is signed by")


def test_a_registration_without_the_declaration_is_refused_but_one_that_is_here_stays(registry):
    old = registration(AOZORA, 1, declaration="")
    refused(old, registry, "declaration of good faith")
    registry.add(examine(old))
    assert not place(examine(old), registry, today=DAY, admit=pytest.fail)


def test_a_protection_that_is_over_is_not_taken_in(registry):
    registry.take(registration(AOZORA, 1, protected_until=DAY))
    refused(registration(AOZORA, 2, protected_until=DAY - ONE), registry, "protection ended")


@pytest.mark.parametrize(("quality", "taken"), [(50, True), (49, False), (0, False), (None, True)])
def test_a_print_of_low_quality_is_refused(registry, quality, taken):
    made = registration(AOZORA, prints=(Print(sha256=bytes(32), pdq=bytes(32), quality=quality),))
    if taken:
        assert registry.take(made)
    else:
        refused(made, registry, "unrelated pictures")


@pytest.mark.parametrize(
    ("envelope", "today"),
    [
        (registration(AOZORA, 2), DAY - 2 * ONE),
        (vouch(DESK, AOZORA), DAY - 2 * ONE),
    ],
)
def test_a_statement_from_the_future_is_refused(registry, envelope, today):
    refused(envelope, registry, "it is dated", today)
    assert registry.take(envelope, DAY - ONE)


def test_withdrawals_disputes_and_resolutions_from_the_future_are_refused(registry, entry):
    later = DAY + 2 * ONE
    refused(withdrawal(AOZORA, entry, on=later), registry, "it is dated")
    refused(dispute(MALLORY, entry, on=later), registry, "it is dated")
    opened = registry.take(dispute(MALLORY, entry))
    refused(resolution(DESK, opened, on=later), registry, "it is dated")


def test_an_end_may_be_said_ahead(registry):
    given = registry.take(grant(AOZORA, LUMEN, from_=DAY + 30 * ONE))
    assert registry.take(revocation(AOZORA, given, on=DAY + 60 * ONE))


def test_a_grant_by_the_registrant_of_the_entry_is_kept(registry, entry):
    assert registry.take(grant(AOZORA, LUMEN, entry))


def test_grants_by_others_are_refused(registry, entry):
    refused(grant(AOZORA, LUMEN, entry, signer=LUMEN), registry, "is signed by")
    refused(grant(MALLORY, LUMEN, entry), registry, "belongs to")
    refused(grant(AOZORA, LUMEN, "e-" + UNKNOWN), registry, "not in this registry")


def test_only_who_gave_a_grant_a_mandate_or_a_vouch_ends_it(registry, entry):
    assert entry
    for given, owner in (
        (grant(AOZORA, LUMEN), AOZORA),
        (mandate(AOZORA, AGENT), AOZORA),
        (vouch(DESK, AOZORA), DESK),
    ):
        statement = registry.take(given)
        refused(revocation(MALLORY, statement), registry, "belongs to")
        assert not revoked(statement, owner.key, registry, DAY)
        registry.take(revocation(owner, statement))
        assert revoked(statement, owner.key, registry, DAY)
        assert not revoked(statement, owner.key, registry, DAY - ONE)
    refused(revocation(AOZORA, "g-" + UNKNOWN), registry, "not in this registry")


def test_a_vouch_by_a_listed_voucher_is_kept(registry, entry):
    assert registry.take(vouch(DESK, AOZORA))
    assert registry.take(vouch(DESK, AOZORA, entry))


def test_vouches_that_do_not_count_are_refused(registry, entry):
    refused(vouch(MALLORY, AOZORA), registry, "no voucher")
    refused(vouch(DESK, MALLORY, entry), registry, "belongs to")
    refused(vouch(DESK, AOZORA, "e-" + UNKNOWN), registry, "not in this registry")


@pytest.mark.parametrize("envelope", [registration(AOZORA, 1), grant(AOZORA, LUMEN), vouch(DESK, AOZORA)])
def test_the_same_statement_twice_changes_nothing(registry, envelope):
    registry.take(envelope)
    before = dict(registry.kept)
    assert not place(examine(envelope), registry, today=LAST, admit=pytest.fail)
    assert registry.kept == before


# Agents


def test_an_agent_acts_for_its_principal(registry):
    registry.take(mandate(AOZORA, AGENT))
    entry = registry.take(registration(AOZORA, 1, signer=AGENT))
    assert registry.known(entry) == (AOZORA.key, AGENT.key, "")
    given = registry.take(grant(AOZORA, LUMEN, entry, signer=AGENT))
    assert registry.take(revocation(AOZORA, given, signer=AGENT))
    assert registry.take(withdrawal(AOZORA, entry, signer=AGENT))
    other = registry.take(registration(MALLORY, 2))
    assert registry.take(dispute(AOZORA, other, signer=AGENT))


def test_an_agent_does_nothing_beyond_its_acts(registry, entry):
    registry.take(mandate(AOZORA, AGENT, Act.WITHDRAW))
    refused(registration(AOZORA, 2, signer=AGENT), registry, "no mandate to register")
    refused(grant(AOZORA, LUMEN, entry, signer=AGENT), registry, "no mandate to grant")
    other = registry.take(registration(MALLORY, 3))
    refused(dispute(AOZORA, other, signer=AGENT), registry, "no mandate to dispute")
    assert registry.take(withdrawal(AOZORA, entry, signer=AGENT))


def test_an_agent_does_nothing_for_another(registry, entry):
    registry.take(mandate(MALLORY, AGENT))
    refused(withdrawal(AOZORA, entry, signer=AGENT), registry, "no mandate")


def test_an_agent_can_not_hand_its_mandate_on(registry):
    registry.take(mandate(AOZORA, AGENT))
    registry.take(mandate(AGENT, MALLORY))
    refused(registration(AOZORA, 1, signer=MALLORY), registry, "no mandate")
    refused(mandate(AOZORA, MALLORY, signer=AGENT), registry, "is signed by")


@pytest.mark.parametrize(
    ("on", "today", "taken"),
    [
        (DAY, DAY, True),
        (LAST, LAST, True),
        (DAY - ONE, DAY, False),
        (DAY, DAY - ONE, False),
        (LAST, LAST + ONE, False),
        (LAST + ONE, LAST, False),
        (LAST + ONE, LAST + ONE, False),
    ],
)
def test_a_mandate_covers_the_day_of_the_statement_and_today(registry, on, today, taken):
    registry.take(mandate(AOZORA, AGENT))
    made = registration(AOZORA, 1, on=on, signer=AGENT)
    if taken:
        assert registry.take(made, today)
    else:
        refused(made, registry, "no mandate to register", today)


def test_nobody_dates_back_after_its_mandate_was_ended(registry):
    given = registry.take(mandate(AOZORA, AGENT))
    registry.take(revocation(AOZORA, given, on=DAY + 10 * ONE), DAY + 10 * ONE)
    dated_back = registration(AOZORA, 1, on=DAY + ONE, signer=AGENT)
    refused(dated_back, registry, "no mandate", DAY + 10 * ONE)
    refused(registration(AOZORA, 1, on=DAY + 11 * ONE, signer=AGENT), registry, "no mandate", DAY + 11 * ONE)
    assert registry.take(dated_back, DAY + 9 * ONE)


def test_an_agent_can_not_end_what_its_principal_has_said_of_it(registry):
    given = registry.take(mandate(AOZORA, AGENT))
    refused(revocation(AOZORA, given, signer=AGENT), registry, "is signed by")


def test_two_halves_of_a_mandate_are_not_one(registry):
    registry.take(mandate(AOZORA, AGENT, until=DAY + ONE))
    registry.take(mandate(AOZORA, AGENT, from_=DAY + 2 * ONE))
    refused(registration(AOZORA, 1, signer=AGENT), registry, "no mandate", DAY + 2 * ONE)


# Withdrawals


def test_an_entry_is_withdrawn_once_and_by_its_registrant(registry, entry):
    refused(withdrawal(MALLORY, entry), registry, "belongs to")
    refused(withdrawal(AOZORA, entry, signer=MALLORY), registry, "no mandate")
    refused(withdrawal(AOZORA, "e-" + UNKNOWN), registry, "not in this registry")
    registry.take(withdrawal(AOZORA, entry))
    refused(withdrawal(AOZORA, entry, on=DAY + ONE), registry, "withdrawn already", DAY + ONE)


# Disputes


def test_a_dispute_on_anothers_entry_is_kept(registry, entry):
    own = registry.take(registration(MALLORY, 2))
    assert registry.take(dispute(MALLORY, entry, own=own))


def test_a_dispute_on_ones_own_entry_is_refused(registry, entry):
    refused(dispute(AOZORA, entry), registry, "of the disputant itself")


def test_an_agent_does_not_dispute_its_principals_entry(registry, entry):
    registry.take(mandate(AOZORA, AGENT, Act.REGISTER))
    refused(dispute(AGENT, entry), registry, "for whom it acts")
    registry.take(mandate(MALLORY, AGENT))
    refused(dispute(MALLORY, entry, signer=AGENT), registry, "for whom it acts")
    registry.take(mandate(MALLORY, AOZORA))
    refused(dispute(MALLORY, entry, signer=AOZORA), registry, "of the disputant itself")


def test_a_former_agent_may_dispute(registry, entry):
    given = registry.take(mandate(AOZORA, AGENT))
    registry.take(revocation(AOZORA, given))
    assert registry.take(dispute(AGENT, entry))


def test_the_own_entry_of_a_dispute_is_the_disputants(registry, entry):
    other = registry.take(registration(KUMO, 2))
    refused(dispute(MALLORY, entry, own=other), registry, "belongs to")
    refused(dispute(MALLORY, entry, own=entry), registry, "belongs to")
    refused(dispute(MALLORY, entry, own="e-" + UNKNOWN), registry, "not in this registry")


def test_what_is_not_here_or_withdrawn_is_not_disputed(registry, entry):
    refused(dispute(MALLORY, "e-" + UNKNOWN), registry, "not in this registry")
    registry.take(withdrawal(AOZORA, entry))
    refused(dispute(MALLORY, entry), registry, "withdrawn already")


def test_a_disputant_has_one_open_dispute_about_an_entry(registry, entry):
    opened = registry.take(dispute(MALLORY, entry))
    refused(dispute(MALLORY, entry, evidence="more"), registry, "open already")
    assert registry.take(dispute(KUMO, entry))
    registry.take(resolution(DESK, opened))
    assert registry.take(dispute(MALLORY, entry, evidence="more"))


@pytest.mark.parametrize(("late", "taken"), [(0, True), (1, True), (2, False), (40, False)])
def test_a_dispute_is_not_dated_back_so_that_its_thirty_days_are_thirty(registry, entry, late, taken):
    made = dispute(MALLORY, entry)
    if taken:
        assert registry.take(made, DAY + late * ONE)
    else:
        refused(made, registry, "would be shorter", DAY + late * ONE)


# Resolutions


@pytest.fixture
def opened(registry, entry):
    return registry.take(dispute(MALLORY, entry))


@pytest.mark.parametrize("settled", [Settled.UPHELD, Settled.DISMISSED])
def test_a_voucher_settles_a_dispute_of_others_once(registry, opened, settled):
    registry.take(resolution(DESK, opened, settled))
    refused(resolution(DESK, opened, settled, on=DAY + ONE), registry, "settled already", DAY + ONE)


@pytest.mark.parametrize("settled", [Settled.UPHELD, Settled.DISMISSED])
@pytest.mark.parametrize("by", [AOZORA, MALLORY, KUMO])
def test_no_party_and_no_stranger_settles(registry, opened, by, settled):
    refused(resolution(by, opened, settled), registry, "can not settle")


def test_a_voucher_who_acted_for_a_party_does_not_settle(registry, entry):
    registry.take(mandate(MALLORY, DESK))
    opened = registry.take(dispute(MALLORY, entry, signer=DESK))
    refused(resolution(DESK, opened), registry, "can not settle")


def test_a_voucher_who_registered_the_entry_as_agent_does_not_settle(registry):
    registry.take(mandate(AOZORA, DESK))
    entry = registry.take(registration(AOZORA, 1, signer=DESK))
    opened = registry.take(dispute(MALLORY, entry))
    refused(resolution(DESK, opened, Settled.DISMISSED), registry, "can not settle")


def test_a_dispute_is_taken_back_by_who_raised_it_and_nobody_else(registry, opened):
    for other in (DESK, AOZORA, KUMO):
        refused(resolution(other, opened, Settled.WITHDRAWN), registry, "take this dispute back")
    assert registry.take(resolution(MALLORY, opened, Settled.WITHDRAWN))


def test_a_resolution_of_nothing_is_refused(registry):
    refused(resolution(DESK, "d-" + UNKNOWN), registry, "not in this registry")


def test_statements_of_a_batch_are_ordered_so_that_each_finds_what_it_refers_to():
    in_order = [
        mandate(AOZORA, AGENT),
        revocation(AOZORA, "m-" + UNKNOWN),
        registration(AOZORA),
        vouch(DESK, AOZORA),
        grant(AOZORA, LUMEN),
        withdrawal(AOZORA, "e-" + UNKNOWN),
        dispute(MALLORY, "e-" + UNKNOWN),
        resolution(DESK, "d-" + UNKNOWN),
        revocation(AOZORA, "g-" + UNKNOWN),
    ]
    ranks = [rank(examine(envelope)) for envelope in in_order]
    assert ranks == sorted(set(ranks))


def test_a_holder_gives_to_everybody_and_ends_it(registry, entry):
    given = registry.take(grant(AOZORA, Everybody, entry))
    assert registry.take(grant(AOZORA, Everybody))
    refused(revocation(MALLORY, given), registry, "belongs to")
    registry.take(revocation(AOZORA, given))
    assert revoked(given, AOZORA.key, registry, DAY)


def test_nobody_gives_to_everybody_what_is_anothers_or_in_anothers_name(registry, entry):
    refused(grant(MALLORY, Everybody, entry), registry, "belongs to")
    refused(grant(AOZORA, Everybody, entry, signer=MALLORY), registry, "is signed by")
    registry.take(mandate(AOZORA, AGENT, Act.GRANT))
    assert registry.take(grant(AOZORA, LUMEN, entry, signer=AGENT))
    refused(grant(AOZORA, Everybody, entry, signer=AGENT), registry, "nobody can speak for|is signed by")
