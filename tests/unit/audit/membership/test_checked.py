"""Answers of dishonest operators: signed by the right key, on the right log, and still refused."""

import base64
import json
from dataclasses import replace

import pytest

from sekisho.audit.membership.answering import open_question, refuse
from sekisho.audit.membership.checked import verify_answer
from sekisho.audit.membership.records import map_key
from sekisho.audit.run import seal_run
from sekisho.codec.question import encode_question
from sekisho.errors import EvidenceError
from sekisho.ledger.logged import decode_logged, encode_logged
from sekisho.ledger.prefix import MapProof, encode_absence, map_leaf
from sekisho.ledger.tree import EMPTY_ROOT, leaf_hash
from sekisho.ledger.waiting import Waiting, decode_waiting, encode_waiting
from sekisho.model import Kind
from sekisho.model.question import Answer, AskBasis, Exact, Found, Near, OpenRow, Refusal
from sekisho.signing import ANSWER, QUESTION, sign_statement
from tests.membership import (
    ASKER,
    AUTHORITY,
    PERSON,
    Desk,
    asked_for,
    drawn,
    edited,
    opened_answer,
    question,
    resealed,
)
from tests.world import NOW

MORE = {"a.png": drawn(1), "x.png": drawn(8), "y.png": drawn(9)}


@pytest.fixture(scope="module")
def desk():
    return Desk(persons=[PERSON])


@pytest.fixture(scope="module")
def other():
    """Return another run of the same operator on the same log key."""
    return Desk(MORE)


@pytest.fixture(scope="module")
def public(desk):
    """Return a question about a file that is there and one that is not, and its answer."""
    asked = question(ASKER, asked_for(drawn(1), near=False), asked_for(drawn(70), near=False))
    return asked, desk.ask(asked)


@pytest.fixture(scope="module")
def holder(desk):
    """Return a registry's question and its answer: three equal rows, one near row, nothing."""
    asked = [asked_for(drawn(n)) for n in (1, 2, 70)]
    made = question(desk.world.registry, *asked, basis=AskBasis.HOLDER)
    return made, desk.ask(made, training=[desk.trained()])


def refused(desk, data, edit, said=None):
    with pytest.raises(EvidenceError, match=said):
        verify_answer(edited(desk, data, edit), log_key=desk.log.vkey)


def test_an_honest_answer_holds(desk, public):
    asked, data = public
    done = verify_answer(data, question=asked + b"\n", log_key=desk.log.vkey)
    assert [found.present for found in done.files] == [True, False]
    assert done.answer.operator == done.seal.record.operator == desk.world.operator.key
    assert (done.question.asker, done.vkey) == (ASKER.key, desk.log.vkey)


def test_rows_are_told_with_their_distance(holder):
    done = verify_answer(holder[1])
    first, second, third = done.files
    assert [row.row.item for row in first.exact] == ["a.png", "a-again.png", "a-third.png"]
    assert [(row.row.item, row.distance) for row in second.near] == [("b.png", 0)]
    assert (third.present, third.near) == (False, ())
    assert done.training[0].statement.complete


def test_an_edit_that_changes_nothing_still_holds(desk, holder):
    assert verify_answer(edited(desk, holder[1], lambda _: None)).files


def test_an_answer_about_a_person_names_its_only_asker(desk):
    asked = question(desk.world.registry, asked_for(PERSON), basis=AskBasis.HOLDER, kind=Kind.LIKENESS)
    done = verify_answer(desk.ask(asked), question=asked)
    assert (done.question.kind, done.question.asker) == (Kind.LIKENESS, desk.world.registry.key)
    assert [row.row.reason for row in done.files[0].exact] == ["protected_person"]


def test_the_answer_is_to_the_question_that_was_asked(public, holder):
    for other in (holder[0], question(AUTHORITY, asked_for(drawn(1), near=False))):
        with pytest.raises(EvidenceError, match="another question"):
            verify_answer(public[1], question=other)


def test_nobody_else_signs_the_answer(desk, public):
    with pytest.raises(EvidenceError, match="is signed by"):
        verify_answer(desk.signed(opened_answer(public[1]), ASKER))
    refused(desk, public[1], lambda made: made.update(operator=ASKER.key), "is signed by")


def test_another_operator_can_not_answer_with_somebodys_run(desk, public):
    answer = replace(opened_answer(public[1]), operator=ASKER.key)
    with pytest.raises(EvidenceError, match="another operator than the run"):
        verify_answer(desk.signed(answer, ASKER))


