import json
import tracemalloc

import pytest

from sekisho.audit.report import facts as module
from sekisho.audit.report.facts import facts, finding_detail
from sekisho.errors import EvidenceError, InputError
from tests.part_rows import film_in, part_in, part_rows, similar_to
from tests.run_fixture import HOSTILE, batches, entry, finding, manifest, row, rows, titles
from tests.text_rows import found_in, text_manifest, text_row, text_rows


def collect(made, **timing):
    return facts(manifest(made), batches(made), titles=titles, timing=timing)


def test_they_are_json_and_equal_however_the_rows_are_cut():
    made = rows(600)
    one = facts(manifest(made), batches(made, 7), titles=titles, timing={})
    other = facts(manifest(made), batches(made, 600), titles=titles, timing={})
    assert json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def test_the_flow_adds_up_and_is_ordered_by_outcome():
    made = rows()
    flow = collect(made)["flow"]
    assert sum(step["items"] for step in flow) == len(made)
    order = [step["outcome"] for step in flow]
    assert order == sorted(order, key=["allow", "review", "block"].index)


def test_distances_are_counted_by_orientation():
    made = [
        row("a", "block", "verified_without_permission", [finding(0, distance=12)]),
        row("b", "block", "verified_without_permission", [finding(0, distance=12, orientation="rot90")]),
        row("c", "block", "verified_without_permission", [finding(0, method="sha256")]),
        row("d", "block", "verified_without_permission", [finding(0, distance=31)]),
    ]
    distances = collect(made)["distances"]
    assert (distances["upright"][12], distances["turned"][12], distances["upright"][31]) == (1, 1, 1)
    assert distances["same_file"] == 1
    assert distances["thresholds"] == {"upright": 31, "turned": 20}


def test_works_count_an_item_once_and_keep_the_nearest_distance():
    twice = [finding(0, distance=9), finding(0, distance=4)]
    made = [
        row("a", "block", "verified_without_permission", twice),
        row("b", "allow", "granted_all", [finding(0, distance=20, permission="granted")]),
    ]
    works = collect(made)["works"]
    assert works["matched"] == 1
    assert works["exact"] is True
    (top,) = works["top"]
    assert (top["items"], top["closest"], top["title"]) == (2, 4, "月夜の航海日誌")
    assert top["outcomes"] == {"allow": 1, "review": 0, "block": 1}


def test_a_gap_is_cleared_by_one_grant_only_if_nobody_else_is_missing():
    verified = "verified_without_permission"
    made = [
        row("one", "block", verified, [finding(0, distance=1)]),
        row("same holder twice", "block", verified, [finding(0, distance=1), finding(2, distance=1)]),
        row("two holders", "block", verified, [finding(0, distance=1), finding(1, distance=2)]),
        row("granted", "allow", "granted_all", [finding(0, distance=1, permission="granted")]),
        row(
            "one granted",
            "block",
            verified,
            [finding(1, distance=1, permission="expired"), finding(4, distance=1, permission="granted")],
        ),
        row(
            "rivals",
            "review",
            "rival_claims",
            [finding(0, distance=1, permission="conflict"), finding(1, distance=1, permission="granted")],
        ),
    ]
    gaps = {gap["holder"]: gap for gap in collect(made)["gaps"]["top"]}
    assert set(gaps) == {"青嵐書房", "Harbour & Finch"}
    assert (gaps["青嵐書房"]["items"], gaps["青嵐書房"]["cleared_by_one_grant"]) == (3, 2)
    assert (gaps["Harbour & Finch"]["items"], gaps["Harbour & Finch"]["cleared_by_one_grant"]) == (2, 1)
    assert gaps["Harbour & Finch"]["permissions"] == {"expired": 1, "none": 1, "out_of_scope": 0}


