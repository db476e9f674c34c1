"""The holders' side: what their entries say, in the languages that machines of others read.

A registry says to whom a work is given: to operators by name, or to everybody. A site says the same to all
who come by: lines for `robots.txt` (AI systems by class, `Content-Usage`, `Content-Signal`), a
`/.well-known/tdmrep.json`, and header lines for three servers. What is written is read again by our own
parsers before it is handed out (`read_back`).

TDMRep has one word for all mining, so it says 1 wherever training is reserved, 0 only if nothing is, and
nothing if training is given and something else is reserved.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from sekisho.detect.signals.agents import AgentClass, agents
from sekisho.detect.signals.headers import header_signals
from sekisho.detect.signals.resolve import Resolved, resolve
from sekisho.detect.signals.sites import ROBOTS_TXT, TDMREP_JSON, Copy, Reached, site_signals
from sekisho.errors import EvidenceError, UsageError
from sekisho.locale import text
from sekisho.model import AsOf, EntryId, Grant, Purpose, SignalUse, Stance

__all__ = ["ROOT", "Document", "Wishes", "documents", "given_until", "gives_training", "read_back"]

EVERYWHERE = "*"
ROOT = "/"
_PATH = re.compile(r"/[A-Za-z0-9/_.~%+=@,!-]*\Z")
_SITE = "https://example.org"
_KINDS = {
    AgentClass.TRAIN: ("train-ai", "ai-train"),
    AgentClass.USER: ("ai-use", "ai-input"),
    AgentClass.SEARCH: ("search", "search"),
}
"""How Content-Usage and Content-Signal call what a class of systems does."""
_FIRST = {
    AgentClass.TRAIN: SignalUse.TRAIN_GENERATIVE,
    AgentClass.USER: SignalUse.INPUT,
    AgentClass.SEARCH: SignalUse.SEARCH,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is said about the works at some paths of a site.

    Attributes:
        gives_training: everybody may train on all of them; else nobody who has no grant.
        closed: classes of AI systems that are turned away; training is among them unless it is given.
        paths: where the works are, each a beginning of a path.
        lang: language of comments that stands first.
    """

    gives_training: bool
    closed: frozenset[AgentClass]
    paths: tuple[str, ...] = (ROOT,)
    lang: str = "ja"

    def __post_init__(self) -> None:
        if not self.paths or not all(map(_PATH.match, self.paths)):
            wrong = next((path for path in self.paths if not _PATH.match(path)), "")
            raise UsageError(
                f"{wrong!r} is no path: it begins with / and has no spaces", hint="--path /works/"
            )
        if self.gives_training == (AgentClass.TRAIN in self.closed):
            raise UsageError("training is either given or reserved")


class Document(NamedTuple):
    """A file that is written: where, and its words."""

    path: str
    text: str


def gives_training(entries: Iterable[EntryId], grants: Iterable[Grant]) -> bool:
    """Tell whether everybody may train on all entries: each has a general grant, for training, everywhere.

    Args:
        entries: those that are published; none: no.
        grants: those of their registrant that are in force.
    """
    return given_until(entries, grants) is not None


def given_until(entries: Iterable[EntryId], grants: Iterable[Grant]) -> date | None:
    """Return the last day on which everybody may train on all entries (`gives_training`); None: not so."""
    general = [
        grant
        for grant in grants
        if grant.is_general and EVERYWHERE in grant.territories and Purpose.TRAIN in grant.purposes
    ]
    last = [
        max((grant.until for grant in general if grant.entry in (None, entry)), default=None)
        for entry in entries
    ]
    days = [day for day in last if day is not None]
    return min(days) if days and len(days) == len(last) else None


def _comments(key: str, wishes: Wishes) -> list[str]:
    languages = (wishes.lang, *({"ja", "en"} - {wishes.lang}))
    return [f"# {line}" for lang in languages for line in text(key, lang).splitlines()]


def _usage(wishes: Wishes) -> str:
    said = [f"{_KINDS[kind][0]}=n" for kind in AgentClass if kind in wishes.closed]
    return ", ".join(["train-ai=y", *said] if wishes.gives_training else said)


def _signal(wishes: Wishes) -> str:
    said = [f"{_KINDS[kind][1]}=no" for kind in AgentClass if kind in wishes.closed]
    return ", ".join(["ai-train=yes", *said] if wishes.gives_training else said)


def _reservation(wishes: Wishes) -> int | None:
    if not wishes.gives_training:
        return 1
    return None if wishes.closed else 0


