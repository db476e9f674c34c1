"""Ask img2dataset, datadiligence, urllib.robotparser, Protego and ours about each vector of rights signals.

Every vector of `tests/conformance/vectors/signals` becomes one question: may this be used for training?
(For `robots` and `robots_google`: may this robot fetch this URL?) A tool answers yes or no, or it does
not read the language. What should be answered follows from the vector: no, if training is refused, or if
nobody can tell because the signal can not be read; otherwise yes, as by tools that know of no objection.
Each tool gets what it is made for, in its own form, and nothing else:

* img2dataset: its own `is_disallowed`, taken from the file of the installed package without importing the
  rest of it, with the directives that it has by default; of those only X-Robots-Tag.
* datadiligence: `XRobotsTagHeader`, `TDMRepHeader` and, on the vectors' manifest stores,
  `C2PAMetadataRule`.
* urllib.robotparser and Protego: robots.txt. Where a vector asks about AI systems, they are asked for
  each system that collects for training; it is yes only if all of them are let in.
"""

import ast
import importlib.util
import io
import json
import urllib.robotparser
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.client import HTTPMessage
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import datadiligence.rules as diligence
from protego import Protego

from sekisho.detect.signals.agents import AgentClass, agents, robots_signals
from sekisho.detect.signals.ai_txt import ai_txt_signals
from sekisho.detect.signals.aipref import aipref_header_signals, aipref_robots_signals
from sekisho.detect.signals.c2pa import c2pa_signals
from sekisho.detect.signals.content_signal import content_signals
from sekisho.detect.signals.epub import epub_signals
from sekisho.detect.signals.headers import header_signals
from sekisho.detect.signals.html import html_signals
from sekisho.detect.signals.licence import licence_signal
from sekisho.detect.signals.paths import path_of
from sekisho.detect.signals.plus import mining_stances
from sekisho.detect.signals.robots import UNREACHABLE, Robots, parse_robots
from sekisho.detect.signals.rsl import rsl_signals
from sekisho.detect.signals.tdmrep import tdmrep_file_signals
from sekisho.detect.signals.x_robots import x_robots_signals
from sekisho.detect.signals.xmp import xmp_signals
from sekisho.model.signal import Signal

__all__ = ["FAMILIES", "OURS", "Answer", "answers", "tools"]

