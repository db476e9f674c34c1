"""Read what a finding says of a part of a picture, of an embedding or of a film.

A finding's `detail` comes from a file. What in it has not the form of the docstring of `model.Finding`
counts as not said: a report leaves it out, and a picture is never drawn on by it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sekisho.audit.report.texts import finding_detail
from sekisho.fingerprint import DIHEDRAL
from sekisho.model import Band, Method

__all__ = [
    "OF_PART",
    "PLACES",
    "Box",
    "Part",
    "Stretch",
    "clearest",
    "nearness",
    "part_of",
    "place",
    "shown_share",
]

OF_PART = frozenset({Method.LOCAL.value, Method.MODEL.value, Method.FRAMES.value})
"""Methods that say where and how much in place of a distance."""
WHOLE = 1000
"""Per mille of a width, of a height, and of a similarity."""
PER_CENT = 100
PLACES = (
    *("whole", "most", "middle", "top", "bottom", "left", "right"),
    *("top_left", "top_right", "bottom_left", "bottom_right"),
)
"""Where something stands in a picture, in words that do not need the picture."""
_NEARLY = 900
"""Per mille of the area, or of the frames, from which it is the whole."""
_LONG = 700
"""Per mille of a side from which something reaches along it."""
_THIRDS = (WHOLE / 3, 2 * WHOLE / 3)
_BOX = re.compile(r"(\d{1,4}),(\d{1,4}),(\d{1,4}),(\d{1,4})", re.ASCII)
_STRETCH = re.compile(r"(\d{1,10})-(\d{1,10})=(\d{1,10})-(\d{1,10})", re.ASCII)
MAX_STRETCHES = 1000

Finding = Mapping[str, Any]


class Box(NamedTuple):
    """A rectangle, per mille of width and height from the left and the top."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def area(self) -> float:
        """Return its share of the picture, per mille."""
        return (self.right - self.left) * (self.bottom - self.top) / WHOLE


class Stretch(NamedTuple):
    """Milliseconds of an item, and the milliseconds of the work that are shown in them."""

    start: int
    end: int
    work_start: int
    work_end: int


_EVERYWHERE = Box(0, 0, WHOLE, WHOLE)
"""An embedding of the whole item says nothing of a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What is said of one finding; None and empty where nothing is.

    Attributes:
        sure: sure enough to exclude by the policy; else somebody has to look.
        inliers: features that agree.
        region, in_work: of the item, and of the work.
        mirrored: the item shows the work mirrored.
        frame: of an animation, from 0.
        at: of a film, when its frame is shown, in milliseconds.
        number: of the print in its entry, from 0.
        near: bits of 256 between the PDQs of item and work; -1: unknown.
        model: id of the encoder.
        similarity: per mille.
        of_item, of_work: per cent of the frames.
        spans: in the sequence of the item.
    """

    method: Method
    sure: bool
    inliers: int | None
    region: Box | None
    in_work: Box | None
    mirrored: bool
    frame: int
    at: int | None
    number: int | None
    near: int
    model: str
    similarity: int | None
    of_item: int | None
    of_work: int | None
    spans: tuple[Stretch, ...]

    @property
    def is_partial(self) -> bool:
        """Tell whether only a part of the work is shown, or in a part of the item only."""
        boxes = [box for box in (self.region, self.in_work) if box is not None]
        shares = [share for share in (self.of_item, self.of_work) if share is not None]
        return any(box.area < _NEARLY for box in boxes) or any(10 * share < _NEARLY for share in shares)


