import gzip
import random
import zlib

import pytest

from sekisho.model import TextForm, Unreadable
from sekisho.store.datasets import Chosen, open_datasets
from sekisho.store.datasets.warcitem import record_item
from sekisho.store.datasets.warcwalk import Record
from tests.counts import count
from tests.pages import record_of, response_of
from tests.pictures import encode, picture
from tests.unit.store.datasets.test_referring import NOAI, PAGE, request, response

pytest.importorskip("fastwarc", reason="an extra")

PNG, JPEG = encode(picture(1, 32, 32), "PNG"), encode(picture(2, 32, 32), "JPEG")
FILM = b"\0\0\0\x18ftypisom\0\0\2\0isommp42" + bytes(64)
PAGE_OF_ERROR = b"<html>not found</html>"


def look(raw, limit=1 << 20):
    """Return the item of a record that was written."""
    head, _, rest = raw.partition(b"\r\n\r\n")
    return record_item("w#0", Record(head + b"\r\n\r\n", len(rest) - 4), rest[:-4], limit)


def answer(status, body, kind, *more):
    head = "\r\n".join([f"Content-Type: {kind}", *more, "", ""]).encode()
    return record_of("response", b"HTTP/1.1 " + status + b"\r\n" + head + body)


def chunks(body):
    return b"".join(
        b"%x\r\n%s\r\n" % (len(body[at : at + 50]), body[at : at + 50]) for at in range(0, len(body), 50)
    )


@pytest.mark.parametrize(
    "raw",
    [
        response_of(PNG, "image/png"),
        response_of(PNG, "IMAGE/Jpeg; a=b"),
        response_of(PNG, "application/octet-stream"),
        response_of(PNG, "text/html; charset=utf-8"),
        response_of(PNG, "text/plain"),
        response_of(gzip.compress(PNG), "image/png", "Content-Encoding: gzip"),
        response_of(zlib.compress(PNG), "a/b", "Content-Encoding: deflate"),
        response_of(chunks(PNG) + b"0\r\n\r\n", "image/png", "Transfer-Encoding: chunked"),
        response_of(chunks(PNG), "a/b", "Transfer-Encoding: chunked"),
        response_of(PNG, "image/png").replace(b"image/png\r\n\r\n", b"image/png\n\n"),
        response_of(PNG, "image/png").replace(b"OK\r\n", b"OK\n"),
        response_of(PNG, "image/png", "Content-Encoding: gzip"),
        response_of(PNG, "a/b", "Content-Encoding: br"),
        response_of(PNG, "text/html", "Content-Encoding: rot13"),
        record_of("resource", PNG, "image/png"),
        record_of("conversion", PNG, "image/png"),
        record_of("response", PNG, "image/png"),
        record_of("response", PNG),
        answer(b"404 Not Found", PNG, "text/html"),
        answer(b"x", PNG, "image/png"),
    ],
)
def test_a_picture_is_told_by_its_bytes(raw):
    item = look(raw)
    assert (item.data, item.text, item.problem) == (PNG, None, None)


def test_the_length_of_header_fields_with_single_line_feeds():
    raw = response_of(PNG, "image/png", "X-Robots-Tag: noai").replace(b"OK\r\n", b"OK\n")
    item = look(raw.replace(b"noai\r\n\r\n", b"noai\n\r\n"))
    assert item.data == PNG
    assert item.told.signals[0].raw == "noai"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (response_of(b"", "image/gif"), Unreadable.EMPTY),
        (response_of(b"no PNG", "image/png", "Content-Encoding: gzip"), Unreadable.CORRUPT),
        (response_of(b"5\r\nno", "image/png", "Transfer-Encoding: chunked"), Unreadable.CORRUPT),
        (response_of(PNG + bytes(2000), "a/b", "Content-Encoding: gzip"), Unreadable.TOO_LARGE),
        (response_of(b"text", "text/plain", "Content-Encoding: rot13"), Unreadable.CORRUPT),
        (response_of(PNG + bytes(2000), "image/png"), Unreadable.TOO_LARGE),
        (response_of(PNG + bytes(2000), "a/b"), Unreadable.TOO_LARGE),
        (
            response_of(gzip.compress(PNG + bytes(9000)), "a/b", "Content-Encoding: gzip"),
            Unreadable.TOO_LARGE,
        ),
        (response_of(b"", "application/epub+zip"), Unreadable.EMPTY),
    ],
)
def test_what_can_not_be_read_is_named(raw, reason):
    assert look(raw, 1000).problem.reason is reason


def test_of_a_block_that_is_cut_what_it_is_gets_told():
    whole = response_of(PNG + bytes(5000), "a/b")
    head, _, block = whole.partition(b"\r\n\r\n")
    record = Record(head + b"\r\n\r\n", len(block) - 4)
    assert record_item("w#0", record, block[:2000], 3000).problem.reason is Unreadable.TOO_LARGE
    assert record_item("w#0", record, block[:42] + bytes(2000), 3000) is None


