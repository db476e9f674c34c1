import hashlib
import io
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from sekisho.audit.again.before import is_searched, lacks, open_before, passing
from sekisho.audit.again.source import pictures_of, stored_sources
from sekisho.audit.hosts import origins_of
from sekisho.audit.unit import Reread
from sekisho.audit.verify import verify_run
from sekisho.audit.work import do_unit, part_name
from sekisho.check import Looked, SignalSources
from sekisho.detect.signals.sites import ROBOTS_TXT, Copy, Reached
from sekisho.errors import EvidenceError, UsageError
from sekisho.model import Item, Outcome, Told, Unfingerprintable, Unreadable
from sekisho.policy import read_policy, shipped_policy
from tests.deeper import DEPTHS, deep_world
from tests.pictures import encode, picture
from tests.world import MemoryFiles, MemoryLog, MemorySource, World, drawn, sealed_run

EXACT = read_policy('base = "opt-in"\n[match]\ndepth = "exact"\n', "exact.toml")
UPRIGHT = read_policy('base = "opt-in"\n[match]\nrotations = "none"\n', "upright.toml")
NARROW = read_policy('base = "opt-in"\n[match]\nradius = 4\nrotations = 2\n', "narrow.toml")
POLICIES = [shipped_policy(name) for name in ("opt-in", "opt-out", "strict")] + [UPRIGHT, NARROW, EXACT]


def animated(*seeds):
    frames = [Image.fromarray(picture(seed, 64, 64)) for seed in seeds]
    out = io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


def problem(reason):
    return Unfingerprintable(reason=reason)


FILES = {
    "copy.png": drawn(1, 96),
    "free.png": drawn(50, 96),
    "mirrored.png": encode(np.ascontiguousarray(picture(2, 96, 96)[:, ::-1]), "PNG"),
    "turned.jpg": encode(np.rot90(picture(1, 96, 96)), quality=85),
    "animated.png": animated(51, 3, 52),
    "flat.png": encode(np.full((64, 64, 3), 200, np.uint8), "PNG"),
    "note.txt": None,
    "broken.png": drawn(4, 64)[:900],
    "garbage.png": b"this is no picture",
    "empty.png": problem(Unreadable.EMPTY),
    "link.png": problem(Unreadable.LINK_OUTSIDE),
    "jpeg.jpg": encode(picture(3, 96, 96), quality=70),
}


DAY = datetime(2026, 10, 1, tzinfo=UTC)
TOLD = Told(url="https://news.example/a.jpg")


@dataclass
class There:
    """A dataset that is still there; it notes what is asked for."""

    files: dict
    asked: list

    def reader(self, names):  # noqa: ARG002
        def take(name):
            self.asked.append(name)
            found = self.files.get(name)
            if isinstance(found, bytes):
                yield Item(name=name, data=found)

        return take


@pytest.fixture
def world():
    made = World()
    for seed in (1, 2, 3):
        made.register(made.holder, drawn(seed, 96))
    made.vouch(made.voucher, made.holder)
    return made


def first_run(world, files=FILES, **job):
    job.setdefault("policy", "opt-in")
    return sealed_run(world, world.job(MemorySource(files, unit_items=5), **job), MemoryLog())


def again(world, ran, *, media=None, policy="opt-in", **use):
    """Decide a run again by the edition that would be published now."""
    before = open_before(ran.job.files)
    job = world.job(policy=policy, **use)
    sources = stored_sources(before, ran.job.files, job.policy, [media])
    return sealed_run(world, replace(job, sources=sources, parent=before.parent), MemoryLog(), word="again")


UNIT_AND_LEAF = {"unit", "leaf"}


