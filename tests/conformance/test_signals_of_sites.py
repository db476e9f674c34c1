"""Vectors for what stands in files of a site, and for what signals come to; see vectors/signals/README.md."""

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from sekisho.detect.signals.agents import robots_signals
from sekisho.detect.signals.ai_txt import ai_txt_signals
from sekisho.detect.signals.aipref import aipref_header_signals, aipref_robots_signals
from sekisho.detect.signals.content_signal import content_signals
from sekisho.detect.signals.paths import path_of
from sekisho.detect.signals.resolve import AsOf, resolve
from sekisho.detect.signals.robots import UNREACHABLE, parse_robots
from sekisho.detect.signals.rsl import rsl_signals
from sekisho.detect.signals.structured import parse_dictionary
from sekisho.detect.signals.tdmrep import tdmrep_file_signals
from sekisho.errors import InputError
from sekisho.model import Purpose
from sekisho.model.signal import Signal, SignalFamily, SignalUse, Stance

FOLDER = Path(__file__).parent / "vectors" / "signals"
FROM = {"captured": None, "place": "https://example.com/file", "source": ""}


def load(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def named(rows):
    return [pytest.param(row, id=row["name"]) for row in rows]


COUNTS = {
    "agents": 16,
    "ai_txt": 10,
    "aipref": 41,
    "content_signal": 10,
    "resolve": 36,
    "robots": 43,
    "robots_google": 104,
    "rsl": 31,
    "structured": 35,
    "tdmrep": 21,
}


def test_all_vectors_are_there():
    assert {name: len(load(name)) for name in COUNTS} == COUNTS


@pytest.mark.parametrize("number", range(COUNTS["robots_google"]))
def test_google_s_vectors(number):
    row = load("robots_google")[number]
    robots = parse_robots(row["robots_txt"].encode())
    url = row["url"]
    path = url[url.index("/", url.index("://") + 3) :] if url else ""  # as it stands, not as a URI
    assert robots.allows(path, row["user_agent"]) is row["allowed"]


@pytest.mark.parametrize("row", named(load("robots")))
def test_robots(row):
    robots = parse_robots(row["input"]["robots_txt"].encode())
    path = path_of(row["url"])
    rule = robots.decide(path, row["agent"])
    found = {"allowed": robots.allows(path, row["agent"]), "rule": rule.text if rule else None}
    assert found == row["expected"]


def robots_of(given):
    return UNREACHABLE if given.get("unreachable") else parse_robots(given["robots_txt"].encode())


def usage(given, url):
    if "content_usage" in given:
        return aipref_header_signals(given["content_usage"], captured=None)
    return aipref_robots_signals(robots_of(given), url, **FROM)


READ = {
    "agents": lambda given, url: robots_signals(robots_of(given), url, **FROM),
    "aipref": usage,
    "content_signal": lambda given, url: content_signals(robots_of(given), url, **FROM),
    "tdmrep": lambda given, url: tdmrep_file_signals(given["tdmrep_json"].encode(), url, **FROM),
    "rsl": lambda given, url: rsl_signals(given["rsl_xml"].encode(), url, **FROM),
    "ai_txt": lambda given, url: ai_txt_signals(given["ai_txt"].encode(), url, **FROM),
}


def seen(signal, expected):
    """Return of a signal what a vector speaks about."""
    stances = {str(use): str(stance) for use, stance in signal.stances.items()}
    return {"agent": signal.agent, "stances": stances} | ({"note": signal.note} if "note" in expected else {})


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=f"{name}: {row['name']}") for name in READ for row in load(name)]
)
def test_signals(row):
    signals = READ[row["family"]](row["input"], row["url"])
    assert len(signals) == len(row["expected"])
    assert [seen(*pair) for pair in zip(signals, row["expected"], strict=True)] == row["expected"]


def bare(value):
    if isinstance(value, bytes):
        return f"bytes {value.hex()}"
    if isinstance(value, tuple):
        return [bare(item.value) for item in value]
    return str(value) if isinstance(value, Decimal) else value


@pytest.mark.parametrize("row", named(load("structured")))
def test_structured_fields(row):
    field = row["input"]["field"].encode()
    if row["expected"] is None:
        with pytest.raises(InputError):
            parse_dictionary(field)
        return
    members = {key: bare(member.value) for key, member in parse_dictionary(field).items()}
    assert members == row["expected"]
    assert list(members) == list(row["expected"])


def moment(text):
    return datetime.fromisoformat(text) if text else None


def given_signal(row):
    return Signal(
        family=SignalFamily(row["family"]),
        place=row["place"],
        raw="",
        stances={SignalUse(use): Stance(stance) for use, stance in row["stances"].items()},
        captured=moment(row["captured"]),
    )


@pytest.mark.parametrize("row", named(load("resolve")))
@pytest.mark.parametrize("backwards", [False, True], ids=["in order", "backwards"])
def test_resolution(row, backwards):
    given = row["input"]
    signals = [given_signal(one) for one in given["signals"]]
    resolved = resolve(
        reversed(signals) if backwards else signals,
        as_of=AsOf(given["as_of"]),
        crawled=moment(given["crawled"]),
        read=[(place, moment(text)) for place, text in given["read"]],
    )
    said = {str(use): str(one.stance) for use, one in resolved.uses.items() if one.stance != "unknown"}
    assert said == row["expected"]["uses"]
    assert {resolved.of(p).stance for p in (Purpose.TRAIN, Purpose.PRETRAIN, Purpose.FINETUNE)} == {
        row["expected"]["train"]
    }
    assert len(resolved.signals) == len(signals)
    assert all(one.by or one.stance == "unknown" for one in resolved.uses.values())
