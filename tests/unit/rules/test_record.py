import json

from sekisho.rules.conclude import conclude
from sekisho.rules.record import as_json
from sekisho.rules.words import Interval
from tests.law import NOON, ON, VOCABULARY, pack

MET = {
    "subject.real": True,
    "subject.age": Interval(low=13, high=17),
    "act.kind": "create",
    "notice.at": NOON,
}


def record(facts):
    return json.loads(json.dumps(as_json(conclude([pack()], facts, ON, VOCABULARY))))


def test_a_record_names_packs_day_facts_and_each_rule_with_its_trace():
    found = record(MET)
    assert (found["v"], found["on"], found["standing"]) == (1, "2026-06-01", "prohibited")
    assert found["packs"] == [
        {"id": "xx", "sha256": pack().digest, "law_as_of": "2026-05-01", "reviewed": False}
    ]
    assert found["facts"]["subject.age"] == {"min": 13, "max": 17}
    (result,) = found["results"]
    assert (result["rule"], result["outcome"], result["binding"]) == ("xx.minor", "yes", True)
    assert [element["met"] for element in result["elements"]] == ["yes", "yes"]
    assert result["due"] == [
        {"duty": "remove", "at": "2026-06-03T12:00:00Z", "otherwise": "unknown", "needs": ["operator.since"]}
    ]
    assert result["cost"][0]["most"] == {"min": 100, "max": None}


def test_a_record_of_an_open_rule_names_what_is_missing_and_what_to_ask():
    found = record({"subject.real": True})
    assert found["results"][0]["needs"] == ["act.kind", "subject.age"]
    assert {question["fact"] for question in found["questions"]} == {"act.kind", "subject.age"}
