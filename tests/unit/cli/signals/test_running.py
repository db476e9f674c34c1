import threading

import pytest

from sekisho.cli.signals.running import Collecting
from sekisho.collect.licences import LicencesOf
from sekisho.detect.signals.kept import Why
from sekisho.detect.signals.sites import Reached
from sekisho.store.site_client import SiteAnswer
from tests.sites import DAY


def ran(get, sites, licences=(), **more):
    kept, commits, ticks = [], [], []
    running = Collecting(
        get=get,
        place=str,
        domain=str,
        known=lambda _url: None,
        keep=kept.append,
        commit=lambda: commits.append(len(kept)),
        seconds=0.0,
        parallel=4,
        **more,
    )
    running.run(iter(sites), lambda: ticks.append(1), licences)
    return running, kept, commits


def absent(_url):
    return SiteAnswer(404, Why.NONE, ("", "", ""), (b"", DAY))


def test_every_site_is_visited_and_everything_is_committed_at_the_end():
    sites = [f"https://h{n}.example" for n in range(100)]
    running, kept, commits = ran(absent, sites)
    assert running.visited == 100
    assert {one.copy.url for one in kept} == {
        site + file for site in sites for file in ("/robots.txt", "/.well-known/tdmrep.json", "/ai.txt")
    }
    assert {one.copy.reached for one in kept} == {Reached.ABSENT}
    assert commits[-1] == 300


def test_requests_go_out_together_and_copies_are_kept_by_one_thread():
    threads, gate = set(), threading.Barrier(4, timeout=10)

    def get(url):
        if url.endswith("/robots.txt"):
            gate.wait()
        threads.add(threading.get_ident())
        return absent(url)

    _, kept, _ = ran(get, [f"https://h{n}.example" for n in range(8)])
    assert len(kept) == 24
    assert threading.get_ident() not in threads


def test_a_fault_ends_it_after_what_was_kept_is_committed():
    def get(url):
        if "bad" in url:
            raise RuntimeError("a fault")
        return absent(url)

    with pytest.raises(RuntimeError, match="a fault"):
        ran(get, ["https://a.example", "https://bad.example"])


def test_no_site_is_no_work():
    assert ran(absent, [])[0].visited == 0


def test_licences_are_asked_for_and_are_no_sites():
    some = LicencesOf("https://a.example", ("https://a.example/1.xml", "https://a.example/2.xml"))
    running, kept, _ = ran(absent, ["https://b.example"], licences=(some,))
    assert running.visited == 1
    assert {one.copy.url for one in kept} >= set(some.urls)
    assert len(kept) == 3 + 1 + 2
