import json
import tomllib
from datetime import UTC, datetime
from importlib.resources import files

import pytest

from sekisho.detect.signals.columns import column_role, told, unread_signals
from sekisho.detect.signals.records import MAX_RECORD, json_told
from sekisho.model.signal import SignalFamily, SignalUse, Stance

WHEN = datetime(2024, 2, 29, 12, 34, 56, tzinfo=UTC)
PICTURE, PAGE = "https://cdn.example/1.jpg", "https://example.jp/post"


def said(found):
    return [(signal.family, signal.place) for signal in found.signals]


def test_the_table_is_dated_and_names_where_every_name_is_from():
    raw = files("sekisho.detect.signals").joinpath("data", "columns.toml").read_text("utf-8")
    document = tomllib.loads(raw)
    assert document["read"].year >= 2026
    names = [name for line in document["column"] for name in line["names"]]
    assert len(names) == len({name.replace("_", "") for name in names})
    assert all(line["of"] and column_role(name) for line in document["column"] for name in line["names"])


@pytest.mark.parametrize("name", ["WARC-Target-URI", "warc_target_uri", "WarcTargetUri", "warc.target.uri"])
def test_case_and_separators_do_not_count(name):
    assert told({name: PICTURE}).url == PICTURE


@pytest.mark.parametrize("name", ["urls", "url2", "punsafe", "text", "", "url" * 100, "key", "sha256"])
def test_other_names_tell_nothing(name):
    assert column_role(name) is None
    assert told({name: PICTURE}) is None


def test_img2dataset():
    record = {
        "caption": "a cat",
        "url": PICTURE,
        "key": "000000012",
        "status": "success",
        "error_message": None,
        "width": 256,
        "height": 256,
        "original_width": 1024,
        "exif": json.dumps({"Image Copyright": "(c) Mio", "Image Make": "x", "Image Artist": "", "a": 5}),
        "sha256": "ab" * 32,
    }
    found = told(record)
    assert (found.url, found.page, found.captured) == (PICTURE, "", None)
    (claim,) = found.signals
    assert (claim.family, claim.place, claim.note, claim.raw) == (
        SignalFamily.RIGHTS,
        "exif",
        "exif:Copyright",
        "(c) Mio",
    )


def test_laion_says_nothing_where_it_knows_nothing():
    found = told({"URL": PICTURE, "TEXT": "a cat", "LICENSE": "?", "NSFW": "UNLIKELY", "punsafe": 0.9})
    assert (found.url, found.signals) == (PICTURE, ())


def test_fineweb_names_its_crawl_so_its_date_is_that_of_the_crawl():
    record = {"text": "a", "url": PAGE, "date": "2024-02-29T12:34:56Z"}
    assert told({**record, "dump": "CC-MAIN-2024-10"}).captured == WHEN
    assert told({**record, "file_path": None}).captured == WHEN
    assert told(record).captured is None
    assert told({**record, "warc_date": "20240229123456", "date": "2020-01-01"}).captured == WHEN


def test_where_a_picture_has_an_address_of_its_own_the_other_is_its_page():
    found = told({"url": PAGE, "image_url": PICTURE})
    assert (found.url, found.page) == (PICTURE, PAGE)
    found = told({"source": PAGE, "url": PICTURE})
    assert (found.url, found.page) == (PICTURE, PAGE)
    found = told({"url": PICTURE, "source_url": "https://other.example/", "page_url": PAGE})
    assert (found.url, found.page) == (PICTURE, PAGE)
    assert told({"url": "", "image_url": 5, "source": "laion"}) is None


def test_header_columns_are_read_as_a_response():
    found = told({"x-robots-tag": "noai", "tdm_reservation": 1.0, "Content-Usage": "train-ai=n", "date": "x"})
    assert said(found) == [
        (SignalFamily.AIPREF, "content-usage"),
        (SignalFamily.X_ROBOTS, "x-robots-tag"),
        (SignalFamily.TDMREP, "tdm-reservation"),
    ]
    assert all(Stance.DISALLOW in signal.stances.values() for signal in found.signals)


def test_headers_carry_the_time_of_the_crawl():
    found = told({"metadata": {"headers": {"X-Robots-Tag": ["noai"]}, "WARC-Date": "2024-02-29T12:34:56Z"}})
    (signal,) = found.signals
    assert (signal.captured, found.captured) == (WHEN, WHEN)


