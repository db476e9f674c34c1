"""The six worked cases: what they come to, by when, and what they leave open."""

import re
from datetime import UTC, date, datetime

import pytest

from sekisho.locale import LANGS
from sekisho.rules.conclude import Standing
from sekisho.rules.evaluate import Result, evaluate
from sekisho.rules.rule_shown import Audience
from sekisho.rules.shipped import shipped_packs
from sekisho.rules.shown import lines
from sekisho.rules.words import Effect, Outcome, Status
from tests.law_cases import CASES, NAMES, concluded, known

TODAY = date(2026, 7, 2)
PENALTY = re.compile(
    r"\b(?:fine[sd]?|penalt\w+|punish\w*|imprison\w*|prison|jail|sanction\w*|offence)\b"
    r"|\b(?:USD|EUR|JPY|GBP|KRW|AUD|INR)\b|[¥€£$]|罰|過料|拘禁|懲役|制裁|課徴金|万円",
    re.IGNORECASE,
)

EXPECTED = {
    "character-reproduced": (
        Standing.OBLIGATION,
        {"eu.dsa.16", "us.dmca.512", "jp.aiact.16"},
        None,
        {"jp.copyright.output": {"work.dependent"}},
    ),
    "news-site-crawled": (
        Standing.PROHIBITED,
        {"eu.cdsm.4-3", "eu.cdsm.4-3.robots"},
        None,
        {"jp.copyright.30-4": {"work.unreasonable_prejudice"}},
    ),
    "school-photo-training": (
        Standing.OBLIGATION,
        {"jp.appi.rights", "eu.gdpr.14", "eu.gdpr.17"},
        ("eu.gdpr.14", datetime(2026, 6, 19, 22, tzinfo=UTC)),
        {"eu.gdpr.6": {"pi.legal_basis"}, "jp.appi.bill2026.under-16": {"consent.by_guardian"}},
    ),
    "adult-deepfake": (
        Standing.PROHIBITED,
        {"in.it26.ncii-2h", "us.tida.48h", "jp.idpa.reply-7d", "kr.deepfake"},
        ("in.it26.ncii-2h", datetime(2026, 6, 15, 16, 30, tzinfo=UTC)),
        {"us.tida.crime": {"use.knowing"}, "uk.osa.48h": {"notice.rejected"}},
    ),
    "tottori-likeness": (
        Standing.PROHIBITED,
        {"jp31.child-likeness.prohibited", "jp31.reach", "jp31.order", "jp.cpa.7", "us.tida.48h"},
        ("us.tida.48h", datetime(2026, 6, 17, 14, 30, tzinfo=UTC)),
        {"us.2256-8": {"use.knowing"}, "in.it26.ncii-2h": {"operator.role"}},
    ),
    "operator-silent": (
        Standing.OBLIGATION,
        {"eu.aiact.101", "kr.aiba.31-1"},
        None,
        {"eu.aiact.50-2": {"operator.system_placed_at"}},
    ),
}


def result_of(name: str, rule: str, **changed) -> Result:
    return next(r for r in concluded(name, **changed).results if r.rule.id == rule)


def said(name, audience, lang):
    return "\n".join(lines(concluded(name), TODAY, lang, audience))


def test_each_case_is_expected():
    assert set(NAMES) == set(EXPECTED)


@pytest.mark.parametrize("name", NAMES)
def test_a_case_comes_to_what_it_should(name):
    standing, rules, first, waits = EXPECTED[name]
    found = concluded(name)
    met = {r.rule.id for r in found.results if r.binding and r.outcome is Outcome.YES}
    assert found.standing is standing
    assert rules <= met
    dated = [(result.rule.id, due.at) for result, due in found.dues if due.at is not None]
    assert (dated[0] if dated else None) == first
    for rule, facts in waits.items():
        result = result_of(name, rule)
        assert (result.outcome, result.needs) == (Outcome.UNKNOWN, facts)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", LANGS)
