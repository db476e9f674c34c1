from dataclasses import replace
from datetime import timedelta

import pytest

from sekisho.codec.likeness import encode_likeness
from sekisho.errors import RefusedError
from sekisho.model import Relation
from sekisho.registry.likeness import examine_personal
from sekisho.registry.likeness_rules import DECLARED_LIKENESSES, place_personal
from sekisho.signing import LIKENESS, sign_statement
from tests.likenesses import (
    MemoryVault,
    consent,
    consent_end,
    likeness,
    likeness_noun,
    verification,
    withdrawal_of,
)
from tests.parties import DAY, Party, root_of

PARENT, MOTHER, DESK = Party(name="parent"), Party(name="mother"), Party(name="desk")
LUMEN, STALKER = Party(name="lumen"), Party(name="stalker")
ROOT = root_of(DESK, DESK)
MINE = likeness(PARENT, 1, 2)
ENTRY = examine_personal(MINE).id


@pytest.fixture
def vault():
    return MemoryVault()


@pytest.fixture
def take(vault):
    """Place statements on a day; refusals are raised."""

    def taking(*envelopes, today=DAY):
        for envelope in envelopes:
            place_personal(examine_personal(envelope), vault, ROOT, today=today)

    return taking


def test_keeping_it_twice_changes_nothing_and_says_nothing(take, vault):
    for envelope in (MINE, verification(DESK, ENTRY), consent(PARENT, LUMEN, ENTRY)):
        take(envelope)
        take(envelope)
    assert len(vault.kept[ENTRY]) == 3


def test_two_guardians_may_register_the_same_photos_and_neither_learns_it(take, vault):
    take(MINE)
    take(likeness(MOTHER, 1, 2, nonce=bytes(16)))
    assert [s.likeness.holder for s in vault.of_holder(MOTHER.key)] == [MOTHER.key]
    assert len(vault.kept) == 2


@pytest.mark.parametrize("days", [-31, 2])
def test_an_old_registration_is_signed_anew(take, days):
    with pytest.raises(RefusedError, match="not taken"):
        take(likeness(PARENT, 1, on=DAY), today=DAY - timedelta(days=days))


def test_an_erased_registration_is_refused_as_an_old_one_is(take, vault):
    vault.erased.add(ENTRY)
    with pytest.raises(RefusedError) as erased:
        take(MINE)
    with pytest.raises(RefusedError) as old:
        take(MINE, today=DAY + timedelta(days=31))
    assert str(erased.value) == str(old.value)
    assert erased.value.hint == old.value.hint


def test_the_same_photos_may_be_registered_again_after_erasure(take, vault):
    vault.erased.add(ENTRY)
    take(likeness(PARENT, 1, 2, nonce=bytes(16)))
    assert len(vault.kept) == 1


def test_what_ended_is_not_taken(take):
    with pytest.raises(RefusedError, match="it ended"):
        take(likeness(PARENT, 1, until=DAY), today=DAY + timedelta(days=1))


def test_a_later_declaration_is_not_taken_unread(take):
    with pytest.raises(RefusedError, match="another declaration"):
        take(_with_declaration())


def _with_declaration():
    payload = encode_likeness(likeness_noun(PARENT, declaration="likeness-2"))
    return sign_statement(LIKENESS, payload, PARENT)


def numbered(holder, count):
    return [likeness(holder, n, nonce=bytes([n]) * 16) for n in range(count)]


def test_a_stalker_registers_few_persons_and_is_told_only_of_his_own(take):
    take(MINE)
    *some, last = numbered(STALKER, DECLARED_LIKENESSES + 1)
    take(*some)
    with pytest.raises(RefusedError, match="5 registrations") as caught:
        take(last)
    assert PARENT.key not in str(caught.value)


def test_verified_and_ended_registrations_leave_room(take):
    *some, last = numbered(PARENT, DECLARED_LIKENESSES + 1)
    take(*some)
    take(verification(DESK, examine_personal(some[0]).id))
    take(last)
    more = likeness(PARENT, 77)
    with pytest.raises(RefusedError, match="has not verified"):
        take(more)
    take(withdrawal_of(PARENT, examine_personal(some[1]).id))
    take(more)


def test_a_strangers_question_about_an_id_gets_one_answer(take):
    take(MINE)
    unknown = "l-" + "0" * 32

    def answers(make):
        for entry in (ENTRY, unknown):
            with pytest.raises(RefusedError) as caught:
                take(make(entry))
            yield str(caught.value).replace(entry, ""), caught.value.hint

    for make in (
        lambda e: withdrawal_of(STALKER, e),
        lambda e: consent(STALKER, LUMEN, e),
        lambda e: verification(STALKER, e),
    ):
        first, second = answers(make)
        assert first == second


@pytest.mark.parametrize(
    ("by", "relation", "problem"),
    [
        (STALKER, Relation.GUARDIAN, "no voucher"),
        (PARENT, Relation.GUARDIAN, "no voucher"),
        (DESK, Relation.SELF, "another relation"),
    ],
)
def test_a_relation_can_not_be_forged(take, by, relation, problem):
    take(MINE)
    with pytest.raises(RefusedError, match=problem):
        take(verification(by, ENTRY, relation))


def test_a_voucher_does_not_verify_itself(take):
    own = likeness(DESK, 3)
    take(own)
    with pytest.raises(RefusedError, match="nobody verifies its own"):
        take(verification(DESK, examine_personal(own).id))


def test_after_withdrawal_nothing_more_is_said_but_an_end_of_consent(take, vault):
    given = consent(PARENT, LUMEN, ENTRY)
    take(MINE, given, withdrawal_of(PARENT, ENTRY))
    with pytest.raises(RefusedError, match="withdrawn already"):
        take(consent(PARENT, STALKER, ENTRY))
    end = examine_personal(consent_end(PARENT, examine_personal(given).id))
    place_personal(replace(end, entry=ENTRY), vault, ROOT, today=DAY)
    assert vault.stated(ENTRY).revocations


def test_another_can_not_end_a_consent(take, vault):
    given = consent(PARENT, LUMEN, ENTRY)
    take(MINE, given)
    end = examine_personal(consent_end(STALKER, examine_personal(given).id))
    with pytest.raises(RefusedError, match="no such registration"):
        place_personal(replace(end, entry=ENTRY), vault, ROOT, today=DAY)
    with pytest.raises(RefusedError, match="no such registration"):
        place_personal(end, vault, ROOT, today=DAY)
