from sekisho.audit.report.tiles import MAX_GROUPS, PER_GROUP, QUOTAS, Wall, place
from tests.part_rows import film_in, part_in, part_rows, similar_to
from tests.text_rows import found_in


def row(item, outcome="block", entry="e-1", distance=10, *, problem="", sha256="00"):
    findings = [{"entry": entry, "distance": distance}] if entry else []
    return {
        "item": item,
        "outcome": outcome,
        "reason": "r",
        "problem": problem,
        "sha256": sha256,
        "findings": findings,
    }


def test_each_item_has_its_class():
    assert place(row("a"))[0] == "excluded_near"
    assert place(row("a", distance=0))[0] == "excluded_same"
    assert place(row("a", "review"))[0] == "held"
    assert place(row("a", "review", entry=""))[:2] == ("held", "r")
    assert place(row("a", "review", entry="", problem="corrupt"))[:2] == ("unreadable", "corrupt")
    assert place(row("a", "allow"))[0] == "granted"
    assert place(row("a", "allow", entry=""))[0] == "passed"


def test_a_work_copied_a_thousand_times_does_not_fill_the_wall():
    wall = Wall()
    for n in range(1000):
        wall.offer(row(f"copy-{n:04}", entry="e-much", distance=30))
    wall.offer(row("rare", entry="e-rare", distance=3))
    chosen = [tile["item"] for tile in wall.chosen()]
    assert chosen[:2] == ["copy-0000", "rare"]
    assert len(chosen) == PER_GROUP + 1


def test_the_farthest_matches_come_first_and_equals_by_name():
    wall = Wall()
    for item, distance in (("b", 28), ("a", 28), ("c", 31), ("d", 1)):
        wall.offer(row(item, entry=f"e-{item}", distance=distance))
    assert [tile["item"] for tile in wall.chosen()] == ["c", "a", "b", "d"]


def test_what_one_class_lacks_goes_to_the_others():
    wall = Wall()
    for n in range(200):
        wall.offer(row(f"i{n:03}", entry=f"e-{n}", distance=5))
    assert len(wall.chosen()) == 48
    assert sum(QUOTAS.values()) == 48


def test_memory_is_bounded_and_the_choice_still_the_best():
    wall = Wall()
    for n in range(5000):
        wall.offer(row(f"i{n:04}", "allow", entry="", sha256=f"{(n * 7919) % 5000:04}"))
        assert len(wall.classes["passed"]) <= 2 * MAX_GROUPS
    assert [tile["sha256"] for tile in wall.chosen()] == [f"{n:04}" for n in range(48)]


def text(item, coverage, outcome="block"):
    found = found_in(0, "copy", coverage=coverage) | {"entry": f"e-{item}"}
    return row(item, outcome) | {"findings": [found]}


def test_a_text_is_the_nearer_the_more_of_it_is_the_work():
    assert place(text("a", 1000))[0] == "excluded_same"
    assert place(text("a", 600))[0] == "excluded_near"
    wall = Wall()
    for item, coverage in (("half", 500), ("most", 940), ("part", 120)):
        wall.offer(text(item, coverage))
    assert [tile["item"] for tile in wall.chosen()] == ["part", "half", "most"]


def part(item, found, outcome="block"):
    return row(item, outcome) | {"findings": [found | {"entry": f"e-{item}"}]}


def test_excluded_parts_have_a_share_of_their_own():
    for found in (part_in(0), similar_to(0, 980), film_in(0)):
        assert place(part("a", found))[0] == "excluded_part"
        assert place(part("a", found, "review"))[0] == "held"
        assert place(part("a", found, "allow"))[0] == "granted"
    wall = Wall()
    for n in range(100):
        wall.offer(row(f"copy-{n}", entry=f"e-{n}", distance=30))
    for n in range(20):
        wall.offer(part(f"part-{n:02}", part_in(0)))
    chosen = [tile["item"] for tile in wall.chosen()]
    assert sum(name.startswith("part-") for name in chosen) >= QUOTAS["excluded_part"]


def test_a_small_part_is_looked_at_before_a_large_one():
    wall = Wall()
    for item, region in (("half", "0,0,1000,500"), ("tiny", "0,0,100,100"), ("all", "0,0,1000,1000")):
        wall.offer(part(item, part_in(0, region=region)))
    assert [tile["item"] for tile in wall.chosen()] == ["tiny", "half", "all"]
    assert place(part("a", part_in(0, region="0,0,1000,1000")))[2] == 0.0


def test_every_made_up_row_has_its_place():
    wall = Wall()
    for one in part_rows():
        wall.offer(one | {"sha256": one["sha256"].hex()})
    assert len(wall.chosen()) == len(part_rows())
