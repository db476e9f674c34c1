"""What a registry promises, in each of the databases: SQLite and a real PostgreSQL server."""

from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import LargeBinary, String, insert, inspect

from sekisho.errors import ConfigError, ExistsError, NotFoundError
from sekisho.model import Settled
from sekisho.registry.examined import examine
from sekisho.registry.publish import publish
from sekisho.registry.submit import submit
from sekisho.signing import DISPUTE, GRANT, MANDATE, REGISTRATION, RESOLUTION, REVOCATION, VOUCH, WITHDRAWAL
from sekisho.store import database as registry_database
from sekisho.store import engine
from sekisho.store.create import create_registry
from sekisho.store.database import open_registry
from sekisho.store.editions import EditionShelf
from sekisho.store.engine import WRITE, make_engine
from sekisho.store.schema import metadata, root, statement
from tests.parties import (
    DAY,
    Party,
    dispute,
    grant,
    mandate,
    registration,
    resolution,
    revocation,
    vouch,
    withdrawal,
)
from tests.parties import root as signed_root

REGISTRY, AOZORA, LUMEN = Party(name="registry"), Party(name="aozora"), Party(name="lumen")
AGENT, KUMO = Party(name="agent"), Party(name="kumo")
ROOT = signed_root(REGISTRY, REGISTRY)
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
VALID = timedelta(days=30)


@pytest.fixture
def database(place):
    return create_registry(place, ROOT)


def of_every_type() -> tuple[bytes, ...]:
    """Make statements of every type that refer to each other."""
    one, two = registration(AOZORA, 1), registration(AOZORA, 2, signer=AGENT)
    disputed = dispute(KUMO, examine(one).id)
    given = grant(AOZORA, LUMEN, examine(one).id)
    return (
        mandate(AOZORA, AGENT),
        one,
        two,
        vouch(REGISTRY, AOZORA),
        given,
        revocation(AOZORA, examine(given).id),
        withdrawal(AOZORA, examine(two).id),
        disputed,
        resolution(KUMO, examine(disputed).id, Settled.WITHDRAWN),
    )


def test_every_type_of_statement_is_kept_as_it_was_received(database):
    envelopes = of_every_type()
    assert [v.reason for v in submit(envelopes, database.batch, today=DAY) if not v.kept] == []
    rest = dict.fromkeys((VOUCH, GRANT, REVOCATION, WITHDRAWAL, DISPUTE, RESOLUTION, MANDATE), 1)
    assert database.counts() == {REGISTRATION: 2} | rest
    for envelope in envelopes:
        made = examine(envelope)
        assert database.known(made.id) == (made.owner, made.signer, made.about)
        assert envelope in database.statements(made.type)
    assert not any(v.new for v in submit(envelopes, database.batch, today=DAY))
    assert [row[0] for row in database.prints()] == [examine(envelopes[1]).id]


def test_both_databases_publish_the_same_bytes(tmp_path, postgres):
    one = create_registry(str(tmp_path / "r.sqlite"), ROOT)
    two = create_registry(postgres.database("same"), ROOT)
    built = []
    for database, order in ((one, 1), (two, -1)):
        for envelope in sorted(of_every_type(), key=lambda e: order * len(e)):
            submit([envelope], database.batch, today=DAY)
        submit([*of_every_type(), *(registration(LUMEN, n) for n in range(9))], database.batch, today=DAY)
        done = publish(EditionShelf(database=database), REGISTRY, now=NOW, valid=VALID)
        built.append((done.edition.number, done.built.digest, b"".join(done.built.chunks)))
    assert built[0] == built[1]


def test_a_large_registry_is_read_in_parts(database, monkeypatch):
    envelopes = [registration(AOZORA, n) for n in range(25)]
    submit(envelopes, database.batch, today=DAY)
    whole = database.statements(REGISTRATION), database.prints()
    monkeypatch.setattr(registry_database, "IN_PARTS", {"yield_per": 4})
    assert (database.statements(REGISTRATION), database.prints()) == whole
    assert set(whole[0]) == set(envelopes)


