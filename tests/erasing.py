"""A sealed run and generation records of an operator on this machine, in which two persons are shown."""

import secrets
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sekisho.cli.app import main
from sekisho.model import Fingerprint
from sekisho.registry.erasure import Notice, sign_notice
from sekisho.store.clock import now, today
from sekisho.store.generations import Generations
from sekisho.store.keys import make_key
from sekisho.store.runs import RunDirectory
from tests.pictures import encode, picture
from tests.recorded import generation
from tests.world import MemoryLog, MemorySource, World, _handle, drawn, print_of, sealed_run

__all__ = ["Scene", "scene"]

SIDE = 96
FILES = {
    "first.png": drawn(1, SIDE),
    "free.png": drawn(50, SIDE),
    "copy.jpg": encode(picture(1, SIDE, SIDE), quality=60),
    "second.png": drawn(2, SIDE),
    "mirrored.png": encode(np.ascontiguousarray(picture(1, SIDE, SIDE)[:, ::-1]), "PNG"),
    "note.txt": None,
    "again.png": drawn(1, SIDE),
    "broken.png": drawn(4, 64)[:900],
}
"""`first`, `copy`, `mirrored` and `again` show person 0, `second` shows person 1."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Where everything lies."""

    world: World
    run: Path
    section: Path
    generations: Path
    folder: Path

    def notice(self, *persons: int, **changed) -> Path:
        """Write the registry's notice about persons."""
        made = Notice(
            **{
                "registry": self.world.registry.key,
                "recipient": self.world.operator.key,
                "on": today(),
                "handles": frozenset(_handle("person", n) for n in persons),
            }
            | changed
        )
        file = self.folder / f"notice-{secrets.token_hex(4)}.json"
        file.write_bytes(sign_notice(made, self.world.registry, chance=secrets.token_bytes(32)))
        return file

    def apply(self, *persons: int) -> int:
        """Apply such a notice to the section, the run and the generation records; return the exit code."""
        argv = ["erase", str(self.section), "--apply", str(self.notice(*persons)), "--run", str(self.run)]
        return main([*argv, "--generations", str(self.generations)])


def scene(folder: Path) -> Scene:
    """Make all of it."""
    world = World(operator=make_key("lumen"), clock=now())
    world.persons += [drawn(1, SIDE), drawn(2, SIDE)]
    section = folder / "edition.snapshot.protected"
    section.write_bytes(world.section(world.open()))
    files = RunDirectory(folder / "run")
    job = world.job(MemorySource(FILES, unit_items=3), files=files)
    sealed_run(world, job, MemoryLog())
    store = Generations.make(folder / "generations", world.operator.key, "JP")
    for seeds in ((1, 50), (2,), (51, 1)):
        store.append([(output(seed), secrets.token_bytes(32)) for seed in seeds])
    return Scene(world=world, run=files.path, section=section, generations=store.path, folder=folder)


def output(seed):
    """Return the record of an output that is a drawing."""
    made = print_of(drawn(seed, SIDE))
    prints = Fingerprint(sha256=made.sha256, pdq=made.pdq, quality=made.quality)
    return replace(generation(seed), fingerprint=prints)
