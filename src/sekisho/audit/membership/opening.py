"""Find the rows of a run that have certain bytes or a near picture, and open them with their proofs.

One pass over the columns of all units. What is opened is what `audit.leaves` discloses: no finding, and
nothing of any other row.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sekisho.audit.leaves import columns_of, disclose, encode_row, leaf_of
from sekisho.audit.membership.distance import MAX_DISTANCE
from sekisho.audit.share.bundle import PRIVATE_KINDS
from sekisho.audit.share.rows import UnitTree
from sekisho.errors import EvidenceError
from sekisho.model import PDQ_BYTES, Kind
from sekisho.model.question import Asked, OpenRow

__all__ = ["MOST_EXACT", "MOST_OPENED", "Opened", "Parts", "open_rows"]

MOST_OPENED = 100
"""Rows that are opened of one file, the nearest first; of the others only the number is told."""

MOST_EXACT = 1000
"""Rows with the same bytes: all are opened or none, and 40,000 would be an answer of 60 MB."""

Row = Mapping[str, Any]


class Part(Protocol):
    """The decisions of one unit; `store.parts` offers it."""

    def column(self, name: str) -> pa.Array:
        """Return one column of all rows."""

    def tiles(self) -> Sequence[bytes]:
        """Return the roots of every 256 leaves, if they are kept."""

    def leaves(self) -> bytes:
        """Return the leaves of all rows, one after the other."""

    def rows(self, places: NDArray[np.int64], columns: Sequence[str]) -> Sequence[Row]:
        """Return some columns of the rows at some places, ascending."""


class Parts(Protocol):
    """The parts of a run, by unit."""

    def open(self, unit: str) -> AbstractContextManager[Part]:
        """Open the part of a unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The rows of one file that was asked for: with its bytes, and with a near picture."""

    exact: tuple[OpenRow, ...]
    near: tuple[OpenRow, ...]
    more: int


class _Hit(NamedTuple):
    asked: int
    near: bool
    distance: int
    unit: int
    place: int


def _words(hashes: bytes) -> NDArray[np.uint64]:
    return np.frombuffer(hashes, np.uint64).reshape(-1, PDQ_BYTES // 8)


def _pictures(part: Part) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return the PDQ of all pictures and frames, (n, 4) uint64, and the row of each."""
    pdq, frames = part.column("pdq"), part.column("frames")
    rows = [np.flatnonzero(pc.is_valid(pdq).to_numpy(zero_copy_only=False))]
    hashes = [b"".join(pdq.drop_null().to_pylist())]
    flat = pc.list_flatten(frames)
    if len(flat):
        rows.append(pc.list_parent_indices(frames).to_numpy(zero_copy_only=False))
        hashes.append(b"".join(flat.field("pdq").to_pylist()))
    return np.concatenate(rows).astype(np.int64), _words(b"".join(hashes))


def _near(part: Part, unit: int, asked: Sequence[Asked]) -> Iterator[_Hit]:
    rows, hashes = _pictures(part)
    for number, one in enumerate(asked):
        best: dict[int, int] = {}
        for hashed, most in zip(one.pdq, MAX_DISTANCE, strict=False):
            distance = np.bitwise_count(hashes ^ _words(hashed)).sum(axis=1, dtype=np.int64)
            for place in np.flatnonzero(distance <= most).tolist():
                row = int(rows[place])
                best[row] = min(best.get(row, int(distance[place])), int(distance[place]))
        yield from (_Hit(number, True, bits, unit, row) for row, bits in best.items())  # noqa: FBT003


def _exact(part: Part, unit: int, wanted: Mapping[bytes, Sequence[int]]) -> Iterator[_Hit]:
    column = part.column("sha256")
    places = pc.is_in(column, pa.array(list(wanted), column.type)).to_numpy(zero_copy_only=False)
    for place in np.flatnonzero(places).tolist():
        for number in wanted[column[place].as_py()]:
            yield _Hit(number, False, 0, unit, place)  # noqa: FBT003


