from dataclasses import replace

import pytest

from sekisho.model import TURNED_BYTES, Fingerprint, Item, Outcome, Unfingerprintable, Unreadable
from sekisho.policy import shipped_policy

HASH = bytes(32)


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
def test_a_fingerprint_of_the_wrong_size_does_not_exist(wrong):
    with pytest.raises(ValueError, match=r"bytes|0-100"):
        Fingerprint(**{"sha256": HASH, **wrong})


@pytest.mark.parametrize("half", [{"pdq": HASH}, {"quality": 50}])
def test_pdq_and_quality_go_together(half):
    with pytest.raises(ValueError, match="go together"):
        Fingerprint(sha256=HASH, **half)


@pytest.mark.parametrize(
    ("turned", "why"),
    [((bytes(TURNED_BYTES),) * 2, "all frames"), ((bytes(TURNED_BYTES - 1),), "224 bytes")],
)
def test_turned_hashes_are_there_for_every_frame_or_none(turned, why):
    assert Fingerprint(sha256=HASH, pdq=HASH, quality=50, turned=(bytes(TURNED_BYTES),)).turned
    with pytest.raises(ValueError, match=why):
        Fingerprint(sha256=HASH, pdq=HASH, quality=50, turned=turned)


def test_an_item_has_bytes_or_a_reason_and_never_neither():
    problem = Unfingerprintable(reason=Unreadable.IO_ERROR)
    assert Item(name="a", data=b"").problem is None
    assert Item(name="a", data=None, problem=problem).data is None
    for data, reason in ((None, None), (b"x", problem)):
        with pytest.raises(ValueError, match="bytes, or a reason"):
            Item(name="a", data=data, problem=reason)


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
