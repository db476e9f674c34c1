import gzip
import io
import os
import pickle
import shutil
import tarfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.errors import ConfigError, NotFoundError
from sekisho.model import Unreadable
from sekisho.store.datasets import open_datasets
from tests.pages import warc_of

JPEG = b"\xff\xd8\xff" + bytes(500)


def shard(path, names):
    with tarfile.open(path, "w") as archive:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = len(JPEG)
            archive.addfile(info, io.BytesIO(JPEG))


@pytest.fixture
def mixed(tmp_path):
    """A folder as people have them: shards, their metadata, and pictures beside them."""
    top = tmp_path / "mixed"
    (top / "sub").mkdir(parents=True)
    for i in range(25):
        (top / f"{i:02}.jpg").write_bytes(JPEG)
    shard(top / "sub" / "0.tar", ["a.jpg", "b.jpg"])
    pq.write_table(pa.table({"width": [1], "height": [2]}), top / "sub" / "0.parquet")
    pq.write_table(pa.table({"image": [JPEG, JPEG]}), top / "sub" / "1.parquet")
    return top


def names(path, **options):
    (dataset,) = open_datasets([path], **options)
    return [i.name for unit in dataset.plan(max_items=10) for i in dataset.read(unit)]


def test_a_mixed_folder_is_read_whole(mixed):
    found = names(mixed)
    assert sorted(found) == [
        *(f"{i:02}.jpg" for i in range(25)),
        "sub/0.tar#a.jpg",
        "sub/0.tar#b.jpg",
        "sub/1.parquet#0",
        "sub/1.parquet#1",
    ]


def test_a_plan_is_the_same_for_a_copy_of_the_dataset(mixed, tmp_path):
    shutil.copytree(mixed, tmp_path / "copy" / "mixed", copy_function=shutil.copyfile)
    (one,), (two,) = open_datasets([mixed]), open_datasets([tmp_path / "copy" / "mixed"])
    identities = [u.identity() for u in one.plan(max_items=10)]
    assert identities == [u.identity() for u in two.plan(max_items=10)]
    assert len(set(identities)) == len(identities)
    (tmp_path / "copy" / "mixed" / "24.jpg").write_bytes(JPEG + b"x")
    assert identities != [u.identity() for u in two.plan(max_items=10)]


def test_slices_of_files_follow_one_another(mixed):
    (dataset,) = open_datasets([mixed])
    chunks = [u for u in dataset.plan(max_items=10) if u.kind == "folder"]
    assert [(u.start, u.stop) for u in chunks] == [(0, 10), (10, 20), (20, 26)]
    assert chunks[-1].items == 5
    assert chunks[0].bytes == 10 * len(JPEG)


def test_single_files_are_datasets(mixed):
    assert names(mixed / "sub" / "0.tar") == ["0.tar#a.jpg", "0.tar#b.jpg"]
    assert names(mixed / "sub" / "1.parquet") == ["1.parquet#0", "1.parquet#1"]
    assert names(mixed / "03.jpg") == ["03.jpg"]


def test_several_datasets_are_numbered(mixed):
    one, two = open_datasets([mixed / "03.jpg", mixed / "sub" / "0.tar"])
    assert [i.name for u in one.plan() for i in one.read(u)] == ["1:03.jpg"]
    assert [i.name for u in two.plan() for i in two.read(u)] == ["2:0.tar#a.jpg", "2:0.tar#b.jpg"]
    assert (one.name, one.kind, two.name, two.kind) == ("03.jpg", "file", "0.tar", "tar")
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own, just made


def test_a_dataset_that_is_not_there_and_one_without_pictures(mixed):
    with pytest.raises(NotFoundError):
        open_datasets([mixed / "nowhere"])
    (dataset,) = open_datasets([mixed / "sub" / "0.parquet"])
    with pytest.raises(ConfigError):
        list(dataset.plan())


def gzipped(path, names, *, cut=0):
    packed = io.BytesIO()
    shard_to(packed, names)
    data = gzip.compress(packed.getvalue(), 1, mtime=0)
    path.write_bytes(data[: len(data) - cut])


def shard_to(stream, names):
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name in names:
            data = JPEG if name.endswith(".jpg") else b"a caption"
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


MEMBERS = ["0.txt", "a.jpg", "a.cls", "b.jpg", "a.jpg", "c.json", "d"]


