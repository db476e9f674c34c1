"""A row of an audit says what `check` says of the item alone, rights signals and stances included.

Whatever the dataset is written in, whatever a process has read before, and if a run is decided again.
"""

import io
import json
import tarfile
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.audit.again.before import open_before
from sekisho.audit.again.source import stored_sources
from sekisho.audit.job import plan
from sekisho.audit.rows import shown_stances
from sekisho.audit.work import do_unit, part_name
from sekisho.check import SignalSources, check
from sekisho.detect.signals.sites import AI_TXT, ROBOTS_TXT, TDMREP_JSON, Copy, Reached
from sekisho.detect.signals.stated import STRICTNESS
from sekisho.model import AsOf
from sekisho.policy import shipped_policy
from sekisho.store.datasets.chosen import Chosen
from sekisho.store.datasets.source import open_datasets
from tests.counts import count
from tests.world import MemoryLog, World, drawn, sealed_run

EXAMPLES = count(12, 1_000)
NAMES = ("opt-in", "strict")
DAY = datetime(2026, 6, 1, tzinfo=UTC)
COPIED, FREE = drawn(1, 48), drawn(50, 48)
HOSTS = ("a.example", "b.example", "c.example")

FIELDS = {
    "url": [f"https://{host}{path}" for host in HOSTS for path in ("/", "/a/1.jpg", "/b?x=1", "/%7Ea")],
    "license": ["?", "cc0-1.0", "https://creativecommons.org/licenses/by-nc/4.0/"],
    "x_robots_tag": ["noai", "GPTBot: noai", "all", "noindex"],
    "content_usage": ["train-ai=n", "train-ai=y", "train-ai=(", "search=n"],
    "tdm_reservation": ["1", "0", "x"],
    "warc_date": [(DAY + timedelta(days=n)).isoformat() for n in (0, 2, 9)],
}
RECORDS = st.lists(
    st.tuples(
        st.fixed_dictionaries({}, optional={name: st.sampled_from(all_) for name, all_ in FIELDS.items()}),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)
BODIES = {
    ROBOTS_TXT: [
        "User-agent: *\nDisallow: /a\n",
        "User-agent: GPTBot\nDisallow: /\n",
        "User-agent: *\nContent-Usage: train-ai=y\nContent-Usage: /a train-ai=n\n",
        "User-agent: *\nContent-Usage: train-ai=(\n",
        "User-agent: *\nContent-Signal: ai-train=yes, search=no\n",
        "User-agent: *\nAllow: /\n",
        "\0\xff",
    ],
    TDMREP_JSON: ['[{"location":"/a","tdm-reservation":1}]', '[{"location":"/","tdm-reservation":0}]', "[{"],
    AI_TXT: ["User-Agent: *\nDisallow: *.jpg\n", "User-Agent: *\nAllow: /\n"],
}
FILES = st.sampled_from([(path, body) for path, bodies in BODIES.items() for body in bodies])
COPIES = st.lists(
    st.builds(
        lambda host, file, day, reached: Copy(
            url=f"https://{host}{file[0]}",
            reached=reached,
            captured=DAY + timedelta(days=day, hours=1),
            body=file[1].encode() if reached is Reached.FOUND else b"",
        ),
        st.sampled_from(HOSTS),
        FILES,
        st.integers(0, 9),
        st.sampled_from([Reached.FOUND, Reached.FOUND, Reached.FOUND, Reached.ABSENT, Reached.UNREACHABLE]),
    ),
    max_size=8,
)
RULES = st.tuples(st.sampled_from(NAMES), st.sampled_from(AsOf))
FORMS = st.sampled_from(["folder", "jsonl", "tar"])


@dataclass(frozen=True)
class Sites:
    """Copies of files of sites, as a signal snapshot offers them."""

    made: tuple[Copy, ...]

    def copies(self, url):
        return sorted((one for one in self.made if one.url == url), key=lambda one: one.captured)


def rules_of(name, as_of):
    policy = shipped_policy(name)
    return replace(
        policy, text=replace(policy.text, personal=None), signals=replace(policy.signals, as_of=as_of)
    )


def written(folder, form, records):
    """Write a dataset: pictures with records beside them, or the records by themselves."""
    lines = [json.dumps(record | {"text": f"text {number}"}) for number, (record, _) in enumerate(records)]
    if form == "jsonl":
        path = folder / "set.jsonl"
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path
    members = [
        (f"{number:03}.{ending}", data)
        for number, (line, (_, copied)) in enumerate(zip(lines, records, strict=True))
        for ending, data in (("png", COPIED if copied else FREE), ("json", line.encode()))
    ]
    path = folder / "set"
    if form == "folder":
        path.mkdir()
        for name, data in members:
            (path / name).write_bytes(data)
        return path
    path = folder / "set.tar"
    with tarfile.open(path, "w") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


class Small:
    """A dataset whose units are small, so that there are several."""

    def __init__(self, dataset):
        self.name, self.kind, self.read, self._plan = dataset.name, dataset.kind, dataset.read, dataset.plan

    def plan(self):
        return self._plan(max_items=2)


@pytest.fixture(scope="module")
def world():
    made = World()
    made.register(made.holder, COPIED)
    made.vouch(made.voucher, made.holder)
    made.snapshot = made.open()
    return made


@contextmanager
def dataset_of(form, records):
    with tempfile.TemporaryDirectory() as folder:
        (dataset,) = open_datasets([written(Path(folder), form, records)])
        yield dataset


def job_of(world, dataset, policy, copies):
    """Return a run; every time its sources are opened, nothing was read before."""
    return replace(
        world.job(Small(dataset), policy=policy),
        open_snapshot=lambda: world.snapshot,
        open_sources=lambda: SignalSources(sites=Sites(tuple(copies))),
    )


def said(signals):
    return [
        (s["family"], s["place"], s["raw"], s["stances"], s["agent"], s["note"], s["captured"], s["source"])
        for s in signals
    ]


def rows_of(job, planned):
    rows = [
        row
        for one in planned
        for row in pq.read_table(io.BytesIO(job.files.read(part_name(one.id)))).to_pylist()
    ]
    return {
        row["item"]: (row["outcome"], row["reason"], row["stances"], said(row["signals"])) for row in rows
    }


def alone(world, dataset, policy, copies):
    """Decide about every item by itself, with nothing read before."""
    found = {}
    for unit in dataset.plan():
        for item in dataset.read(unit):
            sources = SignalSources(sites=Sites(tuple(copies)))
            made = check(item, snapshot=world.snapshot, policy=policy, use=world.use(), sources=sources)
            signals = [
                (
                    *(s.family.value, s.place, s.raw, shown_stances(s.stances)),
                    *(s.agent, s.note, s.captured, s.source),
                )
                for s in made.signals
            ]
            found[item.name] = (made.outcome.value, made.reason, shown_stances(made.stances), signals)
    return found


@settings(max_examples=EXAMPLES, deadline=None)
@given(FORMS, RECORDS, COPIES, RULES, st.randoms(use_true_random=False))
def test_a_row_says_what_its_item_says_alone_whoever_did_the_units(
    world, form, records, copies, rules, random
):
    policy = rules_of(*rules)
    with dataset_of(form, records) as dataset:
        job = job_of(world, dataset, policy, copies)
        planned = plan(job)
        workers = [(job.open_lenses(), job.open_sources()) for _ in range(random.choice([1, 2]))]
        for one in random.sample(planned, len(planned)):
            lenses, sources = random.choice(workers)
            do_unit(job, world.snapshot, one, {}, lambda _: None, lenses, sources)
        expected = alone(world, dataset, policy, copies)
        assert rows_of(job, planned) == expected
        assert expected


def decided_again(world, files, dataset, policy, copies, *, asks):
    before = open_before(files)
    sources = stored_sources(before, files, policy, [Chosen(dataset)], asks=asks)
    job = replace(job_of(world, dataset, policy, copies), sources=sources, parent=before.parent)
    return rows_of(job, done(job))


def done(job):
    planned, sources = plan(job), job.open_sources()
    for one in planned:
        do_unit(job, job.open_snapshot(), one, {}, lambda _: None, job.open_lenses(), sources)
    return planned


def run_before(world, dataset, policy, copies):
    ran = sealed_run(world, job_of(world, dataset, policy, copies), MemoryLog(), report=False)
    return ran.job.files


@settings(max_examples=EXAMPLES, deadline=None)
@given(FORMS, RECORDS, st.tuples(COPIES, COPIES), st.tuples(RULES, RULES))
def test_a_run_decided_again_by_other_copies_says_what_its_items_say_alone(
    world, form, records, copies, rules
):
    first, second = (rules_of(*one) for one in rules)
    with dataset_of(form, records) as dataset:
        before = run_before(world, dataset, first, copies[0])
        again = decided_again(world, before, dataset, second, copies[1], asks=True)
        assert again == alone(world, dataset, second, copies[1])


@settings(max_examples=EXAMPLES, deadline=None)
@given(FORMS, RECORDS, COPIES, st.tuples(RULES, RULES))
def test_a_run_decided_again_by_what_was_said_never_hears_less(world, form, records, copies, rules):
    first, second = (rules_of(*one) for one in rules)
    with dataset_of(form, records) as dataset:
        before = run_before(world, dataset, first, copies)
        now = decided_again(world, before, dataset, second, [], asks=False)
        anew = alone(world, dataset, second, copies)
    if rules[0][1] is rules[1][1]:
        assert now == anew
    assert now.keys() == anew.keys()
    for item, (_, _, stances, signals) in now.items():
        assert signals == anew[item][3]
        strict, least = (
            dict(one.split("=") for one in s.split(";") if one) for s in (stances, anew[item][2])
        )
        for use, stance in least.items():
            assert (
                STRICTNESS.index(strict.get(use, "unknown")) >= STRICTNESS.index(stance) or stance == "allow"
            )
