import hashlib
import io

import numpy as np
import pytest
from PIL import Image

from sekisho.codec import decode_packed_traits
from sekisho.fingerprint.local import local_of
from sekisho.fingerprint.working import working_picture
from sekisho.media import Limits, frames
from sekisho.media.books import BookKind, BookLimits
from sekisho.model import TextForm, Unreadable
from sekisho.registry.fingerprinted import FileLimits, Only, PageMade, made_of_file, made_of_volume
from sekisho.registry.seen import Sight
from sekisho.registry.written import MAX_TEXT, written
from tests import manga
from tests.books import Bytes, epub, pdf, zipped
from tests.pictures import encode, picture

SHA = b"s" * 32


def made(name: str, data: bytes, limits: Limits | None = None):
    return made_of_file(name, Bytes(data), FileLimits(picture=limits or Limits()))


def volume(data: bytes, kind: BookKind = BookKind.ZIP, limits: FileLimits | None = None):
    ticks: list[tuple[int, int]] = []
    result = made_of_volume(kind, Bytes(data), limits or FileLimits(), lambda *t: ticks.append(t))
    return result, ticks


def test_a_picture_is_one_page():
    result = made("a.jpg", encode(picture(1)))
    (only,) = result.pages
    ((_, quality),) = only.hashes
    assert quality == 100
    assert (result.count, result.volume, result.problem) == (1, False, None)


def test_frames_of_low_detail_are_not_good():
    page = PageMade(number=1, sha256=SHA, hashes=((b"a" * 32, 49), (b"b" * 32, 50), (b"c" * 32, 100)))
    assert page.good == ((b"b" * 32, 50), (b"c" * 32, 100))


def test_an_animation_has_a_hash_for_each_frame():
    stream = io.BytesIO()
    first, *more = (Image.fromarray(picture(n)) for n in range(3))
    first.save(stream, "WEBP", save_all=True, append_images=more, lossless=True)
    (page,) = made("a.webp", stream.getvalue()).pages
    assert len({pdq for pdq, _ in page.hashes}) == 3


def test_what_is_no_media_is_neither_a_page_nor_a_problem():
    result = made("notes.doc", b"hello")
    assert (result.pages, result.count, result.problem) == ((), 0, None)


@pytest.mark.parametrize(
    ("name", "data", "limits", "reason"),
    [
        ("a.jpg", b"rubbish", None, Unreadable.UNRECOGNIZED_FORMAT),
        ("a.jpg", b"", None, Unreadable.EMPTY),
        ("a.jpg", encode(picture(1)), Limits(max_bytes=100), Unreadable.TOO_LARGE),
        ("a.jpg", encode(picture(1))[:2000], None, Unreadable.TRUNCATED),
    ],
)
def test_what_can_not_be_looked_at_has_a_reason(name, data, limits, reason):
    result = made(name, data, limits)
    assert result.pages == ()
    assert result.problem is not None
    assert result.problem.reason == reason


def test_an_error_of_the_disk_is_a_reason():
    class Locked(Bytes):
        def read(self, *_):
            raise PermissionError(13, "Permission denied")

    result = made_of_file("a.jpg", Locked(b"123"), FileLimits())
    assert result.problem is not None
    assert (result.problem.reason, result.problem.detail) == (Unreadable.IO_ERROR, "Permission denied")


PAGES = [manga.file(manga.manga(n)) for n in range(3)] + [manga.file(manga.colophon(1))]


def test_a_volume_has_its_pages_in_order_and_tells_how_far_it_is():
    result, ticks = volume(zipped({f"{n}.jpg": data for n, data in enumerate(PAGES, 8)}))
    assert [(p.number, p.name) for p in result.pages] == [
        (1, "8.jpg"),
        (2, "9.jpg"),
        (3, "10.jpg"),
        (4, "11.jpg"),
    ]
    assert (result.count, result.volume) == (4, True)
    assert ticks == [(n, 4) for n in range(1, 5)]


def test_the_same_pages_are_the_same_in_every_kind_of_volume():
    members = {f"{n}.jpg": data for n, data in enumerate(PAGES)}
    kinds = [(zipped(members), BookKind.ZIP), (epub(PAGES), BookKind.EPUB)]
    found = [volume(data, kind)[0].pages for data, kind in kinds]
    assert [[(p.sha256, p.hashes, p.prose) for p in pages] for pages in found[1:]] == [
        [(p.sha256, p.hashes, p.prose) for p in found[0]]
    ]


def test_a_page_of_a_pdf_is_the_file_that_is_in_it():
    pytest.importorskip("pypdfium2")
    jpeg = encode(picture(1, 350, 500))
    (page,) = volume(pdf([jpeg]), BookKind.PDF)[0].pages
    (same,) = made("a.jpg", jpeg).pages
    assert (page.sha256, page.hashes) == (same.sha256, same.hashes)


