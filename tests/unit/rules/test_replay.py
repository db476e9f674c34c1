import json

import pytest

from sekisho.errors import ConfigError, EvidenceError, InputError
from sekisho.rules.conclude import conclude
from sekisho.rules.record import as_json
from sekisho.rules.replay import MAX_RECORD, missing, read_record, replay
from tests.law import NOON, ON, PACK, TESTS, VOCABULARY, flat, pack

FACTS = flat(
    subject={"real": True, "age": {"max": 17}},
    act={"kind": "create"},
    notice={"at": NOON},
    operator={"since": ON, "turnover": 1e9},
)


def made(**changes):
    return json.loads(json.dumps(as_json(conclude((pack(),), FACTS, ON, VOCABULARY)) | changes))


def read(**changes):
    return read_record(json.dumps(made(**changes)).encode(), "r.json")


def test_the_same_packs_facts_and_day_give_the_same_answer():
    record = read()
    assert missing(record, (pack(),)) == ()
    replay(record, (pack(),), VOCABULARY)


def test_the_pack_that_is_needed_is_named():
    later = pack(PACK + TESTS + "# another day\n")
    (lost,) = missing(read(), (later,))
    assert (lost.id, lost.sha256, lost.here) == ("xx", pack().digest, later.digest)
    assert missing(read(), ())[0].here == ""


def changed_result(**changes):
    return [made()["results"][0] | changes]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"standing": "nothing_met"}, "come to prohibited"),
        ({"facts": made()["facts"] | {"subject.real": False}}, "come to nothing_met"),
        ({"results": changed_result(outcome="no")}, r"xx\.minor"),
        ({"results": changed_result(due=[])}, r"xx\.minor"),
        ({"results": []}, "how many rules"),
        ({"results": made()["results"] * 2}, "how many rules"),
        ({"on": "2019-01-01"}, "come to open"),
        ({"packs": [made()["packs"][0] | {"reviewed": True}]}, "who has read them"),
        ({"packs": [made()["packs"][0] | {"law_as_of": "2026-11-01"}]}, "dates its packs"),
    ],
)
def test_a_record_that_was_changed_is_found(changes, words):
    with pytest.raises(EvidenceError, match=words):
        replay(read(**changes), (pack(),), VOCABULARY)


def test_questions_are_advice_and_not_compared():
    replay(read(questions=[]), (pack(),), VOCABULARY)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b'{"v":1,"v":1}',
        b"[" * 100_000,
        json.dumps(made(v=2)).encode(),
        json.dumps(made(more=1)).encode(),
        json.dumps(made(packs=[{"id": "xx"}])).encode(),
        json.dumps(made(on="yesterday")).encode(),
        b" " * (MAX_RECORD + 1),
    ],
)
def test_what_is_no_record_is_named(data):
    with pytest.raises(InputError, match=r"r\.json"):
        read_record(data, "r.json")


@pytest.mark.parametrize("facts", [{"subject.shoe": 1}, {"subject.age": "old"}, {"notice.at": "noon"}])
def test_facts_that_are_none_are_refused(facts):
    with pytest.raises(ConfigError):
        replay(read(facts=facts), (pack(),), VOCABULARY)