def rows(ran):
    found = []
    for planned in ran.planned:
        table = pq.read_table(io.BytesIO(ran.job.files.read(part_name(planned.id))))
        kept = [name for name in table.schema.names if name not in UNIT_AND_LEAF]
        found.append(table.select(kept).to_pylist())
    return found


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name + policy.depth)
@pytest.mark.parametrize("first", ["opt-in", UPRIGHT, EXACT], ids=["turned", "upright", "exact"])
def test_deciding_again_gives_the_rows_of_a_full_audit(world, first, policy):
    ran = first_run(world, policy=first)
    world.edition += 1
    world.register(world.rival, drawn(50, 96))
    world.grant(world.holder, world.operator)
    media = There({name: data for name, data in FILES.items() if isinstance(data, bytes)}, [])
    second, full = again(world, ran, media=media, policy=policy), first_run(world, policy=policy)
    assert rows(second) == rows(full)
    ours, theirs = second.manifest(), full.manifest()
    for key in ("totals", "clean", "snapshot", "policy", "datasets", "stages", "use"):
        assert ours[key] == theirs[key], key
    assert [u["read_sha256"] for u in ours["units"]] == [u["read_sha256"] for u in theirs["units"]]
    assert bool(media.asked) == lacks(ran.manifest(), second.job.policy)


def test_no_media_is_read_where_the_fingerprints_are_deep_enough(world):
    ran = first_run(world)
    for policy in POLICIES:
        second = again(world, ran, policy=policy)
        assert sum(map(len, rows(second))) == 11
        assert second.manifest()["totals"]["skipped"] == {"not_media": 1}


def test_a_change_of_mind_is_the_only_change(world):
    ran = first_run(world)
    given = world.grant(world.holder, world.operator)
    world.edition += 1
    second = again(world, ran)
    assert second.manifest()["totals"]["reasons"]["granted_all"] == 5
    world.revoke(world.holder, given)
    world.edition += 1
    third = again(world, second)
    assert rows(third) != rows(second)
    assert third.manifest()["totals"]["outcomes"] == ran.manifest()["totals"]["outcomes"]


def test_the_manifest_names_parent_and_ancestors(world):
    first = first_run(world)
    second = again(world, first)
    third = again(world, second, on=world.clock.date())
    assert (first.manifest()["parent"], first.manifest()["ancestors"]) == (None, [])
    roots = [ran.manifest()["root"] for ran in (first, second)]
    assert second.manifest()["parent"]["root"] == roots[0]
    assert third.manifest()["ancestors"] == roots
    assert verify_run(third.job.files).unnamed == ()
    ids = [unit["id"] for ran in (first, second, third) for unit in ran.manifest()["units"]]
    assert len(set(ids)) == len(ids)


PASSING = {
    "good.png": drawn(60, 64),
    "late.png": problem(Unreadable.TIMEOUT),
    "disk.png": problem(Unreadable.IO_ERROR),
    "crash.png": problem(Unreadable.DECODER_CRASH),
    "busy.png": problem(Unreadable.CHANGED_WHILE_READ),
    "link.png": problem(Unreadable.LINK_OUTSIDE),
}


def by_item(ran):
    return {row["item"]: row for unit in rows(ran) for row in unit}


def test_what_could_not_be_read_for_a_passing_reason_is_read_again(world):
    ran = first_run(world, PASSING)
    assert passing(ran.manifest()) == 4
    media = There({name: drawn(seed, 64) for seed, name in enumerate(PASSING, start=60)}, [])
    found = by_item(again(world, ran, media=media))
    again_read = ["late.png", "disk.png", "crash.png", "busy.png"]
    assert media.asked[:4] == again_read  # what follows is for the thumbnails
    assert {name for name, row in found.items() if row["outcome"] == "allow"} == {"good.png", *again_read}
    assert found["link.png"]["problem"] == "link_outside"


def test_what_is_not_there_any_more_is_never_a_pass(world):
    ran = first_run(world, PASSING)
    for media in (None, There({}, [])):
        found = by_item(again(world, ran, media=media))
        assert found["late.png"]["problem"] == "timeout"
        assert found["late.png"]["outcome"] == "review"
    exact = first_run(world, policy=EXACT)
    found = by_item(again(world, exact, media=There({}, [])))
    assert (found["copy.png"]["problem"], found["copy.png"]["outcome"]) == ("changed_while_read", "review")
    assert found["empty.png"]["problem"] == "empty"


def test_a_container_that_can_be_read_now_gives_its_items_once(world):
    files = {"a.tar.gz#1.png": drawn(60, 64), "a.tar.gz#": problem(Unreadable.IO_ERROR)}

    class Archive:
        def reader(self, names):
            assert names == ["a.tar.gz#"]
            members = {"a.tar.gz#1.png": drawn(60, 64), "a.tar.gz#2.png": drawn(1, 96)}
            return lambda _name: (Item(name=name, data=data) for name, data in members.items())

    found = by_item(again(world, first_run(world, files), media=Archive()))
    assert {name: row["outcome"] for name, row in found.items()} == {
        "a.tar.gz#1.png": "allow",
        "a.tar.gz#2.png": "block",
    }


