from dataclasses import replace

import pytest

from sekisho.cases.duecare import Ground
from sekisho.cli.case.gathered import of_cases, of_generations, of_run
from sekisho.cli.log.batch import say_batch
from sekisho.cli.record.command import commit
from sekisho.errors import EvidenceError
from sekisho.model import Outcome
from sekisho.store.clock import now
from sekisho.store.generations import Generations
from sekisho.store.keys import make_key
from sekisho.store.own_log import own_log, own_queue
from tests.asking import Machine
from tests.recorded import SALT, generation


def keyed(section):
    return {line.key.removeprefix("care."): line for line in section.lines}


@pytest.fixture
def generations(tmp_path):
    """Forty records, of which twelve are withheld; the log has them."""
    store = Generations.make(tmp_path / "generations", make_key("studio").key, "JP")
    made = [generation(n % 250) for n in range(28)]
    made += [replace(generation(n), outcome=Outcome.BLOCK) for n in range(100, 112)]
    store.append([(one, SALT) for one in made])
    commit(store, own_log(), own_queue())
    say_batch(force=True)
    commit(store, own_log(), own_queue())
    return store


def test_a_run_shows_edition_policy_coverage_and_what_was_held_back(tmp_path):
    machine = Machine(tmp_path)
    section, operator = of_run(machine.run, None, None)
    found = keyed(section)
    assert operator == machine.operator.key
    assert {"run", "edition", "policy", "coverage", "held"} <= set(found)
    assert {line.by for line in section.lines} == {Ground.LOG}
    assert found["run"].receipt.startswith(own_log().vkey)
    assert int(found["coverage"].values["items"]) == machine.desk.manifest["totals"]["items"]


def test_a_run_that_was_changed_is_no_evidence(tmp_path):
    machine = Machine(tmp_path)
    manifest = machine.run / "manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b" ")
    with pytest.raises(EvidenceError):
        of_run(machine.run, None, None)


def test_generations_show_what_was_withheld_and_are_proven_by_the_log(generations):
    section, operator = of_generations(generations.path, own_log())
    found = keyed(section)
    assert operator == generations.operator
    assert found["generations"].values == {"records": "40", "proven": "40"}
    assert found["withheld"].values == {"withheld": "12", "share": "30.0 %"}
    assert found["looked"].values == {"looked": "0"}
    assert found["withheld"].by is Ground.LOG


def test_what_no_log_has_yet_is_only_recorded(generations):
    generations.append([(generation(200), SALT)])
    found = keyed(of_generations(generations.path, own_log())[0])
    assert found["generations"].values == {"records": "41", "proven": "40"}
    assert found["generations"].by is Ground.RECORDS


def test_records_that_are_not_those_of_their_batch_are_no_evidence(generations):
    (segment,) = generations.segments()
    segment.path.unlink()
    generations.append([(generation(7), SALT)])
    with pytest.raises(EvidenceError, match="batch"):
        of_generations(generations.path, own_log())


def test_cases_show_their_steps_in_the_log(desk):
    found = desk.opened()
    assert desk.run("refuse", found, "--reason", "parody", "--rule", "house.answer") == 0
    first = keyed(of_cases(desk.cases, now(), own_log(), own_queue()))
    assert first["cases"].values["all"] == "<10"
    assert first["cases"].by is Ground.RECORDS
    say_batch(force=True)
    after = keyed(of_cases(desk.cases, now(), own_log(), own_queue()))
    assert after["cases"].by is Ground.LOG
    assert after["case_rules"].values["rules"].startswith("house.answer@")


def test_what_the_desk_declares_is_only_its_word(desk):
    desk.opened()
    (desk.cases / "desk.toml").write_text(
        'format = "sekisho.facts/1"\n[facts.operator]\nsme = true\n', encoding="utf-8"
    )
    declared = keyed(of_cases(desk.cases, now(), own_log(), own_queue()))["declared"]
    assert (declared.by, declared.values["fact"]) == (Ground.WORD, "operator.sme")


def test_a_case_that_was_changed_is_no_evidence(desk):
    found = desk.opened()
    path = desk.cases / found / "events.jsonl"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    with pytest.raises(EvidenceError):
        of_cases(desk.cases, now(), own_log(), own_queue())
