"""The set of edited copies that `copies.py` builds: works, sprites, queries by class, unrelated pictures.

The builder is shared by several projects and is not part of this one; a built set is a folder with
`manifest.jsonl` and `img/`. The art belongs to the packages that it is built from: it is never committed.
"""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

__all__ = ["APART", "UNRELATED", "Copies", "Picture", "built_set", "read_set"]

BUILDER = Path(__file__).resolve().parents[2] / "shared" / "bench" / "copies.py"
APART = ("var_expression", "var_drawing", "sprite_pose")
"""Other drawings, not copies: reported, and in no mean."""
UNRELATED = "unrelated"
MANY = 5
"""So many times as many unrelated pictures as of each class are taken, if not all are."""


class Picture(NamedTuple):
    """A picture of the set; `truth` are the works that it is made of."""

    name: str
    path: Path
    truth: frozenset[str]
    source: str


@dataclass(slots=True)
class Copies:
    """The set: works, sprites, and queries by class; unrelated pictures are a class too."""

    works: list[Picture] = field(default_factory=list)
    sprites: list[Picture] = field(default_factory=list)
    classes: dict[str, list[Picture]] = field(default_factory=dict)

    def half(self, second: bool, most: int | None) -> dict[str, list[Picture]]:  # noqa: FBT001 - which half
        """Return the first or the second half of each class, at most so many of each."""
        halves = {
            name: some[len(some) // 2 :] if second else some[: len(some) // 2]
            for name, some in self.classes.items()
        }
        if most is None:
            return halves
        return {name: some[: most * (MANY if name == UNRELATED else 1)] for name, some in halves.items()}


def read_set(folder: Path) -> Copies:
    """Read the manifest of a built set."""
    made = Copies()
    for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        one = Picture(row["id"], folder / row["path"], frozenset(row["truth"]), row["source"])
        match row["role"]:
            case "ref":
                made.works.append(one)
            case "sprite_ref":
                made.sprites.append(one)
            case "distractor":
                made.classes.setdefault(UNRELATED, []).append(one)
            case _:
                made.classes.setdefault(row["edit"], []).append(one)
    return made


def built_set(cache: Path) -> Path:
    """Return the folder of the set in the cache, built if it is not there.

    Raises:
        FileNotFoundError: neither the set nor its builder is here.
    """
    folder = cache / "copies-set"
    if not (folder / "manifest.jsonl").is_file():
        if not BUILDER.is_file():
            raise FileNotFoundError("no set of copies: say --set FOLDER; copies.py builds it")
        subprocess.run([sys.executable, str(BUILDER), str(folder)], check=True)  # noqa: S603 - beside us
    return folder
