"""Where in an item a finding is: whether it is a part only, and whether two findings claim the same.

A licence for a work that is a part of an item clears that part, never the rest. Two works side by side
are no rivals.
"""

from sekisho.model import Finding, Grade, Method
from sekisho.policy.texts import covered

__all__ = ["is_part", "same_place"]

_SAME = 0.9
"""Share of what is refused that lies in what is permitted; of an item that is the whole of it."""
_TEXTS = frozenset({Method.PASSAGES, Method.LINE, Method.NAME})
_WHOLE = (0, 0, 1000, 1000)
_ALL_FRAMES = 90
"""Per cent of a film's frames."""

Box = tuple[int, int, int, int]


def is_part(finding: Finding) -> bool:
    """Tell whether a finding is about a part of the item only, so that a grant does not cover the rest."""
    match finding.method:
        case Method.SHA256 | Method.PDQ:
            return "at" in finding.detail
        case Method.LOCAL | Method.MODEL:
            return _share(_box(finding), _WHOLE) < _SAME
        case Method.FRAMES:
            return int(finding.detail["of_item"]) < _ALL_FRAMES
        case Method.NAME | Method.LINE | Method.PROTECTED:
            return True
        case Method.PASSAGES:
            return finding.detail["grade"] != Grade.COPY


def same_place(given: Finding, refused: Finding) -> bool:
    """Tell whether what is refused lies in what is permitted."""
    if given.method in _TEXTS or refused.method in _TEXTS:
        return _same_text(given, refused)
    if given.method is Method.FRAMES or refused.method is Method.FRAMES:
        return not is_part(given)
    return _share(_box(given), _box(refused)) >= _SAME


def _same_text(given: Finding, refused: Finding) -> bool:
    if not given.method is refused.method is Method.PASSAGES:
        return False
    if given.detail["field"] != refused.detail["field"]:
        return False
    return covered(str(refused.detail["spans"]), str(given.detail["spans"])) >= _SAME


def _box(finding: Finding) -> Box:
    """Return where in the picture a finding is, per mille; a hash is about all of it."""
    region = finding.detail.get("region")
    if region is None:
        return _WHOLE
    left, top, right, bottom = map(int, str(region).split(","))
    return left, top, right, bottom


def _share(box: Box, of: Box) -> float:
    """Return the share of one box that another covers."""
    width = min(box[2], of[2]) - max(box[0], of[0])
    height = min(box[3], of[3]) - max(box[1], of[1])
    area = (of[2] - of[0]) * (of[3] - of[1])
    return max(width, 0) * max(height, 0) / area if area > 0 else 1.0
