"""What the parsers of signals have in common: groups of uses, and raw words cut to what is kept."""

from collections.abc import Iterable

from sekisho.model.signal import MAX_RAW, Signal, SignalUse, Stance

__all__ = ["BUT_SEARCH", "EMBEDDED", "EVERY_USE", "MAX_SIGNALS", "TRAINING", "bounded", "each", "excerpt"]

EMBEDDED = "embedded"
"""The place of a signal that stands in the item's own bytes."""

MAX_SIGNALS = 200
"""Signals that are kept of one header, page or file; honest ones have fewer than ten."""

TRAINING = (SignalUse.TRAIN_OTHER, SignalUse.TRAIN_GENERATIVE)
BUT_SEARCH = (SignalUse.TDM, *TRAINING, SignalUse.INPUT)
EVERY_USE = (*BUT_SEARCH, SignalUse.SEARCH)


def each(uses: Iterable[SignalUse], stance: Stance) -> dict[SignalUse, Stance]:
    """Return the same stance for each use."""
    return dict.fromkeys(uses, stance)


def excerpt(words: str | bytes) -> str:
    """Return the first 1,024 bytes of UTF-8 of what was said, cut at a letter. O(1) of long words."""
    text = words[:MAX_RAW].decode("utf-8", "replace") if isinstance(words, bytes) else words[:MAX_RAW]
    return text.encode("utf-8", "replace")[:MAX_RAW].decode("utf-8", "ignore")


def bounded(signals: Iterable[Signal]) -> tuple[Signal, ...]:
    """Return each signal once; of more than `MAX_SIGNALS` the first ones, and an error for the rest."""
    kept: dict[object, Signal] = {}
    for signal in signals:
        said = tuple(sorted(signal.stances.items()))
        kept.setdefault((signal.family, signal.place, signal.raw, said, signal.agent, signal.note), signal)
        if len(kept) > MAX_SIGNALS:
            error = Signal(
                family=signal.family,
                place=signal.place,
                raw="",
                stances=each(EVERY_USE, Stance.ERROR),
                note=f"more than {MAX_SIGNALS} signals",
            )
            return (*list(kept.values())[:MAX_SIGNALS], error)
    return tuple(kept.values())
