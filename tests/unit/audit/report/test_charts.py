import re
from itertools import pairwise
from xml.etree import ElementTree as ET

from sekisho.audit.report.charts import distance_bars, flow_chart, heights, outcome_bar, region

FLOW = [
    {"outcome": "allow", "reason": "no_known_objection", "items": 999_990},
    {"outcome": "review", "reason": "<b>", "items": 1},
    {"outcome": "block", "reason": "verified_without_permission", "items": 9},
]


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314 - our own


def test_heights_are_in_proportion_and_never_too_thin_to_see():
    assert heights([3, 1], room=100.0, thinnest=1.0) == [75.0, 25.0]
    assert heights([1_000_000, 1], room=100.0, thinnest=2.0)[1] == 2.0
    assert heights([]) == []


def test_the_flow_is_well_formed_and_names_everything_in_both_languages():
    svg = parsed(flow_chart(FLOW, 1_000_000))
    words = [(text.get("lang"), text.text) for text in svg.iter("text")]
    assert ("ja", "除外") in words
    assert ("en", "excluded") in words
    assert ("en", "1,000,000 items") in words
    assert ("en", "<b>") in words
    assert len(list(svg.iter("path"))) == 2 * len(FLOW)


def test_no_label_of_the_flow_lies_on_another():
    flow = [{"outcome": "review", "reason": f"r{n}", "items": 1} for n in range(12)]
    svg = parsed(flow_chart(flow, 12))
    middle = [
        float(t.get("y"))
        for t in svg.iter("text")
        if t.get("lang") == "ja" and (t.text or "").startswith("r")
    ]
    assert len(middle) == 12
    assert all(b - a >= 36 for a, b in pairwise(middle))


def test_an_empty_flow_is_drawn_too():
    assert [text.text for text in parsed(flow_chart([], 0)).iter("text")] == [
        "検査した項目",
        "items checked",
        "0 件",
        "0 items",
    ]


def test_the_bar_leaves_out_what_did_not_happen():
    bar = outcome_bar({"allow": 5, "review": 0, "block": 2})
    assert re.findall(r"fill-(\w+)", bar) == ["allow", "block"]


def test_the_highest_bar_fills_the_chart_and_nothing_divides_by_zero():
    bars = distance_bars([0, 3, 1], [0, 1, 0])
    assert re.findall(r"height:([\d.]+)%", bars) == ["0.00", "0.00", "75.00", "25.00", "25.00", "0.00"]
    assert distance_bars([0], [0]).count("0.00%") == 2


def test_a_region_is_drawn_in_the_pixels_of_its_picture():
    drawn = region((50, 100, 400, 900), 200, 150)
    assert 'viewBox="0 0 200 150"' in drawn
    assert drawn.count('x="10.0" y="15.0" width="70.0" height="120.0"') == 2
    assert 'aria-hidden="true"' in drawn
    assert "M0 0H200V150H0ZM10.0 15.0V135.0H80.0V15.0Z" in drawn
