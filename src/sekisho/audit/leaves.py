"""Rows as leaves of a tree, so that one row can be shown without the others.

    finding   HMAC-SHA256(its salt, canonical JSON of the finding): opened only for whom it concerns
    leaf      RFC 6962 leaf hash over canonical JSON of the row's disclosed fields, a salt of its own
              and the commitments of its findings; `pdq` is not there in runs of before there was a map
    root      RFC 6962 tree hash over the leaves of one unit, in the order of its rows

Salts are made of the run's row key and the row's unit, name and SHA-256: two runs over the same data
are equal to the byte, and nobody outside can guess one. A salt opens one thing and tells of no other.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from sekisho.codec import Hex32
from sekisho.errors import EvidenceError
from sekisho.ledger import leaf_hash
from sekisho.ledger.tree import EMPTY_ROOT, tree_levels
from sekisho.signing import Signer

__all__ = [
    "COLUMNS",
    "FIRST_COLUMNS",
    "ROW_KEY_BYTES",
    "TILE_ROWS",
    "Committed",
    "Disclosed",
    "Opening",
    "columns_of",
    "commitment_of",
    "committed",
    "disclose",
    "encode_row",
    "leaf_of",
    "leaves_of",
    "row_key",
    "rows_root",
    "tile_roots",
]

ROW_KEY_BYTES = 32
_CONTEXT = b"sekisho/row-key/v1\0"
"""No statement (`DSSEv1 `) and no note begins so: this signature can not serve as another."""
TILE_ROWS = 256
"""A power of two, so that a tile is a subtree."""
_NO_DIGEST = bytes(32)
_NOTHING: list[str] = []
_OF_ROW = bytes(4)
"""What the salt of a row is made of begins so; those of its findings count from 1."""
_BLOCK_BYTES, _INNER, _OUTER = 64, 0x36, 0x5C
"""HMAC with SHA-256 (RFC 2104 2)."""
FIRST_COLUMNS = ("item", "media_type", "bytes", "sha256", "outcome", "reason", "findings", "problem")
"""What of a row its leaf depended on before there was a map of the files: no PDQ."""
COLUMNS = (*FIRST_COLUMNS, "pdq", "frames")
"""What of a row its leaf depends on."""
_encode = msgspec.json.Encoder().encode
"""Of structs whose fields are in order: the bytes of `codec.canonical`, several times as fast."""


class Committed(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A finding as it is committed to: the row's, in whole bits."""

    detail: str
    distance: int
    entry: str
    grant: str | None
    kind: str
    method: str
    permission: str
    threshold: int


