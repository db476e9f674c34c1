"""Make the pictures that the benchmarks read, from what Python and Debian packages ship.

    python benchmarks/corpus.py DIRECTORY [--count 155] [--side 512]

Sources: the pictures bundled in the scikit-image wheel, and the wallpapers of the Debian packages
mate-backgrounds, gnome-backgrounds and plasma-workspace-wallpapers. A source that is not there is
named; where too few are left, pictures drawn by code take their place, which says so too. The
pictures keep their packages' licences: they are built where they are used, never committed.
Same packages and seed, same files.
"""

import argparse
import hashlib
import importlib.util
import json
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image

__all__ = ["Corpus", "build"]

SEED = 20261122
QUALITY = 90
ENOUGH = 24
"""Fewer sources than that are filled up with drawn ones."""
WALLPAPERS = {
    "mate-backgrounds": "/usr/share/backgrounds/mate",
    "gnome-backgrounds": "/usr/share/backgrounds/gnome",
    "plasma-workspace-wallpapers": "/usr/share/wallpapers",
}
BUNDLED = (
    "astronaut.png",
    "brick.png",
    "camera.png",
    "chelsea.png",
    "coffee.png",
    "coins.png",
    "color.png",
    "grass.png",
    "gravel.png",
    "hubble_deep_field.jpg",
    "ihc.png",
    "moon.png",
    "motorcycle_left.png",
    "page.png",
    "retina.jpg",
    "rocket.jpg",
)
SUFFIXES = {".jpg", ".png", ".webp"}
SMALLEST = 360
"""Pixels of a source's longer side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """A directory of JPEG files of one size.

    Attributes:
        side: pixels of the longer side of every file.
        sources: pictures used, by package.
        drawn: how many sources were drawn by code because packages were missing.
    """

    directory: Path
    side: int
    count: int
    sources: dict[str, int]
    missing: tuple[str, ...]
    drawn: int

    @property
    def files(self) -> list[Path]:
        """The files in order."""
        return sorted(self.directory.rglob("*.jpg"))

    @property
    def note(self) -> str:
        """Say what the pictures are, in one sentence."""
        parts = [f"{count} of {package}" for package, count in self.sources.items()]
        parts += [f"{self.drawn} drawn by code"] if self.drawn else []
        absent = f" Missing packages: {', '.join(self.missing)}." if self.missing else ""
        return (
            f"{self.count} JPEG files of {self.side} px, quality {QUALITY}, whole pictures and "
            f"crops of {', '.join(parts)}.{absent}"
        )


def _bundled() -> list[Path]:
    found = importlib.util.find_spec("skimage")
    if found is None or found.origin is None:
        return []
    folder = Path(found.origin).parent / "data"
    return [folder / name for name in BUNDLED if (folder / name).is_file()]


def _wallpapers(root: Path) -> list[Path]:
    """Take one file, the largest, of every folder of sizes, and every file of a plain folder."""
    best: dict[tuple[Path, str], Path] = {}
    for path in sorted(root.rglob("*")) if root.is_dir() else ():
        if path.suffix not in SUFFIXES or path.stem == "screenshot" or not path.is_file():
            continue
        sized = path.parent.name.startswith("images")
        slot = (path.parent, "" if sized else path.stem.split("_")[0])
        if slot not in best or path.stat().st_size > best[slot].stat().st_size:
            best[slot] = path
    return list(best.values())


def _is_overlay(picture: Image.Image) -> bool:
    """Tell, without decoding, whether a wallpaper is transparent and shows nothing by itself."""
    return "A" in picture.mode or "transparency" in picture.info


def _sources() -> tuple[list[Path], dict[str, int], tuple[str, ...]]:
    by_package = {"scikit-image": _bundled()}
    by_package |= {name: _wallpapers(Path(root)) for name, root in WALLPAPERS.items()}
    seen: set[bytes] = set()
    paths: list[Path] = []
    counts: dict[str, int] = {}
    for package, found in by_package.items():
        for path in found:
            digest = hashlib.sha256(path.read_bytes()).digest()
            with Image.open(path) as picture:
                fits = max(picture.size) >= SMALLEST and not _is_overlay(picture)
            if fits and digest not in seen:
                seen.add(digest)
                paths.append(path)
                counts[package] = counts.get(package, 0) + 1
    return paths, counts, tuple(p for p, found in by_package.items() if not found)


def _draw(index: int) -> Image.Image:
    """Draw a picture with detail at every scale: octaves of smooth noise with hard edges between."""
    generator = np.random.default_rng([SEED, index])
    width, height = 2048, int(generator.integers(1100, 1700))
    total = np.zeros((height, width, 3), np.float32)
    for octave in range(2, 10):
        shape = (max(2, (height << octave) // width), 1 << octave, 3)
        noise = generator.integers(0, 256, shape, dtype=np.uint8)
        grown = Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC)
        total += np.asarray(grown, np.float32) * (0.62**octave)
    low, high = total.min(), total.max()
    picture = (total - low) * (255 / (high - low))
    edge = picture[:, :, 0] > np.median(picture[:, :, 0])
    picture[edge] = 255 - picture[edge, ::-1] * 0.8
    return Image.fromarray(picture.astype(np.uint8))


def _open(source: Path | int) -> Image.Image:
    if isinstance(source, int):
        return _draw(source)
    with Image.open(source) as picture:
        return picture.convert("RGB")


def _cuts(picture: Image.Image, side: int, wanted: int, chance: random.Random) -> Iterator[Image.Image]:
    """Yield the whole picture and then random crops, each scaled to the longer side."""
    width, height = picture.size
    yield _scaled(picture, side, (0, 0, width, height))
    for _ in range(wanted - 1):
        share = chance.uniform(max(0.35, min(0.9, side / max(width, height))), 0.95)
        w, h = share * width, share * height
        # From the picture's own shape to a square, as photographs are cut.
        w, h = (w, chance.uniform(h, min(height, w))) if w > h else (chance.uniform(w, min(width, h)), h)
        x, y = chance.uniform(0, width - w), chance.uniform(0, height - h)
        yield _scaled(picture, side, (x, y, x + w, y + h))


def _scaled(picture: Image.Image, side: int, box: tuple[float, float, float, float]) -> Image.Image:
    width, height = box[2] - box[0], box[3] - box[1]
    scale = side / max(width, height)
    size = (max(16, round(width * scale)), max(16, round(height * scale)))
    return picture.resize(size, Image.Resampling.BICUBIC, box, reducing_gap=2.0)


def build(directory: Path, *, side: int, count: int = 155) -> Corpus:
    """Make `count` JPEG files with a longer side of `side` pixels, or take them as they are there."""
    index = directory / "corpus.json"
    paths, counts, missing = _sources()
    sources: list[Path | int] = [*paths]
    sources += range(max(0, ENOUGH - len(sources)))
    made = Corpus(
        directory=directory / "files",
        side=side,
        count=count,
        sources=counts,
        missing=missing,
        drawn=len(sources) - len(paths),
    )
    stamp = json.dumps({**asdict(made), "directory": "", "seed": SEED}, indent=1, sort_keys=True)
    if index.is_file() and index.read_text(encoding="utf-8") == stamp:
        return made
    index.unlink(missing_ok=True)
    for old in made.files:
        old.unlink()
    chance = random.Random(SEED)  # noqa: S311 - the same crops every time
    for number, source in enumerate(sources[:count]):
        wanted = len(range(number, count, len(sources)))
        for turn, cut in enumerate(_cuts(_open(source), side, wanted, chance)):
            place = number + turn * len(sources)
            path = made.directory / f"{place // 1000:03d}" / f"{place:06d}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            cut.save(path, quality=QUALITY)
    index.write_text(stamp, encoding="utf-8")
    return made


def main() -> None:
    """Make a corpus and say what it is made of."""
    arguments = argparse.ArgumentParser(description="Make the pictures that the benchmarks read.")
    arguments.add_argument("directory", type=Path)
    arguments.add_argument("--side", type=int, default=512)
    arguments.add_argument("--count", type=int, default=155)
    given = arguments.parse_args()
    print(build(given.directory, side=given.side, count=given.count).note)


if __name__ == "__main__":
    main()
