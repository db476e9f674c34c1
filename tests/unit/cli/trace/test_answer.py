import pytest

from sekisho.audit.membership.checked import verify_answer
from sekisho.cli.app import main
from sekisho.ledger.entry import EntryType, decode_entry
from sekisho.ledger.logged import decode_logged
from sekisho.model import Kind
from sekisho.model.question import AskBasis, Refusal
from sekisho.store.home import keys_dir
from tests.asking import FOUND, Machine
from tests.membership import PERSON, asked_for, question
from tests.shared_run import make_shared_run
from tests.world import drawn


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def put(machine, signer, *asked, name="q.json", **more):
    envelope = question(signer, *asked, **more)
    (machine.folder / name).write_bytes(envelope + b"\n")
    return envelope


def answer(machine, *words, run=None, name="a.json"):
    """Answer the question and return the exit code, and the answer as it holds."""
    run = str(run or machine.run)
    code = main(["trace", "answer", machine / "q.json", "--run", run, "-o", machine / name, *words])
    file = machine.folder / name
    if not file.exists():
        return code, None
    asked = (machine.folder / "q.json").read_bytes()
    return code, verify_answer(file.read_bytes(), question=asked, log_key=machine.desk.log.vkey)


def logged_type(machine):
    return decode_entry(decode_logged((machine.folder / "a.json").read_bytes()).entry).type


def test_a_public_question_is_answered_and_logged_in_public(machine):
    put(machine, machine.asker, asked_for(drawn(1), near=False), asked_for(FOUND, near=False))
    code, done = answer(machine)
    assert (code, [found.present for found in done.files]) == (0, [True, False])
    assert logged_type(machine) is EntryType.PUBLIC
    assert (machine.folder / "a.json").stat().st_mode & 0o777 == 0o600


def test_a_trusted_registry_gets_near_copies_and_the_log_tells_nothing(machine):
    registry = machine.desk.world.registry
    put(machine, registry, asked_for(FOUND), asked_for(PERSON), basis=AskBasis.HOLDER)
    code, done = answer(machine, "--trusted-keys", registry.key)
    assert code == 0
    assert [row.row.item for row in done.files[0].near] == ["a.png", "a-again.png", "a-third.png"]
    assert done.files[1].near == ()
    assert logged_type(machine) is EntryType.PERSON
    assert done.head.size == 1 + 16


def test_an_unknown_registry_and_authority_are_refused(machine, capsys):
    put(machine, machine.asker, asked_for(FOUND), basis=AskBasis.HOLDER)
    code, done = answer(machine, "--lang", "en")
    assert (code, done.answer.refusal) == (0, Refusal.NOT_TRUSTED)
    assert "does not trust the registry" in capsys.readouterr().out
    put(machine, machine.asker, asked_for(FOUND), basis=AskBasis.AUTHORITY, kind=Kind.LIKENESS)
    code, done = answer(machine, name="b.json")
    assert (code, done.answer.refusal) == (0, Refusal.NO_AUTHORITY)
    code, done = answer(machine, "--authority-keys", "asker", name="c.json")
    assert (code, done.answer.refusal) == (0, None)


def test_a_question_about_near_copies_in_public_is_refused(machine):
    put(machine, machine.asker, asked_for(FOUND))
    code, done = answer(machine)
    assert (code, done.answer.refusal, done.files) == (0, Refusal.ONLY_EXACT, ())


def test_an_answer_about_a_person_says_for_whom_it_is(machine, capsys):
    put(machine, machine.asker, asked_for(PERSON), basis=AskBasis.AUTHORITY, kind=Kind.LIKENESS)
    code, done = answer(machine, "--authority-keys", machine.asker.key, "--lang", "en")
    assert (code, [row.row.item for row in done.files[0].exact]) == (0, ["person.png"])
    assert f"Give it to {machine.asker.key} and to nobody else" in capsys.readouterr().err


def test_a_training_statement_is_enclosed_if_it_names_the_run(machine, capsys):
    put(machine, machine.asker, asked_for(drawn(1), near=False))
    words = ["--model-digest", "ab" * 32, "--runs", str(machine.run), "--complete", "no"]
    assert main(["statement", "training", *words, "-o", machine / "t.json"]) == 0
    code, done = answer(machine, "--training", machine / "t.json")
    assert (code, [made.statement.complete for made in done.training]) == (0, [False])
    (machine.folder / "t.json").write_bytes((machine.folder / "a.json").read_bytes())
    code, done = answer(machine, "--training", machine / "t.json", name="b.json")
    assert (code, done) == (4, None)
    assert "expected" in capsys.readouterr().err


def test_an_older_run_refuses(machine):
    (machine.folder / "older").mkdir()
    older, _ = make_shared_run(machine.folder / "older", machine.operator, machine.desk.log)
    put(machine, machine.asker, asked_for(drawn(1), near=False))
    code, done = answer(machine, run=older)
    assert (code, done.answer.refusal) == (0, Refusal.NO_MAP)


def test_only_the_operator_of_the_run_answers(machine):
    put(machine, machine.asker, asked_for(drawn(1), near=False))
    (keys_dir() / "studio.key").unlink()
    assert answer(machine) == (2, None)


@pytest.mark.parametrize("content", [b"", b"why?", b'{"payload":""}'])
def test_what_is_no_question_is_not_answered(machine, content):
    (machine.folder / "q.json").write_bytes(content)
    assert answer(machine) == (2, None)


def test_a_forged_question_is_not_answered(machine):
    put(machine, machine.asker, asked_for(drawn(1), near=False), by=machine.operator)
    assert answer(machine) == (2, None)


def test_missing_files_and_runs_are_named(machine, tmp_path):
    assert answer(machine) == (2, None)
    put(machine, machine.asker, asked_for(drawn(1), near=False))
    assert answer(machine, run=tmp_path / "gone")[1] is None
    assert answer(machine, "--training", machine / "gone.json") == (2, None)


def test_a_run_that_was_changed_does_not_answer(machine):
    put(machine, machine.asker, asked_for(drawn(1), near=False))
    (machine.run / "public.json").write_text("{}")
    assert answer(machine) == (4, None)
