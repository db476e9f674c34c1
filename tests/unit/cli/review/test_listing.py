import json

import pytest

from sekisho.audit.review.effect import verdict, verdicts
from sekisho.audit.review.held import together
from sekisho.audit.shape import Label
from sekisho.cli.review.listing import (
    Status,
    as_json,
    describe,
    head,
    held,
    matched,
    state,
    views,
    where,
    why,
)
from tests.part_rows import film_in, part_in, similar_to
from tests.review_rows import ADA, BOB, TODAY, make_row, review, rules_for
from tests.review_views import view
from tests.text_rows import found_in

PAIR = [make_row("p.png", pdq=b"1" * 32, distance=4), make_row("q.png", pdq=b"1" * 32, distance=9)]
PERSON = make_row("w.png", kind="likeness", reason="protected_person")
TORN = make_row("t.png", reason="unreadable", problem="truncated", entries=())
ROWS = [*PAIR, PERSON, TORN]
RULES = rules_for(ROWS)


def titles(_entry):
    return Label(title="月夜", holder="H", trust="declared")


def seen(*made):
    return views(RULES.targets.groups(), verdicts(made, RULES.targets, TODAY), titles)


def status(row, *made):
    return views([together([row])], {row.item: verdict(row, made)}, titles)[0].status


def test_groups_say_why_what_and_how_near():
    pair = seen()[0]
    assert (pair.items, pair.title, pair.nearest, pair.farthest) == (("p.png", "q.png"), "月夜", 4, 9)
    assert matched(pair, "en") == "matches 月夜, distance 4 to 9 bits"
    assert "self-declared" in why(pair, "en")
    assert held(seen()) == 4


def test_a_protected_item_shows_no_entry_title_or_distance():
    person = next(v for v in seen() if v.protected)
    assert (person.entry, person.title, person.entries, person.nearest) == ("", "", (), None)
    assert matched(person, "en") == ""
    document = json.loads(as_json("run", [person], (), 0))["groups"][0]
    assert (document["entry"], document["title"], document["distance"]) == (None, None, None)


def test_the_problem_of_what_could_not_be_read_is_said():
    torn = next(v for v in seen() if v.problem)
    assert why(torn, "en").endswith("Cut short")
    assert matched(torn, "en") == ""


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ((), Status.HELD),
        ((review(ADA, 1, [PERSON]),), Status.ONE_OF_TWO),
        ((review(ADA, 1, [PERSON]), review(BOB, 1, [PERSON])), Status.ALLOWED),
        ((review(ADA, 1, [PERSON], "block"),), Status.BLOCKED),
    ],
)
def test_an_item_stands_as_its_reviews_say(made, expected):
    assert status(PERSON, *made) is expected
    assert status(PERSON) is Status.HELD


def test_a_group_decided_in_part_is_mixed():
    found = seen(review(ADA, 1, PAIR[:1], "block"))
    pair = next(v for v in found if len(v.items) == 2)
    assert pair.status is Status.MIXED
    assert held(found) == 3
    assert state(pair, "en") == "decided in part"
    assert head(found, "en").startswith("3 of 4")


@pytest.mark.parametrize("one", Status)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_state_has_words(one, lang):
    assert state(view(each=(one,)), lang)


def test_matches_are_said_as_far_as_they_are_known():
    assert matched(view(), "en") == "matches A title, distance 4 bits"
    assert matched(view(nearest=None, farthest=None), "en") == "matches A title"


def test_a_description_shows_a_few_names_and_counts_the_others():
    many = view(items=tuple(f"{n}\x1b.png" for n in range(9)), each=(Status.HELD,) * 9)
    said = "\n".join(describe(many, "en"))
    assert "and 6 more" in said
    assert "\x1b" not in said
    assert len(describe(view(entry=""), "en")) == 3


def test_json_has_everything_a_program_needs():
    made = (review(ADA, 1, PAIR), review(ADA, 2, [], undo=1))
    document = json.loads(as_json("ab", seen(*made), made, 2))
    assert (document["run"], document["on_hold"], document["unsealed"]) == ("ab", 4, 2)
    assert {g["status"] for g in document["groups"]} == {"held"}
    assert [r["n"] for r in document["reviews"]] == [1, 2]
    assert document["reviews"][1]["undo"] == 1
    assert sorted(document["groups"][0]["distance"]) == [4, 9]


def test_a_text_is_told_with_grade_shares_and_kinds():
    row = make_row("a.txt")._replace(found=found_in(0, "excerpt"), personal=("phone",), distance=None)
    (one,) = views([together([row])], {}, titles)
    assert matched(one, "en") == (
        "matches 月夜: excerpt, 12% of the item, 0.3% of the work - personal information: telephone number"
    )
    assert matched(one, "ja").startswith("『月夜』と一致: 抜粋(データの12%")
    document = json.loads(as_json("run", [one], (), 0))["groups"][0]
    assert (document["grade"], document["personal"], document["distance"]) == ("excerpt", ["phone"], None)


def test_what_holds_an_item_without_a_match_is_told_by_kind():
    row = make_row("a.txt", reason="to_redact", entries=())._replace(personal=("name",))
    (one,) = views([together([row])], {}, titles)
    assert matched(one, "en") == "personal information: name"
    assert json.loads(as_json("run", [one], (), 0))["groups"][0]["grade"] is None


def test_parts_are_told_in_words_for_the_group_and_for_each_item():
    found = [part_in(0), part_in(0, region="600,600,990,990", inliers=14)]
    rows = [
        make_row(f"{n}.png", distance=None)._replace(found=one, part="1,1,3,4,0")
        for n, one in enumerate(found)
    ]
    (one,) = views([together(rows)], {}, titles)
    assert matched(one, "en") == (
        "matches 月夜: shown in a part of the item (top left, 11.9% of its area) - 23 features agree"
    )
    assert (
        where(one, 1, "en")
        == "shown in a part of the item (bottom right, 15.2% of its area) - 14 features agree"
    )
    assert "右下、面積の15.2%" in where(one, 1, "ja")
    document = json.loads(as_json("run", [one], (), 0))["groups"][0]
    assert (document["method"], document["part"]["region"]["box"]) == ("local", [50, 80, 400, 420])
    assert document["distance"] is None


def test_a_similarity_and_a_film_are_told_with_what_they_are():
    made = [
        make_row(n, distance=None)._replace(found=f) for n, f in (("a", similar_to(0)), ("b", film_in(0)))
    ]
    similar, film = (views([together([row])], {}, titles)[0] for row in made)
    assert matched(similar, "en") == "matches 月夜: similarity 91.2% by a model, a hint only"
    assert matched(film, "en") == "matches 月夜: 14% of the item’s frames, 2% of the work’s"
    assert where(film, 0, "en") == ""


def test_a_protected_part_is_told_to_nobody():
    row = PERSON._replace(found=part_in(0), part="1,1,3,4,0")
    (one,) = views([together([row])], {}, titles)
    assert (one.found, one.shown, matched(one, "en"), where(one, 0, "en")) == (None, (), "", "")
    document = json.loads(as_json("run", [one], (), 0))["groups"][0]
    assert (document["method"], document["part"]) == (None, None)
