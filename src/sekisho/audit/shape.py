"""The fields of manifest.json that the reports rely on, and what the registry says about an entry."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, cast

import msgspec

from sekisho.errors import InputError

__all__ = ["Label", "Manifest", "Titles", "checked_manifest", "labelled"]

Manifest = Mapping[str, Any]
"""manifest.json as parsed; `checked_manifest` has seen the fields that the reports use."""
Titles = Callable[[str], Any]
"""Entry id -> `Label`, or a plain (title, holder, trust)."""


class Label(msgspec.Struct, frozen=True):
    """What the snapshot says about an entry, for people.

    Attributes:
        title, holder: labels; they prove nothing.
        trust: `declared` or `verified`; empty if nobody is there to ask.
        key: the holder's key id, because two holders may bear one name.
    """

    title: str
    holder: str
    trust: str
    key: str = ""


class _Use(msgspec.Struct):
    purpose: str
    territory: str
    on: str


class _Operator(msgspec.Struct):
    key: str
    label: str


class _Snapshot(msgspec.Struct):
    digest: str
    registry: str
    name: str
    signer: str
    edition: int
    created: str
    expires: str
    entries: dict[str, int]
    fingerprints: int
    grants: int
    age_days: int
    stale: bool


class _Policy(msgspec.Struct):
    name: str
    digest: str
    deviations: list[str]


class _Stage(msgspec.Struct):
    name: str
    ran: bool
    why: str


class _Dataset(msgspec.Struct):
    name: str
    kind: str
    items: int
    bytes: int


class _Unit(msgspec.Struct):
    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]+\Z")]


class _Totals(msgspec.Struct):
    items: int
    bytes: int
    outcomes: dict[str, int]
    reasons: dict[str, int]
    unreadable: dict[str, int]
    skipped: dict[str, int]


class _Sample(msgspec.Struct):
    asked: int
    taken: int
    of: int


class _Shape(msgspec.Struct):
    """The fields of manifest.json that a report needs; there may be more."""

    version: int
    operator: _Operator
    use: _Use
    datasets: list[_Dataset]
    snapshot: _Snapshot
    policy: _Policy
    depth: str
    stages: list[_Stage]
    units: list[_Unit]
    totals: _Totals
    root: str
    sample: _Sample | None = None


def checked_manifest(document: object) -> Manifest:
    """Return the manifest if it has every field that the reports use.

    Raises:
        InputError: a field is missing or of the wrong type.
    """
    try:
        msgspec.convert(document, _Shape)
    except msgspec.ValidationError as error:
        raise InputError(f"manifest.json has the wrong form: {error}") from error
    return cast("Manifest", document)


def labelled(titles: Titles, entry: str) -> Label:
    """Ask for an entry's label."""
    found = titles(entry)
    return found if isinstance(found, Label) else Label(*found)
