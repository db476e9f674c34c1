"""Lines of evidence for people, in two languages, and for programs as JSON."""

from collections.abc import Mapping
from dataclasses import asdict

from sekisho.locale import Word, shown, text
from sekisho.trace.lines import Line, Means, Shown

__all__ = ["as_json", "as_text"]

DIGITS = 12
"""Hex digits of a digest that people are shown."""


def as_json(line: Line) -> dict[str, object]:
    """Return a line as JSON; what does not apply is left out."""
    body = asdict(line) | {"means": line.means.value, "facts": dict(line.facts)}
    body["findings"] = [_finding(found) for found in line.findings]
    if line.means is not Means.NEAR_COPY:
        for name in ("distance", "orientation", "frame", "frames"):
            body.pop(name)
    return {key: value for key, value in body.items() if value not in ("", None) or key == "item"}


def _finding(found: Shown) -> dict[str, object]:
    if not found.entry:
        return {"kind": found.kind}
    body = asdict(found) | {"detail": dict(found.detail or {})}
    return {key: value for key, value in body.items() if value is not None}


def as_text(line: Line, number: int, lang: str, reviewed: str = "") -> list[str]:
    """Return a line of evidence as some lines of text.

    Args:
        line: the line.
        number: from 1.
        lang: ja or en.
        reviewed: the outcome after the run's sealed reviews; empty if nobody has reviewed the item.
    """
    found = [text("trace.line", lang, number=number, means=_means(line, lang))]
    found.append("    " + _where(line, lang))
    found.append("    " + text("trace.decided", lang, **_decided(line)))
    if reviewed:
        found.append("    " + text("trace.reviewed", lang, outcome=Word("outcome", reviewed)))
    return [*found, *(f"    {_said(one, lang)}" for one in line.findings)]


def _means(line: Line, lang: str) -> str:
    if line.means is not Means.NEAR_COPY or line.distance is None:
        return text(f"trace.{line.means.value}", lang, entry=line.entry)
    turned = text("trace.turned", lang, turn=Word("orientation", line.orientation))
    frames = text("trace.frames", lang, count=line.frames, frame=line.frame)
    return "".join(
        (
            text("trace.near_copy", lang, distance=line.distance),
            turned if line.orientation != "upright" else "",
            frames if line.frames > 1 or line.frame else "",
        )
    )


def _where(line: Line, lang: str) -> str:
    place = {"name": shown(line.name), "digest": line.record[:DIGITS], "place": line.place}
    if line.store == "run":
        return text("trace.in_run", lang, item=shown(line.item), **place)
    return text("trace.in_generations", lang, at=line.at, model=line.model[:DIGITS], **place)


def _decided(line: Line) -> Mapping[str, str | Word]:
    facts = line.facts
    operator = facts.get("label") or facts["operator"]
    return {
        "operator": shown(operator),
        "purpose": Word("purpose", facts.get("purpose", "")),
        "territory": facts.get("territory", ""),
        "on": facts.get("on", line.at),
        "outcome": Word("outcome", line.outcome),
        "reason": Word("reason", line.reason),
    }


def _said(found: Shown, lang: str) -> str:
    if not found.entry:
        return text(f"trace.{found.kind}", lang)
    return text(
        "trace.finding",
        lang,
        entry=found.entry,
        method=Word("method", found.method),
        permission=Word("permission", found.permission),
        grant=text("trace.grant", lang, grant=found.grant) if found.grant else "",
    )
