import os

import pytest

from sekisho.model import Unreadable
from sekisho.store.datasets.files import (
    OutsideError,
    Terms,
    changed,
    judge,
    open_inside,
    open_planned,
    resolve_inside,
)
from sekisho.store.datasets.unit import Stamp, stamp_of

JPEG = b"\xff\xd8\xff" + bytes(range(200)) * 20


@pytest.fixture
def root(tmp_path):
    (tmp_path / "r").mkdir()
    (tmp_path / "rest").mkdir()
    (tmp_path / "rest" / "a.jpg").write_bytes(JPEG)
    (tmp_path / "r" / "a.jpg").write_bytes(JPEG)
    (tmp_path / "r" / "in").symlink_to("a.jpg")
    (tmp_path / "r" / "out").symlink_to("../rest/a.jpg")
    return os.fsencode(tmp_path / "r")


def fetcher(data):
    asked = []

    def fetch(start, count):
        asked.append((start, count))
        return data[start : start + count]

    return fetch, asked


def test_a_sibling_whose_name_begins_alike_is_outside(root):
    with pytest.raises(OutsideError):
        resolve_inside(root, b"out")
    assert resolve_inside(root, b"in") == root + b"/a.jpg"


def test_only_regular_files_inside_are_opened(root):
    for name in (b"a.jpg", b"in"):
        descriptor = open_inside(root, name)
        assert os.read(descriptor, 3) == JPEG[:3]
        os.close(descriptor)
    with pytest.raises(OutsideError):
        open_inside(root, b"out")
    with pytest.raises(IsADirectoryError):
        open_inside(root, b"")


def test_a_container_that_is_another_one_is_not_opened(root, tmp_path):
    stamp = stamp_of((tmp_path / "r" / "a.jpg").stat())
    descriptor, why = open_planned(root, b"a.jpg", stamp)
    assert why is None
    assert not changed(descriptor, stamp)
    os.close(descriptor)
    assert open_planned(root, b"a.jpg", Stamp(stamp.size, 1, stamp.inode)) == (
        -1,
        Unreadable.CHANGED_WHILE_READ,
    )
    assert open_planned(root, b"gone", stamp) == (-1, Unreadable.CHANGED_WHILE_READ)


def test_only_the_head_of_what_is_no_media_is_read():
    fetch, asked = fetcher(b"text" * 5000)
    assert judge("a.txt", 20_000, fetch, Terms(10), form=None) is None
    assert sum(count for _, count in asked) <= 4096


def test_media_without_a_name_is_read_whole_and_once():
    fetch, asked = fetcher(JPEG)
    item = judge("a", len(JPEG), fetch, Terms(1 << 20), form=None)
    assert item.data == JPEG
    assert not item.named_as_media
    assert sum(count for _, count in asked) == len(JPEG)


@pytest.mark.parametrize(
    ("size", "unsafe", "why"),
    [(0, False, Unreadable.EMPTY), (11, False, Unreadable.TOO_LARGE), (5, True, Unreadable.UNSAFE_NAME)],
)
def test_what_is_not_read(size, unsafe, why):
    fetch, asked = fetcher(b"x" * 20)
    item = judge("a.jpg", size, fetch, Terms(10), form=True, unsafe=unsafe)
    assert item.problem.reason is why
    assert item.named_as_media
    assert asked == []
