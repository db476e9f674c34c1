from dataclasses import replace

import pytest

from sekisho.codec import canonical, digest_id, parse
from sekisho.codec.question import (
    decode_answer,
    decode_question,
    decode_training,
    encode_answer,
    encode_question,
    encode_training,
)
from sekisho.errors import InputError
from sekisho.model import EntryId, Kind
from sekisho.model.question import (
    Answer,
    AskBasis,
    Asked,
    Evidence,
    Exact,
    FileRefusal,
    Found,
    Near,
    OpenRow,
    Question,
    Refusal,
    TrainedOn,
    TrainingStatement,
)
from tests.parties import Party
from tests.world import NOW, TODAY

KEY = Party(name="asker").key
ASKED = (Asked(sha256=b"s" * 32), Asked(sha256=None, pdq=(b"p" * 32, b"q" * 32)))
PUBLIC = Question(id="", asker=KEY, basis=AskBasis.PUBLIC, asked=ASKED, on=TODAY)
QUESTIONS = (
    PUBLIC,
    replace(PUBLIC, operator=Party(name="operator").key),
    replace(PUBLIC, basis=AskBasis.HOLDER, kind=Kind.WORK, entry=EntryId("e-" + "0" * 32), holder=KEY),
    replace(PUBLIC, basis=AskBasis.HOLDER, kind=Kind.LIKENESS, standing=b"c" * 32),
    replace(PUBLIC, basis=AskBasis.AUTHORITY, kind=Kind.CHARACTER),
)
ROW = OpenRow(unit=1, index=2, row='{"item":"日本.png"}'.encode(), path=(b"h" * 32, b"i" * 32))
ANSWER = Answer(
    id="",
    operator=KEY,
    question=b'{"payload":"..."}',
    at=NOW,
    evidence=Evidence(public="{事実}\n".encode(), seal=b"{seal}\n", receipt=b"receipt\n"),
    found=(
        Found(exact=Exact(value=b"v" * 32, proof=b"\x00\xff", rows=(ROW,)), near=Near(rows=(ROW,), more=3)),
        Found(exact=Exact(value=None, proof=b""), near=None),
        Found(exact=None, near=Near(rows=())),
    ),
    training=(b'{"v":1}',),
)
TRAINING = TrainingStatement(
    id="",
    operator=KEY,
    model=b"m" * 32,
    runs=(TrainedOn(public=b"p" * 32, root=b"r" * 32), TrainedOn(public=b"q" * 32, root=b"r" * 32)),
    complete=False,
    at=NOW,
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_read_as_it_was_written(question):
    payload = encode_question(question)
    assert decode_question(payload) == replace(question, id=digest_id("q", payload))


@pytest.mark.parametrize(
    "answer", [ANSWER, replace(ANSWER, evidence=None, found=(), refusal=Refusal.NOT_TRUSTED)]
)
def test_an_answer_is_read_as_it_was_written(answer):
    payload = encode_answer(answer)
    assert decode_answer(payload) == replace(answer, id=digest_id("a", payload))


def test_a_training_statement_is_read_as_it_was_written():
    payload = encode_training(TRAINING)
    assert decode_training(payload) == replace(TRAINING, id=digest_id("y", payload))


def changed(payload, edit):
    document = parse(payload)
    edit(document)
    return canonical(document)


@pytest.mark.parametrize(
    "edit",
    [
        lambda made: made.update(v=2),
        lambda made: made.update(more=1),
        lambda made: made.pop("operator"),
        lambda made: made.update(asker="me"),
        lambda made: made.update(basis="curiosity"),
        lambda made: made.update(kind="listed"),
        lambda made: made.update(asked=[]),
        lambda made: made.update(asked=[{"sha256": None, "pdq": []}]),
        lambda made: made.update(asked=[{"sha256": "00", "pdq": []}]),
        lambda made: made.update(asked=[{"sha256": None, "pdq": ["00" * 32] * 9}]),
        lambda made: made["asked"][0].update(name="a.png"),
        lambda made: made.update(on="2026-02-30"),
        lambda made: made.update(entry="e-1"),
        lambda made: made.update(entry="e-" + "0" * 32),
        lambda made: made.update(standing="c" * 63),
    ],
)
def test_a_question_of_another_form_is_refused(edit):
    with pytest.raises(InputError):
        decode_question(changed(encode_question(PUBLIC), edit))


@pytest.mark.parametrize(
    "edit",
    [
        lambda made: made.update(v=0),
        lambda made: made.update(verdict="fine"),
        lambda made: made.pop("training"),
        lambda made: made.update(refusal="because"),
        lambda made: made.update(refusal="no_map"),
        lambda made: made.update(evidence=None),
        lambda made: made.update(found=[]),
        lambda made: made.update(at="2026-11-22"),
        lambda made: made.update(at="2026-13-22T00:00:00Z"),
        lambda made: made["evidence"].update(row_key="00"),
        lambda made: made["found"][0]["exact"].update(value="v"),
        lambda made: made["found"][0]["exact"].update(proof="!"),
        lambda made: made["found"][0]["exact"].update(proof="AB=="),
        lambda made: made["found"][0]["near"].update(more=-1),
        lambda made: made["found"][0]["near"]["rows"][0].update(unit=-1),
        lambda made: made["found"][0]["near"]["rows"][0].update(path=["0" * 63]),
        lambda made: made["found"][0]["near"]["rows"][0].update(path=["0" * 64] * 64),
        lambda made: made["found"][0]["near"]["rows"][0].update(distance=1),
    ],
)
def test_an_answer_of_another_form_is_refused(edit):
    with pytest.raises(InputError):
        decode_answer(changed(encode_answer(ANSWER), edit))


@pytest.mark.parametrize(
    "edit",
    [
        lambda made: made.update(v=2),
        lambda made: made.update(complete="yes"),
        lambda made: made.update(model="m" * 64),
        lambda made: made.update(runs=[]),
        lambda made: made["runs"].append(made["runs"][0]),
        lambda made: made["runs"][0].update(name="RUN"),
    ],
)
def test_a_training_statement_of_another_form_is_refused(edit):
    with pytest.raises(InputError):
        decode_training(changed(encode_training(TRAINING), edit))


@pytest.mark.parametrize("decode", [decode_question, decode_answer, decode_training])
@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"null", b"[" * 100_000, b'{"v": 1}'])
def test_what_is_no_canonical_json_is_refused(decode, payload):
    with pytest.raises(InputError):
        decode(payload)


def test_an_edition_and_refused_files_come_back_and_are_left_out_where_there_are_none():
    exact = Exact(value=b"v" * 32, proof=b"proof")
    found = Found(exact=exact, near=None, refused=FileRefusal.NOT_OF_ENTRY)
    made = replace(ANSWER, found=(found, *ANSWER.found[1:]), edition=b"e" * 32)
    again = decode_answer(encode_answer(made))
    assert (again.found[0].refused, again.edition) == (FileRefusal.NOT_OF_ENTRY, b"e" * 32)
    assert b"refused" not in encode_answer(ANSWER)
    assert b"edition" not in encode_answer(ANSWER)
    for change in ({"edition": None}, {"edition": "00"}):
        with pytest.raises(InputError):
            decode_answer(canonical(parse(encode_answer(ANSWER)) | change))
