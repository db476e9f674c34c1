"""Facts about how much there is of each modality, and in which range of the EU template that lies.

A listed file is not looked at, so that its type is not known. Beside a section about persons and listed
files all items without a type are added to each modality: whoever has the dataset, and counts himself, gets
the same number however many of one modality are listed. Bytes and seconds are not stated there, since they
could tell a single file by its size.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sekisho.audit.documents.audited import Audited
from sekisho.audit.documents.seen import MODALITIES, Amount
from sekisho.audit.documents.sums import blurred

__all__ = ["MOST_BYTES", "MOST_LETTERS", "modalities", "text_size"]

Facts = dict[str, Any]

_UNKNOWN, _TEXT, _IMAGE = "unknown", "text", "image"
_HOUR = 3600
_RANGES: Mapping[str, Sequence[int]] = {
    _TEXT: (10**9, 10**13),
    _IMAGE: (10**6, 10**9),
    "audio": (10_000 * _HOUR, 10**6 * _HOUR),
    "video": (10_000 * _HOUR, 10**6 * _HOUR),
}
"""Where ranges of the EU template (24 July 2025, 1.3) begin: tokens, images, seconds of sound and film."""
MOST_BYTES = 4
"""Of a character in UTF-8 (RFC 3629): a tokenizer over bytes makes no more tokens of it."""
MOST_LETTERS = 8
"""Characters of a token, on average: no tokenizer in use comes near; English has 4 to 5, Japanese 1 to 2."""


def _added(runs: Sequence[Audited]) -> dict[str, Amount]:
    amounts = {name: Amount() for name in MODALITIES}
    for run in runs:
        for name, one in run.seen.modalities.items():
            amounts[name].add(one.items, one.bytes, one.milliseconds)
    return {name: one for name, one in amounts.items() if one.items}


def _range(name: str, least: int, most: int) -> int | None:
    """Return the range in which a size lies; None if it may lie in several, or is not measured."""
    bounds = _RANGES.get(name, ())
    low, high = (sum(size >= bound for bound in bounds) for size in (least, most))
    return low if bounds and most and low == high else None


def modalities(runs: Sequence[Audited], *, guarded: bool) -> list[Facts]:
    """Return the items, bytes and seconds of each modality, and the template's range; None is not stated.

    Args:
        runs: of `audited`.
        guarded: rows may be about persons or listed files.
    """
    amounts = _added(runs)
    unknown = amounts[_UNKNOWN].items if guarded and _UNKNOWN in amounts else 0
    whole = sum(one.items for one in amounts.values())
    if not unknown:
        return [_exact(name, one) for name, one in amounts.items()]
    return [_bounded(name, one, 0 if name == _UNKNOWN else unknown, whole) for name, one in amounts.items()]


def _exact(name: str, one: Amount) -> Facts:
    seconds = one.milliseconds // 1000
    size = one.items if name == _IMAGE else seconds
    within = None if name == _TEXT else _range(name, size, size)
    return {"modality": name, "items": one.items, "bytes": one.bytes, "seconds": seconds, "range": within}


def _bounded(name: str, one: Amount, more: int, whole: int) -> Facts:
    """Return what may be said of a modality to which so many further items may belong."""
    return {
        "modality": name,
        "items": blurred(one.items + more, whole),
        "bytes": None,
        "seconds": None if one.milliseconds else 0,
        "range": _range(name, one.items, one.items + more) if name == _IMAGE else None,
    }


def text_size(runs: Sequence[Audited], *, guarded: bool) -> Facts | None:
    """Return the characters of all texts that were read; None if there are none or nobody has counted.

    The range is the template's, of tokens: stated where every tokenizer comes to the same one, also if all
    that is of no known type were text that could not be read.

    Args:
        runs: of `audited`.
        guarded: rows may be about listed files, which are not read: the number is not stated.
    """
    totals = [run.manifest["totals"].get("texts") or {} for run in runs]
    counts: Counter[str] = Counter()
    for one in totals:
        if one.get("items") and "characters" not in one:
            return None
        counts.update({name: one.get(name, 0) for name in ("items", "characters")})
    if not counts["items"]:
        return None
    letters = counts["characters"]
    unread = sum(run.seen.modalities.get(_UNKNOWN, Amount()).bytes for run in runs)
    return {
        "items": counts["items"],
        "characters": None if guarded else letters,
        "range": _range(_TEXT, letters // MOST_LETTERS, (letters + unread) * MOST_BYTES),
    }
