"""Make a set of pictures that an audit puts on hold: python benchmarks/held_set.py OUT [--items 10000].

OUT/works/      drawings that a hobbyist registers, self-declared (one for 250 items)
OUT/dataset/    near-duplicates of them: resized, saved at other qualities, a little brighter;
                one in twenty is a picture of nobody's
"""

import argparse
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance

__all__ = ["make"]

SIDE = 320
COPIES = 250
FREE = 20
"""Of so many items one is free."""


def _drawing(seed: int) -> Image.Image:
    """Draw ellipses and boxes over a gradient; two seeds give unrelated pictures."""
    random = np.random.default_rng(seed)
    ramp = np.linspace(0, 1, SIDE)[:, None, None] * random.uniform(60, 255, 3)
    picture = Image.fromarray(np.broadcast_to(ramp, (SIDE, SIDE, 3)).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    for number in range(40):
        x, y, width, height = (random.uniform(0, SIDE, 4) * (1, 1, 0.4, 0.4)).tolist()
        colour = tuple(random.integers(0, 256, 3).tolist())
        shape = draw.ellipse if number % 2 else draw.rectangle
        shape((x, y, x + width, y + height), fill=colour)
    return picture


def _copy(picture: Image.Image, number: int) -> bytes:
    """Save a near-duplicate: another size, brightness and quality for each number."""
    random = np.random.default_rng(number)
    side = int(random.integers(200, SIDE))
    changed = ImageEnhance.Brightness(picture.resize((side, side))).enhance(random.uniform(0.95, 1.05))
    out = io.BytesIO()
    changed.save(out, "JPEG", quality=int(random.integers(70, 96)))
    return out.getvalue()


def make(folder: Path, items: int = 10_000, copies: int = COPIES) -> int:
    """Write works and dataset below a new folder; return how many items match a work."""
    works, dataset = folder / "works", folder / "dataset"
    works.mkdir(parents=True)
    dataset.mkdir()
    count = -(-items // copies)
    originals = [_drawing(number) for number in range(count)]
    for number, picture in enumerate(originals):
        picture.save(works / f"{number:03}.png")
    held = 0
    for number in range(items):
        if number % FREE == FREE - 1:
            data = _copy(_drawing(1_000_000 + number), number)
        else:
            data = _copy(originals[held % count], number)
            held += 1
        (dataset / f"{number:06}.jpg").write_bytes(data)
    return held


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the set that the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--copies", type=int, default=COPIES, help="items for each work")
    asked = parser.parse_args(arguments)
    held = make(asked.folder, asked.items, asked.copies)
    print(f"{asked.folder}: {asked.items} items, {held} of them match a work")


if __name__ == "__main__":
    main()