def test_a_question_for_one_operator_is_answered_by_no_other(desk):
    asked = question(ASKER, asked_for(drawn(1), near=False), operator=AUTHORITY.key)
    with pytest.raises(EvidenceError, match="for another operator"):
        verify_answer(desk.ask(asked))
    made = replace(opened_answer(desk.ask(asked)), evidence=None, found=(), refusal=Refusal.OTHER_OPERATOR)
    assert verify_answer(desk.signed(made)).answer.refusal is Refusal.OTHER_OPERATOR


def test_a_question_that_nobody_signed_is_no_question(desk, public):
    forged = question(ASKER, asked_for(drawn(1), near=False), asked_for(drawn(70), near=False), by=AUTHORITY)
    refused(desk, public[1], lambda made: made.update(question=forged.decode()), "is signed by")


@pytest.mark.parametrize("which", [0, 1])
def test_presence_and_absence_can_not_be_swapped(desk, public, which):
    def swap(made):
        made["found"][0]["exact"], made["found"][1]["exact"] = (
            made["found"][1]["exact"],
            made["found"][0]["exact"],
        )
        made["found"][which] = opened["found"][which]

    opened = json.loads(json.dumps({"found": _document(public[1])["found"]}))
    refused(desk, public[1], swap, "file 2" if which == 0 else "file 1")


def _document(data):
    return json.loads(base64.b64decode(json.loads(decode_logged(data).statement)["payload"]))


def test_a_file_that_is_there_is_not_proven_absent(desk, public):
    key = map_key(bytes.fromhex(desk.manifest["membership"]["nonce"]), asked_for(drawn(1)).sha256)
    exact = opened_answer(public[1]).found[0].exact

    def hide(made):
        proof = encode_absence(MapProof(key, exact.value, ()))[:66] + exact.proof
        made["found"][0]["exact"] |= {"value": None, "proof": base64.b64encode(proof).decode()}

    refused(desk, public[1], hide, "ends at the key itself")


def test_the_absence_of_another_file_proves_nothing(desk, public):
    def borrow(made):
        made["found"][0]["exact"] = made["found"][1]["exact"]

    refused(desk, public[1], borrow, "file 1")


@pytest.mark.parametrize("length", [0, 10, -1])
@pytest.mark.parametrize("number", [0, 1])
def test_a_proof_that_was_cut_short(desk, public, number, length):
    def cut(made):
        exact = made["found"][number]["exact"]
        exact["proof"] = base64.b64encode(base64.b64decode(exact["proof"])[:length]).decode()

    refused(desk, public[1], cut, f"file {number + 1}")


def test_proofs_of_another_run_prove_nothing(desk, other, public):
    answer = opened_answer(other.ask(public[0]))
    mixed = replace(opened_answer(public[1]), found=answer.found)
    with pytest.raises(EvidenceError, match="does not lead to the root"):
        verify_answer(desk.signed(mixed))


def test_the_public_facts_of_another_run_are_not_those_that_were_sealed(desk, other, public):
    foreign = other.files.read("public.json").decode()
    refused(
        desk, public[1], lambda made: made["evidence"].update(public=foreign), "not the one that was sealed"
    )


def test_another_nonce_or_root_is_not_what_was_sealed(desk, public):
    for field in ("nonce", "root"):

        def change(made, field=field):
            facts = json.loads(made["evidence"]["public"])
            facts["membership"][field] = "0" * 64
            made["evidence"]["public"] = json.dumps(facts)

        refused(desk, public[1], change, "not the one that was sealed")


@pytest.mark.parametrize("salt", [b"", b"s" * 31, b"s" * 33])
def test_salts_of_other_lengths_open_nothing(desk, public, salt):
    def shorten(made):
        seal = json.loads(made["evidence"]["seal"]) | {"salt": base64.b64encode(salt).decode()}
        made["evidence"]["seal"] = json.dumps(seal, sort_keys=True, indent=1, ensure_ascii=False) + "\n"

    refused(desk, public[1], shorten)
    logged = replace(decode_logged(public[1]), salt=salt)
    with pytest.raises(EvidenceError):
        verify_answer(encode_logged(logged))


def test_the_receipt_of_another_entry_proves_nothing(desk, public):
    refused(desk, public[1], lambda made: made["evidence"].update(receipt=desk.log.prove(1).decode()))
    with pytest.raises(EvidenceError):
        verify_answer(encode_logged(replace(decode_logged(public[1]), receipt=desk.log.prove(0))))


def test_the_log_is_the_one_that_the_reader_knows(public):
    with pytest.raises(EvidenceError, match="is of the log"):
        verify_answer(public[1], log_key=Desk({}, word="another").log.vkey)


