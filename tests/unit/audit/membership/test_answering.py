import json

import pytest

from sekisho.audit.membership import merge, tree
from sekisho.audit.membership.answering import open_question, open_sealed, refuse
from sekisho.audit.membership.checked import verify_answer
from sekisho.audit.membership.tree import TOPS
from sekisho.audit.run import seal_run
from sekisho.audit.seal import decode_seal
from sekisho.errors import EvidenceError, InputError, SignatureError
from sekisho.model.question import AskBasis, Asked, FileRefusal, Refusal
from sekisho.signing import ANSWER, QUESTION, sign_statement
from tests.membership import ASKER, FILES, PERSON, Desk, asked_for, drawn, question
from tests.world import NOW, MemoryFiles


@pytest.fixture(scope="module")
def desk():
    return Desk(persons=[PERSON])


def test_a_public_question_is_answered_without_opening_anything(desk):
    made = desk.reply(question(ASKER, *(asked_for(drawn(n), near=False) for n in (1, 2, 70))))
    assert [found.exact.value is not None for found in made.found] == [True, True, False]
    assert all(found.near is None and not found.exact.rows for found in made.found)


def test_a_registry_sees_the_rows(desk):
    asked = question(desk.world.registry, asked_for(drawn(1)), basis=AskBasis.HOLDER)
    (found,) = desk.reply(asked).found
    assert (len(found.exact.rows), len(found.near.rows), found.near.more) == (3, 3, 0)


def test_where_one_row_with_the_bytes_stays_closed_none_is_opened(desk):
    asked = question(desk.world.registry, asked_for(PERSON), basis=AskBasis.HOLDER)
    (found,) = desk.reply(asked).found
    assert found.exact.value is not None
    assert (found.exact.rows, found.near.rows) == ((), ())


def test_the_row_key_goes_to_nobody(desk):
    key = decode_seal(desk.files.read("seal.json")).row_key
    data = desk.ask(question(desk.world.registry, asked_for(drawn(1)), basis=AskBasis.HOLDER))
    assert desk.run.key == key
    assert key.hex().encode() not in data
    assert (
        decode_seal(desk.reply(question(ASKER, asked_for(drawn(1), near=False))).evidence.seal).row_key
        is None
    )


def test_a_public_answer_names_no_item(desk):
    data = desk.ask(question(ASKER, *(asked_for(data, near=False) for data in (drawn(1), PERSON))))
    assert not [name for name in FILES if name.encode() in data]


def test_the_map_is_made_again_where_its_slices_are_gone():
    desk = Desk({"a.png": drawn(1), "b.png": drawn(2)})
    asked = question(ASKER, asked_for(drawn(1), near=False))
    before = desk.reply(asked)
    del desk.files.data[TOPS]
    assert desk.reply(asked) == before


def test_a_refusal_is_signed_and_says_why(desk):
    asked = question(ASKER, asked_for(drawn(1)))
    made = refuse(asked, Refusal.ONLY_EXACT, desk.world.operator.key, NOW)
    done = verify_answer(desk.signed(made), question=asked)
    assert (done.answer.refusal, done.files, done.seal) == (Refusal.ONLY_EXACT, (), None)


def test_a_question_is_signed_by_its_asker(desk):
    asked = asked_for(drawn(1), near=False)
    with pytest.raises(SignatureError, match="is signed by"):
        open_question(question(ASKER, asked, by=desk.world.operator))
    with pytest.raises(SignatureError, match="expected"):
        open_question(sign_statement(ANSWER, b"{}", ASKER))
    with pytest.raises(InputError):
        open_question(sign_statement(QUESTION, b"{}", ASKER))
    with pytest.raises(InputError):
        open_question(b"what about this?")


@pytest.mark.parametrize("name", ["seal.json", "receipt.tlog-proof", "public.json", "manifest.json"])
def test_a_run_that_lacks_something_does_not_answer(desk, name):
    files = MemoryFiles({key: data for key, data in desk.files.data.items() if key != name})
    with pytest.raises(EvidenceError, match=name):
        open_sealed(files)


