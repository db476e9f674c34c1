"""A file of facts: what is known of one case, as somebody writes it down.

    format = "sekisho.facts/1"
    title = { en = "...", ja = "..." }
    on = 2026-06-01
    jurisdictions = ["JP", "JP-31"]
    [facts.subject]
    real = true
    age = { max = 17 }

What is not there is unknown. Only `[facts]` is needed.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import msgspec

from sekisho.errors import ConfigError
from sekisho.rules.conclude import check_facts
from sekisho.rules.document import document
from sekisho.rules.vocabulary import Vocabulary
from sekisho.rules.words import Facts, Interval, Text, Value

__all__ = ["FORMAT", "FactFile", "read_facts", "written_facts"]

FORMAT = "sekisho.facts/1"
MAX_FACTS = 1 << 16
"""Bytes of a file of facts."""


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    format: str
    facts: dict[str, Any]
    title: Text = Text(en="", ja="")
    on: date | None = None
    jurisdictions: list[str] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class FactFile:
    """What is known, and which law is asked.

    Attributes:
        on: the day whose law is asked for; None: the file does not say.
    """

    facts: Facts
    title: Text = field(default_factory=lambda: Text(en="", ja=""))
    on: date | None = None
    jurisdictions: tuple[str, ...] = ()


def read_facts(data: bytes, where: str, vocabulary: Vocabulary) -> FactFile:
    """Read a file of facts.

    Raises:
        ConfigError: too large, not TOML, an unknown key or fact, a wrong value, or facts that contradict
            each other; the message names the file.
    """
    if len(data) > MAX_FACTS:
        raise ConfigError(f"{where} has {len(data)} bytes; a file of facts has at most {MAX_FACTS}")
    try:
        file = msgspec.convert(document(data.decode(), where), _File)
    except UnicodeDecodeError as error:
        raise ConfigError(f"{where} is not TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise ConfigError(
            f"{where}: {error}", hint='a file of facts has format = "sekisho.facts/1"'
        ) from error
    if file.format != FORMAT:
        raise ConfigError(f"{where}: the format is {file.format!r}, not {FORMAT!r}")
    try:
        facts = vocabulary.flat(file.facts)
        check_facts(facts, vocabulary)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}", hint=error.hint) from error
    return FactFile(facts=facts, title=file.title, on=file.on, jurisdictions=tuple(file.jurisdictions))


def _toml(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Interval(low=low, high=high):
            bounds = ((name, bound) for name, bound in (("min", low), ("max", high)) if bound is not None)
            return "{ " + ", ".join(f"{name} = {bound}" for name, bound in bounds) + " }"
        case datetime() | date():
            return value.isoformat()
        case str():
            quoted = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{quoted}"'
        case _:
            return f"{value}"


def written_facts(known: FactFile) -> str:
    """Return facts as the text of such a file."""
    lines = [f'format = "{FORMAT}"']
    if known.on is not None:
        lines.append(f"on = {known.on.isoformat()}")
    if known.jurisdictions:
        lines.append(f"jurisdictions = [{', '.join(_toml(place) for place in known.jurisdictions)}]")
    tables: dict[str, list[str]] = {}
    for name, value in known.facts.items():
        table, _, key = name.partition(".")
        tables.setdefault(table, []).append(f"{key} = {_toml(value)}")
    for table, entries in sorted(tables.items()):
        lines += ["", f"[facts.{table}]", *entries]
    return "\n".join(lines) + "\n"
