import stat
from pathlib import Path

import pytest

from sekisho.errors import ExistsError, NotFoundError
from sekisho.store.atomic import refuse_existing, write_atomic


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_the_whole_file_appears(tmp_path):
    path = tmp_path / "a"
    assert write_atomic(path, (b"one", memoryview(b"two"))) == 6
    assert path.read_bytes() == b"onetwo"
    assert names(tmp_path) == ["a"]


def test_a_folder_that_is_not_there_is_named_and_not_the_temporary_file(tmp_path):
    with pytest.raises(NotFoundError, match=r"there is no folder .*none$"):
        write_atomic(tmp_path / "none" / "a", (b"one",))


def test_what_is_there_is_not_replaced_without_force(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with pytest.raises(ExistsError) as caught:
        write_atomic(path, (b"new",))
    assert "--force" in caught.value.hint
    assert path.read_bytes() == b"old"
    write_atomic(path, (b"new",), force=True)
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["a"]


def test_a_name_that_is_taken_meanwhile_is_not_replaced(tmp_path):
    path = tmp_path / "a"

    def chunks():
        path.write_bytes(b"somebody else's")
        yield b"mine"

    with pytest.raises(ExistsError):
        write_atomic(path, chunks())
    assert path.read_bytes() == b"somebody else's"
    assert names(tmp_path) == ["a"]


def test_an_error_leaves_nothing_behind(tmp_path):
    def chunks():
        yield b"half"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_atomic(tmp_path / "a", chunks())
    assert names(tmp_path) == []


def test_a_secret_is_never_readable_by_others(tmp_path):
    path = tmp_path / "a"

    def chunks():
        (temporary,) = tmp_path.iterdir()
        assert stat.S_IMODE(temporary.stat().st_mode) == 0o600
        yield b"secret"

    write_atomic(path, chunks(), mode=0o600)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_dangling_link_counts_as_there(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ExistsError):
        refuse_existing(tmp_path / "a", force=False)
