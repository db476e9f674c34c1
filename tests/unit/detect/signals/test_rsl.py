"""RSL: bombs, depth and limits; the terms are in tests/conformance."""

import gzip

import pytest

from sekisho.detect.signals.rsl import MAX_FILE, rsl_signals
from sekisho.model.signal import MAX_RAW, Stance

FROM = {"captured": None, "place": "https://e.com/license.xml", "source": ""}
URL = "https://e.com/a"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(f"<!DOCTYPE r [{LAUGHS}]><rsl>&l9;</rsl>".encode(), id="a billion laughs"),
        pytest.param(b"<!DOCTYPE r SYSTEM 'http://169.254.169.254/'><rsl/>", id="a document type elsewhere"),
        pytest.param(
            b"<!DOCTYPE r [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]><rsl/>", id="a parameter entity"
        ),
        pytest.param(b"<rsl>" + b"<a>" * 200_000, id="deep"),
        pytest.param(b"<rsl>" + b"<a>" * 101 + b"</a>" * 101 + b"</rsl>", id="a level too deep"),
        pytest.param(b"<rsl>" + b"<content/>" * 10_001 + b"</rsl>", id="too many contents"),
        pytest.param(b" " * MAX_FILE + b"<rsl/>", id="too large"),
        pytest.param(gzip.compress(b"<rsl/>" + b" " * 10_000_000), id="compressed"),
        pytest.param(b'<?xml version="1.0" encoding="utf-7"?><rsl/>', id="another encoding"),
        pytest.param(b'<?xml version="1.0" encoding="nonsense"?><rsl/>', id="no encoding"),
        pytest.param(b"<rsl>\0</rsl>", id="NUL"),
        pytest.param(b"", id="empty"),
        pytest.param(b"<rss/>", id="another document"),
    ],
)
def test_what_can_not_be_read_is_an_error_for_every_use(data):
    (signal,) = rsl_signals(data, URL, **FROM)
    assert set(signal.stances.values()) == {Stance.ERROR}
    assert signal.note
    assert len(signal.raw.encode()) <= MAX_RAW


def test_raw_says_the_usages_in_one_line():
    data = (
        b'<rsl><content url="/"><license><permits>search</permits>'
        b'<prohibits type="usage">ai-all</prohibits></license></content></rsl>'
    )
    assert rsl_signals(data, URL, **FROM)[0].raw == "url=/ permits=search prohibits=ai-all"


def test_comments_and_instructions_are_passed_over():
    data = (
        b'<?x y?><rsl><!-- z --><content url="/"><!-- z --><license><?x y?><prohibits>all</prohibits>'
        b"</license></content></rsl>"
    )
    assert set(rsl_signals(data, URL, **FROM)[0].stances.values()) == {Stance.DISALLOW}


def test_many_contents_beside_each_other_are_not_deep():
    data = b"<rsl>" + b'<content url="/b"><license/></content>' * 60 + b"</rsl>"
    assert rsl_signals(data, URL, **FROM) == ()


@pytest.mark.parametrize("part", ["permits", "prohibits"])
def test_where_and_who_are_conditions_and_no_uses(part):
    said = f'<permits>ai-all</permits><{part} type="geo">search EU</{part}>'
    data = f'<rsl><content url="/"><license>{said}</license></content></rsl>'
    (signal,) = rsl_signals(data.encode(), URL, **FROM)
    assert set(signal.stances.values()) == {Stance.DISALLOW}
    assert signal.note == f"{part} geo=search eu"