def test_only_a_finished_run_of_this_way_of_decoding_is_decided_again(world):
    with pytest.raises(UsageError, match="not finished"):
        open_before(MemoryFiles())
    files = first_run(world).job.files
    manifest = json.loads(files.read("manifest.json"))
    for changes, match in (
        ({"version": 99}, "newer Sekisho"),
        ({"configuration": manifest["configuration"] | {"decode_profile": "full-v0"}}, "profile 'full-v0'"),
        ({"configuration": manifest["configuration"] | {"limits": {}}}, "other limits"),
    ):
        changed = resealed(world, files, manifest | changes)
        with pytest.raises(UsageError, match=match) as error:
            open_before(changed)
        assert "full audit" in error.value.hint


def resealed(world, files, manifest):
    from sekisho.audit.run import seal_run  # noqa: PLC0415

    copy = MemoryFiles(dict(files.data))
    copy.write("manifest.json", json.dumps(manifest).encode())
    seal_run(copy, signer=world.operator, log=MemoryLog(), salt=b"r" * 32, at=world.clock)
    return copy


def test_a_changed_parent_is_no_evidence(world):
    ran = first_run(world)
    name = part_name(ran.planned[0].id)
    before = open_before(ran.job.files)
    ran.job.files.data[name] = ran.job.files.data[name][:-9] + bytes(9)
    with pytest.raises(EvidenceError, match="part-"):
        open_before(ran.job.files)
    (source,) = stored_sources(before, ran.job.files, EXACT, [None])
    with pytest.raises(EvidenceError, match="is not what its manifest names"):
        list(source.read(source.units[0]))


def test_units_go_to_their_datasets_even_if_two_bear_one_name(world):
    sources = [
        MemorySource({"1:a.png": drawn(60, 48), "1:b.txt": None}, unit_items=1),
        MemorySource({"2:a.png": drawn(61, 48)}, unit_items=1),
        MemorySource({}),
    ]
    ran = sealed_run(world, world.job(*sources), MemoryLog())
    before = open_before(ran.job.files)
    made = stored_sources(before, ran.job.files, EXACT, [None, None, None])
    names = [[look.name for unit in source.units for look in source.read(unit)] for source in made]
    assert names == [["1:a.png"], ["2:a.png"], []]
    manifest = dict(before.manifest)
    for broken in ({"datasets": []}, {"datasets": [manifest["datasets"][0]] * 3}):
        with pytest.raises(EvidenceError):
            stored_sources(replace(before, manifest=manifest | broken), ran.job.files, EXACT, [None] * 3)


def test_a_run_that_was_never_a_pass_stays_none(world):
    ran = first_run(world, PASSING, policy="strict")
    second = again(world, ran)
    outcomes = {name: row["outcome"] for name, row in by_item(second).items()}
    assert outcomes.pop("good.png") == Outcome.ALLOW
    assert set(outcomes.values()) == {"review"}


def followed(world, ran, snapshot, policy="opt-in", *, searched, **use):
    """Decide a run again by a snapshot that is given."""
    before = open_before(ran.job.files)
    job = world.job(policy=policy, **use)
    sources = stored_sources(before, ran.job.files, job.policy, [None], searched=searched)
    job = replace(
        job,
        sources=sources,
        parent=before.parent,
        open_snapshot=lambda: snapshot,
        snapshot_digest=snapshot.digest,
    )
    return sealed_run(world, job, MemoryLog())


def test_only_what_a_delta_added_is_searched_and_the_rows_are_the_same(world):
    base = world.open()
    first = first_run(world)
    assert first.manifest()["snapshot"]["digest"] == base.digest
    world.edition += 1
    world.register(world.rival, drawn(50, 96), drawn(1, 96))
    world.grant(world.holder, world.operator)
    delta = world.advance(base)
    manifest, use = first.manifest(), first.job.use
    assert is_searched(manifest, delta, first.job.policy, use.on)
    quick, slow = (followed(world, first, delta, searched=searched) for searched in (True, False))
    assert rows(quick) == rows(slow)
    found = by_item(quick)
    assert (found["free.png"]["reason"], len(found["copy.png"]["findings"])) == (
        "declared_without_permission",
        2,
    )


