import gzip
import io
import json
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.detect.signals.headers import header_signals
from sekisho.errors import ConfigError, NotFoundError
from sekisho.model import Item, TextForm, TextSource, Told, Unfingerprintable, Unreadable
from sekisho.store import url_lists
from sekisho.store.url_lists import listed_urls

URLS = ["https://a.example/1", "https://b.example/ほ"]


def test_a_list_has_a_url_or_a_host_in_each_line(tmp_path):
    path = tmp_path / "urls.txt"
    path.write_text("\ufeffhttps://a.example/1\r\n\n# sites\n b.example \n")
    assert list(listed_urls(path)) == ["https://a.example/1", "https://b.example"]


def test_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"a.example\n")))
    assert list(listed_urls(url_lists.Path("-"))) == ["https://a.example"]


@pytest.mark.parametrize("column", ["url", "URL", "link"])
def test_a_column_of_a_parquet_file(tmp_path, column):
    path = tmp_path / "d.parquet"
    pq.write_table(pa.table({"x": [1, 2, 3], column: [URLS[0], None, URLS[1]]}), path)
    assert list(listed_urls(path, column if column == "link" else "")) == URLS


def test_a_parquet_file_that_will_not_do(tmp_path):
    path = tmp_path / "d.parquet"
    pq.write_table(pa.table({"x": [1], "name": ["a"]}), path)
    with pytest.raises(ConfigError, match="it has x, name") as caught:
        list(listed_urls(path))
    assert "--url-column" in caught.value.hint
    with pytest.raises(ConfigError, match="holds no text"):
        list(listed_urls(path, "x"))
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(ConfigError, match="can not be read"):
        list(listed_urls(path))


@pytest.mark.parametrize("packed", [False, True])
def test_a_field_of_json_lines(tmp_path, packed):
    lines = [json.dumps({"url": url}).encode() for url in URLS]
    data = b"\n".join([lines[0], b"{", b"[]", b'{"url": 5}', b'{"x": "https://c.example"}', lines[1]])
    path = tmp_path / ("d.jsonl.gz" if packed else "d.jsonl")
    path.write_bytes(gzip.compress(data) if packed else data)
    assert list(listed_urls(path)) == URLS
    if packed:
        path.write_bytes(path.read_bytes()[:20])
        with pytest.raises(ConfigError, match="can not be read"):
            list(listed_urls(path))


def test_what_the_items_of_a_dataset_tell(tmp_path, monkeypatch):
    told = [Told(url=URLS[0], page=URLS[1]), Told(), None]
    items = [Item(name=str(n), data=b"", told=one) for n, one in enumerate(told)]
    dataset = SimpleNamespace(plan=lambda: [None], read=lambda _unit: iter(items))
    monkeypatch.setattr(url_lists, "open_datasets", lambda _paths: [dataset])
    assert list(listed_urls(tmp_path)) == URLS


def test_what_is_not_there(tmp_path):
    with pytest.raises(NotFoundError):
        list(listed_urls(tmp_path / "no.txt"))


LICENCE = "https://a.example/rsl.xml"
LINK = {"Link": '</rsl.xml>; rel="license"; type="application/rsl+xml"', "Server": "x"}


def heard(path, column=""):
    named = []
    return list(listed_urls(path, column, named.extend)), named


@pytest.mark.parametrize("column", ["response_headers", "metadata"])
def test_header_columns_of_a_parquet_file_name_licences(tmp_path, column):
    path = tmp_path / "d.parquet"
    fields = json.dumps(LINK if column == "response_headers" else {"headers": LINK})
    pq.write_table(pa.table({column: [fields, None, "{"], "url": [URLS[0], URLS[1], None]}), path)
    assert heard(path) == (URLS, [LICENCE])
    assert heard(path, "url")[1] == [LICENCE]


def test_header_fields_of_json_lines_name_licences(tmp_path):
    path = tmp_path / "d.jsonl"
    path.write_text(json.dumps({"url": URLS[0], "headers": LINK}) + "\n" + json.dumps({"headers": LINK}))
    assert heard(path) == ([URLS[0]], [LICENCE])


def test_headers_and_pages_of_a_dataset_name_licences(tmp_path, monkeypatch):
    page = b'<head><link rel="license" type="application/rsl+xml" href="/page.xml"></head>'
    html = TextSource(form=TextForm.HTML)
    items = [
        Item(
            name="0", data=page, text=html, told=Told(url=URLS[0], signals=header_signals(list(LINK.items())))
        ),
        Item(name="1", data=page, text=html),
        Item(name="2", data=page),
        Item(name="3", data=None, text=html, problem=Unfingerprintable(reason=Unreadable.EMPTY)),
    ]
    dataset = SimpleNamespace(plan=lambda: [None], read=lambda _unit: iter(items))
    monkeypatch.setattr(url_lists, "open_datasets", lambda _paths: [dataset])
    assert heard(tmp_path) == ([URLS[0]], [LICENCE, "https://a.example/page.xml"])