def test_a_seal_with_the_key_to_all_rows_is_told(desk, public):
    seal = desk.files.read("seal.json").decode()
    refused(desk, public[1], lambda made: made["evidence"].update(seal=seal), "key to every row")


def test_as_many_files_are_answered_as_were_asked_for(desk, public):
    refused(desk, public[1], lambda made: made["found"].pop(), "2 files were asked for, 1")
    refused(desk, public[1], lambda made: made["found"].append(made["found"][0]), "2 files were asked for, 3")


def test_what_was_asked_is_answered(desk, public, holder):
    refused(desk, public[1], lambda made: made["found"][0].update(exact=None), "not what is answered")
    refused(desk, holder[1], lambda made: made["found"][0].update(near=None), "not what is answered")
    near = {"rows": [], "more": 0}
    refused(desk, public[1], lambda made: made["found"][0].update(near=near), "not what is answered")


def test_a_public_question_opens_no_row(desk, public, holder):
    rows = _document(holder[1])["found"][0]["exact"]["rows"]
    refused(desk, public[1], lambda made: made["found"][0]["exact"].update(rows=rows), "public question")


def test_the_opened_rows_are_all_with_these_bytes(desk, holder):
    def rows(made):
        return made["found"][0]["exact"]["rows"]

    refused(desk, holder[1], lambda made: rows(made).pop(), "not those that the map has")
    refused(desk, holder[1], lambda made: rows(made).append(rows(made)[0]), "twice or out of order")
    refused(desk, holder[1], lambda made: rows(made).reverse(), "twice or out of order")
    more = _document(holder[1])["found"][1]["exact"]["rows"]
    refused(desk, holder[1], lambda made: rows(made).insert(1, more[0]), "not those that the map has")
    refused(desk, holder[1], lambda made: made["found"][0]["exact"].update(rows=more), "not those that")
    refused(desk, holder[1], lambda made: made["found"][2]["exact"].update(rows=more), "not those that")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda row: row.update(row=row["row"].replace("b.png", "c.png")), "not a row"),
        (lambda row: row.update(row=row["row"].replace('"allow"', '"block"')), "not a row"),
        (lambda row: row.update(row=row["row"] + " "), "not a row"),
        (lambda row: row.update(index=0), "not a row"),
        (lambda row: row.update(unit=99), "no unit 99"),
        (lambda row: row["path"].pop(), "not a row"),
        (lambda row: row["path"].append("0" * 64), "not a row"),
        (lambda row: row["path"].reverse(), "not a row"),
        (lambda row: row.update(path=[]), "not a row"),
    ],
)
def test_a_row_is_one_of_the_sealed_run(desk, holder, change, said):
    refused(desk, holder[1], lambda made: change(made["found"][1]["exact"]["rows"][0]), said)
    refused(desk, holder[1], lambda made: change(made["found"][1]["near"]["rows"][0]), said)


def test_a_row_that_is_not_near_is_not_opened_as_near(desk, holder):
    def borrow(made):
        made["found"][2]["near"]["rows"] = made["found"][1]["near"]["rows"]

    refused(desk, holder[1], borrow, "whose picture is not")


@pytest.mark.parametrize("leaf", [b'{"item":1}', b"", b"no row", b"{" * 50])
def test_whoever_commits_to_something_else_than_rows_can_not_open_it(leaf):
    desk = Desk({"a.png": drawn(1)})
    facts = json.loads(desk.files.read("public.json"))
    facts["units"] = [{"rows": 1, "rows_root": leaf_hash(leaf).hex()}]
    desk.files.write("public.json", json.dumps(facts).encode())
    seal_run(desk.files, signer=desk.world.operator, log=desk.log, salt=b"z" * 32, at=NOW)
    asked = question(desk.world.registry, asked_for(drawn(1), exact=False), basis=AskBasis.HOLDER)
    near = Near(rows=(OpenRow(unit=0, index=0, row=leaf, path=()),))
    answer = Answer(
        id="",
        operator=desk.world.operator.key,
        question=asked,
        at=NOW,
        evidence=desk.run.evidence,
        found=(Found(exact=None, near=near),),
    )
    with pytest.raises(EvidenceError, match="not a row"):
        verify_answer(desk.signed(answer))


def test_a_training_statement_names_the_run_of_the_answer(desk, other, public):
    for foreign, said in (
        (other.trained(), "does not name the run"),
        (desk.trained(signer=ASKER, operator=ASKER.key), "another operator"),
        (public[1], "expected"),
    ):
        refused(desk, public[1], lambda made, foreign=foreign: made.update(training=[foreign.decode()]), said)


