import pytest

from sekisho.audit.membership.answering import open_question
from sekisho.audit.membership.limits import Limits
from sekisho.cli.trace.standing import Stands, authorities_of, counted, own_answers, stands
from sekisho.errors import RefusedError, UsageError
from sekisho.model import Kind
from sekisho.model.question import AskBasis
from sekisho.store.keys import make_key
from tests.membership import ASKER, asked_for, drawn, question
from tests.world import World


@pytest.fixture
def world():
    return World()


def asks(world, *pictures, near=True, basis=AskBasis.HOLDER, **more):
    asked = (asked_for(drawn(number), near=near) for number in pictures)
    signer = more.pop("signer", world.registry)
    return open_question(question(signer, *asked, basis=basis, **more))


def test_each_file_is_looked_up_in_the_edition_of_who_asks(world):
    entry = world.register(world.holder, drawn(1), title="灯台")
    asked = asks(world, 1, 70, entry=entry, holder=world.holder.key)
    found = stands(asked, world.open())
    assert (found.belongs, found.is_unknown) == ([True, False], False)
    assert found.edition.hex() == world.open().digest
    assert stands(asks(world, 1), world.open()).is_unknown
    for snapshot in (None, World(registry=ASKER).open()):
        with pytest.raises(UsageError, match="has to be looked up in an edition of"):
            stands(asked, snapshot)


def test_a_question_that_names_no_entry_needs_no_edition(world):
    public = asks(world, 1, near=False, basis=AskBasis.PUBLIC)
    likeness = asks(world, 1, kind=Kind.LIKENESS)
    authority = asks(world, 1, basis=AskBasis.AUTHORITY, kind=Kind.WORK)
    assert [stands(one, None) for one in (public, likeness, authority)] == [Stands()] * 3


def test_authorities_are_the_editions_and_those_that_are_named(world):
    world.authorities.append(ASKER.key)
    named = make_key("police")
    assert authorities_of(("police",), world.open()) == {ASKER.key, named.key}
    assert authorities_of(("police",), None) == {named.key}
    assert authorities_of((), None) == frozenset()


def test_public_questions_are_not_counted_and_near_ones_up_to_the_limit(world):
    limits = Limits(questions=2, prints=3)
    counted(asks(world, 1, 2, 3, 4, near=False, basis=AskBasis.PUBLIC), "r", limits)
    assert own_answers().days() == ()
    counted(asks(world, 1), "r", limits)
    with pytest.raises(RefusedError, match="questions about 3 files") as caught:
        counted(asks(world, 1, 2, 3), "r", limits)
    assert "prints_a_day" in caught.value.hint
    counted(asks(world, 2), "r", limits)
    counted(asks(world, 2), "r", limits)
    with pytest.raises(RefusedError, match="more than 2 questions") as caught:
        counted(asks(world, 3), "r", limits)
    assert "tomorrow" in caught.value.hint
    counted(asks(world, 3, signer=ASKER, basis=AskBasis.AUTHORITY, kind=Kind.WORK), "r", limits)
    assert sorted(one.questions for one in own_answers().days()) == [1, 2]
