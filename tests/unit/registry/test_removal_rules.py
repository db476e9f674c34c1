from datetime import timedelta

import pytest

from sekisho.codec import decode_registration, decode_root, decode_vouch
from sekisho.errors import RefusedError, SignatureError
from sekisho.model import EntryId
from sekisho.registry.removal import Decided, Objection, Reason, Removal, Step, sign_removal
from sekisho.registry.removal_rules import Deciders, may_readmit, may_remove
from sekisho.signing import REGISTRATION, ROOT, VOUCH, read_payload
from tests.parties import DAY, Party, registration, root, vouch

REGISTRY, DESK, SECOND = Party(name="registry"), Party(name="desk"), Party(name="second")
AOZORA, MALLORY = Party(name="aozora"), Party(name="mallory")
ROOT_OF = decode_root(read_payload(root(REGISTRY, REGISTRY, DESK, SECOND), ROOT))
ENTRY = decode_registration(read_payload(registration(AOZORA, 1), REGISTRATION))
OTHER = EntryId("e-" + "0" * 32)


def vouched(voucher, *entries):
    return decode_vouch(read_payload(vouch(voucher, AOZORA, *entries), VOUCH))


def agreement(by, step=Step.REMOVE, entry=ENTRY.id, registry=REGISTRY, on=DAY, signer=None):
    said = Removal(step=step, by=by.key, entry=entry, on=on, reason=Reason.COURT, registry=registry.key)
    return sign_removal(said, signer or by)


def deciders(agreed=None, today=DAY):
    return Deciders(root=ROOT_OF, agreed=agreed, today=today)


def test_what_nobody_has_confirmed_the_registry_takes_out_alone():
    assert may_remove(ENTRY, [], deciders()) == (REGISTRY.key,)
    assert may_remove(ENTRY, [vouched(MALLORY)], deciders()) == (REGISTRY.key,)
    assert may_remove(ENTRY, [vouched(DESK, OTHER)], deciders()) == (REGISTRY.key,)


@pytest.mark.parametrize("how", [vouched(DESK), vouched(DESK, ENTRY.id), vouched(REGISTRY)])
def test_what_a_voucher_has_ever_confirmed_needs_a_second_person(how):
    with pytest.raises(RefusedError, match="one key alone"):
        may_remove(ENTRY, [how], deciders())
    assert may_remove(ENTRY, [how], deciders(agreement(DESK))) == (REGISTRY.key, DESK.key)


def test_the_registrant_itself_may_agree():
    assert AOZORA.key in may_remove(ENTRY, [vouched(DESK)], deciders(agreement(AOZORA)))


@pytest.mark.parametrize(
    ("agreed", "problem"),
    [
        (agreement(REGISTRY), "key of its own"),
        (agreement(MALLORY), "no voucher"),
        (agreement(DESK, step=Step.READMIT), "agreement is to"),
        (agreement(DESK, entry=OTHER), "agreement is to"),
        (agreement(DESK, registry=MALLORY), "agreement is to"),
        (agreement(DESK, on=DAY - timedelta(days=31)), "agreement is of"),
        (agreement(DESK, on=DAY + timedelta(days=2)), "agreement is of"),
    ],
)
def test_a_false_agreement_takes_no_publishers_work_out(agreed, problem):
    for vouches in ([vouched(DESK)], []):
        with pytest.raises(RefusedError, match=problem):
            may_remove(ENTRY, vouches, deciders(agreed))


def test_a_forged_agreement_is_none():
    with pytest.raises(SignatureError):
        may_remove(ENTRY, [vouched(DESK)], deciders(agreement(DESK, signer=REGISTRY)))


def decided(*by):
    return Decided(
        step=Step.REMOVE,
        by=tuple(one.key for one in by),
        entry=ENTRY.id,
        on=DAY,
        reason=Reason.SHOWS_PERSON,
        registrant=AOZORA.key,
    )


def objection(holder=AOZORA, entry=ENTRY.id, registry=REGISTRY):
    return Objection(entry=entry, evidence="mine", holder=holder.key, on=DAY, registry=registry.key)


def test_what_one_has_decided_one_can_undo_if_the_registrant_objects():
    assert may_readmit(decided(REGISTRY), objection(), deciders()) == (REGISTRY.key,)


@pytest.mark.parametrize(
    "wrong", [objection(holder=MALLORY), objection(entry=OTHER), objection(registry=DESK)]
)
def test_only_the_registrant_objects(wrong):
    with pytest.raises(RefusedError, match="not by the registrant"):
        may_readmit(decided(REGISTRY), wrong, deciders())


def test_what_two_have_decided_needs_another_who_took_no_part():
    with pytest.raises(RefusedError, match="two have taken"):
        may_readmit(decided(REGISTRY, DESK), objection(), deciders())
    for who in (DESK, REGISTRY, AOZORA):
        with pytest.raises(RefusedError, match="key of its own"):
            may_readmit(decided(REGISTRY, DESK), objection(), deciders(agreement(who, step=Step.READMIT)))
    with pytest.raises(RefusedError, match="no voucher"):
        may_readmit(decided(REGISTRY, DESK), objection(), deciders(agreement(MALLORY, step=Step.READMIT)))
    agreed = agreement(SECOND, step=Step.READMIT)
    assert may_readmit(decided(REGISTRY, DESK), objection(), deciders(agreed)) == (REGISTRY.key, SECOND.key)
