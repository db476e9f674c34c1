import pytest

from sekisho.detect.signals.headers import header_signals
from sekisho.detect.signals.html import html_signals
from sekisho.detect.signals.linked import MAX_LINKED, linked_licences, linked_signals
from sekisho.detect.signals.sites import Copy, Reached
from sekisho.model import SignalUse, Stance
from tests.sites import DAY

URL, PAGE = "https://news.example/img/a.jpg", "https://news.example/gallery/1.html"
LICENCE = "https://news.example/terms/rsl.xml"
TRAIN = SignalUse.TRAIN_GENERATIVE


def link(*addresses, kind="application/rsl+xml"):
    return header_signals([("Link", f'<{one}>; rel="license"; type="{kind}"') for one in addresses])


def rsl(where, said="<prohibits>ai-train</prohibits>"):
    content = f'<content url="{where}"><license>{said}</license></content>'
    return f'<rsl xmlns="https://rslstandard.org/rsl">{content}</rsl>'.encode()


class Copies(dict):
    def copies(self, url):
        return [] if url not in self else [Copy(url=url, captured=DAY, **self[url])]


def said(body, signals=(), *, url=URL, page="", reached=Reached.FOUND):
    sites = Copies({LICENCE: {"body": body, "reached": reached}})
    return linked_signals(signals or link(LICENCE), url, page, sites)


@pytest.mark.parametrize(
    "address", [LICENCE, "/terms/rsl.xml", "../terms/rsl.xml", "//news.example/terms/rsl.xml#a"]
)
def test_a_licence_of_a_header_is_named_by_its_whole_address(address):
    assert linked_licences(link(address), URL) == (LICENCE,)


def test_a_licence_of_a_page_is_relative_to_the_page():
    page = b'<head><link rel="license" type="application/rsl+xml" href="rsl.xml"></head>'
    there = "https://other.example/terms/1.html"
    assert linked_licences(html_signals(page, there), URL) == ("https://other.example/terms/rsl.xml",)
    assert linked_licences(html_signals(page), "https://news.example/terms/a.html") == (LICENCE,)


@pytest.mark.parametrize(
    "address",
    [
        "ftp://news.example/rsl.xml",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:application/rsl+xml,x",
        "http://",
        "//[::1",
        "https://news.example/" + "x" * 1100,
        "https://news.example/a b",
    ],
)
def test_what_is_no_address_of_the_web_is_no_licence(address):
    assert linked_licences(link(address), URL) == ()


def test_only_licences_that_machines_read_are_named_and_a_few_of_them():
    assert linked_licences(link("https://creativecommons.org/publicdomain/zero/1.0/", kind=""), URL) == ()
    assert (
        linked_licences(header_signals([("tdm-reservation", "1"), ("tdm-policy", "/policy.json")]), URL) == ()
    )
    many = linked_licences(link(*(f"/{n % 9}.xml" for n in range(40))), URL)
    assert many == tuple(f"https://news.example/{n}.xml" for n in range(MAX_LINKED))
    assert linked_licences(link("/rsl.xml"), "") == ()


def test_a_copy_says_what_it_says_about_the_items_address():
    found = said(rsl("/img/"))
    assert [dict(one.stances)[TRAIN] for one in found.signals] == [Stance.DISALLOW]
    assert (found.signals[0].place, found.signals[0].captured) == (LICENCE, DAY)
    assert found.read == ((LICENCE, DAY),)
    permits = said(rsl("/img/", "<permits>ai-train</permits>"))
    assert permits.signals[0].stances[TRAIN] is Stance.ALLOW
    assert said(rsl("/elsewhere/")).signals == ()


def test_of_the_page_it_says_only_what_it_refuses():
    about_page = said(rsl("/gallery/", "<prohibits>ai-train search</prohibits>"), page=PAGE)
    assert about_page.signals[0].stances[TRAIN] is Stance.DISALLOW
    assert SignalUse.SEARCH not in about_page.signals[0].stances
    assert said(rsl("/gallery/", "<permits>all</permits>"), page=PAGE).signals == ()


def test_a_copy_that_is_no_licence_is_an_error_and_one_that_is_not_there_says_nothing():
    assert said(b"<!DOCTYPE rsl [<!ENTITY a 'a'>]><rsl/>").signals[0].stances[TRAIN] is Stance.ERROR
    assert said(b"", reached=Reached.ABSENT).signals == ()
    assert said(b"", reached=Reached.UNREACHABLE).read == ((LICENCE, DAY),)
    assert said(rsl("/"), url="").signals == ()


def test_a_licence_names_no_other_licence():
    read = said(rsl("/img/", '<permits type="user">license=https://b.example/x</permits>')).signals
    assert linked_licences(read, URL) == ()
