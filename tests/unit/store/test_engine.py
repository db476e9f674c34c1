import sys

import pytest

from sekisho.errors import ConfigError, MissingExtraError
from sekisho.store.engine import make_engine

URL = "postgresql://u:s3cret@h/registry"


def test_without_the_driver_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtraError) as caught:
        make_engine(URL)
    assert "[postgres]" in str(caught.value)
    assert caught.value.hint == "pip install 'sekisho[postgres]'"


def test_nothing_of_ours_is_added_to_the_url():
    engine = make_engine(f"{URL}?connect_timeout=3")
    assert (engine.driver, engine.url.host, dict(engine.url.query)) == (
        "psycopg",
        "h",
        {"connect_timeout": "3"},
    )


def test_another_database_is_refused():
    with pytest.raises(ConfigError):
        make_engine("mysql://db/registry")


def test_writers_are_safe_from_each_other_and_from_power_cuts(tmp_path):
    with make_engine(str(tmp_path / "a.sqlite")).connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 60_000}
