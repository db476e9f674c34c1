import pytest

from sekisho.errors import RefusedError
from sekisho.registry.attached import Attached
from sekisho.registry.examined import examine
from tests.parties import (
    Party,
    film_of,
    passages_of,
    registration,
    text_statements,
    traits_of,
    traits_print,
    traits_statements,
)
from tests.shelf import MemoryRegistry

DESK, AOZORA, MALLORY = Party(name="desk"), Party(name="aozora"), Party(name="mallory")
ENTRY, NOVEL, POEM = map(examine, text_statements(AOZORA, passages_of(1), passages_of(2, 40)))


@pytest.fixture
def shelf():
    return MemoryRegistry.of(DESK, DESK)


def test_what_a_registration_brings_along_is_measured(shelf):
    texts = Attached.of_batch(shelf, (POEM, ENTRY, NOVEL))
    assert texts.largest(ENTRY) == len(NOVEL.envelope) > len(POEM.envelope)
    assert texts.largest(examine(registration(AOZORA, 1))) == 0


def test_what_is_in_the_registry_already_is_not_brought_along(shelf):
    for statement in (NOVEL, POEM):
        shelf.add(statement)
    assert Attached.of_batch(shelf, (ENTRY,)).largest(ENTRY) == 0


def test_passages_that_are_not_here_are_refused(shelf):
    with pytest.raises(RefusedError, match="are not here"):
        Attached.of_batch(shelf, (ENTRY, NOVEL)).largest(ENTRY)


@pytest.mark.parametrize("kept", [False, True])
def test_passages_of_another_signer_are_refused(shelf, kept):
    stolen, *passages = map(examine, text_statements(MALLORY, passages_of(1), by=AOZORA))
    if kept:
        shelf.add(passages[0])
    with pytest.raises(RefusedError, match=f"signed by {AOZORA.key}"):
        Attached.of_batch(shelf, () if kept else passages).largest(stolen)


def test_passages_need_a_registration_that_was_kept(shelf):
    texts = Attached.of_batch(shelf, (ENTRY, NOVEL, POEM))
    with pytest.raises(RefusedError, match="no registration"):
        texts.check(NOVEL)
    texts.keep(ENTRY)
    texts.check(NOVEL)
    texts.check(POEM)


DRAWN, MORE, FILM = map(examine, traits_statements(AOZORA, traits_of(1), film_of(1)))


def test_traits_go_with_their_registration_as_passages_do(shelf):
    attached = Attached.of_batch(shelf, (DRAWN, MORE, FILM))
    assert attached.largest(DRAWN) == max(len(MORE.envelope), len(FILM.envelope))
    with pytest.raises(RefusedError, match="no registration"):
        attached.check(MORE)
    attached.keep(DRAWN)
    attached.check(MORE)
    attached.check(FILM)
    with pytest.raises(RefusedError, match=r"traits .* are not here"):
        Attached.of_batch(shelf, (DRAWN, MORE)).largest(DRAWN)


@pytest.mark.parametrize("kept", [False, True])
def test_traits_of_another_signer_are_refused(shelf, kept):
    stolen, traits = map(examine, traits_statements(MALLORY, traits_of(1), by=AOZORA))
    if kept:
        shelf.add(traits)
    with pytest.raises(RefusedError, match=f"signed by {AOZORA.key}"):
        Attached.of_batch(shelf, () if kept else (traits,)).largest(stolen)


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("film", [False, True])
def test_a_film_can_not_pass_for_a_picture_nor_a_picture_for_a_film(shelf, kept, film):
    _, traits = map(examine, traits_statements(AOZORA, traits_of(1) if film else film_of(1)))
    lie = examine(registration(AOZORA, prints=(traits_print(1, traits.id, film=film),)))
    if kept:
        shelf.add(traits)
    with pytest.raises(RefusedError, match="only a film has frames"):
        Attached.of_batch(shelf, () if kept else (traits,)).largest(lie)
