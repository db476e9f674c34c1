import gzip
import os

import pytest

from sekisho.model.signal import SignalFamily
from sekisho.store.datasets import Chosen, open_datasets, source
from sekisho.store.datasets.objecting import objections_of, stamped
from sekisho.store.datasets.tree import walk
from tests.unit.store.datasets.test_referring import (
    FILE,
    NOAI,
    PAGE,
    PHOTO,
    SHOWN,
    metadata,
    record,
    request,
    response,
)

pytest.importorskip("fastwarc", reason="an extra")

PICTURE = response("photo", PHOTO, b"\x89PNG\r\n\x1a\n", "image/png")
OBJECTS = response("1", PAGE, NOAI + SHOWN, "text/html")
CHUNKS = b"%x\r\n%s\r\n" % (len(NOAI), NOAI) + b"40\r\n%s\r\n" % (b"x" * 64) * 65_000 + b"0\r\n\r\n"


def found_in(folder, **files):
    for name, data in files.items():
        (folder / f"{name}.warc").write_bytes(data)
    paths = [os.fsencode(f"{name}.warc") for name in files]
    return objections_of(os.fsencode(folder), tuple(stamped(os.fsencode(folder), paths)))


def heard_in(folder, **units):
    (dataset,) = open_datasets([folder])
    items = [item for unit in dataset.plan(**units) for item in dataset.read(unit)]
    return {item.name: [signal.place for signal in item.told.signals] for item in items}


@pytest.mark.parametrize("packing", [bytes, gzip.compress])
def test_a_page_is_heard_in_every_file_of_the_dataset(tmp_path, packing):
    (tmp_path / "a.warc.gz").write_bytes(packing(PICTURE))
    (tmp_path / "b.warc.gz").write_bytes(packing(OBJECTS))
    (tmp_path / "c.warc.gz").write_bytes(packing(PICTURE))
    heard = heard_in(tmp_path)
    assert heard == {"a.warc.gz#0": [PAGE], "b.warc.gz#0": [], "c.warc.gz#0": [PAGE]}
    (dataset,) = open_datasets([tmp_path])
    (again,) = Chosen(dataset).reader(["a.warc.gz#0"])("a.warc.gz#0")
    assert [signal.place for signal in again.told.signals] == [PAGE]
    (alone,) = open_datasets([tmp_path / "a.warc.gz"])
    assert [item.told.signals for unit in alone.plan() for item in alone.read(unit)] == [()]


def test_a_page_is_heard_in_every_unit_of_its_file(tmp_path):
    between = b"".join(response(f"b{n}", f"{PAGE}/{n}", b"x" * 99, "text/plain") for n in range(60))
    (tmp_path / "a.warc").write_bytes(PICTURE + between + OBJECTS + between + PICTURE)
    (dataset,) = open_datasets([tmp_path])
    assert len(list(dataset.plan(max_items=1))) > 3
    heard = heard_in(tmp_path, max_items=1)
    assert heard["a.warc#0"] == heard["a.warc#122"] == [PAGE]


@pytest.mark.parametrize("first", ["request", "via"])
def test_who_refers_to_the_last_record_of_a_unit_is_heard_with_it(tmp_path, first):
    about = request("2", PAGE, beside="3") if first == "request" else metadata("2", PAGE, beside="3")
    lines = b"".join(response(f"b{n}", f"{PAGE}/{n}", b"x", "text/plain") for n in range(19))
    visit = response("3", FILE, b"x") + about
    (tmp_path / "a.warc").write_bytes(lines + visit + lines + OBJECTS)
    assert heard_in(tmp_path, max_items=1)["a.warc#19"] == [PAGE]


