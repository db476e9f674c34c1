"""A sealed run on disk and generation records, with the pictures that are in them."""

import io
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from sekisho.cli.trace.found import silent
from sekisho.policy import shipped_policy
from sekisho.store.runs import RunDirectory
from tests.pictures import encode, picture
from tests.world import MemoryLog, MemorySource, World, drawn, sealed_run

__all__ = ["Story", "animation", "mirrored", "recompressed", "told"]

SIDE = 320


def recompressed(seed):
    """Return a JPEG of drawing number `seed`, scaled: other bytes, some bits of its hash differ."""
    return encode(picture(seed, SIDE, SIDE), "JPEG", quality=60)


def mirrored(seed):
    return encode(picture(seed, SIDE, SIDE)[:, ::-1], "PNG")


def animation(*seeds):
    """Return a GIF of several drawings."""
    first, *rest = (Image.fromarray(picture(seed, SIDE, SIDE)) for seed in seeds)
    stream = io.BytesIO()
    first.save(stream, "GIF", save_all=True, append_images=rest, duration=500)
    return stream.getvalue()


@dataclass
class Story:
    """A world with one run: drawing 1 is registered and licensed, 2 and 3 nobody had registered."""

    folder: Path
    world: World = field(default_factory=World)
    log: MemoryLog = field(default_factory=MemoryLog)
    entry: str = ""
    grant: str = ""

    @property
    def run(self):
        return self.folder / "run"


ITEMS = {
    "licensed.png": lambda: drawn(1, SIDE),
    "two.png": lambda: drawn(2, SIDE),
    "two-small.jpg": lambda: recompressed(2),
    "two-mirrored.png": lambda: mirrored(2),
    "two-again.png": lambda: drawn(2, SIDE),
    "moving.gif": lambda: animation(5, 3, 6),
    "plain.png": lambda: encode(np.full((SIDE, SIDE, 3), 200, np.uint8), "PNG"),
    "broken.png": lambda: drawn(4, SIDE)[:400],
    "words.txt": lambda: "むかしむかし、あるところに、紙の灯台がありました。",
}


def told(folder, items=None) -> Story:
    """Make the run below a folder."""
    story = Story(folder=folder)
    world = story.world
    story.entry = world.register(world.holder, drawn(1, SIDE), title="灯台")
    world.vouch(world.voucher, world.holder)
    story.grant = world.grant(world.holder, world.operator, story.entry)
    source = MemorySource({name: make() for name, make in (items or ITEMS).items()})
    job = world.job(source, files=RunDirectory(story.run), policy=silent(shipped_policy("opt-in")))
    sealed_run(world, job, story.log)
    return story
