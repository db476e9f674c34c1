"""Collecting from real sockets that behave as no server should, and never from the inside of a network."""

import gzip
import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from threading import Lock
from urllib.parse import urlsplit

import pytest

from sekisho.cli.app import main
from sekisho.cli.signals.collecting import Pace, Reach, collect_sites
from sekisho.detect.signals.kept import MAX_KEPT, Why
from sekisho.detect.signals.sites import Reached
from sekisho.store.signals import open_signal_snapshot
from tests.sites import answer, web

REPOSITORY = Path(__file__).parents[2]
FAST = Pace(rate=1000.0, timeout=5.0)
ROBOTS = answer(b"User-agent: GPTBot\nDisallow: /\n")


@pytest.fixture
def served():
    with web() as made:
        yield made


def collected(served, path, hosts, pace=FAST):
    urls = iter([served.url(host, "/a.png") for host in hosts])
    collect_sites(urls, path, agent="Sekisho-signals/0", pace=pace, reach=served.reach(), lang="en")
    return open_signal_snapshot(path)


def newest(snapshot, served, host, file="/robots.txt"):
    return snapshot.kept(served.url(host) + file)[-1]


def test_what_is_found_and_what_is_not(served, tmp_path):
    served.sites["a.example", "/robots.txt"] = ROBOTS
    served.sites["a.example", "/ai.txt"] = answer(b"User-Agent: *\nDisallow: *.png\n")
    served.sites["b.example"] = answer(b"down", status=500)
    snapshot = collected(served, tmp_path / "s", ["a.example", "b.example", "a.example"])
    kept = newest(snapshot, served, "a.example")
    assert (kept.copy.reached, kept.copy.body, kept.status) == (
        Reached.FOUND,
        ROBOTS.partition(b"\r\n\r\n")[2],
        200,
    )
    assert newest(snapshot, served, "a.example", "/ai.txt").copy.reached is Reached.FOUND
    assert newest(snapshot, served, "a.example", "/.well-known/tdmrep.json").copy.reached is Reached.ABSENT
    down = [newest(snapshot, served, "b.example", file) for file in ("/robots.txt", "/ai.txt")]
    assert [(one.copy.reached, one.why) for one in down] == [
        (Reached.UNREACHABLE, Why.STATUS),
        (Reached.UNREACHABLE, Why.NO_ROBOTS),
    ]
    assert served.paths("b.example") == ["/robots.txt"]


def test_the_request_says_who_asks_and_nothing_else(served, tmp_path):
    collected(served, tmp_path / "s", ["a.example"])
    head = served.asked[0][3].lower()
    assert "user-agent: sekisho-signals/0\r\n" in head
    assert not any(word in head for word in ("cookie", "authorization", "referer", "from:"))


def test_a_site_that_forbids_us_is_asked_for_nothing_else(served, tmp_path):
    served.sites["a.example", "/robots.txt"] = answer(b"User-agent: sekisho-signals\nDisallow: /\n")
    snapshot = collected(served, tmp_path / "s", ["a.example"])
    assert served.paths("a.example") == ["/robots.txt"]
    assert newest(snapshot, served, "a.example", "/ai.txt").why is Why.ROBOTS


INSIDE = [
    "http://127.0.0.1:{port}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://2130706433:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://0x7f.1:{port}/",
    "http://localhost.:{port}/",
    "http://a.localhost:{port}/",
    "http://metadata.google.internal/",
    "http://rebinds.example:{port}/",
    "http://inside.example:{port}/",
]


