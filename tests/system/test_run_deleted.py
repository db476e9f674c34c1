"""A run's folder that is deleted while it is read: an error, never an answer that says nothing is there."""

import json
import shutil
import sys

import pytest

from sekisho.audit.membership.checked import verify_answer
from sekisho.cli.app import main
from sekisho.store.run_index import open_run
from tests.asking import FOUND, Machine
from tests.counts import count
from tests.membership import asked_for, question
from tests.world import drawn

MOMENTS = count(8, 200)


class Deleting:
    """Deletes a folder when a file in it is opened for the n-th time. A hook can not be taken away again."""

    def __init__(self):
        self.folder, self.left = "", 0
        sys.addaudithook(self)

    def __call__(self, event, arguments):
        if event not in {"open", "sqlite3.connect", "os.listdir", "os.scandir"} or not self.folder:
            return
        if str(arguments[0]).startswith(self.folder):
            self.left -= 1
            if self.left < 0:
                folder, self.folder = self.folder, ""
                shutil.rmtree(folder)


DELETING = Deleting()


def delete_during(folder, moment, words):
    """Run a command while its folder goes away; return the exit code and whether it did go."""
    DELETING.folder, DELETING.left = str(folder), moment
    try:
        return main(words), not DELETING.folder
    finally:
        DELETING.folder = ""


@pytest.fixture
def machine(tmp_path):
    made = Machine(tmp_path)
    asked = question(made.asker, asked_for(drawn(1), near=False), asked_for(FOUND, near=False))
    (tmp_path / "q.json").write_bytes(asked + b"\n")
    return made


def test_an_answer_says_what_is_there_or_is_not_given(machine, tmp_path, capsys, tell):
    deleted = 0
    for moment in range(MOMENTS):
        run, answer = tmp_path / f"run-{moment}", tmp_path / f"a-{moment}.json"
        shutil.copytree(machine.run, run)
        words = ["trace", "answer", machine / "q.json", "--run", str(run), "-o", str(answer)]
        code, gone = delete_during(run, moment, words)
        said = capsys.readouterr().err
        assert "a fault in Sekisho" not in said, said
        if answer.exists():
            data, asked = answer.read_bytes(), (tmp_path / "q.json").read_bytes()
            found = verify_answer(data, question=asked, log_key=machine.desk.log.vkey)
            assert [one.present for one in found.files] == [True, False]
        assert answer.exists() is (code == 0)
        deleted += gone and code != 0
        if not gone:
            break
    tell(f"{deleted} of {moment + 1} moments without an answer")
    assert deleted


def test_a_picture_is_not_said_to_be_absent_from_a_run_that_went(machine, tmp_path, capsys):
    for moment in range(MOMENTS):
        run = tmp_path / f"run-{moment}"
        shutil.copytree(machine.run, run)
        open_run(run)
        words = ["trace", machine / "same.png", "--run", str(run), "--format", "json"]
        code, gone = delete_during(run, moment, words)
        told = capsys.readouterr()
        assert "a fault in Sekisho" not in told.err, told.err
        if code == 0:
            assert json.loads(told.out)
            assert "a.png" in told.out
        if not gone:
            break
    assert moment