def test_two_holders_of_one_name_are_two():
    labels = {
        entry(0): module.Label(title="A", holder="Same Name", trust="verified", key="k1"),
        entry(1): module.Label(title="B", holder="Same Name", trust="declared", key="k2"),
    }
    made = [
        row("a", "block", "verified_without_permission", [finding(0, distance=1), finding(1, distance=1)])
    ]
    found = facts(manifest(made), batches(made), titles=labels.__getitem__, timing={})
    assert [(gap["key"], gap["trust"]) for gap in found["gaps"]["top"]] == [
        ("k1", "verified"),
        ("k2", "declared"),
    ]
    assert {gap["cleared_by_one_grant"] for gap in found["gaps"]["top"]} == {0}


def test_qualities_and_items_without_one():
    made = [row("a", quality=0), row("b", quality=49), row("c", quality=100), row("d", quality=90)]
    made.append(row("e", "review", "unreadable", problem="corrupt"))
    qualities = collect(made)["qualities"]
    assert qualities == {"bins": [1, 0, 0, 0, 1, 0, 0, 0, 0, 2], "unmeasured": 1}


def test_unreadable_names_are_bounded():
    made = [row(f"x{n:03}", "review", "unreadable", problem="corrupt") for n in range(70)]
    (group,) = collect(made)["unreadable"]
    assert (group["reason"], group["items"], len(group["names"])) == ("corrupt", 70, 50)


def test_the_wall_has_every_kind_of_item():
    made = rows()
    found = collect(made)
    assert len(found["tiles"]) == 48
    assert {tile["outcome"] for tile in found["tiles"]} == {"allow", "review", "block"}
    assert {tile["item"] for tile in found["tiles"]} >= set(HOSTILE[:3])
    assert any(tile["problem"] for tile in found["tiles"])
    assert {tile["unit"] for tile in found["tiles"]} == {"u1"}


def test_whose_registry_and_policy_stand_before_any_total():
    order = list(collect(rows(30)))
    assert order.index("registry") < order.index("totals")
    assert order.index("policy") < order.index("totals")
    assert order.index("stages") < order.index("totals")


def test_speed_is_marked_as_no_evidence_and_the_law_as_not_evaluated():
    found = collect(rows(30), seconds=2.5)
    assert found["speed"] == {"seconds": 2.5, "evidence": False}
    assert found["law"] == {"evaluated": False}


@pytest.mark.parametrize("total", ["outcomes", "reasons"])
def test_decisions_that_do_not_add_up_are_no_evidence(total):
    made = rows(60)
    document = manifest(made)
    document["totals"][total] = {"allow": 60}
    with pytest.raises(EvidenceError, match=total):
        facts(document, batches(made), titles=titles, timing={})


def test_a_manifest_without_its_fields_is_refused():
    with pytest.raises(InputError):
        facts({"version": 1}, [], titles=titles, timing={})


def test_an_empty_run_has_facts():
    found = collect([])
    assert (found["flow"], found["tiles"], found["works"]["top"]) == ([], [], [])


def test_a_detail_that_is_no_object_counts_as_none():
    assert finding_detail({"detail": "{"}) == {}
    assert finding_detail({"detail": "[1]"}) == {}
    assert finding_detail({"detail": None}) == {}
    assert finding_detail({"detail": '{"orientation":"rot90"}'}) == {"orientation": "rot90"}


def test_a_tally_forgets_the_smallest_and_says_so(monkeypatch):
    monkeypatch.setattr(module, "TALLY_LIMIT", 3)
    often = [finding(0, permission="granted")]
    rare = {n: [{**finding(1, permission="granted"), "entry": f"e-{n}"}] for n in range(20)}
    made = [row(f"often{n}", "allow", "granted_all", often) for n in range(5)]
    made += [row(f"rare{n}", "allow", "granted_all", found) for n, found in rare.items()]
    found = facts(manifest(made), batches(made), titles=lambda _: ("T", "H", "verified"), timing={})
    assert found["works"]["exact"] is False
    assert (found["works"]["top"][0]["entry"], found["works"]["top"][0]["items"]) == (entry(0), 5)


