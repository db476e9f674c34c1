import pytest

from sekisho.media import CannotDecode, Limits
from sekisho.media.books import BookKind, BookLimits, open_book, read_pages
from tests.books import Bytes, epub, zipped
from tests.pictures import encode, picture

PICTURE = encode(picture(1, 64, 64))


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (BookKind.ZIP, zipped({"1.jpg": PICTURE})),
        (BookKind.EPUB, epub([PICTURE])),
        (BookKind.ZIP, epub([PICTURE])),
    ],
)
def test_a_volume_is_opened_by_what_it_is(kind, data):
    book = open_book(kind, Bytes(data), BookLimits())
    assert [p.pictures[0].data for p in read_pages(book, Limits())] == [PICTURE]


@pytest.mark.parametrize(
    ("kind", "data", "reason"),
    [
        (BookKind.ZIP, b"", "empty"),
        (BookKind.RAR, b"Rar!\x1a\x07\x00", "unsupported_format"),
        (BookKind.EPUB, zipped({"1.jpg": PICTURE}), "container_corrupt"),
    ],
)
def test_what_can_not_be_opened_has_a_reason(kind, data, reason):
    with pytest.raises(CannotDecode) as caught:
        open_book(kind, Bytes(data), BookLimits())
    assert caught.value.problem.reason == reason


class Failing(Bytes):
    error: Exception = OSError(5, "Input/output error")

    def read(self, start, count):  # noqa: ARG002 - whatever is asked for
        raise self.error


def test_an_error_of_the_disk_is_not_taken_for_damage():
    with pytest.raises(OSError, match="Input"):
        open_book(BookKind.ZIP, Failing(b"x"), BookLimits())


@pytest.mark.parametrize(
    ("error", "reason"), [(MemoryError(), "decoder_crash"), (ValueError("x"), "container_corrupt")]
)
def test_whatever_a_reader_of_formats_raises_is_a_reason(error, reason):
    reader = Failing(b"x")
    reader.error = error
    with pytest.raises(CannotDecode) as caught:
        open_book(BookKind.ZIP, reader, BookLimits())
    assert caught.value.problem.reason == reason
