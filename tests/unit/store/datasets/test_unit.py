import pickle
from dataclasses import replace

import pytest

from sekisho.model import Item
from sekisho.store.datasets.unit import Mark, Member, Reading, Unit, pack, unpack

MEMBERS = [Member(b"%06d.jpg" % i, i % 3, i << 40, i, Mark(i % 8)) for i in range(1000)]
UNIT = Unit(
    dataset="d",
    number=0,
    kind="tar",
    path="t.tar",
    start=0,
    stop=9,
    items=2,
    bytes=7,
    members=pack(MEMBERS),
    size=9,
)


def test_members_come_back():
    assert list(unpack(pack(MEMBERS))) == MEMBERS
    assert list(unpack(pack([]))) == []


def test_a_list_of_members_is_compact():
    plain = [Member(b"%08d.jpg" % i, 0, 0, 50_000 + i % 97, Mark.READ) for i in range(1000)]
    assert len(pack(plain)) < 8 * len(plain)


def test_a_unit_travels():
    assert pickle.loads(pickle.dumps(UNIT)) == UNIT  # noqa: S301 - our own, just made


@pytest.mark.parametrize(
    "change",
    [
        {"dataset": "e"},
        {"number": 1},
        {"path": "u.tar"},
        {"size": 8},
        {"stop": 8},
        {"members": pack(MEMBERS[:-1])},
    ],
)
def test_identity_sees_what_was_planned(change):
    assert replace(UNIT, **change).identity() != UNIT.identity()


def test_identity_does_not_see_times():
    assert replace(UNIT, mtime_ns=5, inode=6).identity() == UNIT.identity()


def test_a_reading_counts_what_is_no_media():
    item = Item(name="a.jpg", data=b"x")
    reading = Reading(lambda: iter([None, item, None]))
    assert list(reading) == [item]
    assert reading.skipped == 2
    assert list(reading) == [item]
    assert reading.skipped == 2
