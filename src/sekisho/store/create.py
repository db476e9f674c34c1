"""Make a registry's database, or bring an older one up to date, by the migrations."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, insert

from sekisho.errors import ExistsError
from sekisho.store.database import RegistryDatabase, check_version, found_version
from sekisho.store.engine import make_engine
from sekisho.store.location import shown, sqlite_file
from sekisho.store.schema import HEAD, root

__all__ = ["create_registry"]


def _migrate(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "sekisho.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def create_registry(location: str, root_statement: bytes) -> RegistryDatabase:
    """Make the tables of a registry, or bring them up to date, and keep its root.

    Raises:
        ExistsError: it is a registry already and its tables are up to date.
        ConfigError: made by a newer Sekisho.
    """
    file = sqlite_file(location)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    database = RegistryDatabase(engine=make_engine(location))
    with database.batch() as batch:
        found = found_version(batch.connection)
        if found is not None and found >= HEAD:
            check_version(found, location)
            raise ExistsError(f"{shown(location)} is a registry already", hint="sekisho registry show")
        _migrate(batch.connection)
        if found is None:
            batch.connection.execute(insert(root).values(id=1, envelope=root_statement))
    return database
