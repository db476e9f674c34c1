import pytest

from sekisho.media import CannotDecode, Limits
from sekisho.media.books import BookLimits
from sekisho.media.books.archive import open_archive
from sekisho.media.books.comic import Comic
from tests.books import Bytes, zipped
from tests.pictures import encode, picture

PICTURE = encode(picture(1, 64, 64))


def comic(names, limits=None):
    limits = limits or BookLimits()
    return Comic(open_archive(Bytes(zipped(dict.fromkeys(names, PICTURE))), limits), limits)


def test_pages_come_in_natural_order_and_folders_are_chapters():
    names = ["2/10.jpg", "2/9.jpg", "10/1.jpg", "cover.jpg", "1/2.jpg", "1/1.jpg"]
    book = comic(names)
    pages = list(book.pages(Limits()))
    assert [p.pictures[0].name for p in pages] == [
        "cover.jpg",
        "1/1.jpg",
        "1/2.jpg",
        "2/9.jpg",
        "2/10.jpg",
        "10/1.jpg",
    ]
    assert [p.number for p in pages] == [1, 2, 3, 4, 5, 6]
    assert book.count == 6
    assert pages[0].pictures[0].data == PICTURE


def test_what_systems_leave_behind_is_no_page():
    names = ["1.jpg", "__MACOSX/._1.jpg", ".hidden/2.jpg", "._3.jpg", "ComicInfo.xml", "Thumbs.db"]
    assert comic(names).count == 1


def test_a_picture_without_an_extension_is_a_page():
    assert comic(["001", "notes.txt"]).count == 1


@pytest.mark.parametrize("name", ["vol1.cbz", "x/inner.zip", "a.RAR", "b.pdf"])
def test_an_archive_inside_is_not_opened_and_not_passed_over(name):
    with pytest.raises(CannotDecode, match="unpack it first") as caught:
        comic(["1.jpg", name])
    assert caught.value.problem.reason == "unsupported_format"


def test_too_many_pages_are_refused():
    with pytest.raises(CannotDecode, match="11 pages"):
        comic([f"{n}.jpg" for n in range(11)], BookLimits(max_pages=10))
