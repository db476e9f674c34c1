import builtins
import gzip
import os
import sys
from dataclasses import replace

import pytest

from sekisho.errors import MissingExtraError
from sekisho.model import TextForm, Unreadable
from sekisho.store.datasets import open_datasets
from sekisho.store.datasets.warc import warc_units
from sekisho.store.datasets.warcitem import require_warc
from tests.pages import record_of, response_of, warc_of
from tests.unit.store.datasets.test_referring import metadata, request, response

pytest.importorskip("fastwarc", reason="an extra")

PNG = b"\x89PNG\r\n\x1a\n"
JAPANESE = "日本語のページ。".encode("cp932")
RECORDS = [
    record_of("warcinfo", b"software: none\r\n", "application/warc-fields"),
    response_of(JAPANESE, "Text/HTML; charset=Shift_JIS"),
    record_of("request", b"GET / HTTP/1.1\r\nHost: example.jp\r\n\r\n", "application/http; msgtype=request"),
    response_of(gzip.compress(b"packed"), "text/plain", "Content-Encoding: gzip"),
    response_of(b"4\r\nchun\r\n2\r\nks\r\n0\r\n\r\n", "application/xhtml+xml", "Transfer-Encoding: chunked"),
    response_of(PNG, "image/png"),
    response_of(b"", "text/html"),
    record_of("conversion", "本文".encode(), "text/plain"),
    record_of("resource", b"a file", "text/plain; charset=utf-8"),
    record_of("metadata", b"a: b\r\n", "application/warc-fields"),
]


def look(path, **options):
    (dataset,) = open_datasets([path], **options)
    items, skipped = [], 0
    for unit in dataset.plan(max_items=options.pop("most", 1)):
        reading = dataset.read(unit)
        items += list(reading)
        skipped += reading.skipped
    return {item.name.partition("#")[2]: item for item in items}, skipped


@pytest.mark.parametrize("packing", ["none", "records", "whole"])
def test_pages_texts_and_pictures_are_items_by_record(tmp_path, packing):
    raw = {
        "none": b"".join(RECORDS),
        "records": b"".join(gzip.compress(record) for record in RECORDS),
        "whole": gzip.compress(b"".join(RECORDS)),
    }[packing]
    (tmp_path / "a.warc.gz").write_bytes(raw)
    found, skipped = look(tmp_path / "a.warc.gz")
    picture = found.pop("5")
    assert (picture.data, picture.text) == (PNG, None)
    assert {name: (item.data, item.text.form, item.text.charset) for name, item in found.items()} == {
        "1": (JAPANESE, TextForm.HTML, "shift_jis"),
        "3": (b"packed", TextForm.PLAIN, ""),
        "4": (b"chunks", TextForm.HTML, ""),
        "7": ("本文".encode(), TextForm.PLAIN, ""),
        "8": (b"a file", TextForm.PLAIN, "utf-8"),
    }
    assert skipped == 4


@pytest.mark.parametrize("packed", [False, True])
def test_units_begin_where_a_record_does(tmp_path, packed):
    pages = [(b"page %d" % n, "text/plain") for n in range(100)]
    (tmp_path / "a.warc").write_bytes(warc_of(pages, packed=packed))
    (dataset,) = open_datasets([tmp_path / "a.warc"])
    units = list(dataset.plan(max_items=1))
    assert len(units) == 6
    found = [(i.name, i.data) for unit in reversed(units) for i in dataset.read(unit)]
    assert sorted(found) == sorted((f"a.warc#{n + 1}", body) for n, (body, _) in enumerate(pages))


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("first", ["request", "response"])
def test_a_visit_at_the_end_of_a_unit_is_read_as_a_whole(tmp_path, first, packed):
    page, photo = "https://example.jp/a", "https://cdn.example/p.png"
    visits = [response("1", page, b'<meta name="robots" content="noai">', "text/html")]
    for number in range(2, 12):
        asked, got = f"q{number}", response(str(number), photo, PNG, "image/png")
        visit = [request(asked, page, beside=str(number)), metadata(f"m{number}", page, str(number)), got]
        visits += visit if first == "request" else visit[::-1]
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"".join(map(gzip.compress, visits) if packed else visits))
    (dataset,) = open_datasets([path])
    base = replace(next(iter(dataset.plan())), members=b"")
    with path.open("rb", buffering=0) as raw:
        for most in (1, 2, 3, 4):
            units = list(warc_units(raw.fileno(), base, 1 << 30, most))
            told = [item.told for unit in units for item in dataset.read(unit)]
            assert [one.page for one in told] == ["", *[page] * 10]
            assert sum(unit.items for unit in units) == len(visits)
            assert len(units) > 1


