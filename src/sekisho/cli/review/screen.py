"""The screen of `sekisho review`, without a terminal: key -> state and wish, state -> lines.

What is shown are names, numbers and words; never a picture. In the list a decision is about a group,
among its members about the one item under the cursor.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from sekisho.cli.review.listing import Status, View, head, matched, state, where, why
from sekisho.locale import shown, text
from sekisho.model import Outcome

__all__ = ["Choice", "Mode", "Screen", "Wish", "lines", "press"]

MAX_REASON = 500
STEPS = {"up": -1, "k": -1, "down": 1, "j": 1, "page_up": -10, "page_down": 10}


class Mode(StrEnum):
    """What the keys mean."""

    LIST = "list"
    MEMBERS = "members"
    REASON = "reason"
    HELP = "help"


class Choice(StrEnum):
    """What a reviewer says."""

    ALLOW = "a"
    BLOCK = "b"
    FALSE_MATCH = "f"


class Wish(NamedTuple):
    """What the reviewer asks for.

    Attributes:
        what: decide, undo or quit.
        item: the one item, or empty for the whole group.
    """

    what: str
    group: str = ""
    item: str = ""
    outcome: Outcome | None = None
    false_match: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Everything that is on the screen.

    Attributes:
        views: the groups.
        at, member: the cursor in the list, and among the members.
        mode: what the keys mean; `back` where they meant it before.
        choice: what is being decided while the reason is typed.
        typed, last: the reason so far, and the one given before.
        message: said once, below the list.
    """

    views: tuple[View, ...]
    at: int = 0
    member: int = 0
    mode: Mode = Mode.LIST
    back: Mode = Mode.LIST
    choice: Choice | None = None
    typed: str = ""
    last: str = ""
    message: str = ""

    @property
    def view(self) -> View:
        """The group under the cursor."""
        return self.views[self.at]


def press(screen: Screen, key: str, lang: str) -> tuple[Screen, Wish | None]:
    """Take one key: a character, or `up`, `down`, `page_up`, `page_down`, `enter`, `escape`, `backspace`."""
    screen = replace(screen, message="")
    match screen.mode:
        case Mode.REASON:
            return _type(screen, key, lang)
        case Mode.HELP:
            return replace(screen, mode=screen.back), None
        case Mode.LIST | Mode.MEMBERS:
            return _command(screen, key, lang)


def _command(screen: Screen, key: str, lang: str) -> tuple[Screen, Wish | None]:
    listing = screen.mode is Mode.LIST
    wish = None
    match key:
        case "up" | "k" | "down" | "j" | "page_up" | "page_down":
            screen = _move(screen, STEPS[key])
        case Choice.ALLOW | Choice.BLOCK | Choice.FALSE_MATCH:
            screen = _ask(screen, Choice(key), lang)
        case "n":
            screen = _next_held(screen, lang)
        case "enter":
            screen = replace(screen, mode=Mode.MEMBERS if listing else Mode.LIST, member=0)
        case "?" | "h":
            screen = replace(screen, mode=Mode.HELP, back=screen.mode)
        case "u":
            wish = Wish("undo")
        case "q" | "escape" if listing:
            wish = Wish("quit")
        case "q" | "escape":
            screen = replace(screen, mode=Mode.LIST)
        case _:
            pass
    return screen, wish


def _move(screen: Screen, step: int) -> Screen:
    if screen.mode is Mode.MEMBERS:
        return replace(screen, member=max(0, min(len(screen.view.items) - 1, screen.member + step)))
    return replace(screen, at=max(0, min(len(screen.views) - 1, screen.at + step)))


def _next_held(screen: Screen, lang: str) -> Screen:
    count = len(screen.views)
    for step in range(1, count + 1):
        at = (screen.at + step) % count
        if screen.views[at].status in {Status.HELD, Status.ONE_OF_TWO, Status.MIXED}:
            return replace(screen, at=at, mode=Mode.LIST)
    return replace(screen, message=text("review.all_decided", lang))


def _ask(screen: Screen, choice: Choice, lang: str) -> Screen:
    if choice is Choice.FALSE_MATCH and not screen.view.entries:
        return replace(screen, message=text("review.no_match_here", lang))
    if choice is not Choice.BLOCK and screen.view.problem and not _alone(screen):
        return replace(screen, message=text("review.one_by_one", lang))
    return replace(screen, mode=Mode.REASON, back=screen.mode, choice=choice, typed="")


