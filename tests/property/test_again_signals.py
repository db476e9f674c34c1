"""Runs that ask sites anew: the rows of an audit from scratch, whatever was said, when, and by whom."""

import io
from dataclasses import dataclass, replace
from datetime import timedelta

import pyarrow.parquet as pq
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec import structs

from sekisho.audit.again.before import open_before
from sekisho.audit.again.source import stored_sources
from sekisho.audit.work import part_name
from sekisho.check import SignalSources
from sekisho.detect.signals.columns import told
from sekisho.detect.signals.sites import AI_TXT, ROBOTS_TXT, TDMREP_JSON, Copy, Reached
from sekisho.model import AsOf, Told, Unfingerprintable, Unreadable
from sekisho.policy import shipped_policy
from tests.counts import count
from tests.sites import DAY
from tests.world import MemoryLog, MemorySource, World, drawn, sealed_run

HOSTS = ("https://a.example", "https://b.example")
BODIES = {
    ROBOTS_TXT: (
        b"",
        b"User-agent: *\nDisallow: /",
        b"User-agent: GPTBot\nDisallow: /a",
        b"User-agent: *\nContent-Usage: /b train-ai=y\nContent-Signal: ai-train=no",
        b"\xff\x00: [",
    ),
    TDMREP_JSON: (
        b'[{"location":"/a","tdm-reservation":1}]',
        b'[{"location":"/","tdm-reservation":0}]',
        b"[",
    ),
    AI_TXT: (b"User-Agent: *\nDisallow: *.png\n",),
}
CONTENT = {
    "copy.png": drawn(1, 48),
    "free.png": drawn(50, 48),
    "broken.png": drawn(4, 48)[:500],
    "nothing.png": Unfingerprintable(reason=Unreadable.LINK_OUTSIDE),
    "late.png": Unfingerprintable(reason=Unreadable.TIMEOUT),
    "talk.txt": "a text",
    "record.json": '{"a":"b"}',
}
NEWER = {name: drawn(51, 48) for name in ("copy.png", "free.png", "late.png")} | {"talk.txt": "another text"}
DAYS = st.integers(0, 5).map(lambda days: DAY + timedelta(days=days, microseconds=days))
SAID = st.sampled_from([{}, {"x-robots-tag": "noai"}, {"tdm-reservation": "0"}, {"license": "cc-by-4.0"}])


def _copy(host, name, body, reached, at):
    some = BODIES[name]
    found = some[body % len(some)] if reached is Reached.FOUND else b""
    return Copy(url=host + name, reached=reached, captured=at.replace(microsecond=0), body=found)


COPIES = st.lists(
    st.builds(
        _copy,
        st.sampled_from(HOSTS),
        st.sampled_from(list(BODIES)),
        st.integers(0, 4),
        st.sampled_from(Reached),
        DAYS,
    ),
    max_size=5,
)


def _told(host, path, captured, said):
    found = told({"url": host + path, **said})
    signals = (
        tuple(replace(s, captured=captured) for s in found.signals)
        if said.keys() - {"license"}
        else found.signals
    )
    return structs.replace(found, captured=captured, signals=signals)


TOLD = st.none() | st.builds(
    _told, st.sampled_from(HOSTS), st.sampled_from(["/a/1", "/b", "/x~y%20"]), st.none() | DAYS, SAID
)


@dataclass(frozen=True)
class Sites:
    kept: tuple

    def copies(self, url):
        return sorted((one for one in self.kept if one.url == url), key=lambda one: one.captured)


class Crawled(MemorySource):
    """Items with what stands beside them."""

    beside: dict

    def read(self, unit):
        reading = super().read(unit)
        found = [item and replace(item, told=self.beside.get(item.name)) for item in reading.found]
        return replace(reading, found=found)

    def reader(self, names):  # noqa: ARG002
        items = {item.name: item for unit in self.plan() for item in self.read(unit) if item}
        return lambda name: iter([items[name]] if name in items else [])


def source(content, beside):
    made = Crawled(content, unit_items=4)
    made.beside = beside
    return made


@pytest.fixture(scope="module")
def world():
    made = World()
    made.register(made.holder, CONTENT["copy.png"])
    made.vouch(made.voucher, made.holder)
    return made


def policy(as_of):
    shipped = shipped_policy("opt-in")
    return replace(
        shipped, text=replace(shipped.text, personal=None), signals=replace(shipped.signals, as_of=as_of)
    )


def audited(world, data, as_of, copies, **job):
    made = replace(
        world.job(data, policy=policy(as_of)),
        open_sources=lambda: SignalSources(sites=Sites(tuple(copies))),
        **job,
    )
    return sealed_run(world, made, MemoryLog())


def asked_anew(world, ran, media, as_of, copies):
    before = open_before(ran.job.files)
    sources = stored_sources(before, ran.job.files, policy(as_of), [media], asks=True)
    return audited(world, source({}, {}), as_of, copies, sources=sources, parent=before.parent)


def rows(ran):
    found = {}
    for planned in ran.planned:
        table = pq.read_table(io.BytesIO(ran.job.files.read(part_name(planned.id))))
        found |= {row["item"]: row for row in table.drop_columns(["unit", "leaf"]).to_pylist()}
    return found


@settings(max_examples=count(8, 1500), deadline=None, phases=[Phase.generate])
@given(data=st.data())
def test_asked_anew_is_audited_anew(world, data):
    draw = data.draw
    beside = {name: draw(TOLD) for name in CONTENT}
    older, more = draw(COPIES), draw(COPIES)
    first, second = draw(st.sampled_from(AsOf)), draw(st.sampled_from(AsOf))
    ran = audited(world, source(CONTENT, beside), first, older)
    changed = {name: NEWER[name] for name in draw(st.sets(st.sampled_from(sorted(NEWER))))}
    gone = draw(st.sets(st.sampled_from(sorted(CONTENT)), max_size=2))
    content = {name: value for name, value in (CONTENT | changed).items() if name not in gone}
    now = source(
        content, beside | {name: draw(TOLD) for name in draw(st.sets(st.sampled_from(sorted(CONTENT))))}
    )
    full = rows(audited(world, now, second, [*older, *more]))
    found = rows(asked_anew(world, ran, now, second, [*older, *more]))
    assert {name: row for name, row in found.items() if name not in gone} == full
    assert all(found[name]["outcome"] != "allow" for name in gone)


def test_the_cases_are_not_all_alike(world):
    """See that an objection can come, and go, between two runs of the property."""
    item = {"free.png": Told(url="https://a.example/a/1")}
    no = _copy(HOSTS[0], ROBOTS_TXT, 1, Reached.FOUND, DAY)
    yes = replace(no, body=b"", captured=DAY + timedelta(days=1))
    data = source({"free.png": CONTENT["free.png"]}, item)
    before = audited(world, data, AsOf.AUDIT, [])
    refused = asked_anew(world, before, data, AsOf.AUDIT, [no])
    freed = asked_anew(world, refused, data, AsOf.AUDIT, [no, yes])
    assert [rows(ran)["free.png"]["outcome"] for ran in (before, refused, freed)] == [
        "allow",
        "block",
        "allow",
    ]
