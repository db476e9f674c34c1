import pytest

from sekisho.audit.membership.checked import verify_answer
from sekisho.cli.app import main
from sekisho.ledger.entry import EntryType, decode_entry
from sekisho.ledger.logged import decode_logged, is_waiting
from sekisho.model import Kind
from sekisho.model.question import AskBasis, FileRefusal, Refusal
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
    return code, checked(machine, name)


def checked(machine, name="a.json"):
    """Verify an answer with all that its asker has; None if there is none."""
    file = machine.folder / name
    if not file.exists():
        return None
    data, asked = file.read_bytes(), (machine.folder / "q.json").read_bytes()
    return verify_answer(data, question=asked, log_key=None if is_waiting(data) else machine.desk.log.vkey)


def edition(machine):
    """Register a.png at the registry, publish, and return what names the edition, and the entry."""
    world = machine.desk.world
    entry = world.register(world.holder, drawn(1), title="灯台")
    (machine.folder / "edition.snapshot").write_bytes(world.publish())
    words = ["--snapshot", machine / "edition.snapshot", "--trusted-keys", world.registry.key]
    return [*words, "--allow-stale"], {"entry": entry, "holder": world.holder.key, "basis": AskBasis.HOLDER}


def size(machine):
    """Return how many entries the log shows to whoever looks."""
    return machine.desk.log.static.head().size


def logged_type(machine):
    return decode_entry(decode_logged((machine.folder / "a.json").read_bytes()).entry).type


def test_a_public_question_is_answered_and_logged_in_public(machine):
    put(machine, machine.asker, asked_for(drawn(1), near=False), asked_for(FOUND, near=False))
    code, done = answer(machine)
    assert (code, [found.present for found in done.files]) == (0, [True, False])
    assert logged_type(machine) is EntryType.PUBLIC
    assert (machine.folder / "a.json").stat().st_mode & 0o777 == 0o600


def test_a_trusted_registry_gets_near_copies_of_its_entry_and_nothing_else(machine, capsys):
    words, basis = edition(machine)
    put(machine, machine.desk.world.registry, asked_for(FOUND), asked_for(PERSON), **basis)
    code, done = answer(machine, *words, "--lang", "en")
    assert code == 0
    near, other = done.files
    assert [row.row.item for row in near.near] == ["a.png", "a-again.png", "a-third.png"]
    assert (other.present, other.near, other.exact) == (True, None, ())
    assert (near.refused, other.refused) == (None, FileRefusal.NOT_OF_ENTRY)
    assert done.answer.edition.hex() == machine.desk.world.open().digest
    said = capsys.readouterr().err
    assert "1 files were refused" in said
    assert main(["verify", machine / "a.json", "--lang", "en"]) == 0
    assert "file 2: REFUSED: what was asked is not near to anything registered" in capsys.readouterr().out


def test_the_log_does_not_tell_when_a_registry_was_answered(machine, capsys):
    words, basis = edition(machine)
    put(machine, machine.desk.world.registry, asked_for(FOUND), **basis)
    before = size(machine)
    code, done = answer(machine, *words, "--lang", "en")
    assert (code, done.logged, size(machine)) == (0, None, before)
    assert "waits for the next batch" in capsys.readouterr().err
    assert main(["log", "proof", machine / "a.json"]) == 3
    assert main(["log", "batch"]) == 0
    assert main(["log", "proof", machine / "a.json"]) == 0
    done = checked(machine)
    assert (size(machine), done.logged.head.size) == (before + 16, before + 16)
    assert logged_type(machine) is EntryType.PERSON
    assert (machine.folder / "a.json").stat().st_mode & 0o777 == 0o600
    # The next answer waits for the next hour, however often it is asked for.
    assert answer(machine, *words, name="b.json")[0] == main(["log", "batch"]) == 0
    assert main(["log", "proof", machine / "b.json"]) == 3
    assert size(machine) == before + 16