def test_an_answer_names_what_is_missing(name, lang):
    words = said(name, Audience.OPERATOR, lang)
    for facts in EXPECTED[name][3].values():
        assert all(fact in words for fact in facts)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", LANGS)
def test_a_guardian_is_told_of_no_amount_and_no_penalty(name, lang):
    assert PENALTY.findall(said(name, Audience.GUARDIAN, lang)) == []


def test_an_operator_is_told_of_both():
    words = said("tottori-likeness", Audience.OPERATOR, "en")
    assert "up to 50,000 JPY" in words
    assert PENALTY.search(words)


def test_no_text_that_a_guardian_could_be_shown_speaks_of_penalties():
    for pack in shipped_packs():
        for rule in (r for r in pack.rules if r.status is Status.IN_FORCE):
            texts = [
                rule.title,
                *(d.text for d in rule.duties),
                *(d.otherwise for d in rule.duties if d.otherwise),
            ]
            texts += [] if rule.effect is Effect.PROHIBITED else [rule.then]
            assert [t for text in texts for t in (text.en, text.ja) if PENALTY.search(t)] == [], rule.id
        for desk in pack.desks:
            assert not any(PENALTY.search(t) for text in (desk.name, desk.about) for t in (text.en, text.ja))


@pytest.mark.parametrize("name", NAMES)
def test_a_case_says_in_the_file_what_it_leaves_unknown_and_has_a_title_in_both_languages(name):
    assert "Left unknown on purpose" in (CASES / f"{name}.toml").read_text(encoding="utf-8")
    title = known(name).title
    assert title.en
    assert title.ja


def test_the_child_of_tottori_is_protected_only_since_the_ordinance_and_fined_only_since_its_amendment():
    case = known("tottori-likeness")
    pack = next(p for p in shipped_packs() if p.id == "jp-31")
    rule = pack.rule("jp31.child-likeness.prohibited")
    assert rule is not None
    by_day = {
        day: evaluate(pack, rule, case.facts, day)
        for day in (date(2025, 3, 31), date(2025, 4, 1), date(2025, 8, 3), date(2025, 8, 4))
    }
    assert [r.outcome for r in by_day.values()] == [Outcome.NOT_IN_FORCE, *[Outcome.YES] * 3]
    assert [len(r.costs) for r in by_day.values()] == [0, 0, 0, 1]


def test_the_silence_that_costs_in_europe_costs_nothing_in_japan():
    europe = result_of("operator-silent", "eu.aiact.101")
    japan = result_of("operator-silent", "jp.aiact.7", request__under="jp.aiact")
    assert europe.costs[0].most is not None
    assert europe.costs[0].most.low == 15_000_000
    assert "operator.turnover_eur" in europe.costs[0].needs
    assert (japan.outcome, japan.costs) == (Outcome.YES, ())
    assert result_of("operator-silent", "eu.aiact.101", request__under="jp.aiact").outcome is Outcome.NO


def test_where_the_uploader_may_object_is_a_right_and_nothing_to_do():
    found = concluded("adult-deepfake", notice__sender_objected=False)
    words = "\n".join(lines(found, TODAY, "en"))
    part = words.partition("jp.idpa.3-2  ")[2]
    assert "Window, no duty: " in words
    assert "To do" not in part.partition("\n\n")[0]
    assert "jp.idpa.3-2  (a window, no duty)" in words


def test_where_the_person_lives_comes_first_and_what_decides_is_asked_first():
    words = said("school-photo-training", Audience.GUARDIAN, "en")
    assert words.index("== Japan ==") < words.index("== European Union ==")
    assert words.index("#9110") < words.index("www.edpb.europa.eu")
    assert "To do: " not in words
    asked = said("news-site-crawled", Audience.OPERATOR, "en").partition("Best asked next:\n")[2]
    assert "work.unreasonable_prejudice" in asked