@pytest.mark.parametrize(
    "raw",
    [
        response_of(b"", "text/html"),
        response_of(b"var a;", "text/javascript"),
        response_of(b"var a;", "text/javascript", "Content-Encoding: gzip"),
        response_of(b"{}", "application/json"),
        response_of(b"%PDF-1.7", "application/pdf"),
        answer(b"404 Not Found", b"", "image/png"),
        answer(b"404 Not Found", PAGE_OF_ERROR, "image/png"),
        answer(b"304 Not Modified", b"", "image/png"),
        answer(b"204 No Content", b"", "image/gif"),
        record_of("response", b""),
        record_of("response", b"HTTP/1.1 200 OK\r\n"),
    ],
)
def test_what_is_no_item(raw):
    assert look(raw) is None


def test_what_calls_itself_a_picture_is_looked_at():
    item = look(response_of(PAGE_OF_ERROR, "image/png"))
    assert (item.data, item.text, item.named_as_media) == (PAGE_OF_ERROR, None, True)
    assert not look(response_of(PNG, "a/b")).named_as_media
    assert look(response_of(FILM, "video/mp4")).data == look(response_of(FILM, "a/b")).data == FILM


def test_pages_and_books():
    item = look(answer(b"404 Not Found", PAGE_OF_ERROR, "text/html; charset=EUC-JP"))
    assert (item.text.form, item.text.charset) == (TextForm.HTML, "euc-jp")
    assert look(response_of(b"P6 3 oranges", "text/plain")).text.form is TextForm.PLAIN
    assert look(response_of(b"PK", "application/epub+zip")).text.form is TextForm.EPUB


def test_what_its_response_and_its_page_say(tmp_path):
    photo = "https://cdn.example/a.png"
    crawl = [
        response("1", PAGE, NOAI.replace(b"noai,", b"noimageai,"), "text/html"),
        request("2", PAGE),
        response("3", photo, PNG, "image/png", "X-Robots-Tag: noai", "tdm-reservation: 1", beside="2"),
        response("4", photo, PNG, "image/png", "Content-Usage: train-ai=n"),
    ]
    (tmp_path / "a.warc").write_bytes(b"".join(crawl))
    (dataset,) = open_datasets([tmp_path / "a.warc"])
    items = {item.name: item for unit in dataset.plan() for item in dataset.read(unit)}
    told = items["a.warc#2"].told
    assert (told.url, told.page, told.captured.year) == (photo, PAGE, 2024)
    families = [signal.family.value for signal in told.signals]
    assert sorted(families) == ["meta_robots", "tdmrep", "x_robots"]
    again = items["a.warc#3"]
    assert [signal.family.value for signal in again.told.signals] == ["aipref"]
    assert again.data == items["a.warc#2"].data
    for name, item in items.items():
        assert list(Chosen(dataset).reader([name])(name)) == [item]


def test_a_revisit_is_no_item_and_a_cut_record_is(tmp_path):
    revisit = record_of("revisit", b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n")
    cut = response_of(JPEG[: len(JPEG) // 2], "image/jpeg")
    cut = cut.replace(b"Content-Length", b"WARC-Truncated: length\r\nContent-Length", 1)
    (tmp_path / "a.warc").write_bytes(revisit + cut)
    (dataset,) = open_datasets([tmp_path / "a.warc"])
    (unit,) = dataset.plan()
    reading = dataset.read(unit)
    (item,) = reading
    assert (item.name, item.data, reading.skipped) == ("a.warc#1", JPEG[: len(JPEG) // 2], 1)


def test_blocks_of_anything_never_raise():
    draw = random.Random("blocks of pictures")  # noqa: S311 - no secret
    made = [
        response_of(
            chunks(PNG) + b"0\r\n\r\n", "image/png", "Transfer-Encoding: chunked", "X-Robots-Tag: noai"
        ),
        response_of(gzip.compress(JPEG), "a/b", "Content-Encoding: gzip"),
        response_of(PNG, "text/html"),
    ]
    for number in range(count(300, 30_000)):
        data = bytearray(made[number % len(made)])
        start = data.index(b"\r\n\r\n") + 4
        for _ in range(draw.randrange(1, 4)):
            at = draw.randrange(start, min(len(data), start + 300))
            match draw.randrange(3):
                case 0:
                    data[at] ^= 1 << draw.randrange(8)
                case 1:
                    data[at : at + draw.randrange(20)] = draw.choice((b"", b"\n", b"\r\n\r\n", b"\0", b":"))
                case _:
                    del data[max(at, start) : at + 1]
        item = look(bytes(data), 4000)
        assert item is None or item.data is not None or item.problem is not None
