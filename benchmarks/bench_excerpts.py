"""How fast are excerpts found among 1e6 to 1e8 passages, how many, and how often wrongly?

Registered: the corpora in --texts (benchmarks/README.md), and random passages of invented works up to
each size; a registry's own code lays out the real ones. Speed is from strings to excerpts: fold,
winnow, filter, table. Recall: an excerpt of some characters, edited, pasted into a page of 2,000
characters by other authors. Calibration shows what the thresholds of a copy do to pages that copy and to
criticism that quotes; the quotations have no marks, so that nothing but the numbers decides.
"""

import random
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from excerpt_texts import EDITS, PAGE, Corpora, criticism, pasted, read_corpora, torn
from measure import Report, Row, alternate, parser, ratios, typical
from passage_tables import grown, resident_bytes, stored_bytes

from sekisho.fingerprint.passages import line_hashes_many, passages_many, register_passages
from sekisho.lexicon.fold import fold_many
from sekisho.match.excerpts import Excerpt, match_excerpts
from sekisho.model import TextRules
from sekisho.snapshot.gathered import Gathered, text_sections
from sekisho.snapshot.passages import Columns, Rows, Texts
from sekisho.snapshot.permutation import permuted
from sekisho.snapshot.stock import Standing

QUESTION = "How fast are excerpts of registered texts found, how many of them, and how often wrongly?"
SIZES, QUICK_SIZES = (10**6, 10**7, 10**8), (10**6,)
TRIALS, QUICK_TRIALS = 2000, 100
LENGTHS = (50, 100, 200)
RECALL_TARGET = {(100, edit): 0.99 for edit in ("none", "punct", "width", "lines", "kana", "old")}
RECALL_TARGET[50, "none"] = 0.97
DOCUMENTS, BATCH = 400, 100
RULES = TextRules()
NO_LINES = line_hashes_many([""])
CONSTANTS = np.array([0x5EED, 0x9E3779B97F4B, 0xC2B2AE3D27D5, 0x165667B19E37], np.uint64)
SHORT_WORK, LONG_WORK, HALF = 3_000, 10_000, 50
"""Characters of a short work, from and up to; per cent of a page."""

Cases = dict[str, tuple[list[str], list[int]]]
"""Texts and, for each, the number of the work that it copies or quotes; by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A registry's table and the titles of its entries."""

    table: Texts
    titles: list[str]

    def excerpts(self, texts: list[str]) -> list[list[Excerpt]]:
        """Return what is found in texts."""
        folded = fold_many(texts)
        found: list[list[Excerpt]] = match_excerpts(
            folded, passages_many(folded), NO_LINES, SimpleNamespace(texts=(self.table,)), RULES
        )
        return found


def registered(works: list[tuple[str, str]]) -> Known:
    """Lay out works, each by a holder of its own, as a registry does."""
    every = [passages for _, text in works if (passages := register_passages(text)) is not None]
    sizes = [passages.count for passages in every]
    hashes = np.array([h for p in every for bucket in p.buckets for h in bucket], np.uint64)
    buckets = [n for p in every for n, bucket in enumerate(p.buckets) for _ in bucket]
    text = np.repeat(np.arange(len(every), dtype=np.uint32), sizes)
    none = np.empty(0, np.uint64)
    gathered = Gathered(
        rows=Rows(permuted(hashes, CONSTANTS), text, np.array(buckets, np.uint16)),
        entry=np.arange(len(every), dtype=np.uint32),
        units=np.array([p.units for p in every], np.uint32),
        line_keys=none,
        line_entry=none.astype(np.uint32),
    )
    count = len(every)
    standing = Standing(np.ones(count, np.bool_), np.arange(count), np.arange(count, dtype=np.uint64))
    s = text_sections(gathered, standing, tabled=True)
    for array in s.values():
        array.flags.writeable = False
    table = Texts(
        constants=CONSTANTS,
        rows=Columns(*(s[f"passages.{n}"] for n in ("low", "starts", "text", "bucket"))),
        bloom=s["passages.bloom"],
        dropped=np.empty(0, np.int64),
        entry=s["text.entry"],
        units=s["text.units"],
        passages=s["text.passages"],
        line_keys=none,
        line_entry=none.astype(np.uint32),
    )
    return Known(table=table, titles=[title for title, _ in works])


