from datetime import UTC, datetime, timedelta

import pytest

from sekisho.errors import InputError
from sekisho.registry.examined import examine
from sekisho.registry.publish import NewEdition, publish, publish_delta, state_digest
from sekisho.snapshot import Statements, open_snapshot
from tests.parties import (
    Party,
    passages_of,
    registration,
    root,
    text_statements,
    traits_of,
    traits_statements,
    vouch,
)

REGISTRY, AOZORA = Party(name="registry"), Party(name="aozora")
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
VALID = timedelta(days=30)


class Memory:
    """A store of editions in memory."""

    def __init__(self, count: int = 2) -> None:
        self.root = root(REGISTRY, REGISTRY)
        self.registrations = [registration(AOZORA, n) for n in range(count)]
        self.editions: list[NewEdition] = []
        self.rival: NewEdition | None = None
        self.passages: list[bytes] = []
        self.traits: dict[str, bytes] = {}
        self.vouches: list[bytes] = []
        self.asked: list[str] = []

    def register_text(self, passages, holder=AOZORA) -> None:
        entry, statement = text_statements(holder, passages)
        self.registrations.append(entry)
        self.passages.append(statement)

    def register_drawn(self, traits) -> None:
        entry, statement = traits_statements(AOZORA, traits, first=100 + len(self.traits))
        self.registrations.append(entry)
        self.traits[examine(statement).id] = statement

    def _passages(self, name: str) -> bytes | None:
        self.asked.append(name)
        return next((p for p in self.passages if examine(p).id == name), None)

    def contents(self):
        statements = Statements(
            root=self.root,
            registrations=self.registrations,
            vouches=self.vouches,
            passages=self._passages,
            traits=self.traits.get,
        )
        ids = [str(len(r)) + str(n) for n, r in enumerate([*self.registrations, *self.vouches])]
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


def opened(publication, before=None, now=NOW):
    """Open a base, or follow a delta, as a reader does."""
    data = memoryview(content(publication))
    if before is not None:
        return before.advance(data, now=now, max_age=VALID)
    return open_snapshot(data, trusted=frozenset({REGISTRY.key}), now=now, max_age=VALID)


def delta(memory, before, now=NOW, *, renew=False):
    return publish_delta(memory, REGISTRY, before, now=now, valid=VALID, renew=renew)


def test_a_delta_holds_what_the_registry_has_more():
    memory = Memory()
    base = opened(publish(memory, REGISTRY, now=NOW, valid=VALID))
    memory.registrations.append(registration(AOZORA, 9))
    done = delta(memory, base)
    assert (done.new, done.delta, done.edition.number) == (True, 1, 2)
    assert (done.built.counts.work, memory.editions[-1].digest) == (1, done.built.digest)
    newer = opened(done, base)
    assert (newer.entries, newer.digest) == (3, done.built.digest)
    again = delta(memory, newer)
    assert (again.new, again.edition.number, again.edition.digest) == (False, 2, newer.digest)
    assert len(memory.editions) == 2


@pytest.mark.parametrize(("later", "renew"), [(VALID, False), (timedelta(0), True)])
def test_an_empty_delta_renews_when_it_is_asked_for_or_the_edition_has_expired(later, renew):
    memory = Memory()
    base = opened(publish(memory, REGISTRY, now=NOW, valid=VALID))
    done = delta(memory, base, NOW + later, renew=renew)
    assert (done.new, done.delta, done.built.counts.work) == (True, 1, 0)
    assert opened(done, base, NOW + later).head.expires == NOW + later + VALID


def test_what_was_taken_out_of_the_registry_is_in_no_delta_but_makes_a_new_base():
    memory = Memory(3)
    base = opened(publish(memory, REGISTRY, now=NOW, valid=VALID))
    gone = memory.registrations.pop(1)
    done = delta(memory, base)
    assert (done.new, done.delta, done.built.counts.work) == (True, 0, 2)
    raw = content(done)
    assert gone not in raw
    assert examine(gone).noun.prints[0].pdq not in raw
    after = opened(done)
    again = delta(memory, after)
    assert (again.new, again.edition.digest) == (False, after.digest)
    memory.registrations.append(registration(AOZORA, 9))
    assert delta(memory, after).delta == 1


def test_a_new_root_is_something_new():
    memory = Memory()
    base = opened(publish(memory, REGISTRY, now=NOW, valid=VALID))
    memory.root = root(REGISTRY, AOZORA)
    done = delta(memory, base)
    assert done.new
    assert opened(done, base).root.vouchers == {AOZORA.key}


def test_after_sixteen_deltas_comes_a_base():
    memory = Memory()
    snapshot = opened(publish(memory, REGISTRY, now=NOW, valid=VALID))
    for number in range(1, 17):
        done = delta(memory, snapshot, renew=True)
        assert done.delta == number
        snapshot = opened(done, snapshot)
    done = delta(memory, snapshot, renew=True)
    assert (done.delta, done.edition.number) == (0, 18)
    assert opened(done).entries == 2


