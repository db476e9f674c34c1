from functools import lru_cache

import pytest

from sekisho.detect.signals.room import Room
from sekisho.detect.signals.sites import ROBOTS_TXT, Copy, Reached, site_signals
from tests.sites import DAY


def test_what_is_full_is_cleared_and_begins_anew():
    held = []
    room = Room(10, held.clear)
    for weight in (4, 6, 1, 2, 30, 1):
        room.take(weight)
        held.append(weight)
    assert held == [1]


def test_a_cache_may_be_cleared_from_within():
    asked = []

    @lru_cache(maxsize=100)
    def half(number):
        room.take(number)
        asked.append(number)
        return number // 2

    room = Room(10, half.cache_clear)
    assert [half(number) for number in (4, 4, 6, 8, 8, 4)] == [2, 2, 3, 4, 4, 2]
    assert asked == [4, 6, 8, 4]
    assert half.cache_info().currsize == 1


class Large:
    """Sites whose robots.txt are of one size, each another one."""

    def __init__(self, size):
        self.body = b"User-agent: *\nDisallow: /a\n#" + b"-" * size

    def copies(self, url):
        if not url.endswith(ROBOTS_TXT):
            return ()
        body = self.body + url.encode()
        return (Copy(url=url, reached=Reached.FOUND, captured=DAY, body=body),)


@pytest.mark.parametrize(("size", "kept"), [(10_000, True), (200_000, False)])
def test_a_few_large_files_make_room_for_others_as_many_small_ones_do(size, kept):
    large = Large(size)
    (first,) = site_signals("https://s0.example/a", large).signals
    for number in range(1, 15):
        site_signals(f"https://s{number}.example/a", large)
    (again,) = site_signals("https://s0.example/a", large).signals
    assert (again is first) is kept