def test_a_base_is_searched_again_where_something_may_have_been_left_out(world):
    base, first = world.open(), first_run(world)
    manifest, policy, on = first.manifest(), first.job.policy, first.job.use.on
    assert is_searched(manifest, base, policy, on)
    assert not is_searched(manifest, base, NARROW, on)
    assert not is_searched(manifest, base, policy, on - timedelta(days=1))
    world.edition += 1
    entry = world.register(world.rival, drawn(70, 48))
    assert not is_searched(manifest, world.open(), policy, on)
    delta = world.advance(base)
    assert is_searched(manifest, delta, policy, on)
    for state in (world.dispute, world.mandate):
        state(world.holder, entry if state == world.dispute else world.stranger)
        disputed = world.open()
        ran = first_run(world)
        assert not is_searched(ran.manifest(), disputed, policy, on)


def test_thumbnails_come_from_the_report_before_or_from_the_same_bytes():
    data, other = drawn(5, 48), drawn(6, 48)
    tiles = [
        {"item": name, "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in (("a.png", data), ("b.png", other), ("c.png", b"no picture"))
    ]
    page = f'<img src="data:image/jpeg;base64,AAAA" data-sha256="{tiles[0]["sha256"]}">'
    there = There({"a.png": data, "b.png": other, "c.png": b"no picture"}, [])
    found = pictures_of(tiles, page, [None, there])
    assert found["a.png"] == bytes(3)
    assert found["b.png"].startswith(b"\xff\xd8")
    assert set(found) == {"a.png", "b.png"}
    assert pictures_of(tiles[1:2], "", [There({"b.png": data}, [])]) == {}


@pytest.mark.parametrize("depth", ["local", "model"])
def test_nothing_is_decided_at_a_lower_depth_than_the_policy_says(depth):
    world = deep_world()
    files = {"copy.png": drawn(1, 96), "free.png": drawn(50, 96), "broken.png": drawn(4, 64)[:900]}
    ran = first_run(world, files, policy=DEPTHS["pdq"])
    before = open_before(ran.job.files)
    for media, problem in ((There(files, []), ""), (None, "changed_while_read")):
        sources = stored_sources(before, ran.job.files, DEPTHS[depth], [media], deeper=True)
        looks = [item for source in sources for unit in source.plan() for item in source.read(unit)]
        read = [isinstance(item, Reread) for item in looks]
        assert read == [media is not None, media is not None, False]
        assert media is None or media.asked == ["copy.png", "free.png"]
        problems = {item.problem.reason.value for item in looks if isinstance(item, Looked) and item.problem}
        assert problems == {problem} - {""}


class Crawled(MemorySource):
    """Items that were fetched from a site."""

    def read(self, unit):
        reading = super().read(unit)
        return replace(reading, found=[item and replace(item, told=TOLD) for item in reading.found])


@dataclass
class Still:
    """The same dataset, still there or not."""

    files: dict

    def reader(self, names):  # noqa: ARG002
        source = Crawled(self.files)
        items = {item.name: item for unit in source.plan() for item in source.read(unit)}
        return lambda name: iter([items[name]] if name in items else [])


class Refusing:
    """A site whose robots.txt refuses; nothing was there before."""

    def copies(self, url):
        if not url.endswith(ROBOTS_TXT):
            return []
        body = b"User-agent: GPTBot\nDisallow: /\n"
        return [Copy(url=url, reached=Reached.FOUND, captured=DAY, body=body)]


def refusing():
    return SignalSources(sites=Refusing())


@pytest.mark.parametrize("there", [True, False], ids=["there", "gone"])
@pytest.mark.parametrize("name", ["talk.txt", "record.json", "free.png"])
def test_what_a_site_said_is_kept_of_what_is_read_again(world, name, there):
    content = {"talk.txt": "a text of the site", "record.json": '{"a":"b"}', "free.png": drawn(50, 96)}[name]
    policy = replace(EXACT, text=replace(EXACT.text, personal=None))
    job = replace(world.job(Crawled({name: content}), policy=policy), open_sources=refusing)
    first = sealed_run(world, job, MemoryLog())
    assert [row["reason"] for row in rows(first)[0]] == ["opted_out"]
    deep = policy if name != "free.png" else replace(shipped_policy("opt-in"), text=policy.text)
    media = Still({name: content} if there else {})
    (row,) = rows(again(world, first, media=media, policy=deep))[0]
    assert (row["outcome"], row["reason"]) == ("block", "opted_out")
    assert row["signals"] == rows(first)[0][0]["signals"]


def asked_anew(world, first, files, **job):
    """Decide a run again where sites are asked anew; note what is looked at from the beginning."""
    before = open_before(first.job.files)
    made = world.job(policy=job.pop("policy", "opt-in"))
    sources = stored_sources(before, first.job.files, made.policy, [Still(files)], asks=True)
    made = replace(made, sources=sources, parent=before.parent, open_sources=refusing)
    return sources, sealed_run(world, made, MemoryLog(), word="asked")


def test_of_the_same_bytes_only_what_is_said_is_read_anew(world):
    files = {"copy.png": drawn(1, 96), "free.png": drawn(50, 96), "broken.png": drawn(4, 64)[:900]}
    first = sealed_run(world, world.job(Crawled(files)), MemoryLog())
    now = files | {"free.png": drawn(51, 96)}
    (source,), ran = asked_anew(world, first, now)
    seen = {one.item.name: one.seen for unit in source.units for one in source.read(unit)}
    assert {name for name, looked in seen.items() if looked} == {"copy.png", "broken.png"}
    full = sealed_run(world, replace(world.job(Crawled(now)), open_sources=refusing), MemoryLog())
    assert rows(ran) == rows(full)
    assert by_item(ran)["free.png"]["reason"] == "opted_out"


def test_what_is_gone_was_asked_by_nobody_and_is_no_pass(world):
    files = {"free.png": drawn(50, 96), "late.png": problem(Unreadable.TIMEOUT)}
    first = sealed_run(world, world.job(Crawled(files)), MemoryLog())
    _, ran = asked_anew(world, first, {})
    found = {name: (row["outcome"], row["problem"]) for name, row in by_item(ran).items()}
    assert found == {"free.png": ("review", "changed_while_read"), "late.png": ("review", "timeout")}


def test_an_item_that_kills_a_worker_while_it_is_asked_is_unreadable(world):
    first = sealed_run(world, world.job(Crawled({"free.png": drawn(50, 96)})), MemoryLog())
    (source,), ran = asked_anew(world, first, {"free.png": drawn(50, 96)})
    job = replace(ran.job, files=MemoryFiles())
    (planned,) = ran.planned
    do_unit(job, job.open_snapshot(), planned, {0: Unreadable.TIMEOUT}, lambda _: None, sources=refusing())
    row = pq.read_table(io.BytesIO(job.files.read(part_name(planned.id)))).to_pylist()[0]
    assert (row["outcome"], row["problem"]) == ("block", "timeout")
    assert source.asks


def told_run(world):
    told = {"copy.png": Told(url="https://a.example/1"), "free.png": Told(url="https://b.example/2")}
    source = MemorySource(FILES, unit_items=5, told=told)
    return sealed_run(world, world.job(source, policy="opt-in"), MemoryLog())


def test_where_items_come_from_is_what_the_run_before_has_counted(world):
    ran = told_run(world)
    second = again(world, ran)
    counts = [origins_of(one.job.files, [unit.id for unit in one.planned]) for one in (ran, second)]
    assert counts[0] == counts[1]
    assert counts[0].items == 2
    assert verify_run(second.job.files)


def test_of_an_item_that_turns_out_to_be_a_person_no_host_stays(world):
    ran = told_run(world)
    world.persons.append(drawn(50, 96))
    second = again(world, ran)
    assert origins_of(second.job.files, [unit.id for unit in second.planned]) is None


def test_a_file_of_hosts_that_was_changed_is_refused(world):
    ran = told_run(world)
    (name,) = [name for name in ran.job.files.names() if name.startswith("hosts/")]
    ran.job.files.data[name] += b"x"
    with pytest.raises(EvidenceError, match=name):
        again(world, ran)
