import pytest

from sekisho.cli.review.screen import Screen, Wish
from sekisho.cli.review.terminal import read_key, run_screen
from tests.review_views import view


def reader(data):
    left = [data[n : n + 1] for n in range(len(data))]
    return (lambda: left.pop(0) if left else b""), (lambda: bool(left))


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"a", "a"),
        (b"\x1b", "escape"),
        (b"\x1b[A", "up"),
        (b"\x1bOB", "down"),
        (b"\x1b[5~", "page_up"),
        (b"\x1b[6~", "page_down"),
        (b"\r", "enter"),
        (b"\n", "enter"),
        (b"\x7f", "backspace"),
        ("語".encode(), "語"),
        (b"\x1b[15~", "unknown"),
        (b"\x1bx", "unknown"),
        (b"\xff", "\ufffd"),
        (b"", ""),
    ],
)
def test_bytes_become_keys(data, key):
    assert read_key(*reader(data)) == key


def test_keys_are_read_one_after_the_other():
    read, more = reader(b"\x1b[Aq\x1b[Bx")
    assert [read_key(read, more) for _ in range(5)] == ["up", "q", "down", "x", ""]


def play(keys, capsys):
    """Run the screen over keys; return the wishes that were granted, and what was drawn."""
    wishes = []

    def grant(screen, wish):
        wishes.append(wish)
        return screen

    left = list(keys)
    run_screen(Screen(views=(view(),)), lambda: left.pop(0) if left else "", grant, "en")
    assert left == [] or keys[-1] == "x"
    return wishes, capsys.readouterr().out


def test_it_grants_wishes_until_its_user_leaves(capsys):
    wishes, drawn = play(["a", "o", "k", "enter", "u", "q"], capsys)
    assert [wish.what for wish in wishes] == ["decide", "undo"]
    assert isinstance(wishes[0], Wish)
    assert wishes[0].reason == "ok"
    assert "a.png" in drawn


def test_the_end_of_the_input_ends_it(capsys):
    assert play(["down"], capsys)[0] == []
