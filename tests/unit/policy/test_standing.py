from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.model import (
    Claims,
    Dispute,
    Entry,
    EntryId,
    Grounds,
    KeyId,
    Kind,
    Registrant,
    Resolution,
    Settled,
    State,
    Trust,
    Withdrawal,
)
from sekisho.policy.standing import TIME_TO_SETTLE, standing

DAY = date(2026, 11, 22)
ONE = timedelta(days=1)
ENTRY = Entry(
    id=EntryId("e-" + "1" * 32),
    registrant=Registrant(key=KeyId("holder")),
    kind=Kind.WORK,
    trust=Trust.DECLARED,
    registered=DAY - 400 * ONE,
)
CONFIRMED = replace(ENTRY, trust=Trust.VERIFIED)


def dispute(number=0, on=DAY):
    return Dispute(
        id=f"d-{number:032x}",
        disputant=KeyId("rival"),
        entry=ENTRY.id,
        grounds=Grounds.MY_WORK,
        evidence="a contract",
        on=on,
    )


def resolution(of, settled, on=DAY, number=0):
    return Resolution(id=f"s-{number:032x}", by=KeyId("voucher"), dispute=of.id, settled=settled, on=on)


def disputed(*disputes, trust=Trust.DECLARED, ends=()):
    return Claims(disputes=tuple((d, trust) for d in disputes), resolutions=tuple(ends))


def test_an_entry_of_which_nobody_said_anything_is_active():
    assert standing(ENTRY, Claims(), DAY) is State.ACTIVE


def test_a_withdrawal_counts_from_its_day_on():
    claims = Claims(
        withdrawals=(Withdrawal(id="w", registrant=KeyId("holder"), entry=ENTRY.id, on=DAY),),
        disputes=((dispute(on=DAY - 99 * ONE), Trust.VERIFIED),),
    )
    assert standing(CONFIRMED, claims, DAY - ONE) is State.SUSPENDED
    assert standing(CONFIRMED, claims, DAY) is State.WITHDRAWN


def test_protection_ends_after_its_last_day():
    entry = replace(ENTRY, protected_until=DAY)
    assert standing(entry, Claims(), DAY) is State.ACTIVE
    assert standing(entry, Claims(), DAY + ONE) is State.LAPSED


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (-1, State.ACTIVE),
        (0, State.DISPUTED),
        (29, State.DISPUTED),
        (30, State.SUSPENDED),
        (999, State.SUSPENDED),
    ],
)
def test_a_dispute_has_thirty_days(days, state):
    assert timedelta(days=30) == TIME_TO_SETTLE
    assert standing(ENTRY, disputed(dispute()), DAY + days * ONE) is state


@pytest.mark.parametrize(
    ("entry", "by", "state"),
    [
        (ENTRY, Trust.DECLARED, State.DISPUTED),
        (ENTRY, Trust.VERIFIED, State.DISPUTED),
        (CONFIRMED, Trust.VERIFIED, State.DISPUTED),
        (CONFIRMED, Trust.DECLARED, State.ACTIVE),
    ],
)
def test_lower_trust_never_weakens_higher(entry, by, state):
    assert standing(entry, disputed(dispute(), trust=by), DAY) is state


@pytest.mark.parametrize(
    ("settled", "state"),
    [
        (Settled.DISMISSED, State.ACTIVE),
        (Settled.WITHDRAWN, State.ACTIVE),
        (Settled.UPHELD, State.SUSPENDED),
    ],
)
def test_how_a_dispute_ended_decides_from_its_day_on(settled, state):
    made = dispute()
    claims = disputed(made, ends=[resolution(made, settled, DAY + 5 * ONE)])
    assert standing(ENTRY, claims, DAY + 4 * ONE) is State.DISPUTED
    assert standing(ENTRY, claims, DAY + 5 * ONE) is state
    assert standing(ENTRY, claims, DAY + 99 * ONE) is state


def test_the_latest_resolution_counts_and_on_one_day_what_was_upheld():
    made = dispute()
    first = resolution(made, Settled.UPHELD, DAY + ONE)
    second = resolution(made, Settled.DISMISSED, DAY + 2 * ONE, 1)
    for ends in ([first, second], [second, first]):
        assert standing(ENTRY, disputed(made, ends=ends), DAY + ONE) is State.SUSPENDED
        assert standing(ENTRY, disputed(made, ends=ends), DAY + 2 * ONE) is State.ACTIVE
    same_day = [resolution(made, Settled.DISMISSED, number=9), resolution(made, Settled.UPHELD, number=1)]
    assert standing(ENTRY, disputed(made, ends=same_day), DAY) is State.SUSPENDED


def test_the_end_of_one_dispute_does_not_end_another():
    one, two = dispute(1), dispute(2)
    claims = disputed(one, two, ends=[resolution(one, Settled.DISMISSED)])
    assert standing(ENTRY, claims, DAY) is State.DISPUTED


def test_the_gravest_dispute_decides():
    claims = disputed(dispute(1), dispute(2, DAY - 40 * ONE))
    assert standing(ENTRY, claims, DAY) is State.SUSPENDED


disputes = st.builds(dispute, st.integers(0, 5), st.dates(DAY - 60 * ONE, DAY + 60 * ONE))


@given(st.lists(disputes, max_size=5), st.dates(DAY - 90 * ONE, DAY + 90 * ONE))
def test_what_self_declared_keys_say_never_touches_a_confirmed_entry(some, on):
    assert standing(CONFIRMED, disputed(*some), on) is State.ACTIVE


@given(st.lists(disputes, max_size=5), disputes, st.dates(DAY - 90 * ONE, DAY + 90 * ONE))
def test_one_more_dispute_never_makes_an_entry_stand_better(some, more, on):
    order = [State.ACTIVE, State.DISPUTED, State.SUSPENDED]
    before, after = (standing(ENTRY, disputed(*d), on) for d in (some, [*some, more]))
    assert order.index(after) >= order.index(before)
