from dataclasses import replace
from datetime import timedelta

import pytest

from sekisho.model import EVERYBODY, Act, Permission, Purpose
from sekisho.policy import resolve
from tests.parties import Everybody, Party, a_print
from tests.world import TODAY, YEAR, World

DAY = timedelta(days=1)


@pytest.fixture
def world():
    made = World()
    made.entry = made.register(made.holder, a_print(1))
    made.other = made.register(made.holder, a_print(2))
    made.rivals = made.register(made.rival, a_print(3))
    return made


def ruling(world, entry=None, **use):
    """Resolve through a published snapshot, so that signatures are looked at."""
    snapshot = world.open()
    met = snapshot.entry(snapshot.entry_number(entry or world.entry))
    key = met.registrant.key
    return resolve(met, world.use(**use), snapshot.grants(key), snapshot.revocations(key))


def permission(world, entry=None, **use):
    return ruling(world, entry, **use).permission


def test_without_a_grant_there_is_no_permission(world):
    assert ruling(world) == (Permission.NONE, None, "")


def test_a_grant_for_all_entries_and_one_for_this_entry_permit(world):
    whole = world.grant(world.holder, world.operator)
    assert ruling(world) == (Permission.GRANTED, whole, "")
    world.grants.clear()
    single = world.grant(world.holder, world.operator, world.entry)
    assert ruling(world) == (Permission.GRANTED, single, "")


def test_a_grant_clears_the_entry_that_it_names_and_no_other(world):
    world.grant(world.holder, world.operator, world.entry)
    assert permission(world, world.entry) is Permission.GRANTED
    assert permission(world, world.other) is Permission.NONE
    assert permission(world, world.rivals) is Permission.NONE


@pytest.mark.parametrize("signer", ["operator", "stranger", "rival", "voucher", "registry"])
def test_a_grant_that_the_holder_did_not_sign_does_not_exist(world, signer):
    world.grant(world.holder, world.operator, signer=getattr(world, signer))
    assert ruling(world) == (Permission.NONE, None, "")


def test_an_operator_can_not_grant_itself_another_holders_licence(world):
    world.grant(world.operator, world.operator, world.entry)
    world.grant(world.rival, world.operator, world.entry)
    assert ruling(world) == (Permission.NONE, None, "")


def test_a_signature_or_payload_that_was_touched_ends_the_grant(world):
    world.grant(world.holder, world.operator)
    (good,) = world.grants
    signature = good.index(b'"sig":"') + 7
    payload = good.index(b'"payload":"') + 60
    for at in (signature, signature + 40, payload):
        other = b"A" if good[at : at + 1] != b"A" else b"B"
        world.grants[:] = [good[:at] + other + good[at + 1 :]]
        assert permission(world) is Permission.NONE
    world.grants[:] = [good]
    assert permission(world) is Permission.GRANTED


def test_an_unsigned_grant_does_not_exist(world):
    world.grant(world.holder, world.operator)
    (good,) = world.grants
    at = good.index(b'"sig":"') + 7
    world.grants[:] = [good[:at] + good[good.index(b'"', at) :], b"{}"]
    assert permission(world) is Permission.NONE


def test_a_grant_to_another_operator_is_no_grant_to_this_one(world):
    world.grant(world.holder, world.stranger)
    assert permission(world) is Permission.NONE


def test_a_registrant_needs_no_grant_for_its_own_entry_and_another_key_does(world):
    assert ruling(world, operator=world.holder.key) == (Permission.GRANTED, None, "")
    assert permission(world, world.rivals, operator=world.holder.key) is Permission.NONE


def test_borrowing_an_operators_name_gives_nothing(world):
    world.grant(world.holder, world.operator)
    borrowed = Party(name="another key")
    borrowed.name = world.operator.name
    assert permission(world, operator=borrowed.key) is Permission.NONE


@pytest.mark.parametrize(
    ("granted", "used", "covered"),
    [
        (Purpose.TRAIN, Purpose.TRAIN, True),
        (Purpose.TRAIN, Purpose.PRETRAIN, True),
        (Purpose.TRAIN, Purpose.FINETUNE, True),
        (Purpose.PRETRAIN, Purpose.TRAIN, False),
        (Purpose.FINETUNE, Purpose.TRAIN, False),
        (Purpose.PRETRAIN, Purpose.FINETUNE, False),
        (Purpose.TRAIN, Purpose.GENERATE, False),
        (Purpose.GENERATE, Purpose.TRAIN, False),
        (Purpose.RETRIEVE, Purpose.PUBLISH, False),
        (Purpose.PUBLISH, Purpose.PUBLISH, True),
    ],
)
def test_a_purpose_covers_its_children_and_nothing_else(world, granted, used, covered):
    grant = world.grant(world.holder, world.operator, purposes=[granted])
    expected = (Permission.GRANTED, "") if covered else (Permission.OUT_OF_SCOPE, "purpose")
    found = ruling(world, purpose=used)
    assert (found.permission, found.lacking) == expected
    assert found.grant == grant


