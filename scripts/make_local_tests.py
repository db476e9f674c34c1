"""Choose the 256 tests of a local descriptor.

    python scripts/make_local_tests.py FOLDER

FOLDER holds pictures (drawings; the table of the package was made from 346 pieces of public clip art, game
portraits and backgrounds that no benchmark searches for). Each is edited, features are found in both
versions, and those at the same place, level and direction are true pairs. From 4,000 random tests, one after
the other is taken that best separates the distances of true pairs from those of strangers: largest distance
of the two means in standard deviations. That asks for tests that are stable, balanced and unlike the ones
already taken, all at once.

Writes src/sekisho/fingerprint/tests.bin and prints its SHA-256. A new table makes all local features
registered so far useless: never change it lightly.
"""

import hashlib
import io
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps

from sekisho.fingerprint import descriptor, local
from sekisho.fingerprint.pyramid import SCALES, levels_of
from sekisho.fingerprint.working import working_picture

POOL = 4000
TESTS = 256
PAIRS = 9000
SEED = 20261122
TARGET = Path(__file__).parent.parent / "src" / "sekisho" / "fingerprint" / "tests.bin"

Picture = Image.Image
Random = np.random.Generator


def jpeg(picture: Picture, quality: int) -> Picture:
    """Compress a picture and read it again."""
    out = io.BytesIO()
    picture.save(out, "jpeg", quality=quality)
    return Image.open(out).convert("RGB")


def blurred(picture: Picture, random: Random) -> Picture:
    """Blur a picture by up to a hundredth of its side."""
    return picture.filter(ImageFilter.GaussianBlur(random.uniform(0.5, 1.5) * max(picture.size) / 150))


def coloured(picture: Picture, random: Random) -> Picture:
    """Change saturation, brightness and contrast, and compress."""
    turned = ImageEnhance.Color(picture).enhance(random.uniform(0, 2))
    bright = ImageEnhance.Brightness(turned).enhance(random.uniform(0.6, 1.4))
    return jpeg(ImageEnhance.Contrast(bright).enhance(random.uniform(0.6, 1.5)), 40)


def printed(picture: Picture, random: Random) -> Picture:
    """Add noise of paper and scanner."""
    a = np.asarray(picture, np.float32)
    a = a + random.normal(0, 11, a.shape) + 14 * random.normal(0, 1, a.shape[:2])[..., None]
    noisy = Image.fromarray(np.clip(a, 0, 255).astype(np.uint8))
    return jpeg(noisy.filter(ImageFilter.GaussianBlur(1.1)), 60)


def posterised(picture: Picture, random: Random) -> Picture:
    """Leave two or four steps of each colour."""
    return ImageOps.posterize(picture.filter(ImageFilter.MedianFilter(5)), int(random.integers(1, 3)))


def lines(picture: Picture, random: Random) -> Picture:
    """Leave only outlines: dark where the grey picture changes most."""
    grey = np.asarray(picture.convert("L").filter(ImageFilter.GaussianBlur(1.4)), np.float32)
    change = np.hypot(*np.gradient(grey))
    return Image.fromarray(np.where(change > random.uniform(6, 16), 0, 255).astype(np.uint8)).convert("RGB")


def sketched(picture: Picture, random: Random) -> Picture:
    """Divide the grey picture by its blurred self: a pencil drawing."""
    grey = picture.convert("L")
    soft = np.asarray(grey.filter(ImageFilter.GaussianBlur(random.uniform(2, 8))), np.float32)
    a = np.clip(255 * np.asarray(grey, np.float32) / (soft + 1), 0, 255)
    return Image.fromarray(a.astype(np.uint8)).convert("RGB")


