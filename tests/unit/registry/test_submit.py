from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from sekisho.registry.examined import examine
from sekisho.registry.submit import submit
from tests.parties import (
    DAY,
    Party,
    a_print,
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

DESK, AOZORA, LUMEN = Party(name="desk"), Party(name="aozora"), Party(name="lumen")
AGENT, MALLORY = Party(name="agent"), Party(name="mallory")
ENTRY = examine(registration(AOZORA, 1)).id
GRANT = examine(grant(AOZORA, LUMEN, ENTRY)).id
take = partial(submit, today=DAY)


@pytest.fixture
def registry():
    return MemoryRegistry.of(DESK, DESK)


def test_the_order_of_lines_does_not_matter_and_verdicts_keep_it(registry):
    opened = dispute(MALLORY, ENTRY)
    batch = [
        resolution(DESK, examine(opened).id),
        opened,
        revocation(AOZORA, GRANT),
        grant(AOZORA, LUMEN, ENTRY),
        vouch(DESK, AOZORA, ENTRY),
        registration(AOZORA, 2, signer=AGENT),
        registration(AOZORA, 1),
        mandate(AOZORA, AGENT),
    ]
    verdicts = take(batch, registry.batch)
    assert [v.id[0] for v in verdicts] == ["s", "d", "x", "g", "v", "e", "e", "m"]
    assert all(v.kept and v.new for v in verdicts)
    assert len(registry.kept) == 8


def test_an_agent_whose_end_comes_in_the_same_batch_is_refused(registry):
    given = mandate(AOZORA, AGENT)
    end = revocation(AOZORA, examine(given).id)
    verdicts = take([registration(AOZORA, 1, signer=AGENT), given, end], registry.batch)
    assert [v.kept for v in verdicts] == [False, True, True]


def test_a_refused_statement_does_not_take_others_with_it(registry):
    verdicts = take([b"rubbish", registration(AOZORA, 1), vouch(AOZORA, AOZORA)], registry.batch)
    assert [v.kept for v in verdicts] == [False, True, False]
    assert verdicts[0].reason
    assert "for itself" in verdicts[2].reason
    assert set(registry.kept) == {ENTRY}


def test_submitting_again_is_fine(registry):
    take([registration(AOZORA, 1)], registry.batch)
    (again,) = take([registration(AOZORA, 1)], registry.batch)
    assert again.kept
    assert not again.new


def test_a_fault_in_the_middle_keeps_nothing(registry):
    def failing(_: object) -> None:
        raise RuntimeError

    registry.add = failing
    with pytest.raises(RuntimeError):
        take([registration(AOZORA, 1)], registry.batch)
    assert not registry.kept


def test_the_quota_holds_within_a_batch(registry):
    batch = [registration(AOZORA, number) for number in range(5)]
    assert [v.kept for v in take(batch, registry.batch, quota=3)] == [True] * 3 + [False] * 2
    assert [v.kept for v in take(batch, registry.batch, quota=3)] == [True] * 3 + [False] * 2


def test_the_quota_is_not_evaded_by_agents_repeats_or_withdrawals_in_the_batch(registry):
    first = [registration(AOZORA, number) for number in range(3)]
    more = [
        mandate(AOZORA, AGENT),
        registration(AOZORA, 8, signer=AGENT),
        *first,
        withdrawal(AOZORA, examine(first[0]).id),
        registration(AOZORA, 9),
        vouch(MALLORY, AOZORA),
    ]
    take(first, registry.batch, quota=3)
    verdicts = take(more, registry.batch, quota=3)
    assert [v.kept for v in verdicts] == [True, False, True, True, True, True, False, False]
    tomorrow = submit(
        [registration(AOZORA, 9), registration(AOZORA, 8)],
        registry.batch,
        today=DAY + timedelta(days=1),
        quota=3,
    )
    assert [v.kept for v in tomorrow] == [True, False]


def test_a_vouch_in_the_batch_makes_room_for_all_that_it_names(registry):
    entries = [registration(AOZORA, number) for number in range(3)]
    batch = [*entries, vouch(DESK, AOZORA, *(examine(e).id for e in entries))]
    assert all(v.kept for v in take(batch, registry.batch, quota=1))


def test_a_new_entry_near_anothers_is_kept_with_a_warning(registry):
    take([registration(AOZORA, 1)], registry.batch)
    other = replace(a_print(1), sha256=bytes(32))
    verdicts = take([registration(MALLORY, prints=(other,)), registration(MALLORY, 3)], registry.batch)
    assert [(v.kept, v.new) for v in verdicts] == [(True, True)] * 2
    ((near,), none) = (v.near for v in verdicts)
    assert (near.entry, near.registrant, near.distance) == (ENTRY, AOZORA.key, 0)
    assert none == ()


def test_what_is_withdrawn_or_known_warns_nobody(registry):
    take([registration(AOZORA, 1), withdrawal(AOZORA, ENTRY)], registry.batch)
    (verdict,) = take([registration(MALLORY, 1)], registry.batch)
    assert verdict.near == ()
    take([registration(LUMEN, 1)], registry.batch)
    (again,) = take([registration(LUMEN, 1)], registry.batch)
    assert again.near == ()
