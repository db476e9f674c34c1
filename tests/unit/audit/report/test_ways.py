import json

from sekisho.audit.report.ways import MAX_SPANS, Ways, film_of, shown_part
from tests.part_rows import film_in, part_in, part_rows, similar_to
from tests.run_fixture import finding, row


def test_an_item_counts_once_for_each_method_that_found_something():
    ways = Ways()
    for one in (
        row("a", "block", "verified_without_permission", [part_in(0), part_in(1), finding(2)]),
        row("b", "review", "possible_part", [part_in(0, band="review")]),
        row("c"),
    ):
        ways.row(one)
    assert ways.facts() == [
        {"method": "pdq", "items": 1, "outcomes": {"allow": 0, "review": 0, "block": 1}},
        {"method": "local", "items": 2, "outcomes": {"allow": 0, "review": 1, "block": 1}},
    ]


def test_nothing_found_is_nothing_said():
    assert Ways().facts() == []


def test_what_a_tile_shows_is_plain_json():
    shown = shown_part(part_in(0, orientation="mirrored"))
    assert json.loads(json.dumps(shown)) == shown
    assert shown["region"] == {"box": [50, 80, 400, 420], "place": "top_left", "area": 119.0}
    assert (shown["features"], shown["mirrored"], shown["drawn"]) == (23, True, True)
    assert shown_part(finding(0)) is None


def test_a_region_of_another_frame_or_of_the_whole_is_not_drawn():
    assert not shown_part(part_in(0, frame=1))["drawn"]
    assert not shown_part(part_in(0, at=4000))["drawn"]
    assert not shown_part(part_in(0, region="0,0,1000,1000"))["drawn"]
    assert not shown_part(similar_to(0))["drawn"]
    assert shown_part(similar_to(0, region="0,0,500,500"))["drawn"]


def test_of_many_stretches_the_first_are_named_and_the_others_counted():
    spans = ",".join(f"{n}000-{n}900={n}000-{n}900" for n in range(MAX_SPANS + 4))
    shown = shown_part(film_in(0, spans))
    assert (len(shown["spans"]), shown["more_spans"]) == (MAX_SPANS, 4)


def test_a_film_is_told_by_its_type():
    assert [film_of(one) for one in part_rows()].count(True) == 2
    assert not film_of(row("a", problem="corrupt"))
