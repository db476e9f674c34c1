"""What do rights signals cost an audit of pictures and of texts?

Ours with them against ours without: the same `audit.work.do_unit` over the same files in one process, where
the peer reads no signal (`said_about` says nothing, no record is asked anything). Pictures: a WebDataset of
512 px, a fifth with XMP and IPTC, one in a hundred with C2PA, at the depths `pdq` and `local`; what C2PA
takes is measured by itself, in ms for each such file. Texts: the records of `bench_texts.py` as they are,
with a member `license`, with a member `url`, and with copies of the files of 4,000 sites, whose pages come
in no order. Licences are of six kinds, and evidence in every row. A fifth of the sites turn away who
trains; what is said of their pages becomes evidence, page by page. Only CPU time is shown.
"""

import json
import random
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple
from unittest.mock import patch

import corpus
import numpy as np
import picture_registry
import pyarrow as pa
from bench_excerpts import registered
from excerpt_texts import PAGE, Corpora, read_corpora
from invented import invented_names, names_snapshot
from measure import Cost, Report, Row, alternate, parser, typical
from passage_tables import grown
from signal_sets import SITES, addresses, drawn, packed, site_files
from snapshots import REGISTRY, mapped, random_snapshot

from sekisho.audit.job import Job, Planned, plan
from sekisho.audit.work import do_unit
from sekisho.check import NO_SOURCES, SignalSources
from sekisho.check.signals import said_about
from sekisho.match import warm_up
from sekisho.media import Limits
from sekisho.model import Asked, Item, Policy, Purpose, Registrant, Use
from sekisho.policy import read_policy
from sekisho.registry.seen import Sight
from sekisho.snapshot import Snapshot
from sekisho.store.datasets import open_datasets
from sekisho.store.provenance import read_manifests
from sekisho.store.runs import RunDirectory

QUESTION = "What do rights signals cost an audit of pictures and of texts?"
TARGET = 10.0
PICTURES, QUICK_PICTURES = 1_000, 200
ENTRIES, QUICK_ENTRIES = 1_000_000, 20_000
WORKS = 40
TEXTS, QUICK_TEXTS = 20_000, 2_000
PASSAGES, LINES = 1_000_000, 10_000
NAMES, QUICK_NAMES = 8_500, 1_000
SEED = 4
Silence = tuple[str, object]
IMPARTIAL = '[text]\npersonal = "ignore"\n'
"""As in `bench_texts.py`."""
LICENCES = (
    "cc-by-4.0",
    "cc-by-sa-4.0",
    "cc0-1.0",
    "mit",
    "All rights reserved",
    "https://creativecommons.org/licenses/by-nc/4.0/",
)


def _silent(*_given: object, **_named: object) -> None:
    """Say nothing, at once."""


PICTURE_SIGNALS: Silence = ("sekisho.check.looked.said_about", _silent)
TEXT_SIGNALS: Silence = (
    "sekisho.store.datasets.jsonl.Asked",
    SimpleNamespace(ALL=Asked.NOTHING, SIGNALS=Asked.NOTHING),
)


class Audit(NamedTuple):
    """What one contestant does.

    Attributes:
        silenced: what is replaced so that nobody reads signals, and by what.
    """

    job: Job
    snapshot: Snapshot
    planned: Sequence[Planned]
    sources: SignalSources = NO_SOURCES
    silenced: Silence | None = None

    def run(self) -> int:
        """Do all units; return the rows."""
        if self.silenced:
            with patch(*self.silenced):
                return self._rows()
        return self._rows()

    def _rows(self) -> int:
        def unit(planned: Planned) -> int:
            done = do_unit(self.job, self.snapshot, planned, {}, lambda _: None, sources=self.sources)
            return int(done["rows"])

        return sum(map(unit, self.planned))