@pytest.mark.parametrize("target", INSIDE)
def test_no_redirect_leads_inside(served, tmp_path, target):
    served.addresses |= {"rebinds.example": ["93.184.216.34", "10.0.0.1"], "inside.example": ["192.168.1.1"]}
    served.sites["a.example", "/robots.txt"] = answer(status=302, location=target.format(port=served.port))
    snapshot = collected(served, tmp_path / "s", ["a.example"])
    kept = newest(snapshot, served, "a.example")
    assert (kept.copy.reached, kept.why) == (Reached.UNREACHABLE, Why.NOT_PUBLIC)
    assert [host for host, *_ in served.asked] == ["a.example"]


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("file:///etc/passwd", Why.ELSEWHERE),
        ("ftp://a.example/", Why.ELSEWHERE),
        ("gopher://a.example:70/", Why.ELSEWHERE),
        ("http://a.example:25/", Why.ELSEWHERE),
        ("/robots.txt", Why.REDIRECTS),
        ("/1", Why.REDIRECTS),
    ],
)
def test_redirects_to_other_things_or_without_end_are_unreachable(served, tmp_path, target, why):
    served.sites["a.example", "/robots.txt"] = answer(status=301, location=target)
    for number in range(1, 9):
        served.sites["a.example", f"/{number}"] = answer(status=301, location=f"/{number + 1}")
    kept = newest(collected(served, tmp_path / "s", ["a.example"]), served, "a.example")
    assert (kept.copy.reached, kept.why) == (Reached.UNREACHABLE, why)
    assert len(served.paths("a.example")) <= 6


def test_five_redirects_are_followed(served, tmp_path):
    served.sites["a.example", "/robots.txt"] = answer(status=301, location=served.url("b.example", "/1"))
    for number in range(1, 5):
        served.sites["b.example", f"/{number}"] = answer(status=308, location=f"/{number + 1}")
    served.sites["b.example", "/5"] = ROBOTS
    kept = newest(collected(served, tmp_path / "s", ["a.example"]), served, "a.example")
    assert kept.copy.reached is Reached.FOUND
    assert kept.final == served.url("b.example", "/5")
    assert kept.chain[0] == served.url("a.example", "/robots.txt")
    assert len(kept.chain) == 5


def slowly(connection):
    while True:
        connection.sendall(b"H")
        time.sleep(0.05)


def endless(connection):
    connection.sendall(b"HTTP/1.1 200 x\r\n\r\n" + b"# x\n")
    while True:
        connection.sendall(b"Disallow: /x\n" * 5000)


def large_head(connection):
    connection.sendall(b"HTTP/1.1 200 x\r\nX: " + b"x" * 10_000_000 + b"\r\n\r\n")


def many_fields(connection):
    connection.sendall(b"HTTP/1.1 200 x\r\n" + b"X: y\r\n" * 100_000 + b"\r\n")


BOMB = gzip.compress(b"#" * 50_000_000)


@pytest.mark.parametrize(
    ("does", "why"),
    [
        (slowly, Why.TIMEOUT),
        (large_head, Why.BROKEN),
        (many_fields, Why.BROKEN),
        (answer(b"User-agent: *\n", content_length=900), Why.BROKEN),
        (answer(b"not gzip", content_encoding="gzip"), Why.BROKEN),
        (answer(gzip.compress(b"x" * 9000)[:30], content_encoding="gzip"), Why.BROKEN),
        (answer(b"x", content_encoding="br"), Why.BROKEN),
        (b"HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", Why.BROKEN),
        (b"SSH-2.0-x\r\n", Why.BROKEN),
        (b"", Why.BROKEN),
    ],
    ids=["slow", "head", "fields", "short", "no_gzip", "cut_gzip", "br", "chunk", "ssh", "nothing"],
)
def test_what_is_no_answer_is_never_leave(served, does, why):
    served.sites["a.example"] = does
    found = served.client(seconds=0.4 if why is Why.TIMEOUT else 5.0)(served.url("a.example", "/robots.txt"))
    # A server that is left in the middle of its flood may break the connection first.
    assert found.why is why or (does in {large_head, many_fields} and found.why is Why.REFUSED)
    assert found.came[0] == b""


@pytest.mark.parametrize("does", [endless, answer(BOMB, content_encoding="gzip")], ids=["endless", "bomb"])
def test_no_body_is_larger_than_what_is_kept(served, does):
    served.sites["a.example"] = does
    found = served.client()(served.url("a.example", "/robots.txt"))
    assert (found.why, len(found.came[0])) == (Why.NONE, MAX_KEPT)


def test_no_connection_and_no_tls(served):
    client = served.client()
    assert client("http://a.example:9/").why is Why.REFUSED
    assert client(served.url("a.example").replace("http:", "https:") + "/").why is Why.TLS


