"""Lines of a robots.txt that state preferences: whom they bind, and which path holds."""

import pytest

from sekisho.detect.signals.robots import parse_robots
from sekisho.detect.signals.stated import STRICTNESS, Statement, stated_signals, stricter, together
from sekisho.model.signal import SignalFamily, SignalUse, Stance

WORDS = {"no": Stance.DISALLOW, "yes": Stance.ALLOW, "odd": Stance.ERROR}


def usages(group):
    return group.usages


def read(words):
    return Statement({SignalUse.SEARCH: WORDS[words]} if words in WORDS else {}, f"note {words}")


def said(text, url="https://e.com/a/b"):
    signals = stated_signals(
        parse_robots(text.encode()),
        url,
        family=SignalFamily.AIPREF,
        lines_of=usages,
        read=read,
        captured=None,
        place="p",
        source="",
    )
    return [(signal.agent, *(str(stance) for stance in signal.stances.values())) for signal in signals]


@pytest.mark.parametrize("one", STRICTNESS)
@pytest.mark.parametrize("other", STRICTNESS)
def test_the_stricter_prevails(one, other):
    assert stricter(one, other) == stricter(other, one)
    assert STRICTNESS.index(stricter(one, other)) == max(map(STRICTNESS.index, (one, other)))
    assert stricter(one, other) is not Stance.ALLOW or {one, other} <= {Stance.ALLOW, Stance.UNKNOWN}


def test_statements_together_say_the_strictest_of_each_use_and_keep_their_notes():
    both = together([read("yes"), read("no"), read("yes")])
    assert both.stances == {SignalUse.SEARCH: Stance.DISALLOW}
    assert both.note == "note yes; note no"


def test_the_longest_path_holds_alone():
    text = "User-agent: *\nContent-Usage: no\nContent-Usage: /a/ yes\nContent-Usage: /a/c no\n"
    assert said(text) == [("", "allow")]
    assert said(text, "https://e.com/x") == [("", "disallow")]


def test_a_line_without_a_value_says_nothing():
    assert said("User-agent: *\nContent-Usage:\n") == []
    assert said("User-agent: *\nContent-Usage: /a\n") == []


def test_objections_to_ai_systems_by_name_are_heard_once_for_each_class():
    text = (
        "User-agent: GPTBot\nContent-Usage: no\n\nUser-agent: CCBot\nContent-Usage: /a no\n\n"
        "User-agent: OAI-SearchBot\nContent-Usage: odd\n\nUser-agent: Googlebot\nContent-Usage: no\n"
    )
    assert said(text) == [("GPTBot", "disallow"), ("OAI-SearchBot", "error")]


def test_a_line_that_is_said_to_all_and_to_one_is_one_signal():
    assert said("User-agent: *\nUser-agent: GPTBot\nContent-Usage: no\n") == [("", "disallow")]


def test_what_may_not_be_fetched_has_no_preferences():
    assert said("User-agent: *\nDisallow: /a\nContent-Usage: yes\n") == []
    assert said("User-agent: *\nDisallow: /a\nContent-Usage: yes\n", "https://e.com/x") == [("", "allow")]


def test_a_path_matches_in_either_form():
    assert said("User-agent: *\nContent-Usage: /%7Ea no\n", "https://e.com/~a") == [("", "disallow")]
    assert said("User-agent: *\nContent-Usage: /画 no\n", "https://e.com/%E7%94%BB") == [("", "disallow")]


def test_what_follows_the_path_is_read_to_its_end():
    assert said("User-agent: *\nContent-Usage: /a  no more\n") == []
    assert said("User-agent: *\nContent-Usage: /a no\n") == [("", "disallow")]


def test_a_path_is_longer_than_none():
    text = "User-agent: *\nContent-Usage: no\nContent-Usage: / yes\n"
    assert said(text) == [("", "allow")]


def test_an_objection_to_one_robot_holds_for_what_that_robot_may_fetch():
    text = "User-agent: *\nDisallow: /\n\nUser-agent: GPTBot\nAllow: /\nContent-Usage: no\n"
    assert said(text) == [("GPTBot", "disallow")]
    text = "User-agent: *\nAllow: /\n\nUser-agent: GPTBot\nDisallow: /\nContent-Usage: no\n"
    assert said(text) == []


def test_nothing_said_together_is_no_leave():
    nothing = Statement({SignalUse.SEARCH: Stance.UNKNOWN})
    assert together([nothing]).stances == {SignalUse.SEARCH: Stance.UNKNOWN}
