import pytest

from sekisho.model import TextForm
from sekisho.store.datasets.forms import counts, is_looked_at, is_picture, named

JPEG = b"\xff\xd8\xff\xe0"


@pytest.mark.parametrize(
    ("name", "form"),
    [
        (b"a.jpg", True),
        (b"d.jpg/", True),
        (b"a.TXT", TextForm.PLAIN),
        (b"d/a.b.html", TextForm.HTML),
        (b"a.epub", TextForm.EPUB),
        (b"a.json", TextForm.JSON),
        (b"a.jsonl", None),
        (b"txt", None),
        (b"\xff.txt", TextForm.PLAIN),
    ],
)
def test_what_a_name_says(name, form):
    assert named(name) is form
    assert counts(name) is (form is not None)


@pytest.mark.parametrize(
    ("form", "head", "picture"),
    [
        (True, b"garbage", True),
        (None, JPEG, True),
        (None, b"garbage", False),
        (TextForm.PLAIN, JPEG, True),
        (TextForm.PLAIN, b"\x89PNG\r\n\x1a\n", True),
        (TextForm.PLAIN, b"P6 3 words", False),
        (TextForm.PLAIN, b"DDS of a dentist", False),
        (TextForm.HTML, b"<!-- a page --><svg></svg>", False),
        (TextForm.PLAIN, b'\x1b$B$"', False),
    ],
)
def test_a_picture_under_the_name_of_a_text_has_bytes_that_no_text_has(form, head, picture):
    assert is_picture(form, head) is picture


@pytest.mark.parametrize(
    ("form", "size", "looked_at"),
    [
        (TextForm.PLAIN, 0, False),
        (TextForm.JSON, 0, True),
        (TextForm.EPUB, 0, True),
        (True, 0, True),
        (None, 0, False),
    ],
)
def test_an_empty_text_says_nothing(form, size, looked_at):
    assert is_looked_at(form, size, b"") is looked_at
