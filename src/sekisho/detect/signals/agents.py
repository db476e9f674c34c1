"""What robots.txt says to AI systems: a rule for those that collect for training is an objection to training.

RFC 9309 speaks about fetching only, and a file names robots of others. But a holder who turns away robots
that collect for training does not want the work in training, whoever came for it (the EU's code of practice
for general-purpose AI, copyright chapter, measure 1.3, takes robots.txt for such a reservation). So:

* Disallow for a token of the class `train` disallows training, of generative models and others;
* for `search` it disallows search, for `user` it disallows input at run time;
* Disallow for everybody (`*`) disallows all uses: nobody may fetch it, for any of them. A token without a
  group of its own is such a one, too. A token with a group that lets it in does not take that back for
  others;
* Allow, or no rule, says nothing: leave to fetch is no leave to train (RFC 9309, 1).

Which token belongs to which class is in `data/ai_agents.json`, dated, with the rules it was sorted by.
"""

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from sekisho.detect.signals.common import EVERY_USE, TRAINING, each, excerpt
from sekisho.detect.signals.paths import path_of
from sekisho.detect.signals.robots import EVERYBODY, Group, Robots, Rule
from sekisho.detect.signals.room import LINES, Room
from sekisho.model.signal import Signal, SignalFamily, SignalUse, Stance

__all__ = ["AgentClass", "Named", "agent_class", "agents", "named_agents", "robots_signals", "trains"]


class AgentClass(StrEnum):
    """What an AI system does with what it fetches."""

    TRAIN = "train"
    SEARCH = "search"
    USER = "user"


_USES: Mapping[AgentClass, tuple[SignalUse, ...]] = {
    AgentClass.TRAIN: TRAINING,
    AgentClass.SEARCH: (SignalUse.SEARCH,),
    AgentClass.USER: (SignalUse.INPUT,),
}
_HOSTS = 256
"""Files that are kept sorted out at a time; items of one site come together, or it is done again."""
_OUTCOMES = 4096
"""Signals that are kept of one site."""
_OF_OUTCOME = 10
"""Lines that such signals count for."""


@cache
def agents() -> Mapping[AgentClass, tuple[str, ...]]:
    """Return the product tokens of each class as they are written."""
    document = json.loads(files(__package__).joinpath("data", "ai_agents.json").read_bytes())
    return {kind: tuple(document[kind]) for kind in AgentClass}


@cache
def _classes() -> Mapping[str, tuple[AgentClass, str]]:
    return {token.lower(): (kind, token) for kind, tokens in agents().items() for token in tokens}


def agent_class(token: str) -> AgentClass | None:
    """Return the class of a product token, in any case and with a version (`GPTBot/1.1`), or None."""
    return _classes().get(token.partition("/")[0].partition(" ")[0].strip().lower(), (None, ""))[0]


def trains(token: str) -> bool:
    """Tell whether a product token stands for a system that collects for training."""
    return agent_class(token) is AgentClass.TRAIN


class Named(NamedTuple):
    """AI systems of one class that a file says the same to, word for word.

    Attributes:
        kind: their class.
        tokens: their names as they are written, in the sequence of the file.
        groups: what is said to the first of them.
    """

    kind: AgentClass
    tokens: tuple[str, ...]
    groups: tuple[Group, ...]


@lru_cache(maxsize=_HOSTS)
def named_agents(robots: Robots) -> tuple[Named, ...]:
    """Return what a file says to the AI systems that it names. O(file), once for each file."""
    _named_room.take(robots.lines)
    numbers: dict[Hashable, int] = {}
    content = {id(group): numbers.setdefault(_content(group), len(numbers)) for group in robots.groups}
    same: dict[Hashable, tuple[AgentClass, list[str], tuple[Group, ...]]] = {}
    for token in robots.named:
        kind, name = _classes().get(token, (None, ""))
        if kind is not None:
            groups = robots.groups_of(token)
            key = (kind, *(content[id(group)] for group in groups))
            same.setdefault(key, (kind, [], groups))[1].append(name)
    return tuple(Named(kind, tuple(tokens), groups) for kind, tokens, groups in same.values())


_named_room = Room(LINES, named_agents.cache_clear)


def _content(group: Group) -> Hashable:
    """Return what tells whether two groups say the same."""
    return (
        tuple((rule.allow, rule.pattern) for rule in group.rules),
        tuple(line.value for line in group.usages),
        tuple(line.value for line in group.signals),
    )


class _Objection(NamedTuple):
    """A rule that turns away systems of one class (None: everybody), the first of them, and how many."""

    kind: AgentClass | None
    token: str
    tokens: int
    rule: Rule


