"""Findings that somebody has decided not to fail for: a TOML file, each with reason, by and until.

    [[ignore]]
    item = "set-3.tar#*.jpg"
    entry = "e-..."
    reason_code = "declared_without_permission"
    reason = "our own pictures; registration under way, ticket 4711"
    by = "M. Sato"
    until = 2027-03-31

At least one of item (exact, or a glob), entry and reason_code says what is meant; all that are given must
fit. An ignored finding does not count for the exit code. It stays on hold or excluded, and is shown.
Findings about a person, or on an authority's list, can not be ignored.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from sekisho.audit.report.facts import finding_detail
from sekisho.errors import ConfigError
from sekisho.model import Kind, Method
from sekisho.policy import PROTECTED_KINDS, PROTECTED_REASONS

__all__ = ["Ignore", "Ignores", "read_ignores", "stands_against"]

FIELDS = ("item", "entry", "reason_code", "reason", "by", "until")
WHAT = FIELDS[:3]
NEEDED = FIELDS[3:]
LONGEST = timedelta(days=366)
"""An exception is looked at again at least once a year."""
TOUCHABLE = frozenset(kind.value for kind in Kind) - frozenset(map(str, PROTECTED_KINDS))
"""Kinds whose findings can be ignored; a kind that is not known here can not."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """One entry of the file; an empty `item`, `entry` or `reason_code` fits everything."""

    item: str = ""
    entry: str = ""
    reason_code: str = ""
    reason: str
    by: str
    until: date

    @property
    def what(self) -> str:
        """Say what is meant, for messages."""
        return ", ".join(f"{name} = {value}" for name in WHAT if (value := getattr(self, name)))

    def fits(self, row: Row) -> bool:
        """Tell whether item and reason are those that are meant."""
        named = not self.item or row["item"] == self.item or fnmatchcase(row["item"], self.item)
        return named and self.reason_code in ("", row["reason"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignores:
    """What the file says on this day: the ones that hold, and the ones that are over."""

    valid: Sequence[Ignore] = ()
    expired: Sequence[Ignore] = ()

    def of(self, row: Row) -> Ignore | None:
        """Return the entry by which a whole item does not count, None if it does.

        An entry of the file that names a registration covers only the findings of that one: all
        that stand against the item must be covered.
        """
        if not self.valid or _is_protected(row):
            return None
        fitting = [ignore for ignore in self.valid if ignore.fits(row)]
        whole = next((ignore for ignore in fitting if not ignore.entry), None)
        if whole is not None:
            return whole
        by_entry = {ignore.entry: ignore for ignore in fitting}
        against = [finding["entry"] for finding in row["findings"] or () if stands_against(finding)]
        covered = bool(against) and all(entry in by_entry for entry in against)
        return by_entry[against[0]] if covered else None


def stands_against(finding: Mapping[str, Any]) -> bool:
    """Tell whether a finding asks for something: no licence, no confirmed false match, no mere name."""
    detail = finding_detail(finding)
    named = finding["method"] == Method.NAME and "prompt" not in detail
    return finding["permission"] != "granted" and not named and "false_match" not in detail


def _is_protected(row: Row) -> bool:
    kinds = {finding["kind"] for finding in row["findings"] or ()}
    return row["reason"] in PROTECTED_REASONS or not kinds <= TOUCHABLE


def _text(table: Mapping[str, Any], name: str, where: str) -> str:
    value = table.get(name, "")
    if not isinstance(value, str):
        raise ConfigError(f"{where}: {name} must be text, not {value!r}")
    if name in NEEDED and not value.strip():
        raise ConfigError(f"{where} has no {name}", hint=f"each needs {', '.join(NEEDED)}")
    return value


def _until(table: Mapping[str, Any], today: date, where: str) -> date:
    value = table.get("until")
    if value is None:
        raise ConfigError(f"{where} has no until", hint=f"each needs {', '.join(NEEDED)}")
    if isinstance(value, datetime) or not isinstance(value, date):
        raise ConfigError(f"{where}: until must be a day, not {value!r}", hint="until = 2027-03-31")
    if value > today + LONGEST:
        raise ConfigError(
            f"{where}: until {value} is more than a year ahead", hint="choose a day within a year"
        )
    return value


def _ignore(table: object, today: date, where: str) -> Ignore:
    if not isinstance(table, dict):
        raise ConfigError(f"{where} must be a table: [[ignore]]")
    for name in table:
        if name not in FIELDS:
            raise ConfigError(f"{where}: unknown key {name!r}", hint=f"known are: {', '.join(FIELDS)}")
    texts = {name: _text(table, name, where) for name in (*WHAT, "reason", "by")}
    if not any(texts[name] for name in WHAT):
        raise ConfigError(f"{where} names nothing", hint=f"at least one of {', '.join(WHAT)}")
    return Ignore(**texts, until=_until(table, today, where))


def read_ignores(text: str, where: str, today: date) -> Ignores:
    """Read a file of ignores.

    Args:
        text: TOML.
        where: the file's name, for messages.
        today: on which day it is read; the last day of an ignore is `until` itself.

    Raises:
        ConfigError: not TOML, an unknown key, a missing field, or a day more than a year ahead.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{where} is not TOML: {error}") from error
    tables = document.pop("ignore", [])
    if document or not isinstance(tables, list):
        names = ", ".join(map(repr, document)) or "ignore"
        raise ConfigError(f"{where}: {names} is not a list of tables", hint="begin each with [[ignore]]")
    found = [_ignore(table, today, f"{where}, ignore {n}") for n, table in enumerate(tables, 1)]
    return Ignores(
        valid=[ignore for ignore in found if ignore.until >= today],
        expired=[ignore for ignore in found if ignore.until < today],
    )
