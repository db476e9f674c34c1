"""A registry that publishes as fast as it can, in a process of its own that a test can kill."""

from pathlib import Path

from sekisho.store.segment_files import write_base, write_delta
from tests.parties import a_print
from tests.world import World

__all__ = ["publish_forever"]

DELTAS = 3


def publish_forever(path: Path, edition: int) -> None:
    """Write base after base, each with some deltas, from an edition on, until somebody ends it."""
    world = World(edition=edition)
    world.register(world.holder, a_print(1))
    while True:
        write_base(path, [world.publish()])
        snapshot = world.open()
        for number in range(1, DELTAS + 1):
            world.edition += 1
            data = world.publish(before=snapshot)
            snapshot = world.advance(snapshot, data)
            write_delta(path, number, [data])
        world.edition += 1
