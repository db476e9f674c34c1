import pytest

from sekisho.audit.membership.training import verify_training
from sekisho.cli.app import main
from sekisho.store.runs import RunDirectory
from tests.asking import Machine
from tests.membership import Desk
from tests.world import drawn

MODEL = "ab" * 32


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def state(machine, *words, model=MODEL, complete="yes", runs=None, name="t.json"):
    runs = [str(machine.run)] if runs is None else runs
    given = ["--runs", *runs] if runs else []
    options = ["--model-digest", model, *given, "--complete", complete]
    code = main(["statement", "training", *options, "-o", machine / name, "--lang", "en", *words])
    file = machine.folder / name
    return code, verify_training(file.read_bytes(), log_key=machine.desk.log.vkey) if file.exists() else None


@pytest.mark.parametrize("complete", ["yes", "no"])
def test_a_model_is_tied_to_a_run_on_the_log(machine, capsys, complete):
    code, done = state(machine, complete=complete)
    assert (code, done.statement.complete) == (0, complete == "yes")
    assert (done.statement.model.hex(), done.statement.operator) == (MODEL, machine.operator.key)
    assert done.statement.runs[0].root.hex() == machine.desk.manifest["membership"]["root"]
    assert (done.index, done.head.size) == (1, 2)
    assert f"sha256:{MODEL} and 1 runs" in capsys.readouterr().out


def test_several_runs_are_named_together(machine, tmp_path):
    log = machine.desk.log

    Desk({"z.png": drawn(50)}, log=log, target=RunDirectory(tmp_path / "two"), operator=machine.operator)
    code, done = state(machine, runs=[str(machine.run), str(tmp_path / "two")])
    assert (code, len(done.statement.runs)) == (0, 2)
    assert state(machine, runs=[str(machine.run)] * 2, name="twice.json") == (2, None)


def test_verify_says_what_it_proves_and_what_not(machine, capsys):
    state(machine)
    capsys.readouterr()
    assert main(["verify", machine / "t.json", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert f"the model sha256:{MODEL} was trained on 1 runs" in out
    assert "and on nothing else" in out
    assert "Not proven: that it is true." in out
    assert main(["verify", machine / "t.json", "--lang", "ja"]) == 0
    assert "内容が事実であること" in capsys.readouterr().out


@pytest.mark.parametrize("model", ["", "ab", "zz" * 32, "ab" * 33, "sha256:", "model.safetensors"])
def test_a_model_is_named_by_its_digest(machine, model):
    assert state(machine, model=model) == (2, None)


def test_the_digest_may_say_what_it_is(machine):
    assert state(machine, model=f"sha256:{MODEL}")[1].statement.model.hex() == MODEL


def test_wrong_arguments(machine):
    assert state(machine, runs=[machine / "gone"]) == (2, None)
    assert state(machine, runs=[]) == (2, None)
    assert state(machine, complete="perhaps") == (2, None)
    assert state(machine, runs=[str(machine.folder)])[1] is None


def test_a_statement_is_not_overwritten(machine):
    assert state(machine)[0] == 0
    assert state(machine)[0] == 2
    assert state(machine, "--force")[0] == 0
