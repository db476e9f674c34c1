import json
import os

import numpy as np
import pytest

from sekisho.store.row_index import NAMES, entry_bytes, open_index, tables_for
from sekisho.store.row_index_build import build_index
from tests.recorded import batches_of, entry, finding, random_hashes, row

OF = "ab" * 32


@pytest.fixture
def folder(tmp_path):
    hashes = random_hashes(20)
    rows = [row(one, sha256=bytes(one), findings=[finding(3)]) for one in hashes]
    build_index(tmp_path / "index", OF, [("a", 5), ("empty", 0), ("b", 15)], batches_of(rows))
    return tmp_path / "index"


def test_a_row_is_placed_in_its_part(folder):
    index = open_index(folder, OF)
    assert index.places([0, 4, 5, 19]) == [(0, 0), (0, 4), (2, 0), (2, 14)]


def test_an_index_of_something_else_is_not_opened(folder):
    assert open_index(folder, OF) is not None
    assert open_index(folder, "cd" * 32) is None
    assert open_index(folder.parent / "elsewhere", OF) is None


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_file_that_was_cut_or_written_again_is_not_believed(folder, name):
    path = folder / name
    data = path.read_bytes()
    path.write_bytes(data[:-1])
    assert open_index(folder, OF) is None
    path.write_bytes(data)
    os.utime(path, ns=(1, 1))
    assert open_index(folder, OF) is None
    path.unlink()
    assert open_index(folder, OF) is None


@pytest.mark.parametrize(
    "head", [b"", b"{", b"[]", b'{"v":2}', b"\xff", json.dumps({"v": 1, "of": OF, "rows": "x"}).encode()]
)
def test_a_broken_head_is_no_index(folder, head):
    (folder / "head.json").write_bytes(head)
    assert open_index(folder, OF) is None


def test_files_that_do_not_go_together_are_no_index(folder):
    head = json.loads((folder / "head.json").read_bytes())
    (folder / "pdq.row").write_bytes(b"")
    stat = (folder / "pdq.row").stat()
    head["files"]["pdq.row"] = [0, stat.st_mtime_ns]
    (folder / "head.json").write_bytes(json.dumps(head).encode())
    assert open_index(folder, OF) is None


def test_only_the_id_of_an_entry_is_one():
    assert entry_bytes(entry(255)) == b"\0" * 15 + b"\xff"
    for wrong in ("", "e-", "e-00", "x" * 34, "e-" + "g" * 32):
        assert entry_bytes(wrong) is None


def test_few_hashes_are_scanned_and_many_have_tables():
    assert tables_for(100) == 0
    assert tables_for(10_000) == 16
    assert tables_for(10_000_000) == 12


def test_many_hashes_are_searched_as_one_by_one(folder):
    index = open_index(folder, OF)
    hashes = random_hashes(20)
    words = np.concatenate([hashes] * 5).view("<u8").reshape(-1, 4)
    query, row, _, distance = index.near(words, 3)
    assert query.tolist() == list(range(100))
    assert row.tolist() == list(range(20)) * 5
    assert not distance.any()


def test_rows_that_nobody_has_are_not_found(folder):
    index = open_index(folder, OF)
    assert index.exact(b"\xff" * 32) == []
    assert index.showing(entry(4)) == []
    assert len(index.near(np.full((1, 4), 1, np.uint64), 31)[0]) == 0
