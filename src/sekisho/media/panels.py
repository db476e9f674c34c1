"""A page of a comic -> its panels: the frames between white or black gutters, also a little aslant.

What can be reached from the edge of the page over the colour of the paper is gutter; what remains in
one piece is a panel. Where a balloon or a figure stands across a gutter, two panels are one piece; it
is cut along the line that runs over the gutter most. Whole numbers throughout, linear in the pixels.

Panels without frames, and pages that are drawn to the edge without gutters, are not found.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray
from PIL import Image

from sekisho.media.limits import Pixels

__all__ = ["Box", "panels", "warm_up"]

SIDE = 760
"""Pixels of the longer side, at most, on which gutters are looked for: the narrowest ones have 4."""
ALIKE = 28
"""Levels of 255 within which a pixel has the colour of the paper: a scan is not quite even."""
LIGHT, DARK = 170, 85
"""Levels: paper is lighter or darker, else the page has no gutters."""
EDGE_SHARE = 40
"""Per cent of the page's edge that has the colour of the paper, at least."""
SMALLEST = 80
"""A panel covers at least this part of the page..."""
NARROWEST = 14
"""...and has at least this part of the page's longer side in width and in height."""
LARGEST = 92
"""Per cent of the page; a frame around the whole page is no panel."""
COVERED = 80
"""Per cent of what is drawn on a page that is in its panels, at least."""
STRAIGHT, SIDES = 50, 3
"""Per cent of a side that lies on one line, and how many of four sides must: figures have no such sides."""
BESIDE, SLANT = 5, 24
"""Pixels that a side may be beside its line; it rises, or leans, at most 24 in 64, 20 degrees."""
STEEPEST, SLOPE_STEP, PER = 14, 2, 64
"""A cut rises at most 14 in 64, 12 degrees; every second slope is tried."""
CROSSED = 45
"""Per cent of a cut that may run over what stands across the gutter."""
BEYOND, WHOLE, DEEPER = 14, 40, 5
"""So many pixels beyond a cut, on both sides, it runs over the panels with at least that per cent, and with
2.5 times the share of the cut: a figure grows thin more slowly."""
EVERY = 4
"""On a line that may be a cut, every fourth pixel is looked at."""
ROUNDS = 6
"""Of cutting."""
REACHED = 2
NO_CUT = -1


