"""Write the report: one HTML file that holds everything, and a few lines for the terminal."""

import base64
import binascii
import io
from collections.abc import Mapping, Sequence
from datetime import date
from html.parser import HTMLParser
from typing import Any

from markupsafe import Markup
from PIL import Image

from sekisho.audit.law_words import law_line
from sekisho.audit.report.charts import distance_bars, flow_chart, outcome_bar, region
from sekisho.audit.report.facts import Facts
from sekisho.audit.report.parts import OF_PART
from sekisho.locale import LANGS, Titled, Word, page, percent, shown, text, word
from sekisho.model import Outcome
from sekisho.rules.gates import STALE_AFTER

__all__ = ["render", "summary", "thumbnails_of"]

JPEG_URI = "data:image/jpeg;base64,"
TOP_ENTRIES = 3
SECTIONS = (
    *("registry", "policy", "signals", "law", "stages", "result", "wall", "reasons", "distances", "texts"),
    *("works", "gaps", "unreadable", "speed"),
)
"""In the sequence of the page. `distances` is about pictures."""


def render(facts: Facts, thumbnails: Mapping[str, bytes], *, lang: str = "ja") -> str:
    """Render report.html: one file, no script, no request, both languages in it.

    Args:
        facts: as `facts` collected them.
        thumbnails: item -> a small JPEG; an item without one gets a drawn placeholder.
        lang: the language that shows first; the other is one press away.
    """
    if lang not in LANGS:
        raise ValueError(f"no such language: {lang!r}")
    return page(
        "report.html.j2",
        facts=facts,
        lang=lang,
        pictures={item: JPEG_URI + base64.b64encode(jpeg).decode() for item, jpeg in thumbnails.items()},
        outcomes=[outcome.value for outcome in Outcome],
        flow=flow_chart(facts["flow"], facts["totals"]["items"], facts["totals"]["outcomes"]),
        bar=outcome_bar({outcome.value: _outcome(facts, outcome) for outcome in Outcome}),
        distances=distance_bars(facts["distances"]["upright"], facts["distances"]["turned"]),
        no=_numbers(facts),
        dated=_dated,
        framed=_framed(facts, thumbnails),
        of_parts=_of_parts(facts),
        laws=_laws(facts),
        stale_packs=_stale_packs(facts),
        Markup=Markup,
    )


def _framed(facts: Facts, thumbnails: Mapping[str, bytes]) -> Mapping[str, Markup]:
    """Draw, for each tile whose thumbnail shows it, the region in which a work was found."""
    drawn = {}
    for tile in facts["tiles"]:
        part = tile["match"] and tile["match"]["part"]
        jpeg = thumbnails.get(tile["item"])
        size = _size(jpeg) if jpeg is not None and part and part["drawn"] else None
        if size is not None:
            drawn[tile["item"]] = region(part["region"]["box"], *size)
    return drawn


def _size(jpeg: bytes) -> tuple[int, int] | None:
    """Return width and height of a thumbnail; None for one out of a tampered report."""
    try:
        return Image.open(io.BytesIO(jpeg), formats=["JPEG"]).size
    except (OSError, ValueError):
        return None


def _of_parts(facts: Facts) -> bool:
    """Tell whether something was found in another way than as a whole file, picture or text."""
    return any(row["method"] in OF_PART for row in facts["methods"])


def _numbers(facts: Facts) -> Mapping[str, int]:
    """Number the sections; one that has nothing to say of this run has none: 0."""
    texts = facts["texts"]["items"]
    left_out = {"texts"} if not texts else set()
    if texts and texts == facts["totals"]["items"]:
        left_out.add("distances")
    if not facts["law"].get("evaluated"):
        left_out.add("law")
    if not facts.get("signals"):
        left_out.add("signals")
    shown = [name for name in SECTIONS if name not in left_out]
    return dict.fromkeys(SECTIONS, 0) | {name: number for number, name in enumerate(shown, 1)}


def _laws(facts: Facts) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the rules that the run touches: what is met and in force first."""
    rules: Mapping[str, Mapping[str, Any]] = facts["law"].get("rules") or {}
    return sorted(rules.items(), key=lambda pair: (pair[1]["status"] != "in_force", -pair[1]["yes"], pair[0]))


def _stale_packs(facts: Facts) -> tuple[str, date] | None:
    """Return packs that were old on the day of the use, and when the oldest was looked at."""
    law = facts["law"]
    packs = [(pack["id"], _dated(pack["law_as_of"])) for pack in law.get("packs") or ()]
    old = [pack for pack in packs if _dated(law["on"]) - pack[1] > STALE_AFTER]
    return (", ".join(name for name, _ in old), min(day for _, day in old)) if old else None


def _dated(moment: str) -> date:
    return date.fromisoformat(moment[:10])


def _outcome(facts: Facts, outcome: Outcome) -> int:
    return int(facts["totals"]["outcomes"].get(outcome.value, 0))


class _Pictures(HTMLParser):
    """Collect the pictures of a report's tiles."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, bytes] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an `img` that says whose picture it is, if it is a JPEG in the file itself."""
        given = dict(attrs)
        source, digest = given.get("src") or "", given.get("data-sha256")
        if tag == "img" and digest and source.startswith(JPEG_URI):
            try:
                self.found[digest] = base64.b64decode(source.removeprefix(JPEG_URI), validate=True)
            except binascii.Error:
                return


