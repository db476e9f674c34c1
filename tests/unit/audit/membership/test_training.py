import hashlib
from dataclasses import replace

import pytest

from sekisho.audit.membership.training import trained_on, training_statement, verify_training
from sekisho.errors import EvidenceError, UsageError
from tests.membership import ASKER, Desk, asked_for, drawn, question
from tests.world import NOW


@pytest.fixture(scope="module")
def desk():
    return Desk({"a.png": drawn(1), "b.png": drawn(2)})


def test_a_statement_names_its_runs_by_public_json_and_map(desk):
    done = verify_training(desk.trained(), log_key=desk.log.vkey)
    (run,) = done.statement.runs
    assert run.public == hashlib.sha256(desk.files.read("public.json")).digest()
    assert run.root.hex() == desk.manifest["membership"]["root"]
    assert (done.statement.operator, done.statement.at) == (desk.world.operator.key, NOW)
    assert done.statement.complete is True
    assert (done.vkey, done.head.size) == (desk.log.vkey, done.index + 1)


def test_the_log_proves_it_by_the_key_that_the_reader_knows(desk):
    with pytest.raises(EvidenceError, match="is of the log"):
        verify_training(desk.trained(), log_key=Desk({}, word="other").log.vkey)


def test_somebody_else_can_not_state_it(desk):
    with pytest.raises(EvidenceError, match="is signed by"):
        verify_training(desk.trained(signer=ASKER))


def test_a_changed_statement_does_not_hold(desk):
    data = desk.trained()
    for place in range(60, len(data), 97):
        changed = data[:place] + (b"0" if data[place : place + 1] != b"0" else b"1") + data[place + 1 :]
        with pytest.raises(EvidenceError):
            verify_training(changed, log_key=desk.log.vkey)


def test_an_answer_is_no_training_statement(desk):
    answer = desk.ask(question(ASKER, asked_for(drawn(1), near=False)))
    with pytest.raises(EvidenceError, match="expected"):
        verify_training(answer)


def test_runs_of_several_operators_are_refused(desk):
    runs = [desk.run, replace(desk.run, operator=ASKER.key)]
    with pytest.raises(UsageError, match="several operators"):
        training_statement(runs, model=b"m" * 32, complete=True, at=NOW)


def test_a_run_is_named_once(desk):
    with pytest.raises(UsageError, match="named once"):
        training_statement([desk.run, desk.run], model=b"m" * 32, complete=True, at=NOW)


def test_an_older_run_can_not_be_named(desk):
    manifest = {name: value for name, value in desk.manifest.items() if name != "membership"}
    with pytest.raises(UsageError, match="before Sekisho kept a map"):
        trained_on(replace(desk.run, manifest=manifest))
