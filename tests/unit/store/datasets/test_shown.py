import time

import pytest

from sekisho.model.signal import SignalFamily
from sekisho.store.datasets import open_datasets
from sekisho.store.datasets.shown import MAX_SHOWN, same_address, shown_on
from tests.pictures import encode, picture
from tests.unit.store.datasets.test_referring import request, response

PAGE = "https://example.jp/a/gallery"


@pytest.mark.parametrize(
    ("tag", "urls"),
    [
        ('<img src="b.png">', ["example.jp/a/b.png"]),
        ("<IMG alt=x SRC='//cdn.example/b?x=1&amp;y=2#f'>", ["cdn.example/b?x=1&y=2"]),
        ("<img src=/b>", ["example.jp/b"]),
        ("<img/src=/b>", ["example.jp/b"]),
        ('<img srcset="/1.png 1x, /2.png 2x" />', ["example.jp/1.png", "example.jp/2.png"]),
        ('<img srcset="/1.png 1x,\n /2.png 2x">', ["example.jp/1.png", "example.jp/2.png"]),
        ('<img srcset="/1.png 1x,/2.png 2x">', ["example.jp/1.png", "example.jp/2.png"]),
        ('<img srcset="/w_1,h_2/1.png, /2.png">', ["example.jp/w_1,h_2/1.png", "example.jp/2.png"]),
        ('<video poster="/p.jpg"><source src="/v.mp4">', ["example.jp/p.jpg", "example.jp/v.mp4"]),
        ('<img data-src="/lazy.webp">', ["example.jp/lazy.webp"]),
        ('<img data-lazy-src="/lazy.webp" data-id="x">', ["example.jp/lazy.webp"]),
        ("<p style=\"background: url('/b.png')\">", ["example.jp/b.png"]),
        ('<base href="//cdn.example/x/"><base href="/y/"><img src="b.png">', ["cdn.example/x/b.png"]),
        ('<a href="/full.jpg?v=1">', ["example.jp/full.jpg?v=1"]),
        ('<meta content="https://cdn.example/og.png">', ["cdn.example/og.png"]),
        ('<img src="写真 1.png">', ["example.jp/a/%E5%86%99%E7%9C%9F%201.png"]),
        ('<script src="/a"></script><iframe src="/b">', []),
        ('<a href="/next">', []),
        ('<meta content="noai">', []),
        ('<img src="data:image/png;base64,AA">', []),
        ('<img src="http://[x/">', []),
        ('<img src="">', []),
    ],
)
def test_what_a_page_shows(tag, urls):
    assert list(shown_on(f"<html><body>{tag}</body>".encode(), PAGE)) == urls


def test_addresses_in_one_form():
    assert same_address("https://a/写真#x") == same_address("https://a/%e5%86%99%E7%9C%9F")
    assert same_address("http://A.example:80?x") == same_address("https://a.example/?x") == "a.example/?x"
    assert same_address("https://例え.jp") == same_address("https://xn--r8jz45g.jp:443/")
    assert same_address("https://a.example:8443/") != same_address("https://a.example/")
    assert same_address("ftp://a/") == same_address("") == ""
    assert same_address("https://" + "あ" * 80 + "/")


def test_letters_of_an_address_are_read_in_the_charset_of_the_page():
    page = '<meta charset="Shift_JIS"><img src="/写真.png">'.encode("shift_jis")
    wanted = ["example.jp/%E5%86%99%E7%9C%9F.png"]
    assert list(shown_on(page, PAGE)) == list(shown_on(page[25:], PAGE, "shift_jis")) == wanted
    utf16 = '<img src="/a.png">'.encode("utf-16")
    assert list(shown_on(utf16, PAGE)) == ["example.jp/a.png"]


def test_pages_without_end_are_read_in_time():
    before = time.process_time()
    for piece in (
        b" src=",
        b' src="x',
        b" src='\"",
        b" src" + b" " * 50,
        b'<img srcset="' + b"x, " * 3000 + b'">',
        b'<img srcset="' + b", " * (1 << 20) + b'">',
        b'<p style="' + b"url(" * (1 << 19) + b'">',
        b"<img src=a>",
        b"<base href=/a/>",
    ):
        page = piece * max(1, (2 << 20) // len(piece))
        assert len(list(shown_on(page, PAGE))) <= MAX_SHOWN
    assert time.process_time() - before < 20


@pytest.mark.parametrize("said", ["head", "header"])
@pytest.mark.parametrize("referrer", ["https://example.jp/", "https://other.example/page", None])
def test_what_a_page_refuses_of_its_pictures_is_heard_without_a_whole_referrer(tmp_path, said, referrer):
    pytest.importorskip("fastwarc", reason="an extra")
    photo = "https://cdn.example/p.png"
    meta = '<meta name="robots" content="noimageai">' if said == "head" else ""
    body = f'<html><head>{meta}</head><body><img src="{photo}"></body></html>'.encode()
    headers = [] if said == "head" else ["X-Robots-Tag: noimageai"]
    png = encode(picture(1, 32, 32), "PNG")
    crawl = [
        response("1", PAGE, body, "text/html", *headers),
        *([request("2", referrer)] if referrer else []),
        response("3", photo, png, "image/png", beside="2"),
        response("4", "https://cdn.example/other.png", png, "image/png"),
        response("5", photo, b"a text", "text/plain"),
    ]
    (tmp_path / "a.warc").write_bytes(b"".join(crawl))
    (dataset,) = open_datasets([tmp_path / "a.warc"])
    items = [item for unit in dataset.plan() for item in dataset.read(unit)]
    _, shown, other, text = (item.told for item in items)
    (signal,) = shown.signals
    expected = SignalFamily.META_ROBOTS if said == "head" else SignalFamily.X_ROBOTS
    assert (signal.family, signal.place, shown.page) == (expected, PAGE, PAGE)
    assert other.signals == text.signals == ()


def test_every_page_that_refuses_a_picture_is_heard(tmp_path):
    pytest.importorskip("fastwarc", reason="an extra")
    photo, body = "https://cdn.example/p.png", b'<html>%s<body>noai <img src="https://cdn.example/p.png">'
    metas = [b'<meta name="robots" content="noai">', b'<meta name="tdm-reservation" content="1">', b"", b""]
    pages = [response(str(n), f"{PAGE}{n}", body % meta, "text/html") for n, meta in enumerate(metas)]
    found = response("9", photo, encode(picture(1, 32, 32), "PNG"), "image/png")
    (tmp_path / "a.warc").write_bytes(b"".join([*pages, found]))
    (dataset,) = open_datasets([tmp_path / "a.warc"])
    items = [item for unit in dataset.plan() for item in dataset.read(unit)]
    families = {signal.family for signal in items[-1].told.signals}
    assert families == {SignalFamily.META_ROBOTS, SignalFamily.TDMREP}
