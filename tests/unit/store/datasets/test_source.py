import io
import pickle
import shutil
import tarfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.errors import ConfigError, NotFoundError
from sekisho.store.datasets import open_datasets

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
    pq.write_table(pa.table({"url": ["u"], "key": ["a"]}), top / "sub" / "0.parquet")
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
