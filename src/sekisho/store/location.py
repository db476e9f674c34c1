"""Where a registry lies: in a file (SQLite), or in a database that a URL names (PostgreSQL).

A URL may hold a password. Nothing here puts it into a message, and `shown` is what others may say
of a location.
"""

from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from sekisho.errors import ConfigError

__all__ = ["POSTGRES", "located", "shown", "shown_url", "sqlite_file"]

POSTGRES = "postgresql+psycopg"
"""The one driver that is tested: psycopg 3."""

_FORM = "a registry is a file, or a database: postgresql://USER@HOST/DATABASE"
_POSTGRES_NAMES = frozenset({POSTGRES, "postgresql", "postgres"})
_SQLITE_NAMES = frozenset({"sqlite", "sqlite+pysqlite"})
_SECRETS = frozenset({"password", "sslpassword"})
"""Parameters of a connection that nobody else may see (PostgreSQL 17, 34.1.2)."""


def _parsed(location: str) -> URL:
    try:
        url = make_url(location)
    except (ArgumentError, ValueError):
        # Not even as the cause: what could not be read may be a part of the password.
        raise ConfigError("the URL of the registry can not be read", hint=_FORM) from None
    if "@" in (url.host or ""):
        raise ConfigError("the URL of the registry has an @ too many", hint="in a password @ is written %40")
    return url


def located(location: str) -> Path | URL:
    """Return the absolute path of a registry's file, or the URL of its PostgreSQL database.

    Raises:
        ConfigError: not a URL, or one of a database that Sekisho does not know.
    """
    if "://" not in location:
        return Path(location).expanduser().absolute()
    url = _parsed(location)
    if url.drivername in _POSTGRES_NAMES:
        return url.set(drivername=POSTGRES)
    if url.drivername not in _SQLITE_NAMES:
        raise ConfigError(f"a registry can not be kept in {url.drivername}", hint=_FORM)
    if not url.database:
        raise ConfigError("a registry in memory would be gone at once", hint=_FORM)
    return Path(url.database).absolute()


def sqlite_file(location: str) -> Path | None:
    """Return the file of a SQLite registry, None if it is a database elsewhere.

    Raises:
        ConfigError: not a URL, or one of a database that Sekisho does not know.
    """
    place = located(location)
    return place if isinstance(place, Path) else None


def shown_url(url: URL) -> str:
    """Write a URL as others may see it: no password, and a file as a path."""
    if url.drivername in _SQLITE_NAMES:
        return url.database or ""
    hidden = dict.fromkeys(_SECRETS & url.query.keys(), "***")
    return url.update_query_dict(hidden).render_as_string(hide_password=True)


def shown(location: str) -> str:
    """Write a file path or a database URL as others may see it: without its password.

    Raises:
        ConfigError: not a URL, or one of a database that Sekisho does not know.
    """
    place = located(location)
    return location if isinstance(place, Path) else shown_url(place)
