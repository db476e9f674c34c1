import gzip
import zlib

import pytest

from sekisho.errors import InputError, UsageError
from sekisho.store.fetch import fetch, join_url, unpacked


@pytest.mark.parametrize(
    "url",
    [
        "",
        "log.example/checkpoint",
        "file:///etc/hostname",
        "ftp://log.example/checkpoint",
        "https://",
        "https:///checkpoint",
        "https://user@log.example/checkpoint",
        "https://log.example/checkpoint?x=1",
        "https://log.example/checkpoint#x",
        "https://log.example/a b",
        "https://log.example/a\r\nHost: other",
        "https://log.example:port/",
        "https://log.example:99999/",
        "https://[log.example/",
        "https://\u30ed\u30b0.example/",
    ],
)
def test_what_is_not_asked(url):
    with pytest.raises(UsageError):
        fetch(url, limit=1)


def test_addresses_are_joined():
    assert join_url("https://log.example/a/", "tile/0/000") == "https://log.example/a/tile/0/000"
    assert join_url("https://log.example/a", "checkpoint") == "https://log.example/a/checkpoint"


def test_gzip_is_unpacked_up_to_a_limit():
    packed = gzip.compress(b"a" * 1000, mtime=0)
    assert unpacked(b"a", "", 1000) == unpacked(b"a", "identity", 1000) == b"a"
    assert unpacked(packed, "gzip", 1000) == b"a" * 1000
    with pytest.raises(InputError, match="unpacks to more than 999"):
        unpacked(packed, "gzip", 999)


def test_a_bomb_is_never_unpacked_whole():
    bomb = gzip.compress(bytes(8_000_000))
    assert len(bomb) < 10_000
    with pytest.raises(InputError, match="unpacks to more than"):
        unpacked(bomb, "gzip", 8192)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(b"abc", mtime=0)[:-1], "gzip"),
        (gzip.compress(b"abc", mtime=0) + b"x", "gzip"),
        (gzip.compress(b"abc", mtime=0) * 2, "gzip"),
        (b"abc", "gzip"),
        (b"", "gzip"),
        (zlib.compress(b"abc"), "deflate"),
        (b"abc", "br"),
        (gzip.compress(b"abc", mtime=0), "gzip, gzip"),
    ],
)
def test_what_is_packed_otherwise_is_refused(body, encoding):
    with pytest.raises(InputError):
        unpacked(body, encoding, 1000)
