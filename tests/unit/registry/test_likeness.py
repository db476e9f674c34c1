import json
from dataclasses import replace
from datetime import timedelta

import pytest

from sekisho.codec import canonical
from sekisho.errors import InputError, RefusedError, SignatureError
from sekisho.model import Basis, Purpose, Relation, State, Trust
from sekisho.registry.examined import examine
from sekisho.registry.likeness import (
    about_person,
    examine_personal,
    is_left_out,
    likeness_prints,
    standing,
)
from sekisho.registry.likeness_rules import place_personal
from sekisho.signing import GRANT, read_payload, sign_statement
from tests.likenesses import MemoryVault, consent, consent_end, likeness, photo, verification, withdrawal_of
from tests.parties import (
    DAY,
    LAST,
    Everybody,
    Party,
    grant,
    registration,
    revocation,
    root_of,
    vouch,
    withdrawal,
)

PARENT, OTHER, DESK = Party(name="parent"), Party(name="other"), Party(name="desk")
LUMEN, MALLORY = Party(name="lumen"), Party(name="mallory")
ROOT = root_of(DESK, DESK)
MINE = likeness(PARENT, 1, 2)
ENTRY = examine_personal(MINE).id
AN_ENTRY = "e-" + "0" * 32


def stated(*envelopes):
    """Return what a vault says of MINE and some statements about it."""
    vault = MemoryVault()
    for envelope in (MINE, *envelopes):
        place_personal(examine_personal(envelope), vault, ROOT, today=DAY)
    return vault.stated(ENTRY)


def test_what_is_about_a_person_is_told_from_everything_else():
    personal = [
        MINE,
        verification(DESK, ENTRY),
        consent(PARENT, LUMEN, ENTRY),
        withdrawal_of(PARENT, ENTRY),
    ]
    assert all(map(about_person, personal))
    others = [
        registration(PARENT, 1),
        grant(PARENT, LUMEN, AN_ENTRY),
        withdrawal(PARENT, AN_ENTRY),
        vouch(DESK, PARENT),
        revocation(PARENT, "g-" + "0" * 32),
        b"",
        b"{}",
        MINE[:100],
        grant(PARENT, LUMEN, AN_ENTRY).replace(b"payload", b"payIoad"),
    ]
    assert not any(map(about_person, others))


def test_a_statement_about_a_person_is_examined_by_itself():
    found = examine_personal(consent(PARENT, LUMEN, ENTRY))
    assert (found.by, found.entry) == (PARENT.key, ENTRY)


@pytest.mark.parametrize(
    "forged",
    [
        likeness(PARENT, 1, signer=MALLORY),
        verification(DESK, ENTRY, signer=MALLORY),
        consent(PARENT, LUMEN, ENTRY, signer=LUMEN),
    ],
)
def test_nobody_signs_for_another_key(forged):
    with pytest.raises(RefusedError, match="is signed by"):
        examine_personal(forged)


def test_a_changed_statement_is_refused():
    with pytest.raises(SignatureError):
        examine_personal(MINE.replace(b"likeness.v1", b"withdrawal.v1"))
    with pytest.raises(InputError):
        examine_personal(b"{}")


def test_only_statements_about_persons_are_examined_here():
    with pytest.raises(RefusedError, match="nothing of type"):
        examine_personal(registration(PARENT, 1))


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"basis": Basis.LICENCE}, "no licence"),
        ({"territories": frozenset({"JP"})}, "everywhere"),
    ],
)
def test_consent_is_consent_and_holds_everywhere(said, problem):
    with pytest.raises(RefusedError, match=problem):
        examine_personal(consent(PARENT, LUMEN, ENTRY, **said))


def test_consent_to_oneself_is_none():
    with pytest.raises(RefusedError, match="holder itself"):
        examine_personal(consent(PARENT, PARENT, ENTRY))