def _batched(known: Known, documents: list[str], batch: int) -> None:
    for start in range(0, len(documents), batch):
        known.excerpts(documents[start : start + batch])


def speed(report: Report, sizes: dict[int, Known], corpora: Corpora, passes: int) -> None:
    """Measure documents of 2,000 characters, one by one and in batches, against every size."""
    documents = (corpora.background * (DOCUMENTS // len(corpora.background) + 1))[:DOCUMENTS]
    characters = sum(map(len, documents))
    for label, batch in (("one at a time", 1), (f"{BATCH} at a time", BATCH)):
        costs = alternate(
            {str(size): partial(_batched, known, documents, batch) for size, known in sizes.items()}, passes
        )
        least = str(min(sizes))
        for size in sizes:
            ratio = ratios(costs[str(size)], costs[least])
            cost = typical(costs[str(size)]).cpu
            report.rows.append(
                Row(
                    measure=f"{label}, among {size:,} passages, beside {int(least):,}",
                    ours=f"{cost / DOCUMENTS * 1e6:.1f} us a document, "
                    f"{characters / cost / 1e6:.1f} M characters/s",
                    value=ratio.wall,
                    cpu=ratio.cpu,
                    target=1.25 if size > min(sizes) else None,
                    better="less",
                )
            )
        report.raw[label] = {size: [c.cpu for c in some] for size, some in costs.items()}


def space(report: Report, sizes: dict[int, Known]) -> None:
    """Say what a passage takes in memory all the time, and on disk."""
    for size, known in sizes.items():
        count = len(known.table.rows.low)
        for where, measure, target in (("in memory", resident_bytes, 3.0), ("on disk", stored_bytes, 18.0)):
            value = measure(known.table) / count
            report.rows.append(
                Row(
                    measure=f"bytes a passage {where}, {size:,}",
                    ours=f"{value:.2f} B",
                    value=value,
                    unit="B",
                    target=target,
                    better="less",
                )
            )


def recall(report: Report, known: Known, corpora: Corpora, trials: int) -> None:
    """Paste edited excerpts into pages and count which are found, and whose."""
    works = [(n, text) for n, (_, text) in enumerate(corpora.registered) if len(text) > 2 * max(LENGTHS)]
    others: Counter[str] = Counter()
    hits = right = 0
    for length in LENGTHS:
        for edit, change in EDITS.items():
            draw = random.Random(f"{length} {edit}")  # noqa: S311
            texts, wanted = [], []
            for _ in range(trials):
                number, text = draw.choice(works)
                at = draw.randrange(len(text) - length)
                excerpt = change(text[at : at + length], draw)
                texts.append(pasted(draw.choice(corpora.background), excerpt, draw))
                wanted.append(number)
            found = [known.excerpts(texts[n : n + BATCH]) for n in range(0, trials, BATCH)]
            named = [{e.entry for e in some} for part in found for some in part]
            met = sum(number in some for number, some in zip(wanted, named, strict=True))
            hits += sum(map(bool, named))
            right += sum(bool(some) and number in some for number, some in zip(wanted, named, strict=True))
            for number, some in zip(wanted, named, strict=True):
                others.update(f"{known.titles[number]} > {known.titles[e]}" for e in some - {number})
            report.rows.append(
                Row(
                    measure=f"found of {length} characters, edit {edit}",
                    ours=f"{met:,} of {trials:,}",
                    value=met / trials,
                    unit="",
                    target=RECALL_TARGET.get((length, edit)),
                )
            )
    report.rows.append(
        Row(
            measure="hits that name the right work",
            ours=f"{right:,} of {hits:,}",
            value=right / hits,
            unit="",
            target=1,
        )
    )
    report.raw["also named"] = dict(others)
    report.notes.append(
        f"Other works that were named beside the right one or in its place: {sum(others.values())} times, "
        f"{len(others)} pairs."
    )


def alarms(report: Report, known: Known, corpora: Corpora) -> None:
    """Search pages by other authors: what is found there is a shared text or a coincidence; look at it."""
    found = known.excerpts(corpora.background)
    seen = []
    for page, some in zip(corpora.background, found, strict=True):
        folded = fold_many([page])[0].text
        seen += [(known.titles[e.entry], e.seeds, [folded[a:b] for a, b in e.spans]) for e in some]
    pages = sum(map(bool, found))
    report.rows.append(
        Row(
            measure=f"alarms in {len(found):,} pages by others",
            ours=f"{pages}, all in the JSON file",
            value=pages,
            unit="",
            better="less",
        )
    )
    report.raw["alarms"] = seen


def english(report: Report, corpora: Corpora, trials: int) -> None:
    """Find English excerpts: one of two books, pasted into Japanese pages."""
    known = registered(corpora.english + corpora.registered[:20])
    draw = random.Random("english")  # noqa: S311
    for length in (100, 200):
        for edit in ("none", "lines", "chg60"):
            met = 0
            for _ in range(trials // 4):
                number = draw.randrange(len(corpora.english))
                text = corpora.english[number][1]
                at = draw.randrange(2000, len(text) - 2000)
                excerpt = EDITS[edit](text[at : at + length], draw).upper()
                page = pasted(draw.choice(corpora.background), excerpt, draw)
                met += number in {e.entry for e in known.excerpts([page])[0]}
            report.rows.append(
                Row(
                    measure=f"found of {length} Latin characters, capitals, edit {edit}",
                    ours=f"{met} of {trials // 4}",
                    value=met / (trials // 4),
                    unit="",
                )
            )


def _measured(known: Known, texts: list[str], numbers: list[int]) -> np.ndarray:
    """Return what texts share with works, (n, 4): per cent, per mille of the work, units, passages."""
    found = known.excerpts(texts)
    rows = np.zeros((len(texts), 4))
    for row, text, number, some in zip(rows, texts, numbers, found, strict=True):
        for one in some:
            if one.entry == number:
                units = len(fold_many([text]).units)
                row[:] = 100 * one.units / units, 1000 * one.shared / one.of, one.units, one.shared
    return rows


def _copying(corpora: Corpora, works: list[int], trials: int) -> Cases:
    cases = {}
    for share in (0.3, 0.4, 0.5, 0.6, 0.8, 1.0):
        for pieces in (1, 4):
            for edit in ("none", "all"):
                draw = random.Random(f"{share} {pieces} {edit}")  # noqa: S311
                numbers = [draw.choice(works) for _ in range(trials)]
                texts = [
                    torn(draw.choice(corpora.background), corpora.registered[n][1], share, pieces, draw)
                    for n in numbers
                ]
                name = f"page, {share:.0%} copied in {pieces}, edit {edit}"
                cases[name] = ([EDITS[edit](text, draw) for text in texts], numbers)
    return cases


def _quoting(corpora: Corpora, works: list[int], kind: str, trials: int) -> Cases:
    cases = {}
    for quoted in (40, 100, 200, 300, 400, 500):
        for length in (2000, 4000, 6000):
            draw = random.Random(f"{kind} {quoted} {length}")  # noqa: S311
            numbers = [draw.choice(works) for _ in range(trials)]
            texts = [
                criticism(corpora.background, corpora.registered[n][1], quoted, length, draw) for n in numbers
            ]
            cases[f"{quoted} characters of a {kind} work quoted in {length}"] = (texts, numbers)
    return cases


def calibration(report: Report, known: Known, corpora: Corpora, trials: int) -> None:
    """Say how many copying pages and how much quoting criticism each threshold would call a copy."""
    lengths = [len(text) for _, text in corpora.registered]
    short = [n for n, length in enumerate(lengths) if SHORT_WORK <= length <= LONG_WORK]
    long = [n for n, length in enumerate(lengths) if length > LONG_WORK]
    copying = _copying(corpora, short + long, trials)
    quoting = _quoting(corpora, short, "short", trials) | _quoting(corpora, long, "long", trials)
    measured = {name: _measured(known, *case) for name, case in (copying | quoting).items()}
    prose = np.concatenate([measured[name] for name in quoting])
    pages = np.concatenate([measured[n] for n in copying if int(n.split("%")[0].split()[-1]) >= HALF])
    for label, rule in _rules().items():
        report.rows.append(
            Row(
                measure=f"called a copy by {label}",
                ours=f"{rule(prose).sum():,} of {len(prose):,} texts that quote, "
                f"{rule(pages).mean():.1%} of pages of which half or more is copied",
                value=float(rule(prose).mean()),
                unit="",
                better="less",
            )
        )
    report.raw["calibration"] = {
        name: {label: float(rule(rows).mean()) for label, rule in _rules().items()}
        | {"median": np.median(rows, axis=0).tolist(), "most": rows.max(axis=0).tolist()}
        | {"least": rows.min(axis=0).tolist()}
        for name, rows in measured.items()
    }


def _rules() -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """Return every threshold that is tried, by name."""
    rules: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        f"coverage {c} %": lambda rows, c=c: rows[:, 0] >= c for c in (25, 30, 40, 45, 50)
    }
    for units in (400, 600, 800):
        for c in (50, 100, 150, 200, 300):
            rules[f"{c} per mille of the work and {units} units"] = lambda rows, c=c, units=units: (
                (rows[:, 1] >= c) & (rows[:, 2] >= units)
            )
    for c in (20, 50, 100, 200):
        rules[f"{c} per mille and 20 passages"] = lambda rows, c=c: (rows[:, 1] >= c) & (rows[:, 3] >= 20)  # noqa: PLR2004
    return rules


def main() -> None:
    """Measure and report."""
    options = parser(QUESTION)
    options.add_argument("--texts", type=Path, help="folder of the corpora (default CACHE/texts)")
    options.add_argument("--sizes", type=int, nargs="+", help="passages (default 1e6 1e7 1e8, quick 1e6)")
    options.add_argument("--only", nargs="+", choices=("speed", "recall", "alarms", "english", "calibration"))
    given = options.parse_args()
    passes = given.passes or (2 if given.quick else 5)
    trials = QUICK_TRIALS if given.quick else TRIALS
    parts = given.only or ("speed", "recall", "alarms", "english", "calibration")
    corpora = read_corpora(given.texts or given.cache / "texts")
    report = Report(name="excerpts", question=QUESTION, quick=given.quick)
    known = registered(corpora.registered)
    folder = given.cache / "passages"
    try:
        sizes = {
            size: Known(table=grown(known.table, size, folder / str(size)), titles=known.titles)
            for size in given.sizes or (QUICK_SIZES if given.quick else SIZES)
        }
        if "speed" in parts:
            speed(report, sizes, corpora, passes)
            space(report, sizes)
        middle = sizes.get(10**7, sizes[min(sizes)])
        if "recall" in parts:
            recall(report, middle, corpora, trials)
        if "alarms" in parts:
            alarms(report, middle, corpora)
        if "english" in parts:
            english(report, corpora, trials)
        if "calibration" in parts:
            calibration(report, middle, corpora, trials // 20)
        report.notes.append(
            f"{len(known.table.rows.low):,} of the passages are of {len(known.titles)} works; "
            f"pages have {PAGE} characters."
        )
        report.finish(given.results or given.cache / "results")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
