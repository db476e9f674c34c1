from datetime import UTC, datetime

from sekisho.detect.signals.kept import MAX_KEPT, Kept, Why
from sekisho.detect.signals.robots import MAX_BYTES, parse_robots
from sekisho.detect.signals.sites import Copy, Reached


def test_as_much_is_kept_as_tells_that_there_was_more():
    assert MAX_KEPT > MAX_BYTES
    assert parse_robots(b"#" * MAX_KEPT).truncated


def test_only_a_file_that_was_found_has_no_reason():
    copy = Copy(
        url="https://a.example/ai.txt", reached=Reached.FOUND, captured=datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert Kept(copy=copy).why is Why.NONE
    assert not Why.NONE
    assert all(Why(why.value) for why in Why if why is not Why.NONE)