@pytest.mark.parametrize(
    ("granted", "used", "covered"),
    [
        (["JP"], "JP", True),
        (["JP"], "JP-13", True),
        (["JP-13"], "JP", False),
        (["JP-13"], "JP-13", True),
        (["JP-13"], "JP-27", False),
        (["*"], "JP", True),
        (["*"], "US-CA", True),
        (["US", "FR"], "JP", False),
        (["US", "JP"], "JP", True),
    ],
)
def test_a_territory_covers_its_parts_and_never_the_whole(world, granted, used, covered):
    world.grant(world.holder, world.operator, territories=granted)
    found = ruling(world, territory=used)
    expected = (Permission.GRANTED, "") if covered else (Permission.OUT_OF_SCOPE, "territory")
    assert (found.permission, found.lacking) == expected


@pytest.mark.parametrize(
    ("on", "expected", "lacking"),
    [
        (TODAY - YEAR - DAY, Permission.OUT_OF_SCOPE, "not_yet"),
        (TODAY - YEAR, Permission.GRANTED, ""),
        (TODAY + YEAR, Permission.GRANTED, ""),
        (TODAY + YEAR + DAY, Permission.EXPIRED, "ended"),
    ],
)
def test_first_and_last_day_are_included(world, on, expected, lacking):
    world.grant(world.holder, world.operator)
    assert (permission(world, on=on), ruling(world, on=on).lacking) == (expected, lacking)


@pytest.mark.parametrize(
    ("after", "expected"),
    [(-1, Permission.GRANTED), (0, Permission.EXPIRED), (1, Permission.EXPIRED)],
)
def test_a_revocation_holds_from_its_day_on(world, after, expected):
    grant = world.grant(world.holder, world.operator)
    world.revoke(world.holder, grant, on=TODAY)
    found = ruling(world, on=TODAY + after * DAY)
    assert found.permission is expected
    assert found.lacking == ("revoked" if expected is Permission.EXPIRED else "")


@pytest.mark.parametrize("who", ["operator", "rival", "stranger"])
def test_a_revocation_by_somebody_else_ends_nothing(world, who):
    grant = world.grant(world.holder, world.operator)
    world.revoke(world.holder, grant, signer=getattr(world, who))
    world.revoke(getattr(world, who), grant)
    assert permission(world) is Permission.GRANTED


def test_a_revocation_ends_the_grant_that_it_names_and_no_other(world):
    ended = world.grant(world.holder, world.operator)
    kept = world.grant(world.holder, world.operator, contract_ref="second")
    world.revoke(world.holder, ended)
    assert ruling(world) == (Permission.GRANTED, kept, "")


def test_the_best_grant_counts_and_then_the_nearest(world):
    far = world.grant(world.holder, world.operator, territories=["US"])
    assert ruling(world) == (Permission.OUT_OF_SCOPE, far, "territory")
    past = world.grant(world.holder, world.operator, until=TODAY - DAY)
    assert ruling(world) == (Permission.EXPIRED, past, "ended")
    good = world.grant(world.holder, world.operator, contract_ref="good")
    assert ruling(world) == (Permission.GRANTED, good, "")


def test_among_equals_the_smallest_id_is_named_whatever_the_order(world):
    grants = [world.grant(world.holder, world.operator, contract_ref=str(n)) for n in range(5)]
    assert ruling(world).grant == min(grants)
    world.grants.reverse()
    assert ruling(world).grant == min(grants)


def test_revocations_of_others_that_come_in_are_ignored(world):
    world.revoke(world.rival, world.grant(world.holder, world.operator))
    snapshot = world.open()
    entry = snapshot.entry(snapshot.entry_number(world.entry))
    grants, theirs = snapshot.grants(world.holder.key), snapshot.revocations(world.rival.key)
    assert resolve(entry, world.use(), grants, theirs).permission is Permission.GRANTED
    moved = [replace(r, registrant=world.holder.key) for r in theirs]
    assert resolve(entry, world.use(), grants, moved).permission is Permission.EXPIRED