def test_a_record_within_is_looked_at_one_level_deep():
    inner = {"url": PAGE, "meta": {"x-robots-tag": "noai"}}
    for within in (inner, json.dumps(inner)):
        found = told({"metadata": within})
        assert (found.url, found.signals) == (PAGE, ())


def test_licences_claims_and_meta_robots():
    found = told(
        {
            "license": ["cc-by-nc-4.0", "unknown", 5],
            "dc:rights": "http://creativecommons.org/publicdomain/mark/1.0/",
            "copyright": "(c) Mio",
            "meta_robots": "noai, noimageai",
        }
    )
    assert said(found) == [
        (SignalFamily.LICENCE, "license"),
        (SignalFamily.LICENCE, "dc:rights"),
        (SignalFamily.RIGHTS, "dc:rights"),
        (SignalFamily.RIGHTS, "copyright"),
        (SignalFamily.META_ROBOTS, "meta_robots"),
    ]
    assert found.signals[-1].stances[SignalUse.TRAIN_GENERATIVE] is Stance.DISALLOW


def test_json_is_read_as_programs_write_it():
    record = {"url": PICTURE, "license": "cc0-1.0", "text": "a" * 1000}
    plain = json_told(json.dumps(record).encode())
    assert plain == told(record)
    assert json_told(b"\xef\xbb\xbf" + json.dumps(record).encode()) == plain
    assert json_told(json.dumps({**record, "similarity": float("nan")}).encode()) == plain
    assert json_told(b'{"url": "%s", "text": "\\ud83d"}' % PICTURE.encode()).url == PICTURE


@pytest.mark.parametrize(
    "data",
    [
        b'{"url": "https://a/", "X-Robots-Tag": "all"',
        b'{"a": ' + b"[" * 100_000 + b'"x_robots_tag": "all"',
        b'{"x-robots-tag": all, "url": 5}',
    ],
)
def test_json_that_can_not_be_read_is_an_error_where_it_may_refuse(data):
    (signal,) = json_told(data).signals
    assert signal.family is SignalFamily.X_ROBOTS
    assert set(signal.stances.values()) == {Stance.ERROR}


def test_a_record_that_is_too_long_is_an_error_where_it_may_refuse():
    record = b'{"tdm-reservation": 0, "license": "mit", "text": "' + b"a" * MAX_RECORD + b'"}'
    (signal,) = json_told(record).signals
    assert (signal.family, signal.note) == (SignalFamily.TDMREP, f"more than {MAX_RECORD} bytes")


def test_broken_json_in_a_text_is_an_error_too():
    (signal,) = told({"headers": '{"content-usage": train-ai=n}'}).signals
    assert (signal.family, set(signal.stances.values())) == (SignalFamily.AIPREF, {Stance.ERROR})
    assert told({"metadata": '{"title": }'}) is None


def test_each_language_is_one_error():
    data = b'"x-robots-tag" "X_Robots_Tag" "meta-robots" "license" "noai" "tdm:reservation"'
    assert [signal.family for signal in unread_signals(data, "cut")] == [
        SignalFamily.X_ROBOTS,
        SignalFamily.META_ROBOTS,
        SignalFamily.TDMREP,
    ]


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ({"page_url": PICTURE}, "page"),
        ({"warc_date": "2024-01-02T03:04:05Z"}, "captured"),
        ({"date": "2024-01-02T03:04:05Z", "dump": "CC"}, "captured"),
        ({"language": "ja"}, "languages"),
    ],
)
def test_one_thing_alone_is_told(record, field):
    assert getattr(told(record), field)


def test_where_no_address_is_asked_for_only_signals_are_told():
    assert json_told(b'{"url": "https://a/", "other": 1}', addresses=False) is None
    found = json_told(b'{"url": "https://a/", "other": 1, "x_robots_tag": "noai"}', addresses=False)
    assert len(found.signals) == 1


def test_a_licence_behind_one_that_is_not_known_is_told():
    assert [signal.raw for signal in told({"license": ["?", "cc0-1.0"]}).signals] == ["cc0-1.0"]


@pytest.mark.parametrize(
    "record",
    [{"exif": '{"Copyright": 5, "Other": "Mio"}'}, {"metadata": 'words with "x-robots-tag" in them'}],
)
def test_what_is_no_claim_and_no_record_tells_nothing(record):
    assert told(record) is None
