from datetime import UTC, datetime, timedelta

from sekisho.model import Settled
from sekisho.registry.publish import publish
from sekisho.registry.submit import submit
from sekisho.snapshot.documents import KINDS
from sekisho.store.create import create_registry
from sekisho.store.database import EditionRow
from sekisho.store.editions import EditionShelf
from tests.parties import DAY, Party, a_print, registration, root
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
