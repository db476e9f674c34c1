"""Response headers: what the fields of one response say about rights.

`Content-Usage` (draft-ietf-aipref-attach-05, section 4), `X-Robots-Tag`, `tdm-reservation` and `tdm-policy`
(TDMRep, "TDM Header Field in HTTP Responses"), `Link` with the relation `license` (RFC 8288; RSL 1.0,
4.5). Names are compared without case (RFC 9110, 5.1), a field that stands several times is kept so. Fields
that are too large together are not read, and that is an error for every language that they are written in.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sekisho.detect.signals.aipref import HEADER, aipref_header_signals
from sekisho.detect.signals.common import EVERY_USE, bounded, each
from sekisho.detect.signals.html import linked_licence
from sekisho.detect.signals.reserved import reserved_signals
from sekisho.detect.signals.x_robots import NAME, x_robots_signals
from sekisho.model.signal import Signal, SignalFamily, Stance

__all__ = ["MAX_FIELDS", "header_signals"]

MAX_FIELDS = 256 * 1024
"""Characters of all fields that are read together; servers send at most some tens of kilobytes."""

_RESERVATION, _POLICY, _LINK = "tdm-reservation", "tdm-policy", "link"
_FAMILIES = {
    HEADER: SignalFamily.AIPREF,
    NAME: SignalFamily.X_ROBOTS,
    _RESERVATION: SignalFamily.TDMREP,
    _POLICY: SignalFamily.TDMREP,
    _LINK: SignalFamily.LICENCE,
}
_TARGET = re.compile(r"<([^<>]{0,8192})>")
_PARAMETER = re.compile(
    r"""\s*;\s*([A-Za-z0-9!#$&+.^_`|~*-]{1,100})(?:\s*=\s*(?:"((?:[^"\\]|\\.)*+)"|([^\s;,"]*)))?"""
)


def header_signals(
    fields: Sequence[tuple[str, str]], *, captured: datetime | None = None, source: str = ""
) -> tuple[Signal, ...]:
    """Return what the header fields of a response say. O(fields).

    Args:
        fields: names and values in the sequence of the response; a repeated name stands repeatedly.
        captured: when the response was read.
        source: SHA-256 of the document that the fields stand in; empty for the item's own record.
    """
    said: dict[str, list[str]] = {}
    for name, value in fields:
        key = name.strip().lower()
        if key in _FAMILIES:
            said.setdefault(key, []).append(value)
    if not said:
        return ()
    if sum(len(value) for values in said.values() for value in values) > MAX_FIELDS:
        found: Iterable[Signal] = map(_refused, said)
    else:
        found = _read(said)
    return bounded(replace(signal, captured=captured, source=source) for signal in found)


def _refused(name: str) -> Signal:
    stances = each(EVERY_USE, Stance.ERROR)
    note = f"more than {MAX_FIELDS} characters"
    return Signal(family=_FAMILIES[name], place=name, raw="", stances=stances, note=note)


def _read(said: dict[str, list[str]]) -> Iterator[Signal]:
    yield from aipref_header_signals(said.get(HEADER, ()), captured=None)
    yield from x_robots_signals(said.get(NAME, ()))
    yield from reserved_signals(said.get(_RESERVATION, ()), said.get(_POLICY, ()), _RESERVATION)
    for value in said.get(_LINK, ()):
        for address, media_type in _licences(value):
            yield linked_licence(address, media_type, _LINK)


def _licences(value: str) -> Iterator[tuple[str, str]]:
    """Yield address and type of the targets of the relation `license` in one field (RFC 8288, 3)."""
    at = 0
    while found := _TARGET.search(value, at):
        parameters: dict[str, str] = {}
        at = found.end()
        while parameter := _PARAMETER.match(value, at):
            parameters.setdefault(parameter[1].lower(), parameter[2] or parameter[3] or "")
            at = parameter.end()
        if "license" in parameters.get("rel", "").lower().split() and "anchor" not in parameters:
            yield found[1].strip(), parameters.get("type", "")
