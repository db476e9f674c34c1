import gzip
import io
import json
import os
import random
import tarfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.model.signal import SignalFamily, Stance
from sekisho.store.datasets import Chosen, open_datasets, shardtable
from sekisho.store.datasets.shardtable import NO_TABLE, shard_told, without_tables
from sekisho.store.datasets.tree import walk
from sekisho.store.datasets.unit import Mark
from tests.counts import count
from tests.pictures import encode, picture

PNG = encode(picture(1, 32, 32), "PNG")
URL = "https://example.jp/{}.png"
LANGUAGES = {SignalFamily.X_ROBOTS, SignalFamily.AIPREF, SignalFamily.TDMREP, SignalFamily.META_ROBOTS}


def sample(key, **record):
    members = [(f"{key}.png", PNG), (f"{key}.txt", b"a cat")]
    return [*members, *([(f"{key}.json", json.dumps(record).encode())] if record else [])]


def tar_file(path, *samples):
    with tarfile.open(path, "w") as archive:
        for name, data in (member for members in samples for member in members):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def row(key, **more):
    known = {"key": key, "url": URL.format(key), "caption": "a cat", "status": "success"}
    return known | {"error_message": None, "width": 32, "exif": "{}", "sha256": "0" * 64} | more


def table_file(path, *rows, group=100, **how):
    names = dict.fromkeys(name for one in rows for name in one)
    columns = {name: [one.get(name) for one in rows] for name in names}
    pq.write_table(pa.table(columns), path, row_group_size=group, **how)
    return path


def told_in(path):
    (dataset,) = open_datasets([path])
    items = [item for unit in dataset.plan(max_items=2) for item in dataset.read(unit)]
    return {item.name.rpartition("#")[2]: item.told for item in items}


def families(told):
    return {signal.family for signal in told.signals} if told is not None else set()


def test_rows_tell_of_the_samples_of_their_keys(tmp_path):
    tar_file(tmp_path / "0.tar", *map(sample, ("00", "01", "02", "03")))
    rows = [row("01", **{"x-robots-tag": "noai"}), row("00"), row("09"), row(None), row("02")]
    table_file(tmp_path / "0.parquet", *rows, group=2)
    found = told_in(tmp_path / "0.tar")
    assert found["00.png"].url == URL.format("00")
    assert found["01.png"] == found["01.txt"]
    assert families(found["01.txt"]) == {SignalFamily.X_ROBOTS}
    assert found["02.png"].signals == ()
    assert found["03.png"] is None
    assert told_in(tmp_path) == found, "of the folder too"


def test_what_is_written_beside_a_tar_is_no_dataset_of_its_own(tmp_path):
    tar_file(tmp_path / "0.tar", sample("00"))
    for stem in ("0", "1"):
        table_file(tmp_path / f"{stem}.parquet", row("00"))
        (tmp_path / f"{stem}_stats.json").write_bytes(b'{"count": 1}')
    table_file(tmp_path / "2.parquet", {"key": "00", "text": "a text"})
    tar_file(tmp_path / "2.tar", sample("00"))
    (dataset,) = open_datasets([tmp_path])
    readings = [dataset.read(unit) for unit in dataset.plan()]
    names = {item.name for reading in readings for item in reading}
    assert {name for name in names if ".tar#" not in name} == {"1.parquet#0", "1_stats.json", "2.parquet#0"}
    assert sum(reading.skipped for reading in readings) == 2
    (alone,) = open_datasets([tmp_path / "0.parquet"])
    assert [item.name for unit in alone.plan() for item in alone.read(unit)] == ["0.parquet#0"]
    marks = {
        found.path: found.mark for found in without_tables(os.fsencode(tmp_path), walk(os.fsencode(tmp_path)))
    }
    assert {path for path, mark in marks.items() if mark is Mark.SKIP} == {b"0.parquet", b"0_stats.json"}


def test_a_table_with_pictures_is_a_dataset(tmp_path):
    tar_file(tmp_path / "0.tar", sample("00"))
    table_file(tmp_path / "0.parquet", row("00", jpg=PNG))
    assert "0" in told_in(tmp_path)


