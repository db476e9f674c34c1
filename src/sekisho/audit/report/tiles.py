"""Choose the few items that a person should look at first, the same ones every time.

Each item belongs to one class (excluded by distance, held for review, ...) and one group within it
(the entry it matched, or the reason). Classes have shares of the wall; inside a class the groups take
turns, so that one work that was copied a thousand times does not fill the wall. Nothing is left to
chance: the order is by distance, then by name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sekisho.audit.report.parts import part_of, shown_share
from sekisho.audit.report.texts import OF_TEXT, shares
from sekisho.model import Outcome

__all__ = ["QUOTAS", "Wall", "place"]

Row = dict[str, Any]

QUOTAS: Mapping[str, int] = {
    "excluded_near": 11,
    "excluded_part": 5,
    "excluded_same": 5,
    "held": 10,
    "granted": 6,
    "unreadable": 4,
    "passed": 7,
}
"""Tiles of each class, the most informative first; together 48. What a class lacks goes to the others."""

FARTHEST = 31.0
PER_GROUP = 4
MAX_GROUPS = 128


def place(row: Row) -> tuple[str, str, float]:
    """Return a row's class, its group in it, and its rank there (the lowest comes first).

    Far matches come first: that a picture 28 bits away was recognised is worth more looking at than a
    copy that is the same to the bit. Of texts the same is true of the share that is not the work's, of
    parts of pictures of the share of the picture that does not show it. Items
    that passed without a finding are ordered by their SHA-256, which is as good as drawing lots, and
    gives the same lot to everybody.
    """
    finding = row["findings"][0] if row["findings"] else None
    if row["problem"]:
        return "unreadable", row["problem"], 0.0
    if finding is None and row["outcome"] == "allow":
        return "passed", row["sha256"], 0.0
    if finding is None:
        return "held", row["reason"], 0.0
    rank = -_distance(finding)
    return _class(row["outcome"], finding, rank), finding["entry"], rank


def _class(outcome: str, finding: Row, rank: float) -> str:
    """Name the class of an item in which something was found."""
    if outcome != Outcome.BLOCK:
        return "granted" if outcome == Outcome.ALLOW else "held"
    if part_of(finding) is not None:
        return "excluded_part"
    return "excluded_same" if rank == 0 else "excluded_near"


def _distance(finding: Row) -> float:
    """Return the distance in bits; of texts and parts the share that is not the work's, on the same scale."""
    part = part_of(finding)
    if part is not None:
        return FARTHEST * (1 - shown_share(part))
    if finding.get("method") not in OF_TEXT:
        return float(finding["distance"])
    return FARTHEST * (1 - shares(finding)["coverage"] / 1000)


@dataclass(slots=True)
class Wall:
    """The best candidates so far: at most `PER_GROUP` of each of `MAX_GROUPS` groups of each class."""

    classes: dict[str, dict[str, list[tuple[float, str, Row]]]] = field(
        default_factory=lambda: {name: {} for name in QUOTAS}
    )

    def offer(self, row: Row) -> None:
        """Keep a row if it is among the best of its group."""
        name, group, rank = place(row)
        groups = self.classes[name]
        best = groups.setdefault(group, [])
        best.append((rank, row["item"], row))
        best.sort(key=lambda candidate: candidate[:2])
        del best[PER_GROUP:]
        if len(groups) > 2 * MAX_GROUPS:
            kept = sorted(groups, key=lambda group: (groups[group][0][0], group))[:MAX_GROUPS]
            self.classes[name] = {group: groups[group] for group in kept}

    def chosen(self, tiles: int = 48) -> Sequence[Row]:
        """Return up to `tiles` rows: each class its share, then what is left over, in order."""
        queues = {name: _in_turns(groups) for name, groups in self.classes.items()}
        counts = {name: min(QUOTAS[name], len(queue)) for name, queue in queues.items()}
        spare = tiles - sum(counts.values())
        for name, queue in queues.items():
            more = min(spare, len(queue) - counts[name])
            counts[name] += more
            spare -= more
        return [row for name, queue in queues.items() for row in queue[: counts[name]]]


def _in_turns(groups: Mapping[str, Sequence[tuple[float, str, Row]]]) -> Sequence[Row]:
    ordered = [groups[group] for group in sorted(groups, key=lambda group: (groups[group][0][0], group))]
    return [best[turn][2] for turn in range(PER_GROUP) for best in ordered if turn < len(best)]