def thumbnails_of(report: str, facts: Facts) -> Mapping[str, bytes]:
    """Return item -> thumbnail from a rendered report, so that it can be rendered again without media."""
    parser = _Pictures()
    parser.feed(report)
    parser.close()
    found = parser.found
    return {tile["item"]: found[tile["sha256"]] for tile in facts["tiles"] if tile["sha256"] in found}


def summary(facts: Facts, lang: str, *, report: str = "", leaf: str = "") -> list[str]:
    """Say a run in at most 12 lines: whose registry and which policy first, then the numbers.

    A sample needs a line more, parts of pictures and films one, texts two.

    Args:
        facts: as `facts` collected them.
        lang: `ja` or `en`.
        report: where report.html lies; left out if empty.
        leaf: the ledger's leaf of this run; left out if empty.
    """
    return [
        *_checked(facts, lang),
        *_decisions(facts, lang),
        *_matches(facts, lang),
        *_ways(facts, lang),
        *_texts(facts, lang),
        _gaps(facts, lang),
        *_speed(facts, lang),
        *([text("summary.report", lang, path=report)] if report else []),
        *([text("summary.leaf", lang, leaf=leaf)] if leaf else []),
        text("summary.not_proof", lang),
    ]


def _checked(facts: Facts, lang: str) -> Sequence[str]:
    """Say against whose registry, under which policy, and how many items were looked at."""
    registry, policy, totals = facts["registry"], facts["policy"], facts["totals"]
    sample = facts.get("sample")
    return [
        *([text("summary.sample", lang, taken=sample["taken"], of=sample["of"])] if sample else []),
        text(
            "summary.registry",
            lang,
            name=shown(registry["name"]),
            edition=registry["edition"],
            age=registry["age_days"],
            signer=shown(registry["signer"]),
        ),
        text(
            "summary.policy",
            lang,
            policy=shown(policy["name"]),
            deviations=len(policy["deviations"]),
            law=law_line(facts["law"], lang),
        ),
        text(
            "summary.items",
            lang,
            items=totals["items"],
            unreadable=sum(totals["unreadable"].values()),
            skipped=sum(totals["skipped"].values()),
        ),
    ]


def _gaps(facts: Facts, lang: str) -> str:
    """Say how many holders could be asked, and how many items their grants would clear."""
    gaps = facts["gaps"]
    cleared = sum(row["cleared_by_one_grant"] for row in gaps["top"])
    return text("summary.gaps", lang, holders=gaps["holders"], items=cleared)


def _speed(facts: Facts, lang: str) -> Sequence[str]:
    """Say the time and the speed; a run without a clock has none."""
    speed = facts["speed"]
    if not speed.get("seconds"):
        return []
    rate = round(speed.get("items_per_second", 0))
    return [text("summary.speed", lang, seconds=speed["seconds"], rate=rate)]


def _decisions(facts: Facts, lang: str) -> Sequence[str]:
    """Say each outcome with its reasons, on a line each; outcomes without items are said too."""
    total = facts["totals"]["items"]
    lines = []
    for outcome in Outcome:
        reasons = [
            f"{word('reason_short', row['reason'], lang)} {text('number', lang, value=row['items'])}"
            for row in facts["flow"]
            if row["outcome"] == outcome.value
        ]
        lines.append(
            text(
                "summary.outcome",
                lang,
                outcome=Word("outcome", outcome.value),
                items=_outcome(facts, outcome),
                share=percent(_outcome(facts, outcome), total, lang),
                reasons=text("list.separator", lang).join(reasons) or "-",
            )
        )
    return lines


def _ways(facts: Facts, lang: str) -> Sequence[str]:
    """Say by which methods works were found; nothing if no part of any was."""
    if not _of_parts(facts):
        return []
    found = [
        f"{word('method', row['method'], lang)} {text('number', lang, value=row['items'])}"
        for row in facts["methods"]
    ]
    return [text("summary.ways", lang, found=text("list.separator", lang).join(found))]


def _texts(facts: Facts, lang: str) -> Sequence[str]:
    """Say what was found in texts, and what would have to be edited; nothing if there are none."""
    texts = facts["texts"]
    if not texts["items"]:
        return []
    grades = [
        f"{word('grade', row['grade'], lang)} {text('number', lang, value=row['items'])}"
        for row in texts["grades"]
    ]
    kinds = [
        f"{word('personal', row['type'], lang)} {text('number', lang, value=row['places'])}"
        for row in texts["personal"]
    ]
    separator = text("list.separator", lang)
    found = separator.join(grades) or "-"
    lines = [text("summary.texts", lang, items=texts["items"], found=found)]
    if kinds:
        lines.append(text("summary.personal", lang, kinds=separator.join(kinds)))
    return lines


def _matches(facts: Facts, lang: str) -> Sequence[str]:
    top = facts["works"]["top"][:TOP_ENTRIES]
    if not top:
        return [text("summary.no_match", lang)]
    named = [
        text(
            "summary.entry",
            lang,
            title=Titled(row["title"], row["entry"]),
            holder=shown(row["holder"], 40),
            items=row["items"],
        )
        for row in top
    ]
    return [text("summary.matches", lang, entries=text("list.separator", lang).join(named))]
