from datetime import timedelta

import pytest

from sekisho.errors import RefusedError
from sekisho.registry.examined import examine
from sekisho.registry.quota import DECLARED_TEXT, Places
from tests.parties import (
    DAY,
    Party,
    a_print,
    grant,
    passages_of,
    registration,
    revocation,
    text_statements,
    vouch,
    withdrawal,
)
from tests.shelf import MemoryRegistry

REGISTRY, DESK, AOZORA, LUMEN = (Party(name=n) for n in ("registry", "desk", "aozora", "lumen"))
MALLORY = Party(name="mallory")
ONE = timedelta(days=1)


@pytest.fixture
def registry():
    """Make a registry that has two entries of AOZORA."""
    made = MemoryRegistry.of(REGISTRY, DESK)
    for number in range(2):
        made.take(registration(AOZORA, number))
    return made


def places(registry, *batch, quota=3, today=DAY):
    return Places.of_batch(registry, map(examine, batch), today=today, quota=quota)


def full(found):
    with pytest.raises(RefusedError, match="nobody vouches") as caught:
        found.admit(examine(registration(AOZORA, 9)))
    return caught.value.hint


def test_what_is_held_and_what_came_before_in_the_batch_counts(registry):
    found = places(registry)
    found.admit(examine(registration(AOZORA, 2)))
    assert "voucher" in full(found)
    found.admit(examine(registration(LUMEN, 1)))


def test_other_statements_need_no_place(registry):
    full(places(registry, quota=2))
    places(registry, quota=0).admit(examine(grant(AOZORA, LUMEN)))


@pytest.mark.parametrize("entries", [(), (0,)])
def test_a_vouch_lifts_the_limit(registry, entries):
    named = [examine(registration(AOZORA, number)).id for number in entries]
    registry.take(vouch(DESK, AOZORA, *named))
    for number in range(9):
        places(registry, quota=0).admit(examine(registration(AOZORA, number)))


def test_a_vouch_that_comes_with_the_batch_lifts_it_too(registry):
    places(registry, vouch(DESK, AOZORA), quota=0).admit(examine(registration(AOZORA, 9)))


def test_a_vouch_that_does_not_count_lifts_nothing(registry):
    full(places(registry, vouch(MALLORY, AOZORA), quota=2))
    full(places(registry, vouch(DESK, MALLORY), quota=2))


def test_a_revoked_vouch_lifts_nothing_even_if_it_is_handed_in_again(registry):
    stood = registry.take(vouch(DESK, AOZORA))
    registry.take(revocation(DESK, stood, on=DAY))
    full(places(registry, vouch(DESK, AOZORA), quota=2))


def test_a_withdrawn_entry_gives_its_place_back_on_the_next_day(registry):
    registry.take(withdrawal(AOZORA, examine(registration(AOZORA, 0)).id), DAY)
    full(places(registry, quota=2))
    places(registry, quota=2, today=DAY + ONE).admit(examine(registration(AOZORA, 9)))


def test_the_limit_counts_entries_and_not_prints(registry):
    prints = tuple(a_print(number) for number in range(50))
    places(registry).admit(examine(registration(AOZORA, prints=prints)))


def text_entry(*counts, holder=AOZORA):
    return tuple(map(examine, text_statements(holder, *(passages_of(n, c) for n, c in enumerate(counts)))))


def test_each_text_of_an_entry_takes_a_place(registry):
    one, *_ = text_entry(40)
    two, *_ = text_entry(40, 80)
    assert (one.places, two.places, examine(registration(AOZORA, 1)).places) == (1, 2, 1)
    places(registry, quota=4).admit(two)
    with pytest.raises(RefusedError, match="1 places left, and this needs 2"):
        places(registry, quota=3).admit(two)
    places(registry, quota=3).admit(one)


def test_the_texts_that_are_held_count(registry):
    entry, *passages = text_entry(40, 80, holder=LUMEN)
    for statement in (entry, *passages):
        registry.add(statement)
    assert registry.held(LUMEN.key, DAY) == 2
    with pytest.raises(RefusedError, match="entries, texts and films"):
        places(registry, quota=2).admit(examine(registration(LUMEN, 9)))


def test_a_text_of_a_stranger_is_not_as_large_as_it_likes(registry):
    entry, *_ = text_entry(40)
    places(registry).admit(entry, DECLARED_TEXT)
    with pytest.raises(RefusedError, match="nobody vouches") as caught:
        places(registry).admit(entry, DECLARED_TEXT + 1)
    assert "cut it into volumes" in caught.value.hint
    registry.take(vouch(DESK, AOZORA))
    places(registry).admit(entry, DECLARED_TEXT + 1)