def test_a_drawn_page_has_a_digest_of_its_own():
    pytest.importorskip("pypdfium2")
    data = pdf([encode(picture(1, 350, 500))] * 2, rotate=90)
    one, other = volume(data, BookKind.PDF)[0].pages
    assert one.sha256 == other.sha256
    assert one.hashes[0][1] == 100


def test_only_the_last_pages_can_be_a_colophon():
    text = [manga.file(manga.colophon(n)) for n in range(5)]
    result, _ = volume(zipped({f"{n}.jpg": data for n, data in enumerate(text)}))
    assert [p.prose for p in result.pages] == [False, False, True, True, True]
    result, _ = volume(zipped({f"{n}.jpg": data for n, data in enumerate(PAGES)}))
    assert [p.prose for p in result.pages] == [False, False, False, True]


def test_one_bad_page_spoils_the_volume():
    result, _ = volume(zipped({"1.jpg": PAGES[0], "2.jpg": PAGES[1][:3000]}))
    assert result.pages == ()
    assert result.problem is not None
    assert result.problem.reason == Unreadable.TRUNCATED
    assert result.problem.detail.startswith("page 2 2.jpg")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped({"a.txt": b"x"}), Unreadable.UNSUPPORTED_FORMAT),
        (zipped({"a.jpg": b"text"}), Unreadable.UNRECOGNIZED_FORMAT),
        (zipped({"a.jpg": b""}), Unreadable.EMPTY),
        (zipped({"../a.jpg": b""}), Unreadable.UNSAFE_NAME),
        (b"no archive", Unreadable.TRUNCATED),
    ],
)
def test_a_volume_without_readable_pages_has_a_reason(data, reason):
    result, _ = volume(data)
    assert result.problem is not None
    assert (result.pages, result.problem.reason) == ((), reason)


def test_limits_of_volumes_hold():
    result, _ = volume(
        zipped({"1.jpg": PAGES[0], "2.jpg": PAGES[1]}), limits=FileLimits(book=BookLimits(max_pages=1))
    )
    assert result.problem is not None
    assert result.problem.reason == Unreadable.TOO_MANY_FRAMES


class Failing(Bytes):
    def read(self, start, count):
        if start < len(self.data) // 2:
            raise OSError(5, "Input/output error")
        return super().read(start, count)


def test_an_error_of_the_disk_within_a_volume_is_a_reason():
    data = zipped({f"{n}.jpg": page for n, page in enumerate(PAGES)})
    result = made_of_volume(BookKind.ZIP, Failing(data), FileLimits(), lambda *_: None)
    assert result.problem is not None
    assert (result.problem.reason, result.problem.detail) == (Unreadable.IO_ERROR, "Input/output error")


PROSE = "灰色の海の向こうから、鉄の船が一そう、音もなく近づいてきた。だれも旗を見た者はいなかった。"
PARAGRAPHS = f"<html xmlns='http://www.w3.org/1999/xhtml'><body><p>{PROSE}</p></body></html>".encode()
SPINE = {f"OEBPS/text/p{n:03d}.xhtml": PARAGRAPHS for n in (1, 2)}


def text_file(name, data, only=None):
    return made_of_file(name, Bytes(data), FileLimits(only=only))


def test_a_text_by_its_name_is_one_page_with_passages():
    result = text_file("a.txt", PROSE.encode())
    (page,) = result.pages
    assert (result.count, result.volume, result.problem, page.hashes) == (1, False, None, ())
    assert page.text == result.text == written(PROSE.encode(), TextForm.PLAIN)


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", Unreadable.EMPTY), (encode(picture(1)), Unreadable.CORRUPT), (b"\0" * 999, Unreadable.CORRUPT)],
)
def test_a_text_that_can_not_be_read_is_a_problem(data, reason):
    assert text_file("a.txt", data).problem.reason is reason


def test_a_text_that_is_too_large_is_not_read():
    large = Bytes(b"")
    large.size = MAX_TEXT + 1
    result = made_of_file("a.txt", large, FileLimits())
    assert (result.problem.reason, result.problem.detail) == (Unreadable.TOO_LARGE, "cut it into volumes")


@pytest.mark.parametrize(("only", "text", "seen"), [(None, 1, 1), (Only.TEXTS, 1, 0), (Only.PICTURES, 0, 1)])
def test_only_what_is_wanted_is_looked_at(only, text, seen):
    assert len(text_file("a.md", PROSE.encode(), only).pages) == text
    assert len(text_file("a.png", encode(picture(1), "PNG"), only).pages) == seen


