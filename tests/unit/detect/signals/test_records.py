import json

import pytest

from sekisho.detect.signals.records import MAX_RECORD, answered, json_told
from sekisho.model import Asked, Item, Stance, TextForm, TextSource, Told

URL = "https://a.example/"
REFUSED = [
    b'{"x-robots-tag": "noai", "x-robots-tag": "all"}',
    b'{"x-robots-tag": "all", "x-robots-tag": "noai"}',
    b'{"tdm_reservation": 1, "tdm_reservation": 0}',
    b'{"content-usage": "train-ai=n", "content\\u002dusage": "train-ai=y"}',
    b'{"headers": {"X-Robots-Tag": "noai", "X-Robots-Tag": "all"}}',
    b'{"headers": {"X-Robots-Tag": "noai"}, "headers": {}}',
    b'{"headers": [{"name": "X-Robots-Tag", "value": "noai", "value": "all"}]}',
    b'{"metadata": {"tdm-reservation": "1", "tdm-reservation": "0"}}',
    b'{"metadata": {"tdm-reservation": "1"}, "metadata": {"tdm-reservation": "0"}}',
    b'{"metadata": "{\\"meta_robots\\": \\"noai\\", \\"meta_robots\\": \\"all\\"}"}',
    b'{"meta_robots": ["noai"], "meta_robots": "all", "text": "\\ud83d"}',
    b'{"tdm_reservation": 1, "timestamp": 1e999}',
    b'{"url": -1E400, "x_robots_tag": "noai"}',
]


@pytest.mark.parametrize("data", REFUSED)
def test_of_equal_names_every_objection_is_heard(data):
    stances = {stance for signal in json_told(data).signals for stance in signal.stances.values()}
    assert Stance.DISALLOW in stances


def test_of_equal_names_the_last_says_where_an_item_was_found():
    twice = b'{"url": "https://b.example/", "url": "https://a.example/", "lang": "ja", "lang": "en"}'
    assert json_told(twice) == Told(url=URL, site="https://a.example", languages=("en",))


def test_a_name_that_stands_in_a_text_too_is_no_equal_name():
    assert json_told(b'{"url": "https://a.example/", "text": "url", "license": "license"}').url == URL


def test_members_that_are_no_json_are_passed_over():
    assert json_told(b'{"url": "https://a.example/\xff"}') is None
    assert json_told(b'{"url": NaN, "language": "en"}').languages == ("en",)
    assert json_told(b"[]") is json_told(b"5") is None


def test_a_number_that_nobody_can_read_hides_no_refusal():
    data = b'{"tdm_reservation": 0, "url": ' + b"1" * 5000 + b"}"
    assert {stance for one in json_told(data).signals for stance in one.stances.values()} == {Stance.ERROR}


@pytest.mark.parametrize("more", [b'"id": NaN', b'"url": "https://a.example/"', b'"text": "\\ud83d"'])
def test_who_asks_for_signals_alone_gets_no_address_of_a_record_that_is_read_twice(more):
    data = b'{"url": "https://a.example/", ' + more + b"}"
    assert json_told(data).url == URL
    assert json_told(data, addresses=False) is None


def test_a_record_that_is_too_long_tells_nothing_but_errors():
    (signal,) = json_told(b'{"tdm-reservation": 0, "text": "' + b"a" * MAX_RECORD + b'"}').signals
    assert set(signal.stances.values()) == {Stance.ERROR}


def test_a_record_is_asked_once_and_as_far_as_somebody_asks():
    data = json.dumps({"url": URL}).encode()
    for asked, found in ((Asked.ALL, URL), (Asked.SIGNALS, None), (Asked.NOTHING, None)):
        now = answered(Item(name="a", data=data, text=TextSource(form=TextForm.JSON, asked=asked)))
        assert (now.told and now.told.url) == found
        assert now.text.asked is Asked.NOTHING
    assert answered(Item(name="a", data=data)).told is None