def test_grants_of_others_that_come_in_are_ignored(world):
    world.grant(world.rival, world.operator)
    world.grant(world.holder, world.operator)
    snapshot = world.open()
    theirs = snapshot.grants(world.rival.key)
    entry = snapshot.entry(snapshot.entry_number(world.entry))
    assert resolve(entry, world.use(), theirs, ()).permission is Permission.NONE
    moved = [replace(g, registrant=world.holder.key) for g in theirs]
    assert resolve(entry, world.use(), moved, ()).permission is Permission.GRANTED


def test_a_registrant_needs_no_grant_for_its_own_entries_only(world):
    assert ruling(world, operator=world.holder.key) == (Permission.GRANTED, None, "")
    assert permission(world, world.rivals, operator=world.holder.key) is Permission.NONE


def test_a_grant_for_everybody_permits_whoever_asks(world):
    given = world.grant(world.holder, Everybody, world.entry)
    assert ruling(world) == (Permission.GRANTED, given, "")
    assert ruling(world, operator=world.stranger.key) == (Permission.GRANTED, given, "")
    assert permission(world, world.other) is Permission.NONE
    assert permission(world, world.rivals) is Permission.NONE


@pytest.mark.parametrize(
    ("use", "lacking"),
    [
        ({"purpose": Purpose.GENERATE}, "purpose"),
        ({"territory": "US"}, "territory"),
        ({"on": TODAY - YEAR - DAY}, "not_yet"),
    ],
)
def test_a_grant_for_everybody_has_a_scope_as_others(world, use, lacking):
    given = world.grant(world.holder, Everybody)
    assert ruling(world, **use) == (Permission.OUT_OF_SCOPE, given, lacking)
    assert permission(world, purpose=Purpose.FINETUNE, territory="JP-13") is Permission.GRANTED


def test_a_grant_for_everybody_ends_and_is_revoked(world):
    given = world.grant(world.holder, Everybody)
    assert ruling(world, on=TODAY + YEAR + DAY) == (Permission.EXPIRED, given, "ended")
    world.revoke(world.rival, given)
    assert permission(world) is Permission.GRANTED
    world.revoke(world.holder, given)
    assert ruling(world) == (Permission.EXPIRED, given, "revoked")


def test_of_two_that_cover_the_named_one_is_cited_and_of_others_the_one_that_covers(world):
    general = world.grant(world.holder, Everybody, territories=("*",))
    named = world.grant(world.holder, world.operator, world.entry)
    assert ruling(world) == (Permission.GRANTED, named, "")
    assert ruling(world, territory="US") == (Permission.GRANTED, general, "")
    assert ruling(world, world.other) == (Permission.GRANTED, general, "")
    assert ruling(world, operator=world.stranger.key) == (Permission.GRANTED, general, "")


def test_of_two_that_do_not_cover_the_named_one_is_cited(world):
    world.grant(world.holder, Everybody, purposes=[Purpose.PUBLISH])
    named = world.grant(world.holder, world.operator, purposes=[Purpose.RETRIEVE])
    assert ruling(world) == (Permission.OUT_OF_SCOPE, named, "purpose")


def test_the_end_of_a_named_grant_does_not_end_the_one_for_everybody(world):
    general = world.grant(world.holder, Everybody)
    named = world.grant(world.holder, world.operator)
    world.revoke(world.holder, named)
    assert ruling(world) == (Permission.GRANTED, general, "")


@pytest.mark.parametrize("signer", ["operator", "stranger", "rival", "voucher", "registry"])
def test_what_another_signs_gives_nothing_to_everybody(world, signer):
    world.grant(world.holder, Everybody, world.entry, signer=getattr(world, signer))
    assert ruling(world) == (Permission.NONE, None, "")


def test_who_gives_anothers_entry_to_everybody_gives_nothing(world):
    world.grant(world.rival, Everybody, world.entry)
    world.grant(world.rival, Everybody)
    assert ruling(world) == (Permission.NONE, None, "")


def test_an_agent_gives_nothing_to_everybody_whatever_its_mandate_says(world):
    agent = Party(name="agent")
    world.mandate(world.holder, agent, Act.GRANT)
    named = world.grant(world.holder, world.operator, world.entry, signer=agent)
    general = world.grant(world.holder, Everybody, signer=agent)
    assert ruling(world) == (Permission.GRANTED, named, "")
    assert ruling(world, operator=world.stranger.key) == (Permission.NONE, None, "")
    world.grants.reverse()
    assert general not in {grant.id for grant in world.open().grants(world.holder.key)}


def test_everybody_is_no_operator_whose_name_could_be_borrowed(world):
    world.grant(world.holder, world.stranger)
    assert ruling(world, operator=EVERYBODY) == (Permission.NONE, None, "")
