"""A file against what was recorded: the same bytes, near copies, and rows that show the same works."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sekisho.fingerprint import DIHEDRAL
from sekisho.trace.lines import Line, Means, line_of
from sekisho.trace.query import RADIUS, TURNED_RADIUS, Query

__all__ = ["Met", "Record", "Traced", "trace"]

_HOUR = 3600
Found = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


class Record(Protocol):
    """What is searched: a run, or what a service has recorded."""

    @property
    def kind(self) -> str:
        """`run` or `generations`."""

    @property
    def name(self) -> str:
        """Where it lies, for people."""

    @property
    def digest(self) -> str:
        """Hex SHA-256 that names it."""

    @property
    def facts(self) -> Mapping[str, str]:
        """Whose it is and for what it was decided."""

    def exact(self, sha256: bytes, /) -> Sequence[int]:
        """Return the rows of files with exactly these bytes."""

    def near(self, words: NDArray[np.uint64], radius: int, /) -> Found:
        """Return query, row, frame and distance of each meeting within a radius of hashes (Q, 4)."""

    def showing(self, entry: str, /) -> Sequence[int]:
        """Return the rows that were found to show a registered entry."""

    def read(self, rows: Sequence[int], /) -> Sequence[Mapping[str, Any]]:
        """Return rows, with `part` and `number` where each stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """How a row meets a file, before it is read."""

    row: int
    means: Means
    distance: int | None = None
    orientation: int = 0
    frame: int = 0
    frames: int = 0
    entry: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """The lines about one file, the surest first, and how many there are in all."""

    lines: tuple[Line, ...]
    total: int


def _words(hashes: NDArray[np.uint8]) -> NDArray[np.uint64]:
    return np.ascontiguousarray(hashes).view("<u8").reshape(-1, 4)


def _near(record: Record, query: Query) -> dict[int, Met]:
    """Return of each row its nearest meeting, and how many frames of the file meet it."""
    if not len(query.hashes):
        return {}
    upright = record.near(_words(query.hashes[:, 0]), RADIUS)
    turned = record.near(_words(query.hashes[:, 1:]), TURNED_RADIUS)
    asked = np.concatenate([upright[0], turned[0] // 7])
    turn = np.concatenate([np.zeros(len(upright[0]), np.int64), turned[0] % 7 + 1])
    row, frame, distance = (np.concatenate([upright[n], turned[n]]) for n in (1, 2, 3))
    order = np.lexsort((frame, turn, distance, row))
    found: dict[int, Met] = {}
    pairs = np.unique(np.stack([row, asked], axis=1), axis=0)[:, 0]
    counted = dict(zip(*(part.tolist() for part in np.unique(pairs, return_counts=True)), strict=True))
    firsts = order[np.unique(row[order], return_index=True)[1]]
    for at in firsts.tolist():
        number = int(row[at])
        found[number] = Met(
            row=number,
            means=Means.NEAR_COPY,
            distance=int(distance[at]),
            orientation=int(turn[at]),
            frame=int(frame[at]),
            frames=counted[number],
        )
    return found


def _met(record: Record, query: Query) -> list[Met]:
    """Return how rows meet a file, each in the surest way."""
    found = _near(record, query)
    for row in record.exact(query.sha256):
        found[row] = Met(row=row, means=Means.SAME_FILE)
    for entry in query.entries:
        for row in record.showing(entry):
            found.setdefault(row, Met(row=row, means=Means.SHOWS_SAME_WORK, entry=entry))
    order = list(Means)
    return sorted(found.values(), key=lambda m: (order.index(m.means), m.distance or 0, -m.frames, m.row))


def _line(record: Record, row: Mapping[str, Any], met: Met) -> Line:
    hour = row.get("at")
    return line_of(
        record,
        row,
        met.means,
        distance=met.distance,
        orientation=DIHEDRAL[met.orientation],
        frame=met.frame,
        frames=met.frames,
        entry=met.entry,
        at="" if hour is None else datetime.fromtimestamp(hour * _HOUR, UTC).strftime("%Y-%m-%dT%H:00Z"),
        model=row.get("model") or "",
    )


def trace(query: Query, records: Iterable[Record], *, limit: int) -> Traced:
    """Return the lines of evidence about a file.

    Args:
        query: what of it is searched.
        records: opened ones.
        limit: how many lines of each record are made; all are counted.
    """
    lines: list[Line] = []
    total = 0
    for record in records:
        met = _met(record, query)
        total += len(met)
        few = met[:limit]
        rows = record.read([one.row for one in few])
        lines += [_line(record, row, one) for row, one in zip(rows, few, strict=True)]
    order = list(Means)
    lines.sort(key=lambda line: (order.index(line.means), line.distance or 0, -line.frames))
    return Traced(lines=tuple(lines), total=total)
