from datetime import timedelta

import pytest

from sekisho.model import Settled, State, Trust
from sekisho.registry.states import heard_disputes, stood_entries
from tests.parties import (
    DAY,
    Party,
    dispute,
    mandate,
    registration,
    resolution,
    revocation,
    root_of,
    vouch,
    withdrawal,
)
from tests.shelf import MemoryRegistry

REGISTRY, DESK, AOZORA, MALLORY, KUMO = (Party(name=n) for n in ("r", "desk", "aozora", "mallory", "kumo"))
ONE = timedelta(days=1)


@pytest.fixture
def registry():
    return MemoryRegistry.of(REGISTRY, DESK)


class Store:
    """The registry as the open database offers it: the root comes with its envelope."""

    def __init__(self, registry):
        self.statements = registry.statements

    def root(self):
        return root_of(REGISTRY, DESK), b""


def state(registry, entry, on=DAY):
    return next(s for s in stood_entries(Store(registry), on) if s.entry.id == entry)


def test_trust_follows_from_vouches_that_stand(registry):
    entry, other = registry.take(registration(AOZORA, 1)), registry.take(registration(AOZORA, 2))
    stood = registry.take(vouch(DESK, AOZORA, entry))
    assert state(registry, entry).entry.trust is Trust.VERIFIED
    assert state(registry, other).entry.trust is Trust.DECLARED
    registry.take(revocation(DESK, stood, on=DAY + ONE))
    assert state(registry, entry).entry.trust is Trust.VERIFIED
    assert state(registry, entry, DAY + ONE).entry.trust is Trust.DECLARED


def test_withdrawn_and_lapsed(registry):
    entry = registry.take(registration(AOZORA, 1, protected_until=DAY))
    assert state(registry, entry).state is State.ACTIVE
    assert state(registry, entry, DAY + ONE).state is State.LAPSED
    registry.take(withdrawal(AOZORA, entry))
    assert state(registry, entry).state is State.WITHDRAWN


def test_a_dispute_counts_down_and_then_suspends(registry):
    entry = registry.take(registration(AOZORA, 1))
    opened = registry.take(dispute(MALLORY, entry))

    def heard(on):
        (found,) = heard_disputes(stood_entries(Store(registry), on), on)
        return found

    assert (heard(DAY).word, heard(DAY).state) == ("30 days left", State.DISPUTED)
    assert (heard(DAY + 29 * ONE).word, heard(DAY + 29 * ONE).state) == ("1 days left", State.DISPUTED)
    assert (heard(DAY + 30 * ONE).word, heard(DAY + 30 * ONE).state) == ("suspended", State.SUSPENDED)
    registry.take(resolution(DESK, opened, Settled.DISMISSED, on=DAY + 31 * ONE), DAY + 31 * ONE)
    assert (heard(DAY + 31 * ONE).word, heard(DAY + 31 * ONE).state) == ("dismissed", State.ACTIVE)
    assert heard(DAY + 30 * ONE).word == "suspended"


def test_a_flood_of_disputes_by_lower_trust_changes_nothing(registry):
    entry = registry.take(registration(AOZORA, 1))
    registry.take(vouch(DESK, AOZORA))
    for number in range(50):
        own = registry.take(registration(Party(name=f"m{number}"), 1))
        registry.take(dispute(Party(name=f"m{number}"), entry, own=own))
    for on in (DAY, DAY + 29 * ONE, DAY + 300 * ONE):
        assert state(registry, entry, on).state is State.ACTIVE
    found = heard_disputes(stood_entries(Store(registry), DAY), DAY)
    assert len(found) == 50
    assert {h.word for h in found} == {"listed only"}


def test_equal_trust_is_heard_and_only_while_the_vouch_stands(registry):
    entry = registry.take(registration(AOZORA, 1))
    registry.take(vouch(DESK, AOZORA))
    given = registry.take(vouch(DESK, MALLORY))
    registry.take(dispute(MALLORY, entry))
    assert state(registry, entry).state is State.DISPUTED
    registry.take(revocation(DESK, given, on=DAY + ONE))
    assert state(registry, entry, DAY + ONE).state is State.ACTIVE


def test_a_statement_by_an_agent_counts(registry):
    entry = registry.take(registration(AOZORA, 1))
    registry.take(mandate(MALLORY, KUMO))
    registry.take(dispute(MALLORY, entry, signer=KUMO))
    assert state(registry, entry).state is State.DISPUTED


def test_open_disputes_come_first_the_most_urgent_before_others(registry):
    one, two = registry.take(registration(AOZORA, 1)), registry.take(registration(AOZORA, 2))
    settled = registry.take(dispute(MALLORY, one))
    registry.take(resolution(DESK, settled))
    urgent = registry.take(dispute(KUMO, one))
    later = registry.take(dispute(KUMO, two, on=DAY + 5 * ONE), DAY + 5 * ONE)
    on = DAY + 5 * ONE
    found = heard_disputes(stood_entries(Store(registry), on), on)
    assert [h.dispute.id for h in found] == [urgent, later, settled]


def test_an_entry_goes_with_the_mandate_under_which_it_was_registered(registry):
    given = registry.take(mandate(AOZORA, KUMO))
    entry = registry.take(registration(AOZORA, 1, signer=KUMO))
    own = registry.take(registration(AOZORA, 2))
    assert {state(registry, e).state for e in (entry, own)} == {State.ACTIVE}
    registry.take(revocation(AOZORA, given, on=DAY + ONE), DAY + ONE)
    assert state(registry, entry, DAY + ONE).state is State.ACTIVE
    registry.take(revocation(AOZORA, given, on=DAY))
    assert state(registry, entry).state is State.WITHDRAWN
    assert state(registry, own).state is State.ACTIVE
