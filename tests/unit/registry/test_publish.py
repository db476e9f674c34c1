from datetime import UTC, datetime, timedelta

import pytest

from sekisho.registry.publish import NewEdition, publish, state_digest
from sekisho.snapshot import Statements
from tests.parties import Party, registration, root

REGISTRY, AOZORA = Party(name="registry"), Party(name="aozora")
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
VALID = timedelta(days=30)


class Memory:
    """A store of editions in memory."""

    def __init__(self, count: int = 2) -> None:
        self.registrations = [registration(AOZORA, n) for n in range(count)]
        self.editions: list[NewEdition] = []
        self.rival: NewEdition | None = None

    def contents(self):
        statements = Statements(root=root(REGISTRY, REGISTRY), registrations=self.registrations)
        ids = [str(len(r)) + str(n) for n, r in enumerate(self.registrations)]
        return statements, ids, self.editions[-1] if self.editions else None

    def save_edition(self, **fields) -> bool:
        if self.rival is not None:
            self.editions.append(self.rival)
            self.rival = None
        if any(e.number == fields["number"] for e in self.editions):
            return False
        self.editions.append(NewEdition(**fields))
        return True


def content(publication) -> bytes:
    return b"".join(publication.built.chunks)


def test_the_same_state_is_the_same_edition_and_the_same_bytes():
    memory = Memory()
    first = publish(memory, REGISTRY, now=NOW, valid=VALID)
    again = publish(memory, REGISTRY, now=NOW + timedelta(days=29), valid=VALID)
    assert first.new
    assert not again.new
    assert content(first) == content(again)
    assert [e.number for e in memory.editions] == [1]


def test_a_new_statement_makes_the_next_edition():
    memory = Memory()
    first = publish(memory, REGISTRY, now=NOW, valid=VALID)
    memory.registrations.append(registration(AOZORA, 9))
    second = publish(memory, REGISTRY, now=NOW, valid=VALID)
    assert (first.edition.number, second.edition.number) == (1, 2)
    assert first.built.digest != second.built.digest


@pytest.mark.parametrize(("later", "renew"), [(VALID, False), (timedelta(0), True)])
def test_an_expired_or_renewed_edition_is_followed_by_the_next(later, renew):
    memory = Memory()
    publish(memory, REGISTRY, now=NOW, valid=VALID)
    next_one = publish(memory, REGISTRY, now=NOW + later, valid=VALID, renew=renew)
    assert next_one.edition.number == 2
    assert next_one.edition.expires == NOW + later + VALID


def test_a_number_never_stands_for_two_files():
    memory = Memory()
    memory.rival = NewEdition(number=1, state="other", created=NOW, expires=NOW + VALID, digest="00")
    assert publish(memory, REGISTRY, now=NOW, valid=VALID).edition.number == 2


def test_an_edition_that_would_be_laid_out_differently_is_not_published_again():
    memory = Memory()
    publish(memory, REGISTRY, now=NOW, valid=VALID)
    old = memory.editions.pop()
    memory.editions.append(
        NewEdition(number=1, state=old.state, created=NOW, expires=NOW + VALID, digest="an older layout")
    )
    assert publish(memory, REGISTRY, now=NOW, valid=VALID).edition.number == 2


def test_the_state_follows_from_the_set_of_statements_and_the_root():
    assert state_digest(b"root", ["a", "b"]) == state_digest(b"root", ["b", "a"])
    assert (
        len({state_digest(b"root", ["a"]), state_digest(b"other", ["a"]), state_digest(b"root", ["ab"])}) == 3
    )