def test_a_registration_is_declared_until_the_desk_has_seen_who_it_is():
    assert standing(stated(), ROOT, DAY).trust is Trust.DECLARED
    assert standing(stated(verification(DESK, ENTRY)), ROOT, DAY).trust is Trust.VERIFIED


def test_a_voucher_who_is_taken_off_the_root_verifies_nothing_any_more():
    found = stated(verification(DESK, ENTRY))
    assert standing(found, root_of(DESK, OTHER), DAY).trust is Trust.DECLARED


def test_it_ends_by_its_day_and_by_withdrawal():
    assert standing(stated(), ROOT, LAST).state is State.ACTIVE
    assert standing(stated(), ROOT, LAST + timedelta(days=1)).state is State.LAPSED
    ended = stated(withdrawal_of(PARENT, ENTRY))
    assert standing(ended, ROOT, DAY).state is State.WITHDRAWN
    assert standing(ended, ROOT, DAY - timedelta(days=1)).state is State.ACTIVE


def left_out(found, purpose=Purpose.TRAIN, recipient=LUMEN, first=DAY, days=30):
    last = first + timedelta(days=days)
    return is_left_out(found, recipient=recipient.key, purpose=purpose, first=first, last=last)


def test_consent_covers_its_operator_purpose_and_days():
    found = stated(consent(PARENT, LUMEN, ENTRY))
    assert left_out(found)
    assert left_out(found, Purpose.FINETUNE)
    assert not left_out(found, Purpose.GENERATE)
    assert not left_out(found, recipient=MALLORY)
    assert not left_out(found, first=DAY - timedelta(days=1))
    assert not left_out(found, first=LAST - timedelta(days=29))
    assert not left_out(stated())


def test_consent_to_a_part_is_no_consent_to_the_whole():
    found = stated(consent(PARENT, LUMEN, ENTRY, purposes=frozenset({Purpose.FINETUNE})))
    assert left_out(found, Purpose.FINETUNE)
    assert not left_out(found, Purpose.TRAIN)


@pytest.mark.parametrize("after", [0, 10, 30])
def test_consent_that_ends_while_a_section_is_used_does_not_count(after):
    given = consent(PARENT, LUMEN, ENTRY)
    vault = MemoryVault()
    for envelope in (MINE, given):
        place_personal(examine_personal(envelope), vault, ROOT, today=DAY)
    end = examine_personal(consent_end(PARENT, examine_personal(given).id, DAY + timedelta(days=after)))
    place_personal(replace(end, entry=ENTRY), vault, ROOT, today=DAY)
    assert not left_out(vault.stated(ENTRY))


def test_the_watch_gets_the_photos_of_what_stands_and_no_more():
    rows = list(likeness_prints([stated()], ROOT, DAY))
    assert [(r.entry, r.number, r.sha256, r.pdq) for r in rows] == [
        (ENTRY, n, photo(n + 1).sha256, photo(n + 1).pdq) for n in range(2)
    ]
    assert set(rows[0].__slots__) == {"entry", "number", "sha256", "pdq"}
    assert list(likeness_prints([stated(withdrawal_of(PARENT, ENTRY))], ROOT, DAY)) == []
    assert Relation.GUARDIAN not in rows[0].__slots__


@pytest.mark.parametrize("basis", ["consent", "licence"])
def test_a_photo_of_a_person_is_given_to_nobody_but_by_name(basis):
    named = json.loads(read_payload(consent(PARENT, LUMEN, ENTRY), GRANT))
    everybody = sign_statement(GRANT, canonical({**named, "grantee": "*", "basis": basis}), PARENT)
    assert not about_person(everybody)
    for judge in (examine_personal, examine):
        with pytest.raises(InputError, match="operator"):
            judge(everybody)


def test_what_a_holder_gives_to_everybody_says_nothing_about_photos():
    found = examine(grant(PARENT, Everybody))
    assert found.noun.entry is None
    assert not about_person(found.envelope)
    with pytest.raises(ValueError, match="named operator"):
        consent(PARENT, Everybody, ENTRY)
    assert not left_out(stated())
