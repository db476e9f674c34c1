import os

import pytest

from sekisho.errors import NotFoundError
from sekisho.store.works import list_works, read_work


def test_files_come_in_the_order_of_their_names(tmp_path):
    for name in ("b/2.png", "b/1.png", "a/9.png", "c.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert [name for name, _ in list_works([tmp_path])] == ["c.png", "a/9.png", "b/1.png", "b/2.png"]
    assert [name for name, _ in list_works([tmp_path / "b" / "2.png"])] == ["2.png"]


def test_circles_and_pipes_are_not_followed(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "round").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    assert list_works([tmp_path]) == ()


def test_a_name_that_is_not_utf8_can_be_written(tmp_path):
    (tmp_path / os.fsdecode(b"\xff.png")).write_bytes(b"x")
    ((name, path),) = list_works([tmp_path])
    assert name == "\\xff.png"
    assert read_work(path, 10) == b"x"


def test_what_is_not_there_is_an_error(tmp_path):
    with pytest.raises(NotFoundError):
        list_works([tmp_path / "nowhere"])


def test_no_more_than_the_limit_is_read(tmp_path):
    (tmp_path / "a").write_bytes(b"12345")
    assert read_work(tmp_path / "a", 5) == b"12345"
    assert read_work(tmp_path / "a", 4) is None