def test_an_entry_that_the_edition_has_not_carries_no_question(machine):
    words, basis = edition(machine)
    put(machine, machine.desk.world.registry, asked_for(FOUND), **basis | {"entry": "e-" + "9" * 32})
    code, done = answer(machine, *words)
    assert (code, done.answer.refusal) == (0, Refusal.UNKNOWN_ENTRY)
    assert done.answer.edition.hex() == machine.desk.world.open().digest


def test_without_the_edition_of_who_asks_nothing_is_answered(machine, capsys):
    words, basis = edition(machine)
    put(machine, machine.desk.world.registry, asked_for(FOUND), **basis)
    assert answer(machine, "--trusted-keys", machine.desk.world.registry.key) == (2, None)
    assert "--snapshot FILE" in capsys.readouterr().err
    put(machine, machine.asker, asked_for(FOUND), **basis)
    assert answer(machine, *words, "--trusted-keys", machine.asker.key) == (2, None)
    assert "the one named is of" in capsys.readouterr().err


def test_an_asker_has_a_limit_and_is_told_what_to_do(machine, capsys):
    words, basis = edition(machine)
    registry = machine.desk.world.registry
    for number in range(2):
        put(machine, registry, asked_for(FOUND), operator=(None, machine.operator.key)[number], **basis)
        code, _ = answer(machine, *words, "--questions-a-day", "1", "--lang", "en", name=f"{number}.json")
        assert code == (0, 2)[number]
    said = capsys.readouterr().err
    assert "more than 1 questions" in said
    assert "answer it tomorrow (UTC), or raise questions_a_day" in said
    assert answer(machine, *words, "--prints-a-day", "1", name="c.json")[1] is None
    assert "raise prints_a_day" in capsys.readouterr().err
    assert main(["trace", "answered", "--lang", "en"]) == 0
    assert f"{registry.key} (a registry, on the basis of" in capsys.readouterr().out


def test_authorities_are_those_of_the_editions_root_and_are_counted_too(machine, capsys):
    machine.desk.world.authorities.append(machine.asker.key)
    words, _ = edition(machine)
    put(machine, machine.asker, asked_for(FOUND), basis=AskBasis.AUTHORITY, kind=Kind.WORK)
    code, done = answer(machine, *words)
    assert (code, done.answer.refusal, len(done.files[0].near)) == (0, None, 3)
    assert main(["trace", "answered", "--lang", "en"]) == 0
    assert "questions: 1, files: 1" in capsys.readouterr().out


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
    # An authority that asks about a person can not do so unseen: the log has its answer with the next batch.
    assert main(["log", "batch"]) == main(["log", "proof", machine / "a.json"]) == 0
    assert logged_type(machine) is EntryType.PERSON


def test_whoever_has_somebodys_photo_is_told_by_nobody_whether_one_like_it_is_in_a_run(machine):
    # The bytes of another copy, its hashes, and every basis that a stranger can claim.
    words, basis = edition(machine)
    asked = asked_for(PERSON)
    for number, claim in enumerate(
        (
            {"basis": AskBasis.PUBLIC},
            {"basis": AskBasis.AUTHORITY, "kind": Kind.LIKENESS},
            {"basis": AskBasis.HOLDER, "kind": Kind.LIKENESS, "standing": b"\1" * 32},
            basis,
        )
    ):
        to = {"operator": machine.operator.key} if claim.get("kind") is Kind.LIKENESS else {}
        put(machine, machine.asker, asked, **claim | to)
        code, done = answer(machine, *words, name=f"{number}.json")
        assert (code, done.answer.found) == (0, ())
        assert done.answer.refusal in {Refusal.ONLY_EXACT, Refusal.NO_AUTHORITY, Refusal.NOT_TRUSTED}
    # In public the very file, by its bytes alone: a proof, and no row.
    put(machine, machine.asker, asked_for(PERSON, near=False))
    _, done = answer(machine, name="public.json")
    assert (done.files[0].present, done.files[0].exact, done.files[0].near) == (True, (), None)


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