def test_a_run_without_a_map_answers_nothing(public):
    desk = Desk({"a.png": drawn(1)})
    facts = json.loads(desk.files.read("public.json"))
    del facts["membership"]
    desk.files.write("public.json", json.dumps(facts).encode())
    seal_run(desk.files, signer=desk.world.operator, log=desk.log, salt=b"z" * 32, at=NOW)
    answer = replace(opened_answer(public[1]), evidence=desk.run.evidence)
    with pytest.raises(EvidenceError, match="names no map"):
        verify_answer(desk.signed(answer))


def test_a_refusal_answers_nothing_else(desk, public):
    refused(desk, public[1], lambda made: made.update(refusal="only_exact"), "what is refused")
    refused(desk, public[1], lambda made: made.update(evidence=None), "has evidence")
    refused(desk, public[1], lambda made: made.update(refusal="because"), "does not hold")


def test_unknown_fields_are_refused(desk, public):
    refused(desk, public[1], lambda made: made.update(note="trust me"), "unknown field")
    refused(desk, public[1], lambda made: made["found"][0].update(verdict="fine"), "unknown field")


def test_no_byte_of_the_file_can_be_changed(desk, public):
    data = public[1]
    for place in range(0, len(data), 211):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises(EvidenceError):
            verify_answer(changed, log_key=desk.log.vkey)


def test_another_statement_is_no_answer(desk):
    made = question(ASKER, asked_for(drawn(1), near=False))
    assert QUESTION != ANSWER
    with pytest.raises(EvidenceError, match="expected"):
        verify_answer(desk.trained())
    with pytest.raises(EvidenceError):
        verify_answer(made)
    with pytest.raises(EvidenceError):
        verify_answer(sign_statement(ANSWER, encode_question.__name__.encode(), desk.world.operator))


def test_two_runs_over_the_same_data_answer_alike():
    one, two = Desk(MORE), Desk(MORE)
    asked = question(ASKER, asked_for(drawn(8), near=False), asked_for(drawn(2), near=False))
    assert one.ask(asked) == two.ask(asked)


@pytest.mark.parametrize("files", [{}, {"a.png": drawn(1)}])
def test_runs_of_nothing_and_of_one_file(files):
    desk = Desk(files)
    asked = question(ASKER, asked_for(drawn(1), near=False), asked_for(drawn(2), near=False))
    assert [found.present for found in verify_answer(desk.ask(asked)).files] == [bool(files), False]


def test_the_sealed_facts_name_the_operator_who_seals_them(public):
    desk = Desk({"a.png": drawn(1)})
    facts = json.loads(desk.files.read("public.json"))
    facts["operator"]["key"] = ASKER.key
    desk.files.write("public.json", json.dumps(facts).encode())
    seal_run(desk.files, signer=desk.world.operator, log=desk.log, salt=b"z" * 32, at=NOW)
    with pytest.raises(EvidenceError, match=r"another operator than public\.json names"):
        verify_answer(desk.ask(public[0]))


def test_a_map_that_leads_from_one_file_to_the_row_of_another_is_found_out():
    desk = Desk({"a.png": drawn(1)})
    honest = question(desk.world.registry, asked_for(drawn(1)), basis=AskBasis.HOLDER)
    row = desk.reply(honest).found[0].exact.rows[0]
    facts = json.loads(desk.files.read("public.json"))
    key = map_key(bytes.fromhex(facts["membership"]["nonce"]), asked_for(drawn(77)).sha256)
    facts["membership"]["root"] = map_leaf(key, leaf_hash(row.row)).hash.hex()
    desk.files.write("public.json", json.dumps(facts).encode())
    seal_run(desk.files, signer=desk.world.operator, log=desk.log, salt=b"z" * 32, at=NOW)
    asked = question(desk.world.registry, asked_for(drawn(77), near=False), basis=AskBasis.HOLDER)
    found = Found(exact=Exact(value=leaf_hash(row.row), proof=b"", rows=(row,)), near=None)
    key = desk.world.operator.key
    made = Answer(id="", operator=key, question=asked, at=NOW, evidence=desk.run.evidence, found=(found,))
    with pytest.raises(EvidenceError, match="other bytes"):
        verify_answer(desk.signed(made))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda facts: facts["membership"].update(rows=10**6), "another number of rows"),
        (lambda facts: facts.update(sample={"asked": 1, "taken": 1, "of": 9}), "about a sample"),
    ],
)
def test_the_facts_about_the_list_agree_with_the_run(public, change, said):
    with pytest.raises(EvidenceError, match=said):
        verify_answer(resealed(change).ask(public[0]))


