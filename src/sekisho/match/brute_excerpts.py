"""The oracle of excerpts: a dictionary of all hashes and plain loops.

Slow and obvious on purpose. `match/excerpts.py` over a snapshot must find the same for every input.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sekisho.fingerprint.passages import PassageRows
from sekisho.match.excerpts import Excerpt
from sekisho.model import Method, Passages, Span, TextRules

__all__ = ["Known", "brute_excerpts", "brute_key"]

MASK = 2**48 - 1


class Known(NamedTuple):
    """One registered text: its entry, whether that is verified, of whom, and the lot that its id draws."""

    entry: int
    passages: Passages
    verified: bool
    holder: str
    lot: int


class _Row(NamedTuple):
    text: int
    bucket: int


@dataclass(kw_only=True)
class _Chain:
    """Seeds that follow each other; `first` and `last` are position and bucket."""

    first: tuple[int, int]
    last: tuple[int, int]
    end: int = 0
    seeds: int = 0
    latin: int = 0

    def takes(self, position: int, bucket: int, reach: int) -> bool:
        """Tell whether a seed goes on where this chain ends."""
        step = position - self.last[0]
        near = abs((bucket - self.last[1]) * 256 - step) <= 256  # noqa: PLR2004
        drift = (bucket - self.first[1]) * 256 - (position - self.first[0])
        return 0 < step <= reach and near and abs(drift) <= 512  # noqa: PLR2004

    def add(self, position: int, bucket: int, *, latin: bool) -> None:
        """Take a seed."""
        self.last = (position, bucket)
        self.end = max(self.end, position + (20 if latin else 12))
        self.seeds += 1
        self.latin += latin


@dataclass(kw_only=True)
class _Table:
    """All hashes that are seeds, and where they stand; distinct hashes of each text."""

    rows: dict[int, list[_Row]]
    passages: Counter[int] = field(default_factory=Counter)


def brute_key(value: int, constants: Sequence[int]) -> int:
    """Permute one hash."""
    x = value ^ constants[0]
    for factor in constants[1:]:
        x = x * factor & MASK
        x ^= x >> 24
    return x


def _stock(entries: set[int], entry: int, of: dict[int, Known]) -> bool:
    """Tell whether a hash that some entries share is a stock phrase for one of them."""
    own, mine = 0, of[entry]
    for other in entries:
        confirmed = of[other].verified
        own += confirmed or (not mine.verified and of[other].holder == mine.holder)
    return own > 4  # noqa: PLR2004


def _lot(value: int, lot: int) -> int:
    factor, mask = 0xBF58476D1CE4E5B9, 2**64 - 1
    mixed = (value ^ lot) * factor & mask
    return (mixed ^ mixed >> 32) * factor & mask


def _lost(rows: dict[int, list[_Row]], known: Sequence[Known]) -> set[tuple[int, int]]:
    """Return every pair of hash and entry that is a stock phrase: none of an entry that has too many."""
    of = {k.entry: k for k in known}
    total: Counter[int] = Counter()
    lost: dict[int, set[int]] = defaultdict(set)
    for key, some in rows.items():
        entries = {known[row.text].entry for row in some}
        total.update(entries)
        for entry in entries:
            if _stock(entries, entry, of):
                lost[entry].add(key)
    return {(key, entry) for entry, keys in lost.items() if len(keys) * 20 <= total[entry] for key in keys}


def _table(known: Sequence[Known], constants: Sequence[int]) -> _Table:
    every: dict[int, list[_Row]] = defaultdict(list)
    for text, one in enumerate(known):
        for number, bucket in enumerate(one.passages.buckets):
            for value in bucket:
                every[brute_key(value, constants)].append(_Row(text, number))
    lost = _lost(every, known)
    table = _Table(rows={})
    for key, some in every.items():
        of_entry: Counter[int] = Counter()
        few = []
        for row in sorted(some):
            of_entry[known[row.text].entry] += 1
            if of_entry[known[row.text].entry] <= 3:  # noqa: PLR2004
                few.append(row)
        few.sort(key=lambda row: _turn(known[row.text], key, lost))
        table.rows[key] = sorted(r for r in few[:16] if (key, known[r.text].entry) not in lost)
        table.passages.update({row.text for row in table.rows[key]})
    return table


def _turn(one: Known, key: int, lost: set[tuple[int, int]]) -> tuple[bool, bool, int]:
    """Return what decides whose rows of a hash stay."""
    return not one.verified, (key, one.entry) in lost, _lot(key, one.lot)


def _chained(seeds: Sequence[tuple[int, int, bool]]) -> list[_Chain]:
    """Chain seeds (position, bucket, latin), in their order, each with the oldest that takes it."""
    growing: list[_Chain] = []
    closed: list[_Chain] = []
    for position, bucket, latin in seeds:
        reach = 82 if latin else 58
        chain = next((c for c in growing if c.takes(position, bucket, reach)), None)
        if chain is None:
            full = len(growing) == 16  # noqa: PLR2004
            ended = [c for n, c in enumerate(growing) if position - c.last[0] > 82 or (full and n == 0)]  # noqa: PLR2004
            closed += ended
            growing = [c for c in growing if not any(c is e for e in ended)]
            chain = _Chain(first=(position, bucket), last=(position, bucket))
            growing.append(chain)
        chain.add(position, bucket, latin=latin)
    return closed + growing


def _units(chains: Sequence[_Chain]) -> tuple[Span, ...]:
    """Return the units that chains cover as spans."""
    covered = {unit for c in chains for unit in range(c.first[0], c.end)}
    starts = sorted(unit for unit in covered if unit - 1 not in covered)
    ends = sorted(unit + 1 for unit in covered if unit + 1 not in covered)
    return tuple(zip(starts, ends, strict=True))


def _excerpt(
    text: int, seeds: Sequence[tuple[int, int, bool]], shared: int, of: int, entry: int, rules: TextRules
) -> Excerpt | None:
    """Judge what one text of an item and one registered text share."""
    if len(seeds) < rules.min_seeds:
        return None
    chains = _chained(seeds)
    if not (shared >= rules.near_copy_shared and shared * 1000 >= rules.near_copy * of):
        chains = [
            c
            for c in chains
            if c.seeds >= rules.min_seeds
            and c.end - c.first[0] >= (rules.span_latin if 2 * c.latin > c.seeds else rules.span_cjk)
        ]
    if not chains:
        return None
    spans = _units(chains)
    total = sum(c.seeds for c in chains)
    return Excerpt(
        entry=entry,
        method=Method.PASSAGES,
        text=text,
        spans=spans,
        profile="latin" if 2 * sum(c.latin for c in chains) > total else "cjk",
        seeds=total,
        units=sum(end - start for start, end in spans),
        shared=shared,
        of=of,
    )


def brute_excerpts(
    rows: PassageRows, known: Sequence[Known], constants: Sequence[int], rules: TextRules
) -> list[list[Excerpt]]:
    """Return for each text of items the excerpts of registered texts, by entry.

    Args:
        rows: passages of the texts of items.
        known: registered texts that are no short works, by entry.
        constants: of the registry's permutation.
        rules: what an excerpt and a near copy are.
    """
    table = _table(known, constants)
    found = []
    for number in range(len(rows.starts) - 1):
        seeds: dict[int, list[tuple[int, int, bool]]] = defaultdict(list)
        keys: dict[int, set[int]] = defaultdict(set)
        for at in range(rows.starts[number], rows.starts[number + 1]):
            key = brute_key(int(rows.hashes[at]), constants)
            for row in table.rows.get(key, ()):
                seeds[row.text].append((int(rows.positions[at]), row.bucket, bool(rows.latin[at])))
                keys[row.text].add(key)
        judged = [
            _excerpt(text, some, len(keys[text]), table.passages[text], known[text].entry, rules)
            for text, some in seeds.items()
        ]
        found.append(sorted(one for one in judged if one is not None))
    return found
