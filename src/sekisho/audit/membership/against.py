"""Two statements of one operator that can not both be true: each holds by itself, together they are evidence.

What is proven of a run can not contradict itself. What an operator only states, can: that no near copy was
left out, how many there are, what a model was trained on and on nothing else; and which list of files, and
which history, its key has signed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sekisho.audit.leaves import Disclosed
from sekisho.audit.membership.checked import Checked
from sekisho.audit.membership.distance import MAX_DISTANCE
from sekisho.audit.membership.training import Trained
from sekisho.audit.share.public import Public
from sekisho.codec import parse_as
from sekisho.errors import UsageError
from sekisho.ledger.checkpoint import Checkpoint
from sekisho.model import PDQ_BYTES, KeyId, Kind
from sekisho.model.question import Asked, Found

__all__ = ["Compared", "Conflict", "Contradiction", "Said", "compare", "said"]

_FAR = 257
"""More bits than a PDQ has."""


class Conflict(StrEnum):
    """How two statements contradict each other."""

    FORK = "fork"
    MAP = "map"
    PRESENCE = "presence"
    ROW = "row"
    COUNT = "count"
    TRAINED = "trained"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """One thing that can not be as both statements say.

    Attributes:
        first, second: number of the file in each question, from 1; 0 where it is about no file.
        about: what it is about: a SHA-256, the name of an item, a log's key.
    """

    what: Conflict
    about: str
    first: int = 0
    second: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What became of it.

    Attributes:
        runs, models, files: how many runs, models and files both speak of.
    """

    runs: int
    models: int
    files: int
    contradictions: tuple[Contradiction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one operator has said in one file: an answer with what is enclosed, or a training statement."""

    operator: KeyId
    answer: Checked | None
    training: tuple[Trained, ...]

    @property
    def run(self) -> str:
        """The root of the run's commits; empty if there is no run."""
        return "" if self.answer is None or self.answer.public is None else self.answer.public.root


class _Entry(NamedTuple):
    vkey: str
    place: int
    entry: bytes


def said(done: Checked | Trained) -> Said:
    """Return what is said in a file that holds by itself."""
    if isinstance(done, Trained):
        return Said(operator=done.statement.operator, answer=None, training=(done,))
    return Said(operator=done.answer.operator, answer=done, training=done.training)


def compare(one: Said, other: Said) -> Compared:
    """Compare what one operator has said in two files. O(opened rows x files asked for).

    Raises:
        UsageError: they are of two operators, or speak of nothing that both know.
    """
    if one.operator != other.operator:
        raise UsageError(
            f"they are signed by two operators, {one.operator} and {other.operator}",
            hint="only what one key has signed can contradict itself",
        )
    pairs = tuple(_pairs(one, other))
    models = {made.statement.model for made in one.training} & {
        made.statement.model for made in other.training
    }
    found = (*_forks(one, other), *_maps(one, other), *_files(one, other, pairs), *_trained(one, other))
    same_run = bool(one.run) and one.run == other.run
    if not (same_run or models or found):
        raise UsageError(
            "they speak of different runs and models, so that nothing can be compared",
            hint="ask about the same run, or the same model, twice",
        )
    contradictions = tuple(dict.fromkeys(found))
    return Compared(runs=int(same_run), models=len(models), files=len(pairs), contradictions=contradictions)


def _heads(made: Said) -> Iterator[tuple[str, Checkpoint]]:
    if made.answer is not None and made.answer.logged is not None:
        yield made.answer.vkey, made.answer.logged.head
    yield from ((one.vkey, one.head) for one in made.training)


def _entries(made: Said) -> Iterator[_Entry]:
    if made.answer is None:
        return
    if made.answer.logged is not None:
        yield _Entry(made.answer.vkey, made.answer.logged.index, made.answer.logged.entry)
    if made.answer.seal is not None:
        seal = made.answer.seal
        yield _Entry(seal.vkey, seal.index, seal.entry)


def _forks(one: Said, other: Said) -> Iterator[Contradiction]:
    """Yield where one log has shown two histories: two roots of one size, or two entries at one place."""
    for (vkey, head), (its, seen) in product(_heads(one), _heads(other)):
        if (vkey, head.size) == (its, seen.size) and head.root != seen.root:
            yield Contradiction(what=Conflict.FORK, about=vkey)
    for mine, its_entry in product(_entries(one), _entries(other)):
        if mine[:2] == its_entry[:2] and mine.entry != its_entry.entry:
            yield Contradiction(what=Conflict.FORK, about=mine.vkey)


def _maps(one: Said, other: Said) -> Iterator[Contradiction]:
    """Yield two lists of files, or two sets of rows, that were sealed for one run."""
    if not one.run or one.run != other.run or one.answer is None or other.answer is None:
        return
    mine, its = one.answer.public, other.answer.public
    if mine is not None and its is not None and (_list(mine), mine.units) != (_list(its), its.units):
        yield Contradiction(what=Conflict.MAP, about=one.run)


def _list(public: Public) -> tuple[str, str, int] | None:
    made = public.membership
    return None if made is None else (made.nonce, made.root, made.rows)


class _Side(NamedTuple):
    """One file of a question, and what was answered about it."""

    number: int
    asked: Asked
    found: Found


def _sides(made: Said) -> Sequence[_Side]:
    if made.answer is None:
        return ()
    files = zip(made.answer.question.asked, made.answer.answer.found, strict=False)
    return [_Side(number, asked, found) for number, (asked, found) in enumerate(files, 1)]


def _keys(side: _Side) -> Iterator[tuple[bool, bytes]]:
    if side.asked.sha256 is not None:
        yield True, side.asked.sha256
    yield from ((False, hashed) for hashed in side.asked.pdq)


def _pairs(one: Said, other: Said) -> Iterator[tuple[_Side, _Side]]:
    """Yield the files of one run that both are about: the same bytes, or a hash in common."""
    if not one.run or one.run != other.run:
        return
    known: defaultdict[tuple[bool, bytes], list[_Side]] = defaultdict(list)
    for its in _sides(other):
        for key in set(_keys(its)):
            known[key].append(its)
    for mine in _sides(one):
        same = {its.number: its for key in _keys(mine) for its in known[key]}
        yield from ((mine, its) for its in same.values())


def _files(one: Said, other: Said, pairs: Iterable[tuple[_Side, _Side]]) -> Iterator[Contradiction]:
    alike = _persons(one) == _persons(other)
    for mine, its in pairs:
        yield from _presence(mine, its)
        if alike:
            yield from _count(mine, its)
    if one.run and one.run == other.run:
        yield from _lacking(one, other, swapped=False)
        yield from _lacking(other, one, swapped=True)


def _presence(mine: _Side, its: _Side) -> Iterator[Contradiction]:
    if mine.asked.sha256 is None or mine.asked.sha256 != its.asked.sha256:
        return
    if mine.found.exact is None or its.found.exact is None:
        return
    if mine.found.exact.value != its.found.exact.value:
        about = mine.asked.sha256.hex()
        yield Contradiction(what=Conflict.PRESENCE, about=about, first=mine.number, second=its.number)


def _count(mine: _Side, its: _Side) -> Iterator[Contradiction]:
    """Yield two numbers of near rows for the same hashes."""
    if mine.found.near is None or its.found.near is None or mine.asked.pdq != its.asked.pdq:
        return
    first, second = (len(near.rows) + near.more for near in (mine.found.near, its.found.near))
    if first != second:
        about = f"{first} / {second}"
        yield Contradiction(what=Conflict.COUNT, about=about, first=mine.number, second=its.number)


def _persons(made: Said) -> bool:
    """Tell whether rows about persons are opened for such a question."""
    return made.answer is not None and made.answer.question.kind is Kind.LIKENESS


class _Opened(NamedTuple):
    """Rows that one answer opens: name and file of each, and the hashes of all, (n, 4), with their row."""

    places: Sequence[tuple[int, int]]
    names: Sequence[tuple[str, int]]
    hashes: NDArray[np.uint64]
    row: NDArray[np.int64]


def _opened(sides: Iterable[_Side]) -> _Opened:
    found: dict[tuple[int, int], tuple[str, int]] = {}
    hashes: list[str] = []
    row: list[int] = []
    for side in sides:
        exact = () if side.found.exact is None else side.found.exact.rows
        for one in (*exact, *(() if side.found.near is None else side.found.near.rows)):
            if (one.unit, one.index) not in found:
                shown = parse_as(one.row, Disclosed)
                of_row = shown.pdq if isinstance(shown.pdq, list) else []
                row += [len(found)] * len(of_row)
                hashes += of_row
                found[one.unit, one.index] = shown.item, side.number
    words = np.frombuffer(bytes.fromhex("".join(hashes)), np.uint64).reshape(-1, PDQ_BYTES // 8)
    return _Opened(tuple(found), tuple(found.values()), words, np.array(row, np.int64))


def _nearest(asked: Asked, opened: _Opened) -> NDArray[np.int64]:
    """Return by how many bits each row differs from what is asked, (rows,); `_FAR` where it is not near."""
    best = np.full(len(opened.places), _FAR, np.int64)
    for hashed, most in zip(asked.pdq, MAX_DISTANCE, strict=False):
        bits = np.bitwise_count(opened.hashes ^ np.frombuffer(hashed, np.uint64)).sum(axis=1, dtype=np.int64)
        np.minimum.at(best, opened.row, np.where(bits <= most, bits, _FAR))
    return best


def _lacking(shows: Said, lacks: Said, *, swapped: bool) -> Iterator[Contradiction]:
    """Yield rows that one answer opens and that the other should have opened, but says not to be there.

    Where more rows are near than are opened, the nearest are: so a row is missed only if it is nearer than
    the last of those.
    """
    opened = _opened(_sides(shows))
    if not len(opened.hashes) or (_persons(shows) and not _persons(lacks)):
        return
    for side in _sides(lacks):
        near = side.found.near
        if near is None:
            continue
        its = {(row.unit, row.index) for row in near.rows}
        limit = _FAR
        if near.more:
            own = _nearest(side.asked, _opened([side]))
            limit = int(own[own < _FAR].max(initial=0))
        bits = _nearest(side.asked, opened)
        for number in np.flatnonzero(bits < limit).tolist():
            if opened.places[number] not in its:
                item, file = opened.names[number]
                first, second = (side.number, file) if swapped else (file, side.number)
                yield Contradiction(what=Conflict.ROW, about=item, first=first, second=second)


def _trained(one: Said, other: Said) -> Iterator[Contradiction]:
    """Yield a model that was trained on these runs and nothing else, and on another run too."""
    for mine, its in product(one.training, other.training):
        first, second = mine.statement, its.statement
        if first.model != second.model:
            continue
        runs, others = ({run.public for run in each.runs} for each in (first, second))
        if (first.complete and others - runs) or (second.complete and runs - others):
            yield Contradiction(what=Conflict.TRAINED, about=first.model.hex())
