"""Vectors for signals in headers, pages and files; the tables are JSON, so that any language can run them."""

import json
from pathlib import Path

import pytest

from sekisho.detect.signals.c2pa import c2pa_signals
from sekisho.detect.signals.epub import epub_signals
from sekisho.detect.signals.headers import header_signals
from sekisho.detect.signals.html import html_signals
from sekisho.detect.signals.licence import licence_signal
from sekisho.detect.signals.plus import mining_stances
from sekisho.detect.signals.x_robots import x_robots_signals
from sekisho.detect.signals.xmp import xmp_signals
from tests.books import CONTAINER, zipped
from tests.embedded import packet

FOLDER = Path(__file__).parent / "vectors" / "signals"
FAMILIES = ("c2pa", "epub", "headers", "html", "licence", "plus", "x_robots", "xmp")


PACKAGE = "OEBPS/package.opf"


def package(given):
    return given["package"].encode()


def read_plus(value):
    """Read a value by itself and in a packet, as an attribute and as an element."""
    attribute = xmp_signals(packet(attributes={"plus:DataMining": value}))
    element = xmp_signals(packet(elements={"plus:DataMining": value}))
    assert [signal.stances for signal in (*attribute, *element)] == [mining_stances(value)] * 2
    return attribute


READ = {
    "c2pa": lambda given: c2pa_signals(given["store"]),
    "epub": lambda given: epub_signals(
        zipped({"META-INF/container.xml": CONTAINER, PACKAGE: package(given)})
    ),
    "headers": lambda given: header_signals([tuple(field) for field in given["headers"]]),
    "html": lambda given: html_signals(given["html"].encode()),
    "licence": lambda given: [licence_signal(given["text"], "licence")],
    "plus": lambda given: read_plus(given["value"]),
    "x_robots": lambda given: x_robots_signals(given["values"]),
    "xmp": lambda given: xmp_signals(given["xmp"].encode()),
}


def vectors():
    for family in FAMILIES:
        for case in json.loads((FOLDER / f"{family}.json").read_text(encoding="utf-8")):
            yield pytest.param(case, id=f"{family}: {case['name']}")


def seen(signal, expected):
    """Return of a signal what a vector speaks about."""
    return {
        "agent": signal.agent,
        "stances": {str(use): str(stance) for use, stance in signal.stances.items()},
        **{key: str(getattr(signal, key)) for key in ("family", "note") if key in expected},
    }


def test_all_vectors_are_there():
    assert {name: len(json.loads((FOLDER / f"{name}.json").read_bytes())) for name in FAMILIES} == {
        "c2pa": 17,
        "epub": 8,
        "headers": 11,
        "html": 24,
        "licence": 38,
        "plus": 27,
        "x_robots": 29,
        "xmp": 15,
    }


@pytest.mark.parametrize("case", list(vectors()))
def test_a_vector(case):
    signals = list(READ[case["family"]](case["input"]))
    expected = case["expected"]
    assert len(signals) == len(expected)
    assert [seen(*pair) for pair in zip(signals, expected, strict=True)] == expected
