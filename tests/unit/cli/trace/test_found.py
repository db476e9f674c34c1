import pytest

from sekisho.cli.trace import found
from sekisho.cli.trace.found import decided, entries_of, found_files, looked_at, silent
from sekisho.errors import MissingExtraError, NotFoundError, UsageError
from sekisho.model import TextForm
from sekisho.policy import shipped_policy
from tests.world import World, drawn

MP4 = b"\0\0\0\x18ftypisom" + bytes(200)


def write(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    return tmp_path / name


def test_a_text_is_told_by_its_name_and_a_picture_by_its_bytes(tmp_path):
    paths = [
        write(tmp_path, "a.txt", b"words"),
        write(tmp_path, "b.txt", drawn(1)),
        write(tmp_path, "c", b"x"),
    ]
    text, picture, other = found_files(paths)
    assert text.text.form is TextForm.PLAIN
    assert picture.text is other.text is None


def test_all_files_have_to_be_there_before_any_is_read(tmp_path):
    there = write(tmp_path, "a.png", drawn(1))
    for paths, error in (
        ([], NotFoundError),
        ([there, tmp_path / "b"], NotFoundError),
        ([tmp_path], UsageError),
    ):
        with pytest.raises(error):
            next(found_files(paths))


def test_a_file_that_is_too_large_is_refused(tmp_path, monkeypatch):
    path = write(tmp_path, "a.png", drawn(1))
    monkeypatch.setattr(found, "LIMITS", type("Small", (), {"max_bytes": 10}))
    with pytest.raises(UsageError, match="larger than 10"):
        list(found_files([path]))


def test_a_film_needs_its_extra(tmp_path, monkeypatch):
    (film,) = found_files([write(tmp_path, "a.mp4", MP4)])
    monkeypatch.setattr(found, "has_video", lambda: False)
    with pytest.raises(MissingExtraError) as error:
        looked_at(film)
    assert "sekisho[video]" in error.value.hint


def test_the_works_that_a_file_shows_are_told(tmp_path):
    world = World()
    entry = world.register(world.holder, drawn(1))
    world.vouch(world.voucher, world.holder)
    (picture,) = found_files([write(tmp_path, "a.png", drawn(1))])
    decision = decided(picture, world.open(), silent(shipped_policy("opt-in")), world.use())
    assert entries_of(decision) == (entry,)
    assert decision.item == "item"


def test_a_silent_policy_looks_for_no_personal_information(tmp_path):
    (text,) = found_files([write(tmp_path, "a.txt", "電話 03-1234-5678".encode())])
    world = World()
    decision = decided(text, world.open(), silent(shipped_policy("opt-in")), world.use())
    assert decision.personal == ()