def test_a_seal_of_a_sample_needs_public_facts_that_say_so(public):
    with pytest.raises(EvidenceError, match="about a sample"):
        verify_answer(resealed(lambda _: None, sample=9).ask(public[0]))
    said = {"sample": {"asked": 9, "taken": 1, "of": 70}}
    done = verify_answer(resealed(lambda facts: facts.update(said), sample=9).ask(public[0]))
    assert done.public.sample.of == 70


def test_a_question_is_refused_for_a_cause_that_it_gives(desk, public):
    questions = {
        Refusal.ONLY_EXACT: question(ASKER, asked_for(drawn(1))),
        Refusal.NOT_TRUSTED: question(desk.world.registry, asked_for(drawn(1)), basis=AskBasis.HOLDER),
        Refusal.NO_AUTHORITY: question(
            AUTHORITY, asked_for(drawn(1)), basis=AskBasis.AUTHORITY, kind=Kind.WORK
        ),
        Refusal.OTHER_OPERATOR: question(ASKER, asked_for(drawn(1), near=False), operator=ASKER.key),
    }
    for refusal, fit in questions.items():
        answer = refuse(fit, refusal, desk.world.operator.key, NOW)
        assert verify_answer(desk.signed(answer)).answer.refusal is refusal
        with pytest.raises(EvidenceError, match="no cause to refuse"):
            verify_answer(desk.signed(replace(answer, question=public[0])))
    assert verify_answer(desk.signed(refuse(public[0], Refusal.NO_MAP, desk.world.operator.key, NOW)))


def test_a_map_without_a_file_whose_row_is_opened_was_made_by_a_liar():
    desk = Desk({"a.png": drawn(1)})
    asked = question(desk.world.registry, asked_for(drawn(1)), basis=AskBasis.HOLDER)
    near = desk.reply(asked).found[0].near
    liar = resealed(lambda facts: facts["membership"].update(root=EMPTY_ROOT.hex()))
    found = (Found(exact=Exact(value=None, proof=b""), near=near),)
    key = liar.world.operator.key
    made = Answer(id="", operator=key, question=asked, at=NOW, evidence=liar.run.evidence, found=found)
    with pytest.raises(EvidenceError, match="the map lacks the file, but a row"):
        verify_answer(liar.signed(made))


def test_an_answer_whose_receipt_follows_proves_everything_else(desk, holder):
    envelope = decode_logged(holder[1]).statement
    data = encode_waiting(
        Waiting(statement=envelope, salt=b"s" * 32, origin=desk.log.origin, vkey=desk.log.vkey)
    )
    done, logged = verify_answer(data, question=holder[0]), verify_answer(holder[1])
    assert (done.logged, done.late, done.vkey) == (None, None, desk.log.vkey)
    assert (done.files, done.seal) == (logged.files, logged.seal)
    with pytest.raises(EvidenceError, match="no receipt yet"):
        verify_answer(data, log_key=desk.log.vkey)
    with pytest.raises(EvidenceError):
        verify_answer(encode_waiting(replace(decode_waiting(data), statement=envelope[:-9])))


def test_a_file_that_does_not_belong_to_the_entry_is_refused_and_the_others_are_not(desk, holder):
    count = len(verify_answer(holder[1]).files)
    belongs = [number != 0 for number in range(count)]
    made = desk.reply(holder[0], belongs=belongs, edition=b"e" * 32)
    done = verify_answer(desk.signed(made), question=holder[0])
    assert [found.refused is None for found in done.files] == belongs
    assert done.files[0].near is None
    assert not done.files[0].exact
    assert done.files[0].present is not None
    assert done.files[1:] == verify_answer(holder[1]).files[1:]
    assert done.answer.edition == b"e" * 32


def test_only_a_question_on_a_work_is_refused_by_its_entry(desk, public):
    likeness = question(desk.world.registry, asked_for(PERSON), basis=AskBasis.HOLDER, kind=Kind.LIKENESS)
    for asked in (public[0], likeness):
        with pytest.raises(EvidenceError, match="stands on no entry"):
            verify_answer(desk.signed(desk.reply(asked, edition=b"e" * 32)))
        many = len(open_question(asked).asked)
        with pytest.raises(EvidenceError, match="stands on no entry"):
            verify_answer(desk.signed(desk.reply(asked, belongs=[False] * many)))


def test_of_a_refused_file_no_row_is_opened(desk, holder):
    def shown(made):
        made["found"][0]["refused"] = "not_of_entry"

    with pytest.raises(EvidenceError, match="no row is opened"):
        verify_answer(edited(desk, holder[1], shown))