def test_a_batch_that_fails_leaves_nothing(database):
    def fail() -> None:
        with database.batch() as batch:
            batch.add(examine(registration(AOZORA, 1)))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert database.counts() == {}
    assert database.prints() == []


def test_readers_do_not_wait_and_see_one_moment(database, place):
    submit([registration(AOZORA, 1)], database.batch, today=DAY)
    with database.reading() as reading:
        seen = registry_database.rows_of(reading, REGISTRATION)
        with open_registry(place).batch() as batch:
            batch.add(examine(registration(AOZORA, 2)))
            assert open_registry(place).counts() == {REGISTRATION: 1}
        assert open_registry(place).counts() == {REGISTRATION: 2}
        assert registry_database.rows_of(reading, REGISTRATION) == seen


def test_a_writer_that_waits_too_long_says_so(database, place, monkeypatch):
    monkeypatch.setattr(engine, "BUSY_MS", 100)
    with database.batch(), pytest.raises(ConfigError) as caught, open_registry(place).batch():
        pass
    assert "another process has been writing" in caught.value.hint


def test_a_number_of_an_edition_is_taken_only_once(database):
    shelf = EditionShelf(database=database)
    row = {"number": 1, "state": "a", "created": NOW, "expires": NOW + VALID, "digest": "b"}
    assert shelf.save_edition(**row)
    assert not shelf.save_edition(**row | {"state": "c"})
    last = database.last_edition()
    assert last is not None
    assert (last.state, last.created, last.expires) == ("a", NOW, NOW + VALID)


def test_what_is_no_registry_is_refused_and_a_registry_is_made_only_once(place):
    with pytest.raises(NotFoundError, match="registry") as caught:
        open_registry(place)
    assert "sekisho registry init" in caught.value.hint
    create_registry(place, ROOT)
    with pytest.raises(ExistsError):
        create_registry(place, signed_root(LUMEN, LUMEN))
    assert open_registry(place).root()[1] == ROOT


def first_version(place, *envelopes):
    """Make the tables that the first Sekisho had, with some statements."""
    config = Config()
    config.set_main_option("script_location", "sekisho.store:migrations")
    with make_engine(place).connect().execution_options(**WRITE) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(insert(root).values(id=1, envelope=ROOT))
        for number, envelope in enumerate(envelopes):
            made = examine(envelope)
            row = {"id": made.id, "type": made.type, "signer": made.signer, "envelope": envelope}
            received = f"2026-01-{number + 1:02}T00:00:00Z"
            connection.execute(insert(statement).values(**row, received_at=received))


def test_older_tables_are_refused_and_brought_up_to_date(place):
    envelopes = [
        registration(LUMEN, 3),
        registration(AOZORA, 1),
        vouch(REGISTRY, AOZORA),
        grant(AOZORA, LUMEN),
    ]
    first_version(place, *envelopes)
    with pytest.raises(ConfigError, match="older") as caught:
        open_registry(place)
    assert "sekisho registry init" in caught.value.hint
    database = create_registry(place, b"")
    assert [row[0] for row in database.prints()] == [examine(e).id for e in envelopes[:2]]
    for envelope in envelopes:
        made = examine(envelope)
        assert database.known(made.id) == (made.owner, made.signer, made.about)
    assert open_registry(place).root()[1] == ROOT


def test_tables_of_a_newer_sekisho_are_refused(database, place):
    with database.batch() as batch:
        batch.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ConfigError, match="newer"):
        open_registry(place)
    with pytest.raises(ConfigError, match="newer"):
        create_registry(place, ROOT)


def of_text(column) -> int | None:
    return column.length if isinstance(column, String) else None


def test_the_migrations_make_the_tables_of_the_schema(database):
    with database.reading() as connection:
        found = inspect(connection)
        for table in metadata.sorted_tables:
            columns = {c["name"]: c for c in found.get_columns(table.name)}
            assert set(columns) == set(table.columns.keys())
            for name, column in columns.items():
                wanted = table.columns[name]
                assert column["nullable"] == wanted.nullable
                assert of_text(column["type"]) == of_text(wanted.type)
                assert isinstance(column["type"], LargeBinary) == isinstance(wanted.type, LargeBinary)
