import json

import pytest

from sekisho.cli.app import main
from sekisho.cli.documents import KINDS
from tests.asking import Machine

ALL = ",".join(KINDS)
MODEL = "ab" * 32


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def write(machine, *words, runs=None, kinds=ALL, folder="documents"):
    runs = [str(machine.run)] if runs is None else runs
    return main(["report", *runs, "--as", kinds, "-o", machine / folder, "--lang", "en", *words])


def stated(machine):
    options = ["--model-digest", MODEL, "--runs", str(machine.run), "--complete", "yes"]
    assert main(["statement", "training", *options, "-o", machine / "t.json"]) == 0
    return machine / "t.json"


def test_every_document_is_written_and_nothing_in_the_run(machine, capsys):
    before = {path: path.read_bytes() for path in machine.run.rglob("*") if path.is_file()}
    assert write(machine) == 0
    names = {path.name for path in (machine.folder / "documents").iterdir()}
    assert names == {
        *("facts.json", "eu-summary.md", "eu-summary.json", "eu-summary.html", "croissant.json"),
        *("ab-2013.html", "jp-principles.html", "jp-principles.en.html", "appi.html", "appi.en.html"),
        *("dataset.spdx3.json", "ab-2013.md", "ab-2013.json", "jp-principles.md", "jp-principles.json"),
        *("appi.md", "appi.json"),
    }
    assert before == {path: path.read_bytes() for path in machine.run.rglob("*") if path.is_file()}
    assert "eu-summary.html" in capsys.readouterr().out


def test_documents_runs_and_model_hang_together(machine):
    assert (
        write(machine, "--training", stated(machine), "--log-key", machine.desk.log.vkey, kinds="spdx") == 0
    )
    facts = json.loads((machine.folder / "documents" / "facts.json").read_text())
    assert facts["training"]["model"] == MODEL
    assert facts["training"]["runs"][0]["public"] == facts["runs"][0]["public"]
    assert facts["runs"][0]["log"]["index"] == 0


def test_a_template_is_written_and_can_be_read(machine):
    assert main(["report", "--init", "-o", machine / "d.toml"]) == 0
    assert main(["report", "--init", "-o", machine / "d.toml"]) == 2
    assert write(machine, "--declarations", machine / "d.toml", kinds="appi") == 0


@pytest.mark.parametrize("name", ["manifest.json", "public.json", "seal.json"])
def test_a_run_that_was_changed_is_refused(machine, capsys, name):
    file = machine.run / name
    file.write_bytes(file.read_bytes().replace(b'"train"', b'"trxin"').replace(b'"v": 1', b'"v":  1'))
    file.write_bytes(file.read_bytes() + b" ")
    assert write(machine) == 4
    assert name in capsys.readouterr().err
    assert not (machine.folder / "documents").exists()


def test_changed_decisions_are_refused(machine, capsys):
    part = next((machine.run / "decisions").iterdir())
    part.write_bytes(part.read_bytes()[:-1])
    assert write(machine) == 4
    assert part.name in capsys.readouterr().err


def test_a_run_that_was_not_finished_is_refused(machine, capsys):
    (machine.run / "seal.json").unlink()
    assert write(machine) == 2
    assert "--resume" in capsys.readouterr().err


def test_a_statement_that_was_changed_or_is_none_is_refused(machine):
    file = stated(machine)
    data = (machine.folder / "t.json").read_text()
    (machine.folder / "t.json").write_text(data.replace(data[200:204], "AAAA"))
    assert write(machine, "--training", file) in {2, 4}
    assert write(machine, "--training", machine / "gone.json") == 2
    assert not (machine.folder / "documents").exists()


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["report", "RUN", "--as", "eu-sumary", "-o", "F"], "known are"),
        (["report", "RUN", "--as", ",", "-o", "F"], "known are"),
        (["report", "RUN", "--as", "appi"], "-o FOLDER"),
        (["report", "RUN", "--as", "appi", "-o", "RUN/documents"], "elsewhere"),
        (["report", "F/gone", "--as", "appi", "-o", "F"], "no RUN"),
        (["report"], "sekisho report RUN"),
        (["report", "--init"], "declarations.toml"),
        (["report", "RUN", "--init", "-o", "F"], "--init writes"),
        (["report", "RUN", "RUN"], "eu-summary"),
        (["report", "RUN", "--declarations", "F"], "--as eu-summary"),
        (["report", "RUN", "RUN", "--as", "appi", "-o", "F"], "last run alone"),
    ],
)
def test_wrong_arguments(machine, capsys, words, hint):
    given = [word.replace("RUN", str(machine.run)).replace("F/", machine / "x/") for word in words]
    given = [machine / "F" if word == "F" else word for word in given]
    assert main(given) == 2
    assert hint in capsys.readouterr().err


def test_wrong_declarations_write_nothing(machine, capsys):
    (machine.folder / "d.toml").write_text("[provider]\nnam = 'x'")
    assert write(machine, "--declarations", machine / "d.toml") == 2
    assert "nam" in capsys.readouterr().err
    assert not (machine.folder / "documents").exists()


def test_documents_that_are_there_are_kept_unless_forced(machine):
    assert write(machine, kinds="appi") == 0
    (machine.folder / "documents" / "appi.md").write_text("mine")
    assert write(machine, kinds="spdx,appi") == 2
    assert (machine.folder / "documents" / "appi.md").read_text() == "mine"
    assert not (machine.folder / "documents" / "dataset.spdx3.json").exists()
    assert write(machine, "--force", kinds="spdx,appi") == 0
