from datetime import UTC, datetime

import pytest

from sekisho.collect.politeness import PATIENCE, pause_after, user_agent
from sekisho.errors import UsageError

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


def test_we_say_who_we_are():
    assert user_agent("1.2", "https://a.example/bot") == "Sekisho-signals/1.2 (+https://a.example/bot)"
    assert user_agent("1.2", "mailto:a@a.example").endswith("(+mailto:a@a.example)")


@pytest.mark.parametrize(
    "contact", ["", "me", "https://", "https://a.example/\r\nX: y", "https://a.example/)"]
)
def test_nobody_asks_without_a_name(contact):
    with pytest.raises(UsageError) as caught:
        user_agent("1", contact)
    assert "--contact" in caught.value.hint


@pytest.mark.parametrize(
    ("field", "seconds"),
    [
        ("0", 0.0),
        (" 30 ", 30.0),
        ("86400", 86400.0),
        ("Sun, 22 Nov 2026 12:01:00 GMT", 60.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("Sun, 22 Nov 2026 12:01:00 -0000", 60.0),
    ],
)
def test_a_pause_is_a_number_or_a_date(field, seconds):
    assert pause_after(field, NOW, 0) == seconds


@pytest.mark.parametrize("field", ["", "soon", "-1", "1e9", "9" * 40, "Sun, 99 Nov 2026 99:00:00 GMT"])
def test_what_says_nothing_doubles(field):
    assert [pause_after(field, NOW, tries) for tries in range(3)] == [10.0, 20.0, 40.0]
    assert PATIENCE > 40.0
