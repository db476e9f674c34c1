from sekisho.collect.summary import LICENCE, Summary, file_of
from sekisho.detect.signals.kept import Why
from sekisho.detect.signals.sites import Reached
from tests.sites import copied


def test_copies_are_counted_by_file_and_reason():
    summary = Summary()
    summary.add(copied("https://a.example/robots.txt"))
    summary.add(copied("https://b.example/robots.txt", reached=Reached.ABSENT, why=Why.STATUS, status=404))
    summary.add(copied("https://c.example/robots.txt", reached=Reached.UNREACHABLE, why=Why.TLS, status=0))
    summary.add(copied("https://c.example/l.xml", reached=Reached.UNREACHABLE, why=Why.TLS, status=0))
    assert summary.of("/robots.txt") == dict.fromkeys(Reached, 1)
    assert summary.of(LICENCE)[Reached.UNREACHABLE] == 1
    assert (summary.reached(Reached.UNREACHABLE), summary.reached(Reached.FOUND)) == (2, 1)
    assert (summary.total, summary.why) == (4, (("tls", 2), ("status 404", 1)))


def test_a_licence_is_every_other_file():
    assert file_of("https://a.example/ai.txt") == "/ai.txt"
    assert file_of("https://a.example/x/ai.txt") == LICENCE