VECTORS = Path(__file__).parent.parent / "tests" / "conformance" / "vectors" / "signals"
FETCHING = ("robots", "robots_google")
FAMILIES = (
    *FETCHING,
    "agents",
    "aipref",
    "content_signal",
    "tdmrep",
    "x_robots",
    "headers",
    "html",
    "ai_txt",
    "rsl",
    "c2pa",
    "plus",
    "xmp",
    "epub",
    "licence",
)
OURS = "Sekisho"
IMG2DATASET_DIRECTIVES = ("noai", "noimageai", "noindex", "noimageindex")
"""What its option `disallowed_header_directives` has if nobody sets it."""
TRAINING = ("tdm", "train_other", "train_generative")
_FROM: dict[str, Any] = {"captured": None, "place": "https://example.com/file", "source": ""}
_CONTAINER = (
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="p.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)

Vector = Mapping[str, Any]
Reader = Callable[[str, Vector], bool | None]
"""Family and vector -> allowed, or None: the tool does not read this."""


class Answer(NamedTuple):
    """What one tool says about one vector, beside what should be said."""

    tool: str
    family: str
    name: str
    input: str
    right: bool
    said: bool | None

    @property
    def verdict(self) -> str:
        """Return right, cannot, allows (refused, and it says allowed) or strict (the other way)."""
        if self.said is None:
            return "cannot"
        if self.said is self.right:
            return "right"
        return "allows" if self.said else "strict"


def _objected(stances: Sequence[Mapping[str, str]]) -> bool:
    """Tell whether training is refused, or nobody can tell; of what is said to one robot, too."""
    return any(one.get(use) in {"disallow", "error"} for one in stances for use in TRAINING)


def expected(family: str, vector: Vector) -> bool:
    """Return whether a vector allows."""
    if family == "robots_google":
        return bool(vector["allowed"])
    if family == "robots":
        return bool(vector["expected"]["allowed"])
    return not _objected([one["stances"] for one in vector["expected"]])


def _url(family: str, vector: Vector) -> str:
    return str(vector["url"]) or ("https://example.com/" if family == "robots_google" else "")


# Ours.


def _robots_of(given: Vector) -> Robots:
    return UNREACHABLE if given.get("unreachable") else parse_robots(given["robots_txt"].encode())


def _book(package: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("META-INF/container.xml", _CONTAINER)
        archive.writestr("p.opf", package)
    return stream.getvalue()


def _aipref(given: Vector, url: str) -> Sequence[Signal]:
    if "content_usage" in given:
        return aipref_header_signals(given["content_usage"], captured=None)
    return aipref_robots_signals(_robots_of(given), url, **_FROM)


_READ: Mapping[str, Callable[[Vector, str], Sequence[Signal]]] = {
    "agents": lambda given, url: robots_signals(_robots_of(given), url, **_FROM),
    "aipref": _aipref,
    "content_signal": lambda given, url: content_signals(_robots_of(given), url, **_FROM),
    "tdmrep": lambda given, url: tdmrep_file_signals(given["tdmrep_json"].encode(), url, **_FROM),
    "rsl": lambda given, url: rsl_signals(given["rsl_xml"].encode(), url, **_FROM),
    "ai_txt": lambda given, url: ai_txt_signals(given["ai_txt"].encode(), url, **_FROM),
    "c2pa": lambda given, _: c2pa_signals(given["store"]),
    "epub": lambda given, _: epub_signals(_book(given["package"])),
    "headers": lambda given, _: header_signals([tuple(field) for field in given["headers"]]),
    "html": lambda given, _: html_signals(given["html"].encode()),
    "licence": lambda given, _: [licence_signal(given["text"], "licence")],
    "x_robots": lambda given, _: tuple(x_robots_signals(given["values"])),
    "xmp": lambda given, _: xmp_signals(given["xmp"].encode()),
}


def ours(family: str, vector: Vector) -> bool:
    """Return what Sekisho says."""
    if family == "robots_google":
        url = vector["url"]
        path = url[url.index("/", url.index("://") + 3) :] if url else ""
        return parse_robots(vector["robots_txt"].encode()).allows(path, vector["user_agent"])
    given, url = vector["input"], vector.get("url", "")
    if family == "robots":
        return parse_robots(given["robots_txt"].encode()).allows(path_of(url), vector["agent"])
    found = (
        [mining_stances(given["value"])]
        if family == "plus"
        else [s.stances for s in _READ[family](given, url)]
    )
    return not _objected([{str(use): str(stance) for use, stance in one.items()} for one in found])


# The others.


def _fields(family: str, vector: Vector, wanted: Sequence[str]) -> list[tuple[str, str]]:
    """Return the header fields of a vector, if one of the wanted is among them."""
    given = vector["input"] if family in {"x_robots", "headers"} else {}
    fields = [("X-Robots-Tag", value) for value in given.get("values", ())]
    fields += [(name, value) for name, value in given.get("headers", ())]
    return fields if any(name.lower() in wanted for name, _ in fields) else []


def _message(fields: Sequence[tuple[str, str]]) -> HTTPMessage:
    message = HTTPMessage()
    for name, value in fields:
        message.add_header(name, value)
    return message


def _is_disallowed() -> Callable[[HTTPMessage, str | None, Sequence[str]], bool]:
    """Return img2dataset's function from its file; to import the rest needs a dozen packages."""
    package = importlib.util.find_spec("img2dataset")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("img2dataset is not installed: pip install --no-deps img2dataset")
    path = Path(package.submodule_search_locations[0]) / "downloader.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.body = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "is_disallowed"]
    names: dict[str, Any] = {}
    exec(compile(tree, str(path), "exec"), names)  # noqa: S102 - the peer's own function
    return names["is_disallowed"]  # type: ignore[no-any-return]


def img2dataset() -> Reader:
    """Return img2dataset's rule."""
    rule = _is_disallowed()

    def read(family: str, vector: Vector) -> bool | None:
        fields = _fields(family, vector, ("x-robots-tag",))
        return not rule(_message(fields), None, IMG2DATASET_DIRECTIVES) if fields else None

    return read


class _Store:
    """A reader of manifests that has read a vector's."""

    def __init__(self, store: object) -> None:
        self._store = store

    def get_active_manifest(self) -> Any:  # noqa: ANN401 - as c2pa-python gives it
        """Return the active manifest of the store."""
        store: Any = self._store
        return store["manifests"][store["active_manifest"]]


def datadiligence(family: str, vector: Vector) -> bool | None:
    """Return what datadiligence's rules say."""
    if family == "c2pa":
        with patch("datadiligence.rules._c2pa.c2pa.Reader", lambda *_: _Store(vector["input"]["store"])):
            return bool(diligence.C2PAMetadataRule().is_allowed(path=__file__))
    fields = _fields(family, vector, ("x-robots-tag", "tdm-reservation"))
    if not fields:
        return None
    rules = (diligence.XRobotsTagHeader(), diligence.TDMRepHeader())
    return all(rule.is_allowed(headers=_message(fields)) for rule in rules)


def _asked(family: str, vector: Vector, read: Callable[[str], Callable[[str, str], bool]]) -> bool | None:
    """Ask a reader of robots.txt for the robot of a vector, or for all that collect for training."""
    if family == "robots_google":
        return read(vector["robots_txt"])(_url(family, vector), vector["user_agent"])
    if family not in {"robots", "agents"} or "robots_txt" not in vector["input"]:
        return None
    allows = read(vector["input"]["robots_txt"])
    if family == "robots":
        return allows(vector["url"], vector["agent"])
    return all(allows(vector["url"], token) for token in agents()[AgentClass.TRAIN])


def _standard(text: str) -> Callable[[str, str], bool]:
    robots = urllib.robotparser.RobotFileParser()
    robots.parse(text.splitlines())
    return lambda url, agent: robots.can_fetch(agent, url)


def _protego(text: str) -> Callable[[str, str], bool]:
    robots = Protego.parse(text)
    return lambda url, agent: bool(robots.can_fetch(url, agent))


def tools() -> dict[str, Reader]:
    """Return the readers by name; img2dataset only if it is installed."""
    there = importlib.util.find_spec("img2dataset") is not None
    return {
        **({"img2dataset": img2dataset()} if there else {}),
        "datadiligence": datadiligence,
        "urllib.robotparser": lambda family, vector: _asked(family, vector, _standard),
        "Protego": lambda family, vector: _asked(family, vector, _protego),
        OURS: ours,
    }


def _shown(family: str, vector: Vector) -> str:
    """Return the words of a vector in one short line."""
    given = vector if family == "robots_google" else vector["input"]
    words = given.get("values") or given.get("headers") or given.get("robots_txt") or given
    if family == "c2pa":
        store = given["store"]
        words = store.get("manifests", store) if isinstance(store, dict) else store
    return words if isinstance(words, str) else json.dumps(words, ensure_ascii=False)


def answers() -> Iterator[Answer]:
    """Ask every tool about every vector."""
    readers = tools()
    for family in FAMILIES:
        for number, vector in enumerate(json.loads((VECTORS / f"{family}.json").read_text(encoding="utf-8"))):
            name, right = vector.get("name") or f"{vector['test']} ({number})", expected(family, vector)
            for tool, read in readers.items():
                yield Answer(tool, family, name, _shown(family, vector), right, read(family, vector))