def _robots(wishes: Wishes) -> str:
    lines = [*_comments("published.robots", wishes)]
    lines += [*_comments("published.everybody", wishes), "User-agent: *"]
    for path in wishes.paths:
        where = "" if path == ROOT else f"{path} "
        lines += [f"Content-Usage: {where}{_usage(wishes)}", f"Content-Signal: {where}{_signal(wishes)}"]
    for kind in AgentClass:
        if kind in wishes.closed:
            lines += ["", *_comments(f"published.class_{kind}", wishes)]
            lines += [f"User-agent: {token}" for token in agents()[kind]]
            lines += [f"Disallow: {path}" for path in wishes.paths]
    return "\n".join(lines) + "\n"


def _fields(wishes: Wishes) -> list[tuple[str, str]]:
    reservation = _reservation(wishes)
    fields = [("Content-Usage", _usage(wishes))]
    return fields if reservation is None else [*fields, ("tdm-reservation", str(reservation))]


def _server(wishes: Wishes, begin: str, line: str, end: str, key: str) -> str:
    """Write the header lines of one server: a block for each path that is not the whole site."""
    lines = _comments(key, wishes)
    for path in wishes.paths:
        fields = [line.format(name=name, value=value) for name, value in _fields(wishes)]
        opening = begin.format(path=path)
        lines += (
            fields
            if path == ROOT and not opening.startswith("header")
            else [
                opening,
                *(f"    {field}" for field in fields),
                end,
            ]
        )
    return "\n".join(lines) + "\n"


def documents(wishes: Wishes) -> tuple[Document, ...]:
    """Return the files that say it: for robots.txt, tdmrep.json if it has a word, and three servers."""
    reservation = _reservation(wishes)
    rules = [{"location": path, "tdm-reservation": reservation} for path in wishes.paths]
    found = [Document("robots.txt", _robots(wishes))]
    if reservation is not None:
        found.append(Document(TDMREP_JSON[1:], json.dumps(rules, indent=2) + "\n"))
    nginx = ("location {path} {{", 'add_header {name} "{value}" always;', "}", "published.nginx")
    apache = ('<Location "{path}">', 'Header set {name} "{value}"', "</Location>", "published.apache")
    caddy = ("header {path}* {{", '{name} "{value}"', "}", "published.caddy")
    for name, server in (("nginx.conf", nginx), ("apache.conf", apache), ("Caddyfile", caddy)):
        found.append(Document(f"headers/{name}", _server(wishes, *server)))
    return tuple(found)


class _Written(NamedTuple):
    """The files as a site would have them."""

    files: dict[str, bytes]
    moment: datetime

    def copies(self, url: str) -> Sequence[Copy]:
        """Return the one copy of a file."""
        body = self.files.get(url.removeprefix(f"{_SITE}/"))
        return (
            () if body is None else (Copy(url=url, reached=Reached.FOUND, captured=self.moment, body=body),)
        )


def _said(files: dict[str, bytes], fields: Sequence[tuple[str, str]], path: str) -> Resolved:
    written = _Written(files, datetime.fromtimestamp(0, UTC))
    site = site_signals(f"{_SITE}{path}", written)
    return resolve((*site.signals, *header_signals(fields)), as_of=AsOf.AUDIT, read=site.read)


def _wanted(wishes: Wishes) -> list[tuple[SignalUse, Stance]]:
    wanted = [(_FIRST[kind], Stance.DISALLOW) for kind in AgentClass if kind in wishes.closed]
    return [(SignalUse.TRAIN_GENERATIVE, Stance.ALLOW), *wanted] if wishes.gives_training else wanted


def read_back(wishes: Wishes, written: Sequence[Document]) -> None:
    """Read what is to be published by the parsers that an audit uses, each file by itself and all together.

    Raises:
        EvidenceError: something says another thing than it should, or speaks about other paths.
    """
    every = {document.path: document.text.encode() for document in written}
    robots = {ROBOTS_TXT[1:]: every[ROBOTS_TXT[1:]]}
    for path in wishes.paths:
        inside = f"{path}work.png" if path.endswith("/") else path
        for files, fields in ((robots, ()), ({}, _fields(wishes)), (every, _fields(wishes))):
            found = _said(files, fields, inside)
            for use, stance in _wanted(wishes):
                if found.uses[use].stance is not stance:
                    raise EvidenceError(f"what was written does not say {stance} about {use} of {inside}")
    outside = "/sekisho-elsewhere.png"
    if not any(outside.startswith(path) for path in wishes.paths) and _said(every, (), outside).stances:
        raise EvidenceError(f"what was written speaks about {outside}, too")
