"""Spans: half-open stretches, of code points or of folded units."""

from collections.abc import Iterable

__all__ = ["Span", "joined"]

Span = tuple[int, int]
"""Half-open."""


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return spans in their sequence, those that touch or overlap made one. O(n log n)."""
    made: list[Span] = []
    for start, end in sorted(spans):
        if made and start <= made[-1][1]:
            made[-1] = made[-1][0], max(end, made[-1][1])
        else:
            made.append((start, end))
    return made
