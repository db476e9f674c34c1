"""What each unit leaves for the map: `membership/<unit>.run`, 64 bytes for each row that has a SHA-256.

    record  key of the map (32) || leaf of the row (32), ordered by key; equal keys as the rows stand
    key     SHA-256("sekisho/m/v1" || nonce || SHA-256 of the file)
    nonce   HMAC-SHA256(row key, "sekisho/membership/nonce/v1"): public, and another one for each run

A row whose SHA-256 is not kept (nothing could be read, it is listed, or it is little else than personal
information) is not in the map. Reviews change no row, and so nothing here.
"""

import hashlib
import hmac
from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["RECORD_BYTES", "Run", "encode_run", "map_key", "membership_name", "nonce_of"]

RECORD_BYTES = 64
_NONCE = b"sekisho/membership/nonce/v1"
_KEY = b"sekisho/m/v1"


class Run(NamedTuple):
    """The sorted run of one unit: the name of its file, and how many records it has."""

    name: str
    records: int


def membership_name(unit: str) -> str:
    """Name the file of a unit's sorted run."""
    return f"membership/{unit}.run"


def nonce_of(row_key: bytes) -> bytes:
    """Derive the nonce of a run's map: the same for the same run, and no way back to the row key."""
    return hmac.digest(row_key, _NONCE, "sha256")


def map_key(nonce: bytes, sha256: bytes) -> bytes:
    """Return under which key a file stands in the map of a run."""
    return hashlib.sha256(_KEY + nonce + sha256).digest()


def encode_run(digests: Iterable[bytes | None], leaves: Iterable[bytes], nonce: bytes) -> bytes:
    """Return the sorted run of one unit.

    Args:
        digests: the SHA-256 of each row, None where none is kept.
        leaves: of the same rows.
        nonce: of the run.
    """
    sha256, begin = hashlib.sha256, _KEY + nonce
    records = [
        (sha256(begin + digest).digest(), leaf)
        for digest, leaf in zip(digests, leaves, strict=True)
        if digest is not None
    ]
    # Stable: rows with the same bytes stay in the order of the unit.
    records.sort(key=lambda record: record[0])
    return b"".join(map(b"".join, records))
