"""TDMRep: `/.well-known/tdmrep.json`, and what a value of `tdm-reservation` says wherever it stands.

TDM Reservation Protocol (W3C Community Group Final Report, 10 May 2024). `1` reserves the rights of text and
data mining, `0` does not; any other value is as if it were not set. It speaks of all mining, so of every use
but search. The file is a list of rules `{"location", "tdm-reservation", "tdm-policy"?}`; locations are
patterns of RFC 9309, and the first rule that matches decides ("the most specific match is the first in
sequence"). A policy is an address in the note: terms on which more may be agreed, never leave by itself.

Header, HTML, EPUB and PDF come before the file (`resolve`).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import msgspec

from sekisho.detect.signals.common import BUT_SEARCH, each, excerpt
from sekisho.detect.signals.paths import Pattern, host_of, normal, path_of, pattern, written
from sekisho.model.signal import Signal, SignalFamily, SignalUse, Stance

__all__ = ["MAX_FILE", "WELL_KNOWN", "tdmrep_file_signals", "tdmrep_patterns", "tdmrep_stance"]

WELL_KNOWN = "/.well-known/tdmrep.json"
MAX_FILE = 1 << 20
"""Bytes of a file; those that are in use have fewer than 100 rules."""
_STANCES = {"1": Stance.DISALLOW, "0": Stance.ALLOW}
_FILES = 32
"""Files that are kept read at a time."""
_BOM = b"\xef\xbb\xbf"


def tdmrep_stance(value: str | int) -> Mapping[SignalUse, Stance]:
    """Return what a value of `tdm-reservation` says about each use; it does not raise.

    Args:
        value: as it is written. A list, as programs join headers that stand twice (`1, 1`), says the
            strictest of its values.
    """
    said = {_STANCES.get(part.strip(), Stance.UNKNOWN) for part in str(value).split(",")}
    if Stance.DISALLOW in said:
        return each(BUT_SEARCH, Stance.DISALLOW)
    return each(BUT_SEARCH, Stance.ALLOW if said == {Stance.ALLOW} else Stance.UNKNOWN)


def tdmrep_file_signals(
    data: bytes, url: str, *, captured: datetime | None, place: str, source: str
) -> tuple[Signal, ...]:
    """Return what a `tdmrep.json` says about a URL: at most one signal. It never raises.

    O(data) once, then O(rules).

    What can not be read is an error: a file, or rules without a location if no other matches.

    Args:
        data: the file.
        url: of the item.
        captured: when the file was read.
        place: the URL of the file.
        source: SHA-256 of the file, lower-case hex.
    """
    raw, stances, note = _decide(data, url)
    if not stances:
        return ()
    return (
        Signal(
            family=SignalFamily.TDMREP,
            place=place,
            raw=excerpt(raw),
            stances=stances,
            note=excerpt(note),
            captured=captured,
            source=source,
        ),
    )


def tdmrep_patterns(data: bytes) -> Iterator[Pattern]:
    """Yield the patterns that decide which rules of a `tdmrep.json` hold, of every host."""
    for rule in _read(data).rules:
        yield from rule.patterns


class _Rule(NamedTuple):
    """A rule with its patterns for both forms of a path; `host`: '' or the one that it is about."""

    host: str
    patterns: tuple[Pattern, Pattern]
    raw: str
    stances: Mapping[SignalUse, Stance]
    note: str


class _File(NamedTuple):
    """The rules of a file that can be read, and why the rest can not ('': it can)."""

    rules: tuple[_Rule, ...]
    trouble: str


def _decide(data: bytes, url: str) -> tuple[str | bytes, Mapping[SignalUse, Stance], str]:
    """Return the words, the stances (none: nothing was said) and the note of the rule that decides."""
    read = _read(data)
    path = path_of(url)
    forms = (normal(path), written(path))
    for rule in read.rules:
        matched = any(one.matches(form) for one, form in zip(rule.patterns, forms, strict=True))
        if matched and (not rule.host or rule.host == host_of(url)):
            return rule.raw, rule.stances, rule.note
    return (data, each(BUT_SEARCH, Stance.ERROR), read.trouble) if read.trouble else ("", {}, "")


@lru_cache(maxsize=_FILES)
def _read(data: bytes) -> _File:
    if len(data) > MAX_FILE:
        return _File((), f"more than {MAX_FILE} bytes")
    try:
        rules = msgspec.json.decode(data.removeprefix(_BOM))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        return _File((), f"not JSON: {error}")
    if not isinstance(rules, list):
        return _File((), "not a list of rules")
    read = [_rule(rule) for rule in rules]
    return _File(tuple(rule for rule in read if rule), "a rule without location" if None in read else "")


def _rule(rule: object) -> _Rule | None:
    """Read a rule; None: it has no location, so nobody knows what it is about."""
    location = rule.get("location") if isinstance(rule, dict) else None
    if not isinstance(rule, dict) or not isinstance(location, str) or not location:
        return None
    host = host_of(location)
    where = path_of(location) if host else location
    value, policy = rule.get("tdm-reservation"), rule.get("tdm-policy")
    # The value is a number; the text "1" can only restrict, so it is taken for what it means.
    known = (isinstance(value, int) and not isinstance(value, bool)) or value == "1"
    return _Rule(
        host,
        (pattern(where), pattern(where, as_written=True)),
        excerpt(msgspec.json.encode(rule)),
        tdmrep_stance(str(value)) if known else each(BUT_SEARCH, Stance.UNKNOWN),
        f"policy={policy}" if isinstance(policy, str) and policy else "",
    )
