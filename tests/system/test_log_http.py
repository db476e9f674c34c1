"""A log's files over HTTP, read by us and by hostile clients; and we, reading from hostile servers."""

import gzip
import time

import pytest

from sekisho.errors import InputError, NotFoundError
from sekisho.ledger.tree import tree_root
from sekisho.store.fetch import fetch
from sekisho.store.remote_log import RemoteLog
from tests.logs import Growing, static
from tests.servers import exchanged, scripted, started

LOG = Growing(count=300)
FILES = static(LOG, 300)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory, repository):
    home = tmp_path_factory.mktemp("home")
    for name, data in {**FILES, ".sequence.sqlite": b"secret", "high-water": b"secret"}.items():
        path = home / "log" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (home / "outside").write_bytes(b"secret")
    arguments = ["-m", "sekisho", "log", "serve", str(home / "log"), "--port", "0"]
    with started(arguments, repository, home) as server:
        yield server


def test_a_log_is_read_over_http(served, tmp_path):
    log = RemoteLog(url=served.url, keys=(LOG.key,), origin=LOG.origin)
    head = log.open(log.checkpoint())
    assert tree_root(log.read(300), 300) == head.root
    assert [entry for number in range(2) for entry in log.entries(head, number)] == LOG.entries
    assert log.follow(tmp_path / "seen") == LOG.head(300)


def headers(received):
    return received.partition(b"\r\n\r\n")[0].decode().lower()


def get(served, path, *more):
    lines = [f"GET {path} HTTP/1.1", "Host: a", "Connection: close", *more]
    return exchanged(served.port, ("\r\n".join(lines) + "\r\n\r\n").encode())


def test_types_and_caches_are_those_of_the_specification(served):
    note = headers(get(served, "/checkpoint"))
    assert "content-type: text/plain; charset=utf-8" in note
    assert "cache-control: public, max-age=2" in note
    tile = headers(get(served, "/tile/0/000"))
    assert "content-type: application/octet-stream" in tile
    assert "immutable" in tile
    packed = get(served, "/tile/entries/000", "Accept-Encoding: gzip")
    assert "content-encoding: gzip" in headers(packed)
    assert gzip.decompress(packed.partition(b"\r\n\r\n")[2]) == FILES["tile/entries/000"]
    assert b"no-store" in get(served, "/tile/0/005.p/7")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/.sequence.sqlite",
        "/high-water",
        "/../outside",
        "/tile/../checkpoint",
        "/tile/0/../../.sequence.sqlite",
        "/tile/%2e%2e/.sequence.sqlite",
        "/tile/0/%2e%2e%2f%2e%2e%2foutside",
        "/tile/..%5coutside",
        "/tile/0//etc/hostname",
        "/tile/0/000/../../../../outside",
        "/tile/0/000%00",
        "/tile/0/x000/000",
        "/tile/0/000.p/256",
        "/tile/0/000.p/0",
        "/tile/0/000.p",
        "/tile/64/000",
        "/tile/0/001.p/99",
        "http://other/outside",
    ],
)
def test_nothing_beside_the_log_is_served(served, path):
    received = get(served, path)
    assert received.split(b" ")[1] in {b"404", b"400"}
    assert b"secret" not in received


def test_nothing_is_written(served):
    for method in ("POST", "PUT", "DELETE"):
        request = (
            f"{method} /checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
        assert exchanged(served.port, request.encode()).split(b" ")[1] == b"405"


def asked(connection):
    return connection.recv(65536)


def played(*parts, pause=0.0):
    def play(connection):
        asked(connection)
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)

    return play


def test_a_redirect_is_not_followed():
    reached = []
    with scripted(lambda connection: reached.append(asked(connection))) as other:
        moved = f"HTTP/1.1 302 Found\r\nLocation: {other}/secret\r\nContent-Length: 0\r\n\r\n".encode()
        with scripted(played(moved)) as url:
            assert fetch(f"{url}/checkpoint", limit=100).status == 302
    assert reached == []


@pytest.mark.parametrize("length", [b"", b"Content-Length: 999999999999\r\n", b"Content-Length: 5000\r\n"])
def test_an_answer_that_is_too_large_is_refused(length):
    with (
        scripted(played(OK + length + b"\r\n", b"x" * 5000)) as url,
        pytest.raises(InputError, match="more than"),
    ):
        fetch(f"{url}/checkpoint", limit=4999)


def test_a_bomb_is_refused():
    bomb = gzip.compress(bytes(20_000_000))
    answer = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (len(bomb), bomb)
    with scripted(played(answer)) as url, pytest.raises(InputError, match="unpacks to more than"):
        fetch(f"{url}/tile/entries/000", limit=50_000)


def dripping(head, part):
    def play(connection):
        asked(connection)
        connection.sendall(head)
        while True:
            connection.sendall(part)
            time.sleep(0.02)

    return play


@pytest.mark.parametrize(
    ("head", "part"),
    [
        (b"", b""),
        (b"HTTP/1.1 200", b" "),
        (OK, b"X: y\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (OK + b"\r\n", b"x"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ],
)
def test_a_server_that_never_ends_is_left_at_the_deadline(head, part):
    begun = time.monotonic()
    with scripted(dripping(head, part)) as url, pytest.raises((NotFoundError, InputError)):
        fetch(f"{url}/checkpoint", limit=1 << 20, seconds=0.4)
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r\n",
        b"SSH-2.0-x\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        OK + b"Content-Length: 10\r\n\r\nabc",
        OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        OK + b"Content-Encoding: br\r\n\r\nabc",
        b"\x00" * 2000,
    ],
)
def test_what_is_not_an_answer(answer):
    with scripted(played(answer)) as url, pytest.raises((NotFoundError, InputError)):
        fetch(f"{url}/checkpoint", limit=1 << 16, seconds=2)


def test_nobody_there():
    with pytest.raises(NotFoundError, match="no answer from"):
        fetch("http://127.0.0.1:9/checkpoint", limit=10, seconds=2)
    with scripted(played(b"\x00" * 100)) as url, pytest.raises(NotFoundError, match="no answer from"):
        fetch(url.replace("http:", "https:") + "/checkpoint", limit=10, seconds=2)
