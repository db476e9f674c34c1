import pytest

from sekisho.audit.gate.baseline import Standing, read_baseline
from tests.run_fixture import finding, manifest, row

BLOCKED = ("block", "verified_without_permission")


def blocked(item, work=0, sha256=b"a" * 32, **more):
    return row(item, *BLOCKED, [finding(work)]) | {"sha256": sha256} | more


def baseline(*rows):
    return read_baseline(manifest(rows), rows)


def test_the_same_finding_is_known_and_under_another_name_it_has_moved():
    known = baseline(blocked("a.jpg"), blocked("b.jpg"))
    assert known.standing(blocked("a.jpg")) is Standing.KNOWN
    assert known.standing(blocked("b.jpg")) is Standing.KNOWN
    assert known.standing(blocked("c.jpg")) is Standing.MOVED


@pytest.mark.parametrize(
    "changed",
    [
        {"sha256": b"b" * 32},
        {"outcome": "review"},
        {"reason": "rival_claims"},
        {"findings": [finding(1)]},
        {"findings": [finding(0), finding(1)]},
        {"problem": "truncated"},
    ],
)
def test_other_bytes_or_another_finding_is_new(changed):
    known = baseline(blocked("a.jpg"))
    assert known.standing(blocked("a.jpg") | changed) is Standing.NEW
    assert known.gone() == [blocked("a.jpg")]


def test_a_new_distance_or_licence_that_does_not_help_is_no_news():
    known = baseline(row("a.jpg", *BLOCKED, [finding(0, distance=3)]))
    again = row("a.jpg", *BLOCKED, [finding(0, distance=5, permission="expired")])
    assert known.standing(again) is Standing.KNOWN


def test_without_bytes_the_name_stands_for_them():
    lost = row("a.tar", "review", "unreadable", problem="container_corrupt") | {"sha256": None}
    known = baseline(lost)
    assert known.standing(lost) is Standing.KNOWN
    assert known.standing(lost | {"item": "b.tar"}) is Standing.NEW


def test_what_is_not_met_again_is_gone():
    known = baseline(blocked("a.jpg"), blocked("b.jpg", sha256=b"b" * 32))
    known.standing(blocked("moved.jpg"))
    assert [gone["item"] for gone in known.gone()] == ["b.jpg"]


def test_what_the_baseline_was_checked_with_is_said():
    known = baseline(blocked("a.jpg"))
    here = manifest([])
    assert known.differs(here) == []
    here["snapshot"]["digest"] = "00" * 32
    here["policy"]["digest"] = "00" * 32
    here["use"]["purpose"] = "generate"
    here["sample"] = {"asked": 1, "taken": 1, "of": 9}
    assert known.differs(here) == ["snapshot", "policy", "use", "sample"]
