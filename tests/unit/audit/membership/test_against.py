from dataclasses import replace

import pytest

from sekisho.audit.membership.against import Conflict, compare, said
from sekisho.audit.membership.checked import verify_answer
from sekisho.audit.membership.training import verify_training
from sekisho.errors import UsageError
from sekisho.ledger.tree import EMPTY_ROOT
from sekisho.model import Kind
from sekisho.model.question import AskBasis, Exact, Found
from tests.membership import ASKER, PERSON, Desk, asked_for, drawn, edited, question, resealed
from tests.world import MemoryLog


@pytest.fixture(scope="module")
def desk():
    return Desk(persons=[PERSON])


@pytest.fixture(scope="module")
def asked(desk):
    return question(desk.world.registry, asked_for(drawn(70)), asked_for(drawn(1)), basis=AskBasis.HOLDER)


@pytest.fixture(scope="module")
def honest(desk, asked):
    return desk.ask(asked)


def conflicts(one, other):
    """Compare two files in both directions, and return how they contradict each other, and where."""
    first, second = (said(verify_answer(data)) for data in (one, other))
    found, back = compare(first, second), compare(second, first)
    there = [(one.what, one.first, one.second) for one in found.contradictions]
    assert sorted(there) == sorted((one.what, one.second, one.first) for one in back.contradictions)
    return there


def test_two_honest_answers_agree_and_say_on_how_much(desk, honest):
    single = desk.ask(question(desk.world.registry, asked_for(drawn(1)), basis=AskBasis.HOLDER))
    public = desk.ask(question(ASKER, asked_for(drawn(1), near=False)))
    for other in (honest, single, public):
        assert conflicts(honest, other) == []
    found = compare(said(verify_answer(honest)), said(verify_answer(single)))
    assert (found.runs, found.files, found.models) == (1, 1, 0)


def test_a_near_row_that_one_answer_leaves_out_is_shown_by_the_other(desk, honest):
    def silent(made):
        made["found"][1]["near"].update(rows=[], more=0)

    liar = edited(desk, honest, silent)
    assert verify_answer(liar).files[1].near == ()
    assert conflicts(honest, liar) == [(Conflict.COUNT, 2, 2), *[(Conflict.ROW, 2, 2)] * 3]


def test_one_row_less_and_another_question_about_the_same_picture(desk, honest):
    other = question(desk.world.registry, asked_for(drawn(1), exact=False), basis=AskBasis.HOLDER)

    def fewer(made):
        made["found"][0]["near"]["rows"].pop()

    assert conflicts(honest, edited(desk, desk.ask(other), fewer)) == [
        (Conflict.COUNT, 2, 1),
        (Conflict.ROW, 2, 1),
    ]


def test_rows_that_are_said_to_be_more_than_are_opened_are_not_missed(desk, honest):
    def closed(made):
        near = made["found"][1]["near"]
        near.update(rows=near["rows"][:2], more=1)

    assert conflicts(honest, edited(desk, honest, closed)) == []

    def more(made):
        made["found"][1]["near"].update(more=7)

    assert conflicts(honest, edited(desk, honest, more)) == [(Conflict.COUNT, 2, 2)]


def test_rows_about_persons_are_missed_only_where_they_are_shown(desk):
    work = desk.ask(question(desk.world.registry, asked_for(PERSON), basis=AskBasis.HOLDER))
    asks = question(desk.world.registry, asked_for(PERSON), basis=AskBasis.HOLDER, kind=Kind.LIKENESS)
    person = desk.ask(asks)
    assert conflicts(work, person) == []

    def silent(made):
        made["found"][0]["near"].update(rows=[])

    assert conflicts(person, edited(desk, person, silent)) == [(Conflict.COUNT, 1, 1), (Conflict.ROW, 1, 1)]


def test_two_lists_of_files_of_one_run_contradict_each_other():
    asked = question(ASKER, asked_for(drawn(1), near=False))
    honest, same, fewer, liar = (
        resealed(lambda facts, change=change: facts["membership"].update(change))
        for change in ({}, {}, {"files": None}, {"root": EMPTY_ROOT.hex()})
    )
    answer = honest.ask(asked)
    assert conflicts(answer, same.ask(asked)) == []
    assert Conflict.MAP not in {what for what, *_ in conflicts(answer, fewer.ask(asked))}
    absent = Found(exact=Exact(value=None, proof=b""), near=None)
    made = replace(honest.reply(asked), evidence=liar.run.evidence, found=(absent,))
    found = conflicts(answer, liar.signed(made))
    assert (Conflict.MAP, 0, 0) in found
    assert (Conflict.PRESENCE, 1, 1) in found


def training(desk, *, complete, runs=None, model=b"m" * 32, **more):
    return said(verify_training(desk.trained(model=model, complete=complete, runs=runs, **more)))


def test_a_model_is_not_trained_on_these_runs_alone_and_on_another_too():
    log = MemoryLog()
    one, other = Desk({"a.png": drawn(1)}, log=log), Desk({"b.png": drawn(2)}, log=log)
    both = [one.run, other.run]
    alone = training(one, complete=True)
    for second, wrong in (
        (training(other, complete=False), True),
        (training(other, complete=True, runs=both), True),
        (training(other, complete=False, runs=both), True),
        (training(one, complete=False), False),
        (training(one, complete=True), False),
    ):
        for found in (compare(alone, second), compare(second, alone)):
            assert [c.what for c in found.contradictions] == [Conflict.TRAINED] * wrong
            assert found.models == 1
    partly = training(one, complete=False)
    assert compare(partly, training(other, complete=False)).contradictions == ()


def test_a_statement_that_is_enclosed_in_an_answer_counts(desk, asked):
    enclosed = said(verify_answer(desk.ask(asked, training=[desk.trained()])))
    other = Desk({"b.png": drawn(2)})
    found = compare(enclosed, training(other, complete=False))
    assert [c.what for c in found.contradictions] == [Conflict.TRAINED]


def test_a_log_that_shows_two_histories_is_found():
    log, fork = MemoryLog(), MemoryLog()
    one, other = Desk({"a.png": drawn(1)}, log=log), Desk({"b.png": drawn(2)}, log=fork)
    asked = question(ASKER, asked_for(drawn(1), near=False))
    first, second = said(verify_answer(one.ask(asked))), said(verify_answer(other.ask(asked)))
    found = compare(first, second)
    assert [(c.what, c.about) for c in found.contradictions] == [(Conflict.FORK, log.vkey)]


def test_what_has_nothing_in_common_can_not_be_compared(desk, honest):
    other = Desk({"b.png": drawn(2)}, word="another")
    public = other.ask(question(ASKER, asked_for(drawn(1), near=False)))
    with pytest.raises(UsageError, match="different runs and models"):
        compare(said(verify_answer(honest)), said(verify_answer(public)))
    stranger = training(desk, complete=True, model=b"x" * 32)
    with pytest.raises(UsageError, match="different runs and models"):
        compare(said(verify_answer(honest)), stranger)
    by_other = replace(stranger, operator=ASKER.key)
    with pytest.raises(UsageError, match="two operators"):
        compare(stranger, by_other)
