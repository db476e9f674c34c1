"""AI systems by class, and what a robots.txt says to them."""

import json
from datetime import UTC, datetime
from importlib.resources import files

import pytest

from sekisho.detect.signals.agents import (
    AgentClass,
    agent_class,
    agents,
    named_agents,
    robots_signals,
    trains,
)
from sekisho.detect.signals.robots import MAX_BYTES, UNREACHABLE, parse_robots
from sekisho.model.signal import Stance

FROM = {
    "captured": datetime(2026, 11, 1, tzinfo=UTC),
    "place": "https://e.com/robots.txt",
    "source": "ab" * 32,
}
URL = "https://e.com/a.jpg"


def test_the_list_is_dated_licensed_and_says_how_it_was_sorted():
    document = json.loads(files("sekisho.detect.signals").joinpath("data", "ai_agents.json").read_bytes())
    assert document["dated"] == "2026-08-22"
    assert "MIT" in document["licence"]
    assert len(document["rules"]) >= len(AgentClass)
    licence = files("sekisho.detect.signals").joinpath("data", "AI-AGENTS-LICENSE.txt").read_text()
    assert "Copyright (c) 2024 ai.robots.txt" in licence


def test_every_token_stands_in_one_class_once():
    tokens = [token.lower() for kind in agents().values() for token in kind]
    assert len(tokens) == len(set(tokens))
    assert len(tokens) >= 150
    assert [
        token for token in tokens if not token.replace("-", "").replace("_", "").replace(".", "").isalnum()
    ] == []


@pytest.mark.parametrize(
    "token",
    [
        "GPTBot",
        "Google-Extended",
        "CCBot",
        "ClaudeBot",
        "Applebot-Extended",
        "Bytespider",
        "meta-externalagent",
        "LAIONDownloader",
        "img2dataset",
        "SBIntuitionsBot",
        "ICC-Crawler",
        "cohere-training-data-crawler",
    ],
)
def test_those_that_train_are_known(token):
    assert trains(token)
    assert trains(f"{token.upper()}/1.0 (+https://e.com)")


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("OAI-SearchBot", AgentClass.SEARCH),
        ("PerplexityBot", AgentClass.SEARCH),
        ("ChatGPT-User", AgentClass.USER),
        ("Googlebot", None),
        ("", None),
        ("GPT", None),
    ],
)
def test_others_are_in_other_classes_or_none(token, kind):
    assert agent_class(token) is kind
    assert not trains(token)


def test_a_signal_says_where_it_comes_from_and_which_lines_decided():
    robots = parse_robots(b"User-agent: gptbot\nDisallow: /a\n")
    (signal,) = robots_signals(robots, URL, **FROM)
    assert (signal.agent, signal.note) == ("GPTBot", "class train")
    assert signal.raw == "User-agent: GPTBot\nDisallow: /a"
    assert (signal.place, signal.captured, signal.source) == tuple(
        FROM[k] for k in ("place", "captured", "source")
    )


def test_170_systems_make_at_most_one_signal_for_each_class_and_one_for_all():
    lines = [f"User-agent: {token}\nDisallow: /\n" for kind in agents().values() for token in kind]
    robots = parse_robots("\n".join([*lines, "User-agent: *", "Disallow: /"]).encode())
    signals = robots_signals(robots, URL, **FROM)
    assert len(signals) == len(AgentClass) + 1
    assert {s.note.partition(" ")[0] for s in signals} == {
        *(str(len(kind)) for kind in agents().values()),
        "",
    }
    assert len(named_agents(robots)) == len(AgentClass)


def test_systems_of_one_class_in_different_groups_are_counted_together():
    robots = parse_robots(b"User-agent: GPTBot\nDisallow: /\n\nUser-agent: CCBot\nDisallow: /a\n")
    assert [s.note for s in robots_signals(robots, URL, **FROM)] == ["2 tokens of the class train"]
    assert [s.note for s in robots_signals(robots, "https://e.com/b", **FROM)] == ["class train"]


def test_two_groups_that_name_one_system_are_one():
    robots = parse_robots(
        b"User-agent: GPTBot\nAllow: /\n\nUser-agent: x\n\nUser-agent: GPTBot\nDisallow: /a\n"
    )
    assert len(robots_signals(robots, URL, **FROM)) == 1
    assert robots_signals(robots, "https://e.com/b", **FROM) == ()


def test_the_same_outcome_at_another_time_is_another_signal():
    robots = parse_robots(b"User-agent: GPTBot\nDisallow: /\n")
    later = FROM | {"captured": None}
    assert robots_signals(robots, URL, **FROM)[0].captured is not None
    assert robots_signals(robots, URL, **later)[0].captured is None


def test_robots_never_allow_anything():
    robots = parse_robots(b"User-agent: *\nAllow: /\n\nUser-agent: GPTBot\nAllow: /\n")
    assert robots_signals(robots, URL, **FROM) == ()


def test_a_file_that_could_not_be_reached_is_an_error_for_every_use():
    (signal,) = robots_signals(UNREACHABLE, URL, **FROM)
    assert set(signal.stances.values()) == {Stance.ERROR}
    assert len(signal.stances) == 5


def test_a_file_that_was_read_in_part_says_so():
    robots = parse_robots(b"User-agent: *\nDisallow: /\n" + b"#" * MAX_BYTES)
    assert [signal.note for signal in robots_signals(robots, URL, **FROM)] == ["read to 500 KiB"]


def test_robots_txt_itself_is_nobody_s_work():
    assert (
        robots_signals(parse_robots(b"User-agent: *\nDisallow: /\n"), "https://e.com/robots.txt", **FROM)
        == ()
    )


def test_an_objection_to_all_is_one_beside_those_by_name():
    robots = parse_robots(b"User-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nDisallow: /\n")
    assert [s.note for s in robots_signals(robots, URL, **FROM)] == ["class train", ""]


def test_a_comment_behind_a_name_does_not_hide_it():
    assert trains("GPTBot (+https://e.com)")