@pytest.mark.parametrize("ending", [".tar.gz", ".tgz", ".tar"])
def test_a_table_beside_a_packed_tar_is_heard_too(tmp_path, ending):
    plain = tar_file(tmp_path / "plain", *map(sample, ("00", "01", "./02"))).read_bytes()
    (tmp_path / f"0{ending}").write_bytes(gzip.compress(plain))
    rows = [row("01", x_robots_tag="noai"), row(None), row("02"), row("00")]
    table_file(tmp_path / "0.parquet", *rows, group=2)
    (tmp_path / "plain").unlink()
    (dataset,) = open_datasets([tmp_path])
    (shard,) = [unit for unit in dataset.plan() if unit.kind == "tar.gz"]
    found = {item.name.rpartition("#")[2]: item.told for item in dataset.read(shard)}
    assert families(found["01.png"]) == families(found["01.txt"]) == {SignalFamily.X_ROBOTS}
    assert [found[f"{key}.png"].url for key in ("00", "./02")] == [URL.format("00"), URL.format("02")]
    assert told_in(tmp_path) == found
    thin = dataset.thin(shard, [2])
    assert [item.told for item in dataset.read(thin)] == [found["01.png"]]


@pytest.mark.parametrize(("bound", "most"), [("MAX_PACKED_ROWS", 3), ("MAX_PACKED_BYTES", 1200)])
def test_a_table_that_is_too_large_beside_a_packed_tar_is_an_error(tmp_path, monkeypatch, bound, most):
    keys = [f"{n:02}" for n in range(4)]
    table_file(tmp_path / "0.parquet", *map(row, keys))
    monkeypatch.setattr(shardtable, bound, most)
    told = shard_told(os.fsencode(tmp_path), b"0.tgz", None)
    assert [errors(told.of(key.encode())) for key in keys] == [bound == "MAX_PACKED_ROWS"] * 2 + [True] * 2
    assert not errors(shard_told(os.fsencode(tmp_path), b"0.tar", [b"03"]).of(b"03"))


def test_an_objection_in_the_tar_or_in_the_table_is_heard(tmp_path):
    own, other = "https://own.example/a.png", {"tdm_reservation": 1}
    members = [sample("00", url=own, x_robots_tag="noai"), sample("01", **other), sample("02", **other)]
    tar_file(tmp_path / "0.tar", *members)
    rows = [row("00", tdm_reservation="1"), row("01", tdm_reservation="0"), row("02", tdm_reservation="1")]
    table_file(tmp_path / "0.parquet", *rows)
    found = told_in(tmp_path / "0.tar")
    assert found["00.png"].url == own, "what the tar says of an address comes first"
    assert families(found["00.png"]) == {SignalFamily.X_ROBOTS, SignalFamily.TDMREP}
    stances = [stance for signal in found["01.png"].signals for stance in signal.stances.values()]
    assert {Stance.DISALLOW, Stance.ALLOW} <= set(stances)
    assert len(found["02.png"].signals) == 1, "what both say is said once"


def test_keys_that_are_doubled_are_all_heard(tmp_path):
    tar_file(tmp_path / "0.tar", sample("00"), sample("01"), sample("./02"))
    some = [row("00"), row("00", x_robots_tag="noai"), row("02", x_robots_tag="noai")]
    many = [row("01") for _ in range(shardtable.ROWS_OF_KEY)]
    table_file(tmp_path / "0.parquet", *some, *many, row("01", x_robots_tag="noai"))
    found = told_in(tmp_path / "0.tar")
    assert families(found["00.png"]) == families(found["./02.png"]) == {SignalFamily.X_ROBOTS}
    assert families(found["01.png"]) == LANGUAGES
    assert "more than" in found["01.png"].signals[0].note


def errors(told):
    stances = {stance for signal in told.signals for stance in signal.stances.values()}
    return families(told) == LANGUAGES and stances == {Stance.ERROR}


@pytest.mark.parametrize("broken", ["cut", "empty", "text", "link", "too many rows", "too many keys"])
def test_a_table_that_can_not_be_read_is_an_error_of_every_sample(tmp_path, monkeypatch, broken):
    tar_file(tmp_path / "0.tar", sample("00"), sample("01", url=URL.format("01")))
    table = table_file(tmp_path / "0.parquet", *(row(f"{n:02}") for n in range(10)))
    match broken:
        case "cut":
            table.write_bytes(table.read_bytes()[:-3])
        case "empty" | "text":
            table.write_bytes(b"" if broken == "empty" else b"PAR1 a text" * 9)
        case "link":
            table.unlink()
            table.symlink_to(tmp_path.parent / "nowhere")
        case "too many rows":
            monkeypatch.setattr(shardtable, "MAX_ROWS", 9)
        case _:
            monkeypatch.setattr(shardtable, "MAX_KEYS_BYTES", 20)
    found = told_in(tmp_path / "0.tar")
    assert all(errors(found[name]) for name in ("00.png", "00.txt", "01.png", "01.json"))
    assert found["01.png"].url == URL.format("01")
    assert "0.parquet" in found["00.png"].signals[0].note


