"""Films x snapshot -> which registered films an item shows, how much of each, and which seconds.

Frames are found one by one, as pictures are. What makes them a film is that they are in step: the times of
the item and of the work differ by one offset, at nearly one speed (`match/alignment.py`). Where the times
agree, less resemblance is needed: two copies are seldom looked at in the same moments of a moving scene.
Plain frames, and frames that look like the one before, say nothing more and do not count; so a still title
shown for a minute is one picture.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sekisho.fingerprint import DIHEDRAL, Look
from sekisho.match.alignment import GAP, TOLERANCE, Span, Times, align
from sekisho.match.hamming import search
from sekisho.model import Band, FilmRules, Method, Outcome, Policy
from sekisho.snapshot import Snapshot
from sekisho.snapshot.films import Films
from sekisho.snapshot.hashes import Hashes
from sekisho.snapshot.stock import first_of, place_in_run

__all__ = ["FilmMatch", "film_entries", "match_films"]

REPEATED = 8
"""Bits within which a frame looks like the last one that counted."""
IN_STEP = 80
"""Bits within which two frames are one scene if their times agree: half a second apart in a moving scene they
differ by 30 to 80, frames of other scenes by 90 or more (benchmarks/bench_film.py)."""
_FRAMES_A_ROW = 8
"""Of a film that shows the same picture again and again, so many times are looked at for each hit; of each
film, so that films made of another's frames do not hide it."""
_CHUNK = 64
"""Frames searched at once, so that a film of stills that meets another one does not fill the memory."""
_MANY_HITS = 1 << 20
_PAIRS = 64
"""Of so many hits of one chunk, those of a frame with one film that are kept: somebody registers a hundred
thousand frames that resemble one scene."""
_ORIENTATIONS = 8
_WEAK_FILMS = 200
"""Films with fewer hits than are needed that are looked at all the same, those with the most."""
_DECLARED_FILMS = 200
"""Films of self-declared entries that are looked at, those with the most hits: some milliseconds each."""

Words = NDArray[np.uint64]
"""(n, 4) uint64, little-endian words of PDQs."""
Whole = NDArray[np.int64]
Clock = NDArray[Any]
"""(n,) milliseconds, whole or not, ascending."""


class FilmMatch(NamedTuple):
    """What an item shows of one entry's film.

    Attributes:
        entry: its number in the snapshot.
        of_item, of_work: per cent of the frames of the item, and of the work, that are in the other one.
        spans: which milliseconds of the item are which of the work.
        print_: number of the film among the entry's prints.
        orientation: how the item has to be turned to meet the work, 0-7 (`DIHEDRAL`).
    """

    entry: int
    band: Band
    of_item: int
    of_work: int
    spans: tuple[Span, ...]
    print_: int = 0
    orientation: int = 0
    method: Method = Method.FRAMES
    distance: int = 0
    threshold: int = 0

    def detail(self) -> dict[str, str | int]:
        """Return what `Finding.detail` documents."""
        facts: dict[str, str | int] = {
            "band": self.band.value,
            "of_item": self.of_item,
            "of_work": self.of_work,
            "spans": ",".join(f"{s.start}-{s.end}={s.work_start}-{s.work_end}" for s in self.spans),
            "print": self.print_,
        }
        if self.orientation:
            facts["orientation"] = DIHEDRAL[self.orientation]
        return facts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shots:
    """The frames of one film that count.

    Attributes:
        words: (n, 4) uint64; of an item (orientations, n, 4).
        times: (n,) milliseconds.
        duration: milliseconds.
    """

    words: Words
    times: Whole
    duration: int


def _counting(words: Words) -> Whole:
    """Return the numbers of the frames that do not look like the last one that counted. O(n)."""
    kept: list[int] = []
    last = 0
    for number, row in enumerate(np.ascontiguousarray(words)):
        value = int.from_bytes(row.tobytes(), "little")
        if not kept or (value ^ last).bit_count() > REPEATED:
            kept.append(number)
            last = value
    return np.array(kept, np.int64)


