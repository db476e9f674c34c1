from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from sekisho.audit.membership.answering import open_question
from sekisho.audit.membership.standing import TURNED_ERROR, of_entry, registered_for
from sekisho.fingerprint import look
from sekisho.media import Limits
from sekisho.model import MAX_RADIUS, Kind
from sekisho.model.question import AskBasis, Asked
from sekisho.trace.turned import turned_hashes
from tests.asking import FOUND
from tests.membership import asked_for, question
from tests.parties import Party
from tests.pictures import encode, picture
from tests.world import TODAY, World, drawn


@pytest.fixture
def world():
    return World()


@pytest.fixture
def entry(world):
    return world.register(world.holder, drawn(1), drawn(6), title="灯台")


def asks(world, entry, **more):
    fields = {"entry": entry, "holder": world.holder.key, "basis": AskBasis.HOLDER} | more
    return open_question(question(fields.pop("signer", world.registry), asked_for(drawn(1)), **fields))


def found(world, entry, *, on=TODAY, **more):
    return registered_for(asks(world, entry, **more), world.open(), registry=world.registry.key, on=on)


@pytest.fixture
def registered(world, entry):
    return found(world, entry)


def test_an_entry_has_what_was_registered_for_it(registered):
    assert registered.digests == {asked_for(drawn(n)).sha256 for n in (1, 6)}
    assert registered.hashes.shape == (2, 4)


def test_a_question_stands_only_on_an_entry_of_that_holder_kind_and_registry(world, entry):
    assert found(world, entry) is not None
    assert found(world, "e-" + "9" * 32) is None
    assert found(world, entry, holder=world.rival.key) is None
    assert found(world, entry, kind=Kind.CHARACTER) is None
    assert found(world, entry, signer=Party(name="another registry")) is None


def test_a_withdrawn_entry_carries_no_question(world, entry):
    world.withdraw(world.holder, entry)
    assert found(world, entry, on=TODAY + timedelta(days=1)) is None


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_found_copy_belongs_however_it_is_turned(registered, turns):
    turned = encode(np.ascontiguousarray(np.rot90(picture(6, 96, 96), turns)), "PNG")
    assert of_entry(asked_for(turned, exact=False), registered, turned_hashes)
    assert of_entry(asked_for(FOUND), registered, turned_hashes)


def test_the_registered_prints_themselves_belong(registered):
    one = asked_for(drawn(1))
    assert of_entry(Asked(sha256=one.sha256, pdq=one.pdq[:1]), registered, turned_hashes)
    assert of_entry(Asked(sha256=one.sha256), registered, turned_hashes)


@pytest.mark.parametrize("number", range(70, 76))
def test_a_foreign_picture_does_not_belong(registered, number):
    assert not of_entry(asked_for(drawn(number)), registered, turned_hashes)
    assert not of_entry(asked_for(drawn(number), near=False), registered, turned_hashes)


def test_foreign_hashes_can_not_ride_on_ones_own(registered):
    own, other = asked_for(drawn(1)), asked_for(drawn(70))
    mixed = Asked(sha256=own.sha256, pdq=(own.pdq[0], *other.pdq[1:]))
    assert not of_entry(mixed, registered, turned_hashes)
    one = replace(mixed, pdq=(*own.pdq[:7], other.pdq[0]))
    assert not of_entry(one, registered, turned_hashes)
    assert not of_entry(Asked(sha256=own.sha256, pdq=other.pdq[:1]), registered, turned_hashes)


def test_an_entry_without_pictures_carries_files_only(world):
    text = world.register_texts(world.holder, "むかしむかし、あるところに灯台があった。" * 40)
    assert not of_entry(asked_for(drawn(1)), found(world, text), turned_hashes)


def test_turned_hashes_are_reckoned_as_nearly_as_is_said():
    for number in range(1, 21):
        hashes = look(drawn(number), limits=Limits(), turned=True).hashes[0]
        bits = np.bitwise_count(hashes[1:] ^ turned_hashes(hashes[:1])[0]).sum(axis=1)
        assert bits.max() <= TURNED_ERROR < MAX_RADIUS