def _alone(screen: Screen) -> bool:
    """Tell whether a decision is about one item: the one under the cursor, or an unreadable one alone."""
    mode = screen.back if screen.mode is Mode.REASON else screen.mode
    return mode is Mode.MEMBERS or (bool(screen.view.problem) and len(screen.view.items) == 1)


def _type(screen: Screen, key: str, lang: str) -> tuple[Screen, Wish | None]:
    """Take a key of the reason; it is never empty."""
    match key:
        case "escape":
            screen = replace(screen, mode=screen.back, choice=None, typed="")
        case "backspace":
            screen = replace(screen, typed=screen.typed[:-1])
        case "up":
            screen = replace(screen, typed=screen.last)
        case "enter" if screen.typed.strip():
            return _decided(screen)
        case "enter":
            screen = replace(screen, message=text("review.needs_reason", lang))
        case _ if len(key) == 1 and key.isprintable() and len(screen.typed) < MAX_REASON:
            screen = replace(screen, typed=screen.typed + key)
        case _:
            pass
    return screen, None


def _decided(screen: Screen) -> tuple[Screen, Wish]:
    view, reason = screen.view, screen.typed.strip()
    wish = Wish(
        "decide",
        group=view.id,
        item=view.items[screen.member] if _alone(screen) else "",
        outcome=Outcome.BLOCK if screen.choice is Choice.BLOCK else Outcome.ALLOW,
        false_match=view.entries if screen.choice is Choice.FALSE_MATCH else (),
        reason=reason,
    )
    return replace(screen, mode=screen.back, choice=None, typed="", last=reason), wish


def lines(screen: Screen, width: int, height: int, lang: str) -> Sequence[str]:
    """Return what stands on a terminal of this size, no line wider than it."""
    match screen.mode:
        case Mode.HELP:
            body = [text("review.help", lang), *text("review.help_keys", lang).split(" | ")]
        case Mode.MEMBERS:
            body = _members(screen, height - 6, lang)
        case Mode.LIST | Mode.REASON:
            inside = screen.mode is Mode.REASON and screen.back is Mode.MEMBERS
            body = _members(screen, height - 6, lang) if inside else _list(screen, height - 6, lang)
    foot = [shown(screen.message, width), _prompt(screen, lang)]
    return [_cut(line, width) for line in [head(screen.views, lang), "", *body, "", *foot]][:height]


def _cut(line: str, width: int) -> str:
    return line if cell_len(line) <= width else set_cell_size(line, width - 1) + "…"


def _window(at: int, count: int, room: int) -> range:
    room = max(room, 1)
    first = max(0, min(at - room // 2, count - room))
    return range(first, min(first + room, count))


def _list(screen: Screen, room: int, lang: str) -> list[str]:
    """Show two lines for each group: what it is, and what it matches and is called."""
    shown_lines = []
    for number in _window(screen.at, len(screen.views), room // 2):
        view = screen.views[number]
        mark = ">" if number == screen.at else " "
        count = text("chart.items", lang, count=len(view.items))
        shown_lines.append(f"{mark} [{state(view, lang)}] {count}  {why(view, lang)}")
        shown_lines.append(f"    {matched(view, lang)}  {shown(view.items[0], 60)}".rstrip())
    return shown_lines


def _members(screen: Screen, room: int, lang: str) -> list[str]:
    view = screen.view
    found = [f"{why(view, lang)}  {matched(view, lang)}".rstrip()]
    for number in _window(screen.member, len(view.items), room - 1):
        mark = ">" if number == screen.member else " "
        one = replace(view, items=(view.items[number],), each=(view.each[number],))
        name = f"{mark} [{state(one, lang)}] {shown(view.items[number])}"
        found.append(f"{name}  {where(view, number, lang)}".rstrip())
    return found


def _prompt(screen: Screen, lang: str) -> str:
    if screen.mode is Mode.REASON and screen.choice is not None:
        return f"{_question(screen.choice, lang)} {screen.typed}"
    if screen.mode is Mode.HELP:
        return text("review.any_key", lang)
    if screen.mode is Mode.MEMBERS:
        return text("review.keys_members", lang)
    return text("review.keys_list", lang)


def _question(choice: Choice, lang: str) -> str:
    match choice:
        case Choice.ALLOW:
            return text("review.ask_allow", lang)
        case Choice.BLOCK:
            return text("review.ask_block", lang)
        case Choice.FALSE_MATCH:
            return text("review.ask_false_match", lang)
