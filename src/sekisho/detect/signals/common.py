"""What the parsers of signals have in common: groups of uses, and raw words cut to what is kept."""

from collections.abc import Iterable, Mapping

from sekisho.model.signal import MAX_RAW, SignalUse, Stance

__all__ = ["BUT_SEARCH", "EMBEDDED", "EVERY_USE", "TRAINING", "each", "excerpt"]

EMBEDDED = "embedded"
"""The place of a signal that stands in the item's own bytes."""

TRAINING = (SignalUse.TRAIN_OTHER, SignalUse.TRAIN_GENERATIVE)
BUT_SEARCH = (SignalUse.TDM, *TRAINING, SignalUse.INPUT)
EVERY_USE = (*BUT_SEARCH, SignalUse.SEARCH)


def each(uses: Iterable[SignalUse], stance: Stance) -> Mapping[SignalUse, Stance]:
    """Return the same stance for each use."""
    return dict.fromkeys(uses, stance)


def excerpt(words: str | bytes) -> str:
    """Return the first 1,024 bytes of UTF-8 of what was said, cut at a letter. O(1) of long words."""
    text = words[:MAX_RAW].decode("utf-8", "replace") if isinstance(words, bytes) else words[:MAX_RAW]
    return text.encode("utf-8", "replace")[:MAX_RAW].decode("utf-8", "ignore")