@pytest.mark.parametrize("name", ["public.json", "manifest.json"])
def test_a_run_that_was_changed_does_not_answer(desk, name):
    document = json.loads(desk.files.read(name)) | {"root": "0" * 64}
    files = MemoryFiles({**desk.files.data, name: json.dumps(document).encode()})
    with pytest.raises(EvidenceError, match="was changed"):
        open_sealed(files)


def test_what_was_shared_of_a_run_does_not_answer(desk):
    seal = desk.run.evidence.seal
    with pytest.raises(EvidenceError, match="no row key"):
        open_sealed(MemoryFiles({**desk.files.data, "seal.json": seal}))


def test_files_of_the_map_that_were_changed_are_no_proof():
    desk = Desk({"a.png": drawn(1), "b.png": drawn(2)})
    name = next(name for name in desk.files.names() if name.endswith(".run"))
    desk.files.data[name] = desk.files.data[name][:-1] + b"?"
    with pytest.raises(EvidenceError, match="membership/"):
        desk.reply(question(ASKER, asked_for(drawn(1), near=False)))


def test_after_a_review_the_new_seal_stands_over_the_same_map():
    desk = Desk({"a.png": drawn(1)})
    asked = question(ASKER, asked_for(drawn(1), near=False))
    before = verify_answer(desk.ask(asked))
    desk.files.write("reviews.jsonl", b"")
    seal_run(desk.files, signer=desk.world.operator, log=desk.log, salt=b"r" * 32, at=NOW)
    after = verify_answer(desk.ask(asked))
    assert (before.public, before.files) == (after.public, after.files)
    assert "reviews.jsonl" in after.seal.record.files
    assert before.seal.index < after.seal.index


def test_a_seal_that_does_not_name_the_public_facts_is_no_ground_for_answers():
    desk = Desk({"a.png": drawn(1)})
    seal_run(desk.files, signer=desk.world.operator, log=desk.log, salt=b"r" * 32, at=NOW, names=())
    with pytest.raises(EvidenceError, match=r"does not name public\.json"):
        open_sealed(desk.files)


def test_every_slice_of_the_map_is_read_once_however_many_files_are_asked_for(monkeypatch):
    monkeypatch.setattr(merge, "SLICE_RECORDS", 1)
    desk, read = Desk({f"{n}.png": drawn(n) for n in range(12)}), []
    window = tree.one_slice
    monkeypatch.setattr(tree, "one_slice", lambda *args: read.append(args[3]) or window(*args))
    numbers = [n for n in range(12) for _ in range(2)]
    asked = [asked_for(drawn(n), near=False) for n in (*numbers, *reversed(numbers))]
    assert all(found.exact.value for found in desk.reply(question(ASKER, *asked)).found)
    assert len(read) > 1
    assert len(read) == len(set(read))


def test_rows_with_the_bytes_are_opened_only_if_they_show_the_picture_that_is_asked(desk):
    own = asked_for(drawn(1))
    foreign = Asked(sha256=asked_for(drawn(2)).sha256, pdq=own.pdq)
    asked = question(desk.world.registry, own, foreign, basis=AskBasis.HOLDER)
    mine, other = desk.reply(asked, belongs=[True, True], edition=b"e" * 32).found
    assert (len(mine.exact.rows), len(mine.near.rows)) == (3, 3)
    # Its bytes are somebody's file: that it is there is told to everybody, its row is not.
    assert (other.exact.value is not None, other.exact.rows, len(other.near.rows)) == (True, (), 3)


def test_what_does_not_belong_is_not_searched_and_its_place_says_why(desk):
    asked = question(desk.world.registry, asked_for(drawn(2)), asked_for(drawn(1)), basis=AskBasis.HOLDER)
    refused, found = desk.reply(asked, belongs=[False, True]).found
    assert (refused.refused, refused.near, refused.exact.rows) == (FileRefusal.NOT_OF_ENTRY, None, ())
    assert refused.exact.value is not None
    assert (found.refused, len(found.near.rows)) == (None, 3)
