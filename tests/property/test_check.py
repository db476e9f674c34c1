"""Nothing that could not be looked at is allowed; a batch decides as its items do; twice is once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from sekisho.check import check, decide_many, look_at
from sekisho.media import CannotDecode, frames, sniff
from sekisho.model import Item, Outcome
from sekisho.policy import SHIPPED, shipped_policy
from tests.counts import count
from tests.mutate import mutations
from tests.pictures import encode, picture
from tests.world import World, drawn

SMALL = 64
DRAWN = picture(1, SMALL, SMALL)
FILES = {name: encode(DRAWN, name) for name in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")}
FILES["animation"] = encode(
    DRAWN, "WEBP", save_all=True, append_images=[Image.fromarray(picture(2, SMALL, SMALL))]
)
POLICIES = [shipped_policy(name) for name in SHIPPED]


@pytest.fixture(scope="module")
def world():
    made = World()
    made.register(made.holder, *(encode(picture(n, SMALL, SMALL), "PNG") for n in range(4)))
    made.vouch(made.voucher, made.holder)
    made.register(made.rival, *(encode(picture(n, SMALL, SMALL), "PNG") for n in range(3, 6)))
    made.grant(made.rival, made.operator)
    made.snapshot = made.open()
    return made


def decide(world, data, policy):
    return check(Item(name="x", data=data), snapshot=world.snapshot, policy=policy, use=world.use())


def decodes(data):
    try:
        return len(list(frames(data, sniff(data) or "")))
    except CannotDecode:
        return 0


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_read_or_not_allowed(world, name):
    unreadable = 0
    for damaged in mutations(FILES[name], seed=5, n=count(60, 15_000)):
        decision = decide(world, damaged, POLICIES[1])
        if not decodes(damaged):
            unreadable += 1
            assert decision.outcome is not Outcome.ALLOW
            assert decision.unreadable is not None
            assert decision.fingerprint.pdq is None
        else:
            assert decision.unreadable is None
            assert decision.fingerprint.pdq is not None
        assert decision == decide(world, damaged, POLICIES[1])
    assert unreadable


@settings(max_examples=count(40, 2000), deadline=None)
@given(st.binary(max_size=300), st.sampled_from(POLICIES))
def test_bytes_that_are_no_picture_are_never_allowed(world, data, policy):
    assert decodes(data) or decide(world, data, policy).outcome is not Outcome.ALLOW


def turned(n):
    return encode(np.ascontiguousarray(picture(n, SMALL, SMALL)[:, ::-1]), "PNG")


POOL = [
    *FILES.values(),
    *(encode(picture(n, SMALL, SMALL), "PNG") for n in range(7)),
    *(turned(n) for n in range(5)),
    b"",
    b"garbage",
    FILES["PNG"][:300],
    encode(np.full((40, 40, 3), 9, np.uint8), "PNG"),
    drawn(3),
]


@settings(max_examples=count(30, 1000), deadline=None)
@given(st.lists(st.sampled_from(POOL), max_size=8), st.sampled_from(POLICIES))
def test_a_batch_decides_as_its_items_do_alone(world, some, policy):
    items = [Item(name=str(n), data=data) for n, data in enumerate(some)]
    together = decide_many(
        [look_at(item, policy=policy) for item in items],
        snapshot=world.snapshot,
        policy=policy,
        use=world.use(),
    )
    fresh = world.open()
    alone = [check(item, snapshot=fresh, policy=policy, use=world.use()) for item in items]
    assert together == alone