def _audit(
    dataset: Path, snapshot: Snapshot, policy: Policy, run: Path, sources: SignalSources = NO_SOURCES
) -> Audit:
    operator = Registrant(key=REGISTRY.key)
    job = Job(
        sources=open_datasets([dataset], addresses=sources.sites is not None),
        files=RunDirectory(run),
        open_snapshot=lambda: snapshot,
        snapshot_digest=snapshot.digest,
        policy=policy,
        use=Use(operator=operator.key, purpose=Purpose.TRAIN, territory="JP", on=date(2026, 11, 22)),
        operator=operator,
        limits=Limits(),
        version="benchmark",
        row_key=bytes(32),
    )
    return Audit(job, snapshot, plan(job), sources)


def _share(costs: Mapping[str, Sequence[Cost]], with_: str, without: str) -> float:
    """Return how many per cent of CPU time signals add: the median over the passes."""
    pairs = zip(costs[with_], costs[without], strict=True)
    return statistics.median((a.cpu / b.cpu - 1) * 100 for a, b in pairs)


def _row(costs: Mapping[str, Sequence[Cost]], with_: str, without: str, measure: str, **more: object) -> Row:
    added = _share(costs, with_, without)
    return Row(
        measure=measure,
        ours=f"with {typical(costs[with_]).cpu * 1e6:,.1f} us",
        peer=f"without {typical(costs[without]).cpu * 1e6:,.1f} us",
        value=added,
        cpu=added,
        unit="%",
        better="less",
        **more,  # type: ignore[arg-type]
    )


def _pictures(report: Report, cache: Path, passes: int, scratch: Path) -> None:
    """Measure the picture audit at two depths, and each step by itself."""
    count = QUICK_PICTURES if report.quick else PICTURES
    made = corpus.build(cache / f"signals-{count}", side=512, count=count)
    mix, manifests = packed(cache / f"signals-{count}" / "mix.tar", made.files[:count])
    works = picture_registry.Works()
    for number in range(WORKS):
        picture_registry.register(works, f"work {number}", drawn(number), Sight(local=True))
    snapshots = {
        "pdq": mapped(random_snapshot(cache / "snapshots", QUICK_ENTRIES if report.quick else ENTRIES)),
        "local": picture_registry.publish(works, scratch / "works.sekisho"),
    }
    for depth, snapshot in snapshots.items():
        audit = _audit(mix, snapshot, picture_registry.rules(depth), scratch / depth)
        contestants = {"with": audit.run, "without": audit._replace(silenced=PICTURE_SIGNALS).run}
        costs = alternate(contestants, passes, per=count)
        what = f"pictures of 512 px, 20 % with XMP and IPTC, depth {depth}: signals add"
        report.rows.append(_row(costs, "with", "without", what, target=TARGET))
        report.raw[f"{depth} us"] = {name: [c.cpu * 1e6 for c in some] for name, some in costs.items()}
    _each(report, mix, manifests, passes)


def _each(report: Report, mix: Path, manifests: Sequence[bytes], passes: int) -> None:
    """Measure what reading the signals of one picture takes, by what it holds."""
    pictures = [
        item for unit in open_datasets([mix])[0].plan() for item in open_datasets([mix])[0].read(unit)
    ]
    policy = picture_registry.rules("pdq")
    sources = SignalSources(manifests=read_manifests)
    of = {
        "no metadata": [i for n, i in enumerate(pictures) if n % 5 and n % 100 != 1],
        "XMP of 6 kB and IPTC": pictures[::5],
        "a C2PA manifest": [Item(name=str(n), data=data) for n, data in enumerate(manifests)],
    }

    def read(items: Sequence[Item]) -> None:
        for item in items:
            said_about(item, "image/jpeg", policy, sources)

    for what, items in of.items():
        (cost,) = alternate({what: partial(read, items)}, passes, per=len(items)).values()
        each = typical(cost)
        report.rows.append(
            Row(
                measure=f"a picture with {what}",
                ours="",
                value=each.cpu * 1e3,
                cpu=each.cpu * 1e3,
                unit="ms",
            )
        )