def open_rows(
    parts: Parts, manifest: Mapping[str, Any], key: bytes, asked: Sequence[Asked], kind: Kind | None
) -> list[Opened]:
    """Open the rows of each file that is asked for. O(rows x files asked for by their PDQ).

    Args:
        parts: of the run.
        manifest: compared with the seal.
        key: the run's row key.
        asked: of the question.
        kind: of the question; None: an authority asks without naming one. Rows about persons are opened
            for a question about a likeness only, rows with anything listed for none.

    Raises:
        EvidenceError: a row or a tree is not what the manifest names.
    """
    wanted: defaultdict[bytes, list[int]] = defaultdict(list)
    for number, one in enumerate(asked):
        if one.sha256 is not None:
            wanted[one.sha256].append(number)
    hits: list[_Hit] = []
    for number, unit in enumerate(manifest["units"]):
        with parts.open(unit["id"]) as part:
            found = list(_exact(part, number, wanted)) if wanted else []
            if any(one.pdq for one in asked):
                found += _near(part, number, asked)
            hits += _shown(part, found, kind)
    return _opened(parts, manifest, key, len(asked), hits)


def _shown(part: Part, hits: Sequence[_Hit], kind: Kind | None) -> Iterator[_Hit]:
    """Leave out the rows that are not opened for a question of this kind."""
    closed = PRIVATE_KINDS - {Kind.LIKENESS.value} if kind is Kind.LIKENESS else PRIVATE_KINDS
    places = np.unique(np.array([hit.place for hit in hits], np.int64))
    rows = part.rows(places, ["findings"]) if len(places) else []
    shut = {
        place
        for place, row in zip(places.tolist(), rows, strict=True)
        if closed & {finding["kind"] for finding in row["findings"] or ()}
    }
    return (hit for hit in hits if hit.place not in shut)


def _opened(
    parts: Parts, manifest: Mapping[str, Any], key: bytes, count: int, hits: Iterable[_Hit]
) -> list[Opened]:
    chosen: dict[tuple[int, bool], list[_Hit]] = defaultdict(list)
    for hit in sorted(hits):
        chosen[hit.asked, hit.near].append(hit)
    more = {group: max(0, len(found) - MOST_OPENED) for group, found in chosen.items() if group[1]}
    # Of the rows with the same bytes all are opened: their leaves are what the map has. Or none.
    chosen = {
        group: found[:MOST_OPENED] if group[1] else found
        for group, found in chosen.items()
        if group[1] or len(found) <= MOST_EXACT
    }
    rows = dict(_prove(parts, manifest, key, {hit[3:] for found in chosen.values() for hit in found}))
    place = {
        group: tuple(rows[at] for at in sorted(hit[3:] for hit in found)) for group, found in chosen.items()
    }
    return [
        Opened(
            exact=place.get((number, False), ()),
            near=place.get((number, True), ()),
            more=more.get((number, True), 0),
        )
        for number in range(count)
    ]


def _prove(
    parts: Parts, manifest: Mapping[str, Any], key: bytes, places: Iterable[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], OpenRow]]:
    by_unit: defaultdict[int, list[int]] = defaultdict(list)
    for number, index in sorted(places):
        by_unit[number].append(index)
    for number, indices in by_unit.items():
        unit = manifest["units"][number]
        with parts.open(unit["id"]) as part:
            tree = UnitTree(unit, part.leaves(), part.tiles())
            rows = part.rows(np.array(indices, np.int64), columns_of(manifest))
        for index, row in zip(indices, rows, strict=True):
            shown = disclose(row, unit["id"], key)[0]
            if leaf_of(shown) != tree.leaf(index):
                raise EvidenceError(f"row {index} of unit {unit['id']} is not what its leaf says")
            made = OpenRow(unit=number, index=index, row=encode_row(shown), path=tree.path(index))
            yield (number, index), made
