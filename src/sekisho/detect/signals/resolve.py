"""What all signals about one item come to, use by use.

1. Which copies count. The same file may have been read several times. `as_of` says whose word holds:
   * `audit`: of each file the newest copy. An objection that was made since the crawl counts, and one
     that was taken back does not;
   * `crawl`: of each file the copy that stood when the item was fetched: the newest one read until then.
     If it was only read later, the earliest of the later copies stands in for it: it can object, it can
     not allow, because nobody knows whether it said so at the time. If nobody knows when the item was
     fetched, every copy can object and none can allow. What the item itself carries (its bytes, headers,
     columns) came with it and counts in both; a header that was read after the crawl can only object to a
     `crawl`.
2. Within TDMRep: file, then header, then what stands in HTML, EPUB or PDF; the later one holds, and a
   step that says nothing leaves what was said before (TDMRep, "Processing priorities"). A step that can
   not be read hides what it said, so that leave before it is no leave. Another page's word about the item
   stands by itself.
3. Across all others, and of several signals of one family: any refusal refuses; else an error leaves the
   use unknown, counted as an error; else leave is leave; else it is unknown (draft-ietf-aipref-vocab-07,
   5.1, "Combining Preferences", with errors in between).

Claims of rights (`rights`) say nothing about uses. ai.txt is never leave. A grant overrides signals
elsewhere (draft-ietf-aipref-vocab-07, 5.2): this is what holders said to everybody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sekisho.detect.signals.common import EMBEDDED
from sekisho.detect.signals.stated import STRICTNESS, stricter
from sekisho.detect.signals.tdmrep import WELL_KNOWN
from sekisho.model import Purpose
from sekisho.model.signal import AsOf, Signal, SignalFamily, SignalUse, Stance

__all__ = ["ASKED", "AsOf", "Resolved", "Verdict", "resolve"]


_TRAINING = (SignalUse.TRAIN_GENERATIVE, SignalUse.TRAIN_OTHER, SignalUse.TDM)
ASKED: Mapping[Purpose, tuple[SignalUse, ...]] = {
    Purpose.TRAIN: _TRAINING,
    Purpose.PRETRAIN: _TRAINING,
    Purpose.FINETUNE: _TRAINING,
    Purpose.RETRIEVE: (SignalUse.INPUT,),
    Purpose.GENERATE: (),
    Purpose.PUBLISH: (),
}
"""The uses that a purpose is made of; the first is the use itself, an objection to any of them is one to it.

Training mines text and data, so who reserves mining (Directive (EU) 2019/790, Article 4(3)) objects to
it. What kind of model it is, a use does not say, and one run trains parts that generate and parts that do
not (text encoders): so an objection to either is heard. Leave counts only for the use itself: leave to
mine, or to train what generates nothing, is no leave to train what does. For retrieval the vocabularies
have a word of their own (`ai-use`, `ai-input`, `ai_inference`), so only that is asked. What comes out of
a model (generate, publish) is not what these signals speak about.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What signals come to for one use or purpose, and which of them say so."""

    stance: Stance
    by: tuple[Signal, ...] = ()


_UNSAID = Verdict(stance=Stance.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What all signals about one item come to.

    Attributes:
        uses: for every use.
        signals: all that were given, also those that do not count.
    """

    uses: Mapping[SignalUse, Verdict]
    signals: tuple[Signal, ...]

    @property
    def stances(self) -> Mapping[SignalUse, Stance]:
        """Return what they come to for each use that something was said about."""
        return {use: one.stance for use, one in self.uses.items() if one.stance is not Stance.UNKNOWN}

    def stance(self, purpose: Purpose) -> Stance:
        """Return what they come to for a purpose, without who says so."""
        found = [self.uses[use].stance for use in ASKED[purpose]]
        objecting = (stance for stance in (Stance.DISALLOW, Stance.ERROR) if stance in found)
        return next(objecting, found[0] if found else Stance.UNKNOWN)

    def of(self, purpose: Purpose) -> Verdict:
        """Return what they come to for a purpose (`ASKED`)."""
        asked = ASKED[purpose]
        found = [self.uses[use] for use in asked]
        for stance in (Stance.DISALLOW, Stance.ERROR):
            by = dict.fromkeys(id(s) for verdict in found if verdict.stance is stance for s in verdict.by)
            if any(verdict.stance is stance for verdict in found):
                return Verdict(stance=stance, by=tuple(s for s in self.signals if id(s) in by))
        return found[0] if found else _UNSAID


