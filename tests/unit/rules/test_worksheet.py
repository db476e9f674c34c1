import json
from datetime import date

import pytest

from sekisho.errors import RefusedError
from sekisho.rules.amounts import parse_amount
from sekisho.rules.conclude import conclude, packs_for
from sekisho.rules.rule_shown import Audience
from sekisho.rules.shipped import shipped_packs
from sekisho.rules.vocabulary import shipped_vocabulary
from sekisho.rules.words import Interval
from sekisho.rules.worksheet import formula, sheet_json, worksheet

KNOWN = shipped_vocabulary()
GPAI = {
    "operator.gpai_provider": True,
    "operator.fault": True,
    "request.by_authority": True,
    "request.refused": True,
    "request.under": "eu.aiact",
}
BILL = "jp.appi.bill2026.surcharge"


def sheet(facts, *places, on=date(2026, 9, 1), audience=Audience.AUTHORITY):
    return worksheet(conclude(packs_for(shipped_packs(), places), facts, on, KNOWN), KNOWN, audience)


def fine(facts):
    return next(entry for entry in sheet(facts, "EU") if entry.result.rule.id == "eu.aiact.101")


def test_a_turnover_that_nobody_has_given_makes_an_interval_and_is_named():
    entry = fine(GPAI)
    assert entry.formula == "max(gpai_floor, gpai_share * operator.turnover_eur)"
    assert entry.cost.most == Interval(low=15_000_000, high=None)
    (missing,) = [one for one in entry.missing if one.fact.name == "operator.turnover_eur"]
    assert missing.at_zero == Interval(low=15_000_000, high=15_000_000)
    assert (missing.adds, missing.beyond) == (0.03, 500_000_000)


def test_with_the_turnover_the_amount_is_one_number_and_says_where_each_figure_comes_from():
    entry = fine({**GPAI, "operator.turnover_eur": 1_000_000_000})
    assert entry.cost.most == Interval(low=30_000_000, high=30_000_000)
    assert {figure.name: figure.since for figure in entry.figures} == {
        "gpai_floor": date(2026, 8, 2),
        "gpai_share": date(2026, 8, 2),
        "operator.turnover_eur": None,
    }
    assert not [one for one in entry.missing if one.fact.name == "operator.turnover_eur"]


def test_a_bill_binds_nobody_and_what_is_met_for_sure_stands_first():
    facts = {**GPAI, "operator.profit_motive": True, "operator.due_care": False, "pi.n_individuals": 5000}
    entries = sheet(facts, "JP", "EU", on=date(2026, 8, 20))
    bills = [entry for entry in entries if entry.result.rule.id == BILL]
    assert bills
    assert not any(entry.result.binding for entry in bills)
    order = [not entry.result.binding for entry in entries]
    assert order == sorted(order)


def test_a_guardian_is_told_no_penalty():
    with pytest.raises(RefusedError, match="desks"):
        sheet(GPAI, "EU", audience=Audience.GUARDIAN)
    assert sheet(GPAI, "EU", audience=Audience.OPERATOR) == sheet(GPAI, "EU")


@pytest.mark.parametrize(
    "written",
    ["a * act.violations", "max(a, 3 * (b + act.days))", "a * act.violations * act.days", "min(a, b) + 0.5"],
)
def test_a_formula_is_shown_as_it_is_written(written):
    assert formula(parse_amount(written, KNOWN, ("a", "b"))) == written


def test_figures_that_depend_on_each_other_say_so():
    """USD 5,000 per violation and day: without the days nobody can say what one violation adds."""
    entries = sheet({"operator.mau": 2_000_000, "operator.generative": True}, "US-CA", on=date(2026, 9, 1))
    both = [e for e in entries if "act.violations" in e.formula and "act.days" in e.formula]
    assert both
    assert {one.adds for e in both for one in e.missing if one.fact.name == "act.days"} == {None}


def test_a_sheet_is_a_record_that_names_packs_days_and_sources():
    found = conclude(packs_for(shipped_packs(), ["EU"]), GPAI, date(2026, 9, 1), KNOWN)
    made = json.loads(json.dumps(sheet_json(found, worksheet(found, KNOWN, Audience.AUTHORITY))))
    assert {pack["id"] for pack in made["packs"]} == {"eu", "house"}
    entry = next(one for one in made["penalties"] if one["rule"] == "eu.aiact.101")
    assert entry["most"] == {"min": 15_000_000, "max": None}
    assert entry["source"]["status"] == "verified"
    assert entry["sha256"] == next(p.digest for p in shipped_packs() if p.id == "eu")
