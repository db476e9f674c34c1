from dataclasses import replace

import pytest
from rich.cells import cell_len

from sekisho.cli.review.listing import Status, View
from sekisho.cli.review.screen import Mode, Screen, lines, press
from sekisho.locale import text
from sekisho.model import Outcome
from tests.part_rows import part_in

VIEW = View(
    id="n-1",
    reason="declared_without_permission",
    problem="",
    entry="e-1",
    title="月夜の航海日誌",
    entries=("e-1", "e-2"),
    nearest=4,
    farthest=9,
    items=("a.png", "b\x1b[2J.png", "c.png"),
    each=(Status.HELD,) * 3,
    allowed_by=0,
    protected=False,
)
ALONE = replace(VIEW, id="n-2", items=("d.png",), each=(Status.ALLOWED,))
PERSON = replace(
    VIEW,
    id="n-3",
    reason="protected_person",
    entry="",
    title="",
    entries=(),
    nearest=None,
    farthest=None,
    items=("w.png",),
    each=(Status.ONE_OF_TWO,),
    allowed_by=1,
    protected=True,
)
START = Screen(views=(VIEW, ALONE, PERSON))


def keys(screen, *pressed):
    """Press keys; the wishes of all but the last one must be none."""
    wish = None
    for key in pressed:
        assert wish is None
        screen, wish = press(screen, key, "en")
    return screen, wish


def shown(screen, width=100, height=24, lang="en"):
    return "\n".join(lines(screen, width, height, lang))


def test_a_decision_has_a_reason_and_is_about_the_group():
    screen, wish = keys(START, "a", *"our logo", "enter")
    assert wish == ("decide", "n-1", "", Outcome.ALLOW, (), "our logo")
    assert (screen.mode, screen.last) == (Mode.LIST, "our logo")


@pytest.mark.parametrize(
    ("key", "outcome", "entries"),
    [("a", Outcome.ALLOW, ()), ("b", Outcome.BLOCK, ()), ("f", Outcome.ALLOW, ("e-1", "e-2"))],
)
def test_each_key_says_what_it_says(key, outcome, entries):
    _, wish = keys(START, key, "x", "enter")
    assert (wish.outcome, wish.false_match) == (outcome, entries)


def test_unreadable_files_are_allowed_one_by_one():
    torn = replace(VIEW, reason="unreadable", problem="truncated", entry="", title="", entries=())
    screen, wish = keys(replace(START, views=(torn,)), "a")
    assert (wish, screen.mode) == (None, Mode.LIST)
    assert text("review.one_by_one", "en") in shown(screen, width=200)
    assert keys(screen, "b", "x", "enter")[1].item == ""
    assert keys(screen, "enter", "j", "a", "x", "enter")[1].item == torn.items[1]
    alone = replace(torn, items=("d.png",), each=(Status.HELD,))
    assert keys(replace(START, views=(alone,)), "a", "x", "enter")[1].item == "d.png"


def test_a_message_does_not_command_the_terminal():
    assert "<U+001B>" in shown(replace(START, message="x\x1b[2J"))


def test_without_a_reason_nothing_is_decided():
    screen, wish = keys(START, "a", "enter")
    assert wish is None
    assert screen.mode is Mode.REASON
    assert "reason is needed" in shown(screen)
    assert keys(screen, " ", "enter")[1] is None


def test_escape_leaves_without_a_decision():
    screen, wish = keys(START, "b", *"xyz", "escape")
    assert (screen, wish) == (START, None)


def test_a_reason_can_be_corrected_written_in_japanese_and_given_again():
    screen, wish = keys(START, "b", *"自社ロゴx", "backspace", "enter")
    assert wish.reason == "自社ロゴ"
    assert keys(screen, "a", "up", "enter")[1].reason == "自社ロゴ"


def test_keys_that_are_no_characters_do_not_get_into_the_reason():
    screen, _ = keys(START, "a", "down", "page_up", "unknown", "\x01")
    assert screen.typed == ""
    assert keys(screen, *"k" * 600)[0].typed == "k" * 500