def cartooned(picture: Picture, random: Random) -> Picture:
    """Few colours, and ink where it is darker than around."""
    flat = picture.filter(ImageFilter.MedianFilter(7)).point(lambda value: value // 48 * 48 + 24)
    grey = picture.convert("L").filter(ImageFilter.MedianFilter(5))
    around = np.asarray(grey.filter(ImageFilter.BoxBlur(4)), np.int32)
    ink = np.asarray(grey, np.int32) < around - random.integers(3, 6)
    return ImageChops.multiply(flat, Image.fromarray(np.where(ink, 0, 255).astype(np.uint8)).convert("RGB"))


def inverted(picture: Picture, random: Random) -> Picture:
    """Turn what is bright dark: a white background becomes black, or light and dark change places."""
    return jpeg(ImageOps.solarize(picture, int(random.integers(0, 240))), 60)


EDITS: tuple[Callable[[Picture, Random], Picture], ...] = (
    lines,
    coloured,
    sketched,
    blurred,
    cartooned,
    posterised,
    printed,
    inverted,
)


def turned(picture: Picture, random: Random) -> tuple[Picture, NDArray[np.float64]]:
    """Shrink and turn a picture; return it with the (2, 3) matrix from its places to the old ones."""
    scale, angle = 2 ** random.uniform(-1.2, 0.2), random.uniform(-0.35, 0.35) * (random.random() < 0.5)  # noqa: PLR2004
    width, height = (max(120, round(side * scale)) for side in picture.size)
    small = picture.resize((width, height), Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC)
    fx, fy = picture.width / width, picture.height / height
    c, s = np.cos(angle), np.sin(angle)
    x, y = width / 2, height / 2
    turn = np.array([[c, -s, x - c * x + s * y], [s, c, y - s * x - c * y]])
    corner = tuple(picture.getpixel((0, 0)))
    image = small.transform(
        small.size, Image.Transform.AFFINE, tuple(turn.ravel()), Image.Resampling.BICUBIC, fillcolor=corner
    )
    return image, np.array([[fx], [fy]]) * turn


def patches(working: NDArray[np.uint8], found: local.Features) -> NDArray[np.int32]:
    """Return the summed-area tables of all features: (n, 5 * 17 * 17)."""
    smooth = levels_of(working)
    out = np.empty((len(found.places), 5 * 17 * 17), np.int32)
    patch, tables = np.empty((18, 18), np.int32), np.zeros((5, 17, 17), np.int32)
    for i, (x, y, angle, level) in enumerate(found.places.astype(np.int64)):
        at = [round(v * (1 << 14) / SCALES[level]) - 32 for v in (x, y)]
        descriptor._read_patch(smooth[level], at[0], at[1], angle, patch)  # noqa: SLF001
        descriptor._sum_up(patch, tables)  # noqa: SLF001
        out[i] = tables.ravel()
    return out


def pairs(a: local.Features, b: local.Features, back: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return (n, 2): rows of `a` and of `b` at the same place, level and direction."""
    pa, pb = a.places.astype(np.float64), b.places.astype(np.float64)
    mapped = pb[:, :2] / 64 @ back[:, :2].T + back[:, 2]
    size = np.log2(np.sqrt(abs(np.linalg.det(back[:, :2])))) * 3
    turn = np.arctan2(back[1, 0], back[0, 0]) * 128 / np.pi
    scale = 2 ** (pa[:, 3] / 3)
    off = np.hypot(*(pa[:, None, :2] / 64 - mapped[None]).transpose(2, 0, 1)) / scale[:, None]
    level = np.abs(pa[:, None, 3] - pb[None, :, 3] - size)
    angle = np.abs((pa[:, None, 2] - pb[None, :, 2] - turn + 128) % 256 - 128)
    cost = np.where((off < 2.5) & (level < 0.8) & (angle < 26), off + level, np.inf)  # noqa: PLR2004
    best = cost.argmin(axis=1)
    rows = np.flatnonzero(
        np.isfinite(cost[np.arange(len(pa)), best]) & (cost[:, best].argmin(axis=0) == np.arange(len(pa)))
    )
    return np.stack([rows, best[rows]], axis=1)


def sampled(files: list[Path], random: Random) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the tables of true pairs, equally many of every edit, each half from other pictures."""
    groups: list[list[tuple[NDArray[np.int32], NDArray[np.int32]]]] = [[] for _ in EDITS]
    for number, file in enumerate(files):
        picture = Image.fromarray(working_picture(np.asarray(Image.open(file).convert("RGB"))))
        clean = np.asarray(picture)
        known = local.local_features(clean)
        for edit in {number % len(EDITS), (number * 3 + 1) % len(EDITS)}:
            moved, back = turned(picture, random)
            changed = np.asarray(EDITS[edit](moved, random))
            seen = local.local_features(changed, most=500)
            if not len(known.places) or not len(seen.places):
                continue
            both = pairs(known, seen, back)
            both = both[random.permutation(len(both))[:40]]
            rows = [
                patches(clean, local.Features(known.descriptors, known.places[both[:, 0]], 0, 0)),
                patches(changed, local.Features(seen.descriptors, seen.places[both[:, 1]], 0, 0)),
            ]
            groups[edit].append((rows[0], rows[1]))
    first, second = [], []
    for group in groups:
        a, b = (np.concatenate([pair[side] for pair in group]) for side in (0, 1))
        take = random.choice(len(a), PAIRS // len(EDITS), replace=len(a) < PAIRS // len(EDITS))
        sys.stderr.write(f"{EDITS[len(first)].__name__}: {len(a)} true pairs\n")
        first.append(a[take])
        second.append(b[take])
    return np.concatenate(first), np.concatenate(second)


def pool(random: Random) -> NDArray[np.int64]:
    """Return random tests (POOL, 7): half of brightness, half of change."""
    tests: set[tuple[int, ...]] = set()
    while len(tests) < POOL:
        side = int(random.integers(1, 7))
        u1, v1, u2, v2 = (int(value) for value in random.integers(0, 17 - side, 4))
        c1, c2 = (0, 0) if len(tests) % 2 else (int(value) for value in random.integers(1, 5, 2))
        if (c1, u1, v1) != (c2, u2, v2):
            tests.add((c1, u1, v1, c2, u2, v2, side))
    return np.array(sorted(tests), np.int64)


def outcome(tables: NDArray[np.int32], tests: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return the bits of the tests for every feature: (n, tests)."""
    c1, u1, v1, c2, u2, v2, side = tests.astype(np.int32).T
    a, b = descriptor._square(c1, u1, v1, side), descriptor._square(c2, u2, v2, side)  # noqa: SLF001
    sums = [tables[:, s[0]] - tables[:, s[1]] - tables[:, s[2]] + tables[:, s[3]] for s in (a, b)]
    return np.asarray(sums[0] > sums[1])


def chosen(same: NDArray[np.float32], other: NDArray[np.float32]) -> list[int]:
    """Take tests one after the other: same, other (n, POOL) are 1 where a test differs in a pair."""
    gain = other.mean(axis=0) - same.mean(axis=0)
    centred = [side - side.mean(axis=0) for side in (same, other)]
    variance = [side.var(axis=0) for side in centred]
    sums = [np.zeros(len(side), np.float32) for side in centred]
    free, taken, mean = np.ones(len(gain), bool), [], 0.0
    for _ in range(TESTS):
        spread = sum(
            s.var() + 2 * (s @ side) / len(side) + v
            for s, side, v in zip(sums, centred, variance, strict=True)
        )
        worth = np.where(free, (mean + gain) / np.sqrt(spread + 1e-3), -np.inf)
        best = int(worth.argmax())
        free[best] = False
        taken.append(best)
        mean += float(gain[best])
        sums = [s + side[:, best] for s, side in zip(sums, centred, strict=True)]
    sys.stderr.write(f"separation {worth.max():.2f}\n")
    return taken


def main() -> None:
    """Make the table from the pictures of a folder."""
    random = np.random.default_rng(SEED)
    files = sorted(path for path in Path(sys.argv[1]).iterdir() if path.is_file())
    first, second = sampled(files, random)
    tests = pool(random)
    bits = [outcome(side, tests) for side in (first, second)]
    strangers = random.permutation(len(first))
    same, other = bits[0] != bits[1], bits[0] != bits[1][strangers]
    kept = tests[chosen(same.astype(np.float32), other.astype(np.float32))]
    raw = kept.astype(np.uint8).tobytes()
    TARGET.write_bytes(raw)
    sys.stdout.write(f"{hashlib.sha256(raw).hexdigest()}, {(kept[:, 0] == 0).sum()} of brightness\n")


if __name__ == "__main__":
    main()