def test_descriptions_alone_are_cut_into_units_too(tmp_path):
    path = tmp_path / "a.warc"
    path.write_bytes(metadata("1", "https://a.example/", "2") * 100)
    (dataset,) = open_datasets([path])
    base = next(iter(dataset.plan()))
    with path.open("rb", buffering=0) as raw:
        units = list(warc_units(raw.fileno(), base, 1 << 30, 10))
    assert max(unit.items for unit in units) < 30
    assert [item for unit in units for item in dataset.read(unit)] == []


def test_what_is_wrong_behind_a_unit_is_said_once(tmp_path):
    path = tmp_path / "a.warc"
    visit = response("1", "https://a.example/", b"x"), metadata("2", "https://b.example/", "1")
    path.write_bytes(b"".join(visit)[:-10])
    (dataset,) = open_datasets([path])
    base = next(iter(dataset.plan()))
    with path.open("rb", buffering=0) as raw:
        units = list(warc_units(raw.fileno(), base, 1 << 30, 1))
    assert [item.name for unit in units for item in dataset.read(unit)] == ["a.warc#0", "a.warc#"]
    assert len(units) == 2


def test_what_is_too_large_or_broken_is_an_item(tmp_path):
    bomb = gzip.compress(bytes(200_000))
    pages = [
        response_of(b"x" * 3000, "text/html"),
        response_of(b"y" * 3000, "image/png"),
        response_of(bomb, "text/html", "Content-Encoding: gzip"),
        response_of(b"no gzip", "text/html", "Content-Encoding: gzip"),
    ]
    (tmp_path / "a.warc").write_bytes(b"".join(pages))
    found, skipped = look(tmp_path / "a.warc", max_bytes=1000)
    reasons = {name: item.problem and item.problem.reason for name, item in found.items()}
    assert reasons["0"] is reasons["1"] is reasons["2"] is Unreadable.TOO_LARGE
    assert reasons["3"] is Unreadable.CORRUPT
    assert skipped == 0


@pytest.mark.parametrize("packed", [False, True])
def test_a_cut_file_gives_its_records_and_one_item_for_the_rest(tmp_path, packed):
    pages = [(b"page %d" % n, "text/plain") for n in range(50)]
    whole = warc_of(pages, packed=packed)
    for cut in (0, 5, len(whole) // 2 + 3, len(whole) - 2):
        (tmp_path / "a.warc").write_bytes(whole[:cut])
        found, _ = look(tmp_path / "a.warc")
        assert found.pop("").problem.reason is Unreadable.CONTAINER_CORRUPT
        assert [item.data for item in found.values()] == [body for body, _ in pages[: len(found)]]
        assert len(found) >= 50 * cut // len(whole) - 2


def test_a_file_that_changes_after_the_plan(tmp_path):
    (tmp_path / "a.warc").write_bytes(warc_of([(b"one", "text/plain")]))
    (dataset,) = open_datasets([tmp_path / "a.warc"])
    (unit,) = dataset.plan()
    os.utime(tmp_path / "a.warc", (1, 1))
    (item,) = dataset.read(unit)
    assert (item.name, item.problem.reason) == ("a.warc#", Unreadable.CHANGED_WHILE_READ)


def test_without_the_extra_nothing_is_planned(tmp_path, monkeypatch):
    real = builtins.__import__

    def without(name, *given, **named):
        if name.startswith("fastwarc"):
            raise ImportError(name)
        return real(name, *given, **named)

    monkeypatch.delitem(sys.modules, "fastwarc", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    (tmp_path / "a.warc").write_bytes(warc_of([(b"one", "text/plain")]))
    (dataset,) = open_datasets([tmp_path / "a.warc"])
    with pytest.raises(MissingExtraError, match="WARC") as error:
        list(dataset.plan())
    assert "sekisho[text]" in error.value.hint
    with pytest.raises(MissingExtraError):
        require_warc()
