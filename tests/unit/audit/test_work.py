import hashlib
import io
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from sekisho.audit import work
from sekisho.audit.files import hosts_name, personal_name
from sekisho.audit.hosts import summed_hosts
from sekisho.audit.job import plan
from sekisho.audit.membership.records import map_key, membership_name, nonce_of
from sekisho.audit.work import BATCH, clean_name, commit_name, do_unit, finished, part_name
from sekisho.check import Decided, Lenses, decide_many
from sekisho.codec import canonical, parse
from sekisho.errors import ConfigError
from sekisho.model import Told, Unfingerprintable, Unreadable
from sekisho.policy import shipped_policy
from tests.scanned import NUMBER, phone_lenses
from tests.world import MemorySource, World, drawn

OPT_IN = shipped_policy("opt-in")
NO_PERSONAL = replace(OPT_IN, text=replace(OPT_IN.text, personal=None))
FILES = {
    "a.png": drawn(1, 48),
    "notes.txt": None,
    "b.png": drawn(2, 48),
    "gone.png": Unfingerprintable(reason=Unreadable.IO_ERROR),
    "c.png": drawn(3, 48),
    "empty.png": b"",
    "also.txt": None,
}


@pytest.fixture
def world():
    made = World()
    made.register(made.holder, drawn(1, 48))
    made.vouch(made.voucher, made.holder)
    return made


def run(job, *, poison=None, ticks=None, lenses=None):
    (unit,) = plan(job)
    seen = [] if ticks is None else ticks
    opened = lenses or phone_lenses()
    return unit, do_unit(job, job.open_snapshot(), unit, poison or {}, seen.append, opened)


def rows(job, unit):
    return pq.read_table(io.BytesIO(job.files.read(part_name(unit.id)))).to_pylist()


@pytest.fixture
def job(world):
    return world.job(MemorySource(FILES, unit_items=99))


def test_a_unit_leaves_part_clean_list_and_commit(job):
    unit, commit = run(job)
    made = (part_name, clean_name, commit_name, membership_name)
    assert job.files.names() == sorted(name(unit.id) for name in made)
    assert [(r["item"], r["reason"], r["problem"]) for r in rows(job, unit)] == [
        ("a.png", "verified_without_permission", ""),
        ("b.png", "no_known_objection", ""),
        ("gone.png", "unreadable", "io_error"),
        ("c.png", "no_known_objection", ""),
        ("empty.png", "unreadable", "empty"),
    ]
    assert job.files.read(clean_name(unit.id)) == b"b.png\nc.png\n"
    assert parse(job.files.read(commit_name(unit.id))) == commit


def test_a_commit_counts_what_its_rows_say(job):
    unit, commit = run(job)
    assert commit["rows"] == 5
    assert commit["bytes"] == sum(len(f) for f in FILES.values() if isinstance(f, bytes))
    assert commit["outcomes"] == {"allow": 2, "block": 1, "review": 2}
    assert commit["reasons"] == {"no_known_objection": 2, "unreadable": 2, "verified_without_permission": 1}
    assert commit["unreadable"] == {"empty": 1, "io_error": 1}
    assert commit["skipped"] == {"not_media": 2}
    assert (commit["dataset"], commit["slice"], commit["unit"]) == ("drawings", [0, 7], unit.id)
    for name, field in (
        (part_name(unit.id), "part_sha256"),
        (clean_name(unit.id), "clean_sha256"),
        (membership_name(unit.id), "membership_sha256"),
    ):
        assert commit[field] == hashlib.sha256(job.files.read(name)).hexdigest()


def test_a_unit_leaves_key_and_leaf_of_each_row_with_a_digest(job):
    unit, commit = run(job)
    kept = [row for row in rows(job, unit) if row["sha256"] is not None]
    nonce = nonce_of(job.row_key)
    expected = sorted(map_key(nonce, row["sha256"]) + row["leaf"] for row in kept)
    assert job.files.read(membership_name(unit.id)) == b"".join(expected)
    assert commit["membership_rows"] == len(kept) == 4


def test_a_unit_without_its_run_for_the_map_is_not_done(job):
    unit, commit = run(job)
    assert finished(job, unit) == commit
    data = job.files.data.pop(membership_name(unit.id))
    assert finished(job, unit) is None
    job.files.write(membership_name(unit.id), data + b"x")
    assert finished(job, unit) is None
    older = {name: value for name, value in commit.items() if not name.startswith("membership")}
    job.files.write(membership_name(unit.id), data)
    job.files.write(commit_name(unit.id), canonical(older))
    assert finished(job, unit) is None


