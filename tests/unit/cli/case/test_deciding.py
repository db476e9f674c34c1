import json

import pytest

from sekisho.model import CaseOutcome, CaseState
from tests.desk_of_cases import at_hand


def test_a_decision_is_told_in_both_languages_with_its_statement_of_reasons(desk):
    found = desk.opened()
    argv = [
        "--outcome",
        "dataset_excluded",
        "--reason",
        "item 5 is near the photo",
        "--ground",
        "APPI art. 35",
    ]
    assert desk.run("answer", found, *argv, "--rule", "jp.idpa.reply-7d") == 0
    case = desk.case(found)
    assert (case.state, case.outcome) == (CaseState.NOTIFIED, CaseOutcome.DATASET_EXCLUDED)
    decided = next(event for event in case.events if event.state is CaseState.DECIDED)
    assert decided.rule == at_hand("jp.idpa.reply-7d")
    outbox = desk.cases / found / "outbox"
    assert "item 5 is near the photo" in (outbox / "decision.ja.txt").read_text(encoding="utf-8")
    assert json.loads((outbox / "statement-of-reasons.json").read_bytes())["puid"] == found
    assert desk.run("close", found) == 0
    assert desk.case(found).state is CaseState.CLOSED


def test_a_refusal_needs_a_reason_and_restricts_nothing(desk):
    found = desk.opened()
    assert desk.run("refuse", found) == 2
    assert desk.run("refuse", found, "--reason", "a quotation in a review") == 0
    assert desk.case(found).outcome is CaseOutcome.REFUSED
    assert not (desk.cases / found / "outbox" / "statement-of-reasons.json").exists()


def test_personal_data_in_a_reason_stop_the_decision_before_anything_is_written(desk):
    found = desk.opened()
    before = desk.case(found)
    for act in ("answer", "refuse", "extend"):
        assert desk.run(act, found, "--reason", "ask mother@example.org") == 2
    assert desk.case(found) == before


def test_longer_is_said_with_a_reason_and_decided_after(desk):
    found = desk.opened()
    assert desk.run("extend", found, "--reason", "the uploader has until Friday") == 0
    assert (desk.cases / found / "outbox" / "extension.txt").is_file()
    assert desk.run("refuse", found, "--reason", "parody") == 0


@pytest.mark.parametrize("state", ["triage", "appealed"])
def test_a_step_that_may_not_follow_is_refused(desk, state):
    found = desk.opened()
    assert desk.run("move", found, state) == 2
    assert "what may follow" in desk.told
    assert desk.run("close", found) == 2


def test_an_appeal_is_decided_again(desk):
    found = desk.opened()
    assert desk.run("refuse", found, "--reason", "parody") == 0
    assert desk.run("move", found, "appealed") == 0
    assert desk.run("answer", found, "--reason", "we looked again", "--outcome", "overturned") == 0
    assert desk.case(found).outcome is CaseOutcome.OVERTURNED


def test_replies_are_for_requests_and_rules_have_to_exist(desk):
    found = desk.opened()
    assert desk.run("answer", found, "--reason", "x", "--reply", "1=not_held") == 2
    assert desk.run("answer", found, "--reason", "x", "--rule", "jp.none") == 2
    assert "jp.idpa.reply-7d" in desk.told
