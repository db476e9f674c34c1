"""Fingerprints of a registrant's own files -> the prints that may leave the machine."""

from collections.abc import Callable
from dataclasses import dataclass

from sekisho.fingerprint import MIN_QUALITY, fingerprint
from sekisho.media import Limits, named_as_media, sniff
from sekisho.model import Fingerprint, Print, Unfingerprintable, Unreadable

__all__ = ["Made", "prints_of", "prints_of_file"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What became of one file.

    Attributes:
        prints: one per frame; empty if it is no media or could not be looked at.
        low_detail: it has too little detail for a PDQ, so only the identical file will be found.
        problem: why it could not be looked at.
    """

    name: str
    prints: tuple[Print, ...] = ()
    low_detail: bool = False
    problem: Unfingerprintable | None = None


def prints_of(made: Fingerprint, name: str) -> tuple[Print, ...]:
    """Return one print per frame with enough detail; at least one, with the SHA-256.

    Frames of low detail are left out: their PDQ would match unrelated pictures.
    """
    pairs = [(made.pdq, made.quality), *made.more]
    good = tuple(
        Print(sha256=made.sha256, pdq=pdq, quality=quality, name=name)
        for pdq, quality in pairs
        if pdq is not None and quality is not None and quality >= MIN_QUALITY
    )
    return good or (Print(sha256=made.sha256, quality=made.quality, name=name),)


def prints_of_file(name: str, read: Callable[[int], bytes | None], limits: Limits) -> Made:
    """Fingerprint one file.

    Args:
        name: as it will stand in prints.jsonl.
        read: returns the file's bytes, or None if there are more than the limit it is given.
        limits: what one file may cost.
    """
    try:
        data = read(limits.max_bytes)
    except OSError as error:
        problem = Unfingerprintable(reason=Unreadable.IO_ERROR, detail=error.strerror or str(error))
        return Made(name=name, problem=problem)
    if data is None:
        return Made(name=name, problem=Unfingerprintable(reason=Unreadable.TOO_LARGE))
    media_type = sniff(data)
    if media_type is None:
        if not named_as_media(name):
            return Made(name=name)
        reason = Unreadable.UNRECOGNIZED_FORMAT if data else Unreadable.EMPTY
        return Made(name=name, problem=Unfingerprintable(reason=reason))
    made = fingerprint(data, media_type, limits)
    if isinstance(made, Unfingerprintable):
        return Made(name=name, problem=made)
    prints = prints_of(made, name)
    return Made(name=name, prints=prints, low_detail=all(p.pdq is None for p in prints))