def part_of(finding: Finding) -> Part | None:
    """Return what a finding says of a part; None if it was found in another way."""
    if finding.get("method") not in OF_PART:
        return None
    detail = finding_detail(finding)
    region = _box(detail, "region")
    everywhere = finding["method"] == Method.MODEL and region == _EVERYWHERE
    turned = str(detail.get("orientation", DIHEDRAL[0]))
    return Part(
        method=Method(finding["method"]),
        sure=detail.get("band") == Band.BLOCK.value,
        inliers=_count(detail, "inliers"),
        region=None if everywhere else region,
        in_work=_box(detail, "in_work"),
        mirrored=turned == "mirrored",
        frame=_count(detail, "frame") or 0,
        at=_count(detail, "at"),
        number=_count(detail, "print"),
        near=_up_to(detail, "near", 256, -1),
        model=str(detail.get("model", "")),
        similarity=_limited(detail, "similarity", WHOLE),
        of_item=_limited(detail, "of_item", PER_CENT),
        of_work=_limited(detail, "of_work", PER_CENT),
        spans=_stretches(str(detail.get("spans", ""))),
    )


def _count(detail: Mapping[str, Any], key: str) -> int | None:
    """Return a number of things; None if it is none."""
    value = detail.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _limited(detail: Mapping[str, Any], key: str, limit: int) -> int | None:
    value = _count(detail, key)
    return value if value is not None and value <= limit else None


def _up_to(detail: Mapping[str, Any], key: str, limit: int, otherwise: int) -> int:
    value = _limited(detail, key, limit)
    return otherwise if value is None else value


def _box(detail: Mapping[str, Any], key: str) -> Box | None:
    found = _BOX.fullmatch(str(detail.get(key, "")))
    if found is None:
        return None
    box = Box(*map(int, found.groups()))
    fits = box.left < box.right <= WHOLE and box.top < box.bottom <= WHOLE
    return box if fits else None


def _stretches(said: str) -> tuple[Stretch, ...]:
    parts = said.split(",", MAX_STRETCHES)[:MAX_STRETCHES] if said else []
    found = [_STRETCH.fullmatch(part) for part in parts]
    made = [Stretch(*map(int, one.groups())) for one in found if one is not None]
    if len(made) != len(parts) or any(s.start > s.end or s.work_start > s.work_end for s in made):
        return ()
    return tuple(sorted(made))


def _third(start: int, end: int, names: tuple[str, str, str]) -> str:
    """Name one direction; what reaches along the side stands nowhere in particular."""
    if end - start >= _LONG:
        return ""
    middle = (start + end) / 2
    return names[sum(middle > third for third in _THIRDS)]


def place(box: Box) -> str:
    """Return the word for where a box stands in its picture, one of `PLACES`."""
    if box.area >= _NEARLY:
        return "whole"
    across = _third(box.left, box.right, ("left", "", "right"))
    down = _third(box.top, box.bottom, ("top", "", "bottom"))
    if across or down:
        return "_".join(filter(None, (down, across)))
    return "most" if box.right - box.left >= _LONG and box.bottom - box.top >= _LONG else "middle"


def shown_share(part: Part) -> float:
    """Return how much of the item a finding is about, 0-1; of a similarity how near it is to the same."""
    match part.method:
        case Method.FRAMES:
            return (part.of_item or 0) / PER_CENT
        case Method.MODEL:
            return (part.similarity or 0) / WHOLE
        case _:
            return part.region.area / WHOLE if part.region is not None else 1.0


def nearness(finding: Finding) -> tuple[int, float]:
    """Return how near a finding is, the nearest lowest: the same file, then bits, then what is in parts."""
    if finding["method"] == Method.SHA256:
        return 0, 0.0
    if finding["method"] == Method.PDQ:
        return 1, float(finding["distance"])
    part = part_of(finding)
    return (3, 0.0) if part is None else (2, -shown_share(part))


_CLEARNESS = {Method.LOCAL: 0, Method.FRAMES: 1, Method.MODEL: 2}


def clearest(findings: Sequence[Finding]) -> Finding | None:
    """Return the finding of a part that says most: a sure one first, a place before a similarity.

    None if there is none.
    """
    known = [(part, finding) for finding in findings if (part := part_of(finding)) is not None]
    ranked = sorted(known, key=lambda one: (not one[0].sure, _CLEARNESS[one[0].method], -shown_share(one[0])))
    return ranked[0][1] if ranked else None
