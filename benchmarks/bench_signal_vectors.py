"""Who reads each vector of rights signals right: img2dataset, datadiligence, robotparser, Protego, ours?

What is asked, and of whom, is in `signal_readers.py`. Besides the table of the benchmark this writes the page
`docs/reference/signals-compared.md`, with every vector that a tool takes for leave where it is none.
"""

import importlib.metadata
import logging
import platform
import time
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from measure import Report, Row, parser
from signal_readers import FAMILIES, OURS, Answer, answers, tools

QUESTION = "Who reads each vector of rights signals right?"
PAGE = Path(__file__).parent.parent / "docs" / "reference" / "signals-compared.md"
LONGEST = 110
"""Characters of a vector that the page shows."""
VERDICTS = ("right", "allows", "strict", "cannot")
_HEAD = """# Who reads rights signals right

Written on {day} by `python benchmarks/bench_signal_vectors.py`; do not edit. {versions}.

Every vector of `tests/conformance/vectors/signals` is one question: may this be used for training?
(`robots` and `robots_google`: may this robot fetch this URL?) A tool answers yes or no, or it does not read
the language. The right answer is no if training is refused, and if nobody can tell because the signal can
not be read; otherwise yes, as a tool says that knows of no objection. Each tool gets only what it is made
for:

* img2dataset: its function `is_disallowed`, from the file of the installed package, with its default
  directives: `X-Robots-Tag`;
* datadiligence: its rules for `X-Robots-Tag` and `tdm-reservation`, and its rule for C2PA on the vectors'
  manifest stores;
* urllib.robotparser and Protego: `robots.txt`. About AI systems they are asked once for each system that
  collects for training; it is yes if all of them are let in;
* Sekisho: every language. Its tests compare more than yes and no: whom a signal names, each use,
  conditions.

What follows is about these vectors, many of which were chosen because somebody misreads them. It is no
measure of how often that happens on the web. `robots_google` are expectations of google/robotstxt; the
others are the house's reading of the specifications, and each vector names its source.

## Counts

**right**, then in brackets: **wrongly allowed**, *too strict*. A dash: it does not read this language.
"""


def _cell(some: Sequence[Answer]) -> str:
    counts = Counter(one.verdict for one in some)
    read = len(some) - counts["cannot"]
    if not read:
        return "-"
    wrong = f" (**{counts['allows']}**, *{counts['strict']}*)" if counts["allows"] + counts["strict"] else ""
    return f"{counts['right']} of {read}{wrong}"


def _table(found: Sequence[Answer]) -> list[str]:
    names = list(tools())
    lines = ["| family | vectors | " + " | ".join(names) + " |", "|---|---|" + "---|" * len(names)]
    for family in (*FAMILIES, ""):
        here = [one for one in found if family in {"", one.family}]
        cells = [_cell([one for one in here if one.tool == name]) for name in names]
        count = len(here) // len(names)
        lines.append(f"| {family or 'all'} | {count} | " + " | ".join(cells) + " |")
    return lines


def _shown(words: str) -> str:
    line = " ".join(words.replace("\\n", " ").split()).replace("`", "'").replace("|", "\\|")
    return line if len(line) <= LONGEST else f"{line[:LONGEST]} …"


def _listed(found: Sequence[Answer]) -> list[str]:
    """Return a section for each tool with the vectors that it takes for leave."""
    lines = []
    for name in tools():
        wrong = [one for one in found if one.tool == name and one.verdict == "allows"]
        lines += ["", f"### {name}: {len(wrong)}", ""]
        for family, some in groupby(wrong, key=lambda one: one.family):
            lines += [f"* {family}, {one.name}: `{_shown(one.input)}`" for one in some]
    return lines


def _version(package: str) -> str:
    return f"{package} {importlib.metadata.version(package)}"


def _page(found: Sequence[Answer], versions: str) -> str:
    head = _HEAD.format(day=time.strftime("%Y-%m-%d"), versions=versions)
    allowed = "## Taken for leave, although refused or unreadable"
    return "\n".join([head, *_table(found), "", allowed, *_listed(found)]) + "\n"


def main() -> None:
    """Ask, count, write."""
    options = parser(QUESTION)
    options.add_argument(
        "--page", type=Path, help=f"default {PAGE.name} in docs/reference; quick: in RESULTS"
    )
    given = options.parse_args()
    results = given.results or given.cache / "results"
    logging.disable(logging.ERROR)  # what a peer says of signals that it can not read
    found = list(answers())
    peers = ("img2dataset", "datadiligence", "Protego")
    versions = ", ".join(_version(name) for name in peers if name in tools())
    versions += f", urllib.robotparser of Python {platform.python_version()}"
    report = Report(name="signal_vectors", question=QUESTION, quick=given.quick)
    for name in tools():
        counts = Counter(one.verdict for one in found if one.tool == name)
        read = sum(counts.values()) - counts["cannot"]
        told = (
            f"{counts['allows']} wrongly allowed, {counts['strict']} too strict, {counts['cannot']} not read"
        )
        share = counts["right"] / read * 100
        target = 100.0 if name == OURS else None
        own, other = (
            (f"{counts['right']} of {read}", "") if name == OURS else ("", f"{counts['right']} of {read}")
        )
        report.rows.append(
            Row(measure=f"{name}: {told}", ours=own, peer=other, value=share, unit="%", target=target)
        )
        report.raw[name] = {verdict: counts[verdict] for verdict in VERDICTS}
    report.raw["wrong"] = [one._asdict() for one in found if one.verdict in {"allows", "strict"}]
    report.notes.append(f"With {versions}. The page: docs/reference/{PAGE.name}.")
    report.finish(results)
    page = given.page or (results / PAGE.name if given.quick else PAGE)
    page.write_text(_page(found, versions), encoding="utf-8")


if __name__ == "__main__":
    main()
