from pathlib import Path

import pytest
from sqlalchemy import URL

from sekisho.errors import ConfigError
from sekisho.store.location import POSTGRES, located, shown, shown_url, sqlite_file

HIDDEN = "s3cret"


def test_a_path_and_a_sqlite_url_name_a_file():
    assert located("/a/b.sqlite") == sqlite_file("/a/b.sqlite") == Path("/a/b.sqlite")
    assert located("sqlite:////a/b.sqlite") == Path("/a/b.sqlite")
    assert located("b.sqlite") == Path.cwd() / "b.sqlite"
    assert shown("b.sqlite") == "b.sqlite"


@pytest.mark.parametrize("scheme", ["postgresql+psycopg", "postgresql", "postgres"])
def test_every_name_of_postgresql_means_the_one_driver(scheme):
    url = located(f"{scheme}://u:{HIDDEN}@db.example:5433/registry?sslmode=require")
    assert not isinstance(url, Path)
    assert (url.drivername, url.host, url.port, url.database) == (POSTGRES, "db.example", 5433, "registry")
    assert (url.password, url.query["sslmode"]) == (HIDDEN, "require")
    assert sqlite_file(f"{scheme}://u@h/registry") is None


@pytest.mark.parametrize(
    "location",
    [
        f"postgresql://u:{HIDDEN}@h/registry",
        f"postgresql://u@h/registry?password={HIDDEN}",
        f"postgresql://u:{HIDDEN}@h/registry?sslkey=a.key&sslpassword={HIDDEN}",
        f"postgresql://u:%40{HIDDEN}%2F@h/registry",
    ],
)
def test_a_password_is_never_shown(location):
    assert HIDDEN not in shown(location)
    assert shown(location).startswith("postgresql+psycopg://u")
    assert "h/registry" in shown(location)


def test_a_file_is_shown_as_a_path():
    url = located("sqlite:////a/b.sqlite")
    assert url == Path("/a/b.sqlite")
    assert shown_url(URL.create("sqlite", database="/a/r?%20#.sqlite")) == "/a/r?%20#.sqlite"


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("://", "can not be read"),
        (f"postgresql://u@h:{HIDDEN}/registry", "can not be read"),
        (f"postgresql://u:p@{HIDDEN}@h/registry", "an @ too many"),
        (f"mysql://u:{HIDDEN}@h/registry", "can not be kept in mysql"),
        (f"postgresql+asyncpg://u:{HIDDEN}@h/registry", "can not be kept in postgresql.asyncpg"),
        ("sqlite://", "in memory"),
    ],
)
def test_what_can_not_be_a_registry_is_refused_without_the_password(location, message):
    with pytest.raises(ConfigError, match=message) as caught:
        located(location)
    assert caught.value.hint
    assert HIDDEN not in f"{caught.value} {caught.value.hint} {caught.value.__cause__}"
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
