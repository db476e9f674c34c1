from datetime import timedelta

import pytest

from sekisho.cases.clocks import terms
from sekisho.cases.duecare import (
    CareRecord,
    Ground,
    Line,
    Section,
    care_json,
    care_page,
    case_lines,
    few,
    part_of,
    share_of,
)
from sekisho.codec import canonical
from sekisho.model import CaseState
from tests.cases import BEGAN, DESK, case_of

S = CaseState
TOLD = (S.TRIAGE, S.IN_REVIEW, S.DECIDED, S.NOTIFIED)
LATER = BEGAN + timedelta(days=60)


def lines(cases, *, logged=True):
    read = [(case, terms(case, LATER)) for case in cases]
    return {
        line.key.removeprefix("care."): line
        for line in case_lines(read, LATER, logged=logged, receipt="log #1")
    }


def many(count, *states, **more):
    return [case_of(*states, began=BEGAN + timedelta(minutes=n), **more) for n in range(count)]


def test_how_long_it_took_and_which_terms_were_kept():
    found = lines(many(12, *TOLD) + many(12, *TOLD, apart=timedelta(days=5)))
    assert found["cases"].values == {"all": "24", "decided": "24", "corrected": "24"}
    assert found["times"].values == {"decide": "182", "tell": "242", "told": "24"}
    assert found["terms"].values == {"all": "24", "met": "12", "late": "12", "share": "50.0 %"}
    assert found["terms"].by is Ground.LOG


def test_of_few_cases_nothing_is_told_that_names_one():
    found = lines(many(3, *TOLD) + many(2))
    assert found["cases"].values == {"all": "<10", "decided": "<10", "corrected": "<10"}
    assert found["times"].values["decide"] == found["terms"].values["share"] == "-"


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [(0, 50, "0"), (9, 50, "<10"), (10, 50, "10"), (45, 50, ">40"), (50, 50, "50"), (5, 5, "<10")],
)
def test_neither_a_part_nor_what_is_left_is_below_ten(part, whole, told):
    assert part_of(part, whole) == told


def test_shares_and_small_numbers():
    assert [few(n) for n in (0, 1, 9, 10)] == ["0", "<10", "<10", "10"]
    assert [share_of(*pair) for pair in ((0, 9), (5, 50), (45, 50), (10, 40), (0, 40))] == [
        "-",
        "-",
        "-",
        "25.0 %",
        "0.0 %",
    ]


def test_steps_that_no_log_has_yet_are_only_recorded():
    assert {line.by for line in lines(many(1, *TOLD), logged=False).values()} == {Ground.RECORDS}
    assert {line.by for line in lines([]).values()} == {Ground.RECORDS}


@pytest.fixture
def record():
    said = Line(key="care.declared", values={"fact": "operator.sme", "value": "`<b>\n# x"}, by=Ground.WORD)
    held = Line(key="care.held", values={"block": "12", "review": "<10"}, by=Ground.LOG, receipt="log #4")
    section = Section(key="care.of_run", name="RUN", lines=(held, said))
    return CareRecord(operator=DESK, at=BEGAN, sections=(section,))


def test_a_page_says_what_it_proves_and_marks_what_is_only_declared(record):
    page = care_page(record, "en")
    assert "does not prove that this sufficed" in page
    assert "<10 on hold — **proven** `log #4`" in page
    assert "operator.sme = '&lt;b> # x — **declared**\n" in page
    assert "証明済み" in care_page(record, "ja")


def test_a_record_can_be_signed(record):
    made = care_json(record)
    assert canonical(made)
    (section,) = made["sections"]
    assert (section["about"], section["lines"][0]["what"]) == ("run", "held")
    assert section["lines"][0]["receipt"] == "log #4"
