import hashlib
import json
from dataclasses import replace

import pytest

from sekisho.audit.membership.answering import open_question, refuse
from sekisho.audit.membership.checked import verify_answer
from sekisho.audit.membership.training import verify_training
from sekisho.audit.share.public import decode_public
from sekisho.cli.proven import say_answer, say_question, say_training
from sekisho.ledger.policy import parse_policy
from sekisho.model import Kind
from sekisho.model.question import AskBasis, Refusal
from tests.membership import ASKER, PERSON, Desk, asked_for, drawn, edited, question
from tests.world import NOW

CAUSES = {
    Refusal.NOT_TRUSTED: {"basis": AskBasis.HOLDER},
    Refusal.UNKNOWN_ENTRY: {"basis": AskBasis.HOLDER},
    Refusal.NO_AUTHORITY: {"basis": AskBasis.AUTHORITY, "kind": Kind.WORK},
    Refusal.OTHER_OPERATOR: {"operator": ASKER.key},
}


@pytest.fixture(scope="module")
def desk():
    return Desk(persons=[PERSON])


def said(capsys, done, lang="en", *, compared=False):
    say_answer(done, lang, compared=compared)
    return capsys.readouterr().out


def test_what_is_proven_of_exact_files(desk, capsys):
    asked = question(ASKER, asked_for(drawn(1), near=False), asked_for(drawn(77), near=False))
    out = said(capsys, verify_answer(desk.ask(asked)))
    assert f"file 1, sha256:{asked_for(drawn(1)).sha256.hex()}: PROVEN: this very file is in the list" in out
    assert "file 2" in out
    assert "PROVEN: no file with these bytes" in out
    assert "is withheld" in out
    assert "not proven, the operator's signed word only" in out
    assert "ATTESTED" not in out
    assert "for " + ASKER.key + " alone" not in out


def test_what_is_proven_and_attested_of_near_copies(desk, capsys):
    asked = question(desk.world.registry, asked_for(drawn(2)), asked_for(drawn(77)), basis=AskBasis.HOLDER)
    done = verify_answer(desk.ask(asked, training=[desk.trained(complete=False)]))
    out = said(capsys, done, compared=True)
    assert "this is the question that was asked" in out
    assert "row b.png: passed at the check; reviews by people are sealed apart" in out
    assert "file 1: PROVEN: rows that hold a near copy of the picture: 1" in out
    assert "row b.png: 0 of 256 bits differ, computed from the asker's own fingerprint" in out
    assert "file 2: ATTESTED, NOT PROVEN" in out
    assert "Rows that concern persons are left out" in out
    assert "and on other data too" in out
    for line in ("証明済み", "表明のみ(証明なし)", "証明しないこと", "ほかのデータも使った"):
        assert line in said(capsys, done, "ja")


def test_an_answer_about_a_person_is_for_its_asker_alone(desk, capsys):
    asked = question(desk.world.registry, asked_for(PERSON), basis=AskBasis.HOLDER, kind=Kind.LIKENESS)
    done = verify_answer(desk.ask(asked))
    assert f"It is for {desk.world.registry.key} alone: do not pass it on." in said(capsys, done)
    assert "本人の写真(肖像)" in said(capsys, done, "ja")


@pytest.mark.parametrize("refusal", Refusal)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_refusal_has_words(desk, capsys, refusal, lang):
    asked = question(ASKER, asked_for(drawn(1)), **CAUSES.get(refusal, {}))
    done = verify_answer(desk.signed(refuse(asked, refusal, desk.world.operator.key, NOW)))
    out = said(capsys, done, lang)
    assert ("拒否: " if lang == "ja" else "REFUSED: ") in out
    assert refusal.value not in out


def test_names_of_items_can_not_write_on_the_terminal(capsys):
    desk = Desk({"\x1b[31mred.png": drawn(1)})
    asked = question(desk.world.registry, asked_for(drawn(1)), basis=AskBasis.HOLDER)
    assert "\x1b" not in said(capsys, verify_answer(desk.ask(asked)))


@pytest.mark.parametrize("basis", AskBasis)
def test_a_question_says_on_what_it_stands(capsys, basis):
    more = {"kind": Kind.WORK} if basis is AskBasis.AUTHORITY else {}
    made = open_question(question(ASKER, asked_for(drawn(1), near=False), basis=basis, **more))
    say_question(made, "en")
    assert f"{made.id} about 1 files by {ASKER.key} (a" in capsys.readouterr().out


def test_a_training_statement_names_runs_and_log(desk, capsys):
    done = verify_training(desk.trained())
    say_training(done, "en")
    out = capsys.readouterr().out
    assert done.statement.runs[0].public.hex() in out
    assert desk.manifest["membership"]["root"] in out
    assert f"entry {done.index} of the log {desk.log.vkey}" in out


def test_an_answer_from_a_sample_says_so_and_which_run_it_is(desk, capsys):
    asked = question(ASKER, asked_for(drawn(1), near=False))
    done = verify_answer(desk.ask(asked))
    facts = json.loads(done.answer.evidence.public) | {"sample": {"asked": 9, "taken": 9, "of": 70}}
    digest = hashlib.sha256(done.answer.evidence.public).hexdigest()
    done = replace(done, public=decode_public(json.dumps(facts).encode()))
    out = said(capsys, done)
    assert "SAMPLE: only 9 of 70 items were checked" in out
    assert (
        f"public.json sha256:{digest}, sealed as entry {done.seal.index} of the log {done.seal.vkey}" in out
    )
    assert "抜き取り検査: 70 件のうち 9 件だけ" in said(capsys, done, "ja")
    assert "SAMPLE" not in said(capsys, verify_answer(desk.ask(asked)))


def test_near_rows_that_stay_closed_are_not_said_to_be_none(desk, capsys):
    asked = question(desk.world.registry, asked_for(drawn(2)), basis=AskBasis.HOLDER)

    def close(made):
        made["found"][0]["near"] = {"rows": [], "more": 3}

    out = said(capsys, verify_answer(edited(desk, desk.ask(asked), close)))
    assert "file 1: ATTESTED, NOT PROVEN: the operator says that 3 rows hold a near copy, and has op" in out
    assert "no row holds a near copy" not in out


def test_rows_with_the_same_bytes_that_stay_closed_are_said_to_be(desk, capsys):
    asked = question(desk.world.registry, asked_for(drawn(2), near=False), basis=AskBasis.HOLDER)
    answer = desk.ask(asked)
    closed = edited(desk, answer, lambda made: made["found"][0]["exact"].update(rows=[]))
    out = said(capsys, verify_answer(closed))
    assert "PROVEN: this very file is in the list\n  no row with these bytes is opened" in out
    assert "no row with these bytes" not in said(capsys, verify_answer(answer))
    public = question(ASKER, asked_for(drawn(2), near=False))
    assert "no row with these bytes" not in said(capsys, verify_answer(desk.ask(public)))


def test_the_witnesses_of_a_policy_are_counted_for_answer_and_training(desk, capsys):
    asked = question(ASKER, asked_for(drawn(2), near=False))
    trusted = parse_policy(f"log {desk.log.vkey}\nquorum none\n".encode())
    done = verify_answer(desk.ask(asked, training=[desk.trained()]), policy=trusted)
    assert said(capsys, done).count("no witness's signature was looked at") == 2
    say_answer(done, "en", compared=False, policy=trusted)
    out = capsys.readouterr().out
    assert out.count("cosigned by 0 of the 0 witnesses that you believe") == 2
    assert "looked at" not in out
