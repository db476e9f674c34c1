"""A sheet to draw on: flat colours, inked outlines, screentone, gradients and brush strokes.

Everything is drawn three times as large with Pillow and reduced at the end, which gives smooth
edges. Coordinates are hundredths of the sheet's *shorter* side, so that a drawing is the same in
every size. Nothing here depends on chance, on the clock or on a font of the machine: Latin letters
come from the font inside Pillow, katakana from the strokes in `kana.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, radians, sin
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFont

from sekisho.demo.kana import STROKES

__all__ = ["INK", "Colour", "Paper", "Points", "lift", "new_paper", "ring"]

Colour: TypeAlias = str
Points: TypeAlias = Sequence[tuple[float, float]]

INK = "#231f2e"
SUPERSAMPLE = 3
CURVE_STEPS = 10
ROUND_FROM = 4
"""Pixels of a brush's width from which its joints must be rounded."""
STROKE, EDGE = 0.13, 0.12
"""Width of a katakana stroke, and of its edge, in heights of a sign."""


def _rgb(colour: Colour) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def lift(colour: Colour, by: float) -> Colour:
    """Return a colour moved towards white (`by` > 0) or towards a dark violet (`by` < 0)."""
    goal = (255, 255, 255) if by > 0 else (28, 18, 58)
    return "#" + "".join(
        f"{round(c + (g - c) * abs(by)):02x}" for c, g in zip(_rgb(colour), goal, strict=True)
    )


def ring(cx: float, cy: float, rx: float, ry: float, turn: float = 0.0, steps: int = 48) -> Points:
    """Return the points of an ellipse turned by `turn` degrees."""
    c, s = cos(radians(turn)), sin(radians(turn))
    around = [(rx * cos(2 * pi * i / steps), ry * sin(2 * pi * i / steps)) for i in range(steps)]
    return [(cx + x * c - y * s, cy + x * s + y * c) for x, y in around]


def _curve(points: Points, *, closed: bool) -> Points:
    """Return a Catmull-Rom curve through the points."""
    n = len(points)
    found = []
    for i in range(n if closed else n - 1):
        a, b, c, d = (
            points[(i + k) % n] if closed else points[min(max(i + k, 0), n - 1)] for k in (-1, 0, 1, 2)
        )
        for step in range(CURVE_STEPS):
            t = step / CURVE_STEPS
            found.append(
                tuple(
                    0.5
                    * (
                        2 * q
                        + (r - p) * t
                        + (2 * p - 5 * q + 4 * r - s) * t * t
                        + (3 * q - p - 3 * r + s) * t**3
                    )
                    for p, q, r, s in zip(a, b, c, d, strict=True)
                )
            )
    if not closed:
        found.append(tuple(points[-1]))
    return [(x, y) for x, y in found]


