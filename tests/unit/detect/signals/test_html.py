import pytest

from sekisho.detect.signals.html import MAX_HEAD, RSL_TYPE, html_signals, linked_licence
from sekisho.model.signal import SignalFamily, Stance

NOAI = '<meta name="robots" content="noai">'


def stances(page):
    return [set(map(str, signal.stances.values())) for signal in html_signals(page.encode())]


def test_the_place_of_a_page_that_something_was_linked_from():
    (signal,) = html_signals(NOAI.encode(), "https://example.jp/page")
    assert (signal.place, signal.family, signal.raw) == (
        "https://example.jp/page",
        SignalFamily.META_ROBOTS,
        "noai",
    )


@pytest.mark.parametrize("charset", ["utf-8", "cp932", "euc_jp", "utf-16"])
def test_pages_in_other_charsets(charset):
    page = f"<html><head><title>関所の番人が通行を調べる</title>{NOAI}</head>".encode(charset)
    assert len(html_signals(page)) == 1


def test_of_an_attribute_that_stands_twice_the_first_counts():
    assert stances('<meta name="tdm-reservation" content="1" content="0">') == [{"disallow"}]


def test_a_head_that_does_not_end_is_an_error():
    filler = "<script>" + "x" * MAX_HEAD + "</script>"
    assert stances(f"<head>{filler}{NOAI}</head>") == [{"error"}]
    assert stances(f"<head>{NOAI}{filler}</head>") == [{"disallow"}, {"error"}]
    assert stances(f"<head>{NOAI}</head>{filler}") == [{"disallow"}]
    assert stances(f"{NOAI}<p>{filler}") == [{"disallow"}]


def test_too_many_elements_are_an_error():
    page = "<head>" + "<meta name=a content=b>" * 200 + "<link>" * 21_000 + NOAI
    assert stances(page) == [{"error"}]


def test_what_is_no_text_is_an_error():
    (signal,) = html_signals(bytes(range(256)) * 40)
    assert set(signal.stances.values()) == {Stance.ERROR}


def test_a_page_of_nothing_says_nothing():
    assert html_signals(b"") == ()
    assert html_signals(b"<html><head></head><body></body></html>") == ()


def test_a_link_of_rsl_is_handed_on():
    signal = linked_licence("https://example.jp/l.xml", f"{RSL_TYPE}; charset=utf-8", "link")
    assert (signal.family, signal.note) == (SignalFamily.RSL, "license=https://example.jp/l.xml")
    assert set(signal.stances.values()) == {Stance.UNKNOWN}


def test_leave_in_a_script_that_never_ends_is_none():
    assert stances('<head><script>x <meta name="tdm-reservation" content="0">') == [{"unknown"}]


@pytest.mark.parametrize(
    "part", ["<meta ", "<!--", "<link rel=license href=", "<meta name='", "&#", "<!", "<script>"]
)
def test_endless_repetitions_are_read_once(part):
    html_signals(part.encode() * (100_000 // len(part)))


CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"


def test_only_a_link_to_a_licence_is_one():
    assert stances(f'<link rel="license" href="{CC0}">') == [{"allow"}]
    assert stances(f'<link rel="canonical" href="{CC0}"><link rel="license" href=" ">') == []


def test_what_stands_for_browsers_without_scripts_does_not_end_the_head():
    page = '<head><noscript><img src="x"></noscript><meta name="tdm-reservation" content="0"></head>'
    assert stances(page) == [{"allow"}]
