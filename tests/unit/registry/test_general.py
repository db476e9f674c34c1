from datetime import timedelta

import pytest

from sekisho.registry.doctor import facts_of
from sekisho.registry.entries import read_grants
from sekisho.registry.general import general_grants
from sekisho.registry.states import stood_entries
from sekisho.signing import GRANT, REVOCATION
from tests.parties import (
    DAY,
    LAST,
    Everybody,
    dispute,
    grant,
    registration,
    revocation,
    vouch,
    withdrawal,
)
from tests.shelf import MemoryRegistry
from tests.unit.registry.test_doctor import AOZORA, DESK, LUMEN, MALLORY, REGISTRY, Store, examined


@pytest.fixture
def registry():
    return MemoryRegistry.of(REGISTRY, DESK)


def found(registry, near=(), on=DAY):
    grants = read_grants(registry.statements(GRANT), registry.statements(REVOCATION))
    seen = general_grants(grants, stood_entries(Store(registry), on), near, on)
    return [(one.grant.id, one.entries, one.unconfirmed, one.disputed, one.near) for one in seen]


def test_a_grant_for_everybody_is_listed_with_what_speaks_against_it(registry):
    first = registry.take(registration(AOZORA, 1))
    registry.take(registration(AOZORA, 2))
    over = registry.take(registration(AOZORA, 3))
    registry.take(withdrawal(AOZORA, over))
    registry.take(grant(AOZORA, LUMEN))
    whole = registry.take(grant(AOZORA, Everybody))
    assert found(registry) == [(whole, 2, 2, 0, 0)]
    registry.take(dispute(MALLORY, first))
    registry.take(vouch(DESK, AOZORA))
    assert found(registry, {first}) == [(whole, 2, 0, 0, 1)]
    assert found(registry, on=LAST + timedelta(days=1)) == []
    registry.take(revocation(AOZORA, whole))
    assert found(registry) == []


def test_who_gives_away_what_is_near_anothers_stands_first(registry):
    registry.take(registration(AOZORA, 1))
    fine = registry.take(registration(LUMEN, 5))
    copy = registry.take(registration(MALLORY, 1))
    kept = registry.take(grant(LUMEN, Everybody, fine))
    taken = registry.take(grant(MALLORY, Everybody, copy))
    facts = facts_of(examined(registry))
    assert [(one["grant"], one["near_others"]) for one in facts["general_grants"]] == [(taken, 1), (kept, 0)]
    assert facts["general_grants"][0] | {"entry": copy, "holder": MALLORY.key} == facts["general_grants"][0]
