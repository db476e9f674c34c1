"""The one verb: bytes -> media -> fingerprint -> match | detect -> policy -> Decision.

A pure function of its arguments: no clock, no disk, no network, no chance. `audit` maps it over a
dataset, looking at one item after the other and deciding in batches. It never raises for what is in
an item; what could not be looked at is never allowed.
"""

from sekisho.check.decided import Decided, check, clear_decision, decide_many, decide_unclear
from sekisho.check.looked import Known, Looked, Unread, glance_at, look_at
from sekisho.check.parts import looks_for_parts
from sekisho.check.signals import NO_SOURCES, SignalSources, said_about
from sekisho.check.texts import NO_LENSES, Lenses

__all__ = [
    "NO_LENSES",
    "NO_SOURCES",
    "Decided",
    "Known",
    "Lenses",
    "Looked",
    "SignalSources",
    "Unread",
    "check",
    "clear_decision",
    "decide_many",
    "decide_unclear",
    "glance_at",
    "look_at",
    "looks_for_parts",
    "said_about",
]
