"""Pairs of times -> spans in which two films run in step: a vote for offsets, at speeds near one.

Each pair of frames that look alike votes for the offset between the two clocks, at several speeds. The
offset with the most votes is fitted to its pairs, cut where they leave a gap, and taken out; then the next
one is looked for. A film that was cut, sped up or lost frames gives several spans, or one at another speed.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["MAX_SPANS", "Span", "Times", "align"]

SPEEDS = tuple(
    sorted((1.0, 24 / 25, 25 / 24, *(1 + k / 100 for k in range(-10, 11) if k)), key=lambda s: abs(s - 1))
)
"""Those nearest to one come first and win among equals; 25/24 is how cinema films run on European TV."""
SLOWEST, FASTEST = 0.88, 1.12
"""What a fitted speed may become."""
TOLERANCE = 1000
"""Milliseconds by which a pair may be off: each side shows a frame for up to a second."""
GAP = 15_000
"""Milliseconds without a pair, after which a new span begins."""
MAX_SPANS = 50
_FIT_SPAN = 8000
"""Milliseconds that pairs must cover before their speed says anything."""
_FITS = 3
_EMPTY_BINS = 16
"""For each pair: with more it is faster to sort."""
_MAX_PAIRS = 200_000
"""Of one film with another; more are thinned out evenly."""

Times = tuple[int, int]
"""Of the item, and of the work."""
Whole = NDArray[np.int64]


class Span(NamedTuple):
    """Milliseconds of the item and of the work that show the same.

    Attributes:
        speed: how many milliseconds of the work go by in one of the item.
        offset: time of the work where the item's is 0.
    """

    start: int
    end: int
    work_start: int
    work_end: int
    speed: float = 1.0
    offset: float = 0.0


def align(item: Whole, work: Whole, durations: Times) -> tuple[Span, ...]:
    """Find the spans in which pairs are in step, those with the most pairs first. O(pairs).

    No time of the item lies in two spans. A span may be one pair: whoever asks says what is enough.

    Args:
        item: (p,) milliseconds of the item's frame of each pair.
        work: (p,) milliseconds of the work's.
        durations: milliseconds of both films.
    """
    step = -(-len(item) // _MAX_PAIRS) if len(item) else 1
    item, work = item[::step], work[::step]
    left = np.ones(len(item), np.bool_)
    spans: list[Span] = []
    while len(spans) < MAX_SPANS and bool(left.any()):
        inside, speed, offset = _clearest(item, work, left)
        for run in _runs(item, inside):
            spans.append(_span(item[run], work[run], speed, offset, durations))
            left &= (item < item[run[0]]) | (item > item[run[-1]])
    return tuple(spans[:MAX_SPANS])


def _clearest(item: Whole, work: Whole, left: NDArray[np.bool_]) -> tuple[Whole, float, float]:
    """Return the pairs that agree on the offset with the most votes, with its speed."""
    places = np.nonzero(left)[0]
    best, speed, offset = 0, 1.0, 0.0
    for tried in SPEEDS:
        apart = work[places] - tried * item[places]
        for shift in (0, TOLERANCE):
            bins, votes = _counted((apart + shift) // (2 * TOLERANCE))
            top = int(votes.argmax())
            if int(votes[top]) > best:
                best, speed = int(votes[top]), tried
                offset = int(bins[top]) * 2 * TOLERANCE - shift + TOLERANCE
    inside = places
    for _ in range(_FITS):
        agreeing = places[np.abs(work[places] - speed * item[places] - offset) <= TOLERANCE]
        if not len(agreeing):
            break
        inside = agreeing
        speed, offset = _fitted(item[inside], work[inside], speed)
    return inside, speed, offset


def _counted(bins: NDArray[np.float64]) -> tuple[NDArray[np.float64], Whole]:
    """Return bins in order and how many pairs each has; of a film of 49 days not all two million of them."""
    least = bins.min()
    if bins.max() - least > _EMPTY_BINS * len(bins):
        some, votes = np.unique(bins, return_counts=True)
        return some, votes
    votes = np.bincount((bins - least).astype(np.int64))
    return least + np.arange(len(votes)), votes


def _fitted(item: Whole, work: Whole, speed: float) -> tuple[float, float]:
    """Fit speed and offset to pairs; the speed only where they cover enough time."""
    if int(item.max() - item.min()) >= _FIT_SPAN:
        centred = item - item.mean()
        fitted = float((centred * (work - work.mean())).sum() / (centred * centred).sum())
        speed = min(max(fitted, SLOWEST), FASTEST)
    return speed, float(np.median(work - speed * item))


def _runs(item: Whole, inside: Whole) -> list[Whole]:
    """Cut pairs where the item shows nothing of the work for a while."""
    inorder = inside[np.argsort(item[inside], kind="stable")]
    return np.split(inorder, np.nonzero(np.diff(item[inorder]) > GAP)[0] + 1)


def _span(item: Whole, work: Whole, speed: float, offset: float, durations: Times) -> Span:
    """Return where a run begins and ends; its last frame is shown for a while."""
    start, end = int(item[0]), int(item[-1])
    shown = TOLERANCE
    return Span(
        start=start,
        end=min(end + shown, max(durations[0], end)),
        work_start=int(work.min()),
        work_end=min(int(work.max()) + shown, max(durations[1], int(work.max()))),
        speed=speed,
        offset=offset,
    )
