import pytest

from sekisho.model.signal import SignalFamily, SignalUse, Stance
from sekisho.store.datasets import objections, open_datasets
from sekisho.store.datasets.referring import head_fields
from sekisho.store.datasets.warcwalk import Record

pytest.importorskip("fastwarc", reason="an extra")

PAGE, FILE = "https://example.jp/gallery", "https://cdn.example/notes.txt"
NOAI = b'<html><head><meta name="robots" content="noai, noindex"></head><body>x</body></html>'


def record(kind, ident, block, *more, content_type="application/http"):
    head = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <urn:uuid:{ident}>",
        "WARC-Date: 2024-02-29T12:34:56Z",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(block)}",
        *more,
    ]
    return "\r\n".join([*head, "", ""]).encode() + block + b"\r\n\r\n"


def response(ident, url, body, content_type="text/plain", *headers, beside=""):
    head = "\r\n".join(["HTTP/1.1 200 OK", f"Content-Type: {content_type}", *headers, "", ""]).encode()
    more = [f"WARC-Target-URI: {url}", *([f"WARC-Concurrent-To: <urn:uuid:{beside}>"] if beside else [])]
    return record("response", ident, head + body, *more)


def request(ident, referrer, beside=""):
    block = f"GET / HTTP/1.1\r\nHost: a\r\nReferer: {referrer}\r\n\r\n".encode()
    return record("request", ident, block, *([f"WARC-Concurrent-To: <urn:uuid:{beside}>"] if beside else []))


def metadata(ident, referrer, beside):
    block = f"via: {referrer}\r\n".encode()
    more = f"WARC-Concurrent-To: <urn:uuid:{beside}>"
    return record("metadata", ident, block, more, content_type="application/warc-fields")


def told_in(folder, *records):
    (folder / "a.warc").write_bytes(b"".join(records))
    (dataset,) = open_datasets([folder / "a.warc"])
    (unit,) = dataset.plan()
    found = {item.name.rpartition("#")[2]: item.told for item in dataset.read(unit)}
    for position, name in dataset.survey(unit):
        (alone,) = dataset.read(dataset.thin(unit, [position]))
        assert alone.told == found[name.rpartition("#")[2]]
    return found


def test_a_response_tells_its_address_time_and_headers(tmp_path):
    found = told_in(
        tmp_path, response("1", FILE, b"x", "text/plain", "X-Robots-Tag: a: b", "X-Robots-Tag: noai")
    )
    told = found["0"]
    assert (told.url, told.captured.isoformat()) == (FILE, "2024-02-29T12:34:56+00:00")
    (signal,) = told.signals
    assert (signal.raw, signal.place, signal.captured) == ("noai", "x-robots-tag", told.captured)


@pytest.mark.parametrize("order", ["request first", "request last", "via"])
def test_what_a_page_refuses_holds_for_what_stands_on_it(tmp_path, order):
    page = response("1", f"{PAGE}#top", NOAI, "text/html")
    visit = {
        "request first": [request("2", PAGE), response("3", FILE, b"x", beside="2")],
        "request last": [response("3", FILE, b"x"), request("2", PAGE, beside="3")],
        "via": [response("3", FILE, b"x"), metadata("2", PAGE, beside="3")],
    }[order]
    found = told_in(tmp_path, page, *visit)
    told = found["2" if order == "request first" else "1"]
    assert told.page == PAGE
    (signal,) = told.signals
    assert (signal.family, signal.place) == (SignalFamily.META_ROBOTS, PAGE)
    assert signal.stances[SignalUse.TRAIN_GENERATIVE] is Stance.DISALLOW
    assert SignalUse.SEARCH not in signal.stances
    assert found["0"].signals == ()


def test_the_leave_of_a_page_is_its_own(tmp_path):
    page = response("1", PAGE, b'<head><meta name="tdm-reservation" content="0"></head>', "text/html")
    found = told_in(tmp_path, page, request("2", PAGE), response("3", FILE, b"x", beside="2"))
    assert (found["2"].page, found["2"].signals) == (PAGE, ())


def test_a_page_that_is_not_there_says_nothing(tmp_path):
    found = told_in(tmp_path, request("2", PAGE), response("3", FILE, b"x", beside="2"))
    assert (found["1"].page, found["1"].signals) == (PAGE, ())


def test_a_page_behind_what_it_refers_to_is_heard(tmp_path):
    late = response("4", PAGE, NOAI, "text/html")
    found = told_in(tmp_path, request("2", PAGE), response("3", FILE, b"x", beside="2"), late)
    assert found["1"].page == PAGE
    assert [signal.place for signal in found["1"].signals] == [PAGE]


def test_a_conversion_is_what_it_was_made_from(tmp_path):
    page = response("1", PAGE, NOAI, "text/html", "tdm-reservation: 1")
    text = record("conversion", "2", b"x", "WARC-Refers-To: <urn:uuid:1>", content_type="text/plain")
    found = told_in(tmp_path, page, text)
    families = {signal.family for signal in found["1"].signals}
    assert families == {SignalFamily.TDMREP, SignalFamily.META_ROBOTS}


PHOTO = "https://cdn.example/p.png"
SHOWN = b'<img src="https://cdn.example/p.png">'


