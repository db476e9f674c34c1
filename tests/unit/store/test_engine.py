from pathlib import Path

import pytest

from sekisho.errors import ConfigError, MissingExtraError
from sekisho.store.engine import make_engine, sqlite_file


def test_a_path_and_a_sqlite_url_name_a_file():
    assert sqlite_file("/a/b.sqlite") == Path("/a/b.sqlite")
    assert sqlite_file("sqlite:////a/b.sqlite") == Path("/a/b.sqlite")
    assert sqlite_file("postgresql+psycopg://db/registry") is None


def test_an_unknown_database_is_a_missing_extra():
    with pytest.raises(MissingExtraError) as caught:
        make_engine("nosuchdatabase://db/registry")
    assert "sekisho[postgres]" in caught.value.hint


def test_what_is_no_url_is_refused():
    with pytest.raises(ConfigError):
        make_engine("://")


def test_writers_are_safe_from_each_other_and_from_power_cuts(tmp_path):
    with make_engine(str(tmp_path / "a.sqlite")).connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 60_000}
