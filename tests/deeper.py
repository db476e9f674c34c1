"""An edition that has local features and embeddings of a drawing, and a policy of each depth."""

import hashlib

import numpy as np

from sekisho.model import Depth, Local, Traits, Vector
from sekisho.policy import read_policy
from tests.world import World, drawn

__all__ = ["DEPTHS", "MODEL", "deep_world"]

MODEL = "tests@0123456789abcdef"
DEPTHS = {
    depth.value: read_policy(f'[match]\ndepth = "{depth.value}"\n', f"{depth.value}.toml") for depth in Depth
}


def _local(features=40):
    """Return features that no picture has."""
    rows = b"".join(
        hashlib.sha256(b"feature %d" % n).digest() + bytes((n, 1, n, 2, n, 0)) for n in range(features)
    )
    return Local(width=96, height=96, rows=rows)


def _vector():
    return Vector(model=MODEL, values=np.array([0.6, 0.8, 0, 0], "<f2").tobytes())


def deep_world(*, with_local=True, with_vector=True, vouched=True):
    """Return a world in which the drawing 1 is registered, with what is asked for."""
    world = World()
    given = Traits(local=_local(), vectors=(_vector(),)) if with_local and with_vector else None
    if given is None and (with_local or with_vector):
        given = Traits(local=_local()) if with_local else Traits(vectors=(_vector(),))
    made = drawn(1, 96)
    world.register(world.holder, made if given is None else world.with_traits(world.holder, made, given))
    if vouched:
        world.vouch(world.voucher, world.holder)
    return world
