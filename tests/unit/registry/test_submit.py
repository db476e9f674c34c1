from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import permutations

import pytest

from sekisho.errors import RefusedError
from sekisho.model import Act, Name
from sekisho.registry.examined import PICTURES_A_PLACE, examine
from sekisho.registry.submit import TEMPLATE, submit
from tests.parties import (
    DAY,
    Party,
    a_print,
    dispute,
    film_of,
    grant,
    mandate,
    passages_of,
    registration,
    resolution,
    revocation,
    text_statements,
    traits_of,
    traits_print,
    traits_statements,
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


NOVEL = text_statements(AOZORA, passages_of(1), passages_of(2))


def kept(verdicts):
    return [v.kept for v in verdicts]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_text_and_its_passages_are_kept_in_any_order(registry, order):
    verdicts = take([NOVEL[n] for n in order], registry.batch)
    assert all(v.kept and v.new for v in verdicts)
    assert {v.id[0] for v in verdicts} == {"e", "p"}
    again = take([NOVEL[n] for n in order], registry.batch)
    assert all(v.kept and not v.new for v in again)


@pytest.mark.parametrize("missing", [1, 2])
def test_a_text_without_its_passages_is_refused_and_leaves_none_behind(registry, missing):
    rest = [e for n, e in enumerate(NOVEL) if n != missing]
    verdicts = take(rest, registry.batch)
    assert kept(verdicts) == [False, False]
    assert "are not here" in verdicts[0].reason
    assert "no registration" in verdicts[1].reason
    assert not registry.kept
    assert kept(take(NOVEL, registry.batch)) == [True] * 3


def test_passages_that_nobody_names_are_refused(registry):
    assert kept(take(NOVEL[1:], registry.batch)) == [False, False]
    assert not registry.kept


def test_an_entry_that_is_refused_takes_its_passages_with_it(registry):
    batch = [registration(AOZORA, 1), *NOVEL]
    assert kept(take(batch, registry.batch, quota=2)) == [True, False, False, False]
    assert len(registry.kept) == 1


def test_nobody_registers_with_anothers_passages(registry):
    take(NOVEL, registry.batch)
    stolen, *passages = text_statements(MALLORY, passages_of(1), passages_of(2), by=AOZORA)
    (verdict,) = take([stolen], registry.batch)
    assert not verdict.kept
    assert "were signed by" in verdict.reason
    assert kept(take([stolen, *passages], registry.batch)) == [False, True, True]
    assert set(registry.kept) == {examine(e).id for e in NOVEL}


def test_another_edition_may_name_passages_that_are_here(registry):
    take(NOVEL, registry.batch)
    (verdict,) = take([text_statements(AOZORA, passages_of(1), title="again")[0]], registry.batch)
    assert verdict.new


def test_an_agent_signs_the_passages_of_what_it_registers(registry):
    batch = [*text_statements(AOZORA, passages_of(1), signer=AGENT), mandate(AOZORA, AGENT, Act.REGISTER)]
    assert kept(take(batch, registry.batch)) == [True] * 3
    assert kept(take(text_statements(LUMEN, passages_of(1), signer=AGENT), registry.batch)) == [False, True]


def test_a_text_that_shares_with_anothers_is_kept_with_a_warning(registry):
    take(NOVEL, registry.batch)
    copy = text_statements(MALLORY, passages_of(9, 400, shared=200, other=2))
    verdicts = take([*copy, *text_statements(MALLORY, passages_of(10))], registry.batch)
    assert kept(verdicts) == [True] * 4
    ((copied,), *none) = (v.copied for v in verdicts)
    assert (copied.entry, copied.registrant) == (examine(NOVEL[0]).id, AOZORA.key)
    assert 30 < copied.share < 70
    assert none == [(), (), ()]


def test_a_name_of_ordinary_words_is_refused_whoever_made_the_statement(registry):
    phrase = registration(MALLORY, 1, names=(Name(text="of the"),))
    full = registration(MALLORY, 2, names=(Name(text="Tamsin Vell"),))
    verdicts = take([phrase, full], registry.batch)
    assert [v.kept for v in verdicts] == [False, True]
    assert "'of the'" in verdicts[0].reason
    assert "stand near" in verdicts[0].hint


DRAWN = traits_statements(AOZORA, traits_of(1), traits_of(2), film_of(1))


def test_an_entry_and_its_traits_are_kept_together(registry):
    assert kept(take(DRAWN[::-1], registry.batch)) == [True] * 4
    assert kept(take(DRAWN, registry.batch)) == [True] * 4


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_an_entry_without_all_its_traits_is_refused_and_so_are_the_others(registry, missing):
    batch = [e for n, e in enumerate(DRAWN) if n != missing]
    assert not any(kept(take(batch, registry.batch)))
    assert registry.kept == {}


def test_nobody_registers_with_anothers_traits(registry):
    take(DRAWN, registry.batch)
    stolen, *traits = traits_statements(MALLORY, traits_of(1), by=AOZORA)
    (verdict,) = take([stolen], registry.batch)
    assert (verdict.kept, "were signed by" in verdict.reason) == (False, True)
    assert kept(take([stolen, *traits], registry.batch)) == [False, True]


def test_traits_swapped_between_registrations_are_kept_as_their_holder_signed_them(registry):
    """Both are the holder's own words: what is refused is only what another has signed."""
    one, two = (examine(e).id for e in DRAWN[1:3])
    swapped = registration(AOZORA, prints=(traits_print(0, two), traits_print(1, one)))
    assert kept(take([*DRAWN, swapped], registry.batch)) == [True] * 5
    theirs = registration(MALLORY, prints=(traits_print(0, two), traits_print(1, one)))
    assert kept(take([theirs], registry.batch)) == [False]


def test_a_thousand_entries_that_name_one_statement_take_a_place_each(registry):
    (_, traits) = traits_statements(MALLORY, traits_of(1))
    name = examine(traits).id
    entries = [registration(MALLORY, prints=(traits_print(n, name),)) for n in range(30)]
    assert kept(take([traits, *entries], registry.batch, quota=20)).count(True) == 21


def test_one_entry_can_not_name_traits_twice_nor_hold_many_for_one_place(registry):
    (_, traits) = traits_statements(MALLORY, traits_of(1))
    name = examine(traits).id
    twice = registration(MALLORY, prints=(traits_print(1, name), traits_print(2, name)))
    verdict, _ = take([twice, traits], registry.batch)
    assert (verdict.kept, "twice" in verdict.reason) == (False, True)
    batch = traits_statements(MALLORY, *(traits_of(n, 16) for n in range(PICTURES_A_PLACE + 1)))
    assert not any(kept(take(batch, registry.batch, quota=1)))
    assert all(kept(take(batch, registry.batch, quota=2)))


def test_each_film_takes_a_place(registry):
    batch = traits_statements(MALLORY, film_of(1), film_of(2))
    assert not any(kept(take(batch, registry.batch, quota=1)))
    assert all(kept(take(batch, registry.batch, quota=2)))


def test_many_entries_of_one_holder_that_look_alike_are_a_template(registry):
    alike = [replace(a_print(1), sha256=bytes([n]) * 32) for n in range(TEMPLATE + 2)]
    verdicts = take([registration(AOZORA, prints=(p,)) for p in alike], registry.batch)
    assert all(kept(verdicts))
    assert [v.alike for v in verdicts] == [*[0] * TEMPLATE, TEMPLATE, TEMPLATE + 1]


def test_prints_that_are_not_taken_as_a_work_are_refused_and_nothing_else(registry):
    def refuse(prints):
        if a_print(1).pdq in {p.pdq for p in prints}:
            raise RefusedError("not as a work")

    batch = [registration(AOZORA, 1), registration(AOZORA, 2), vouch(DESK, AOZORA, ENTRY)]
    verdicts = take(batch, registry.batch, refuse=refuse)
    assert kept(verdicts) == [False, True, False]
    assert verdicts[0].reason == "not as a work"
