"""A run's folder that is deleted or damaged while it is used: an error, and nothing is allowed by it."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from sekisho.audit.membership.checked import verify_answer
from sekisho.cli.app import main
from sekisho.codec.hit import decode_draft
from sekisho.registry.submit import submit
from sekisho.signing import DRAFT, open_statement
from sekisho.store.database import open_registry
from sekisho.store.home import default_registry
from sekisho.store.run_index import open_run
from tests.asking import FOUND, Machine
from tests.counts import count
from tests.membership import asked_for, question
from tests.parties import DAY, Party, registration
from tests.system.audit_world import evidence, file_of
from tests.traced import told
from tests.world import drawn, print_of

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


@pytest.fixture(scope="module")
def audited(made_world, tmp_path_factory):
    """A small dataset, and a run of it."""
    folder = tmp_path_factory.mktemp("audited")
    dataset, run = folder / "pictures", folder / "RUN"
    dataset.mkdir()
    for word in ("free", "verified", "granted"):
        (dataset / f"{word}.png").write_bytes(file_of(word, 0, "PNG"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEKISHO_HOME", str(made_world.home))
        assert main(made_world.words(dataset, out=run, jobs=1)) == 1
    return dataset, run


STEPS = range(0, count(60, 400), count(12, 1))
"""After how many files that were opened; a command opens some hundreds."""


def sealed(run):
    return (run / "seal.json").exists()


def test_deciding_again_ends_with_an_error_or_with_the_same_decisions(world, audited, tmp_path, capsys, tell):
    whole = tmp_path / "whole"
    assert main(world.words(out=whole, again=audited[1])) == 1
    deleted = 0
    for moment in STEPS:
        run, out = Path(shutil.copytree(audited[1], tmp_path / f"run-{moment}")), tmp_path / f"out-{moment}"
        code, gone = delete_during(run, moment, world.words(out=out, again=run))
        said = capsys.readouterr().err
        assert "a fault in Sekisho" not in said, said
        assert sealed(out) is (code in {0, 1})
        if sealed(out):
            assert evidence(out).keys() == evidence(whole).keys()
            assert json.loads((out / "manifest.json").read_bytes())["totals"] == totals_of(whole)
        else:
            assert said.startswith("error: ") or "\nerror: " in said
            deleted += 1
        if not gone:
            break
    tell(f"{deleted} moments without a run")
    assert deleted


def totals_of(run):
    return json.loads((run / "manifest.json").read_bytes())["totals"]


def unsealed(run, to):
    """Copy a run as it is when it was interrupted before the seal."""
    copy = Path(shutil.copytree(run, to))
    for name in ("seal.json", "receipt.tlog-proof", "manifest.json"):
        (copy / name).unlink()
    return copy


def test_a_run_that_is_deleted_while_it_is_resumed_is_not_sealed_without_its_decisions(
    world, audited, tmp_path, capsys, tell
):
    dataset, whole = audited
    unfinished = 0
    for moment in STEPS:
        run = unsealed(whole, tmp_path / f"run-{moment}")
        code, gone = delete_during(run, moment, world.words(dataset, out=run, resume=True, jobs=1))
        said = capsys.readouterr().err
        assert "a fault in Sekisho" not in said, said
        if code in {0, 1}:
            assert main(["verify", str(run)]) == 0, moment
            assert evidence(run) == evidence(whole)
        unfinished += code not in {0, 1}
        shutil.rmtree(run, ignore_errors=True)
        if not gone:
            break
    tell(f"{unfinished} moments without a seal")
    assert unfinished


@pytest.mark.parametrize("name", ["decisions", "membership"])
def test_what_is_damaged_is_made_again_by_resuming_and_refused_by_deciding_again(
    world, audited, tmp_path, capsys, name
):
    dataset, whole = audited
    run = unsealed(whole, tmp_path / "run")
    damaged = next(path for path in sorted((run / name).rglob("*")) if path.is_file())
    damaged.write_bytes(damaged.read_bytes()[:-9])
    assert main(world.words(dataset, out=run, resume=True, jobs=1)) == 1
    assert evidence(run) == evidence(whole)
    damaged.write_bytes(damaged.read_bytes()[:-9])
    capsys.readouterr()
    assert main(world.words(out=tmp_path / "again", again=run)) == 4
    assert damaged.name in capsys.readouterr().err
    assert not (tmp_path / "again").exists()


def test_a_watch_loses_nothing_of_a_run_that_went_and_came_back(tmp_path, capsys, tell):
    story = told(tmp_path / "story")
    assert main(["registry", "init", "--name", "Test"]) == 0
    work = registration(Party(name="holder"), title="灯台", prints=(print_of(drawn(2, 320)),))
    (verdict,) = submit([work], open_registry(str(default_registry())).batch, today=DAY)
    assert verdict.kept
    refused = 0
    for moment in STEPS:
        run, state = tmp_path / f"run-{moment}", tmp_path / f"state-{moment}"
        shutil.copytree(story.run, run)
        words = ["watch", "run", "--run", str(run), "--state", str(state)]
        code, gone = delete_during(run, moment, words)
        said = capsys.readouterr().err
        assert "a fault in Sekisho" not in said, said
        refused += code != 0
        if gone:
            shutil.rmtree(run, ignore_errors=True)
            shutil.copytree(story.run, run)
        assert main(words) == 0
        drafts = [open_statement(path.read_bytes(), DRAFT) for path in (state / "outbox").iterdir()]
        assert [decode_draft(draft.payload).hit.entry for draft in drafts] == [verdict.id]
        if not gone:
            break
    tell(f"{refused} moments without an answer")
    assert refused
