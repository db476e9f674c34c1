"""Which part of a page is its main text: what trafilatura takes for it, found again in the page.

It serves only to say how much of what a page has of its own an excerpt covers; all of the page is looked
at anyway. A line is main text if it shares its runs of letters with what was taken. trafilatura gets a
string and nothing else: it has nothing to fetch.
"""

from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from sekisho.model import Span

__all__ = ["main_spans"]

RUN = 8
"""Letters of a run; a shorter line is compared as a whole."""
SHARE = 0.5
"""Of the runs of a line, so many are in the main text if the line is."""
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SPACES = np.array([9, 10, 12, 13, 32, 0xA0, 0x3000], np.uint32)
_BREAK = 10


def main_spans(page: str, text: str) -> tuple[Span, ...] | None:
    """Return which lines of a page are its main text; None where that is not known. O(n log n).

    Args:
        page: the page as stored.
        text: what is looked at of it, each of its blocks on a line of its own.
    """
    main = _main_text(page)
    if not main:
        return None
    points = _points(text)
    ends = np.append(np.flatnonzero(points == _BREAK) + 1, len(points))
    starts = np.concatenate(([0], ends[:-1]))
    chosen = _shared(points, starts, _points(main))
    short = {"".join(line.split()) for line in main.splitlines()}
    spans: list[Span] = []
    for number in np.flatnonzero(chosen >= 0).tolist():
        start, end = int(starts[number]), int(ends[number])
        if chosen[number] == 0 and "".join(text[start:end].split()) not in short:
            continue
        if spans and spans[-1][1] == start:
            start = spans.pop()[0]
        spans.append((start, end))
    return tuple(spans) or None


def _shared(
    points: NDArray[np.uint32], starts: NDArray[np.int64], main: NDArray[np.uint32]
) -> NDArray[np.int8]:
    """Return for each line 1 if its runs are in the main text, -1 if not, 0 if it is too short to say."""
    places = np.flatnonzero(~np.isin(points, _SPACES))
    lines = np.searchsorted(starts, places, "right") - 1
    whole = lines[: len(lines) - RUN + 1] == lines[RUN - 1 :] if len(lines) >= RUN else np.zeros(0, bool)
    runs = _runs(points[places])[whole]
    line = lines[: len(whole)][whole]
    known = _runs(main[~np.isin(main, _SPACES)])
    count = np.bincount(line, minlength=len(starts))
    found = np.bincount(line[np.isin(runs, known)], minlength=len(starts))
    letters = np.bincount(lines, minlength=len(starts))
    chosen = np.where(found >= SHARE * count, 1, -1)
    chosen[count == 0] = 0
    chosen[letters == 0] = -1
    return chosen.astype(np.int8)


def _points(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)


def _runs(letters: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Return a hash of each run of `RUN` letters."""
    count = max(0, len(letters) - RUN + 1)
    hashes = np.zeros(count, np.uint64)
    for place in range(RUN):
        hashes = hashes * _MULTIPLIER + letters[place : place + count]
    return hashes


def _library() -> ModuleType | None:
    try:
        from trafilatura import core  # noqa: PLC0415 - an extra, loaded only where there is a page
    except ImportError:
        return None
    core.LOGGER.disabled = True
    return core


def _main_text(page: str) -> str:
    library = _library()
    if library is None:
        return ""
    try:
        found = library.bare_extraction(page, fast=True, include_comments=False, with_metadata=False)
        return str(found.text or "") if found is not None else ""
    except Exception:  # noqa: BLE001 - what is wrong with it has no bearing on what is looked at
        return ""
