"""What becomes of a page of a comic: cut, scanned, resized, photographed, coloured, pasted elsewhere.

Every function takes a registered page, another page that nobody registered, and a seed; it returns an RGB
picture. They are what readers, dealers and data sets do to pages.
"""

from collections.abc import Callable, Mapping
from functools import cache
from random import Random

import cv2
import numpy as np
from manga_pages import Bits, Page, draw_page
from numpy.typing import NDArray
from PIL import Image, ImageFilter

__all__ = ["EDITS", "registered_page", "stranger"]

Rgb = NDArray[np.uint8]
Edit = Callable[[Page, Page, Random], Image.Image]
COVER = 0.05
"""Part of the page that a panel covers at least to be cut out: of smaller ones little is left to see."""


DOT = 90
"""Pixels of the largest dot of tone."""


def _image(bits: Bits) -> Image.Image:
    return Image.fromarray(bits).convert("RGB")


def _large(page: Page, chance: Random) -> int:
    """Choose one of the panels that are not too small."""
    sizes = [page.cut(n).size for n in range(len(page.panels))]
    large = [n for n, size in enumerate(sizes) if size >= COVER * page.bits.size]
    return chance.choice(large)


def panel(page: Page, _: Page, chance: Random) -> Image.Image:
    """Cut one panel out."""
    return _image(page.cut(_large(page, chance)))


def panel_elsewhere(page: Page, other: Page, chance: Random) -> Image.Image:
    """Put one panel in the place of a panel of another page."""
    made = _image(other.bits)
    n = _large(other, chance)
    xs, ys = zip(*other.panels[n], strict=True)
    left, top = int(min(xs)), int(min(ys))
    size = (int(max(xs)) - left, int(max(ys)) - top)
    cut = _image(page.cut(_large(page, chance)))
    scale = min(size[0] / cut.width, size[1] / cut.height)
    fitted = cut.resize(
        (max(1, round(cut.width * scale)), max(1, round(cut.height * scale))), Image.Resampling.LANCZOS
    )
    made.paste("white", (left, top, left + size[0], top + size[1]))
    made.paste(fitted, (left, top))
    return made


def scanned(page: Page, _: Page, chance: Random) -> Image.Image:
    """Scan a page: greyish paper, ink that has spread, grain, and it lay 1 to 2 degrees aslant."""
    grey = np.asarray(_image(page.bits).filter(ImageFilter.GaussianBlur(0.9)), np.float32)
    grain = np.random.default_rng(chance.getrandbits(32)).normal(0, 7, grey.shape[:2])[..., None]
    paper = np.array([236, 233, 226], np.float32) - chance.randint(0, 12)
    made = np.clip(30 + grey / 255 * (paper - 30) + grain, 0, 255).astype(np.uint8)
    degrees = chance.choice((-1, 1)) * chance.uniform(1, 2)
    return Image.fromarray(made).rotate(degrees, Image.Resampling.BICUBIC, fillcolor=(226, 224, 218))


def resized(page: Page, _: Page, chance: Random) -> Image.Image:
    """Shrink a 1-bit page to 1 bit again, which makes a moiré of its tone."""
    scale = chance.uniform(0.4, 0.7)
    size = (round(page.bits.shape[1] * scale), round(page.bits.shape[0] * scale))
    small = Image.fromarray(page.bits).resize(size, Image.Resampling.BILINEAR, reducing_gap=1.0)
    return small.point(lambda level: 255 if level > 127 else 0).convert("RGB")  # noqa: PLR2004 - half


def photographed(page: Page, _: Page, chance: Random) -> Image.Image:
    """Photograph a page on a table, from the side, in uneven light."""
    high, wide = page.bits.shape
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    moved = np.array([[chance.uniform(0.02, 0.12), chance.uniform(0.02, 0.12)] for _ in range(4)], np.float32)
    goal = corners * 0.9 + (
        0.05 * np.array([wide, high]) + moved * [wide, high] * [[1, 1], [-1, 1], [-1, -1], [1, -1]]
    )
    turned = cv2.warpPerspective(
        page.bits,
        cv2.getPerspectiveTransform(corners, goal.astype(np.float32)),
        (wide, high),
        flags=cv2.INTER_AREA,
        borderValue=105,
    )
    light = (
        np.linspace(chance.uniform(0.6, 0.8), 1, wide)[None]
        * np.linspace(1, chance.uniform(0.8, 1), high)[:, None]
    )
    soft = cv2.GaussianBlur(turned, (0, 0), 1.1).astype(np.float32) * light
    warm = soft[..., None] * np.array([1.0, 0.96, 0.86])
    return Image.fromarray(np.clip(warm, 0, 255).astype(np.uint8))


def coloured(page: Page, _: Page, chance: Random) -> Image.Image:
    """Colour one panel: the tone becomes flat colours, the ink stays."""
    cut = page.cut(_large(page, chance))
    tone = cv2.GaussianBlur(cut, (0, 0), 6)
    hues = np.array([[chance.randint(60, 255) for _ in range(3)] for _ in range(5)], np.float32)
    flat = hues[np.clip(tone // 52, 0, 4)]
    _, pieces, sizes, _ = cv2.connectedComponentsWithStats((cut == 0).astype(np.uint8))
    lines = sizes[:, cv2.CC_STAT_AREA] >= DOT
    lines[0] = False
    ink = np.where(lines[pieces], 0.0, 1.0)[..., None]
    made = flat * ink + np.array([30, 20, 40], np.float32) * (1 - ink)
    return Image.fromarray(made.astype(np.uint8))


def collage(page: Page, other: Page, chance: Random) -> Image.Image:
    """Paste two panels on a coloured sheet, beside a panel of another page."""
    sheet = Image.new("RGB", (900, 900), tuple(chance.randint(90, 240) for _ in range(3)))
    some = chance.sample(range(len(page.panels)), 2)
    cuts = [page.cut(n) for n in some] + [other.cut(_large(other, chance))]
    for cut, (x, y) in zip(cuts, ((30, 40), (420, 330), (60, 600)), strict=True):
        one = _image(cut)
        one.thumbnail((430, 270), Image.Resampling.LANCZOS)
        sheet.paste(one, (x, y))
    return sheet


def whole(page: Page, _: Page, __: Random) -> Image.Image:
    """Copy the page as it is."""
    return _image(page.bits)


EDITS: Mapping[str, Edit] = {
    "whole page": whole,
    "panel cut out": panel,
    "panel on another page": panel_elsewhere,
    "page scanned": scanned,
    "1-bit page resized": resized,
    "page photographed": photographed,
    "panel coloured": coloured,
    "two panels in a collage": collage,
}


@cache
def registered_page(seed: int) -> Page:
    """Draw a page of the registry; every eighth has black gutters."""
    return draw_page(seed, dark=seed % 8 == 0)


@cache
def stranger(seed: int) -> Page:
    """Draw a page that nobody registered."""
    return draw_page(f"stranger {seed}", dark=seed % 8 == 0)
