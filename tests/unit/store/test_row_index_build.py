import os

import numpy as np
import pytest

from sekisho.errors import InputError
from sekisho.store import row_index, row_index_build
from sekisho.store.row_index import NAMES, open_index
from sekisho.store.row_index_build import build_index, memory_index
from tests.recorded import batches_of, entry, finding, flipped, random_hashes, row

OF = "ab" * 32


def made_up(count=600):
    """Rows with equal and near hashes, equal files, several frames, and what must not be indexed."""
    hashes = random_hashes(count)
    files = random_hashes(count, seed=1)
    rows = [
        row(hashes[n % 400], sha256=bytes(files[n % 500]), findings=[finding(n % 7)] if n % 3 == 0 else [])
        for n in range(count)
    ]
    rows += [
        row(hashes[0], sha256=None, quality=49),
        row(None, sha256=bytes(32)),
        row(hashes[1], sha256=b"\0" * 31 + b"\1", frames=[(hashes[2], 80), (hashes[3], 10)]),
        row(None, findings=[finding(None, kind="likeness"), finding(None, kind="listed")]),
        row(None, findings=[finding(5), finding(5), finding(6)]),
    ]
    return rows


@pytest.fixture
def small_buckets(monkeypatch):
    monkeypatch.setattr(row_index_build, "BUCKET_ROWS", 20)


def built(folder, rows, size=100):
    parts = [("a", 100), ("b", len(rows) - 100)]
    build_index(folder / "index", OF, parts, batches_of(rows, size))
    return open_index(folder / "index", OF)


@pytest.mark.usefixtures("small_buckets")
def test_the_built_index_answers_as_the_one_in_memory(tmp_path):
    rows = made_up()
    on_disk = built(tmp_path, rows)
    in_memory = memory_index(on_disk.parts, batches_of(rows, 7))
    for one in rows:
        if one["sha256"] is not None:
            wanted = [n for n, other in enumerate(rows) if other["sha256"] == one["sha256"]]
            assert on_disk.exact(one["sha256"]) == in_memory.exact(one["sha256"]) == wanted
    for number in range(9):
        wanted = [n for n, one in enumerate(rows) if entry(number) in {f["entry"] for f in one["findings"]}]
        assert on_disk.showing(entry(number)) == in_memory.showing(entry(number)) == wanted
    words = np.frombuffer(flipped(rows[1]["pdq"], 9) + rows[2]["pdq"], "<u8").reshape(-1, 4)
    found = [
        sorted(zip(*(part.tolist() for part in one.near(words, 31)), strict=True))
        for one in (on_disk, in_memory)
    ]
    assert found[0] == found[1]
    assert {(q, r, f, d) for q, r, f, d in found[0] if q == 0} == {
        (0, 1, 0, 9),
        (0, 401, 0, 9),
        (0, 602, 0, 9),
    }
    assert (1, 602, 1, 0) in found[0]


def test_frames_and_pictures_of_too_little_detail_are_not_indexed(tmp_path):
    index = built(tmp_path, made_up())
    words = np.frombuffer(bytes(random_hashes(4)[[0, 3]].tobytes()), "<u8").reshape(-1, 4)
    assert set(index.near(words, 0)[1].tolist()) == {0, 400, 3, 403}


def test_a_protected_person_can_not_be_asked_for(tmp_path):
    assert built(tmp_path, made_up()).showing("") == []


@pytest.mark.usefixtures("small_buckets")
def test_what_is_many_times_the_same_is_found_each_time(tmp_path):
    same = random_hashes(1)[0]
    rows = [row(same, sha256=bytes(same)) for _ in range(500)]
    index = built(tmp_path, rows)
    assert index.exact(bytes(same)) == list(range(500))
    assert len(index.arrays["pdq"]) == 1
    assert index.near(same.view("<u8").reshape(1, 4), 0)[1].tolist() == list(range(500))


def test_nothing_at_all_makes_an_empty_index(tmp_path):
    build_index(tmp_path / "index", OF, [], [])
    index = open_index(tmp_path / "index", OF)
    assert index.exact(bytes(32)) == []
    assert index.showing(entry(1)) == []
    assert len(index.near(np.zeros((1, 4), np.uint64), 31)[0]) == 0


def test_large_tables_are_made_in_files_as_in_memory(tmp_path, monkeypatch):
    for module in (row_index_build, row_index):
        monkeypatch.setattr(module, "tables_for", lambda rows: 16 if rows > 50 else 0)
    rows = [row(one) for one in random_hashes(300)]
    on_disk = built(tmp_path, rows)
    in_memory = memory_index(on_disk.parts, batches_of(rows))
    assert len(on_disk.arrays["pdq.id"]) == 16 * 300
    words = np.stack([np.frombuffer(flipped(one["pdq"], n % 40), "<u8") for n, one in enumerate(rows)])
    for index in (on_disk, in_memory):
        found = {(q, r, d) for q, r, _, d in zip(*(p.tolist() for p in index.near(words, 31)), strict=True)}
        assert found == {(n, n, n % 40) for n in range(300) if n % 40 <= 31}


def test_other_rows_than_the_parts_say_are_refused_and_leave_nothing(tmp_path):
    with pytest.raises(InputError, match="2 rows where 3"):
        build_index(tmp_path / "index", OF, [("a", 3)], batches_of([row(None), row(None)]))
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_too_large_is_refused_before_it_is_read(tmp_path):
    with pytest.raises(InputError, match="more than an index can hold"):
        build_index(tmp_path / "index", OF, [("a", 2**31)], iter(()))


def test_what_a_killed_build_has_left_is_removed_and_never_believed(tmp_path):
    left = tmp_path / ".index.dead.tmp"
    left.mkdir()
    (left / "head.json").write_bytes(b"{}")
    assert open_index(tmp_path / "index", OF) is None
    built(tmp_path, made_up())
    assert not left.exists()
    assert sorted(path.name for path in (tmp_path / "index").iterdir()) == sorted([*NAMES, "head.json"])


@pytest.mark.parametrize("kind", ["file", "pipe", "link", "dangling"])
def test_what_is_no_folder_gives_way_to_the_index(tmp_path, kind):
    place, aside = tmp_path / "index", tmp_path / "aside"
    aside.mkdir()
    (aside / "kept").touch()
    match kind:
        case "file":
            place.touch()
        case "pipe":
            os.mkfifo(place)
        case _:
            place.symlink_to(aside if kind == "link" else tmp_path / "nowhere")
    os.mkfifo(tmp_path / ".index.left.tmp")
    build_index(place, "0" * 64, (), ())
    assert open_index(place, "0" * 64) is not None
    assert not place.is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["aside", "index"]
    assert (aside / "kept").exists()
