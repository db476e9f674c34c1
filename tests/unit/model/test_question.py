from dataclasses import replace

import pytest

from sekisho.model import EntryId, Kind
from sekisho.model.question import (
    MAX_ASKED,
    Answer,
    AskBasis,
    Asked,
    Evidence,
    Found,
    Question,
    Refusal,
    TrainedOn,
    TrainingStatement,
)
from tests.parties import Party
from tests.world import NOW, TODAY

KEY = Party(name="asker").key
ONE = Asked(sha256=b"s" * 32, pdq=(b"p" * 32,))
PUBLIC = Question(id="", asker=KEY, basis=AskBasis.PUBLIC, asked=(ONE,), on=TODAY)
WORK = replace(PUBLIC, basis=AskBasis.HOLDER, kind=Kind.WORK, entry=EntryId("e-1"), holder=KEY)
LIKENESS = replace(PUBLIC, basis=AskBasis.HOLDER, kind=Kind.LIKENESS, standing=b"c" * 32)
AUTHORITY = replace(PUBLIC, basis=AskBasis.AUTHORITY, kind=Kind.LIKENESS)
ANSWER = Answer(id="", operator=KEY, question=b"q", at=NOW, refusal=Refusal.NO_MAP)
TRAINING = TrainingStatement(
    id="",
    operator=KEY,
    model=b"m" * 32,
    runs=(TrainedOn(public=b"p" * 32, root=b"r" * 32),),
    complete=True,
    at=NOW,
)


@pytest.mark.parametrize(
    ("sha256", "pdq"),
    [(None, ()), (b"s" * 31, ()), (None, (b"p" * 31,)), (None, (b"p" * 32,) * 9)],
)
def test_a_file_is_asked_for_by_whole_hashes(sha256, pdq):
    with pytest.raises(ValueError, match=r"SHA-256|PDQ|orientations"):
        Asked(sha256=sha256, pdq=pdq)


@pytest.mark.parametrize(
    ("question", "changes"),
    [
        (PUBLIC, {"asked": ()}),
        (PUBLIC, {"asked": (ONE,) * (MAX_ASKED + 1)}),
        (PUBLIC, {"kind": Kind.WORK}),
        (PUBLIC, {"entry": EntryId("e-1")}),
        (PUBLIC, {"standing": b"c" * 32}),
        (WORK, {"kind": None}),
        (WORK, {"kind": Kind.LISTED}),
        (WORK, {"entry": None}),
        (WORK, {"holder": None}),
        (WORK, {"standing": b"c" * 32}),
        (LIKENESS, {"entry": EntryId("l-1")}),
        (LIKENESS, {"holder": KEY}),
        (LIKENESS, {"standing": None}),
        (LIKENESS, {"standing": b"c" * 31}),
        (AUTHORITY, {"kind": None}),
        (AUTHORITY, {"kind": Kind.LISTED}),
        (AUTHORITY, {"entry": EntryId("e-1"), "holder": KEY}),
    ],
)
def test_a_question_says_what_its_basis_asks_for_and_no_more(question, changes):
    with pytest.raises(ValueError, match=r"question|likeness|listed|commitment"):
        replace(question, **changes)


def test_an_answer_answers_or_refuses():
    found = (Found(exact=None, near=None),)
    evidence = Evidence(public=b"", seal=b"", receipt=b"")
    assert replace(ANSWER, refusal=None, evidence=evidence, found=found).found == found
    for changes in (
        {"refusal": None},
        {"found": found},
        {"evidence": evidence},
        {"refusal": None, "evidence": evidence},
        {"refusal": None, "found": found},
    ):
        with pytest.raises(ValueError, match=r"answered|answer has"):
            replace(ANSWER, **changes)


@pytest.mark.parametrize("changes", [{"model": b"m"}, {"runs": ()}, {"runs": TRAINING.runs * 2}])
def test_a_training_statement_names_a_model_and_runs(changes):
    with pytest.raises(ValueError, match=r"model|named once"):
        replace(TRAINING, **changes)


def test_a_run_is_named_by_two_digests():
    with pytest.raises(ValueError, match="32 bytes"):
        TrainedOn(public=b"p" * 32, root=b"r")
