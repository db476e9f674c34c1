"""Say in our words why a registry's database can not be used, and never its password."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from sekisho.errors import ConfigError
from sekisho.store.location import shown, shown_url

__all__ = ["readable"]

_BUSY = "another process has been writing for a long time; try again when it is done"
_UNREACHED = "is the server running, and are host, port, database, user and password right?"
_BROKEN = "the connection broke; run the same command again, what is kept already is not kept twice"

_HINTS: Mapping[str, str] = {
    "SQLITE_BUSY": _BUSY,
    "55P03": _BUSY,
    "42501": "the user must own the database: ALTER DATABASE name OWNER TO user",
    "25006": "it can only be read; if it is a copy, name the primary server",
    "53300": "the server has no connection left; try again, or raise its max_connections",
}
"""By the names of SQLite's result codes and by SQLSTATE (PostgreSQL 17, appendix A)."""


def _hint(error: DBAPIError) -> str:
    if error.connection_invalidated:
        return _BROKEN
    code = getattr(error.orig, "sqlstate", "")
    if code is None and isinstance(error, OperationalError):
        return _UNREACHED  # every answer of a server has a code, so there was no connection
    return _HINTS.get(str(code or getattr(error.orig, "sqlite_errorname", "")), "")


@contextmanager
def readable(place: str | URL) -> Iterator[None]:
    """Say in our words that a file is no database, or that it can not be reached.

    Args:
        place: a file path or a database URL.

    Raises:
        ConfigError: for whatever the database complains of.
        IntegrityError: as it is; who writes knows what it means.
    """
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        name = shown(place) if isinstance(place, str) else shown_url(place)
        reason = " ".join(str(error.orig).split())
        raise ConfigError(f"can not use {name} as a registry: {reason}", hint=_hint(error)) from error
