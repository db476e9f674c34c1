"""Draw the report's charts as inline SVG and plain boxes, without script.

Every chart repeats, as a shape, numbers that stand beside it as text or as a table; it is hidden from
screen readers for that reason. Colours are CSS variables of the page, and each outcome has a pattern of
its own too, so that a chart can be read in grey and on paper.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from sekisho.audit.protected import size_of
from sekisho.locale import Word, both_as

__all__ = ["distance_bars", "flow_chart", "heights", "outcome_bar", "region"]

WIDTH = 960
LEFT, MIDDLE, RIGHT = 0, 395, 800
"""Where the three columns of the flow begin, in units of the drawing."""
BAR = 12
THINNEST = 3.0
"""A flow is never drawn thinner, so that one item in a million is still to be seen."""
LINE = 46.0
"""Height that a label of two lines needs."""
SCALE = 300.0
WHOLE = 1000
"""Per mille."""


class _Span(NamedTuple):
    top: float
    height: float

    @property
    def bottom(self) -> float:
        return self.top + self.height


def heights(counts: Sequence[int], room: float = SCALE, thinnest: float = THINNEST) -> Sequence[float]:
    """Return heights in proportion to counts, none thinner than can be seen."""
    whole = sum(counts) or 1
    return [max(thinnest, room * count / whole) for count in counts]


def _stacked(sizes: Sequence[float], pitch: float, top: float = 0.0) -> Sequence[_Span]:
    """Stack spans from the top, each given at least `pitch` of room for its label."""
    spans = []
    for size in sizes:
        spans.append(_Span(top, size))
        top += max(size + 10, pitch)
    return spans


def _ribbon(start: _Span, end: _Span, left: float, right: float, outcome: str) -> Markup:
    bend = (left + right) / 2
    return Markup(
        '<path class="ribbon fill-{}" d="M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}'
        'L{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}Z"/>'
    ).format(
        outcome,
        *(left, start.top, bend, start.top, bend, end.top, right, end.top),
        *(right, end.bottom, bend, end.bottom, bend, start.bottom, left, start.bottom),
    )


def _box(span: _Span, left: float, name: str) -> Markup:
    return Markup('<rect class="{}" x="{}" y="{:.1f}" width="{}" height="{:.1f}"/>').format(
        name, left, span.top, BAR, span.height
    )


def _label(span: _Span, left: float, words: Word, count: int | str) -> Markup:
    x, y = left + BAR + 12, max(span.top + 14, span.top + span.height / 2)
    name = both_as("text", "chart.word", f'x="{x}" y="{y:.1f}" class="chart-name"', word=words)
    number = both_as("text", "chart.items", f'x="{x}" y="{y + 18:.1f}" class="chart-count"', count=count)
    return name + number


def flow_chart(
    flow: Sequence[Mapping[str, Any]], total: int, by_outcome: Mapping[str, int] | None = None
) -> Markup:
    """Draw how the items go through the deciding reasons to their outcomes.

    Args:
        flow: `{"outcome", "reason", "items"}`, ordered by outcome.
        total: items altogether.
        by_outcome: items of each outcome; else they are added up.
    """
    counts = size_of([row["items"] for row in flow])
    sizes = heights(counts)
    middles = _stacked(sizes, LINE)
    depth = max(middles[-1].bottom if middles else 0.0, sum(sizes))
    whole = _Span(max(0.0, (depth - sum(sizes)) / 2), sum(sizes))
    outcomes = list(dict.fromkeys(row["outcome"] for row in flow))
    shares = {o: sum(s for s, row in zip(sizes, flow, strict=True) if row["outcome"] == o) for o in outcomes}
    centred = max(0.0, (depth - sum(max(s + 10, LINE) for s in shares.values())) / 2)
    ends = dict(zip(outcomes, _stacked(list(shares.values()), LINE, centred), strict=True))
    parts = [_box(whole, LEFT, "fill-ink")]
    leaving, arriving = whole.top, {outcome: span.top for outcome, span in ends.items()}
    for row, middle in zip(flow, middles, strict=True):
        outcome = row["outcome"]
        parts.append(_ribbon(_Span(leaving, middle.height), middle, LEFT + BAR, MIDDLE, outcome))
        end = _Span(arriving[outcome], middle.height)
        parts.append(_ribbon(middle, end, MIDDLE + BAR, RIGHT, outcome))
        parts.append(_box(middle, MIDDLE, f"fill-{outcome}"))
        parts.append(_label(middle, MIDDLE, Word("reason_short", row["reason"]), row["items"]))
        leaving += middle.height
        arriving[outcome] += middle.height
    for outcome, span in ends.items():
        parts.append(_box(span, RIGHT, f"fill-{outcome}"))
        added = sum(n for n, row in zip(counts, flow, strict=True) if row["outcome"] == outcome)
        count = added if by_outcome is None else by_outcome.get(outcome, added)
        parts.append(_label(span, RIGHT, Word("outcome", outcome), count))
    parts.append(_label(whole, LEFT, Word("chart", "all_items"), total))
    bottom = max(depth, *(span.bottom for span in ends.values()), LINE) + 24 if flow else LINE
    return Markup(
        '<svg class="flow" viewBox="0 -4 {} {:.0f}" aria-hidden="true" focusable="false">{}</svg>'
    ).format(WIDTH, bottom, Markup("").join(parts))


def outcome_bar(outcomes: Mapping[str, int]) -> Markup:
    """Draw one bar of all items, divided by outcome, each at least as wide as can be seen."""
    shown = [(outcome, count) for outcome, count in outcomes.items() if count]
    parts = Markup("").join(
        Markup('<i class="fill-{}" style="flex:{} 1 0"></i>').format(outcome, count)
        for outcome, count in shown
    )
    return Markup('<div class="outcome-bar" aria-hidden="true">{}</div>').format(parts)


def region(box: Sequence[int], width: int, height: int) -> Markup:
    """Draw a frame around a part of a picture, the rest dimmed; to lie on the picture, as large as it.

    Args:
        box: left, top, right, bottom, per mille of width and height.
        width: of the picture, in pixels.
        height: likewise.
    """
    left, right = (side * width / WHOLE for side in (box[0], box[2]))
    top, bottom = (side * height / WHOLE for side in (box[1], box[3]))
    place = Markup('x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"').format(
        left, top, right - left, bottom - top
    )
    return Markup(
        '<svg class="region" viewBox="0 0 {w} {h}" aria-hidden="true" focusable="false">'
        '<path class="dimmed" d="M0 0H{w}V{h}H0ZM{l:.1f} {t:.1f}V{b:.1f}H{r:.1f}V{t:.1f}Z"/>'
        '<rect {place}/><rect class="inner" {place}/></svg>'
    ).format(w=width, h=height, l=left, t=top, r=right, b=bottom, place=place)


def distance_bars(upright: Sequence[int], turned: Sequence[int]) -> Markup:
    """Draw a histogram of distances, 0 bits first; turned matches stand hatched on upright ones."""
    highest = max((a + b for a, b in zip(upright, turned, strict=True)), default=0) or 1
    bar = Markup("<i>{}{}</i>")
    part = Markup('<b class="{}" style="height:{:.2f}%"></b>')
    bars = [
        bar.format(part.format("upright", 100 * a / highest), part.format("turned", 100 * b / highest))
        for a, b in zip(upright, turned, strict=True)
    ]
    return Markup("").join(bars)
