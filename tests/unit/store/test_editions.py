from datetime import UTC, datetime, timedelta

from sekisho.model import Settled
from sekisho.registry.examined import examine
from sekisho.registry.publish import publish
from sekisho.registry.submit import submit
from sekisho.signing import PASSAGES
from sekisho.snapshot.documents import KINDS
from sekisho.store.create import create_registry
from sekisho.store.database import EditionRow
from sekisho.store.editions import EditionShelf
from tests.parties import (
    DAY,
    Party,
    a_print,
    passages_of,
    registration,
    root,
    text_statements,
    traits_of,
    traits_statements,
    withdrawal,
)
from tests.world import TODAY, World

REGISTRY, AOZORA = Party(name="registry"), Party(name="aozora")
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def test_an_edition_is_published_again_from_what_was_kept(tmp_path):
    database = create_registry(str(tmp_path / "r.sqlite"), root(REGISTRY, REGISTRY))
    shelf = EditionShelf(database=database)
    assert shelf.database.last_edition() is None
    submit([registration(AOZORA, n) for n in range(3)], database.batch, today=DAY)
    first = publish(shelf, REGISTRY, now=NOW, valid=timedelta(days=30))
    again = publish(shelf, REGISTRY, now=NOW + timedelta(days=1), valid=timedelta(days=30))
    assert (first.new, again.new) == (True, False)
    assert b"".join(first.built.chunks) == b"".join(again.built.chunks)
    submit([registration(AOZORA, 3)], database.batch, today=DAY)
    third = publish(shelf, REGISTRY, now=NOW + timedelta(days=2), valid=timedelta(days=30))
    assert third.edition.number == 2


def test_a_number_is_taken_only_once(tmp_path):
    shelf = EditionShelf(database=create_registry(str(tmp_path / "r.sqlite"), root(REGISTRY, REGISTRY)))
    row = {"number": 1, "state": "a", "created": NOW, "expires": NOW + timedelta(days=1), "digest": "b"}
    assert shelf.save_edition(**row)
    assert not shelf.save_edition(**row | {"state": "c"})
    assert shelf.database.last_edition() == EditionRow(**row)


def test_an_edition_is_made_of_every_kind_of_statement(tmp_path):
    world = World()
    entry = world.register(world.holder, a_print(1))
    theirs = world.register(world.rival, a_print(2))
    world.vouch(world.voucher, world.rival)
    world.grant(world.holder, world.operator)
    world.revoke(world.holder, world.mandate(world.holder, world.stranger), on=TODAY)
    world.resolve(world.rival, world.dispute(world.rival, entry), Settled.WITHDRAWN)
    world.withdraw(world.rival, theirs)
    wanted = world.statements()
    database = create_registry(str(tmp_path / "r.sqlite"), wanted.root)
    envelopes = [e for name in ("registrations", *KINDS) for e in getattr(wanted, name)]
    verdicts = submit(envelopes, database.batch, today=TODAY)
    assert not [v.reason for v in verdicts if not v.kept]
    found, ids, _ = EditionShelf(database=database).contents()
    assert len(ids) == len(envelopes)
    for name in ("registrations", *KINDS):
        assert sorted(getattr(found, name)) == sorted(getattr(wanted, name))


def test_the_passages_of_an_edition_are_read_one_by_one(tmp_path):
    database = create_registry(str(tmp_path / "r.sqlite"), root(REGISTRY, REGISTRY))
    shelf = EditionShelf(database=database)
    entry, passages = text_statements(AOZORA, passages_of(1))
    submit([entry, passages], database.batch, today=DAY)
    statements, ids, _ = shelf.contents()
    assert set(ids) == {examine(entry).id, examine(passages).id}
    assert statements.passages(examine(passages).id) == passages
    assert statements.passages("p-unknown") is None
    made = publish(shelf, REGISTRY, now=NOW, valid=timedelta(days=30))
    again = publish(shelf, REGISTRY, now=NOW, valid=timedelta(days=30))
    assert made.built.counts.passages == 400
    assert b"".join(made.built.chunks) == b"".join(again.built.chunks)
    assert passages not in b"".join(made.built.chunks)


def test_a_withdrawn_text_is_in_no_new_edition(tmp_path):
    database = create_registry(str(tmp_path / "r.sqlite"), root(REGISTRY, REGISTRY))
    batch = text_statements(AOZORA, passages_of(1))
    submit([*batch, withdrawal(AOZORA, examine(batch[0]).id)], database.batch, today=DAY)
    made = publish(EditionShelf(database=database), REGISTRY, now=NOW, valid=timedelta(days=30))
    assert (made.built.counts.work, made.built.counts.texts, made.built.counts.passages) == (0, 0, 0)
    assert database.counts()[PASSAGES] == 1


def test_the_traits_of_an_edition_are_read_one_by_one(tmp_path):
    database = create_registry(str(tmp_path / "r.sqlite"), root(REGISTRY, REGISTRY))
    shelf = EditionShelf(database=database)
    entry, traits = traits_statements(AOZORA, traits_of(1))
    submit([entry, traits], database.batch, today=DAY)
    assert shelf.contents()[0].traits(examine(traits).id) == traits
    made = publish(shelf, REGISTRY, now=NOW, valid=timedelta(days=30))
    assert made.built.counts.pictures == 1
    assert traits not in b"".join(made.built.chunks)
