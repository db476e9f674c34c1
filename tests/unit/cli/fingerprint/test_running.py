import os

import pytest

from sekisho.cli.fingerprint.running import Fingerprinting, fingerprint_all, finished, read_done
from sekisho.model import Unreadable
from sekisho.registry.fingerprinted import FileLimits
from sekisho.registry.journal import decode_done, header
from sekisho.store import works as store
from sekisho.store.prints_journal import Journal
from sekisho.store.works import list_works
from tests import manga
from tests.books import zipped
from tests.pictures import encode, picture


class Watching:
    def __init__(self):
        self.shown, self.counted = [], []

    def show(self, pages, size):
        self.shown.append((pages, size))

    def done(self, files, pages, size):
        self.counted.append((files, pages, size))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "works").mkdir()
    for n in range(3):
        (tmp_path / "works" / f"{n}.jpg").write_bytes(encode(picture(n, 64, 64)))
    return tmp_path / "works"


@pytest.fixture
def journal(tmp_path):
    with Journal(tmp_path / "journal", header(), resume=True) as opened:
        yield opened


def run(works, journal):
    places, watching = finished(works, journal), Watching()
    before = len(places)
    fingerprint_all(works, journal, places, limits=FileLimits(), jobs=1, watching=watching)
    return before, places, watching


def test_every_file_has_an_answer_in_the_order_of_the_files(folder, journal):
    works = list_works([folder])
    _, places, watching = run(works, journal)
    found = list(read_done(works, journal, places))
    assert [(name, len(made.pages)) for name, _, made in found] == [("0.jpg", 1), ("1.jpg", 1), ("2.jpg", 1)]
    assert watching.counted == [(3, 3, sum(w.size for w in works))]


def test_what_is_finished_is_not_read_again(folder, journal):
    works = list_works([folder])
    run(works, journal)
    (folder / "1.jpg").write_bytes(encode(picture(9, 64, 64)))
    os.utime(folder / "1.jpg", ns=(1, 1))
    works = list_works([folder])
    before, _, watching = run(works, journal)
    assert (before, watching.counted[0][0]) == (2, 1)
    before, _, watching = run(works, journal)
    assert (before, watching.counted) == (3, [])


def test_a_file_given_twice_is_read_once(folder, journal):
    works = list_works([folder, folder])
    _, places, watching = run(works, journal)
    assert watching.counted[0][0] == 3
    assert len(list(read_done(works, journal, places))) == 6


def test_a_volume_reports_pages_and_bytes(tmp_path):
    path = tmp_path / "v.cbz"
    path.write_bytes(zipped({f"{n}.jpg": manga.file(manga.manga(n)) for n in range(3)}))
    (work,) = list_works([path])
    ticks = []
    line, pages = Fingerprinting(FileLimits())(work, lambda *t: ticks.append(t))
    done = decode_done(line)
    assert done is not None
    assert (pages, len(done.made.pages), done.stamp.path) == (3, 3, os.fsencode(path))
    assert ticks[-1] == (3, work.size)
    assert ticks[0][1] == work.size // 3


def test_a_file_that_is_gone_or_changed_is_a_problem(folder):
    work, other, _ = list_works([folder])
    (folder / "0.jpg").unlink()
    (folder / "1.jpg").write_bytes(b"x")
    for changed in (work, other):
        done = decode_done(Fingerprinting(FileLimits())(changed, lambda *_: None)[0])
        assert done is not None
        assert done.made.problem is not None
        assert done.made.problem.reason == Unreadable.CHANGED_WHILE_READ


def test_an_error_of_the_system_is_a_problem(folder, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    (work, *_) = list_works([folder])
    monkeypatch.setattr(store.os, "open", refuse)
    done = decode_done(Fingerprinting(FileLimits())(work, lambda *_: None)[0])
    assert done is not None
    assert done.made.problem is not None
    assert (done.made.problem.reason, done.made.problem.detail) == (Unreadable.IO_ERROR, "Permission denied")


def test_a_journal_that_another_program_changed_is_an_error(folder, journal):
    works = list_works([folder])
    _, places, _ = run(works, journal)
    with pytest.raises(OSError, match="changed by another"):
        list(read_done(works, journal, {path: place + 3 for path, place in places.items()}))
