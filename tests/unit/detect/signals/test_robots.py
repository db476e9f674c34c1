"""robots.txt: groups, limits, odd bytes. What its rules mean is in tests/conformance."""

import pytest

from sekisho.detect.signals.robots import ABSENT, MAX_BYTES, UNREACHABLE, parse_robots


def test_groups_keep_their_tokens_rules_and_lines():
    robots = parse_robots(
        b"User-agent: A\nUser-agent: b/1\nDisallow: /x\nContent-Usage: train-ai=n\n\n"
        b"user-agent: *\ncontent-signal: search=yes\nAllow: /\n"
    )
    first, second = robots.groups
    assert first.tokens == ("a", "b")
    assert [rule.number for rule in first.rules] == [3]
    assert [(line.number, line.value) for line in first.usages] == [(4, "train-ai=n")]
    assert second.signals[0].text == "content-signal: search=yes"
    assert robots.named == ("a", "b")


def test_a_token_without_a_group_hears_what_is_said_to_everybody():
    robots = parse_robots(b"User-agent: *\nDisallow: /\n\nUser-agent: a\nAllow: /\n")
    assert [robots.allows("/x", token) for token in ("a", "A", "b", "")] == [True, True, False, False]


def test_absolute_licences_are_kept_wherever_they_stand():
    robots = parse_robots(
        b"License: https://e.com/l.xml\nUser-agent: *\nLicense: /relative\nlicense: https://e.com/m.xml\n"
        b"License: https://e.com/l.xml\n"
    )
    assert robots.licences == ("https://e.com/l.xml", "https://e.com/m.xml")


def test_what_stands_behind_500_kib_is_not_read_nor_the_line_that_is_cut():
    start = b"User-agent: *\nDisallow: /secret\n"
    filling = b"#" * (MAX_BYTES - len(start) - len("\nAllow: /sec")) + b"\n"
    robots = parse_robots(start + filling + b"Allow: /secret/open\n")
    assert robots.truncated
    assert not robots.allows("/secret/x", "a")
    assert robots.decide("/sec/x", "a") is None
    assert not parse_robots(b"x" * MAX_BYTES).truncated


def test_a_file_of_exactly_500_kib_is_whole():
    end = b"\nUser-agent: *\nDisallow: /"
    robots = parse_robots(b"#" * (MAX_BYTES - len(end)) + end)
    assert not robots.truncated
    assert not robots.allows("/", "a")


@pytest.mark.parametrize("code", ["utf-16-le", "utf-16-be"])
def test_utf_16_with_a_mark_is_read(code):
    data = "\ufeffUser-agent: *\nDisallow: /画\n".encode(code)
    assert not parse_robots(data).allows("/%E7%94%BB", "a")


def test_bytes_that_are_no_utf_8_are_compared_as_octets():
    assert not parse_robots(b"User-agent: *\nDisallow: /\xff\n").allows("/%FF", "a")


def test_rules_before_any_user_agent_bind_nobody():
    assert parse_robots(b"Disallow: /\nUser-agent: a\n").allows("/x", "b")


def test_an_empty_rule_ends_the_row_of_user_agents():
    robots = parse_robots(b"User-agent: a\nDisallow:\nUser-agent: b\nDisallow: /\n")
    assert [robots.allows("/x", token) for token in "ab"] == [True, False]


@pytest.mark.parametrize(
    "data", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\0", b":", b"::", b"\n\r\n\r", b"User-agent:"]
)
def test_a_file_that_says_nothing_turns_nobody_away(data):
    assert parse_robots(data).allows("/x", "a")


def test_absent_allows_and_unreachable_does_not():
    assert ABSENT.allows("/x", "a")
    assert not UNREACHABLE.allows("/x", "a")
    assert UNREACHABLE.decide("/x", "a") is None


def test_files_are_compared_by_identity():
    assert parse_robots(b"") != parse_robots(b"")
    assert len({parse_robots(b""), parse_robots(b"")}) == 2


def test_a_rule_names_the_line_that_decided():
    robots = parse_robots(b"# hello\nUser-agent: *\nDisallow: /x # private\n")
    rule = robots.decide("/x/y", "a")
    assert (rule.number, rule.text, rule.allow) == (3, "Disallow: /x", False)


def test_an_index_page_that_is_forbidden_opens_no_folder():
    robots = parse_robots(b"User-agent: *\nDisallow: /\nDisallow: /a/index.html\nAllow: /b/index.html\n")
    assert not robots.allows("/a/", "x")
    assert robots.allows("/b/", "x")
    assert not robots.allows("/b/c", "x")


def test_whom_a_file_names_takes_room_too():
    assert parse_robots(b"User-agent: a\nUser-agent: b\nDisallow: /\nContent-Signal: search=yes\n").lines == 4