class _Counted(NamedTuple):
    """A signal that counts; `late`: it may object but not allow."""

    signal: Signal
    late: bool

    def stance(self, use: SignalUse) -> Stance:
        """Return what it says about a use."""
        said = self.signal.stances.get(use, Stance.UNKNOWN)
        mute = self.late or self.signal.family is SignalFamily.AI_TXT
        return Stance.UNKNOWN if mute and said is Stance.ALLOW else said


def resolve(
    signals: Iterable[Signal],
    *,
    as_of: AsOf,
    crawled: datetime | None = None,
    read: Iterable[tuple[str, datetime]] = (),
) -> Resolved:
    """Return what signals come to. O(n log n).

    Args:
        signals: all about one item.
        as_of: which copies count.
        crawled: when the item was fetched; None: nobody knows.
        read: place and time of every copy that was read, also of those that say nothing: a newer copy
            without signals takes the older one's place.
    """
    given = tuple(signals)
    times: dict[str, set[datetime]] = {}
    for place, captured in (*read, *((s.place, s.captured) for s in given if s.captured)):
        times.setdefault(place, set()).add(captured)
    counted = [
        one
        for signal in given
        if signal.family is not SignalFamily.RIGHTS
        and (one := _count(signal, times.get(signal.place, set()), as_of, crawled)) is not None
    ]
    return Resolved(uses={use: _settle(use, counted) for use in SignalUse}, signals=given)


def _count(
    signal: Signal, times: Iterable[datetime], as_of: AsOf, crawled: datetime | None
) -> _Counted | None:
    """Return a signal with whether it is late, or None if another copy holds."""
    captured = signal.captured
    if captured is None:
        return _Counted(signal, late=False)
    if as_of is AsOf.AUDIT:
        newest = captured == max(times) or not _is_file(signal)
        return _Counted(signal, late=False) if newest else None
    if crawled is None:
        return _Counted(signal, late=_is_file(signal))
    if not _is_file(signal):
        return _Counted(signal, late=captured > crawled)
    until = [time for time in times if time <= crawled]
    holds = captured == (max(until) if until else min(times))
    return _Counted(signal, late=not until) if holds else None


def _is_file(signal: Signal) -> bool:
    """Tell whether a signal stands in a file of a site, of which there may be several copies."""
    return "://" in signal.place


def _settle(use: SignalUse, counted: Sequence[_Counted]) -> Verdict:
    """Return what counted signals come to for one use."""
    tdmrep = [one for one in counted if one.signal.family is SignalFamily.TDMREP]
    said = [(one.stance(use), one.signal) for one in counted if one.signal.family is not SignalFamily.TDMREP]
    said += _tdmrep(use, tdmrep) if tdmrep else []
    stance = max((stance for stance, _ in said), key=STRICTNESS.index, default=Stance.UNKNOWN)
    if stance is Stance.UNKNOWN:
        return _UNSAID
    return Verdict(stance=stance, by=tuple(signal for its, signal in said if its is stance))


def _step(signal: Signal) -> int | None:
    """Return where a TDMRep signal stands: file 0, header or column 1, item 2; None: another page."""
    if signal.place.endswith(WELL_KNOWN):
        return 0
    if _is_file(signal):
        return None
    return 2 if signal.place == EMBEDDED else 1


def _tdmrep(use: SignalUse, counted: Sequence[_Counted]) -> list[tuple[Stance, Signal]]:
    """Return what the TDMRep signals that hold say; the others yield to them."""
    said = [(one.stance(use), one.signal) for one in counted]
    kept = [(stance, signal) for stance, signal in said if _step(signal) is None]
    for step in (2, 1, 0):
        here = [(stance, signal) for stance, signal in said if _step(signal) == step]
        together = Stance.UNKNOWN
        for stance, _ in here:
            together = stricter(together, stance)
        kept += here
        if together in {Stance.DISALLOW, Stance.ALLOW}:
            break
    return kept