@pytest.mark.parametrize(("more", "compacts"), [(8, False), (9, True)])
def test_deltas_that_are_too_large_become_a_base(monkeypatch, more, compacts):
    monkeypatch.setattr("sekisho.registry.publish.COMPACT_FLOOR", 10)
    memory = Memory()
    base = opened(publish(memory, REGISTRY, now=NOW, valid=VALID))
    memory.registrations += [registration(AOZORA, n) for n in (10, 11)]
    snapshot = opened(delta(memory, base), base)
    memory.registrations += [registration(AOZORA, 20 + n) for n in range(more)]
    done = delta(memory, snapshot)
    assert (done.delta == 0) == compacts
    assert done.edition.number == 3
    whole = opened(done) if compacts else opened(done, snapshot)
    assert whole.entries == 4 + more


def test_a_large_base_bears_larger_deltas(monkeypatch):
    monkeypatch.setattr("sekisho.registry.publish.COMPACT_FLOOR", 0)
    memory = Memory(40)
    base = opened(publish(memory, REGISTRY, now=NOW, valid=VALID))
    memory.registrations += [registration(AOZORA, n) for n in (100, 101)]
    assert delta(memory, base).delta == 1
    memory.registrations.append(registration(AOZORA, 102))
    assert delta(memory, base).delta == 0


def test_a_delta_on_a_file_that_lags_takes_a_number_of_its_own():
    memory = Memory()
    old = opened(publish(memory, REGISTRY, now=NOW, valid=VALID))
    memory.registrations.append(registration(AOZORA, 9))
    publish(memory, REGISTRY, now=NOW, valid=VALID)
    done = delta(memory, old)
    assert (done.edition.number, done.delta) == (3, 1)
    assert opened(done, old).entries == 3


def test_a_registry_that_was_restored_goes_on_above_the_number_in_the_file():
    memory = Memory()
    snapshot = opened(publish(memory, REGISTRY, now=NOW, valid=VALID))
    for _ in range(3):
        snapshot = opened(delta(memory, snapshot, renew=True), snapshot)
    del memory.editions[1:]
    memory.registrations.append(registration(AOZORA, 9))
    assert delta(memory, snapshot).edition.number == 5


def test_a_number_that_another_process_took_is_not_used_for_a_delta():
    memory = Memory()
    base = opened(publish(memory, REGISTRY, now=NOW, valid=VALID))
    memory.registrations.append(registration(AOZORA, 9))
    memory.rival = NewEdition(number=2, state="other", created=NOW, expires=NOW + VALID, digest="00")
    assert delta(memory, base).edition.number == 3


def test_a_clock_that_was_set_back_makes_no_delta_that_readers_refuse():
    memory = Memory()
    base = opened(publish(memory, REGISTRY, now=NOW, valid=VALID))
    done = delta(memory, base, NOW - timedelta(hours=5), renew=True)
    assert opened(done, base).head.created == NOW


def test_a_file_of_another_registry_is_not_continued():
    memory = Memory()
    base = opened(publish(memory, REGISTRY, now=NOW, valid=VALID))
    with pytest.raises(InputError, match="another registry"):
        publish_delta(memory, AOZORA, base, now=NOW, valid=VALID)


def test_only_the_passages_of_what_is_written_are_asked_for():
    memory = Memory()
    memory.register_text(passages_of(1))
    base = opened(publish(memory, REGISTRY, now=NOW, valid=VALID))
    first = list(memory.asked)
    memory.register_text(passages_of(2))
    done = delta(memory, base)
    assert (done.delta, done.built.counts.passages) == (1, 400)
    assert len(first) == 1
    assert memory.asked == [*first, examine(memory.passages[-1]).id]


@pytest.mark.parametrize(("floor", "compacts"), [(800, False), (799, True)])
def test_deltas_with_too_many_passages_become_a_base(monkeypatch, floor, compacts):
    monkeypatch.setattr("sekisho.registry.publish.COMPACT_PASSAGES", floor)
    memory = Memory()
    snapshot = opened(publish(memory, REGISTRY, now=NOW, valid=VALID))
    memory.register_text(passages_of(1))
    snapshot = opened(delta(memory, snapshot), snapshot)
    memory.register_text(passages_of(2))
    done = delta(memory, snapshot)
    assert (done.delta == 0) == compacts


@pytest.mark.parametrize(("copies", "number"), [(15, 1), (40, 0)])
def test_a_work_that_copies_had_crowded_out_has_all_its_passages_once_it_is_confirmed(copies, number):
    memory = Memory()
    memory.register_text(passages_of(1))
    for copier in range(copies):
        memory.register_text(passages_of(1), Party(name=f"copier {copier}"))
    base = opened(publish(memory, REGISTRY, now=NOW, valid=VALID))
    memory.vouches.append(vouch(REGISTRY, AOZORA))
    done = delta(memory, base)
    assert done.delta == number
    entry = examine(memory.registrations[2]).id
    after = opened(done, base if number else None)
    texts = after.texts[0]
    assert texts.passages[texts.entry == after.entry_number(entry)].tolist() == [400]


@pytest.mark.parametrize(("floor", "compacts"), [(80, False), (79, True)])
def test_deltas_with_too_many_local_features_become_a_base(monkeypatch, floor, compacts):
    monkeypatch.setattr("sekisho.registry.publish.COMPACT_FEATURES", floor)
    memory = Memory()
    snapshot = opened(publish(memory, REGISTRY, now=NOW, valid=VALID))
    memory.register_drawn(traits_of(1))
    snapshot = opened(delta(memory, snapshot), snapshot)
    memory.register_drawn(traits_of(2))
    done = delta(memory, snapshot)
    assert (done.delta == 0) == compacts