def test_the_cursor_stays_in_the_list():
    assert keys(START, "up", "k", "page_up")[0].at == 0
    assert keys(START, "j", "down", "down", "page_down")[0].at == 2


def test_among_the_members_a_decision_is_about_one_item():
    screen, _ = keys(START, "enter", "down")
    assert (screen.mode, screen.member) == (Mode.MEMBERS, 1)
    decided, wish = keys(screen, "b", "x", "enter")
    assert (wish.item, wish.group) == ("b\x1b[2J.png", "n-1")
    assert decided.mode is Mode.MEMBERS
    assert keys(screen, "down", "down", "down")[0].member == 2
    assert keys(screen, "q") == (replace(screen, mode=Mode.LIST), None)
    assert keys(screen, "enter")[0].mode is Mode.LIST


def test_the_next_group_on_hold_is_found_around_the_end():
    screen, _ = keys(START, "n")
    assert screen.at == 2
    assert keys(screen, "n")[0].at == 0
    done = Screen(views=(ALONE,))
    assert "Nothing is on hold" in shown(keys(done, "n")[0])


def test_what_matches_nothing_is_no_false_match():
    screen, wish = keys(replace(START, at=2), "f")
    assert (wish, screen.mode) == (None, Mode.LIST)
    assert "no match here" in shown(screen)


def test_help_is_left_by_any_key_to_where_it_was_asked_for():
    screen, _ = keys(START, "enter", "?")
    assert "a  allow" in shown(screen)
    assert keys(screen, "x")[0].mode is Mode.MEMBERS


@pytest.mark.parametrize(("key", "what"), [("q", "quit"), ("escape", "quit"), ("u", "undo")])
def test_leaving_and_undoing_are_wishes(key, what):
    assert keys(START, key)[1].what == what


def test_other_keys_do_nothing():
    assert keys(START, "x") == (START, None)


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("size", [(80, 24), (20, 7), (200, 60)])
def test_nothing_is_wider_or_higher_than_the_terminal(lang, mode, size):
    screen = replace(START, mode=mode, choice="a" if mode is Mode.REASON else None)
    drawn = lines(screen, *size, lang)
    assert len(drawn) <= size[1]
    assert all(cell_len(line) <= size[0] for line in drawn)


def test_the_list_says_why_how_near_and_how_it_stands():
    drawn = shown(START)
    for part in (
        "4 of 5 items are on hold, in 3 groups",
        "3 items",
        "self-declared",
        "月夜の航海日誌",
        "4 to 9 bits",
    ):
        assert part in drawn
    assert "passed by review" in drawn
    assert text("review.keys_list", "en") in drawn


def test_a_protected_item_is_shown_without_what_it_matches():
    drawn = shown(Screen(views=(PERSON,)))
    assert "1 of 2 people" in drawn
    assert "bits" not in drawn
    assert "matches" not in drawn


def test_a_name_can_not_move_the_cursor():
    assert "\x1b" not in shown(keys(START, "enter")[0])


def test_the_cursor_is_always_on_the_screen():
    many = Screen(
        views=tuple(
            replace(VIEW, id=f"n-{n}", items=(f"item-{n}.png",), each=(Status.HELD,)) for n in range(99)
        )
    )
    for at in (0, 50, 98):
        assert f"item-{at}.png" in shown(replace(many, at=at), height=12)


def test_the_members_of_a_group_of_parts_say_where_each_shows_the_work():
    found = (part_in(0), part_in(0, region="700,700,990,990", inliers=14), part_in(0, orientation="mirrored"))
    screen = Screen(views=(replace(VIEW, found=found[0], shown=found),))
    assert "matches 月夜の航海日誌: shown in a part of the item (top left, 11.9% of its area)" in shown(
        screen
    )
    members = shown(keys(screen, "enter")[0])
    assert "a.png  shown in a part of the item (top left, 11.9% of its area) - 23 features agree" in members
    assert "bottom right, 8.4%" in members
    assert "右下、面積の8.4%" in shown(keys(screen, "enter")[0], lang="ja")
    assert all(cell_len(line) <= 60 for line in lines(keys(screen, "enter")[0], 60, 20, "ja"))
