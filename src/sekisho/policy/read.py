"""Policies as TOML: three are shipped, an operator's own names one of them as its base.

    base = "opt-in"
    name = "our studio"
    [match]
    radius = 24
    [outcome]
    low_detail = "allow"
    [text]
    excerpt = "cut"
    [local]
    inliers_block = 14
    [exceptions]
    files = ["run/false-matches.jsonl"]
    by = ["ed25519:..."]

Every key that is not given is the base's; an unknown key is an error. What differs from the base is
listed in the report (`deviations`), so that a reader sees it before any total. Confirmed false matches
(`exceptions`) are part of the rules and of the digest.
"""

import hashlib
import tomllib
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

from sekisho.codec import canonical
from sekisho.errors import ConfigError
from sekisho.model import Depth, FalseMatch, Outcome, Policy
from sekisho.policy.exceptions import open_exceptions, read_exceptions
from sekisho.policy.part_rules import FILM_KEYS, LOCAL_KEYS, MODEL_KEYS, part_rules, shown_part_rules
from sekisho.policy.signal_rules import SIGNAL_KEYS, shown_signal_rules, signal_rules
from sekisho.policy.text_rules import TEXT_KEYS, shown_text_rules, text_rules

__all__ = ["SHIPPED", "read_policy", "rules_of", "shipped_policy"]

SHIPPED = ("opt-in", "opt-out", "strict")
NO_ROTATIONS = "none"
FALSE_MATCHES = "false_matches"

_OUTCOMES = {
    "verified_without_permission": "verified",
    "declared_without_permission": "declared",
    "rival_claims": "rival",
    "low_detail": "low_detail",
    "unreadable": "unreadable",
    "unmatched": "unmatched",
}
"""Key in the file -> field of `Policy`."""
_MATCH = ("depth", "radius", "rotations", "min_quality")
_TABLES = {
    "match": _MATCH,
    "outcome": tuple(_OUTCOMES),
    "text": TEXT_KEYS,
    "local": LOCAL_KEYS,
    "model": MODEL_KEYS,
    "film": FILM_KEYS,
    "signals": SIGNAL_KEYS,
}
"""All tables of rules and their keys; no key is in two of them."""


def _toml(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{where} is not TOML: {error}") from error


def _sections(document: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return all rules of a document as one flat mapping, after a look for unknown keys."""
    flat: dict[str, Any] = {}
    for section, keys in _TABLES.items():
        values = document.get(section, {})
        if not isinstance(values, dict):
            raise ConfigError(f"{where}: [{section}] must be a table")
        for key, value in values.items():
            if key not in keys:
                raise ConfigError(
                    f"{where}: unknown key {key!r} in [{section}]", hint=f"known are: {', '.join(keys)}"
                )
            flat[key] = value
    for key in document.keys() - _TABLES.keys() - {"base", "name", "exceptions"}:
        tables = ", ".join(f"[{table}]" for table in _TABLES)
        hint = f"known are: base, name, {tables}, [exceptions]"
        raise ConfigError(f"{where}: unknown key {key!r}", hint=hint)
    return flat


def _integer(rules: Mapping[str, Any], key: str, where: str) -> int:
    value = rules[key]
    if not isinstance(value, int) or isinstance(value, bool):
        raise ConfigError(f"{where}: {key} must be a whole number, not {value!r}")
    return value


def _with_exceptions(rules: Mapping[str, Any], false_matches: tuple[FalseMatch, ...]) -> dict[str, Any]:
    """Return the rules with the ids of what the policy excepts; without any they stay as they are."""
    named = sorted(made.id for made in false_matches)
    return {**rules, FALSE_MATCHES: named} if named else dict(rules)


def _policy(
    name: str,
    rules: Mapping[str, Any],
    base: Mapping[str, Any],
    where: str,
    false_matches: tuple[FalseMatch, ...] = (),
) -> Policy:
    rotations = rules["rotations"]
    excepted = (f"{FALSE_MATCHES} = {len(false_matches)} (0)",) if false_matches else ()
    try:
        fields: dict[str, Any] = {field: Outcome(rules[key]) for key, field in _OUTCOMES.items()}
        fields |= part_rules(rules, where)
        return Policy(
            name=name,
            depth=Depth(rules["depth"]),
            radius=_integer(rules, "radius", where),
            rotations=None if rotations == NO_ROTATIONS else _integer(rules, "rotations", where),
            min_quality=_integer(rules, "min_quality", where),
            deviations=tuple(
                f"{key} = {rules[key]} ({base[key]})" for key in rules if rules[key] != base[key]
            )
            + excepted,
            text=text_rules(rules, where),
            signals=signal_rules(rules),
            false_matches=false_matches,
            **fields,
            # Last: only now every value is known to be of a type that has a canonical form.
            digest=hashlib.sha256(canonical(_with_exceptions(rules, false_matches))).hexdigest(),
        )
    except ValueError as error:
        raise ConfigError(f"{where}: {error}") from error


def _shipped_rules(name: str) -> dict[str, Any]:
    if name not in SHIPPED:
        raise ConfigError(f"no shipped policy {name!r}", hint=f"shipped are: {', '.join(SHIPPED)}")
    text = (files("sekisho.policy") / "shipped" / f"{name}.toml").read_text(encoding="utf-8")
    return _sections(_toml(text, name), name)


def shipped_policy(name: str) -> Policy:
    """Return one of the shipped policies.

    Raises:
        ConfigError: there is none of that name.
    """
    rules = _shipped_rules(name)
    return _policy(name, rules, rules, name)


def _no_files(name: str) -> bytes:
    raise ConfigError(f"{name} can not be read from here", hint="name the policy by the path of its file")


def read_policy(text: str, where: str, read: Callable[[str], bytes] = _no_files) -> Policy:
    """Read an operator's policy.

    Args:
        text: TOML.
        where: the file's name, for messages.
        read: reads a file that [exceptions] names.

    Raises:
        ConfigError: not TOML, an unknown key, a value out of range, a rule that would let pass what
            could not be read, or block by a self-declared entry, or an exception that does not hold.
    """
    document = _toml(text, where)
    base_name = document.get("base", "opt-in")
    if not isinstance(base_name, str):
        raise ConfigError(f"{where}: base must be one of {', '.join(SHIPPED)}")
    base = _shipped_rules(base_name)
    rules = base | _sections(document, where)
    exceptions = read_exceptions(document, where)
    made = open_exceptions(((name, read(name)) for name in exceptions.files), exceptions.by)
    same = rules == base and not made
    name = document.get("name", base_name if same else f"{base_name}, changed")
    if not isinstance(name, str):
        raise ConfigError(f"{where}: name must be a text")
    return _policy(name, rules, base, where, made)


def rules_of(policy: Policy) -> dict[str, Any]:
    """Return a policy's rules as they stand in a file, for the manifest."""
    rotations = NO_ROTATIONS if policy.rotations is None else policy.rotations
    match: dict[str, Any] = {
        "depth": policy.depth.value,
        "radius": policy.radius,
        "rotations": rotations,
        "min_quality": policy.min_quality,
    }
    rules = match | {key: getattr(policy, field).value for key, field in _OUTCOMES.items()}
    rules |= shown_text_rules(policy.text) | shown_part_rules(policy) | shown_signal_rules(policy.signals)
    return _with_exceptions(rules, policy.false_matches)
