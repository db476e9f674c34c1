"""How near a row's picture is to the one that was asked for: what asker and operator both compute."""

from collections.abc import Iterable, Sequence

from sekisho.model import MAX_RADIUS
from sekisho.model.question import MAX_ORIENTATIONS

__all__ = ["MAX_DISTANCE", "TURNED_RADIUS", "distance"]

TURNED_RADIUS = 20
"""Bits; the radius for turned pictures of the shipped policies: seven more chances to meet by accident."""
MAX_DISTANCE = (MAX_RADIUS, *[TURNED_RADIUS] * (MAX_ORIENTATIONS - 1))
"""The most bits by which a near picture may differ, for each PDQ of the question."""


def distance(asked: Sequence[bytes], row: Iterable[bytes]) -> int | None:
    """Return the fewest bits by which a picture or frame of a row differs; None if none is near.

    Args:
        asked: PDQs of the question, upright first.
        row: PDQs of the row.
    """
    found = [
        bits
        for hashed in row
        for one, most in zip(asked, MAX_DISTANCE, strict=False)
        if (bits := (int.from_bytes(one) ^ int.from_bytes(hashed)).bit_count()) <= most
    ]
    return min(found, default=None)
