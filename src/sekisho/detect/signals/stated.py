"""Preferences that a robots.txt states in lines of its groups: `Content-Usage` and `Content-Signal`.

Both languages bind their lines to the groups of RFC 9309 and may name a path before what they say
(draft-ietf-aipref-attach-05, section 5): the line with the longest path that matches holds, lines with the
same path hold together, the most restrictive first. They hold only for what may be fetched.

A line speaks to the robots of its group. Who asks on behalf of nobody in particular hears the group of `*`.
An objection that is said to a robot that collects for training, search or input is heard too, as `agents`
does with Disallow; leave that is given to one robot is no leave for others.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from sekisho.detect.signals.agents import named_agents
from sekisho.detect.signals.common import excerpt
from sekisho.detect.signals.paths import Pattern, normal, path_of, pattern, written
from sekisho.detect.signals.robots import EVERYBODY, Group, Line, Robots
from sekisho.detect.signals.room import LINES, Room
from sekisho.model.signal import Signal, SignalFamily, SignalUse, Stance

__all__ = ["STRICTNESS", "Statement", "stated_signals", "stricter", "together"]

STRICTNESS = (Stance.UNKNOWN, Stance.ALLOW, Stance.ERROR, Stance.DISALLOW)
"""From what yields to what prevails, where several things are said about one use."""

_OBJECTING = frozenset({Stance.DISALLOW, Stance.ERROR})
_SITES = 128
"""Files whose lines are kept sorted out at a time, once for each language."""


class Statement(NamedTuple):
    """What one line says."""

    stances: Mapping[SignalUse, Stance]
    note: str = ""


class _Stated(NamedTuple):
    """A line that was read: where it holds and what it says there."""

    line: Line
    where: tuple[Pattern, Pattern] | None
    says: Statement

    def octets(self, forms: tuple[str, str]) -> int:
        """Return how long the path is with which it matches, or -1; either form of the path will do."""
        if self.where is None:
            return 0
        matched = any(place.matches(form) for place, form in zip(self.where, forms, strict=True))
        return self.where[0].length if matched else -1


class _Spoken(NamedTuple):
    """The lines that a file says to one robot or to everybody."""

    token: str
    kind: str
    lines: tuple[_Stated, ...]


class _Heard(NamedTuple):
    """What is said to whom about one path, and the lines that say it."""

    agent: str
    raw: str
    says: Statement


LinesOf: TypeAlias = Callable[[Group], Sequence[Line]]
Read: TypeAlias = Callable[[str], Statement]


def stricter(one: Stance, other: Stance) -> Stance:
    """Return the one that prevails: disallow, else error, else allow (draft-ietf-aipref-vocab-07, 5.1)."""
    return max(one, other, key=STRICTNESS.index)


def together(statements: Iterable[Statement]) -> Statement:
    """Return what several statements say together: of each use the strictest."""
    stances: dict[SignalUse, Stance] = {}
    notes: dict[str, None] = {}
    for said in statements:
        for use, stance in said.stances.items():
            stances[use] = stricter(stances.get(use, Stance.UNKNOWN), stance)
        notes |= dict.fromkeys([said.note] if said.note else [])
    return Statement(stances, excerpt("; ".join(notes)))


def stated_signals(  # noqa: PLR0913 - where a signal comes from is four facts
    robots: Robots,
    url: str,
    *,
    family: SignalFamily,
    lines_of: LinesOf,
    read: Read,
    captured: datetime | None,
    place: str,
    source: str,
) -> tuple[Signal, ...]:
    """Return what the lines of one language say about a URL: one signal for all, one for each class of AI.

    Args:
        robots: the file.
        url: of the item.
        family: the language.
        lines_of: returns the lines of a group that are written in it.
        read: reads what stands after the path of a line; it does not raise.
        captured: when the file was read.
        place: the URL of the file.
        source: SHA-256 of the file, lower-case hex.
    """
    if not any(map(lines_of, robots.groups)):
        return ()
    spoken = _spoken(robots, lines_of, read)
    return tuple(
        Signal(
            family=family,
            place=place,
            raw=excerpt(heard.raw),
            stances=heard.says.stances,
            agent=heard.agent,
            note=heard.says.note,
            captured=captured,
            source=source,
        )
        for heard in _heard(robots, path_of(url), spoken)
    )


@lru_cache(maxsize=_SITES)
def _spoken(robots: Robots, lines_of: LinesOf, read: Read) -> tuple[_Spoken, ...]:
    """Return what is said to everybody and to AI systems by name. O(file), once for each file."""
    _room.take(robots.lines)
    read_lines = {
        id(group): tuple(_stated(line, read) for line in lines_of(group)) for group in robots.groups
    }
    to = [("", "", robots.groups_of(EVERYBODY))]
    to += [(named.tokens[0], named.kind, named.groups) for named in named_agents(robots)]
    found = (
        _Spoken(token, kind, tuple(line for g in groups for line in read_lines.get(id(g), ())))
        for token, kind, groups in to
    )
    return tuple(one for one in found if one.lines)


_room = Room(LINES, _spoken.cache_clear)


def _stated(line: Line, read: Read) -> _Stated:
    if not line.value.startswith("/"):
        return _Stated(line, None, read(line.value))
    where, *said = line.value.split(None, 1)
    return _Stated(line, (pattern(where), pattern(where, as_written=True)), read(said[0] if said else ""))


def _heard(robots: Robots, path: str, spoken: Sequence[_Spoken]) -> Iterator[_Heard]:
    forms = (normal(path), written(path))
    kinds: set[str] = set()
    said: set[tuple[Line, ...]] = set()
    for token, kind, lines in spoken:
        held = _longest(lines, forms)
        key = tuple(one.line for one in held)
        if not held or key in said or kind in kinds or not robots.allows(path, token or EVERYBODY):
            continue
        says = together(one.says for one in held)
        if token:
            objections = {use: stance for use, stance in says.stances.items() if stance in _OBJECTING}
            says = says._replace(stances=objections)
        if says.stances:
            said.add(key)
            kinds.update({kind} if kind else ())
            yield _Heard(token, "\n".join(line.text for line in key), says)


def _longest(lines: Sequence[_Stated], forms: tuple[str, str]) -> tuple[_Stated, ...]:
    """Return the lines with the longest path that matches."""
    if all(one.where is None for one in lines):
        return tuple(lines)
    octets = [one.octets(forms) for one in lines]
    longest = max(octets)
    return tuple(one for one, n in zip(lines, octets, strict=True) if n == longest >= 0)