@dataclass(frozen=True, slots=True)
class Paper:
    """One sheet; `unit` is how many drawn pixels one hundredth of the shorter side has."""

    image: Image.Image
    pen: ImageDraw.ImageDraw
    unit: float

    @property
    def width(self) -> float:
        """The sheet's width in hundredths of its shorter side."""
        return self.image.width / self.unit

    @property
    def height(self) -> float:
        """The sheet's height in hundredths of its shorter side."""
        return self.image.height / self.unit

    def _px(self, points: Points) -> list[tuple[float, float]]:
        return [(x * self.unit, y * self.unit) for x, y in points]

    def _box(self, points: Points) -> tuple[int, int, int, int]:
        """Return the part of the sheet that holds a shape, in pixels, so that little is pasted."""
        xs, ys = zip(*self._px(points), strict=True)
        wide, high = self.image.size
        left, top = min(max(int(min(xs)) - 1, 0), wide - 1), min(max(int(min(ys)) - 1, 0), high - 1)
        return (
            left,
            top,
            max(min(int(max(xs)) + 2, wide), left + 1),
            max(min(int(max(ys)) + 2, high), top + 1),
        )

    def _mask(self, points: Points, box: tuple[int, int, int, int]) -> Image.Image:
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]), 0)
        path = [(x - box[0], y - box[1]) for x, y in self._px(points)]
        ImageDraw.Draw(mask).polygon(path, fill=255)
        return mask

    def outline(self, points: Points, colour: Colour, width: float) -> None:
        """Draw a closed line of even width through the points, without smoothing."""
        path = self._px([*points, *points[:2]])
        self.pen.line(path, fill=colour, width=max(1, round(width * self.unit)), joint="curve")

    def shape(
        self,
        points: Points,
        fill: Colour,
        *,
        line: Colour | None = INK,
        width: float = 0.9,
        smooth: bool = True,
        shade: tuple[float, float] | None = None,
    ) -> None:
        """Fill an outlined shape; `shade` moves a copy away and leaves a cel shadow beside it."""
        path = _curve(points, closed=True) if smooth else points
        self.pen.polygon(self._px(path), fill=fill)
        if shade is not None:
            dx, dy = shade
            box = self._box(path)
            lit = self._mask([(x + dx, y + dy) for x, y in path], box)
            dark = ImageChops.subtract(self._mask(path, box), lit)
            self.image.paste(lift(fill, -0.28), box, dark)
        if line is not None:
            self.outline(path, line, width)

    def oval(
        self,
        centre: tuple[float, float],
        radii: tuple[float, float],
        fill: Colour,
        *,
        line: Colour | None = INK,
        width: float = 0.9,
        turn: float = 0.0,
    ) -> None:
        """Fill an outlined ellipse."""
        path = ring(*centre, *radii, turn)
        self.shape(path, fill, line=line, width=width, smooth=False)

    def brush(self, points: Points, colour: Colour, width: float, *, taper: bool = True) -> None:
        """Draw a brush stroke through the points that is thin at both ends if `taper`."""
        path = _curve(points, closed=False)
        last = len(path) - 1
        for i in range(last):
            swell = sin(pi * (i + 0.5) / last) ** 0.6 if taper else 1.0
            thick = max(1, round(width * swell * self.unit))
            self.pen.line(self._px(path[i : i + 2]), fill=colour, width=thick)
            x, y = self._px([path[i]])[0]
            if thick >= ROUND_FROM:
                r = thick / 2 - 0.5
                self.pen.ellipse((x - r, y - r, x + r, y + r), fill=colour)

    def gradient(self, *colours: Colour, within: Points | None = None) -> None:
        """Fill the sheet, or a shape, with colours from the sheet's top to its bottom."""
        stops = np.linspace(0.0, 1.0, len(colours))
        at = np.linspace(0.0, 1.0, self.image.height)
        levels = np.array([_rgb(c) for c in colours], dtype=np.float64)
        ramp = np.stack([np.interp(at, stops, levels[:, k]) for k in range(3)], axis=1)
        strip = ramp.round().astype(np.uint8)[:, None, :]
        box = (0, 0, *self.image.size) if within is None else self._box(within)
        rows = Image.fromarray(np.ascontiguousarray(strip)).crop((0, box[1], 1, box[3]))
        filled = rows.resize((box[2] - box[0], box[3] - box[1]), Image.Resampling.NEAREST)
        self.image.paste(filled, box, None if within is None else self._mask(within, box))

    def glow(self, centre: tuple[float, float], radius: float, colour: Colour, strength: float) -> None:
        """Add light around a point that fades to nothing at `radius`."""
        r = round(radius * self.unit)
        axis = np.linspace(-1.0, 1.0, 2 * r, dtype=np.float32)
        away = np.sqrt(axis[None, :] ** 2 + axis[:, None] ** 2)
        level = (np.clip(1 - away, 0, 1) ** 1.6 * 255 * strength).astype(np.uint8)
        x, y = self._px([centre])[0]
        self.image.paste(colour, (round(x) - r, round(y) - r), Image.fromarray(level))

    def tone(self, points: Points, colour: Colour = INK, *, pitch: float = 1.8, fade: float = 0.0) -> None:
        """Lay a screentone of dots over a shape; with `fade` the dots shrink towards its top."""
        top, bottom = min(y for _, y in points), max(y for _, y in points)
        left, right = min(x for x, _ in points), max(x for x, _ in points)
        box = self._box(points)
        dots = Image.new("L", (box[2] - box[0], box[3] - box[1]), 0)
        pen = ImageDraw.Draw(dots)
        for row in range(int((bottom - top) / pitch) + 2):
            y = top + row * pitch
            part = (y - top) / max(bottom - top, 1e-6)
            r = pitch * 0.36 * (1 - fade + fade * part) * self.unit
            for column in range(int((right - left) / pitch) + 2):
                x = (left + (column + row % 2 / 2) * pitch) * self.unit - box[0]
                middle = y * self.unit - box[1]
                pen.ellipse((x - r, middle - r, x + r, middle + r), fill=255)
        self.image.paste(colour, box, ImageChops.multiply(dots, self._mask(points, box)))

    def rays(
        self, centre: tuple[float, float], colour: Colour, *, count: int, inner: float, reach: float = 120
    ) -> None:
        """Draw manga focus lines that point at a centre and stop `inner` away from it."""
        cx, cy = centre
        for i in range(count):
            a = 2 * pi * (i + 0.37 * sin(i * 12.9)) / count
            half = (0.35 + 0.3 * sin(i * 7.3) ** 2) * pi / count
            near = inner * (1 + 0.28 * sin(i * 5.7))
            tips = [(reach, a - half), (near, a), (reach, a + half)]
            path = [(cx + r * cos(b), cy + r * sin(b)) for r, b in tips]
            self.pen.polygon(self._px(path), fill=colour)

    def letters(
        self,
        text: str,
        at: tuple[float, float],
        size: float,
        colour: Colour,
        *,
        anchor: str = "mm",
        edge: Colour | None = None,
    ) -> None:
        """Write Latin letters of a height with the font inside Pillow."""
        font = ImageFont.load_default(size * self.unit)
        self.pen.text(
            self._px([at])[0],
            text,
            fill=colour,
            font=font,
            anchor=anchor,
            stroke_width=round(size * self.unit * 0.09) if edge else round(size * self.unit * 0.025),
            stroke_fill=edge or colour,
        )

    def kana(
        self,
        text: str,
        at: tuple[float, float],
        size: float,
        colour: Colour,
        *,
        edge: Colour | None = None,
        lean: float = 0.0,
    ) -> None:
        """Write katakana from a top left corner downwards, leaning to the right by `lean`."""
        passes = [(edge, STROKE + EDGE), (colour, STROKE)] if edge else [(colour, STROKE)]
        for ink, thick in passes:
            for i, sign in enumerate(text):
                y0 = at[1] + i * size
                for stroke in STROKES[sign]:
                    path = [(at[0] + (x + lean * (5 - y)) * size / 11, y0 + y * size / 11) for x, y in stroke]
                    self._bar(path, ink, thick * size)

    def _bar(self, path: Points, colour: Colour, width: float) -> None:
        r = width * self.unit / 2
        spots = self._px(path)
        self.pen.line(spots, fill=colour, width=max(1, round(2 * r)), joint="curve")
        for x, y in (spots[0], spots[-1]):
            self.pen.ellipse((x - r, y - r, x + r, y + r), fill=colour)

    def bubble(
        self,
        centre: tuple[float, float],
        radii: tuple[float, float],
        tail: tuple[float, float],
        text: str,
        size: float = 4.0,
    ) -> None:
        """Draw a speech bubble whose tail points at `tail`, with lines of Latin text."""
        cx, cy = centre
        away = hypot(tail[0] - cx, tail[1] - cy)
        ux, uy = (tail[0] - cx) / away, (tail[1] - cy) / away
        base = (cx + ux * radii[0] * 0.6, cy + uy * radii[1] * 0.6)
        foot = [(base[0] - uy * 3, base[1] + ux * 3), tail, (base[0] + uy * 3, base[1] - ux * 3)]
        self.shape(foot, "#ffffff", smooth=False)
        self.oval(centre, radii, "#ffffff")
        self.pen.polygon(self._px([(x - ux * 1.2, y - uy * 1.2) for x, y in foot]), fill="#ffffff")
        lines = text.split("\n")
        for i, line in enumerate(lines):
            self.letters(line, (cx, cy + (i - (len(lines) - 1) / 2) * size * 1.25), size, INK)

    def finish(self) -> Image.Image:
        """Return the picture in its final size, 8-bit RGB."""
        return self.image.reduce(SUPERSAMPLE)


def new_paper(width: int, height: int, colour: Colour = "#ffffff") -> Paper:
    """Return an empty sheet that `finish` will reduce to `width` x `height` pixels."""
    image = Image.new("RGB", (width * SUPERSAMPLE, height * SUPERSAMPLE), colour)
    return Paper(image, ImageDraw.Draw(image), min(image.size) / 100)
