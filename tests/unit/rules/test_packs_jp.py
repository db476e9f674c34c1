"""What the packs of Japan and of houses promise, where an example within a pack can not say it."""

from datetime import UTC, date, datetime
from importlib import resources

import pytest

from sekisho.rules.conclude import Standing, conclude, packs_for
from sekisho.rules.evaluate import evaluate
from sekisho.rules.expression import facts_of
from sekisho.rules.read import read_pack
from sekisho.rules.vocabulary import shipped_vocabulary
from sekisho.rules.words import Confidence, Effect, Outcome, Status

FOLDER = resources.files("sekisho.rules").joinpath("packs")
PACKS = tuple(
    read_pack(FOLDER.joinpath(name).read_bytes(), name)
    for name in ("house.toml", "jp.toml", "jp-31.toml", "jp-soft.toml")
)
RULES = {rule.id: (pack, rule) for pack in PACKS for rule in pack.rules}
ON = date(2026, 6, 1)
RECEIVED = datetime(2026, 1, 5, 14, 30, tzinfo=UTC)
"""23:30 in Tokyo."""
CHILDREN = {
    "subject.age",
    "subject.apparent_minor",
    "assessment.prohibited_depiction",
    "pi.child_u16",
    "pi.child_u13",
    "consent.by_guardian",
}
REQUEST = {
    "operator.jp_designated": True,
    "notice.by_affected_person": True,
    "notice.through_channel": True,
    "notice.received_at": RECEIVED,
    "notice.sender_opinion_sought": False,
    "notice.specialist_investigation": False,
    "notice.unavoidable_reason": False,
}
LIKENESS = {
    "subject.real": True,
    "subject.age": 12,
    "subject.prefecture": "JP-31",
    "item.synthetic": True,
    "item.processed_from_likeness": True,
    "item.faithful_likeness": True,
    "assessment.prohibited_depiction": True,
    "act.kind": "create",
    "act.place": "US",
}


def result_of(rule_id, facts, on=ON):
    return evaluate(*RULES[rule_id], facts, on)


def outcomes(places, facts):
    found = conclude(packs_for(PACKS, places), facts, ON, shipped_vocabulary())
    return found, {result.rule.id: result.outcome for result in found.results}


def about_children():
    return [
        (pack, rule)
        for pack, rule in RULES.values()
        if any(facts_of(element.when) & CHILDREN for element in rule.elements)
    ]


def test_no_rule_about_children_permits_anything():
    assert len(about_children()) > 10
    assert [rule.id for _, rule in about_children() if rule.effect is Effect.PERMITTED] == []


@pytest.mark.parametrize("word", ["lawful", "is legal", "permitted", "allowed", "合法", "適法", "許されます"])
def test_no_text_of_a_rule_about_children_clears_anything(word):
    for _, rule in about_children():
        texts = [rule.then, rule.title, *(element.text for element in rule.elements)]
        assert [t.en for t in texts if word in t.en.lower() or word in t.ja] == []


def test_only_law_in_force_binds_and_house_rules_never_do():
    assert {rule.status for rule in PACKS[0].rules} == {Status.HOUSE}
    assert {rule.status for rule in PACKS[3].rules} == {Status.SOFT_LAW, Status.PROPOSAL}
    bills = [rule for _, rule in RULES.values() if rule.id.startswith("jp.appi.bill2026.")]
    assert len(bills) == 5
    assert {rule.status for rule in bills} == {Status.BILL}


def test_the_source_of_the_bill_says_that_its_dates_conflict():
    assert "7, 8 or 28 April" in PACKS[1].sources["bill2026"].seen


def test_what_is_from_memory_says_so_in_both_languages():
    weak = [rule for pack, rule in RULES.values() if pack.source(rule).status is Confidence.MEMORY]
    assert len(weak) == 3
    assert all(rule.then.en.startswith("From memory") and "未確認" in rule.then.ja for rule in weak)


def test_every_source_that_was_read_says_where():
    for pack in PACKS:
        assert [s.cite for s in pack.sources.values() if not s.seen] == []


