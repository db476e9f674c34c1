import pytest
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from sekisho.errors import ExistsError
from sekisho.store.create import create_registry
from sekisho.store.database import open_registry
from sekisho.store.schema import HEAD, metadata
from tests.parties import Party, root

REGISTRY = Party(name="registry")


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
