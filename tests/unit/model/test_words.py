from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from sekisho import model
from sekisho.model import (
    PURPOSE_PARENT,
    Fingerprint,
    Grant,
    Item,
    Outcome,
    Print,
    Purpose,
    Unfingerprintable,
    Unreadable,
    utc,
)
from sekisho.policy import shipped_policy

HASH = bytes(32)
GRANT = {
    "id": "g-" + "0" * 32,
    "registrant": "ed25519:a",
    "entry": None,
    "grantee": "ed25519:b",
    "purposes": frozenset({Purpose.TRAIN}),
    "territories": frozenset({"JP"}),
    "from_": date(2026, 1, 1),
    "until": date(2026, 1, 1),
}
NOUNS = [n for n in map(model.__dict__.get, model.__all__) if is_dataclass(n)]


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.__name__)
def test_a_noun_is_frozen_keyword_only_and_has_slots(noun):
    assert noun.__dataclass_params__.frozen
    assert all(f.kw_only for f in fields(noun))
    assert "__dict__" not in dir(noun)


def test_a_noun_can_not_be_changed():
    with pytest.raises(FrozenInstanceError):
        Fingerprint(sha256=HASH).sha256 = b"x"


def test_outcomes_are_ordered_from_the_mildest():
    assert sorted(Outcome, key=lambda o: o.rank) == [Outcome.ALLOW, Outcome.REVIEW, Outcome.BLOCK]


def test_only_the_kinds_of_training_have_a_parent():
    assert PURPOSE_PARENT == {Purpose.PRETRAIN: Purpose.TRAIN, Purpose.FINETUNE: Purpose.TRAIN}


@pytest.mark.parametrize("noun", [Fingerprint, Print])
@pytest.mark.parametrize(
    "wrong",
    [
        {"sha256": bytes(31)},
        {"sha256": bytes(33)},
        {"pdq": bytes(31), "quality": 50},
        {"pdq": HASH, "quality": 101},
        {"pdq": HASH, "quality": -1},
    ],
)
def test_a_fingerprint_of_the_wrong_size_does_not_exist(noun, wrong):
    with pytest.raises(ValueError, match=r"bytes|0-100"):
        noun(**{"sha256": HASH, **wrong})


@pytest.mark.parametrize("half", [{"pdq": HASH}, {"quality": 50}])
def test_pdq_and_quality_go_together(half):
    with pytest.raises(ValueError, match="go together"):
        Fingerprint(sha256=HASH, **half)


def test_an_item_has_bytes_or_a_reason_and_never_neither():
    problem = Unfingerprintable(reason=Unreadable.IO_ERROR)
    assert Item(name="a", data=b"").problem is None
    assert Item(name="a", data=None, problem=problem).data is None
    for data, reason in ((None, None), (b"x", problem)):
        with pytest.raises(ValueError, match="bytes, or a reason"):
            Item(name="a", data=data, problem=reason)


@pytest.mark.parametrize(
    "wrong",
    [{"purposes": frozenset()}, {"territories": frozenset()}, {"until": date(2025, 12, 31)}],
)
def test_a_grant_of_nothing_does_not_exist(wrong):
    assert Grant(**GRANT).until == Grant(**GRANT).from_
    with pytest.raises(ValueError, match="a grant"):
        Grant(**{**GRANT, **wrong})


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"unreadable": Outcome.ALLOW}, "never allowed"),
        ({"declared": Outcome.BLOCK}, "can not block"),
        ({"radius": 32}, "radius"),
        ({"radius": -1}, "radius"),
        ({"rotations": 32}, "radius"),
        ({"rotations": -1}, "radius"),
        ({"min_quality": 49}, "min_quality"),
        ({"min_quality": 101}, "min_quality"),
    ],
)
def test_a_policy_that_lets_pass_what_was_not_seen_does_not_exist(wrong, why):
    policy = shipped_policy("opt-in")
    with pytest.raises(ValueError, match=why):
        replace(policy, **wrong)


def test_the_edges_of_a_policy_are_inside():
    policy = shipped_policy("opt-in")
    assert replace(policy, radius=31, rotations=0, min_quality=50).rotations == 0
    assert replace(policy, radius=0, rotations=None, min_quality=100).rotations is None


def test_time_is_aware_utc_in_whole_seconds():
    tokyo = datetime(2026, 11, 22, 8, 0, 0, 999, tzinfo=timezone(timedelta(hours=9)))
    assert utc(tokyo) == datetime(2026, 11, 21, 23, tzinfo=UTC)
    assert utc(tokyo).tzinfo is UTC
    with pytest.raises(ValueError, match="aware"):
        utc(datetime(2026, 11, 22))  # noqa: DTZ001
