"""Room for what is kept in mind: caches of files are bounded by what these hold, not only by their number.

A robots.txt may have 500 KiB, and takes up to thirty times as much when it is taken apart: a few hundred such
files would fill the memory of a worker. What is asked for again and again costs nothing: room is only asked
for when something new comes.
"""

from collections.abc import Callable

__all__ = ["LINES", "Room"]

LINES = 100_000
"""Of robots.txt files that are kept sorted out at a time, in one way: some 50 MB."""


class Room:
    """Counts what a cache has taken in; where there is no room for more, it is cleared and begins anew."""

    def __init__(self, most: int, clear: Callable[[], None]) -> None:
        """Begin with all room free.

        Args:
            most: what may be held, in a unit of the caller.
            clear: forgets everything that is held.
        """
        self._most, self._held, self._clear = most, 0, clear

    def take(self, weight: int) -> None:
        """Take room for something new; it is kept even if it alone needs more than there is. O(1)."""
        if self._held + weight > self._most:
            self._clear()
            self._held = 0
        self._held += weight
