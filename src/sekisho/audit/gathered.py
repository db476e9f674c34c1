"""The decisions of a unit, gathered by columns until its part is written.

Of a record in which nothing is found only its name, size and SHA-256 are its own: nearly all rows of a
dataset of texts are such, and no object is held for any of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

from sekisho.detect.signals.resolve import Resolved
from sekisho.model import Decision, Signal, SignalUse, Stance

__all__ = ["Rows", "Said"]

T = TypeVar("T")
Said = tuple[tuple[Signal, ...], Mapping[SignalUse, Stance]]
"""Signals, and what they come to."""
UNSAID: Said = ((), {})


@dataclass(slots=True)
class Rows:
    """Rows in the sequence of the unit's items.

    Attributes:
        items, sizes, digests: name, bytes and SHA-256 of every row.
        said: the signals of every row.
        clear: what all rows say that are not among the others, but for these four columns.
        others: the decisions of the others, by the number of their row.
    """

    items: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    digests: list[bytes | None] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    clear: Decision | None = None
    others: dict[int, Decision] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.items)

    def add(self, decision: Decision) -> None:
        """Append a row with a decision of its own."""
        made = decision.fingerprint
        self.others[len(self.items)] = decision
        self.add_clear(decision.item, decision.bytes, None if made is None else made.sha256)
        if decision.signals or decision.stances:
            self.said[-1] = (decision.signals, decision.stances)

    def add_clear(self, item: str, size: int, sha256: bytes | None, said: Resolved | None = None) -> None:
        """Append a row that says what `clear` says."""
        self.items.append(item)
        self.sizes.append(size)
        self.digests.append(sha256)
        self.said.append(UNSAID if said is None else (said.signals, said.stances))

    def column(self, of: Callable[[Decision], T]) -> list[T]:
        """Return what `of` makes of each row's decision; it is asked once for all clear ones."""
        column = [cast("T", None) if self.clear is None else of(self.clear)] * len(self)
        for row, decision in self.others.items():
            column[row] = of(decision)
        return column

    def count(self, of: Callable[[Decision], str]) -> dict[str, int]:
        """Count the rows by what `of` makes of their decisions, in order."""
        counts: dict[str, int] = {}
        if len(self) > len(self.others) and self.clear is not None:
            counts[of(self.clear)] = len(self) - len(self.others)
        for decision in self.others.values():
            said = of(decision)
            counts[said] = counts.get(said, 0) + 1
        return dict(sorted(counts.items()))