@pytest.mark.parametrize("column", ["key", "url"])
def test_of_a_damaged_row_group_its_rows_are_errors(tmp_path, column):
    keys = [f"{n:02}" for n in range(6)]
    tar_file(tmp_path / "0.tar", *map(sample, keys))
    table = table_file(
        tmp_path / "0.parquet", *map(row, keys), group=2, compression="none", use_dictionary=False
    )
    part = pq.ParquetFile(table).metadata.row_group(1)
    chunk = next(part.column(n) for n in range(part.num_columns) if part.column(n).path_in_schema == column)
    data = bytearray(table.read_bytes())
    data[chunk.data_page_offset : chunk.data_page_offset + 12] = b"\xff" * 12
    table.write_bytes(data)
    found = told_in(tmp_path / "0.tar")
    of_all = column == "key"
    assert [errors(found[f"{key}.png"]) for key in keys] == [of_all, of_all, True, True, of_all, of_all]
    assert found["05.png"].url == URL.format("05")
    (dataset,) = open_datasets([tmp_path / "0.tar"])
    for name, told in found.items():
        assert [item.told for item in Chosen(dataset).reader([f"0.tar#{name}"])(f"0.tar#{name}")] == [told]
    (unit,) = dataset.plan()
    for position, name in dataset.survey(unit):
        (item,) = dataset.read(dataset.thin(unit, [position]))
        assert item.told == found[name.partition("#")[2]]


@pytest.mark.parametrize(
    "columns",
    [
        {"url": ["https://example.jp/"], "x_robots_tag": ["noai"]},
        {"key": [0], "x_robots_tag": ["noai"]},
        {"key": ["00"], "caption": ["noai"]},
        {"key": pa.array([None], pa.string()), "x_robots_tag": ["noai"]},
        {"key": pa.array([], pa.string()), "x_robots_tag": pa.array([], pa.string())},
    ],
)
def test_what_is_no_table_of_samples_tells_nothing(tmp_path, columns):
    pq.write_table(pa.table(columns), tmp_path / "0.parquet")
    assert shard_told(os.fsencode(tmp_path), b"0.tar", [b"00", b"0"]).of(b"00") is None


def test_without_a_table_or_keys_there_is_nothing(tmp_path):
    root = os.fsencode(tmp_path)
    assert shard_told(root, b"0.tar", [b"00"]) is NO_TABLE
    (tmp_path / "0.parquet").mkdir()
    assert shard_told(root, b"0.tar", [b"00"]) is NO_TABLE
    (tmp_path / "1.parquet").write_bytes(b"broken")
    assert shard_told(root, b"1.tar", [None]) is NO_TABLE
    assert shard_told(root, b"1.zip", [b"00"]) is NO_TABLE
    assert shard_told(root, b"1.tar", [b"00"]).of(None) is None
    assert errors(shard_told(root, b"1.tar", [b"00"]).of(b"00"))


@pytest.mark.parametrize("kind", [pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
def test_keys_of_other_types(tmp_path, kind):
    keys = pa.array(["00", "é1", None]).cast(kind)
    pq.write_table(pa.table({"key": keys, "x_robots_tag": ["noai"] * 3}), tmp_path / "0.parquet")
    told = shard_told(os.fsencode(tmp_path), b"0.tar", [b"00", "é1".encode(), b"\xff"])
    assert sorted(told.rows) == [b"00", "é1".encode()]


def test_a_cut_table_is_an_error_and_flipped_bytes_never_raise(tmp_path):
    keys = [b"%02d" % n for n in range(8)]
    table = tmp_path / "0.parquet"
    table_file(table, *(row(key.decode(), x_robots_tag="noai") for key in keys), group=3)
    whole = table.read_bytes()
    draw = random.Random("tables")  # noqa: S311 - no secret
    for number in range(count(60, 3000)):
        data = bytearray(whole)
        at = draw.randrange(len(data))
        if number % 3:
            data[at] ^= 1 << draw.randrange(8)
        else:
            del data[at:]
        table.write_bytes(data)
        told = shard_told(os.fsencode(tmp_path), b"0.tar", keys)
        found = [told.of(key) for key in keys]
        assert number % 3 or all(map(errors, found))
