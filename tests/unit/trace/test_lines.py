from sekisho.trace.lines import Means, line_of, place_of, shown_findings
from tests.recorded import MemoryRecord, entry, finding, row

PERSON = finding(None, kind="likeness", distance=12)
LISTED = finding(None, kind="listed")


def test_a_finding_is_shown_as_it_was_decided():
    (shown,) = shown_findings(row(findings=[finding(1, permission="granted", grant="g-1")]))
    assert (shown.entry, shown.permission, shown.grant, shown.trust) == (
        entry(1),
        "granted",
        "g-1",
        "verified",
    )
    assert (shown.method, shown.distance, shown.detail) == ("pdq", 3, {})


def test_only_a_hash_has_a_distance():
    assert shown_findings(row(findings=[finding(1, method="local")]))[0].distance is None


def test_of_protected_persons_and_listed_files_nothing_is_shown_but_that():
    shown = shown_findings(row(findings=[PERSON, finding(1), PERSON, LISTED]))
    assert [one.kind for one in shown] == ["listed", "protected_person", "work"]
    for one in shown[:2]:
        assert (one.entry, one.method, one.permission, one.trust) == ("", "", "", "")
        assert (one.distance, one.grant, one.detail) == (None, None, None)


def test_a_line_says_where_its_row_stands():
    record = MemoryRecord([row(findings=[PERSON])])
    (read,) = record.read([0])
    line = line_of(record, read, Means.SAME_FILE)
    assert line.place == place_of(read) == "unit#0"
    assert line.protected
    assert not line_of(record, {**read, "findings": [finding(1)]}, Means.SAME_FILE).protected