def test_what_was_read_is_digested_by_name_and_content(world, job):
    _, first = run(job)
    others = [
        {**FILES, "a.png": drawn(4, 48)},
        {("z.png" if k == "a.png" else k): v for k, v in FILES.items()},
        {k: v for k, v in FILES.items() if k != "c.png"},
    ]
    digests = {run(world.job(MemorySource(f, unit_items=99)))[1]["read_sha256"] for f in others}
    assert len(digests | {first["read_sha256"]}) == 4


def test_the_same_unit_twice_is_the_same_bytes(world, job):
    run(job)
    again = world.job(MemorySource(FILES, unit_items=99))
    run(again)
    assert again.files.data == job.files.data


def test_an_item_that_killed_a_worker_is_not_touched_again(job):
    unit, _ = run(job, poison={1: Unreadable.DECODER_CRASH, 3: Unreadable.TIMEOUT})
    problems = {r["item"]: (r["outcome"], r["problem"], r["sha256"]) for r in rows(job, unit)}
    assert problems["b.png"] == ("review", "decoder_crash", None)
    assert problems["c.png"] == ("review", "timeout", None)
    assert problems["a.png"][:2] == ("block", "")


def test_every_item_is_announced_before_it_is_looked_at(job):
    ticks = []
    run(job, ticks=ticks)
    assert ticks == [0, 1, 2, 3, 4]


def test_more_items_than_a_batch_stay_in_order(world):
    files = {f"{n:04}": drawn(1, 48) if n == BATCH else b"" for n in range(BATCH + 2)}
    job = world.job(MemorySource(files, unit_items=9999))
    unit, commit = run(job)
    assert commit["rows"] == BATCH + 2
    assert [r["item"] for r in rows(job, unit)] == list(files)
    assert [r["item"] for r in rows(job, unit) if r["outcome"] == "block"] == [f"{BATCH:04}"]


def test_an_error_of_the_unit_leaves_no_commit(job):
    class Full:
        def read(self, _name):
            return None

        def write(self, name, _data, **_how):
            raise OSError(28, "No space left on device", name)

        def names(self):
            return []

    object.__setattr__(job, "files", Full())
    with pytest.raises(OSError, match="No space"):
        run(job)


def test_a_finished_unit_is_known_by_its_commit(job):
    (unit,) = plan(job)
    assert finished(job, unit) is None
    _, commit = run(job)
    assert finished(job, unit) == commit


@pytest.mark.parametrize("name", [part_name, clean_name])
@pytest.mark.parametrize("damage", ["gone", "changed", "cut"])
def test_a_unit_whose_files_are_not_what_the_commit_says_is_done_again(job, name, damage):
    unit, _ = run(job)
    data = job.files.data
    data[name(unit.id)] = {"changed": data[name(unit.id)] + b"x", "cut": data[name(unit.id)][:-1]}.get(damage)
    assert finished(job, unit) is None


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"{}", b'{"part_sha256":1}', b"1"])
def test_a_commit_that_is_none_is_done_again(job, raw):
    unit, _ = run(job)
    job.files.data[commit_name(unit.id)] = raw
    assert finished(job, unit) is None


def test_a_commit_of_another_unit_finishes_nothing(world, job):
    unit, commit = run(job)
    other = world.job(MemorySource({"x.png": drawn(5, 48)}))
    (theirs,) = plan(other)
    other.files.data[commit_name(theirs.id)] = canonical(dict(commit))
    for name in (part_name, clean_name):
        other.files.data[name(theirs.id)] = job.files.read(name(unit.id))
    assert finished(other, theirs) is None


PROSE = "これは誰のものでもない、ただの長い文章です。空は青く、海は広く、風はどこまでも吹いていきます。"
TEXTS = {
    "form.txt": f"電話 {NUMBER}",
    "page.txt": f"{PROSE}電話は{NUMBER}です。",
    "prose.txt": PROSE,
    "a.png": drawn(2, 48),
    "gone.png": Unfingerprintable(reason=Unreadable.IO_ERROR),
    "two.json": f'{{"a": "{NUMBER}", "b": ["{PROSE}", "{NUMBER}"]}}',
    "torn.json": "{",
}


