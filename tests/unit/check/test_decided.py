import hashlib
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from sekisho.check import check, decide_many, look_at
from sekisho.media import Limits
from sekisho.model import Depth, Item, Method, Outcome, Print, Unfingerprintable, Unreadable
from sekisho.policy import SHIPPED, shipped_policy
from tests.pictures import encode, picture
from tests.world import World, drawn

PLAIN = encode(np.full((64, 64, 3), 200, np.uint8), "PNG")


@pytest.fixture(scope="module")
def world():
    made = World()
    made.register(made.holder, drawn(1), PLAIN)
    made.vouch(made.voucher, made.holder)
    made.register(made.rival, drawn(2))
    return made


def animation(*seeds):
    first, *rest = (Image.fromarray(picture(s, 96, 96)) for s in seeds)
    return encode(np.asarray(first), "WEBP", lossless=True, save_all=True, append_images=rest)


def test_a_decision_holds_everything_needed_to_replay_it(world):
    made = world.check(drawn(1))
    assert (made.item, made.media_type, made.bytes) == ("item.png", "image/png", len(drawn(1)))
    assert made.fingerprint.quality == 100
    assert made.snapshot == world.open().digest
    assert made.policy == shipped_policy("opt-in").digest
    assert made.unreadable is None


@pytest.mark.parametrize(
    ("seed", "outcome", "reason"),
    [
        (1, Outcome.BLOCK, "verified_without_permission"),
        (2, Outcome.REVIEW, "declared_without_permission"),
        (3, Outcome.ALLOW, "no_known_objection"),
    ],
)
def test_what_was_drawn_is_decided_by_who_registered_it(world, seed, outcome, reason):
    data = encode(picture(seed, 96, 96), quality=92)
    decision = world.check(data)
    assert (decision.outcome, decision.reason) == (outcome, reason)
    assert [f.method for f in decision.findings] == [Method.PDQ] * (seed < 3)


@pytest.mark.parametrize("policy", SHIPPED)
@pytest.mark.parametrize("data", [b"", b"no picture at all", drawn(3)[:500], drawn(1)[:500]], ids=len)
def test_what_can_not_be_looked_at_is_never_allowed(world, policy, data):
    decision = world.check(data, policy)
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, "unreadable")
    assert decision.unreadable is not None


@pytest.mark.parametrize("reason", Unreadable)
@pytest.mark.parametrize("policy", [*SHIPPED, "exact"])
def test_an_item_without_bytes_is_never_allowed(world, reason, policy):
    rules = shipped_policy("opt-out" if policy == "exact" else policy)
    rules = replace(rules, depth=Depth.EXACT) if policy == "exact" else rules
    item = Item(name="gone", data=None, problem=Unfingerprintable(reason=reason, detail="why"))
    decision = check(item, snapshot=world.open(), policy=rules, use=world.use())
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, "unreadable")
    assert decision.unreadable.reason is reason
    assert (decision.fingerprint, decision.bytes, decision.media_type) == (None, 0, "")


def test_a_registered_file_that_can_not_be_decoded_is_found_by_its_digest():
    broken = drawn(1)[:500]
    world = World()
    world.register(world.holder, Print(sha256=hashlib.sha256(broken).digest()))
    world.vouch(world.voucher, world.holder)
    assert world.check(broken).reason == "verified_without_permission"
    world.grant(world.holder, world.operator)
    decision = world.check(broken)
    assert (decision.outcome, decision.reason) == (Outcome.REVIEW, "unreadable")


def test_a_picture_of_low_detail_has_its_own_reason(world):
    other = encode(np.full((64, 64, 3), 190, np.uint8), "PNG")
    assert [world.check(other, p).reason for p in SHIPPED] == ["low_detail"] * 3
    assert [world.check(other, p).outcome for p in SHIPPED] == [Outcome.REVIEW, Outcome.ALLOW, Outcome.REVIEW]


def test_a_picture_of_low_detail_is_found_by_its_digest(world):
    assert world.check(PLAIN).reason == "verified_without_permission"


def test_at_depth_exact_only_the_same_file_is_found(world):
    policy = replace(shipped_policy("opt-in"), depth=Depth.EXACT)
    assert world.check(drawn(1), policy).outcome is Outcome.BLOCK
    other = world.check(encode(picture(1, 96, 96), quality=92), policy)
    assert (other.reason, other.fingerprint.pdq) == ("no_known_objection", None)


def test_every_frame_of_an_animation_is_compared(world):
    decision = world.check(animation(7, 1, 8))
    assert decision.reason == "verified_without_permission"
    (finding,) = decision.findings
    assert (finding.distance, finding.detail) == (0, {"frame": 1})
    assert world.check(animation(7, 9, 8)).reason == "no_known_objection"


def test_one_frame_of_detail_is_enough_to_be_compared(world):
    plain = np.full((96, 96, 3), 190, np.uint8)
    rest = [Image.fromarray(picture(7, 96, 96))]
    data = encode(plain, "WEBP", lossless=True, save_all=True, append_images=rest)
    assert world.check(data).reason == "no_known_objection"


def test_limits_are_arguments(world):
    item = Item(name="a", data=drawn(3))
    facts = {"snapshot": world.open(), "policy": shipped_policy("opt-in"), "use": world.use()}
    assert check(item, **facts).outcome is Outcome.ALLOW
    decision = check(item, **facts, limits=Limits(max_pixels=96 * 96 - 1))
    assert decision.unreadable.reason is Unreadable.TOO_MANY_PIXELS


def test_bytes_are_gone_after_the_look():
    looked = look_at(Item(name="a", data=drawn(3)), policy=shipped_policy("opt-in"))
    assert looked.bytes == len(drawn(3))
    assert not any(isinstance(getattr(looked, f), bytes | memoryview) for f in looked.__slots__)


def test_no_item_needs_no_decision(world):
    assert decide_many([], snapshot=world.open(), policy=shipped_policy("opt-in"), use=world.use()) == []