def test_memory_does_not_grow_with_the_number_of_items():
    made = rows(1000)
    (batch,) = batches(made, 2000)

    def peak(times):
        document = manifest(made)
        totals = document["totals"]
        for name in ("outcomes", "reasons", "unreadable"):
            totals[name] = {key: count * times for key, count in totals[name].items()}
        tracemalloc.start()
        facts(document, (batch for _ in range(times)), titles=titles, timing={})
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(1)
    assert peak(12) < 1.5 * peak(2)


def test_what_was_found_in_texts_is_no_picture_and_no_same_file():
    made = text_rows()
    found = facts(text_manifest(made), batches(made), titles=titles, timing={})
    assert found["distances"]["same_file"] == 0
    assert sum(found["distances"]["upright"]) == 0
    assert found["qualities"]["unmeasured"] == 0
    works = {work["title"]: (work["closest"], work["grade"]) for work in found["works"]["top"]}
    assert works["月夜の航海日誌"] == (None, "copy")
    assert works["The Paper Lighthouse"] == (None, "near_copy")


def test_a_grant_alone_clears_no_item_with_personal_information():
    found = [found_in(0, "excerpt")]
    made = [
        text_row("a.txt", "review", "excerpt", found),
        text_row("b.txt", "review", "to_cut", found, personal=["email"], edits=["cut", "redact"]),
    ]
    (gap,) = facts(text_manifest(made), batches(made), titles=titles, timing={})["gaps"]["top"]
    assert (gap["items"], gap["cleared_by_one_grant"]) == (2, 1)


def test_a_tile_of_a_text_says_kinds_edits_and_shares():
    made = text_rows()
    tiles = facts(text_manifest(made), batches(made), titles=titles, timing={})["tiles"]
    (cut,) = [t for t in tiles if t["item"] == "forum/a.html"]
    assert (cut["text"], cut["personal"], cut["edits"]) == (True, ["email"], ["cut", "redact"])
    assert (cut["match"]["grade"], cut["match"]["coverage"], cut["match"]["spans"]) == ("excerpt", 120, 1)


def test_a_part_says_nothing_in_bits():
    made = [
        row("a", "block", "verified_without_permission", [part_in(0)]),
        row("b", "block", "verified_without_permission", [finding(1, distance=12), part_in(1)]),
        row("c", "review", "similar", [similar_to(2)]),
    ]
    found = collect(made)
    closest = {work["entry"]: (work["closest"], work["method"]) for work in found["works"]["top"]}
    assert closest == {entry(0): (None, "local"), entry(1): (12, "pdq"), entry(2): (None, "model")}
    assert sum(found["distances"]["upright"]) == 1
    assert found["distances"]["same_file"] == 0


def test_the_ways_in_which_works_were_found_are_counted():
    methods = {one["method"]: one["items"] for one in collect(part_rows())["methods"]}
    assert methods == {"local": 6, "model": 2, "frames": 2}


def test_a_tile_of_a_part_has_what_is_drawn_and_said():
    found = collect(part_rows())
    tiles = {tile["item"]: tile for tile in found["tiles"]}
    assert tiles["collage/a.png"]["match"]["part"]["region"]["place"] == "top_left"
    assert tiles["films/h.mp4"]["match"]["part"]["spans"] == [[12000, 22000, 340000, 350000]]
    assert tiles["films/h.mp4"]["film"]
    assert not tiles["films/h.mp4"]["text"]
    assert (
        collect([row("a", "block", "verified_without_permission", [finding(0)])])["tiles"][0]["match"]["part"]
        is None
    )


def test_a_grant_for_a_part_that_only_asks_would_clear_it():
    for reason, found in (
        ("possible_part", part_in(0)),
        ("similar", similar_to(0)),
        ("film_clip", film_in(0)),
    ):
        (gap,) = collect([row("a", "review", reason, [found])])["gaps"]["top"]
        assert gap["cleared_by_one_grant"] == 1


def test_films_are_counted_among_what_has_a_quality():
    made = [row("a.mp4") | {"media_type": "video/mp4"}, row("b.png"), row("c.mp4", problem="corrupt")]
    found = collect(made)
    assert found["qualities"]["unmeasured"] == 1
    assert sum(found["qualities"]["bins"]) == 2
