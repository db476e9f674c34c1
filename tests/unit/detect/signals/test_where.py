import json

import pytest

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
