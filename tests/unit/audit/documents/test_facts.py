from dataclasses import replace

import pytest

from sekisho.audit.documents.declared import Declared
from sekisho.audit.documents.facts import documented
from sekisho.audit.membership.training import verify_training
from sekisho.errors import ConfigError, EvidenceError, UsageError
from tests.documented import ON, audited_run, declared, facts_of, origins, seen_of, signal
from tests.membership import PERSON, Desk, drawn
from tests.parties import Party
from tests.run_fixture import finding

WORK = finding(1, permission="granted", grant="g-1")


def two():
    first = Desk()
    second = Desk({"z.png": drawn(50)}, log=first.log, operator=first.world.operator)
    return first, second


def test_the_facts_of_a_run_are_those_of_its_manifest():
    desk = Desk()
    facts, manifest = facts_of(desk), desk.manifest
    assert facts["items"] == manifest["totals"]["items"]
    assert facts["bytes"] == manifest["totals"]["bytes"]
    assert facts["runs"][0]["root"] == manifest["root"]
    assert facts["on"] == "2026-11-22"
    assert facts["tokens"] is facts["languages"] is facts["captured"] is None
    assert facts["domains"]["domains"] == facts["domains"]["items"] == 0


def test_runs_are_added_up_and_stand_side_by_side():
    first, second = two()
    facts = facts_of(first, second)
    assert facts["items"] == sum(desk.manifest["totals"]["items"] for desk in (first, second))
    assert [run["root"] for run in facts["runs"]] == [first.manifest["root"], second.manifest["root"]]


@pytest.mark.parametrize(
    "make", [lambda _: (), lambda d: (d, d), lambda d: (d, Desk(operator=Party(name="x")))]
)
def test_runs_that_can_not_be_added_up_are_refused(make):
    with pytest.raises(UsageError):
        documented([audited_run(one) for one in make(Desk())], Declared(), on=ON)


def test_a_run_and_the_one_that_decided_it_again_are_not_added_up():
    first, second = (audited_run(desk) for desk in two())
    again = replace(second, manifest={**second.manifest, "ancestors": [first.cited["root"]]})
    with pytest.raises(UsageError, match="same items"):
        documented([first, again], Declared(), on=ON)


def test_of_persons_and_listed_files_nothing_exact_is_said():
    facts = facts_of(Desk(persons=[PERSON]), seen=seen_of(*[{"personal": ["name"]}] * 12))
    assert facts["personal"]["kinds"] == [{"kind": "name", "items": "<30"}]
    assert facts["personal"]["protected"] == [True]


def test_texts_of_runs_that_did_not_look_count_apart():
    def made(desk, texts, *, ran):
        run = audited_run(desk)
        stages = [{**one, "ran": ran} if one["name"] == "personal" else one for one in run.manifest["stages"]]
        totals = {**run.manifest["totals"], "texts": {"items": texts}}
        return replace(run, manifest={**run.manifest, "stages": stages, "totals": totals})

    first, second = two()
    found = documented([made(first, 3, ran=True), made(second, 4, ran=False)], Declared(), on=ON)["personal"]
    assert (found["texts"], found["unlooked"]) == (3, 4)


def test_without_a_section_only_few_are_hidden():
    facts = facts_of(seen=seen_of(*[{"personal": ["name"]}] * 12, {"personal": ["phone"]}))
    assert [one["items"] for one in facts["personal"]["kinds"]] == [12, "<10"]


def test_where_persons_were_looked_for_licences_do_not_count_them_out():
    """Of a dataset under one licence, all but the listed files would tell how many are listed."""
    told = [{"signals": [signal(note="licence:CC0-1.0")]}] * 8
    facts = facts_of(Desk(persons=[PERSON]), seen=seen_of(*told), came=origins())
    assert facts["licences"]["items"] == "<20"
    assert facts["licences"]["spdx"] == [{"licence": "CC0-1.0", "items": "<20"}]


