"""X-Robots-Tag and meta robots: words about one response or one page, to every robot or to one by name.

Read are: `noai`, `noimageai` (DeviantArt, 11 November 2022) and `noml`, which refuse training; `noindex`,
`none` and `noimageindex`, which refuse search (Google, "Robots meta tag, data-nosnippet, and X-Robots-Tag
specifications"); `noarchive` and `nocache`, which speak about copies in a cache. Bing says that it also
keeps such pages from its own models (Bing Webmaster Blog, 22 September 2023): that binds Bing, so what they
say to others is unknown. No word of this language allows anything.

A line may begin with the name of a robot; the name holds for the rest of that line or until the next name.
Values with a colon of their own (`unavailable_after: 25 Jun 2027 15:00:00 PST`) are no names, nor are the
parts of a date. What is said to one robot binds nobody else, unless that robot collects for training: who
refuses it refuses training, whoever came. A robot that only collects for training does not search, so
`noindex` and `none` said to it refuse training too.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sekisho.detect.signals.agents import trains
from sekisho.detect.signals.common import EVERY_USE, TRAINING, each, excerpt
from sekisho.model.signal import Signal, SignalFamily, SignalUse, Stance

__all__ = ["MAX_LINE", "NAME", "said_to_robots", "x_robots_signals"]

NAME = "x-robots-tag"
MAX_LINE = 64 * 1024
"""Characters of one value; servers and clients refuse header fields of more than 8 to 64 kB."""

_REFUSES_TRAINING = frozenset({"noai", "noimageai", "noml"})
_REFUSES_SEARCH = frozenset({"noindex", "none", "noimageindex"})
_ABOUT_COPIES = frozenset({"noarchive", "nocache"})
_WITH_VALUE = frozenset(
    {"unavailable_after", "unavailable-after", "max-snippet", "max-image-preview", "max-video-preview"}
)
_ROBOT = re.compile(r"(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9_./+-]+|[A-Za-z][A-Za-z0-9_./+ -]*")
"""A product token (RFC 9309, 2.2.1); robots in use have digits, dots, slashes and spaces in their names."""
_MAX_ROBOT = 100
_EVERYBODY = frozenset({"*", "robots"})


class _Word(NamedTuple):
    robot: str
    word: str


def x_robots_signals(values: Sequence[str], place: str = NAME) -> tuple[Signal, ...]:
    """Return what the values of X-Robots-Tag say, one signal for each robot of each line. O(len(values)).

    Args:
        values: one for each time the header stands in the response, in their sequence.
        place: the name of the header or column.
    """
    return tuple(
        signal for value in values for signal in said_to_robots(value, SignalFamily.X_ROBOTS, place=place)
    )


def said_to_robots(line: str, family: SignalFamily, *, place: str, robot: str = "") -> Iterator[Signal]:
    """Yield what one line says, one signal for each robot that it names.

    Args:
        line: the value of a header, or the content of a meta tag.
        family: X_ROBOTS or META_ROBOTS.
        place: as in a signal.
        robot: who is spoken to before the line names anybody; empty: everybody.
    """
    if len(line) > MAX_LINE:
        yield _signal(
            family, place, line, "", each(EVERY_USE, Stance.ERROR), f"more than {MAX_LINE} characters"
        )
        return
    said: dict[str, list[str]] = {}
    for found in _words(line, robot):
        said.setdefault(found.robot, []).append(found.word)
    for name, words in said.items():
        stances = _stances(name, words)
        if stances:
            yield _signal(family, place, line, name, stances, _note(name, words))


def _signal(
    family: SignalFamily, place: str, raw: str, agent: str, stances: Mapping[SignalUse, Stance], note: str
) -> Signal:
    return Signal(family=family, place=place, raw=excerpt(raw), stances=stances, agent=agent, note=note)


def _words(line: str, robot: str) -> Iterator[_Word]:
    """Yield the words of a line in lower case, each with the robot that it is said to."""
    for part in line.split(","):
        name, colon, rest = part.partition(":")
        name = name.strip()
        if colon and name.lower() in _WITH_VALUE:
            continue
        said = part
        if colon and name.lower() in _EVERYBODY:
            robot, said = "", rest
        elif colon and len(name) <= _MAX_ROBOT and _ROBOT.fullmatch(name):
            # A header that stands twice may have come as one line: the next name ends what went before.
            robot, said = name, rest
        for word in said.lower().replace(";", " ").split():
            yield _Word(robot, word)


def _stances(robot: str, words: Sequence[str]) -> Mapping[SignalUse, Stance]:
    refused = _REFUSES_TRAINING.intersection(words)
    hidden = _REFUSES_SEARCH.intersection(words)
    uses = (*(TRAINING if refused else ()), *((SignalUse.SEARCH,) if hidden else ()))
    if robot and trains(robot):
        return each(TRAINING, Stance.DISALLOW) if refused or hidden else {}
    if robot:
        return each(uses, Stance.UNKNOWN)
    if _ABOUT_COPIES.intersection(words):
        return each((*TRAINING, SignalUse.SEARCH), Stance.UNKNOWN) | each(uses, Stance.DISALLOW)
    return each(uses, Stance.DISALLOW)


def _note(robot: str, words: Sequence[str]) -> str:
    if robot:
        return "said to a robot that collects for training" if trains(robot) else "said to another robot"
    copies = [word for word in ("noarchive", "nocache") if word in words]
    return f"{', '.join(copies)}: about copies in a cache" if copies else ""
