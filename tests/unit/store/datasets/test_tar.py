import io
import tarfile

import pytest

from sekisho.store.datasets.streams import PlainStream
from sekisho.store.datasets.tar import cut_tar, mark_of, numbered
from sekisho.store.datasets.tarwalk import Entry
from sekisho.store.datasets.unit import Mark


def write(path, names, size=600):
    with tarfile.open(path, "w") as archive:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = size
            archive.addfile(info, io.BytesIO(bytes(size)))


def cut(path, target=1 << 30, most=1000):
    with path.open("rb") as file:
        return list(cut_tar(file.fileno(), path.stat().st_size, target, most))


@pytest.mark.parametrize("most", [1, 2, 3, 5, 100])
def test_slices_cover_the_tar_and_never_part_a_sample(tmp_path, most):
    names = [f"d/{i:03}.{e}" for i in range(7) for e in ("jpg", "seg.png", "txt")]
    write(tmp_path / "t.tar", names)
    slices = cut(tmp_path / "t.tar", most=most)
    assert [m.name.decode() for _, _, members in slices for m in members] == names
    keys = [{m.name[:5] for m in members} for _, _, members in slices]
    assert sum(map(len, keys)) == 7
    assert [a[1] for a in slices[:-1]] == [b[0] for b in slices[1:]]


def test_slices_end_at_the_target(tmp_path):
    write(tmp_path / "t.tar", [f"{i}.jpg" for i in range(10)])
    assert [len(m) for _, _, m in cut(tmp_path / "t.tar", target=1800)] == [3, 3, 3, 1]


def test_repeated_names_are_numbered_across_slices(tmp_path):
    write(tmp_path / "t.tar", ["a.jpg", "b.jpg", "a.jpg", "a.jpg"])
    slices = cut(tmp_path / "t.tar", most=1)
    assert [m.nth for _, _, members in slices for m in members] == [1, 1, 2, 1 + 2]
    with (tmp_path / "t.tar").open("rb") as file:
        stream = PlainStream(file.fileno(), (tmp_path / "t.tar").stat().st_size)
        assert [nth for _, nth in numbered(stream)] == [1, 1, 2, 3]


def test_an_empty_tar_has_no_slices_and_an_empty_file_one_row(tmp_path):
    write(tmp_path / "t.tar", [])
    assert cut(tmp_path / "t.tar") == []
    (tmp_path / "t.tar").write_bytes(b"")
    ((_, _, (rest,)),) = cut(tmp_path / "t.tar")
    assert (rest.name, rest.nth, rest.mark) == (b"", 0, Mark.CORRUPT)


@pytest.mark.parametrize(
    ("name", "is_file", "mark"),
    [
        (b"a.jpg", True, Mark.READ),
        (b"a.txt", True, Mark.READ),
        (b"../a.txt", True, Mark.UNSAFE_NAME),
        (b"a.jpg", False, Mark.NOT_REGULAR),
        (b"a", False, Mark.SKIP),
    ],
)
def test_marks(name, is_file, mark):
    assert mark_of(Entry(name, b"0", 0, 512, 0, 512, is_file)) is mark
