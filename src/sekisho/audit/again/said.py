"""Rights signals of a row: as an earlier run has stored them, or read anew.

What they come to is taken as stored if the policy counts the same copies; else they are settled again. Then
a copy that said nothing is not there to take an older one's place, which can only add an objection.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sekisho.audit.signals import read_stances
from sekisho.check import Looked, SignalSources, Unread, said_about
from sekisho.detect.signals.records import answered
from sekisho.detect.signals.resolve import Resolved, Verdict, resolve
from sekisho.model import AsOf, Item, Policy, Signal, SignalFamily, SignalUse, Stance

__all__ = ["said_anew", "said_of", "still_said"]


def _signal(row: Mapping[str, Any]) -> Signal:
    return Signal(
        family=SignalFamily(row["family"]),
        place=row["place"],
        raw=row["raw"],
        stances=read_stances(row["stances"]),
        agent=row["agent"],
        note=row["note"],
        captured=row["captured"],
        source=row["source"],
    )


def said_of(
    signals: Sequence[Mapping[str, Any]] | None, stances: str, *, as_of: AsOf | None
) -> Resolved | None:
    """Return what was said about an item; None: nothing.

    Args:
        signals: of the column of that name.
        stances: what they came to, of the column of that name.
        as_of: settle them again, by these copies; None: as stored.

    Raises:
        ValueError: no such words as an audit writes.
    """
    if not signals:
        return None
    given = tuple(_signal(row) for row in signals)
    if as_of is not None:
        return resolve(given, as_of=as_of)
    known = read_stances(stances)
    uses = {use: known.get(use, Stance.UNKNOWN) for use in SignalUse}
    verdicts = {use: _verdict(use, stance, given) for use, stance in uses.items()}
    return Resolved(uses=verdicts, signals=given)


def _verdict(use: SignalUse, stance: Stance, given: Sequence[Signal]) -> Verdict:
    by = () if stance is Stance.UNKNOWN else tuple(s for s in given if s.stances.get(use) is stance)
    return Verdict(stance=stance, by=by)


def still_said(looked: Looked | Unread, before: Resolved | None, as_of: AsOf) -> Looked | Unread:
    """Return an item that was read again with what was said about it then, if nobody asks its site now.

    Args:
        looked: as it is now.
        before: what was said about it in the run before; None: nothing.
        as_of: which copies count, if something is said now that was not said then.
    """
    if before is None or (isinstance(looked, Looked) and looked.listed):
        return looked
    now = () if looked.said is None else looked.said.signals
    kept = [_kept(signal) for signal in before.signals]
    new = [signal for signal in now if _kept(signal) not in kept]
    said = resolve((*before.signals, *new), as_of=as_of) if new else before
    return looked._replace(said=said) if isinstance(looked, Unread) else replace(looked, said=said)


def said_anew(seen: Looked, item: Item, policy: Policy, sources: SignalSources) -> Looked:
    """Return what a run before has seen of an item, with what is said about it now.

    Args:
        seen: of the same bytes.
        item: read again: its bytes, and what stands beside them.
        policy: which copies count.
        sources: what else is asked.
    """
    item = answered(item)
    media_type = "" if seen.look is None else seen.look.media_type
    return replace(seen, said=said_about(item, media_type, policy, sources), told=item.told)


def _kept(signal: Signal) -> Signal:
    """Return a signal as a row keeps it: times in milliseconds."""
    if signal.captured is None:
        return signal
    milliseconds = signal.captured.microsecond // 1000
    return replace(signal, captured=signal.captured.replace(microsecond=milliseconds * 1000))