def _item(seen: Look, policy: Policy) -> _Shots | None:
    """Return the frames of an item that count; None if it is no film, or a plain one."""
    made = seen.fingerprint
    if seen.hashes is None or not made.times:
        return None
    qualities = np.array([made.quality or 0, *(quality for _, quality in made.more)])
    good = np.nonzero(qualities >= policy.min_quality)[0]
    turned = seen.hashes.shape[1] if policy.rotations is not None else 1
    words = np.ascontiguousarray(seen.hashes[good, :turned]).view("<u8").transpose(1, 0, 2)
    if not len(good):
        return None
    kept = _counting(words[0])
    times = np.array(made.times, np.int64)[good][kept]
    return _Shots(words=np.ascontiguousarray(words[:, kept]), times=times, duration=made.duration)


class _Hits(NamedTuple):
    """Frames of an item that meet frames of films, (h,) each: of which film, how turned, and which."""

    film: Whole
    turn: Whole
    frame: Whole
    work: Whole


def _found(item: _Shots, table: Hashes, films: Films, policy: Policy) -> _Hits:
    """Search the frames of an item among those of all films of one table."""
    parts = [_joined(*chunk, films, len(table.pdq.values)) for chunk in _searched(item, table, policy)]
    return _Hits(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _searched(item: _Shots, table: Hashes, policy: Policy) -> Iterator[tuple[Whole, Whole, Whole]]:
    """Yield orientation, frame of the item and row of each hit, some frames at a time.

    A turned frame has the radius of an upright one: it has to be in step with others anyway.
    """
    index = table.pdq_index()
    for turn, words in enumerate(item.words):
        for start in range(0, len(words), _CHUNK):
            query, row, _ = search(index, words[start : start + _CHUNK], policy.radius)
            yield np.full(len(query), turn, np.int64), query + start, row


def _joined(turn: Whole, frame: Whole, row: Whole, films: Films, rows: int) -> _Hits:
    """Replace each row by the frames of films that have this hash, of every film the first few."""
    wanted = np.zeros(rows, np.bool_)
    wanted[row] = True
    of_films = np.nonzero(wanted[films.row])[0]
    of_films = of_films[np.argsort(films.row[of_films], kind="stable")]
    of_film = np.searchsorted(films.first.astype(np.int64), of_films, "right") - 1
    few = place_in_run(first_of(films.row[of_films], of_film)) < _FRAMES_A_ROW
    of_films, of_film = of_films[few], of_film[few]
    sorted_rows = films.row[of_films]
    begin = np.searchsorted(sorted_rows, row, "left")
    count = np.searchsorted(sorted_rows, row, "right") - begin
    hit = np.repeat(np.arange(len(row)), count)
    inside = np.arange(len(hit)) - np.repeat(np.cumsum(count) - count, count)
    place = begin[hit] + inside
    return _thinned(_Hits(of_film[place], turn[hit], frame[hit], of_films[place]))


def _thinned(hits: _Hits) -> _Hits:
    """Leave out what would only fill the memory."""
    if len(hits.film) <= _MANY_HITS:
        return hits
    order = np.lexsort((hits.work, hits.film, hits.frame))
    few = order[place_in_run(first_of(hits.frame[order], hits.film[order])) < _PAIRS]
    return _Hits(*(column[few] for column in hits))


def _needed(item: _Shots, rules: FilmRules) -> int:
    return max(1, min(rules.min_frames, len(item.times)))


def _by_film(
    hits: _Hits, needed: Whole, confirmed: NDArray[np.bool_]
) -> Iterator[tuple[int, int, Whole, Whole]]:
    """Yield film, orientation, frames of the item and frames of the work.

    Of a film that is met in several orientations the one with the most frames is taken. No number of other
    films crowds out a confirmed one that is met often enough by itself; none that was only declared crowds
    out a confirmed one.

    Args:
        hits: of one item.
        needed: frames of the item that are enough, of each film.
        confirmed: whether a voucher stands behind it, of each film.
    """
    key = hits.film * _ORIENTATIONS + hits.turn
    order = np.lexsort((hits.work, hits.frame, key))
    key, frame, work = key[order], hits.frame[order], hits.work[order]
    starts = np.nonzero(np.diff(key, prepend=-1))[0]
    ends = np.append(starts[1:], len(key))
    fresh = np.ones(len(key), np.bool_)
    fresh[1:] = (key[1:] != key[:-1]) | (frame[1:] != frame[:-1])
    frames = np.add.reduceat(fresh.astype(np.int64), starts) if len(starts) else starts
    best: dict[int, tuple[int, int]] = {}
    for group, count in enumerate(frames.tolist()):
        film = int(key[starts[group]]) // _ORIENTATIONS
        if film not in best or count > best[film][0]:
            best[film] = count, group
    for film in _passed_over({film: count for film, (count, _) in best.items()}, needed, confirmed):
        del best[film]
    for film, (_, group) in best.items():
        part = slice(starts[group], ends[group])
        yield film, int(key[starts[group]]) % _ORIENTATIONS, frame[part], work[part]


def _passed_over(frames: dict[int, int], needed: Whole, confirmed: NDArray[np.bool_]) -> set[int]:
    """Return the films that are not looked at, by how many frames of the item each is met."""
    order = sorted(frames, key=lambda film: (not confirmed[film], -frames[film], film))
    declared = [film for film in order if not confirmed[film]]
    weak = [film for film in order if frames[film] < needed[film]]
    return {*declared[_DECLARED_FILMS:], *weak[_WEAK_FILMS:]}


def _near(own: Words, own_times: Clock, other: Words, other_times: Clock) -> NDArray[np.bool_]:
    """Tell which frames look like one of the two frames of the other film that are next to them in time."""
    after = np.searchsorted(other_times, own_times)
    similar = np.zeros(len(own), np.bool_)
    for place in (after - 1, after):
        beside = np.clip(place, 0, len(other) - 1)
        bits = np.bitwise_count(own ^ other[beside]).sum(axis=1, dtype=np.int64)
        similar |= bits <= IN_STEP
    return similar


def _shares(item: _Shots, turn: int, work: _Shots, hit: tuple[Whole, Whole], spans: Sequence[Span]) -> Times:
    """Return per cent of the item's and of the work's frames that are in the other one.

    A frame is if it meets one by itself, or if it lies in a span and resembles what is there then.
    """
    words = item.words[turn]
    ours, theirs = np.zeros(len(words), np.bool_), np.zeros(len(work.words), np.bool_)
    ours[hit[0]], theirs[hit[1]] = True, True
    for span in spans:
        inside = (item.times >= span.start) & (item.times < span.end)
        moved = span.offset + span.speed * item.times
        ours[inside] |= _near(words[inside], moved[inside], work.words, work.times)
        within = (work.times >= span.work_start) & (work.times < span.work_end)
        theirs[within] |= _near(work.words[within], work.times[within], words, moved)
    return 100 * int(ours.sum()) // len(ours), 100 * int(theirs.sum()) // len(theirs)


def _work(table: Hashes, films: Films, film: int) -> tuple[_Shots, Whole]:
    """Return the frames of a registered film that count, and which number each of its frames has there.

    A frame that does not count stands for the one before that does.
    """
    begin, end = int(films.first[film]), int(films.first[film + 1])
    words = np.ascontiguousarray(table.pdq.values[films.row[begin:end]]).view("<u8").reshape(-1, 4)
    kept = _counting(words)
    stands_for = np.searchsorted(kept, np.arange(end - begin), "right") - 1
    times = films.time[begin:end].astype(np.int64)[kept]
    return _Shots(words=words[kept], times=times, duration=int(films.duration[film])), stands_for


def _matches(
    item: _Shots, table: Hashes, films: Films, confirmed: NDArray[np.bool_], policy: Policy
) -> Iterator[FilmMatch]:
    hits = _found(item, table, films, policy)
    enough = np.minimum(_needed(item, policy.film), np.diff(films.first.astype(np.int64)))
    for film, turn, frame, place in _by_film(hits, enough, confirmed[films.entry]):
        work, stands_for = _work(table, films, film)
        pairs = item.times[frame], films.time[place].astype(np.int64)
        needed = min(_needed(item, policy.film), len(work.times))
        spans = _in_step(item, turn, work, align(*pairs, (item.duration, work.duration)), needed)
        if spans:
            met = frame, stands_for[place - int(films.first[film])]
            of_item, of_work = _shares(item, turn, work, met, spans)
            band = _band(of_item, of_work, policy.film)
            which = int(films.entry[film]), int(films.print_[film])
            yield FilmMatch(which[0], band, of_item, of_work, spans, which[1], turn)


def _in_step(item: _Shots, turn: int, work: _Shots, spans: Sequence[Span], needed: int) -> tuple[Span, ...]:
    """Extend each span as far as frames resemble each other in step; keep those with enough of them."""
    kept: list[Span] = []
    for span in spans:
        if any(other.start <= span.start and span.end <= other.end for other in kept):
            continue
        longer, frames = _extended(item, turn, work, span)
        if frames >= needed:
            kept.append(longer)
    return tuple(sorted(kept))


def _extended(item: _Shots, turn: int, work: _Shots, span: Span) -> tuple[Span, int]:
    """Return a span up to where nothing resembles any more, and how many frames of both films do in it."""
    words = item.words[turn]
    moved = span.offset + span.speed * item.times
    shown = (moved >= -TOLERANCE) & (moved <= work.duration + TOLERANCE)
    alike = np.nonzero(shown & _near(words, moved, work.words, work.times))[0]
    runs = np.split(alike, np.nonzero(np.diff(item.times[alike]) > GAP)[0] + 1)
    for run in runs:
        if len(run) and item.times[run[0]] <= span.end and item.times[run[-1]] >= span.start - TOLERANCE:
            longer = _between(item, work, moved, run, span)
            within = (work.times >= longer.work_start - TOLERANCE) & (work.times < longer.work_end)
            theirs = int(_near(work.words[within], work.times[within], words, moved).sum())
            return longer, min(len(run), theirs)
    return span, 0


def _between(item: _Shots, work: _Shots, moved: Clock, run: Whole, span: Span) -> Span:
    first, last = run[0], run[-1]
    return span._replace(
        start=int(item.times[first]),
        end=min(int(item.times[last]) + TOLERANCE, max(item.duration, int(item.times[last]))),
        work_start=max(0, round(float(moved[first]))),
        work_end=min(max(0, round(float(moved[last]))) + TOLERANCE, work.duration),
    )


def _band(of_item: int, of_work: int, rules: FilmRules) -> Band:
    copied = of_item >= rules.copy_of_item or of_work >= rules.copy_of_work
    return Band.BLOCK if copied or rules.clip is Outcome.BLOCK else Band.REVIEW


def match_films(looks: Sequence[Look], snapshot: Snapshot, policy: Policy) -> list[list[FilmMatch]]:
    """Search films and animations of a batch; matches come one per entry, the clearest, ordered by entry.

    Args:
        looks: the items; what is no film or animation matches nothing.
        snapshot: opened, its sections checked.
        policy: what is compared, within which radius, and how much of it is a copy.
    """
    found: list[list[FilmMatch]] = []
    for seen in looks:
        best: dict[int, FilmMatch] = {}
        item = _item(seen, policy)
        for table, films in zip(snapshot.tables, snapshot.films, strict=False):
            if item is None or not len(films.row):
                continue
            for match in _matches(item, table, films, snapshot.confirmed(), policy):
                known = best.get(match.entry)
                if known is None or _clearness(match) > _clearness(known):
                    best[match.entry] = match
        found.append([best[entry] for entry in sorted(best)])
    return found


def _clearness(match: FilmMatch) -> tuple[bool, int, int]:
    return match.band is Band.BLOCK, match.of_item + match.of_work, -match.print_


def film_entries(films: Films, rows: Sequence[int]) -> dict[int, frozenset[int]]:
    """Return of which entries each row of the PDQ table is a frame of a film. O(frames of all films)."""
    if not len(films.row) or not rows:
        return {}
    wanted = np.zeros(int(max(films.row.max(), *rows)) + 1, np.bool_)
    wanted[list(rows)] = True
    frames = np.nonzero(wanted[films.row])[0]
    film = np.searchsorted(films.first.astype(np.int64), frames, "right") - 1
    entries: dict[int, set[int]] = {}
    for row, entry in zip(films.row[frames].tolist(), films.entry[film].tolist(), strict=True):
        entries.setdefault(row, set()).add(entry)
    return {row: frozenset(several) for row, several in entries.items()}