def test_licences_and_grants_are_ranked():
    told = [{"signals": [signal(note="licence:CC0-1.0")]}] * 2 + [{"signals": [signal(note="?")]}]
    facts = facts_of(seen=seen_of(*told, {"findings": [WORK]}))
    assert facts["licences"]["spdx"] == [{"licence": "CC0-1.0", "items": 2}]
    assert facts["licences"]["not_known"] == 1
    assert facts["grants"] == {"grants": 1, "named": [{"grant": "g-1", "items": "<10"}], "general": 0}


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("[sources.licensed]\nused = false", {"findings": [WORK]}),
        ("[personal]\npresent = false", {"personal": ["name"]}),
        ("[sources.crawl]\nused = false", {"signals": [signal(captured="2026-01-02")]}),
        ("[dataset]\ncollected_until = 2026-01-01", {"signals": [signal(captured="2026-01-02")]}),
    ],
)
def test_declarations_that_the_runs_contradict_are_refused(text, row):
    assert facts_of(said=declared(text))
    with pytest.raises(ConfigError):
        facts_of(said=declared(text), seen=seen_of(row))


def trained(desk, **more):
    return verify_training(desk.trained(**more))


def test_a_training_statement_is_cited_with_its_place():
    desk = Desk()
    stated = facts_of(desk, trained=trained(desk))["training"]
    assert stated["model"] == (b"m" * 32).hex()
    assert stated["runs"][0]["root"] == desk.manifest["membership"]["root"]
    assert stated["log"]["index"] == 1


def test_a_statement_about_other_runs_is_refused():
    first, second = two()
    with pytest.raises(EvidenceError, match="names 1 runs"):
        facts_of(second, trained=trained(first))
    with pytest.raises(EvidenceError, match="names 1 runs"):
        facts_of(first, second, trained=trained(first))
    with pytest.raises(EvidenceError, match="names 2 runs"):
        facts_of(first, trained=trained(first, runs=[first.run, second.run]))


def test_a_declared_model_must_be_the_stated_one():
    desk = Desk()
    with pytest.raises(ConfigError, match="another model"):
        facts_of(desk, said=declared(f"[model]\nsha256 = '{'0' * 64}'"), trained=trained(desk))


SITES = {"digest": "ab", "from": "2026-10-01T00:00:00Z", "until": "2026-10-02T00:00:00Z"}


def told(*desks, c2pa=True):
    """Return the runs of some desks as if items had signals."""
    made = {
        "items": 4,
        "stances": {"disallow": 3, "unknown": 1},
        "families": {"robots": {"disallow": 3}, "licence": {"unknown": 1}},
        "used": {"sites": SITES, "c2pa": c2pa},
    }
    runs = [audited_run(desk) for desk in desks]
    return [replace(run, manifest={**run.manifest, "signals": made}) for run in runs]


def test_signals_of_runs_are_added_up_and_copies_of_sites_named_once():
    signals = documented(told(*two()), Declared(), on=ON)["signals"]
    assert (signals["items"], signals["stances"]) == (8, {"disallow": 6, "unknown": 2})
    assert signals["families"] == {"licence": {"unknown": 2}, "robots": {"disallow": 6}}
    assert (signals["sites"], signals["c2pa"]) == ([SITES], True)
    assert documented(told(Desk(), c2pa=False), Declared(), on=ON)["signals"]["c2pa"] is False


def test_beside_a_section_about_persons_no_count_of_signals_is_exact():
    signals = documented(told(Desk(persons=[PERSON])), Declared(), on=ON)["signals"]
    counts = [signals["items"], *signals["stances"].values(), *signals["families"]["robots"].values()]
    assert all(str(count).startswith("<") for count in counts)


def test_what_was_fetched_after_the_day_that_is_declared_is_a_contradiction():
    seen = seen_of({"signals": [signal(captured="2026-05-06")]})
    text = "[dataset]\ncollected_until = 2026-05-{:02}"
    assert facts_of(said=declared(text.format(6)), seen=seen)["captured"]["last"] == "2026-05-06"
    with pytest.raises(ConfigError, match="collected_until"):
        facts_of(said=declared(text.format(5)), seen=seen)
