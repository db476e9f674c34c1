import json

import pytest

from sekisho.detect.signals import columns
from sekisho.detect.signals.columns import json_told, told

PAGE, PICTURE, LONG = "https://news.example/a", "https://img.example/a.jpg", "https://x.example/" + "a" * 9000


@pytest.mark.parametrize(
    "record",
    [
        {"text": "a", "url": PAGE},
        {"text": "a", "url": " " + PAGE + " ", "URL": PICTURE},
        {"url": PAGE, "image_url": PICTURE},
        {"url": "no", "image_url": LONG, "source_url": PICTURE},
        {"url": PAGE, "page_url": PICTURE, "referer": "x"},
        {"url": None, "page_url": PAGE},
        {"url": PAGE, "date": "2024-02-29T12:34:56Z"},
        {"url": PAGE, "date": "2024-02-29T12:34:56Z", "dump": "CC"},
        {"date": "2024-02-29T12:34:56+09:00", "file_path": 1, "warc_date": "20240301000000"},
        {"dump": "CC", "date": "1989-12-31T00:00:00Z", "timestamp": 1_700_000_000_000},
        {"dump": "CC", "date": "2024-13-01T00:00:00Z", "timestamp": "2024-02-29"},
        {"url": PAGE, "language": "en", "languages": "deu,fra"},
        {"language": ["ja", "en", "ja", "fr", "de"], "lang": "xx"},
        {"language": "no tag at all!", "lang": "JA"},
        {"url": 5, "language": None, "date": []},
        {"text": "url"},
    ],
)
def test_a_record_that_only_says_where_it_was_found_tells_what_its_columns_tell(record):
    assert json_told(json.dumps(record).encode()) == told(record)
    assert json_told(json.dumps(record).encode(), addresses=False) is None


def test_members_that_are_no_json_are_passed_over():
    assert json_told(b'{"url": "https://a.example/\xff"}') is None
    assert json_told(b'{"url": NaN, "language": "en"}').languages == ("en",)


@pytest.mark.parametrize(
    "words",
    [
        {"license": "cc-by-4.0"},
        {"license": "?"},
        {"license": "mit", "copyright": "(c) Mio", "meta_robots": "noai", "exif": '{"Artist": "Mio"}'},
        {"license": None},
        {"license": ["mit", "cc0-1.0"]},
        {"license": "a" * 300},
        {"license": "mit", "tdm_reservation": "1"},
        {"license": "mit", "metadata": {"x-robots-tag": "noai"}},
        {f"license{'_' * n}": f"cc-by-{n}.0" for n in range(9)},
    ],
)
def test_a_record_with_a_few_words_tells_what_its_columns_tell(words):
    for record in ({"url": PAGE, **words}, {**words, "url": PAGE, "page_url": PICTURE, "lang": "ja"}, words):
        data = json.dumps(record).encode()
        assert json_told(data) == json_told(data, addresses=False) == told(record)


def test_names_that_many_records_could_invent_are_not_kept(monkeypatch):
    known = {}
    monkeypatch.setattr(columns, "_known", known)
    json_told(json.dumps({"a" * 65: 1, "url": PAGE}).encode())
    json_told(json.dumps({"url": PAGE, **{f"a{n}": n for n in range(64)}}).encode())
    assert not known
    json_told(json.dumps({"url": PAGE, "never seen": 1}).encode())
    assert list(known) == [("url", "never seen")]
