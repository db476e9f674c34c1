"""Cosignatures: a witness says when a checkpoint was the newest that it had seen. C2SP tlog-cosignature.

The witness's name is not signed. A key that stands under two names is therefore one witness.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sekisho.errors import InputError, SignatureError
from sekisho.ledger.checkpoint import decode_checkpoint
from sekisho.ledger.note import Note, NoteKey, NoteSignature, check_name
from sekisho.ledger.schemes import TIME_BYTES, KeyType, Role, cosigned
from sekisho.model import KeyId, utc
from sekisho.signing import Signer

__all__ = ["CLOCK_SKEW", "Cosignature", "cosign", "read_cosignatures"]

CLOCK_SKEW = timedelta(minutes=5)
"""How far the clock of a witness may be ahead of the verifier's."""
_LAST_SECOND = int(datetime.max.replace(tzinfo=UTC).timestamp())


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosignature:
    """A witness's signature that holds.

    Attributes:
        name: under which the verifier knows the key.
        at: when the witness signed, by its own clock, aware UTC.
    """

    name: str
    key: KeyId
    at: datetime

    def in_time(self, now: datetime, max_age: timedelta | None = None) -> bool:
        """Tell whether it was made before `now`, and not longer ago than `max_age`."""
        return self.at <= now + CLOCK_SKEW and (max_age is None or now - self.at <= max_age)


def cosign(text: bytes, name: str, signer: Signer, at: datetime) -> NoteSignature:
    """Cosign the text of a checkpoint's note.

    Raises:
        InputError: not a checkpoint, or not a name.
    """
    decode_checkpoint(text)
    seconds = int(utc(at).timestamp())
    if seconds < 0:
        raise InputError("a cosignature before 1970")
    key = NoteKey(name=check_name(name), key=signer.key, type=KeyType.ED25519_COSIGNATURE)
    signature = seconds.to_bytes(TIME_BYTES, "big") + signer.sign(cosigned(text, seconds))
    return NoteSignature(name=name, hash=key.hash, signature=signature)


def _time(mark: NoteSignature) -> datetime:
    seconds = int.from_bytes(mark.signature[:TIME_BYTES], "big")
    if seconds > _LAST_SECOND:
        raise SignatureError(f"{mark.name!r} cosigned at a time that no calendar has")
    return datetime.fromtimestamp(seconds, UTC)


def read_cosignatures(note: Note, keys: Iterable[NoteKey]) -> tuple[Cosignature, ...]:
    """Return the cosignatures of a note that `open_note` has verified with these keys among its own.

    One for each public key, the first in the note, whatever its names are.

    Raises:
        SignatureError: a time beyond the year 9999.
    """
    witnesses = {(key.name, key.hash): key for key in keys if key.role is Role.WITNESS}
    found: dict[KeyId, Cosignature] = {}
    for mark in note.signatures:
        key = witnesses.get((mark.name, mark.hash))
        if key is not None:
            found.setdefault(key.key, Cosignature(name=key.name, key=key.key, at=_time(mark)))
    return tuple(found.values())
