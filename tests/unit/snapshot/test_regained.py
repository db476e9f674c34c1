from functools import partial

import pytest

from sekisho.snapshot.authority import Authority
from sekisho.snapshot.documents import Documents
from sekisho.snapshot.regained import regains
from tests.parties import Party, passages_of
from tests.world import World

TEXT, OTHER = passages_of(1), passages_of(2)


def copied(copies):
    """Return a world with a work and copies of it by others, and the work's entry."""
    world = World()
    entry = world.register_texts(world.holder, TEXT)
    for number in range(copies):
        world.register_texts(Party(name=f"copier {number}"), TEXT, title=str(number))
    return world, entry


def asked(world, before):
    statements = world.statements()
    documents = Documents(of=partial(getattr, statements))
    authority = Authority(documents=(documents,), root=before.root, day=world.clock.date())
    held = {bytes(d) for s in before.segments for d in s.documents.of("vouches")}
    new = [v for v in statements.vouches if v not in held]
    return regains(before, new, authority, statements.passages)


@pytest.mark.parametrize(("copies", "lost"), [(0, False), (15, False), (60, True)])
def test_a_work_that_copies_had_crowded_out_gets_its_passages_back_when_it_is_confirmed(copies, lost):
    world, entry = copied(copies)
    before = world.open()
    assert not asked(world, before)
    world.vouch(world.voucher, world.holder, entry)
    assert asked(world, before) is lost


def test_one_in_a_delta_does_too():
    world = World()
    world.register_texts(world.rival, OTHER)
    before = world.open()
    world.register_texts(world.holder, TEXT)
    for number in range(60):
        world.register_texts(Party(name=f"copier {number}"), TEXT, title=str(number))
    before = world.advance(before)
    world.vouch(world.voucher, world.holder)
    assert asked(world, before)


def test_another_vouch_gives_nothing_back():
    world, _ = copied(60)
    before = world.open()
    world.vouch(world.voucher, world.rival)
    world.vouch(world.stranger, world.holder)
    assert not asked(world, before)


def test_it_is_asked_once():
    world, entry = copied(60)
    world.vouch(world.voucher, world.holder, entry)
    base = world.open()
    assert not asked(world, base)
    world.register_texts(world.rival, OTHER)
    assert not asked(world, world.advance(base))