@pytest.fixture
def texts(world):
    return world.job(MemorySource(TEXTS, unit_items=99))


def test_places_of_what_is_personal_lie_apart_for_the_operator_alone(texts):
    unit, _ = run(texts)
    name = personal_name(unit.id)
    places = [parse(line) for line in texts.files.read(name).splitlines()]
    start = len(PROSE) + 3
    assert [(p["item"], p["field"], p["start"], p["end"], p["type"]) for p in places] == [
        ("form.txt", "", 3, 16, "phone"),
        ("page.txt", "", start, start + 13, "phone"),
        ("two.json", "/a", 0, 13, "phone"),
        ("two.json", "/b/1", 0, 13, "phone"),
    ]
    assert texts.files.private == {name}


def test_rows_name_kinds_and_edits_and_no_value_is_anywhere(texts):
    unit, _ = run(texts)
    said = {r["item"]: (r["reason"], r["personal"], r["edits"]) for r in rows(texts, unit)}
    assert said["page.txt"] == ("to_redact", ["phone"], ["redact"])
    assert said["prose.txt"] == ("no_known_objection", [], [])
    assert said["a.png"] == ("no_known_objection", [], [])
    everything = b"".join(texts.files.data.values())
    assert NUMBER.encode() not in everything
    for text in (TEXTS["form.txt"], NUMBER, NUMBER.replace("-", "")):
        digest = hashlib.sha256(text.encode())
        assert digest.digest() not in everything
        assert digest.hexdigest().encode() not in everything


def test_of_what_is_little_else_no_hash_is_kept(world, texts):
    unit, commit = run(texts)
    kept = {r["item"]: r["sha256"] for r in rows(texts, unit)}
    assert kept["form.txt"] is None
    assert kept["page.txt"] == hashlib.sha256(TEXTS["page.txt"].encode()).digest()
    assert kept["two.json"] == hashlib.sha256(TEXTS["two.json"].encode()).digest()
    # What is not kept is not in the digest of all that was read either.
    other = world.job(MemorySource({**TEXTS, "form.txt": "電話 090-8765-4321"}, unit_items=99))
    assert run(other)[1]["read_sha256"] == commit["read_sha256"]
    other = world.job(MemorySource({**TEXTS, "page.txt": f"{PROSE}電話は090-8765-4321です。"}, unit_items=99))
    assert run(other)[1]["read_sha256"] != commit["read_sha256"]


def test_a_commit_counts_texts_kinds_edits_and_bytes_of_no_charset(world):
    broken = Undecodable(b"\xef\xbb\xbf" + 10 * PROSE.encode() + b"\xff\xfe.")
    job = world.job(MemorySource({**TEXTS, "broken.txt": broken}, unit_items=99))
    _, commit = run(job)
    assert commit["texts"] == {
        "items": 6,
        "characters": 675,
        "personal": {"phone": 4},
        "edits": {"redact": 3},
        "undecodable": {"items": 1, "bytes": 2},
    }
    assert commit["unreadable"] == {"corrupt": 1, "io_error": 1}


class Undecodable(str):
    """A text whose bytes are no UTF-8."""

    __slots__ = ("raw",)

    def __new__(cls, raw):
        made = super().__new__(cls, raw.decode("latin1"))
        made.raw = raw
        return made

    def encode(self, *_how):
        return self.raw


def test_a_text_is_never_let_through_because_nobody_could_look(texts):
    with pytest.raises(ConfigError, match="personal information"):
        run(texts, lenses=Lenses())
    assert commit_name(plan(texts)[0].id) not in texts.files.names()


def test_a_unit_whose_places_are_gone_is_done_again_with_the_same_bytes(texts):
    unit, commit = run(texts)
    before = dict(texts.files.data)
    assert finished(texts, unit) == commit
    del texts.files.data[personal_name(unit.id)]
    assert finished(texts, unit) is None
    run(texts)
    assert texts.files.data == before


def test_a_text_that_killed_a_worker_counts_as_a_text(texts):
    _, commit = run(texts, poison={1: Unreadable.TIMEOUT})
    assert commit["texts"]["items"] == 5
    assert commit["unreadable"]["timeout"] == 1


