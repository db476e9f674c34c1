import pytest

from sekisho.errors import RefusedError
from sekisho.registry.examined import examine
from sekisho.registry.texts import Texts
from tests.parties import Party, passages_of, registration, text_statements
from tests.shelf import MemoryRegistry

DESK, AOZORA, MALLORY = Party(name="desk"), Party(name="aozora"), Party(name="mallory")
ENTRY, NOVEL, POEM = map(examine, text_statements(AOZORA, passages_of(1), passages_of(2, 40)))


@pytest.fixture
def shelf():
    return MemoryRegistry.of(DESK, DESK)


def test_what_a_registration_brings_along_is_measured(shelf):
    texts = Texts.of_batch(shelf, (POEM, ENTRY, NOVEL))
    assert texts.largest(ENTRY) == len(NOVEL.envelope) > len(POEM.envelope)
    assert texts.largest(examine(registration(AOZORA, 1))) == 0


def test_what_is_in_the_registry_already_is_not_brought_along(shelf):
    for statement in (NOVEL, POEM):
        shelf.add(statement)
    assert Texts.of_batch(shelf, (ENTRY,)).largest(ENTRY) == 0


def test_passages_that_are_not_here_are_refused(shelf):
    with pytest.raises(RefusedError, match="are not here"):
        Texts.of_batch(shelf, (ENTRY, NOVEL)).largest(ENTRY)


@pytest.mark.parametrize("kept", [False, True])
def test_passages_of_another_signer_are_refused(shelf, kept):
    stolen, *passages = map(examine, text_statements(MALLORY, passages_of(1), by=AOZORA))
    if kept:
        shelf.add(passages[0])
    with pytest.raises(RefusedError, match=f"signed by {AOZORA.key}"):
        Texts.of_batch(shelf, () if kept else passages).largest(stolen)


def test_passages_need_a_registration_that_was_kept(shelf):
    texts = Texts.of_batch(shelf, (ENTRY, NOVEL, POEM))
    with pytest.raises(RefusedError, match="no registration"):
        texts.check(NOVEL)
    texts.keep(ENTRY)
    texts.check(NOVEL)
    texts.check(POEM)
