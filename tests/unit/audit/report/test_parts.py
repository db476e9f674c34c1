import pytest

from sekisho.audit.report.parts import PLACES, Box, Stretch, clearest, nearness, part_of, place, shown_share
from tests.counts import count
from tests.part_rows import film_in, part_in, similar_to
from tests.run_fixture import finding


def test_what_a_finding_says_is_read():
    part = part_of(part_in(0, orientation="mirrored", frame=2, near=40))
    assert (part.region, part.in_work) == (Box(50, 80, 400, 420), Box(200, 300, 800, 900))
    assert (part.inliers, part.sure, part.mirrored, part.frame, part.number, part.near) == (
        23,
        True,
        True,
        2,
        0,
        40,
    )
    similar = part_of(similar_to(0, 871, region="0,0,500,500"))
    assert (similar.similarity, similar.model, similar.sure) == (871, "sscd@0123456789abcdef", False)
    film = part_of(film_in(0, "30000-31000=5-1005,0-2500=9000-11500"))
    assert film.spans == (Stretch(0, 2500, 9000, 11500), Stretch(30000, 31000, 5, 1005))
    assert (film.of_item, film.of_work) == (14, 2)


@pytest.mark.parametrize("method", ["pdq", "sha256"])
def test_what_was_found_whole_is_no_part(method):
    assert part_of(finding(0, method=method)) is None


@pytest.mark.parametrize(
    "region",
    [
        "",
        "1,2,3",
        "0,0,0,10",
        "10,0,5,10",
        "0,0,10,1001",
        "-1,0,5,5",
        "a,b,c,d",
        "0,0,10,10,20",
        "٠,٠,١,١",
        7,
        None,
        [],
    ],
)
def test_a_region_that_is_none_is_left_out(region):
    assert part_of(part_in(0, region=region)).region is None


@pytest.mark.parametrize(
    "spans", ["5-1=0-1", "1-2=5-1", "1-2", "x", "1-2=3-4,", "-1-2=0-1", "1-2=3-99999999999"]
)
def test_spans_of_which_one_is_none_are_left_out(spans):
    assert part_of(film_in(0, spans)).spans == ()


@pytest.mark.parametrize(
    ("key", "value"),
    [("inliers", -1), ("inliers", True), ("inliers", "9"), ("print", 1.5), ("frame", "x"), ("at", -3)],
)
def test_a_number_that_is_none_is_left_out(key, value):
    part = part_of(part_in(0, **{key: value}))
    assert {"inliers": part.inliers, "print": part.number, "frame": part.frame or None, "at": part.at}[
        key
    ] is None


def test_shares_beyond_all_are_left_out():
    assert part_of(film_in(0, of_item=101)).of_item is None
    assert part_of(similar_to(0, 1001)).similarity is None
    assert part_of(part_in(0, near=257)).near == -1


def test_a_detail_that_is_no_object_says_nothing():
    for detail in ("", "[]", "{", "null", "3"):
        part = part_of(part_in(0) | {"detail": detail})
        assert (part.region, part.inliers, part.sure) == (None, None, False)


@pytest.mark.parametrize(
    ("box", "word"),
    [
        ((0, 0, 1000, 1000), "whole"),
        ((0, 0, 960, 950), "whole"),
        ((50, 50, 850, 900), "most"),
        ((400, 400, 600, 600), "middle"),
        ((0, 400, 1000, 600), "middle"),
        ((400, 0, 600, 1000), "middle"),
        ((0, 0, 1000, 300), "top"),
        ((400, 0, 600, 200), "top"),
        ((0, 700, 1000, 1000), "bottom"),
        ((0, 0, 500, 1000), "left"),
        ((700, 400, 1000, 600), "right"),
        ((0, 0, 100, 100), "top_left"),
        ((800, 0, 1000, 100), "top_right"),
        ((0, 800, 100, 1000), "bottom_left"),
        ((800, 800, 1000, 1000), "bottom_right"),
    ],
)
def test_a_place_is_a_word(box, word):
    assert place(Box(*box)) == word


def test_every_box_has_a_place_among_the_words():
    steps = range(0, 1001, 125)
    boxes = [Box(a, b, c, d) for a in steps for b in steps for c in steps for d in steps if a < c and b < d]
    assert {place(box) for box in boxes} == set(PLACES)


def test_a_part_is_partial_unless_all_of_both_is_shown():
    assert part_of(part_in(0)).is_partial
    assert part_of(part_in(0, region="0,0,1000,1000")).is_partial
    assert not part_of(part_in(0, region="0,0,1000,1000", in_work="0,10,1000,1000")).is_partial
    assert part_of(film_in(0)).is_partial
    assert not part_of(film_in(0, of_item=98, of_work=95)).is_partial
    assert not part_of(similar_to(0)).is_partial


def test_the_nearest_is_the_same_file_then_the_hash_then_the_larger_part():
    found = [
        part_in(0),
        finding(0, distance=30),
        part_in(0, region="0,0,1000,1000"),
        finding(0, method="sha256"),
    ]
    ordered = sorted(found, key=nearness)
    assert [one["method"] for one in ordered] == ["sha256", "pdq", "local", "local"]
    assert shown_share(part_of(ordered[2])) == 1.0


def test_the_clearest_is_a_sure_one_and_a_place_before_a_similarity():
    unsure, sure = part_in(0, band="review"), similar_to(1, band="block")
    assert clearest([similar_to(0), unsure]) == unsure
    assert clearest([unsure, sure]) == sure
    assert clearest([finding(0)]) is None
    assert clearest([]) is None


@pytest.mark.parametrize("seed", range(count(20, 400)))
def test_no_detail_makes_it_fail(seed):
    junk = [
        "",
        "x",
        -1,
        0,
        5,
        1001,
        10**30,
        1.5,
        True,
        None,
        [],
        {},
        "0,0,9,9",
        "1-2=3-4",
        "٣,٣,٤,٤",
        "0,0,1e3,5",
    ]
    keys = [
        "band",
        "inliers",
        "region",
        "in_work",
        "print",
        "near",
        "similarity",
        "of_item",
        "of_work",
        "spans",
    ]
    detail = {
        key: junk[(seed * 7 + 3 * n + seed * n) % len(junk)] for n, key in enumerate([*keys, "frame", "at"])
    }
    for made in (
        part_in(0, **detail),
        similar_to(0, **{k: v for k, v in detail.items() if k not in {"similarity", "band"}}),
    ):
        part = part_of(made)
        assert part.region is None or place(part.region) in PLACES
        assert 0 <= shown_share(part) <= 1


def test_an_embedding_of_the_whole_item_says_no_place():
    assert part_of(similar_to(0, region="0,0,1000,1000")).region is None
    assert part_of(similar_to(0, region="0,0,667,667")).region == Box(0, 0, 667, 667)
    assert part_of(part_in(0, region="0,0,1000,1000")).region == Box(0, 0, 1000, 1000)
