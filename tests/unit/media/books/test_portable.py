import sys

import numpy as np
import pytest

from sekisho.errors import MissingExtraError
from sekisho.fingerprint import pdq
from sekisho.media import CannotDecode, Limits
from sekisho.media.books import BookLimits
from sekisho.media.books.portable import Portable, require_pdf
from sekisho.model import Unreadable
from tests.books import Bytes, pdf
from tests.pictures import encode, picture

pytest.importorskip("pypdfium2")

SIDES = (350, 500)
JPEGS = [encode(picture(n, *SIDES), quality=92) for n in range(3)]


def pages(data, limits=None, book=None):
    return list(Portable(Bytes(data), book or BookLimits()).pages(limits or Limits()))


def refusal(data, limits=None, book=None):
    with pytest.raises(CannotDecode) as caught:
        pages(data, limits, book)
    return caught.value.problem.reason


def distance(a, b):
    return (int.from_bytes(pdq(a)[0]) ^ int.from_bytes(pdq(b)[0])).bit_count()


def test_a_page_that_is_one_jpeg_gives_its_bytes():
    found = pages(pdf(JPEGS))
    assert [(p.number, p.pictures[0].data, p.pictures[0].pixels) for p in found] == [
        (n, data, None) for n, data in enumerate(JPEGS, 1)
    ]


HIDDEN_WORDS = b"q 350 0 0 500 0 0 cm /I Do Q BT 3 Tr /F 12 Tf 20 20 Td (scan) Tj ET"
WORDS = b"q 350 0 0 500 0 0 cm /I Do Q BT /F 40 Tf 20 20 Td (shown) Tj ET"
HALF = b"q 175 0 0 250 0 0 cm /I Do Q"
MIRRORED = b"q -350 0 0 500 350 0 cm /I Do Q"
TWICE = b"q 350 0 0 500 0 0 cm /I Do Q q 20 0 0 20 0 0 cm /I Do Q"


def test_words_under_a_scan_do_not_hide_it():
    assert pages(pdf(JPEGS, contents=HIDDEN_WORDS))[0].pictures[0].data == JPEGS[0]


@pytest.mark.parametrize("contents", [WORDS, HALF, MIRRORED, TWICE, b"0 0 100 100 re f"])
def test_every_other_page_is_drawn(contents):
    pixels = pages(pdf(JPEGS[:1], contents=contents))[0].pictures[0].pixels
    assert pixels is not None
    assert (pixels.shape, pixels.dtype) == ((1500, 1050, 3), np.uint8)
    assert pixels.flags.c_contiguous


def test_a_turned_page_is_drawn_as_it_is_shown():
    pixels = pages(pdf(JPEGS[:1], rotate=90))[0].pictures[0].pixels
    assert pixels is not None
    assert pixels.shape == (1050, 1500, 3)
    assert distance(pixels, np.ascontiguousarray(np.rot90(picture(0, *SIDES), -1))) <= 16


def test_a_drawn_page_has_the_colours_of_its_picture():
    pixels = pages(pdf(JPEGS[:1], contents=TWICE))[0].pictures[0].pixels
    assert pixels is not None
    assert distance(pixels, picture(0, *SIDES)) <= 31
    assert np.abs(pixels.mean(axis=(0, 1)) - picture(0, *SIDES).mean(axis=(0, 1))).max() < 6


def test_a_jpeg_of_another_kind_is_drawn():
    cmyk = encode(picture(1, *SIDES), mode="CMYK")
    assert pages(pdf([cmyk]))[0].pictures[0].pixels is not None


def test_a_password_is_a_reason_and_never_asked_for():
    assert refusal(pdf(JPEGS, encrypt=True)) == Unreadable.ENCRYPTED


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"", b"%PDF-1.7\n%%EOF", pdf(JPEGS)[:500]])
def test_what_is_broken_is_a_reason(data):
    assert refusal(data) in {Unreadable.CONTAINER_CORRUPT, Unreadable.CORRUPT}


def test_a_file_that_says_a_million_pages_is_refused_at_once():
    assert refusal(pdf(JPEGS, count=1_000_000)) in {Unreadable.TOO_MANY_FRAMES, Unreadable.CORRUPT}
    assert refusal(pdf(JPEGS), book=BookLimits(max_pages=2)) == Unreadable.TOO_MANY_FRAMES


def test_a_gigantic_page_is_drawn_no_larger_than_others():
    pixels = pages(pdf(JPEGS[:1], box=(0, 0, 1e6, 1.5e6), contents=WORDS))[0].pictures[0].pixels
    assert pixels is not None
    assert max(pixels.shape) <= 1501


@pytest.mark.parametrize("box", [(0, 0, 1e9, 1), (0, 0, 1, 1e9)])
def test_a_page_without_a_shape_is_no_trouble(box):
    try:
        (page,) = pages(pdf(JPEGS[:1], box=box, contents=WORDS))
    except CannotDecode as error:
        assert error.problem.reason in {Unreadable.TOO_SMALL, Unreadable.CORRUPT}  # noqa: PT017 - either will do
    else:
        assert max(page.pictures[0].pixels.shape) <= 1501


def test_a_picture_of_too_many_pixels_is_not_unpacked():
    assert refusal(pdf(JPEGS, sides=(100_000, 100_000), contents=TWICE)) == Unreadable.TOO_MANY_PIXELS
    assert refusal(pdf(JPEGS), Limits(max_pixels=1000)) == Unreadable.TOO_MANY_PIXELS


def test_a_page_of_too_many_objects_is_refused():
    many = b"0 0 1 1 re f " * 50
    assert refusal(pdf(JPEGS[:1], contents=many), book=BookLimits(max_objects=20)) == Unreadable.TOO_LARGE


def test_without_the_extra_the_command_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(MissingExtraError) as caught:
        require_pdf()
    assert caught.value.hint == "pip install 'sekisho[pdf]'"
