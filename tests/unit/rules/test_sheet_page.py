from datetime import date

from sekisho.rules.conclude import conclude, packs_for
from sekisho.rules.rule_shown import Audience
from sekisho.rules.sheet_page import sheet_page
from sekisho.rules.shipped import shipped_packs
from sekisho.rules.vocabulary import shipped_vocabulary
from sekisho.rules.worksheet import worksheet
from tests.unit.rules.test_worksheet import GPAI

KNOWN = shipped_vocabulary()


def page(facts, *places, lang="en", on=date(2026, 9, 1)):
    found = conclude(packs_for(shipped_packs(), places), facts, on, KNOWN)
    entries = worksheet(found, KNOWN, Audience.AUTHORITY)
    return sheet_page(found, entries, Audience.AUTHORITY, date(2026, 12, 1), lang)


def test_a_page_has_formula_interval_missing_figure_and_source():
    said = page(GPAI, "EU")
    assert "`max(gpai_floor, gpai_share * operator.turnover_eur)` (EUR)" in said
    assert "at least 15,000,000 EUR" in said
    assert "`gpai_share` = 0.03" in said
    assert "Beyond 500,000,000 each further one adds 0.03 EUR" in said
    assert "arts 91 and 101(1)" in said
    assert "not added up" in said
    assert "more than 90 days ago" in said


def test_what_is_not_decided_only_may_apply():
    said = page({**GPAI, "operator.turnover_eur": 10}, "EU").split("## Answer the requests")[1]
    assert "Applies, as far as the facts go" in said.split("\n## ")[0]
    unknown = {name: value for name, value in GPAI.items() if name != "request.refused"}
    rest = page(unknown, "EU")
    assert "May apply" in rest
    assert "Applies, as far as" not in rest


def test_a_bill_says_would_and_japanese_is_there():
    facts = {"operator.profit_motive": True, "operator.due_care": False, "pi.n_individuals": 5000}
    assert "**It would:**" in page(facts, "JP")
    assert "仮に成立・施行された場合" in page(facts, "JP", lang="ja")


def test_nothing_is_said_where_nothing_is_touched():
    assert "No penalty of these packs" in page({}, "JP")
