"""Content signals in robots.txt: `Content-Signal: search=yes, ai-input=no, ai-train=no`.

Content Signals Policy (Cloudflare, 24 September 2025, contentsignals.org, CC0): `search` is a search index
with links and short excerpts, `ai-input` is input at run time, `ai-train` is training and fine-tuning; `yes`
allows, `no` does not, and a signal that is not there neither grants nor restricts. The policy calls a `no` an
express reservation of rights under Article 4 of Directive (EU) 2019/790. Lines stand in groups; a path before
the signals is read as in Content-Usage (draft-romm-aipref-contentsignals).

A value that is neither yes nor no is an error: something was said, and nobody knows what. Of two values for
one signal the one that refuses holds.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from sekisho.detect.signals.common import TRAINING
from sekisho.detect.signals.robots import Group, Line, Robots
from sekisho.detect.signals.stated import Statement, stated_signals, stricter
from sekisho.model.signal import Signal, SignalFamily, SignalUse, Stance

__all__ = ["content_signals", "read_content_signal"]

_USES = {
    "search": (SignalUse.SEARCH,),
    "ai-input": (SignalUse.INPUT,),
    "ai-train": TRAINING,
}
_VALUES = {"yes": Stance.ALLOW, "no": Stance.DISALLOW}
_BETWEEN = re.compile("[,;]")


def read_content_signal(expression: str) -> Statement:
    """Read the signals of one line. O(n); never raises."""
    stances: dict[SignalUse, Stance] = {}
    odd: dict[str, None] = {}
    for part in _BETWEEN.split(expression.lower()):
        name, _, value = (text.strip() for text in part.partition("="))
        stance = _VALUES.get(value, Stance.ERROR)
        if name in _USES and stance is Stance.ERROR:
            odd[f"{name} is neither yes nor no"] = None
        for use in _USES.get(name, ()):
            stances[use] = stricter(stances.get(use, Stance.UNKNOWN), stance)
    return Statement(stances, "; ".join(odd))


def _lines(group: Group) -> Sequence[Line]:
    return group.signals


def content_signals(
    robots: Robots, url: str, *, captured: datetime | None, place: str, source: str
) -> tuple[Signal, ...]:
    """Return what the Content-Signal lines of a robots.txt say about a URL. O(lines)."""
    return stated_signals(
        robots,
        url,
        family=SignalFamily.CONTENT_SIGNAL,
        lines_of=_lines,
        read=read_content_signal,
        captured=captured,
        place=place,
        source=source,
    )
