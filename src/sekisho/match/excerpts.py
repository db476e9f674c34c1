"""Folded texts x snapshot -> excerpts: which registered texts an item quotes, where, and how much of them.

A seed is a passage that item and work share. Seeds that follow each other in the item as they do in
the work make a chain; a chain of two seeds or more that is long enough is an excerpt. A text that
shares much of a work in whatever sequence is a near copy of it. A single seed is never anything.
"""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sekisho.fingerprint.passages import LineRows, PassageRows, line_hashes_many, passages_many
from sekisho.lexicon.fold import FoldedMany, fold_many
from sekisho.match.seeds import chain_seeds, find_lines, find_seeds
from sekisho.model import Method, Span, TextRules, joined
from sekisho.snapshot import Snapshot
from sekisho.snapshot.bloom import bloom_words, built
from sekisho.snapshot.passages import Rows, Texts, cell_bits, columns, ranges, rows_hold
from sekisho.snapshot.permutation import permuted

__all__ = ["Excerpt", "match_excerpts", "warm_up"]

Found = list[list["Excerpt"]]


class Excerpt(NamedTuple):
    """What one registered text and one text of an item have in common.

    Attributes:
        entry: its number in the snapshot.
        method: PASSAGES, or LINE for a short work that is there as a whole line.
        text: its row among the registered texts of its table; of a short work its row among those.
        spans: half-open, in folded units of the item's text, in order and apart.
        profile: the one of most of the seeds: passages of 12 units, some of them Japanese, Chinese or
            Korean, or of 20 of any other writing.
        seeds: passages in the chains that the spans are made of.
        units: folded units that the spans cover.
        shared: distinct passages in common, chained or not.
        of: distinct passages of the registered text that can find it.
    """

    entry: int
    method: Method
    text: int
    spans: tuple[Span, ...]
    profile: Literal["cjk", "latin"]
    seeds: int
    units: int
    shared: int
    of: int


def _seeds(rows: PassageRows, table: Texts) -> NDArray[np.int64]:
    """Return the seeds of all texts in one table, (4, n), see `find_seeds`."""
    low, starts, text, bucket = table.rows
    if not len(low):
        return np.empty((4, 0), np.int64)
    capacity = 256 + len(rows.hashes) // 4
    while True:
        out = np.empty((4, capacity), np.int64)
        found = find_seeds(
            rows.hashes,
            rows.starts,
            table.constants,
            table.bloom,
            low,
            starts,
            text,
            bucket,
            table.dropped,
            cell_bits(len(low)),
            out,
        )
        if found <= capacity:
            return out[:, :found]
        capacity = int(found)


def _chains(rows: PassageRows, table: Texts, rules: TextRules) -> list[list[int]]:
    """Return the chains of all texts in one table, see `chain_seeds`."""
    seeds = _seeds(rows, table)
    if not seeds.shape[1]:
        return []
    number, passage, text, bucket = seeds[:, np.lexsort((seeds[3], seeds[1], seeds[2], seeds[0]))]
    out = np.empty((7, len(number)), np.int64)
    found = chain_seeds(
        rows.hashes,
        rows.positions,
        rows.latin,
        number,
        passage,
        text,
        bucket,
        table.passages,
        rules.min_seeds,
        rules.span_cjk,
        rules.span_latin,
        rules.near_copy,
        rules.near_copy_shared,
        out,
    )
    chains: list[list[int]] = out[:, :found].T.tolist()
    return chains


def _add_passages(found: Found, rows: PassageRows, table: Texts, rules: TextRules) -> None:
    of_pair: dict[tuple[int, int], list[list[int]]] = {}
    for chain in _chains(rows, table, rules):
        of_pair.setdefault((chain[0], chain[1]), []).append(chain)
    for (number, text), chains in of_pair.items():
        spans = tuple(joined((chain[2], chain[3]) for chain in chains))
        seeds = sum(chain[4] for chain in chains)
        latin = sum(chain[5] for chain in chains)
        found[number].append(
            Excerpt(
                entry=int(table.entry[text]),
                method=Method.PASSAGES,
                text=text,
                spans=spans,
                profile="latin" if 2 * latin > seeds else "cjk",
                seeds=seeds,
                units=sum(end - start for start, end in spans),
                shared=chains[0][6],
                of=int(table.passages[text]),
            )
        )


def _add_lines(found: Found, folded: FoldedMany, lines: LineRows, table: Texts) -> None:
    """Add short works of which a whole line, or a whole text, is there."""
    rows = np.empty((3, len(lines.hashes)), np.int64)
    count = find_lines(lines.hashes, table.constants, table.line_keys, rows)
    of_pair: dict[tuple[int, int], list[Span]] = {}
    for line, begin, end in rows[:, :count].T.tolist():
        number = int(lines.texts[line])
        source = folded.source[folded.starts[number] : folded.starts[number + 1]]
        edges = np.array([lines.starts[line], lines.stops[line]], np.int32)
        start, stop = np.searchsorted(source, edges).tolist()
        for row in range(begin, end):
            of_pair.setdefault((number, row), []).append((start, stop))
    for (number, row), spans in of_pair.items():
        several = tuple(joined(spans))
        found[number].append(
            Excerpt(
                entry=int(table.line_entry[row]),
                method=Method.LINE,
                text=row,
                spans=several,
                profile="cjk",
                seeds=0,
                units=sum(end - start for start, end in several),
                shared=0,
                of=0,
            )
        )


def match_excerpts(
    folded: FoldedMany, rows: PassageRows, lines: LineRows, snapshot: Snapshot, rules: TextRules
) -> list[list[Excerpt]]:
    """Return for each text the registered texts that it has excerpts of, by entry.

    Args:
        folded: the texts.
        rows: their passages, `passages_many(folded)`.
        lines: their short lines, `line_hashes_many(texts, folded)`.
        snapshot: a checked one.
        rules: what an excerpt and a near copy are.

    O(units), and at most 16 rows of each table for one passage.
    """
    found: Found = [[] for _ in range(len(folded.starts) - 1)]
    for table in snapshot.texts:
        _add_passages(found, rows, table, rules)
        if len(table.line_keys) and len(lines.hashes):
            _add_lines(found, folded, lines, table)
    for some in found:
        some.sort()
    return found


def warm_up() -> None:
    """Compile the kernels (seconds, once per machine; cached on disk)."""
    texts = ("一二三四五六七八九十" * 8,)
    folded = fold_many(texts)
    rows = passages_many(folded)
    constants = np.ones(4, np.uint64)
    keys = np.unique(permuted(rows.hashes, constants))
    text, bucket = np.zeros(len(keys), np.uint32), np.zeros(len(keys), np.uint16)
    found = columns(Rows(keys, text, bucket))
    nothing = np.empty(0, np.int64)
    bloom, one = built(keys, bloom_words(len(keys))), np.ones(1, np.uint32)
    lines = keys.copy()
    # As in a mapped file: compiled code for arrays that can be written is another.
    for array in (constants, bloom, one, nothing, lines, *found):
        array.flags.writeable = False
    table = Texts(
        constants=constants,
        rows=found,
        bloom=bloom,
        dropped=nothing,
        entry=one,
        units=one,
        passages=one,
        line_keys=lines,
        line_entry=one,
    )
    rows_hold(found, 1)
    ranges(found, keys)
    _add_passages([[]], rows, table, TextRules())
    _add_lines([[]], folded, line_hashes_many(texts, folded), table)
