"""robots.txt (RFC 9309): which rule decides whether a robot may fetch a path.

Read like a robot: at most 500 KiB (2.5), lines that are not understood are passed over (2.2), groups that
name the same product token are one (2.2.1), the rule with the most octets decides and of two equal ones the
one that allows (2.2.2). Some mistakes that holders make are understood as Google's parser understands them,
because what they want is clear: `disalow`, `useragent`, a missing colon, `User-agent: Bot/1.0`. Two
extensions are kept with their groups: `Content-Usage` (draft-ietf-aipref-attach-05, section 5) and
`Content-Signal` (contentsignals.org); they end a row of user agents, as rules do. `License` lines (RSL 1.0,
4.4.1) are kept too.

A path that may be fetched is not thereby allowed for anything (RFC 9309, 1: "not a form of access
authorization"); `agents` says what a rule means for training.

What stands behind an answer other than 200 is known to whoever fetched: `ABSENT` (4xx, 2.3.1.3) has no rule,
`UNREACHABLE` (5xx, no answer, 2.3.1.4) lets nothing be fetched and is an error as a signal.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sekisho.detect.signals.paths import Pattern, normal, pattern, written

__all__ = [
    "ABSENT",
    "EVERYBODY",
    "MAX_BYTES",
    "UNREACHABLE",
    "Group",
    "Line",
    "Robots",
    "Rule",
    "parse_robots",
]

MAX_BYTES = 500 * 1024
"""What is read of a file (RFC 9309, 2.5: at least 500 KiB)."""
EVERYBODY = "*"
_BOM = b"\xef\xbb\xbf"
_TOKEN = re.compile(r"[A-Za-z0-9_.-]*")
_AGENT, _ALLOW, _DISALLOW, _USAGE, _SIGNAL, _LICENCE = range(6)
_FIELDS: Mapping[str, int] = {
    **dict.fromkeys(("user-agent", "useragent", "user agent"), _AGENT),
    "allow": _ALLOW,
    **dict.fromkeys(("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"), _DISALLOW),
    "content-usage": _USAGE,
    "content-signal": _SIGNAL,
    **dict.fromkeys(("license", "licence"), _LICENCE),
}
_WORDS_WITHOUT_COLON = 2
_CHANGING = re.compile("%(?:.?[a-f]|2[DE]|3[0-9]|[46][1-9A-F]|[57][0-9A]|5F|7E)").search
"""Finds percent-encodings that the two forms of a path write in another way: lower case, unreserved."""


class Line(NamedTuple):
    """A line of an extension: its number from 1, the line itself, and its value."""

    number: int
    text: str
    value: str


class Rule(NamedTuple):
    """A line that allows or disallows.

    Attributes:
        allow: it is an Allow line.
        number: of the line, from 1.
        text: the line without comment.
        pattern: what it matches.
        rank: decides between rules that match: octets, then leave (RFC 9309, 2.2.2).
    """

    allow: bool
    number: int
    text: str
    pattern: Pattern
    rank: int


class Group:
    """The rules of one group, made ready for many paths.

    Attributes:
        tokens: whom it names, lower case, in their sequence.
        rules: in their sequence.
        usages: its Content-Usage lines.
        signals: its Content-Signal lines.
    """

    __slots__ = ("_lengths", "_literals", "_prefixes", "_wild", "rules", "signals", "tokens", "usages")

    def __init__(
        self, tokens: Sequence[str], rules: Sequence[Rule], usages: Sequence[Line], signals: Sequence[Line]
    ) -> None:
        """Sort the rules: plain beginnings by text, the others by rank. O(n log n)."""
        self.tokens, self.rules = tuple(tokens), tuple(rules)
        self.usages, self.signals = tuple(usages), tuple(signals)
        literals: dict[str, Rule] = {}
        for rule in rules:
            text = rule.pattern.literal
            if text and (text not in literals or rule.allow):
                literals[text] = rule
        self._literals, self._prefixes = literals, tuple(literals)
        self._lengths = tuple(sorted(set(map(len, literals)), reverse=True))
        wild = sorted((r for r in rules if not r.pattern.literal), key=lambda r: r.rank, reverse=True)
        self._wild = tuple((rule.rank, rule.pattern.first, rule) for rule in wild)

    def decide(self, path: str) -> Rule | None:
        """Return the rule for a path (`paths.path_of`), None: no rule matches. About 1 us."""
        if "*" in path or "$" in path or " " in path or not path.isascii():
            return self._decide_forms(path)
        if "%" in path and _CHANGING(path):
            return self._decide_forms(path)
        return self._decide_plain(path)

    def _decide_plain(self, path: str) -> Rule | None:
        """Return the rule for a path that is the same in both forms."""
        best: Rule | None = None
        if path.startswith(self._prefixes):
            literals = self._literals
            for length in self._lengths:
                best = literals.get(path[:length])
                if best is not None:
                    break
        if self._wild:
            rank = best.rank if best else -1
            for better, first, rule in self._wild:
                if better <= rank:
                    break
                if path.startswith(first) and rule.pattern.matches(path):
                    return rule
        return best

    def _decide_forms(self, path: str) -> Rule | None:
        """Return the rule for a path with percent-encodings, `*`, `$` or letters outside of ASCII."""
        forms = (normal(path), written(path))
        if forms[False] == forms[True]:
            return self._decide_plain(forms[True])
        found = (rule for rule in self.rules if rule.pattern.matches(forms[rule.allow]))
        return max(found, key=lambda rule: rule.rank, default=None)


class _Joint:
    """Several groups that name the same product token (RFC 9309, 2.2.1: taken as one)."""

    __slots__ = ("groups",)

    def __init__(self, groups: tuple[Group, ...]) -> None:
        self.groups = groups

    def decide(self, path: str) -> Rule | None:
        """Return the rule of all groups that decides."""
        found = (rule for group in self.groups if (rule := group.decide(path)))
        return max(found, key=lambda rule: rule.rank, default=None)


_NOBODY = Group((), (), (), ())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Robots:
    """A robots.txt that was read; it is compared by identity, so that what follows from it can be kept.

    Attributes:
        groups: in their sequence.
        licences: the addresses of `License` lines, absolute.
        truncated: it had more than 500 KiB; the rest was not read.
        reachable: False: nobody knows what it says.
    """

    groups: tuple[Group, ...]
    licences: tuple[str, ...] = ()
    truncated: bool = False
    reachable: bool = True
    _of: Mapping[str, Group | _Joint] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        of: dict[str, list[Group]] = {}
        for group in self.groups:
            for token in dict.fromkeys(group.tokens):
                of.setdefault(token, []).append(group)
        ready = {token: many[0] if len(many) == 1 else _Joint(tuple(many)) for token, many in of.items()}
        object.__setattr__(self, "_of", {EVERYBODY: _NOBODY} | ready)

    @property
    def lines(self) -> int:
        """Return how many lines it has that say something, or to whom."""
        return sum(len(g.tokens) + len(g.rules) + len(g.usages) + len(g.signals) for g in self.groups)

    @property
    def named(self) -> tuple[str, ...]:
        """Return the product tokens that it names, lower case, without `*`."""
        return tuple(token for token in self._of if token != EVERYBODY)

    def groups_of(self, token: str) -> tuple[Group, ...]:
        """Return the groups that speak to a product token: those that name it, else those of `*`."""
        spoken = self._of.get(token.lower()) or self._of[EVERYBODY]
        return spoken.groups if isinstance(spoken, _Joint) else (spoken,)

    def decide(self, url_path: str, token: str) -> Rule | None:
        """Return the rule that decides, or None if there is none. O(path + rules of the token).

        Args:
            url_path: path and query as `paths.path_of` gives them.
            token: the product token of a robot, in any case.
        """
        spoken = self._of.get(token.lower()) or self._of[EVERYBODY]
        rule = spoken.decide(url_path or "/")
        # /robots.txt itself is implicitly allowed (2.2.2).
        return None if rule is None or (url_path == "/robots.txt" and not rule.allow) else rule

    def allows(self, url_path: str, token: str) -> bool:
        """Tell whether a robot may fetch a path; never, if the file could not be reached."""
        rule = self.decide(url_path, token)
        return self.reachable if rule is None else rule.allow


def parse_robots(data: bytes) -> Robots:
    """Read a robots.txt; every input is one. O(n)."""
    kept = data[: MAX_BYTES + 1]
    truncated = len(kept) > MAX_BYTES
    lines = _decoded(kept[:MAX_BYTES])
    if truncated and lines:
        lines.pop()  # a rule that is cut could allow more than was written
    groups: list[Group] = []
    licences: list[str] = []
    opened = _Open([], [], [], [])
    loose = _Open([EVERYBODY], [], [], [])
    for number, kind, text, value in _fields(lines):
        if kind == _LICENCE:
            if value.lower().startswith(("http://", "https://")):
                licences.append(value)
        elif kind == _AGENT:
            if opened.has_rules:
                groups.append(Group(*opened))
                opened = _Open([], [], [], [])
            opened.tokens.append(_token(value))
        elif opened.tokens:
            opened.take(number, kind, text, value)
        elif kind in {_USAGE, _SIGNAL}:  # said to nobody in particular
            loose.take(number, kind, text, value)
    groups += [Group(*part) for part in (opened, loose) if part.tokens and (part is opened or part.has_rules)]
    return Robots(groups=tuple(groups), licences=tuple(dict.fromkeys(licences)), truncated=truncated)


class _Open(NamedTuple):
    """A group that is being read."""

    tokens: list[str]
    rules: list[Rule]
    usages: list[Line]
    signals: list[Line]

    @property
    def has_rules(self) -> bool:
        """Tell whether the next user agent begins another group."""
        return bool(self.rules or self.usages or self.signals)

    def take(self, number: int, kind: int, text: str, value: str) -> None:
        """Add a line. An empty path matches nothing, but it ends the row of user agents."""
        if kind == _USAGE:
            self.usages.append(Line(number, text, value))
        elif kind == _SIGNAL:
            self.signals.append(Line(number, text, value))
        else:
            self.rules.extend(_rules(number, text, value, allow=kind == _ALLOW))


def _rules(number: int, text: str, value: str, *, allow: bool) -> Iterator[Rule]:
    """Yield the rules of one line."""
    yield _rule(number, text, pattern(value, as_written=allow) if value else _NOTHING, allow=allow)
    folder, slash, name = value.rpartition("/")
    if allow and slash and name.startswith("index.htm"):  # as google/robotstxt: it allows the folder itself
        yield _rule(number, text, pattern(f"{folder}/$", as_written=True), allow=True)


def _rule(number: int, text: str, matched: Pattern, *, allow: bool) -> Rule:
    return Rule(allow, number, text, matched, 2 * matched.length + allow)


_NOTHING = Pattern("\n", (), None, anchored=False, length=0)
"""Matches no path: a path has no line end."""


def _decoded(data: bytes) -> list[str]:
    """Return the lines, without a mark of the byte order; UTF-16 with such a mark is read too."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    elif data.startswith(_BOM):
        data = data[len(_BOM) :]
    data = data.replace(b"\0", b"")
    return [line.decode("utf-8", "surrogateescape") for line in data.splitlines()]


def _fields(lines: Sequence[str]) -> Iterator[tuple[int, int, str, str]]:
    """Yield number, kind, text and value of every line that is understood."""
    for number, line in enumerate(lines, start=1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        name, colon, value = text.partition(":")
        if not colon:
            words = text.split()
            if len(words) != _WORDS_WITHOUT_COLON:
                continue
            name, value = words
        kind = _FIELDS.get(name.strip().lower())
        if kind is not None:
            yield number, kind, text, value.strip()


def _token(value: str) -> str:
    """Return the product token of a user-agent line in lower case: `*`, or up to what no token has."""
    found = None if value.startswith(EVERYBODY) else _TOKEN.match(value)
    return EVERYBODY if found is None else found[0].lower()


ABSENT = Robots(groups=())
"""There is none (4xx): nothing was said."""
UNREACHABLE = Robots(groups=(), reachable=False)
"""It could not be had (5xx, no answer): what it says is not known."""
