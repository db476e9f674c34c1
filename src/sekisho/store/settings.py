"""The settings: one table that feeds the command line's defaults, the validation and the docs.

`sekisho.toml` lies in the working directory, or `--config` names it. A flag of a command wins over
the file, the file over the default here. An unknown key is an error, so that a typing mistake can
not quietly become the default. Relative paths are relative to the file.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sekisho.errors import ConfigError
from sekisho.model import Purpose

__all__ = ["SETTINGS", "Setting", "Values", "defaults", "read_settings", "words"]

FILE_NAME = "sekisho.toml"
LANGUAGES = ("ja", "en")

_TYPE_NAMES = {str: "text", int: "a whole number", list: "a list of texts"}

Value = str | int | tuple[str, ...]
Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One key of sekisho.toml.

    Attributes:
        kind: the TOML type: str, int or list (of str).
        default: None where the command says itself what it does without.
        choices: the only values allowed; empty means any.
        path: a relative value is relative to the file that says it; in a list, what ends in .toml.
    """

    name: str
    kind: type
    help: str
    default: Value | None = None
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    path: bool = False


_TABLE = (
    Setting(
        name="home", kind=str, path=True, help="Folder of keys, default registry and log; SEKISHO_HOME wins."
    ),
    Setting(name="registry", kind=str, path=True, help="Registry: a file or a database URL."),
    Setting(name="operator", kind=str, help="Key of the operator who audits: name, .pub file or key id."),
    Setting(name="holder", kind=str, help="Key that signs registrations and grants."),
    Setting(name="purpose", kind=str, choices=tuple(Purpose), help="What the dataset is for."),
    Setting(name="territory", kind=str, help="Where it is used: ISO 3166 code."),
    Setting(name="policy", kind=str, help="Policy: opt-in, opt-out, strict, or a TOML file."),
    Setting(name="trusted_keys", kind=list, help="Key ids whose snapshots are accepted."),
    Setting(name="pack_keys", kind=list, help="Key ids whose packs of rules are accepted; none: anybody's."),
    Setting(name="max_age_days", kind=int, default=30, minimum=1, help="Oldest snapshot accepted, in days."),
    Setting(
        name="declared_quota",
        kind=int,
        default=1000,
        minimum=0,
        help="Entries of a holder for whom nobody vouches.",
    ),
    Setting(
        name="questions_a_day",
        kind=int,
        default=100,
        minimum=0,
        help="Questions about near copies that one asker is answered in a day.",
    ),
    Setting(
        name="prints_a_day",
        kind=int,
        default=2000,
        minimum=0,
        help="Files that one asker is answered about in a day.",
    ),
    Setting(name="reviewers", kind=list, help="Keys whose reviews count, beside the operator's."),
    Setting(
        name="models_directory",
        kind=str,
        path=True,
        help="Folder of the encoders' files (.onnx); an installed package needs none.",
    ),
    Setting(
        name="encoders",
        kind=list,
        path=True,
        help="Encoders that pictures are compared by: sscd-distilled, sscd, or TOML files.",
    ),
    Setting(name="contact", kind=str, help="Where sites find who asks them for signals: a page, or mailto:."),
    Setting(name="jobs", kind=int, minimum=1, help="Worker processes."),
    Setting(name="lang", kind=str, choices=LANGUAGES, help="Language of reports, explanations and help."),
)
SETTINGS: Mapping[str, Setting] = {setting.name: setting for setting in _TABLE}


def defaults() -> Values:
    """Return the settings that have a default."""
    return {s.name: s.default for s in _TABLE if s.default is not None}


def _known(name: str, where: Path) -> Setting:
    setting = SETTINGS.get(name)
    if setting is None:
        raise ConfigError(f"{where}: unknown setting {name!r}", hint=f"known are: {', '.join(SETTINGS)}")
    return setting


def _typed(kind: type, value: object) -> Value | None:
    """Return a value of the setting's TOML type, None if it is of another; a boolean is no integer."""
    if isinstance(value, (str, int)) and not isinstance(value, bool) and isinstance(value, kind):
        return value
    if kind is list and isinstance(value, list) and all(isinstance(v, str) for v in value):
        return tuple(str(v) for v in value)
    return None


def _placed(text: str, folder: Path) -> str:
    return text if "://" in text else str(folder / Path(text).expanduser())


def _checked(name: str, value: object, where: Path) -> Value:
    setting = _known(name, where)
    typed = _typed(setting.kind, value)
    if typed is None:
        raise ConfigError(f"{where}: {name} must be {_TYPE_NAMES[setting.kind]}, not {value!r}")
    if setting.choices and typed not in setting.choices:
        raise ConfigError(f"{where}: {name} = {value!r} is not one of {', '.join(setting.choices)}")
    if setting.minimum is not None and isinstance(typed, int) and typed < setting.minimum:
        raise ConfigError(f"{where}: {name} must be at least {setting.minimum}")
    if setting.path and isinstance(typed, str):
        return _placed(typed, where.parent.absolute())
    if setting.path and isinstance(typed, tuple):
        folder = where.parent.absolute()
        return tuple(_placed(one, folder) if one.endswith(".toml") else one for one in typed)
    return typed


def read_settings(file: Path | None = None) -> Values:
    """Read sekisho.toml and check every key.

    Args:
        file: named by the user, so it must be there; None means ./sekisho.toml if it is there.

    Raises:
        ConfigError: not there, not TOML, or a key is unknown or of the wrong type.
    """
    where = file or Path(FILE_NAME)
    if file is None and not where.exists():
        return {}
    try:
        document = tomllib.loads(where.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"can not read {where}: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{where} is not TOML: {error}") from error
    return {name: _checked(name, value, where) for name, value in document.items()}


def words(value: Value) -> Sequence[str]:
    """Return a value as it would be typed on the command line."""
    return value if isinstance(value, tuple) else (str(value),)
