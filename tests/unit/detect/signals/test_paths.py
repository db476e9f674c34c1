"""Paths and patterns (RFC 9309, 2.2.2 and 2.2.3)."""

import pytest

from sekisho.detect.signals.paths import host_of, normal, path_of, pattern, written


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://e.com/a/b?c=d", "/a/b?c=d"),
        ("https://e.com", "/"),
        ("https://e.com/", "/"),
        ("https://e.com?x=/y", "/?x=/y"),
        ("https://e.com/a#b", "/a"),
        ("https://e.com#b", "/"),
        ("//e.com/a", "/a"),
        ("/a", "/a"),
        ("a", "/a"),
        ("", "/"),
        ("/login?to=https://e.com/x", "/login?to=https://e.com/x"),
        ("https://e.com/画", "/%E7%94%BB"),
        ("https://e.com/a b", "/a%20b"),
        ("https://e.com/\udcff", "/%FF"),
        ("https://e.com/\ud800", "/%ED%A0%80"),
        ("https://e.com/a\nb", "/a%0Ab"),
    ],
)
def test_the_path_of_a_url(url, path):
    assert path_of(url) == path


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://E.com/a", "e.com"),
        ("https://e.com:443/", "e.com"),
        ("http://e.com:80", "e.com"),
        ("http://e.com:443/", "e.com:443"),
        ("https://user@e.com?x", "e.com"),
        ("/a", ""),
        ("/a?u=https://e.com/", ""),
        ("", ""),
    ],
)
def test_the_host_of_a_url(url, host):
    assert host_of(url) == host


def test_the_normal_form_decodes_what_is_unreserved():
    assert normal("/%7ea%2Fb%c3%a4*$") == "/~a%2Fb%C3%A4%2A%24"
    assert normal(normal("/%7ea%2Fb")) == normal("/%7ea%2Fb")


def test_the_written_form_only_writes_digits_in_capitals():
    assert written("/%7ea%2fb*") == "/%7Ea%2Fb%2A"


def test_a_percent_sign_without_digits_stays():
    assert normal("/100%") == written("/100%") == "/100%"


@pytest.mark.parametrize(
    ("rule", "path", "matches"),
    [
        ("/a", "/ab", True),
        ("/a$", "/ab", False),
        ("/a$", "/a", True),
        ("/*b", "/aab", True),
        ("/a*b*c", "/axxbxxcxx", True),
        ("/a*b*c$", "/axxbxxcxx", False),
        ("/ab*ba$", "/aba", False),
        ("/ab*ba$", "/abba", True),
        ("/*bb*bb", "/bbb", False),
        ("/*bb*bb", "/bbxbb", True),
        ("*", "/", True),
        ("/**a", "/xa", True),
        ("/$", "/", True),
        ("", "/x", True),
    ],
)
def test_a_pattern(rule, path, matches):
    assert pattern(rule).matches(path) is matches


def test_the_length_counts_octets_after_encoding():
    assert [pattern(rule).length for rule in ("/a", "/*a$", "/画")] == [2, 4, 10]


def test_only_a_plain_beginning_is_a_literal():
    assert [pattern(rule).literal for rule in ("/a", "/a*", "/a$")] == ["/a", "", ""]
