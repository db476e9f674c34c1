"""The decisions of a unit, gathered by columns until its part is written.

Of a record in which nothing is found only its name, size and SHA-256 are its own: nearly all rows of a
dataset of texts are such, and all of them about which holders say the same share one decision.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from sekisho.check import Unread
from sekisho.detect.signals.resolve import Resolved
from sekisho.model import Decision

__all__ = ["Decide", "Rows"]

T = TypeVar("T")
Decide = Callable[[Unread, Resolved | None], Decision]
"""Decides about a record in which nothing is found, by what is said about it."""


@dataclass(slots=True)
class Rows:
    """Rows in the sequence of the unit's items.

    Attributes:
        items, sizes, digests: name, bytes and SHA-256 of every row.
        decisions: each once; of one that rows share, these three are those of its first row.
        numbers: of every row, which of the decisions is its own.
    """

    items: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    digests: list[bytes | None] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    _counts: list[int] = field(default_factory=list)
    _clear: dict[int, tuple[int, Resolved | None]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.items)

    def add(self, decision: Decision) -> None:
        """Append a row with a decision of its own."""
        made = decision.fingerprint
        sha256 = None if made is None else made.sha256
        self._append(decision.item, decision.bytes, sha256, self._new(decision))

    def add_clear(self, unread: Unread, said: Resolved | None, decide: Decide) -> None:
        """Append a row in which nothing is found; those about which holders say the same share a decision."""
        known = self._clear.get(id(said))
        if known is None:
            # What is said is held, so that nothing else gets its number.
            known = self._clear[id(said)] = self._new(decide(unread, said)), said
        self._append(unread.name, len(unread.data), unread.sha256, known[0])

    def _new(self, decision: Decision) -> int:
        self.decisions.append(decision)
        self._counts.append(0)
        return len(self.decisions) - 1

    def _append(self, item: str, size: int, sha256: bytes | None, number: int) -> None:
        self.items.append(item)
        self.sizes.append(size)
        self.digests.append(sha256)
        self.numbers.append(number)
        self._counts[number] += 1

    def counted(self) -> Iterator[tuple[Decision, int]]:
        """Yield every decision once, and of how many rows it is."""
        return zip(self.decisions, self._counts, strict=True)

    def column(self, of: Callable[[Decision], T]) -> list[T]:
        """Return what `of` makes of each row's decision; it is asked once for those that rows share."""
        values = [of(decision) for decision in self.decisions]
        return list(map(values.__getitem__, self.numbers))

    def count(self, of: Callable[[Decision], str]) -> dict[str, int]:
        """Count the rows by what `of` makes of their decisions, in order."""
        counts: Counter[str] = Counter()
        for decision, rows in self.counted():
            counts[of(decision)] += rows
        return dict(sorted(counts.items()))
