from datetime import UTC, datetime, timedelta

import pytest

from sekisho.detect.signals.sites import AI_TXT, ROBOTS_TXT, TDMREP_JSON, Copy, Reached, site_signals
from sekisho.model import SignalFamily, SignalUse, Stance

DAY = datetime(2026, 11, 1, tzinfo=UTC)
SITE = "https://news.example"
URL = f"{SITE}/photo/1.jpg"


class Copies:
    def __init__(self, *copies):
        self.all = copies

    def copies(self, url):
        return [copy for copy in self.all if copy.url == url]


def copy(path, body="", reached=Reached.FOUND, day=DAY):
    url = path if "://" in path else SITE + path
    return Copy(url=url, reached=reached, captured=day, body=body.encode())


def said(*copies, url=URL):
    return site_signals(url, Copies(*copies))


REFUSED = "User-agent: GPTBot\nDisallow: /photo/\n"


def test_each_file_of_a_site_speaks_in_its_own_language():
    found = said(
        copy(
            ROBOTS_TXT,
            REFUSED + "\nUser-agent: *\nContent-Usage: train-ai=n\nContent-Signal: ai-train=no\nAllow: /",
        ),
        copy(TDMREP_JSON, '[{"location": "/photo/", "tdm-reservation": 1}]'),
        copy(AI_TXT, "User-Agent: *\nDisallow: *.jpg\n"),
    )
    families = {signal.family for signal in found.signals}
    assert families == {
        SignalFamily.ROBOTS,
        SignalFamily.AIPREF,
        SignalFamily.CONTENT_SIGNAL,
        SignalFamily.TDMREP,
        SignalFamily.AI_TXT,
    }
    assert all(signal.captured == DAY and signal.place.startswith(SITE) for signal in found.signals)
    assert all(len(signal.source) == 64 for signal in found.signals)


def test_the_licence_that_robots_txt_names_is_read_where_there_is_a_copy():
    licence = (
        '<rsl xmlns="https://rslstandard.org/rsl"><content url="/"><license>'
        '<prohibits type="usage">ai-all</prohibits></license></content></rsl>'
    )
    robots = copy(ROBOTS_TXT, "License: https://news.example/license.xml\nUser-agent: *\nAllow: /\n")
    found = said(robots, copy("/license.xml", licence))
    (rsl,) = [signal for signal in found.signals if signal.family is SignalFamily.RSL]
    assert rsl.stances[SignalUse.TRAIN_GENERATIVE] is Stance.DISALLOW
    assert not [s for s in said(robots).signals if s.family is SignalFamily.RSL]


def test_a_file_that_is_not_there_says_nothing_and_one_that_was_not_reached_is_an_error():
    assert said(copy(ROBOTS_TXT, reached=Reached.ABSENT)).signals == ()
    (error,) = said(copy(ROBOTS_TXT, reached=Reached.UNREACHABLE)).signals
    assert set(error.stances.values()) == {Stance.ERROR}
    assert said(copy(TDMREP_JSON, reached=Reached.UNREACHABLE)).signals == ()


def test_what_is_not_asked_says_nothing():
    assert said(copy("https://other.example/robots.txt", REFUSED)) == said()


def test_all_copies_are_read_and_named_also_those_that_say_nothing():
    older, newer = copy(ROBOTS_TXT, REFUSED), copy(ROBOTS_TXT, "", day=DAY + timedelta(days=9))
    found = said(older, newer)
    assert [when for _, when in found.read] == [DAY, DAY + timedelta(days=9)]
    assert {signal.captured for signal in found.signals} == {DAY}


@pytest.mark.parametrize(
    "url", ["", "photo.jpg", "data:image/png;base64,AA", "//news.example/x", "https://", "://"]
)
def test_what_is_no_address_of_a_site_is_about_none(url):
    assert said(copy(ROBOTS_TXT, REFUSED), url=url).signals == ()


def test_a_site_by_http_is_asked_at_its_own_address_with_its_port():
    other = copy("http://news.example:8080/robots.txt", REFUSED)
    assert said(other, url="http://NEWS.example:8080/photo/2.jpg").signals
    assert not said(other, url=URL).signals


def test_a_page_in_place_of_ai_txt_says_nothing():
    assert said(copy(AI_TXT, "<html>Disallow: *.jpg</html>")).signals == ()


def test_a_copy_of_a_licence_that_says_nothing_is_named_too():
    robots = copy(ROBOTS_TXT, "License: https://news.example/license.xml\n")
    licences = [copy("/license.xml", "<rsl/>"), copy("/license.xml", "<rsl/>", day=DAY + timedelta(days=9))]
    found = said(robots, *licences).read
    assert [when for place, when in found if place.endswith(".xml")] == [DAY, DAY + timedelta(days=9)]