def novel(pictures=(), more=None, **limits):
    data = epub(pictures or [b"", b""], fixed=False, more=SPINE if more is None else more)
    return volume(data, BookKind.EPUB, FileLimits(**limits))[0]


def test_the_text_of_a_book_that_flows_is_its_last_page():
    result = novel()
    (page,) = result.pages
    assert (result.volume, result.count, page.number, page.name) == (True, 1, 1, "text")
    assert page.text.units > 60


def test_pictures_come_before_the_text():
    pictures = [encode(picture(n)) for n in range(4)]
    result = novel(pictures)
    assert [(p.number, p.text is None) for p in result.pages] == [(1, True), (2, True), (3, False)]
    assert result.count == 3
    assert [p.number for p in novel(pictures, only=Only.TEXTS).pages] == [1]
    assert all(p.text is None for p in novel(pictures, only=Only.PICTURES).pages)


def test_hardly_a_letter_in_a_book_of_pictures_is_no_text():
    pictures = [encode(picture(n)) for n in range(2)]
    assert [p.text for p in novel(pictures, more={}).pages] == [None, None]


def test_a_book_with_a_fixed_layout_has_no_text():
    data = epub([encode(picture(n)) for n in range(2)])
    assert all(p.text is None for p in volume(data, BookKind.EPUB)[0].pages)
    result, _ = volume(data, BookKind.EPUB, FileLimits(only=Only.TEXTS))
    assert (result.pages, result.problem) == ((), None)


def test_a_book_is_read_whole_or_not_at_all():
    damaged = SPINE | {"OEBPS/text/p002.xhtml": bytes(range(256)) * 20}
    assert novel(more=damaged).problem is not None


def exposed(data):
    """Return a picture as a camera would have written it."""
    said = Image.Exif()
    said.get_ifd(0x8769)[0x829A] = (1, 60)
    stream = io.BytesIO()
    Image.open(io.BytesIO(data)).save(stream, "JPEG", exif=said)
    return stream.getvalue()


def test_local_features_are_made_only_if_they_are_asked_for():
    data = encode(picture(1))
    (page,) = made_of_file("a.jpg", Bytes(data), FileLimits(sight=Sight(local=True))).pages
    (shown,) = frames(data, "image/jpeg")
    assert decode_packed_traits(page.traits).local == local_of(working_picture(shown))
    assert made("a.jpg", data).pages[0].traits == b""


def test_a_photograph_has_hashes_and_no_local_features():
    data = exposed(encode(picture(1)))
    (page,) = made_of_file("a.jpg", Bytes(data), FileLimits(sight=Sight(local=True, panels=True))).pages
    assert (page.traits, page.photograph) == (b"", True)
    assert page.good
    (unasked,) = made("a.jpg", data).pages
    assert (unasked.photograph, unasked.hashes) == (False, page.hashes)


def test_each_panel_of_a_page_is_a_page_with_its_number():
    sheet = np.full((700, 500, 3), 255, np.uint8)
    sheet[20:340, 20:480] = picture(3, 460, 320)
    sheet[360:680, 20:480] = picture(4, 460, 320)
    limits = FileLimits(sight=Sight(panels=True))
    result = made_of_file("a.png", Bytes(encode(sheet, "PNG")), limits)
    assert [(p.number, p.panel) for p in result.pages] == [(1, 0), (1, 1), (1, 2)]
    assert (result.count, result.panels) == (1, 2)
    assert len({p.sha256 for p in result.pages}) == 3
    book, _ = volume(zipped({"1.png": encode(sheet, "PNG"), "2.jpg": PAGES[0]}), limits=limits)
    assert [(p.number, p.panel) for p in book.pages][:4] == [(1, 0), (1, 1), (1, 2), (2, 0)]


def test_a_film_that_can_not_be_read_is_a_problem():
    result = made_of_file("a.webm", Bytes(b"\x1aE\xdf\xa3\x42\x82\x84webm" + bytes(900)), FileLimits())
    assert (result.pages, result.problem is None) == ((), False)


def test_a_film_has_its_frames_and_the_digest_of_its_file():
    pytest.importorskip("av")
    from tests.films import film, frames_of  # noqa: PLC0415 - an extra

    data = film(frames_of([1, 2]))
    result = made_of_file("a.mp4", Bytes(data), FileLimits())
    (page,) = result.pages
    found = decode_packed_traits(page.traits).film
    assert (page.sha256, page.film, page.hashes) == (hashlib.sha256(data).digest(), True, ())
    assert [frame.at for frame in found.frames] == [0, 1000]
    assert (result.film, result.problem) == (True, None)