@pytest.fixture
def everything(tmp_path):
    """Return a dataset of every kind of container, with members that are no media, and damage."""
    top = tmp_path / "every"
    top.mkdir()
    for name in ("a.jpg", "b.txt", "c.jpg", "d"):
        (top / name).write_bytes(b"a caption" if name == "b.txt" else JPEG)
    (top / "empty.jpg").write_bytes(b"")
    with (top / "1.tar").open("wb") as stream:
        shard_to(stream, MEMBERS)
    gzipped(top / "2.tar.gz", MEMBERS)
    gzipped(top / "3.tar.gz", MEMBERS, cut=40)
    (top / "4.tar").write_bytes((top / "1.tar").read_bytes()[:2500])
    pq.write_table(pa.table({"image": [JPEG] * 7}), top / "5.parquet", row_group_size=3)
    nulls = [JPEG, None, JPEG, b"", None, JPEG, JPEG]
    pq.write_table(pa.table({"image": nulls}), top / "6.parquet", row_group_size=2)
    paths = [{"bytes": JPEG, "path": "x"}, {"bytes": None, "path": "y"}, {"bytes": None, "path": None}]
    pq.write_table(pa.table({"image": paths}), top / "7.parquet")
    whole = bytearray((top / "5.parquet").read_bytes())
    whole[4:40] = bytes(36)
    (top / "8.parquet").write_bytes(whole)
    (top / "9.jpg").symlink_to("nowhere")
    lines = b"".join(b'{"n":%d}\n' % n for n in range(150)) + b" \r\n\n" + b'{"last":1}'
    (top / "a.jsonl").write_bytes(lines)
    (top / "b.jsonl.gz").write_bytes(gzip.compress(lines, mtime=0))
    (top / "c.jsonl.gz").write_bytes(gzip.compress(lines, mtime=0)[:-10])
    (top / "d.jsonl.zst").write_bytes(pa.compress(lines, "zstd", asbytes=True))
    (top / "e.jsonl.gz").write_bytes(b"")
    texts = ["one", None, "three", "", "five", "six", "seven"]
    pq.write_table(pa.table({"image": nulls, "text": texts}), top / "f.parquet", row_group_size=2)
    pq.write_table(pa.table({"text": texts, "n": range(7)}), top / "g.parquet", row_group_size=3)
    pages = [(b"<p>one", "text/html"), (JPEG, "image/jpeg"), (b"", "text/plain"), (b"two", "text/plain")]
    (top / "h.warc").write_bytes(warc_of(pages))
    (top / "i.warc.gz").write_bytes(warc_of(pages, packed=True))
    (top / "j.warc.gz").write_bytes(warc_of(pages, packed=True)[:-5])
    return top


def units_of(path):
    (dataset,) = open_datasets([path])
    return dataset, list(dataset.plan(max_items=3))


def read(dataset, unit):
    return [(item.name, bytes(item.data or b""), item.problem) for item in dataset.read(unit)]


def test_a_survey_names_what_is_read(everything):
    dataset, units = units_of(everything)
    kinds = set()
    for unit in units:
        if unit.path != "8.parquet":
            assert [name for _, name in dataset.survey(unit)] == [name for name, *_ in read(dataset, unit)]
        kinds.add(unit.kind)
    assert kinds == {"folder", "tar", "tar.gz", "parquet", "jsonl", "jsonl.gz", "jsonl.zst", "warc"}


def test_each_item_can_be_read_alone(everything):
    dataset, units = units_of(everything)
    for unit in units:
        if unit.path == "8.parquet":
            continue
        whole = read(dataset, unit)
        for (position, name), item in zip(dataset.survey(unit), whole, strict=True):
            thin = dataset.thin(unit, [position])
            assert read(dataset, thin) == [item], name
            assert pickle.loads(pickle.dumps(thin)) == thin  # noqa: S301 - our own bytes
            assert (thin.identity() != unit.identity()) or len(whole) == 1


def test_some_items_are_read_in_order_and_only_they(everything):
    dataset, units = units_of(everything)
    for unit in units:
        if unit.path != "8.parquet":
            surveyed = list(dataset.survey(unit))[::2]
            thin = dataset.thin(unit, [position for position, _ in surveyed])
            assert [name for name, *_ in read(dataset, thin)] == [name for _, name in surveyed]


def test_what_turns_out_to_be_damaged_is_not_lost_from_a_sample(everything):
    dataset, units = units_of(everything)
    for unit in units:
        if unit.path == "8.parquet":
            for position, _ in dataset.survey(unit):
                found = read(dataset, dataset.thin(unit, [position]))
                assert found, "a drawn row leaves a trace"
                assert all(data or problem for _, data, problem in found)


def test_a_sample_of_a_changed_container_is_not_empty(everything):
    dataset, units = units_of(everything)
    for unit in units:
        if unit.kind != "folder":
            position = next(place for place, _ in dataset.survey(unit))
            file = everything / unit.path
            before = file.read_bytes()
            file.write_bytes(before + b"x")
            found = read(dataset, dataset.thin(unit, [position]))
            file.write_bytes(before)
            assert [problem.reason for *_, problem in found] == [Unreadable.CHANGED_WHILE_READ]


def test_a_survey_reads_no_content(everything):
    (dataset,) = open_datasets([everything / "1.tar"])
    (unit,) = dataset.plan()
    taken = []

    def pread(descriptor, count, start):
        taken.append(count)
        return pread_before(descriptor, count, start)

    pread_before = os.pread
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sekisho.store.datasets.tar.os.pread", pread)
        assert [name for _, name in dataset.survey(unit)] == [
            *("1.tar#0.txt", "1.tar#a.jpg", "1.tar#b.jpg", "1.tar#a.jpg~2", "1.tar#c.json")
        ]
    assert sum(taken) < len(JPEG)