class _Spoken(NamedTuple):
    """Whom a site speaks to (class None: everybody), and the numbers of the groups that do."""

    kind: AgentClass | None
    token: str
    tokens: int
    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Site:
    """A file sorted out: its groups, each once, and the signals that were made from it.

    Most URLs of a site have one of a few outcomes, so the same signals serve many items.
    """

    groups: tuple[Group, ...]
    spoken: tuple[_Spoken, ...]
    made: dict[Hashable, tuple[Signal, ...]] = field(default_factory=dict)


@lru_cache(maxsize=_HOSTS)
def _site(robots: Robots) -> _Site:
    _site_room.take(robots.lines)
    groups: dict[Hashable, Group] = {}
    spoken = [
        _Spoken(named.kind, named.tokens[0], len(named.tokens), _numbers(named.groups, groups))
        for named in named_agents(robots)
    ]
    star = _Spoken(None, "", 0, _numbers(robots.groups_of(EVERYBODY), groups))
    return _Site(tuple(groups.values()), (*spoken, star))


_site_room = Room(LINES, _site.cache_clear)


def _numbers(wanted: Sequence[Group], groups: dict[Hashable, Group]) -> tuple[int, ...]:
    """Return where groups with these rules stand among the groups kept; add what is missing."""
    keys = [tuple((rule.allow, rule.pattern) for rule in group.rules) for group in wanted]
    for key, group in zip(keys, wanted, strict=True):
        groups.setdefault(key, group)
    order = {key: at for at, key in enumerate(groups)}
    return tuple(order[key] for key in keys)


def robots_signals(
    robots: Robots, url: str, *, captured: datetime | None, place: str, source: str
) -> tuple[Signal, ...]:
    """Return the objections of a robots.txt to the use of a URL: at most one for each class and one for all.

    A few microseconds, however many systems are named; O(path + rules).

    Args:
        robots: the file of the URL's host; `UNREACHABLE` gives one signal that is an error for every use.
        url: of the item.
        captured: when the file was read.
        place: the URL of the file.
        source: SHA-256 of the file, lower-case hex.
    """
    path = path_of(url)
    site = _site(robots)
    rules = () if path == "/robots.txt" else [group.decide(path) for group in site.groups]
    key = (captured, place, source, *[rule.number if rule is not None else 0 for rule in rules])
    signals = site.made.get(key)
    if signals is None:
        found = _objections(site, rules) if rules else []
        said = map(_said, found) if robots.reachable else (_UNKNOWN,)
        cut = "; read to 500 KiB" if robots.truncated else ""
        signals = tuple(
            Signal(
                family=SignalFamily.ROBOTS,
                place=place,
                raw=excerpt(one.raw),
                stances=one.stances,
                agent=one.agent,
                note=(one.note + cut).lstrip("; "),
                captured=captured,
                source=source,
            )
            for one in said
        )
        if len(site.made) < _OUTCOMES:
            _site_room.take(_OF_OUTCOME)
            site.made[key] = signals
    return signals


def _objections(site: _Site, rules: Sequence[Rule | None]) -> list[_Objection]:
    """Return who is turned away by the rules of the groups: an entry for each class, one for everybody."""
    turned: dict[AgentClass | None, _Objection] = {}
    for kind, token, tokens, groups in site.spoken:
        rule = rules[groups[0]] if len(groups) == 1 else _first_ranked([rules[at] for at in groups])
        if rule is not None and not rule.allow:
            known = turned.get(kind)
            turned[kind] = (
                known._replace(tokens=known.tokens + tokens)
                if known
                else _Objection(kind, token, tokens, rule)
            )
    return list(turned.values())


def _first_ranked(rules: Sequence[Rule | None]) -> Rule | None:
    return max((rule for rule in rules if rule), key=lambda rule: rule.rank, default=None)


class _Said(NamedTuple):
    """What one signal says."""

    agent: str
    raw: str
    note: str
    stances: Mapping[SignalUse, Stance]


_UNKNOWN = _Said("", "", "the file could not be reached (RFC 9309, 2.3.1.4)", each(EVERY_USE, Stance.ERROR))


def _said(found: _Objection) -> _Said:
    raw = f"User-agent: {found.token or EVERYBODY}\n{found.rule.text}"
    if found.kind is None:
        return _Said("", raw, "", each(EVERY_USE, Stance.DISALLOW))
    more = f"{found.tokens} tokens of the class {found.kind}" if found.tokens > 1 else f"class {found.kind}"
    return _Said(found.token, raw, more, each(_USES[found.kind], Stance.DISALLOW))
