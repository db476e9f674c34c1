"""Say what was found of a part of a picture, by a model, or in a film: where, how much, and how surely.

Places are said in words and per cent, moments as players show them. A similarity is always said with
what it is not: it is a hint, and decides nothing about who copied from whom.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sekisho.audit.report.parts import WHOLE, Box, Part, Stretch, clearest, part_of, place
from sekisho.locale import Word, clock, percent, shown, text, word
from sekisho.model import Method

__all__ = ["say_film_moment", "say_part", "say_part_found", "say_part_lawful", "say_place", "say_spans"]

MAX_SPANS = 20
MAX_NEAR = 90
"""Bits of 256; pictures that have nothing in common differ in about 128."""
_ALL_FRAMES = 100

Finding = Mapping[str, Any]


def say_part_found(finding: Finding, lang: str) -> Sequence[str]:
    """Say how a part, an embedding or a film meets an entry, a line for each fact; none for other methods."""
    part = part_of(finding)
    if part is None:
        return []
    match part.method:
        case Method.MODEL:
            lines = [_similarity(part, lang), text("explain.similar_hint", lang)]
        case Method.FRAMES:
            lines = [_of_frames(part, lang), *say_spans(part.spans, lang)]
        case _:
            lines = [_agreeing(part, lang)]
    return [*lines, *_boxes(part, lang), *_beside(part, lang)]


def _agreeing(part: Part, lang: str) -> str:
    method = Word("method", part.method.value)
    if part.inliers is None:
        return text("explain.part_method", lang, method=method)
    return text("explain.part", lang, method=method, features=part.inliers)


def _similarity(part: Part, lang: str) -> str:
    how = percent(part.similarity or 0, WHOLE, lang)
    model = shown(part.model) if part.model else text("explain.some_model", lang)
    return text(
        "explain.similar", lang, method=Word("method", part.method.value), similarity=how, model=model
    )


def _of_frames(part: Part, lang: str) -> str:
    return text(
        "explain.film",
        lang,
        method=Word("method", part.method.value),
        of_item=percent(part.of_item or 0, _ALL_FRAMES, lang),
        of_work=percent(part.of_work or 0, _ALL_FRAMES, lang),
    )


def say_spans(spans: Sequence[Stretch], lang: str) -> Sequence[str]:
    """Say which seconds of an item are which seconds of the work, on a line each."""
    lines = [
        text(
            "explain.film_span", lang, item=_from_to(s.start, s.end), work=_from_to(s.work_start, s.work_end)
        )
        for s in spans[:MAX_SPANS]
    ]
    if len(spans) > MAX_SPANS:
        lines.append("  " + text("review.more", lang, count=len(spans) - MAX_SPANS))
    return lines


def _from_to(start: int, end: int) -> str:
    return f"{clock(start)}–{clock(end, up=True)}"


def say_place(box: Box, lang: str) -> str:
    """Say where a box stands in its picture, and how much of it that is: "top left, 12%"."""
    share = percent(box.area, WHOLE, lang)
    return text("finding.place", lang, place=Word("place", place(box)), share=share)


def _boxes(part: Part, lang: str) -> Sequence[str]:
    """Say where in the item, and which part of the work."""
    lines = []
    if part.region is not None:
        lines.append(text("explain.in_item", lang, place=say_place(part.region, lang)))
    if part.in_work is not None:
        lines.append(text("explain.of_work", lang, place=say_place(part.in_work, lang)))
    return lines


def _beside(part: Part, lang: str) -> Sequence[str]:
    """Say what else there is: the print, mirroring, the frame, the whole pictures, and how sure it is."""
    lines = []
    if part.number is not None and part.method is not Method.FRAMES:
        lines.append(text("explain.print", lang, number=part.number + 1))
    if part.mirrored:
        lines.append(text("explain.part_mirrored", lang))
    if part.frame:
        lines.append(text("explain.frame", lang, frame=part.frame))
    if part.at is not None:
        lines.append(text("explain.film_at", lang, moment=clock(part.at)))
    if 0 <= part.near <= MAX_NEAR:
        lines.append(text("explain.part_near", lang, bits=part.near))
    sure = "explain.band_block" if part.sure else "explain.band_review"
    return [*lines, text(sure, lang)]


def say_film_moment(detail: Mapping[str, Any], lang: str) -> Sequence[str]:
    """Say at which moment of a film the frame is shown that met a picture; nothing if it is no film."""
    at = detail.get("at")
    return [text("explain.film_at", lang, moment=clock(at))] if isinstance(at, int) and at >= 0 else []


def say_part(findings: Sequence[Finding], lang: str) -> str:
    """Say the clearest of the findings of parts in a few words, for a list; empty if there is none."""
    found = clearest(findings)
    part = None if found is None else part_of(found)
    if part is None:
        return ""
    match part.method:
        case Method.MODEL:
            return text("finding.similar", lang, similarity=percent(part.similarity or 0, WHOLE, lang))
        case Method.FRAMES:
            return text(
                "finding.film",
                lang,
                of_item=percent(part.of_item or 0, _ALL_FRAMES, lang),
                of_work=percent(part.of_work or 0, _ALL_FRAMES, lang),
            )
        case _ if part.region is None:
            return word("method", part.method.value, lang)
        case _:
            said = text("finding.part", lang, place=say_place(part.region, lang))
            return said if part.inliers is None else _with_features(said, part.inliers, lang)


def _with_features(said: str, features: int, lang: str) -> str:
    return text("finding.joint", lang).join([said, text("finding.features", lang, features=features)])


def say_part_lawful(findings: Sequence[Finding], lang: str) -> Sequence[str]:
    """Say, where only a part of a work or of an item is meant, that showing it may be lawful."""
    parts = (part_of(finding) for finding in findings)
    return [text("explain.lawful_part", lang)] if any(p is not None and p.is_partial for p in parts) else []
