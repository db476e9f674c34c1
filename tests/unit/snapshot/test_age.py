from datetime import timedelta

import pytest

from sekisho.errors import SnapshotStale, SnapshotTampered
from sekisho.snapshot.age import judge
from tests.world import NOW, World

HEAD = World(edition=5).open().head
KEY = HEAD.registry
DAYS = timedelta(days=30)


def judged(*, now=NOW, max_age=DAYS, seen=0, allow_stale=False):
    return judge(HEAD, now, max_age, {KEY: seen}, allow_stale=allow_stale)


@pytest.mark.parametrize(
    ("conditions", "why"),
    [
        ({"now": NOW + timedelta(days=30, seconds=1)}, "older than 30 days"),
        ({"now": HEAD.expires, "max_age": timedelta(days=999)}, "expired"),
        ({"seen": 6}, "older than edition 6"),
    ],
)
def test_what_is_too_old_is_refused_or_marked(conditions, why):
    with pytest.raises(SnapshotStale, match=why):
        judged(**conditions)
    assert judged(**conditions, allow_stale=True)


@pytest.mark.parametrize(
    "conditions",
    [{}, {"now": NOW + DAYS}, {"seen": 5}, {"now": HEAD.expires - timedelta(seconds=1), "max_age": 9 * DAYS}],
)
def test_what_is_current_is_accepted(conditions):
    assert not judged(**conditions)
    assert not judge(HEAD, NOW, DAYS, {}, allow_stale=False)


def test_what_comes_from_the_future_is_never_accepted():
    assert not judged(now=NOW - timedelta(days=1))
    with pytest.raises(SnapshotTampered, match="future"):
        judged(now=NOW - timedelta(days=1, seconds=1), allow_stale=True)