class Disclosed(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What a row shows to those whom it concerns; digests, commitments and salt in hex.

    `pdq` has the hashes of the picture or of all frames, upright; nothing in a row of an older run.
    """

    bytes: int
    findings: list[Hex32]
    item: str
    media_type: str
    outcome: str
    pdq: list[Hex32] | msgspec.UnsetType = msgspec.UNSET
    problem: str
    reason: str
    salt: Hex32
    sha256: Hex32 | None


class Opening(NamedTuple):
    """A finding with the salt that opens its commitment."""

    finding: Committed
    salt: bytes


def columns_of(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what the leaves of a run depend on: less in one that was made before there was a map."""
    return COLUMNS if "membership" in manifest else FIRST_COLUMNS


def _prints(pdq: bytes | None, frames: Iterable[Mapping[str, Any]] | None) -> list[str]:
    """Return the PDQ of a picture, or of all frames, in hex."""
    if pdq is None:
        return []
    return [pdq.hex(), *(frame["pdq"].hex() for frame in frames or ())]


def row_key(signer: Signer, configuration: bytes) -> bytes:
    """Derive the row key of a run: the same for the same operator and configuration, secret to others.

    Ed25519 signatures are deterministic (RFC 8032 5.1.6); this one is never published.

    Args:
        signer: the operator's key.
        configuration: canonical JSON of everything that a row depends on.
    """
    signature = signer.sign(_CONTEXT + hashlib.sha256(configuration).digest())
    return hashlib.sha256(_CONTEXT + signature).digest()


def committed(finding: Mapping[str, Any]) -> Committed:
    """Return a row's finding as it is committed to.

    Raises:
        EvidenceError: a distance that is no whole number of bits.
    """
    distance, threshold = finding["distance"], finding["threshold"]
    if distance != int(distance) or threshold != int(threshold):
        raise EvidenceError(f"a distance of {distance} is no whole number of bits")
    return Committed(
        detail=finding["detail"],
        distance=int(distance),
        entry=finding["entry"],
        grant=finding["grant"],
        kind=finding["kind"],
        method=finding["method"],
        permission=finding["permission"],
        threshold=int(threshold),
    )


def commitment_of(opening: Opening) -> str:
    """Return the hex commitment that stands for a finding in its row."""
    return hmac.digest(opening.salt, _encode(opening.finding), "sha256").hex()


def encode_row(row: Disclosed) -> bytes:
    """Return canonical JSON of what a row discloses: the bytes that its leaf covers."""
    return _encode(row)


def leaf_of(row: Disclosed) -> bytes:
    """Return the 32 bytes of a row's leaf."""
    return leaf_hash(_encode(row))


def _check(key: bytes) -> None:
    if len(key) != ROW_KEY_BYTES:
        raise ValueError(f"a row key has {ROW_KEY_BYTES} bytes")


def disclose(row: Mapping[str, Any], unit: str, key: bytes) -> tuple[Disclosed, Sequence[Opening]]:
    """Return what a row shows, and its findings, each with what opens it.

    Args:
        row: of the decisions; the fields of `columns_of` its run.
        unit: the id of its unit.
        key: the run's row key.

    Raises:
        ValueError: the row key has not 32 bytes.
    """
    _check(key)
    sha256 = row["sha256"]
    about = (sha256 or _NO_DIGEST) + f"{unit}\0{row['item']}".encode()
    openings = [
        Opening(committed(finding), hmac.digest(key, number.to_bytes(4, "big") + about, "sha256"))
        for number, finding in enumerate(row["findings"] or (), 1)
    ]
    shown = Disclosed(
        bytes=row["bytes"],
        findings=[commitment_of(opening) for opening in openings],
        item=row["item"],
        media_type=row["media_type"],
        outcome=row["outcome"],
        pdq=_prints(row["pdq"], row["frames"]) if "frames" in row else msgspec.UNSET,
        problem=row["problem"],
        reason=row["reason"],
        salt=hmac.digest(key, _OF_ROW + about, "sha256").hex(),
        sha256=None if sha256 is None else sha256.hex(),
    )
    return shown, openings


def leaves_of(rows: Iterable[Sequence[Any]], unit: str, key: bytes) -> list[bytes]:
    """Return the leaves of rows: each is `leaf_of` what the row discloses, in a quarter of the time.

    Args:
        rows: the values of `COLUMNS`.
        unit: the id of their unit.
        key: the run's row key.

    Raises:
        ValueError: the row key has not 32 bytes.
    """
    _check(key)
    block = key.ljust(_BLOCK_BYTES, b"\0")
    inner = bytes(byte ^ _INNER for byte in block) + _OF_ROW
    outer = bytes(byte ^ _OUTER for byte in block)
    within, sha256, leaves = f"{unit}\0".encode(), hashlib.sha256, []
    for row in rows:
        item, media_type, size, digest, outcome, reason, findings, problem, pdq, frames = row
        if findings:
            shown, _ = disclose(dict(zip(COLUMNS, row, strict=True)), unit, key)
        else:
            about = (digest or _NO_DIGEST) + within + item.encode()
            salt = sha256(outer + sha256(inner + about).digest()).hexdigest()
            shown = Disclosed(
                bytes=size,
                findings=_NOTHING,
                item=item,
                media_type=media_type,
                outcome=outcome,
                pdq=_prints(pdq, frames),
                problem=problem,
                reason=reason,
                salt=salt,
                sha256=digest and digest.hex(),
            )
        leaves.append(leaf_of(shown))
    return leaves


def tile_roots(leaves: Sequence[bytes]) -> list[bytes]:
    """Return the root of every `TILE_ROWS` leaves, the last of as many as are left.

    The tree over them is the tree over the leaves; kept in a part, they spare a reader who proves a
    few rows the hashing of all others.
    """
    starts = range(0, len(leaves), TILE_ROWS)
    return [tree_levels(leaves[start : start + TILE_ROWS])[-1][0] for start in starts]


def rows_root(leaves: Sequence[bytes]) -> str:
    """Return the hex tree hash over the leaves of one unit, or over the roots of its tiles."""
    return (tree_levels(leaves)[-1][0] if leaves else EMPTY_ROOT).hex()