class Box(NamedTuple):
    """A part of a picture in pixels; `right` and `bottom` are the first beyond it."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def area(self) -> int:
        """Pixels."""
        return (self.right - self.left) * (self.bottom - self.top)


def panels(pixels: Pixels) -> tuple[Box, ...]:
    """Find the panels of a page, from the top; those that begin at one height from the left.

    Args:
        pixels: (H, W, 3) uint8, sRGB.

    Returns:
        Boxes in the pixels given; empty if there are not at least two panels.
    """
    gray = _reduced(pixels)
    paper = _paper(gray)
    if paper is None:
        return ()
    solid = _solid(gray, paper)
    drawn = int(np.count_nonzero(solid))
    pieces = list(_pieces(solid))
    found = [box for box, _ in pieces if box.area * 100 <= LARGEST * gray.size]
    # A single panel is the page; and on a page of panels little is drawn beside them.
    if len(found) < 2 or sum(area for _, area in pieces) * 100 < COVERED * drawn:  # noqa: PLR2004
        return ()
    (height, width), (high, wide) = pixels.shape[:2], gray.shape
    boxes = [
        Box(
            box.left * width // wide,
            box.top * height // high,
            -(-box.right * width // wide),
            -(-box.bottom * height // high),
        )
        for box in found
    ]
    return tuple(sorted(boxes, key=lambda box: (box.top, box.left)))


def warm_up() -> None:
    """Compile (some seconds) or load (milliseconds) the kernels."""
    page = np.full((96, 96, 3), 255, np.uint8)
    page[8:44, 8:88] = page[52:88, 8:88] = page[8:88, 40:56] = 0
    panels(page)


def _reduced(pixels: Pixels) -> NDArray[np.uint8]:
    """Return the gray picture, its longer side at most `SIDE`; each pixel is the mean of what it covers."""
    height, width = pixels.shape[:2]
    longer = max(height, width)
    image = Image.fromarray(pixels).convert("L")
    if longer > SIDE:
        size = (max(1, width * SIDE // longer), max(1, height * SIDE // longer))
        image = image.resize(size, Image.Resampling.BOX)
    return np.asarray(image)


def _paper(gray: NDArray[np.uint8]) -> int | None:
    """Return the level of the paper at the page's edge; None if there is too little of one level."""
    rim = max(1, min(gray.shape) // 100)
    sides = (gray[:rim], gray[-rim:], gray[:, :rim], gray[:, -rim:])
    edge = np.sort(np.concatenate([side.ravel() for side in sides])).astype(np.int64)
    for level in (int(edge[len(edge) * 3 // 4]), int(edge[len(edge) // 4])):
        alike = np.count_nonzero(np.abs(edge - level) <= ALIKE)
        if (level >= LIGHT or level <= DARK) and alike * 100 >= EDGE_SHARE * len(edge):
            return level
    return None


def _solid(gray: NDArray[np.uint8], paper: int) -> NDArray[np.uint8]:
    """Return 1 where a page can not be reached over its paper from its edge, in a rim of zeros.

    A way of one pixel is closed, so that a frame with a hole in it holds.
    """
    alike = np.pad(np.abs(gray.astype(np.int16) - paper) <= ALIKE, 2, constant_values=True)
    rows = alike[:-1] & alike[1:]
    reached = (rows[:, :-1] & rows[:, 1:]).view(np.uint8)
    _reach(reached)
    solid: NDArray[np.uint8] = (reached != REACHED).view(np.uint8)
    return solid


def _pieces(solid: NDArray[np.uint8]) -> Iterator[tuple[Box, int]]:
    """Yield box (without the rim) and pixels of each piece that is a panel; empties `solid`."""
    height, width = solid.shape
    narrowest = max(BEYOND, max(height, width) // NARROWEST)
    smallest = max(4, height * width // SMALLEST)
    rows = np.empty((SMALLEST + 1, 4), np.int32)
    for turn in range(ROUNDS):
        labels = np.zeros(solid.shape, np.int32)
        count = _label(solid, labels, rows, smallest)
        if not count:
            return
        for number, (left, top, right, bottom) in enumerate(rows[:count].tolist()):
            part, own = labels[top:bottom, left:right], solid[top:bottom, left:right]
            if turn + 1 < ROUNDS and _cut(own, part, number + 1, narrowest, smallest):
                continue
            piece = part == number + 1
            own[piece] = 0
            if min(piece.shape) >= narrowest and _is_framed(piece):
                # A pixel that is not paper makes two of the way beside it solid.
                yield Box(left - 1, top - 1, right - 2, bottom - 2), int(np.count_nonzero(piece))


def _is_framed(piece: NDArray[np.bool_]) -> bool:
    """Tell whether most sides of a piece are straight."""
    profiles = (
        piece.argmax(axis=0),
        piece[::-1].argmax(axis=0),
        piece.argmax(axis=1),
        piece[:, ::-1].argmax(axis=1),
    )
    return sum(_on_a_line(one) * 100 >= STRAIGHT * len(one) for one in profiles) >= SIDES


@njit(cache=True, nogil=True)
def _on_a_line(profile: NDArray[np.int64]) -> int:
    """Return how many of the heights of a side lie on one line, `BESIDE` pixels wide."""
    offset = len(profile) * SLANT // PER + 1
    count = np.empty(int(profile.max()) + 2 * offset + BESIDE, np.int64)
    best = 0
    for slope in range(-SLANT, SLANT + 1, SLOPE_STEP):
        count[:] = 0
        for x in range(len(profile)):
            count[profile[x] + offset - x * slope // PER] += 1
        within = 0
        for at in range(len(count)):
            within += count[at]
            if at >= BESIDE:
                within -= count[at - BESIDE]
            best = max(best, within)
    return best


@njit(cache=True, nogil=True)
def _reach(paper: NDArray[np.uint8]) -> None:
    """Turn the paper (1) that hangs together with the corner into `REACHED`, by sides, not by corners."""
    height, width = paper.shape
    waiting = np.empty(height * width, np.int32)
    waiting[0], count = 0, 1
    paper[0, 0] = REACHED
    while count:
        count -= 1
        y, x = divmod(waiting[count], width)
        for v, u in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
            if 0 <= v < height and 0 <= u < width and paper[v, u] == 1:
                paper[v, u] = REACHED
                waiting[count] = v * width + u
                count += 1


@njit(cache=True, nogil=True)
def _label(
    solid: NDArray[np.uint8], labels: NDArray[np.int32], found: NDArray[np.int32], smallest: int
) -> int:
    """Number the pieces of `solid`, which has a rim of zeros, from 1; smaller ones are erased.

    Args:
        solid: (h, w) of 0 and 1.
        labels: (h, w) of zeros; gets the numbers.
        found: (n, 4) gets left, top, right and bottom of each; n x smallest is more than h x w.
        smallest: pixels.
    """
    height, width = solid.shape
    ys, xs = np.empty(height * width, np.int64), np.empty(height * width, np.int64)
    pieces = 0
    for row in range(1, height - 1):
        for column in range(1, width - 1):
            if not solid[row, column] or labels[row, column]:
                continue
            labels[row, column] = pieces + 1
            left, top, right, bottom = column, row, column, row
            ys[0], xs[0], done, area = row, column, 0, 1
            while done < area:
                y, x = ys[done], xs[done]
                done += 1
                left, right = min(left, x), max(right, x)
                top, bottom = min(top, y), max(bottom, y)
                for v, u in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
                    if solid[v, u] and not labels[v, u]:
                        labels[v, u] = pieces + 1
                        ys[area], xs[area] = v, u
                        area += 1
            if area >= smallest and pieces < len(found):
                found[pieces] = (left, top, right + 1, bottom + 1)
                pieces += 1
            else:
                for i in range(area):
                    solid[ys[i], xs[i]] = labels[ys[i], xs[i]] = 0
    return pieces


def _cut(
    solid: NDArray[np.uint8], labels: NDArray[np.int32], number: int, narrowest: int, smallest: int
) -> bool:
    """Cut the piece of a number in two along the line that runs over it least; tell whether there is one."""
    best, across = (CROSSED + 1, 0, NO_CUT), False
    for turned in (False, True):
        view = labels.T if turned else labels
        found = _thinnest(view, number, narrowest, smallest)
        if found[2] != NO_CUT and found[0] < best[0]:
            best, across = found, turned
    _, slope, at = best
    if at == NO_CUT:
        return False
    part = solid.T if across else solid
    x = np.arange(part.shape[1])
    y = at + (x - part.shape[1] // 2) * slope // PER
    for row in (y, y + 1):
        inside = (row >= 0) & (row < part.shape[0])
        part[row[inside], x[inside]] = 0
    return True


@njit(cache=True, nogil=True)
def _thinnest(labels: NDArray[np.int32], number: int, narrowest: int, smallest: int) -> tuple[int, int, int]:
    """Return the line from left to right that runs over a piece least: per cent of it, slope, height.

    The height is that in the middle, `NO_CUT` if every line leaves too little on one side.
    """
    height, width = labels.shape
    over, length = np.empty(height, np.int32), np.empty(height, np.int32)
    best, best_slope, best_at = CROSSED + 1, 0, NO_CUT
    for slope in range(-STEEPEST, STEEPEST + 1, SLOPE_STEP):
        over[:] = 0
        length[:] = 0
        for x in range(0, width, EVERY):
            down = (x - width // 2) * slope // PER
            for at in range(max(0, -down), min(height, height - down)):
                length[at] += 1
                over[at] += labels[at + down, x] == number
        whole, above = over.sum(), 0
        for at in range(height):
            left = min(above, whole - above - over[at]) * EVERY
            above += over[at]
            if not narrowest <= at < height - narrowest or left < smallest:
                continue
            share = over[at] * 100 // max(1, length[at])
            if share >= best:
                continue
            one, other = at - BEYOND, at + BEYOND
            beyond = min(over[one] * 100 // max(1, length[one]), over[other] * 100 // max(1, length[other]))
            if beyond >= WHOLE and share * DEEPER <= beyond * 2:
                best, best_slope, best_at = share, slope, at
    return best, best_slope, best_at
