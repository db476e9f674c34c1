import json
from datetime import timedelta

import pytest

from sekisho.cli.app import main
from sekisho.cli.signals import collecting
from sekisho.cli.signals.collecting import Pace, Reach, collect_sites
from sekisho.collect.licences import MAX_OF_HOST
from sekisho.detect.signals.kept import Why
from sekisho.detect.signals.sites import Reached
from sekisho.store.clock import now
from sekisho.store.signals import SignalWriter, open_signal_snapshot
from sekisho.store.site_client import SiteAnswer
from tests.sites import copied

FAST = Pace(rate=1e6)


class Client:
    """Answers as somebody says; every host has an address of its own."""

    def __init__(self, get):
        self._get = get

    def __call__(self, url):
        return self._get(url)

    def place(self, host):
        return f"address of {host}"


def collected(path, urls, get, pace=FAST):
    reach = Reach(client=lambda _agent, _seconds: Client(get))
    return collect_sites(iter(urls), path, agent="x", pace=pace, reach=reach, lang="en")


def absent(_url):
    return SiteAnswer(404, Why.NONE, ("", "", ""), (b"", now()))


def test_urls_become_a_snapshot(tmp_path):
    summary, sites, visited = collected(
        tmp_path / "s", ["https://a.example/1", "https://a.example/2", "x"], absent
    )
    assert (sites.urls, sites.unusable, visited, summary.total) == (3, 1, 1, 3)
    assert open_signal_snapshot(tmp_path / "s").copies_kept == 3


@pytest.mark.parametrize(
    ("hours", "reached", "asked"),
    [
        (1, Reached.FOUND, False),
        (1, Reached.ABSENT, False),
        (1, Reached.UNREACHABLE, True),
        (25, Reached.FOUND, True),
    ],
)
def test_what_is_new_enough_is_not_asked_for(tmp_path, hours, reached, asked):
    writer = SignalWriter(tmp_path / "s")
    writer.append(copied("https://a.example/robots.txt", reached=reached, at=now() - timedelta(hours=hours)))
    writer.seal()
    seen = []
    collected(tmp_path / "s", ["https://a.example/1"], lambda url: seen.append(url) or absent(url))
    assert ("https://a.example/robots.txt" in seen) == asked


def test_a_collect_that_was_interrupted_goes_on_and_does_not_repeat_failures(tmp_path, capsys):
    writer = SignalWriter(tmp_path / "s")
    writer.append(copied("https://a.example/robots.txt", reached=Reached.UNREACHABLE, why=Why.TLS, at=now()))
    writer.commit()
    writer.close()
    seen = []
    collected(tmp_path / "s", ["https://a.example/1"], lambda url: seen.append(url) or absent(url))
    assert seen == []
    assert "1 copies are there already" in capsys.readouterr().err
    assert open_signal_snapshot(tmp_path / "s").copies_kept == 3


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ([], "no list of URLs"),
        (["no.txt", "--contact", "https://a.example"], "there is no no.txt"),
        (["urls.txt"], "who is asking?"),
        (["empty.txt", "--contact", "https://a.example"], "there is no URL"),
        (["urls.txt", "--contact", "https://a.example", "--rate", "0"], "Must be > 0"),
        (["urls.txt", "--contact", "https://a.example", "--parallel", "1000"], "Must be <= 256"),
    ],
)
def test_wrong_usage_is_said(tmp_path, monkeypatch, capsys, argv, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "urls.txt").write_text("localhost\n")
    (tmp_path / "empty.txt").write_text("\n")
    assert main(["signals", "collect", *argv, "-o", "s"]) == 2
    assert said in capsys.readouterr().err


def test_the_contact_may_stand_in_the_settings(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sekisho.toml").write_text('contact = "https://a.example/bot"\n')
    (tmp_path / "urls.txt").write_text("localhost\n")
    assert main(["signals", "collect", "urls.txt", "-o", "s", "--lang", "en"]) == 0
    assert "1 URLs of no public site" in capsys.readouterr().err


def linking(*addresses):
    return {"Link": ", ".join(f'<{one}>; rel="license"; type="application/rsl+xml"' for one in addresses)}


def test_licences_that_the_data_name_are_collected_after_the_sites_and_few_of_one_host(
    tmp_path, monkeypatch, capsys
):
    named = [[f"https://v.example/{n}/{m}" for m in range(5)] for n in range(9)]
    named += [["/rsl.xml", "http://127.0.0.1/rsl.xml"]]
    rows = [{"url": f"https://a.example/{n}", "headers": linking(*some)} for n, some in enumerate(named)]
    (tmp_path / "d.jsonl").write_text("\n".join(map(json.dumps, rows)))
    seen = []
    client = Client(lambda url: seen.append(url) or absent(url))
    reach = Reach(client=lambda _agent, _seconds: client)
    monkeypatch.setattr(collecting, "Reach", lambda: reach)
    path = str(tmp_path / "s")
    argv = ["signals", "collect", str(tmp_path / "d.jsonl"), "-o", path, "--contact", "https://c.example"]
    assert main([*argv, "--rate", "1000000", "--lang", "en"]) == 0
    assert seen[:3] == [
        f"https://a.example/{file}" for file in ("robots.txt", ".well-known/tdmrep.json", "ai.txt")
    ]
    assert sorted(seen[3:]).count("https://v.example/robots.txt") == 1
    assert len(seen) == len(set(seen)) == 3 + 1 + 1 + MAX_OF_HOST
    said = capsys.readouterr().err
    assert f"{MAX_OF_HOST + 1} licences that headers and pages of the data name" in said
    assert f"{45 - MAX_OF_HOST} licences that the data name were not asked for" in said
    assert (
        open_signal_snapshot(tmp_path / "s").copies("https://a.example/rsl.xml")[0].reached is Reached.ABSENT
    )