def _records(
    path: Path, pages: Sequence[str], count: int, urls: Sequence[str] = (), licences: Sequence[str] = ()
) -> Path:
    """Write a packed file of documents; it is kept."""
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    draw = random.Random(SEED)  # noqa: S311 - a dataset, no secret
    whole = [page for page in pages if len(page) == PAGE]
    with pa.CompressedOutputStream(pa.OSFile(str(path), "wb"), "zstd") as file:
        for number in range(count):
            page, at = draw.choice(whole), draw.randrange(PAGE)
            record: dict[str, object] = {"id": number, "text": page[at:] + page[:at]}
            record |= {"url": urls[number]} if urls else {}
            record |= {"license": licences[number % len(licences)]} if licences else {}
            file.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
    return path


def _text_snapshot(cache: Path, works: list[tuple[str, str]], names: int) -> Snapshot:
    """Return the snapshot of `bench_texts.py`."""
    table = grown(registered(works).table, PASSAGES, cache / "passages-texts")
    lines = np.unique(np.random.default_rng(SEED).integers(0, 1 << 48, LINES, np.uint64))
    lines.flags.writeable = False
    table = replace(table, line_keys=lines, line_entry=np.zeros(len(lines), np.uint32))
    return replace(mapped(names_snapshot(cache, invented_names(names))), texts=(table,))


def _texts(report: Report, cache: Path, corpora: Corpora, passes: int, scratch: Path) -> None:
    """Measure the text audit: without addresses, with them, and with the files of their sites."""
    count = QUICK_TEXTS if report.quick else TEXTS
    snapshot = _text_snapshot(cache, corpora.registered, QUICK_NAMES if report.quick else NAMES)
    policy, sites = read_policy(IMPARTIAL, "benchmark"), site_files(cache / f"signals-sites-{SITES}")
    urls = {
        "no": [],
        "licence": [],
        "web": addresses(count, even=False),
        "even": addresses(count, even=True),
    }
    audits = {}
    for kind, some in urls.items():
        path = _records(
            cache / f"signals-texts-{count}" / f"{kind}.jsonl.zst",
            corpora.background,
            count,
            some,
            LICENCES if kind == "licence" else (),
        )
        audits[kind] = _audit(path, snapshot, policy, scratch / kind)
        audits[f"{kind}, silent"] = audits[kind]._replace(silenced=TEXT_SIGNALS)
        if some:
            sources = SignalSources(sites=sites)
            audits[f"{kind}, sites"] = _audit(path, snapshot, policy, scratch / f"{kind} sites", sources)
    costs = alternate({name: audit.run for name, audit in audits.items()}, passes, per=count)
    what = f"documents of {PAGE:,} characters"
    report.rows += [
        _row(costs, "no", "no, silent", f"{what}: looking for a place adds", target=TARGET),
        _row(costs, "licence", "licence, silent", f"{what} with a licence: reading it adds", target=TARGET),
        _row(costs, "web", "web, silent", f"{what} with an address: reading it adds", target=TARGET),
        _row(
            costs,
            "web, sites",
            "web, silent",
            f"{what} of {SITES:,} sites, most of few of them: signals of site files add",
            target=TARGET,
        ),
        _row(
            costs,
            "even, sites",
            "even, silent",
            f"{what} of {SITES:,} sites, evenly: signals of site files add",
        ),
    ]
    report.raw["texts us"] = {name: [c.cpu * 1e6 for c in some] for name, some in costs.items()}


def main() -> None:
    """Measure and report."""
    options = parser(QUESTION)
    options.add_argument("--texts", type=Path, help="folder of the corpora (default CACHE/texts)")
    options.add_argument("--part", choices=("pictures", "texts"), help="measure only this")
    given = options.parse_args()
    report = Report(name="signals", question=QUESTION, quick=given.quick)
    passes = given.passes or (2 if given.quick else 7)
    warm_up()
    with tempfile.TemporaryDirectory() as scratch:
        if given.part != "texts":
            _pictures(report, given.cache, passes, Path(scratch))
        if given.part != "pictures":
            corpora = read_corpora(given.texts or given.cache / "texts")
            _texts(report, given.cache, corpora, passes, Path(scratch))
    report.finish(given.results or given.cache / "results")


if __name__ == "__main__":
    main()