def test_a_conversion_in_another_file_is_what_it_was_made_from(tmp_path):
    (tmp_path / "a.warc").write_bytes(response("1", PAGE, NOAI, "text/html", "tdm-reservation: 1"))
    text = record("conversion", "2", b"x", "WARC-Refers-To: <urn:uuid:1>", content_type="text/plain")
    (tmp_path / "b.warc").write_bytes(text)
    (dataset,) = open_datasets([tmp_path])
    told = {i.name: i.told for unit in dataset.plan() for i in dataset.read(unit)}["b.warc#0"]
    assert {signal.family for signal in told.signals} == {SignalFamily.TDMREP, SignalFamily.META_ROBOTS}


@pytest.mark.parametrize(
    "quiet",
    [
        response("1", PAGE, b"<p>nothing" + SHOWN, "text/html"),
        response("1", PAGE, b'<meta name="tdm-reservation" content="0">' + SHOWN, "text/html"),
        response("1", PAGE, b'<meta name="robots" content="noindex">' + SHOWN, "text/html"),
        response("1", PAGE, NOAI + SHOWN, "application/json"),
        response("1", PAGE, NOAI + SHOWN, "image/png", "X-Robots-Tag: noai"),
        response("1", PAGE, b"x", "text/plain", "X-Other: noai"),
        request("1", PAGE),
    ],
    ids=["nothing", "leave", "search", "no_page", "picture", "field", "request"],
)
def test_what_refuses_nothing_is_not_kept(tmp_path, quiet):
    assert len(found_in(tmp_path, a=quiet)) == 0


@pytest.mark.parametrize(
    "told",
    [
        response("1", PAGE, b"x", "text/plain", "X-Robots-Tag: noai"),
        response("1", PAGE, gzip.compress(NOAI), "text/html", "Content-Encoding: gzip"),
        response("1", PAGE, b"no gzip", "text/html", "Content-Encoding: gzip", "X-Robots-Tag: noai"),
        response("1", PAGE, NOAI, "TEXT/HTML;charset=Shift_JIS"),
        response("1", PAGE, b"<html><head></head>" + b"x" * 600_000, "text/html", "X-Robots-Tag: noai"),
        record("resource", "1", NOAI, f"WARC-Target-URI: {PAGE}", content_type="text/html"),
        response("1", PAGE, NOAI, "text/html", "Content-Encoding: gzip"),
        response("1", PAGE, NOAI, "text/html", "Transfer-Encoding: chunked"),
        response("1", PAGE, CHUNKS, "text/html", "Transfer-Encoding: chunked"),
        record("response", "1", NOAI, f"WARC-Target-URI: {PAGE}", "WARC-Identified-Payload-Type: text/html"),
    ],
    ids=[
        *("field", "packed", "broken", "charset", "large", "resource"),
        *("not_packed", "not_in_chunks", "more_chunks_than_are_read", "no_header"),
    ],
)
def test_what_refuses_is_kept_however_it_is_sent(tmp_path, told):
    found = found_in(tmp_path, a=told)
    assert [found.page(number).url for number in range(len(found))] == [PAGE]


def test_all_files_are_looked_for_once_however_many_there_are(tmp_path, monkeypatch):
    for number in range(3):
        (tmp_path / f"{number}.warc").write_bytes(OBJECTS)
    (dataset,) = open_datasets([tmp_path])
    walks = []
    monkeypatch.setattr(source, "walk", lambda root: walks.append(root) or walk(root))
    assert len(list(dataset.plan())) == 3
    assert len(walks) == 2


def test_a_damaged_file_is_heard_as_far_as_it_goes_and_one_that_is_gone_not(tmp_path):
    assert len(found_in(tmp_path, a=OBJECTS + b"WARC/1.0\r\nbroken", b=b"none", c=OBJECTS)) == 2
    (tmp_path / "a.warc").unlink()
    assert list(stamped(os.fsencode(tmp_path), [b"a.warc", b"../x"])) == []
    gone = ((b"a.warc", next(stamped(os.fsencode(tmp_path), [b"c.warc"]))[1]),)
    assert len(objections_of(os.fsencode(tmp_path), gone)) == 0