def shown_in(folder, *pages):
    """Return what is heard of a picture; before, behind and apart from its pages it is the same."""
    photo = response("photo", PHOTO, b"\x89PNG\r\n\x1a\n", "image/png")
    heard = []
    for name, files in {
        "behind": [[*pages, photo]],
        "before": [[photo, *pages]],
        "apart": [[photo], pages],
    }.items():
        (folder / name).mkdir()
        for number, records in enumerate(files):
            (folder / name / f"{number}.warc").write_bytes(b"".join(records))
        (dataset,) = open_datasets([folder / name])
        items = [item for unit in dataset.plan() for item in dataset.read(unit)]
        heard += [item.told for item in items if item.text is None]
    assert heard[0] == heard[1] == heard[2]
    return heard[0].signals


@pytest.mark.parametrize(
    "head",
    [
        b'<head><meta name="content-usage" content="train-ai=n">',
        b'<head><meta name="GPTBot" content="noindex">',
        b'<head><meta http-equiv="X-Robots-Tag" content="noai">',
        '\ufeff<head><meta name="robots" content="noai">'.encode("utf-16-le"),
        b"<head>" + b"<title>x</title>" * (1 << 15),
    ],
)
def test_whatever_a_page_refuses_by_is_heard(tmp_path, head):
    shown = SHOWN.decode().encode("utf-16-le") if head.startswith(b"\xff") else SHOWN
    assert shown_in(tmp_path, response("1", PAGE, head + shown, "text/html"))


def test_all_pages_that_refer_to_a_picture_are_heard(tmp_path):
    about = request("4", PAGE, beside="2") + metadata("5", f"{PAGE}/no", beside="2")
    pages = response("1", PAGE, NOAI, "text/html") + response("7", f"{PAGE}/2", NOAI + SHOWN, "text/html")
    picture = response("2", PHOTO, b"\x89PNG\r\n\x1a\n", "image/png")
    heard = told_in(tmp_path, picture, about, pages)["0"].signals
    assert {one.place for one in heard} == {PAGE, f"{PAGE}/2"}


def test_where_a_page_found_no_room_no_picture_is_free(tmp_path, monkeypatch):
    monkeypatch.setattr(objections, "MAX_PAGES", 0)
    (signal,) = shown_in(tmp_path, response("1", PAGE, NOAI, "text/html"))
    assert (signal.family, set(signal.stances.values())) == (SignalFamily.META_ROBOTS, {Stance.ERROR})
    assert signal.note.startswith("1 pages")


def test_what_either_copy_of_a_page_refuses_is_heard(tmp_path):
    pages = [
        response("1", PAGE, NOAI + SHOWN, "text/html"),
        response("2", PAGE, b"<p>too busy", "text/html"),
        response("3", PAGE, b'<meta name="tdm-reservation" content="1">', "text/html"),
    ]
    families = {signal.family for signal in shown_in(tmp_path, *pages)}
    assert families == {SignalFamily.META_ROBOTS, SignalFamily.TDMREP}


def test_pages_in_between_do_not_take_the_place_of_one_that_refuses(tmp_path):
    large = b"<html><head></head>" + b"x" * 500_000
    between = [response(f"b{n}", f"{PAGE}/{n}", large, "text/html") for n in range(40)]
    many = NOAI + b"".join(b'<img src="/%d.png">' % n for n in range(300))
    between += [response(f"c{n}", f"{PAGE}/c/{n}/", many, "text/html") for n in range(40)]
    assert shown_in(tmp_path, response("1", PAGE, NOAI + SHOWN, "text/html"), *between)


@pytest.mark.parametrize(
    ("page", "referrer"),
    [
        ("https://example.jp", "https://example.jp/"),
        ("http://example.jp/a", "https://Example.jp:443/a#x"),
        ("https://example.jp/%e3%81%82", "https://example.jp/あ"),
    ],
)
def test_a_referrer_in_other_letters_is_the_same_page(tmp_path, page, referrer):
    visit = [request("2", referrer), response("3", FILE, b"x", beside="2")]
    assert told_in(tmp_path, response("1", page, NOAI, "text/html"), *visit)["2"].signals


def test_long_identifiers_take_no_room():
    long = head_fields(Record(b"\r\nWARC-Record-ID: " + b"x" * 100_000, 0))
    many = head_fields(Record(b"\r\nWARC-Concurrent-To: x" * 100_000, 0))
    assert len(long.id) == len(head_fields(Record(b"\r\nWARC-Refers-To: " + b"x" * 999, 0)).source) == 200
    assert len(many.beside) == 16


def test_the_language_that_a_crawl_has_found_is_told(tmp_path):
    text = record(
        "conversion", "2", b"x", "WARC-Identified-Content-Language: jpn,eng", content_type="text/plain"
    )
    assert told_in(tmp_path, text)["0"].languages == ("jpn", "eng")


def test_damage_after_a_response_does_not_hide_it(tmp_path):
    (tmp_path / "a.warc").write_bytes(response("1", FILE, b"x") + b"WARC/1.0\r\nbroken")
    (dataset,) = open_datasets([tmp_path / "a.warc"])
    names = [item.name for unit in dataset.plan() for item in dataset.read(unit)]
    assert names == ["a.warc#0", "a.warc#"]
