import sqlite3

import pytest
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from sekisho.errors import ConfigError, ExistsError
from sekisho.registry.examined import examine
from sekisho.registry.submit import submit
from sekisho.signing import REGISTRATION
from sekisho.store.create import create_registry
from sekisho.store.database import open_registry
from sekisho.store.engine import make_engine
from sekisho.store.schema import HEAD, metadata
from tests.parties import (
    DAY,
    Party,
    a_print,
    film_of,
    grant,
    passages_of,
    registration,
    revocation,
    root,
    text_statements,
    traits_of,
    traits_statements,
    vouch,
)

REGISTRY = Party(name="registry")
AOZORA, LUMEN = Party(name="aozora"), Party(name="lumen")


def test_the_folder_is_made_and_a_registry_only_once(tmp_path):
    location = str(tmp_path / "a" / "b.sqlite")
    create_registry(location, root(REGISTRY, REGISTRY))
    with pytest.raises(ExistsError):
        create_registry(location, root(Party(name="other")))
    assert open_registry(location).root()[1] == root(REGISTRY, REGISTRY)


def test_head_is_the_newest_migration():
    config = Config()
    config.set_main_option("script_location", "sekisho.store:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_the_migrations_make_the_tables_of_the_schema(tmp_path):
    database = create_registry(str(tmp_path / "r.sqlite"), root(REGISTRY, REGISTRY))
    with database.reading() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == HEAD
        found = inspect(connection)
        for table in metadata.sorted_tables:
            columns = {(c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(table.name)}
            assert columns == {(c.name, str(c.type), c.nullable) for c in table.columns}
            assert found.get_pk_constraint(table.name)["constrained_columns"] == [
                c.name for c in table.primary_key
            ]
            assert {i["name"] for i in found.get_indexes(table.name)} == {i.name for i in table.indexes}


def first_version(path, *envelopes):
    """Make a registry as the first Sekisho did, with some statements."""
    config = Config()
    config.set_main_option("script_location", "sekisho.store:migrations")
    with make_engine(str(path)).connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("INSERT INTO root VALUES (1, ?)", (root(REGISTRY, REGISTRY),))
        for number, envelope in enumerate(envelopes):
            s = examine(envelope)
            row = (s.id, s.type, s.signer, envelope, f"2026-01-{number + 1:02}T00:00:00Z")
            connection.execute("INSERT INTO statement VALUES (?, ?, ?, ?, ?)", row)
    connection.close()


def test_an_older_registry_fills_itself_from_what_it_has(tmp_path):
    path = tmp_path / "old.sqlite"
    two = registration(AOZORA, prints=(a_print(1), a_print(2)), declaration="")
    one = registration(LUMEN, 3, declaration="")
    given = grant(AOZORA, LUMEN, examine(two).id)
    whole = grant(AOZORA, LUMEN)
    others = [given, whole, vouch(REGISTRY, AOZORA), revocation(AOZORA, examine(given).id)]
    first_version(path, two, one, *others)
    with pytest.raises(ConfigError, match="older"):
        open_registry(str(path))
    database = create_registry(str(path), root(REGISTRY, REGISTRY))
    assert open_registry(str(path)).root()[1] == root(REGISTRY, REGISTRY)
    assert [row[0] for row in database.prints()] == [examine(two).id, examine(one).id]
    assert database.prints()[0][2:] == (
        a_print(1).sha256 + a_print(2).sha256,
        a_print(1).pdq + a_print(2).pdq,
    )
    for envelope in (two, one, *others):
        made = examine(envelope)
        assert database.known(made.id) == (made.owner, made.signer, made.about)
    assert database.statements(REGISTRATION, AOZORA.key) == (two,)
    (verdict,) = submit([registration(REGISTRY, 3)], database.batch, today=DAY)
    assert [near.entry for near in verdict.near] == [examine(one).id]


def test_an_empty_older_registry_is_brought_up_to_date(tmp_path):
    first_version(tmp_path / "old.sqlite")
    assert create_registry(str(tmp_path / "old.sqlite"), b"").prints() == []


def test_a_registry_of_pictures_only_takes_texts_after_its_tables_are_brought_up_to_date(tmp_path):
    path = tmp_path / "old.sqlite"
    one = registration(AOZORA, 1)
    first_version(path, one)
    database = create_registry(str(path), root(REGISTRY, REGISTRY))
    assert database.texts() == []
    batch = text_statements(LUMEN, passages_of(1))
    assert all(v.kept for v in submit(batch, database.batch, today=DAY))
    assert [row[0] for row in database.texts()] == [examine(batch[0]).id]
    with database.batch() as shelf:
        assert shelf.held(AOZORA.key, DAY) == 1


def third_version(path, *envelopes):
    """Make a registry as the third version of the tables was, with some statements."""
    database = create_registry(str(path), root(REGISTRY, REGISTRY))
    submit(envelopes, database.batch, today=DAY)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("ALTER TABLE print DROP COLUMN places")
        connection.execute("UPDATE alembic_version SET version_num = '0003'")
    connection.close()


def test_places_are_reckoned_for_what_an_older_registry_has(tmp_path):
    path = tmp_path / "old.sqlite"
    texts = text_statements(LUMEN, passages_of(1), passages_of(2), passages_of(3))
    third_version(path, *texts, registration(AOZORA, 1), registration(LUMEN, 2))
    with pytest.raises(ConfigError, match="older"):
        open_registry(str(path))
    database = create_registry(str(path), root(REGISTRY, REGISTRY))
    with database.batch() as batch:
        assert (batch.held(LUMEN.key, DAY), batch.held(AOZORA.key, DAY)) == (4, 1)
    assert database.texts()
    drawn = traits_statements(AOZORA, traits_of(1), film_of(1), first=40)
    assert all(v.kept for v in submit(drawn, database.batch, today=DAY))