def test_who_asks_to_wait_is_waited_for_or_left_alone(served, tmp_path):
    first = iter([answer(status=429, retry_after=0), ROBOTS])
    served.sites["a.example", "/robots.txt"] = lambda connection: connection.sendall(next(first))
    served.sites["b.example", "/robots.txt"] = answer(status=429, retry_after=86400)
    snapshot = collected(served, tmp_path / "s", ["a.example", "b.example"])
    assert newest(snapshot, served, "a.example").copy.reached is Reached.FOUND
    assert newest(snapshot, served, "b.example").why is Why.THROTTLED
    assert served.paths("b.example") == ["/robots.txt"]


def test_a_host_is_asked_one_at_a_time_with_a_pause(served, tmp_path):
    def lazily(connection):
        time.sleep(0.02)
        connection.sendall(answer(status=404))

    hosts = ["a.example", "b.example", "c.example"]
    served.sites |= dict.fromkeys(hosts, lazily)
    collected(served, tmp_path / "s", hosts, Pace(rate=20.0, parallel=3))
    assert served.most == dict.fromkeys(hosts, 1)
    for host in hosts:
        times = [when for name, _, when, _ in served.asked if name == host]
        assert len(times) == 3
        assert min(b - a for a, b in pairwise(times)) >= 0.05


def test_licences_are_asked_for_where_they_are_and_the_host_there_is_obeyed(served, tmp_path):
    lines = [
        served.url("a.example", "/l.xml"),
        served.url("b.example", "/l.xml"),
        served.url("c.example", "/l.xml"),
    ]
    served.sites["a.example", "/robots.txt"] = answer(
        "".join(f"License: {line}\n" for line in lines).encode()
    )
    served.sites["c.example", "/robots.txt"] = answer(b"User-agent: *\nDisallow: /l\n")
    served.sites |= {(host, "/l.xml"): answer(b"<rsl/>") for host in ("a.example", "b.example", "c.example")}
    snapshot = collected(served, tmp_path / "s", ["a.example"])
    reached = [snapshot.kept(line)[0].copy.reached for line in lines]
    assert reached == [Reached.FOUND, Reached.FOUND, Reached.UNREACHABLE]
    assert served.paths("c.example") == ["/robots.txt"]


def test_a_second_collect_adds_and_asks_only_for_what_is_old(served, tmp_path):
    served.sites["a.example", "/robots.txt"] = ROBOTS
    served.sites["b.example"] = answer(status=500)
    first = collected(served, tmp_path / "s", ["a.example", "b.example"])
    before = (tmp_path / "s" / "000001.signals").read_bytes()
    served.asked.clear()
    served.sites["b.example"] = ROBOTS
    second = collected(served, tmp_path / "s", ["a.example", "b.example"])
    assert {host for host, *_ in served.asked} == {"b.example"}
    assert (tmp_path / "s" / "000001.signals").read_bytes() == before
    assert [one.copy.reached for one in second.kept(served.url("b.example", "/robots.txt"))] == [
        Reached.UNREACHABLE,
        Reached.FOUND,
    ]
    assert second.digest != first.digest


SCRIPT = """
import sys
from pathlib import Path
from sekisho.cli.signals.collecting import Pace, Reach, collect_sites
from tests.sites import Web
web = Web()
web.port = int(sys.argv[1])
urls = iter([web.url(f"h{n}.example", "/a") for n in range(400)])
print("begun", flush=True)
pace = Pace(rate=1000.0, parallel=4)
collect_sites(urls, Path(sys.argv[2]), agent="x", pace=pace, reach=web.reach(), lang="en")
"""


