import json

import pytest

from sekisho.detect.signals import records
from sekisho.detect.signals.columns import told
from sekisho.detect.signals.records import json_told, records_told
from sekisho.detect.signals.where import where_of
from sekisho.media.texts import spell_records
from sekisho.model import Asked

PAGE, PICTURE, LONG = "https://news.example/a", "https://img.example/a.jpg", "https://x.example/" + "a" * 9000


def tell(record, asked=Asked.ALL):
    data = json.dumps(record).encode()
    (found,) = records_told([data], spell_records([data]), [asked])
    return found


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
    assert tell(record) == told(record)
    assert tell(record, Asked.SIGNALS) is tell(record, Asked.NOTHING) is None


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
        assert tell(record) == tell(record, Asked.SIGNALS) == told(record)
        assert tell(record, Asked.NOTHING) is None


def test_records_of_a_batch_are_told_apart(monkeypatch):
    some = [
        {"text": "a", "url": PAGE},
        {"text": "b"},
        {"metadata": {"url": PICTURE}},
        {"url": PICTURE, "text": "c", "license": "mit"},
        {},
        {"n": 1, "url": PAGE, "lang": "ja"},
    ]
    data = [json.dumps(record).encode() for record in some]
    data.insert(2, b'{"url": "https://a.example/" ')
    spelled = spell_records(data)
    expected = [json_told(record) for record in data]
    assert records_told(data, spelled, [Asked.ALL] * len(data)) == expected
    slow = []
    monkeypatch.setattr(records, "json_told", lambda record, **_: slow.append(record))
    records_told(data, spelled, [Asked.ALL] * len(data))
    assert slow == [data[2], data[3]], "only these are no plain records"


def test_what_is_kept_of_names_is_bounded():
    for number in range(3000):
        where_of(b'url"x%d"' % number)
    assert where_of.cache_info().currsize <= 1024
