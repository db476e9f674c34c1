"""public.json: what anybody may know of a run, made when it is sealed and covered by the seal.

manifest.json itself is not published: its exact counts would tell what `counts` withholds, and its
digests of clean lists could be tried out. What names a file inside of a dataset is left out too. The
roots of the units' rows are here, so that a row can be proved against the seal without the manifest.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import msgspec

from sekisho.audit.shape import Manifest
from sekisho.audit.share.counts import FEW, Shown, protect, show
from sekisho.codec import Hex32, Key, parse_plain
from sekisho.errors import EvidenceError, InputError
from sekisho.model import Outcome

__all__ = ["PUBLIC", "OfMap", "Public", "Unit", "decode_public", "encode_public"]

PUBLIC = "public.json"
VERSION = 1
_AS_THEY_ARE = ("tool", "operator", "use", "datasets", "depth", "stages", "root")
_SNAPSHOT = ("digest", "registry", "name", "signer", "edition", "created", "expires", "age_days", "stale")
"""Facts of the edition; its counts are the registry's to publish."""

Count = Annotated[int, msgspec.Meta(ge=0)]


class Unit(msgspec.Struct, forbid_unknown_fields=True):
    """One tree of rows: how many, and the hex root."""

    rows: Count
    rows_root: Hex32


class _Party(msgspec.Struct):
    key: Key
    label: str


class _Snapshot(msgspec.Struct):
    name: str
    edition: int
    signer: str
    stale: bool


class _Policy(msgspec.Struct):
    name: str
    digest: str
    deviations: list[str]


class _Totals(msgspec.Struct):
    items: Count
    outcomes: dict[str, Shown]


class _Sample(msgspec.Struct):
    of: Count


class OfMap(msgspec.Struct, forbid_unknown_fields=True):
    """The map of the files: what its keys are made with, its root, and how many files and rows there are.

    `files` is None where it would tell how many few rows are not in the map.
    """

    nonce: Hex32
    root: Hex32
    files: Count | None
    rows: Count


class Public(msgspec.Struct):
    """public.json, as far as a verifier needs it."""

    version: Annotated[int, msgspec.Meta(ge=VERSION, le=VERSION)]
    operator: _Party
    snapshot: _Snapshot
    policy: _Policy
    totals: _Totals
    sample: _Sample | None
    units: list[Unit]
    root: Hex32
    membership: OfMap | None = None


def _map(manifest: Manifest) -> Mapping[str, Any]:
    """Return the map as it may be shown; a run that was made before there was one has none."""
    made = manifest.get("membership")
    if made is None:
        return {}
    few = 0 < made["rows"] - made["files"] < FEW
    return {"membership": {**made, "files": None if few else made["files"]}}


def encode_public(manifest: Manifest, flow: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the bytes of public.json: deterministic, a fold over manifest and flow.

    Args:
        manifest: manifest.json, checked.
        flow: of the report's facts: `{"outcome", "reason", "items"}`.
    """
    counted: dict[str, dict[str, int]] = {outcome.value: {} for outcome in Outcome}
    for row in flow:
        counted[row["outcome"]][row["reason"]] = row["items"]
    totals, shown = manifest["totals"], protect(counted, manifest["totals"]["unreadable"])
    parent = manifest.get("parent")
    document = {
        "version": VERSION,
        **{name: manifest[name] for name in _AS_THEY_ARE},
        "snapshot": {name: manifest["snapshot"][name] for name in _SNAPSHOT},
        "policy": {name: manifest["policy"][name] for name in ("name", "digest", "deviations")},
        "parent": parent and parent["root"],
        "sample": manifest.get("sample"),
        "totals": {
            "items": totals["items"],
            "bytes": totals["bytes"],
            "outcomes": shown.outcomes,
            "reasons": shown.reasons,
            "unreadable": shown.unreadable,
            "skipped": {why: show(count) for why, count in totals["skipped"].items()},
        },
        "units": [{"rows": unit["rows"], "rows_root": unit["rows_root"]} for unit in manifest["units"]],
        **_map(manifest),
    }
    return (json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def decode_public(data: bytes) -> Public:
    """Parse public.json; that it is the sealed one is checked by its digest.

    Raises:
        EvidenceError: it has another form.
    """
    try:
        return msgspec.convert(parse_plain(data), Public, strict=True)
    except (msgspec.ValidationError, InputError) as error:
        raise EvidenceError(f"{PUBLIC}: {error}") from error
