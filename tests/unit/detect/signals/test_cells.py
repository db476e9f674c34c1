from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from sekisho.detect.signals.cells import (
    MAX_WITHIN,
    address,
    header_fields,
    header_texts,
    language_tags,
    mapping,
    moment,
    texts,
)

LEAP = datetime(2024, 2, 29, 12, 34, 56, tzinfo=UTC)


@pytest.mark.parametrize("url", ["https://example.jp/a.jpg", " HTTP://例え.jp/画像?x=1#y ", "http://a:8080"])
def test_an_address_is_one_of_the_web(url):
    assert address(url) == url.strip()


@pytest.mark.parametrize(
    "value",
    [
        *("", "cc-main-2024", "ftp://a/b", "https://", "https:///x", "//a/b", "data:image/png;base64,AA"),
        *(
            "https://a b/",
            "https://a/\r\nX: y",
            "https://a/" + "x" * 9000,
            None,
            5,
            b"https://a/",
            ["https://a/"],
        ),
    ],
)
def test_what_is_no_address(value):
    assert address(value) == ""


@pytest.mark.parametrize(
    "value",
    [
        "2024-02-29T12:34:56Z",
        "2024-02-29T21:34:56+09:00",
        " 2024-02-29 12:34:56 ",
        "20240229123456",
        20240229123456,
        20240229123456.0,
        "1709210096",
        1709210096,
        1709210096.0,
        1709210096000,
        1709210096000000,
        1709210096000000000,
        LEAP,
        LEAP.replace(tzinfo=None),
        LEAP.astimezone(timezone(timedelta(hours=9))),
    ],
)
def test_a_moment_in_the_forms_of_datasets(value):
    assert moment(value) == LEAP
    assert moment(value).tzinfo is UTC


def test_a_day_is_its_beginning():
    assert moment("2024-02-29") == moment(date(2024, 2, 29)) == datetime(2024, 2, 29, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        *("", "yesterday", "2024", "20241329123456", "2023-02-29", "1969-12-31", "9999-12-31T23:59:59-12:00"),
        *(True, None, -5, 0, 7, 10**30, 1e300, float("nan"), float("inf"), b"2024-02-29", ["2024-02-29"]),
        "2024-02-29T12:34:56Z" + "0" * 100,
    ],
)
def test_what_is_no_moment(value):
    assert moment(value) is None


def test_texts_of_one_or_several():
    assert list(texts("a")) == ["a"]
    assert list(texts(["a", None, 3, "b"])) == ["a", "b"]
    assert list(texts({"a": "b"})) == []


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("noai", ["noai"]),
        (["noai", "noindex"], ["noai", "noindex"]),
        (1, ["1"]),
        (1.0, ["1"]),
        (True, ["1"]),
        (False, ["0"]),
        (float("nan"), []),
        (10**400, []),
        (None, []),
        (" ", []),
        ({"a": "b"}, []),
    ],
)
def test_values_of_a_header_field(value, found):
    assert list(header_texts(value)) == found


@pytest.mark.parametrize(
    "value",
    [
        {"X-Robots-Tag": "noai", "Server": None},
        {"X-Robots-Tag": ["noai"]},
        [["X-Robots-Tag", "noai"], ["broken"], 5],
        [("X-Robots-Tag", "noai")],
        [{"name": "X-Robots-Tag", "value": "noai"}, {"key": 5, "value": "x"}],
        [{"key": "X-Robots-Tag", "value": "noai"}],
        "HTTP/1.1 200 OK\r\nX-Robots-Tag: noai\r\n\r\n",
        '{"X-Robots-Tag": "noai"}',
    ],
)
def test_header_fields_in_the_forms_of_records(value):
    assert list(header_fields(value)) == [("X-Robots-Tag", "noai")]


def test_a_field_that_stands_twice_in_a_map_is_two():
    twice = [("X-Robots-Tag", "noai"), ("X-Robots-Tag", "max-snippet:-1")]
    assert list(header_fields(twice)) == twice


def test_a_record_within_a_record():
    assert mapping({"a": 1}) == mapping('{"a": 1}') == mapping([("a", 1)]) == {"a": 1}
    wrong = ("{", "[1]", "a", 5, None, '{"a":' * 100_000, '{"a": "%s"}' % ("x" * MAX_WITHIN), [("a", 1), 2])
    assert [mapping(one) for one in wrong] == [None] * len(wrong)


@pytest.mark.parametrize(
    ("value", "tags"),
    [
        ("en", ("en",)),
        ("zh-Hant-TW", ("zh-Hant-TW",)),
        ("jpn,eng", ("jpn", "eng")),
        (["ja", "en", "ja", "fr", "de"], ("ja", "en", "fr")),
        ("a", ()),
        ("two words", ()),
        ("e-mail@example.com", ()),
        (5, ()),
        ("x" * 10**6, ()),
    ],
)
def test_a_language_is_a_tag_a_name_or_several(value, tags):
    assert language_tags(value) == tags