def test_long_texts_do_not_come_into_memory_together(world, monkeypatch):
    sizes = []
    decide = work.decide_unclear

    def watched(items, **how):
        sizes.append(len(items))
        return decide(items, **how)

    monkeypatch.setattr(work, "decide_unclear", watched)
    monkeypatch.setattr(work, "BATCH_LETTERS", 100)
    files = {"a.txt": "字" * 60, "b.txt": "字" * 60, "a.png": drawn(2, 48), "c.txt": "字", "d.txt": "字" * 99}
    job = world.job(MemorySource(files, unit_items=99))
    unit, _ = run(job)
    assert sizes == [2, 3]
    assert [r["item"] for r in rows(job, unit)] == list(files)


def test_records_that_are_clear_leave_the_same_bytes_as_any_others(world, monkeypatch):
    world.register_texts(world.holder, "海鳴りの底に灯のある冬の宿")
    texts = ["なんでもない文である。", "海鳴りの底に灯のある冬の宿", "", "べつの文である。" * 9]
    files = {f"{n}.json": f'{{"n": {n}, "text": "{text}"}}' for n, text in enumerate(texts * 3)}
    files |= {"a.png": drawn(1, 48), "b.json": "{", "c.json": '{"meta": {"text": "なんでもない文"}}'}
    written = []
    letters = sum(map(len, texts * 3)) + len("なんでもない文") - len(texts[3])

    def all_read(items, **how):
        made = decide_many(items, **how)
        return Decided(made, [item.told for item in items], [item.said for item in items], letters)

    for decide in (work.decide_unclear, all_read):
        monkeypatch.setattr(work, "decide_unclear", decide)
        job = replace(world.job(MemorySource(files, unit_items=99)), policy=NO_PERSONAL)
        unit, commit = run(job, poison={3: Unreadable.TIMEOUT})
        assert commit["reasons"] == {
            "no_known_objection": 9,
            "short_work": 3,
            "unreadable": 2,
            "verified_without_permission": 1,
        }
        assert [row["item"] for row in rows(job, unit)] == list(files)
        written.append(dict(job.files.data))
    assert written[0] == written[1]


TOLD = {
    "a.png": Told(url="https://www.a.example/1", languages=("ja",)),
    "b.png": Told(url="https://a.example/2"),
    "c.png": Told(url="https://c.example/3"),
    "gone.png": Told(url="https://c.example/4"),
    "empty.png": Told(page="https://c.example/5"),
}


def counted(job, unit):
    return {one["host"]: (one["items"], one["bytes"]) for one in hosts(job, unit)}


def hosts(job, unit):
    return summed_hosts([job.files.read(hosts_name(unit.id))]).to_pylist()


def test_a_unit_counts_the_hosts_that_its_items_come_from(world):
    job = world.job(MemorySource(FILES, unit_items=99, told=TOLD))
    unit, commit = run(job)
    size = {name: len(data) for name, data in FILES.items() if isinstance(data, bytes)}
    assert counted(job, unit) == {
        "a.example": (2, size["a.png"] + size["b.png"]),
        "c.example": (2, size["c.png"]),
    }
    assert (commit["origins"]["items"], commit["origins"]["hosts"]) == (4, 2)
    assert commit["origins"]["languages"] == {"items": 1, "names": {"ja": 1}}
    assert not any(b"/1" in data for name, data in job.files.data.items() if name.startswith("hosts/"))


def test_without_addresses_a_unit_leaves_no_file_of_hosts(job):
    unit, commit = run(job)
    assert commit["origins"]["hosts_sha256"] is None
    assert job.files.read(hosts_name(unit.id)) is None


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda _: None])
def test_a_unit_whose_file_of_hosts_is_gone_is_not_finished(world, change):
    job = world.job(MemorySource(FILES, unit_items=99, told=TOLD))
    unit, commit = run(job)
    assert finished(job, unit) == commit
    changed = change(job.files.data.pop(hosts_name(unit.id)))
    job.files.data.update({hosts_name(unit.id): changed} if changed else {})
    assert finished(job, unit) is None


def test_persons_and_listed_files_are_in_no_count_of_hosts():
    world = World(persons=[drawn(1, 48)], listed=[drawn(2, 48)])
    job = world.job(MemorySource(FILES, unit_items=99, told=TOLD))
    unit, commit = run(job)
    assert [one["host"] for one in hosts(job, unit)] == ["c.example"]
    assert commit["origins"]["languages"]["items"] == 0
    assert commit["origins"]["apart"] == 2