def test_what_was_kept_outlives_a_kill(served, tmp_path):
    served.sites |= {(f"h{n}.example", "/robots.txt"): ROBOTS for n in range(400)}
    part = tmp_path / "s" / "000001.part"
    environment = os.environ | {"PYTHONPATH": f"{REPOSITORY}{os.pathsep}{REPOSITORY / 'src'}"}
    argv = [sys.executable, "-c", SCRIPT, str(served.port), str(tmp_path / "s")]
    with subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE) as running:  # noqa: S603 - our own
        running.stdout.readline()
        until = time.monotonic() + 20
        while not (part.exists() and part.stat().st_size > 20_000) and time.monotonic() < until:
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
    assert part.stat().st_size > 20_000
    asked = len(served.asked)
    with part.open("ab") as file:
        file.write(b"\0\0\0\x10torn")
    snapshot = collected(served, tmp_path / "s", [f"h{n}.example" for n in range(400)])
    assert not part.exists()
    assert snapshot.copies_kept == 1200
    robots = [snapshot.kept(served.url(f"h{n}.example", "/robots.txt")) for n in range(400)]
    assert all([one.copy.reached for one in kept] == [Reached.FOUND] for kept in robots)
    # Only what was under way is asked for again.
    assert len(served.asked) < 1200 + 200
    assert asked < 1200


def test_the_command_never_asks_the_inside(served, tmp_path, capsys):
    list_ = tmp_path / "urls.txt"
    list_.write_text(f"http://127.0.0.1:{served.port}/a\nhttp://localhost:{served.port}/a\n10.0.0.1\n")
    argv = ["signals", "collect", str(list_), "-o", str(tmp_path / "s"), "--contact", "https://x.example/bot"]
    assert main([*argv, "--lang", "en"]) == 0
    assert "3 URLs looked at, 0 sites visited, 3 URLs of no public site" in capsys.readouterr().err
    assert served.asked == []


class Counting:
    """Answers slowly, and counts how many answers are under way at a time."""

    def __init__(self):
        self.most = self._now = 0
        self._lock = Lock()

    def __call__(self, connection):
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(0.01)
        with self._lock:
            self._now -= 1
        connection.sendall(answer(status=404))


def test_names_of_one_server_are_asked_one_at_a_time(served, tmp_path):
    count = Counting()
    names = [f"n{n}.wild.example" for n in range(6)] + ["other.example"]
    served.sites |= dict.fromkeys(names, count)
    collected(served, tmp_path / "s", names, Pace(rate=20.0, parallel=16))
    assert count.most == 1
    of_wild = [when for host, _, when, _ in served.asked if host != "other.example"]
    assert len(of_wild) == 18
    assert min(b - a for a, b in pairwise(of_wild)) >= 0.05


class Listening:
    """A client that says which hosts were asked for."""

    def __init__(self, client):
        self.hosts, self._client, self.place = [], client, client.place

    def __call__(self, url):
        self.hosts.append(urlsplit(url).hostname)
        return self._client(url)


def test_a_server_with_many_names_does_not_keep_others_waiting(served, tmp_path):
    wild = [f"n{n}.wild.example" for n in range(200)]
    served.addresses["other.example"] = ["10.0.0.1"]
    client = Listening(served.client())
    urls = iter([served.url(host, "/a.png") for host in [*wild, "other.example"]])
    pace, reach = Pace(rate=500.0, parallel=4), Reach(client=lambda *_: client)
    collect_sites(urls, tmp_path / "s", agent="x", pace=pace, reach=reach, lang="en")
    assert len(client.hosts) == 3 * 200 + 1
    assert client.hosts.index("other.example") < 300


def test_the_place_of_a_name_is_its_address(served):
    served.addresses |= {
        "a.example": ["93.184.216.35", "93.184.216.34"],
        "b.example": ["93.184.216.34", "93.184.216.35"],
        "v6.example": ["2606:2800:220:1::1", "93.184.216.34"],
        "w6.example": ["2606:2800:220:1::2"],
        "inside.example": ["10.0.0.1"],
    }
    client = served.client()
    assert client.place("a.example") == client.place("b.example") == "93.184.216.34"
    assert client.place("v6.example") == client.place("w6.example") == "2606:2800:220:1::/64"
    assert [client.place(host) for host in ("inside.example", "localhost", "10.0.0.1")] == [""] * 3
    served.addresses["a.example"] = ["10.0.0.1"]
    assert client.place("a.example") == "93.184.216.34", "what was looked at once is what is asked"
