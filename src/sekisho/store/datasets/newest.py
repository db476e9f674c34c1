"""Keep what came last, within so much room: what a stranger's file can fill is never without a bound."""

from collections import OrderedDict
from typing import Generic, TypeVar

__all__ = ["Newest"]

V = TypeVar("V")


class Newest(Generic[V]):
    """A mapping that forgets what was set longest ago when there is no room for more."""

    def __init__(self, most: int) -> None:
        """Begin with nothing.

        Args:
            most: what may be held, in a unit of the caller.
        """
        self._most, self._held = most, 0
        self._values: OrderedDict[object, tuple[V, int]] = OrderedDict()

    def set(self, key: object, value: V, weight: int = 1) -> None:
        """Keep a value as the newest one; what is heavier than all the room is not kept. O(1) on average."""
        self._held -= self._values.pop(key, (value, 0))[1]
        self._values[key] = (value, weight)
        self._held += weight
        while self._held > self._most:
            _, (_, weight) = self._values.popitem(last=False)
            self._held -= weight

    def get(self, key: object) -> V | None:
        """Return what is kept under a key; None: nothing. That does not make it newer."""
        found = self._values.get(key)
        return None if found is None else found[0]
