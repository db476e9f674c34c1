from datetime import timedelta

import pytest

from sekisho.codec.question import decode_question
from sekisho.model.question import AskBasis
from sekisho.signing import QUESTION, open_statement
from sekisho.store.answered import Answers, OfDay
from tests.membership import AUTHORITY, Kind, asked_for, drawn, question
from tests.parties import Party
from tests.world import TODAY

REGISTRY = Party(name="registry")
TOMORROW = TODAY + timedelta(days=1)


def asks(signer, *pictures, basis=AskBasis.HOLDER, **more):
    envelope = question(signer, *(asked_for(drawn(n)) for n in pictures), basis=basis, **more)
    return decode_question(open_statement(envelope, QUESTION).payload)


@pytest.fixture
def answers(tmp_path):
    return Answers.open(tmp_path / "answered.sqlite")


def told(answers, question, on=TODAY, run="r"):
    """Return what its asker was answered before this question, which is not counted."""
    return answers.take(question, run, on, lambda questions, prints: (questions, prints))


def test_questions_and_files_are_counted_by_asker_and_day(answers):
    first, second, other = asks(REGISTRY, 1, 2), asks(REGISTRY, 3), asks(Party(name="other"), 1)
    assert told(answers, first) == (0, 0)
    assert answers.take(first, "r", TODAY, lambda *_: None) is None
    assert told(answers, second) == (1, 2)
    assert told(answers, other) == told(answers, second, TOMORROW) == (0, 0)


def test_the_same_question_to_the_same_run_counts_once(answers):
    first = asks(REGISTRY, 1, 2)
    for _ in range(3):
        answers.take(first, "r", TODAY, lambda *_: None)
    assert told(answers, first) == (0, 0)
    assert told(answers, first, run="another") == told(answers, asks(REGISTRY, 3)) == (1, 2)


def test_what_is_refused_is_not_counted(answers):
    assert answers.take(asks(REGISTRY, 1), "r", TODAY, lambda *_: "too much") == "too much"
    assert answers.days() == ()


def test_the_record_shows_who_was_answered_how_much_and_on_what_basis(answers):
    answers.take(asks(REGISTRY, 1, 2), "r", TODAY, lambda *_: None)
    authority = asks(AUTHORITY, 1, basis=AskBasis.AUTHORITY, kind=Kind.WORK)
    answers.take(authority, "r", TOMORROW, lambda *_: None)
    assert answers.days() == (
        OfDay(day=TOMORROW, asker=AUTHORITY.key, basis="authority", questions=1, prints=1),
        OfDay(day=TODAY, asker=REGISTRY.key, basis="holder", questions=1, prints=2),
    )


def test_no_picture_and_no_hash_of_one_is_kept(answers):
    asked = asks(REGISTRY, 1)
    answers.take(asked, "r", TODAY, lambda *_: None)
    data = answers.file.read_bytes()
    for secret in (asked.asked[0].sha256, asked.asked[0].pdq[0]):
        assert secret not in data
        assert secret.hex().encode() not in data
    assert answers.file.stat().st_mode & 0o777 == 0o600
