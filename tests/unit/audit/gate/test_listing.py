from datetime import date

from sekisho.audit.gate.baseline import Standing, read_baseline
from sekisho.audit.gate.ignored import read_ignores
from sekisho.audit.gate.listing import held_rows, list_findings
from tests.run_fixture import batches, finding, manifest, row

BLOCKED = ("block", "verified_without_permission")
HELD = ("review", "declared_without_permission")

ROWS = [
    row("free.jpg"),
    row("held.jpg", *HELD, [finding(4)]),
    row("a.jpg", *BLOCKED, [finding(0)]),
    row("lost.jpg", "review", "unreadable", problem="corrupt"),
    row("b.jpg", *BLOCKED, [finding(1)]),
]
IGNORES = """
[[ignore]]
item = "a.jpg"
reason = "r"
by = "b"
until = 2026-12-01
[[ignore]]
item = "nobody.jpg"
reason = "r"
by = "b"
until = 2026-12-01
[[ignore]]
item = "b.jpg"
reason = "r"
by = "b"
until = 2026-11-01
"""


def items(listing):
    return [found.row["item"] for found in listing.shown]


def test_what_passed_is_not_listed():
    assert [held["item"] for held in held_rows(batches(ROWS, 2))] == [
        "held.jpg",
        "a.jpg",
        "lost.jpg",
        "b.jpg",
    ]


def test_the_worst_come_first_in_the_order_of_the_plan():
    found = list_findings(batches(ROWS, 2))
    assert items(found) == ["a.jpg", "b.jpg", "held.jpg", "lost.jpg"]
    assert found.counts == {"review": 2, "block": 2}
    assert (found.total, found.known, found.ignored, found.gone) == (4, 0, 0, 0)
    assert all(one.counts and one.standing is None for one in found.shown)


def test_no_more_are_listed_than_can_be_shown_but_all_are_counted():
    many = [row(f"{n}.jpg", *HELD, [finding(4)]) for n in range(50)] + ROWS
    found = list_findings(batches(many), limit=3)
    assert items(found) == ["a.jpg", "b.jpg", "0.jpg"]
    assert (found.total, found.counts["review"]) == (54, 52)


def test_what_is_known_comes_after_what_is_new_and_does_not_count():
    before = [
        ROWS[2],
        ROWS[2] | {"item": "old.jpg", "sha256": b"o" * 32},
        ROWS[1] | {"item": "elsewhere.jpg"},
    ]
    known = read_baseline(manifest(before), before)
    found = list_findings(batches(ROWS), baseline=known, manifest=manifest(ROWS))
    assert items(found) == ["b.jpg", "lost.jpg", "a.jpg", "held.jpg"]
    assert [one.standing for one in found.shown] == [
        *(Standing.NEW, Standing.NEW),
        *(Standing.KNOWN, Standing.MOVED),
    ]
    assert found.counts == {"review": 1, "block": 1}
    assert (found.known, found.moved, found.gone) == (2, 1, 1)
    assert [gone["item"] for gone in found.absent] == ["old.jpg"]


def test_what_is_gone_is_listed_as_far_as_there_is_room():
    before = [row(f"{n}.jpg", *BLOCKED, [finding(0)]) for n in range(9)]
    found = list_findings(batches(ROWS), baseline=read_baseline(manifest(before), before), limit=6)
    assert (len(found.shown), len(found.absent), found.gone) == (4, 2, 9)


def test_what_is_ignored_is_listed_last_and_its_limits_are_said():
    found = list_findings(batches(ROWS), ignores=read_ignores(IGNORES, "f", date(2026, 11, 22)))
    assert items(found) == ["b.jpg", "held.jpg", "lost.jpg", "a.jpg"]
    assert found.counts == {"review": 2, "block": 1}
    assert found.ignored == 1
    assert [ignore.item for ignore in found.unmatched] == ["nobody.jpg"]
    assert [ignore.item for ignore in found.expired] == ["b.jpg"]


def test_rows_of_an_older_run_are_listed():
    made = [row("a.jpg", "block", "verified_without_permission", [finding(0)])]
    older = [batch.select(batch.schema.names[:14]) for batch in batches(made)]
    (found,) = list_findings(older).shown
    assert (found.row["item"], found.row["personal"], found.row["edits"]) == ("a.jpg", [], [])
