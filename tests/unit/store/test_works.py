import os

import pytest

from sekisho.errors import NotFoundError
from sekisho.media.books import BookKind
from sekisho.store.works import list_works, opened, unchanged


def write(path, data=b"x"):
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(data)
    return path


def names(*paths):
    return [work.name for work in list_works(paths)]


def test_files_come_in_the_natural_order_of_their_names(tmp_path):
    for name in ("b/10.png", "b/1.png", "b/2.png", "a/9.png", "c.png"):
        write(tmp_path / name)
    assert names(tmp_path) == ["c.png", "a/9.png", "b/1.png", "b/2.png", "b/10.png"]
    assert names(tmp_path / "b" / "2.png", tmp_path / "c.png") == ["2.png", "c.png"]


def test_circles_and_pipes_are_not_followed(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "round").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    assert list_works([tmp_path]) == ()


def test_a_name_that_is_not_utf8_can_be_written(tmp_path):
    (tmp_path / os.fsdecode(b"\xff.png")).write_bytes(b"x")
    (work,) = list_works([tmp_path])
    assert work.name == "\\xff.png"
    with opened(work) as reader:
        assert reader.whole(10) == b"x"


def test_what_is_not_there_is_an_error(tmp_path):
    with pytest.raises(NotFoundError):
        list_works([tmp_path / "nowhere"])


def test_any_part_of_a_file_can_be_read_and_no_more_than_the_limit(tmp_path):
    (work,) = list_works([write(tmp_path / "a", b"12345")])
    with opened(work) as reader:
        assert reader.whole(5) == b"12345"
        assert reader.whole(4) is None
        assert (reader.read(1, 2), reader.read(3, 100), reader.read(9, 1), reader.size) == (
            b"23",
            b"45",
            b"",
            5,
        )


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.cbz", b"PK\x03\x04", BookKind.ZIP),
        ("a.pdf", b"junk %PDF-1.4", BookKind.PDF),
        ("a.cbr", b"Rar!\x1a\x07\x00", BookKind.RAR),
        ("a.png", b"%PDF-1.4", None),
    ],
)
def test_volumes_are_known(tmp_path, name, data, kind):
    (work,) = list_works([write(tmp_path / name, data)])
    assert work.kind is kind


def test_a_volume_has_a_name_of_its_own_without_a_number_sign(tmp_path):
    for folder in ("a", "b"):
        write(tmp_path / folder / "v#1.cbz")
        write(tmp_path / folder / "1.png")
    assert names(tmp_path / "a", tmp_path / "b") == ["1.png", "v%231.cbz", "1.png", "v%231.cbz~2"]


def test_the_name_of_a_page_fits_behind_that_of_its_volume(tmp_path):
    path = tmp_path
    for _ in range(6):
        path = path / ("深" * 80)
    (work,) = list_works([tmp_path] if write(path / ("#" * 200 + ".cbz")) else [])
    assert len(work.name) == 900
    assert "#" not in work.name


def test_a_change_is_noticed(tmp_path):
    path = write(tmp_path / "a.png")
    (work,) = list_works([path])
    assert unchanged(work)
    os.utime(path, ns=(1, 1))
    assert not unchanged(work)
    path.unlink()
    assert not unchanged(work)


def test_the_folder_of_a_file_is_known(tmp_path):
    (work,) = list_works([write(tmp_path / "x" / "a.png")])
    assert work.folder == os.fsencode(tmp_path / "x")