@pytest.mark.parametrize(
    "reason",
    ["notice.sender_opinion_sought", "notice.specialist_investigation", "notice.unavoidable_reason"],
)
def test_each_reason_changes_what_a_platform_has_to_say_within_the_seven_days(reason):
    plain = result_of("jp.idpa.reply-7d", REQUEST).dues[1]
    delayed = result_of("jp.idpa.reply-7d", {**REQUEST, reason: True}).dues[1]
    assert (plain.otherwise, delayed.otherwise) == (False, True)
    assert delayed.at == plain.at
    open_ = result_of("jp.idpa.reply-7d", {k: v for k, v in REQUEST.items() if k != reason}).dues[1]
    assert (open_.otherwise, open_.needs) == (None, {reason})


@pytest.mark.parametrize(
    ("rule", "facts", "start"),
    [
        (
            "jp.idpa.reply-7d",
            {k: v for k, v in REQUEST.items() if k != "notice.received_at"},
            "notice.received_at",
        ),
        (
            "jp.idpa.3-2",
            {"notice.by_affected_person": True, "notice.sender_objected": False, "item.photographed": False},
            "notice.sender_asked_at",
        ),
        (
            "jp.appi.breach.final-60",
            {"breach.occurred": True, "breach.wrongful_act": True},
            "breach.known_at",
        ),
    ],
)
def test_a_term_whose_start_is_not_known_is_owed_and_asks_for_it(rule, facts, start):
    result = result_of(rule, facts)
    assert result.outcome is Outcome.YES
    assert [(due.at, due.needs) for due in result.dues if due.duty.clock] == [(None, {start})]


def test_the_reply_and_both_windows_are_clocks_of_their_own():
    facts = {
        **REQUEST,
        "item.photographed": True,
        "item.intimate_claimed": True,
        "notice.sender_objected": False,
        "notice.sender_asked_at": RECEIVED,
    }
    found, by_rule = outcomes(["JP"], facts)
    ends = {result.rule.id: due.at.day for result, due in found.dues if due.at}
    assert ends == {"jp.ripv.4": 7, "jp.idpa.reply-7d": 12}
    assert by_rule["jp.idpa.3-2"] is Outcome.NO
    displaced = next(result for result in found.results if result.rule.id == "jp.idpa.3-2").displaced
    assert displaced is RULES["jp.ripv.4"][1]


def test_the_statute_and_the_opt_in_of_rights_holders_are_both_shown():
    facts = {
        "work.registered": True,
        "work.protected": True,
        "work.licence_ok": False,
        "use.stage": "train",
        "use.enjoyment_purpose": False,
        "use.within_necessary_extent": True,
        "work.unreasonable_prejudice": False,
    }
    _, by_rule = outcomes(["JP"], facts)
    shown = {id_: by_rule[id_] for id_ in ("jp.copyright.30-4", "jp.copyright.21", "jp.house.optin")}
    assert shown == {
        "jp.copyright.30-4": Outcome.YES,
        "jp.copyright.21": Outcome.NO,
        "jp.house.optin": Outcome.YES,
    }


def test_a_tottori_childs_likeness_made_abroad_is_prohibited_there_and_open_in_the_rest_of_japan():
    found, by_rule = outcomes(["JP-31"], LIKENESS)
    assert {pack.id for pack in found.packs} == {"house", "jp", "jp-31", "jp-soft"}
    assert found.standing is Standing.PROHIBITED
    assert by_rule["jp31.child-likeness.prohibited"] is Outcome.YES
    assert result_of("jp31.reach", LIKENESS).contested
    assert result_of("jp.cpa.synthetic", LIKENESS).contested


def test_the_house_blocks_a_drawing_that_national_law_does_not_cover():
    facts = {
        "subject.real": False,
        "subject.apparent_minor": True,
        "item.drawing": True,
        "assessment.prohibited_depiction": True,
    }
    found, by_rule = outcomes(["JP"], facts)
    assert by_rule["jp.cpa.def"] is Outcome.NO
    assert by_rule["house.child.block"] is Outcome.YES
    assert found.standing is not Standing.PROHIBITED


def test_a_surcharge_without_a_known_gain_names_the_gain():
    facts = {
        "operator.profit_motive": True,
        "pi.n_individuals": 5000,
        "operator.due_care": False,
        "pi.deceit": True,
    }
    (cost,) = result_of("jp.appi.bill2026.surcharge", facts).costs
    assert (cost.most.low, cost.most.high, cost.needs) == (0, None, {"operator.gain"})
