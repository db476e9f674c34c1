import sqlite3

import pytest
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, ProgrammingError

from sekisho.errors import ConfigError
from sekisho.store.unusable import readable

HIDDEN = "s3cret"
PLACE = f"postgresql://u:{HIDDEN}@h/registry"


class Answer(Exception):
    """What a driver raises: a message and the server's code, None if no server has answered."""

    def __init__(self, code, message="it\n  failed"):
        super().__init__(message)
        self.sqlstate = code


def caught(place, kind, answer, *, broken=False) -> ConfigError:
    error = kind("SELECT 1", {}, answer, connection_invalidated=broken)
    assert isinstance(error, DBAPIError)
    with pytest.raises(ConfigError) as told, readable(place):
        raise error
    return told.value


@pytest.mark.parametrize(
    ("kind", "code", "broken", "hint"),
    [
        (OperationalError, None, False, "is the server running"),
        (OperationalError, None, True, "the connection broke"),
        (OperationalError, "57P01", True, "the connection broke"),
        (OperationalError, "55P03", False, "another process has been writing"),
        (ProgrammingError, "42501", False, "the user must own the database"),
        (InterfaceError, "25006", False, "it can only be read"),
        (OperationalError, "53300", False, "no connection left"),
        (ProgrammingError, None, False, ""),
        (ProgrammingError, "42P01", False, ""),
    ],
)
def test_the_hint_says_what_to_do_about_an_answer(kind, code, broken, hint):
    error = caught(PLACE, kind, Answer(code), broken=broken)
    assert hint in error.hint
    assert bool(hint) == bool(error.hint)
    assert str(error) == "can not use postgresql+psycopg://u:***@h/registry as a registry: it failed"


def test_sqlite_that_is_busy_says_so(tmp_path):
    one, two = (sqlite3.connect(tmp_path / "a", timeout=0, isolation_level=None) for _ in range(2))
    one.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError) as busy:
        two.execute("BEGIN IMMEDIATE")
    one.close()
    two.close()
    assert "another process" in caught("a.sqlite", OperationalError, busy.value).hint


def test_a_url_is_shown_as_others_may_see_it():
    url = URL.create("sqlite", database="/a/b.sqlite")
    assert "can not use /a/b.sqlite as" in str(caught(url, OperationalError, Answer(None)))


def test_a_row_that_is_there_already_is_for_whoever_writes():
    with pytest.raises(IntegrityError), readable(PLACE):
        raise IntegrityError("INSERT", {}, Answer("23505"))
