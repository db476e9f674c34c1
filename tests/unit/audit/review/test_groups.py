import hashlib

import numpy as np
import pytest

from sekisho.audit.review.groups import group_rows, stars
from tests.review_rows import make_row


def pdq(number, flips=()):
    bits = bytearray(hashlib.sha256(b"%d" % number).digest())
    for at in flips:
        bits[at // 8] ^= 1 << at % 8
    return bytes(bits)


def names(groups):
    return [[row.item for row in group.rows] for group in groups]


def test_near_duplicates_come_together_and_the_largest_first():
    rows = [
        make_row("far", pdq=pdq(2)),
        make_row("a", pdq=pdq(1)),
        make_row("b", pdq=pdq(1, range(31))),
        make_row("c", pdq=pdq(1, range(32))),
        make_row("twin", pdq=pdq(1)),
    ]
    assert names(group_rows(rows)) == [["a", "b", "twin"], ["far"], ["c"]]


def test_the_first_row_is_the_centre_and_not_the_one_in_the_middle():
    rows = [
        make_row("a", pdq=pdq(1)),
        make_row("c", pdq=pdq(1, range(40))),
        make_row("b", pdq=pdq(1, range(20))),
    ]
    assert names(group_rows(rows)) == [["a", "b"], ["c"]]
    assert names(group_rows(rows[::-1])) == [["b", "c", "a"]]


@pytest.mark.parametrize(
    "other",
    [
        {"reason": "disputed"},
        {"entries": (2,)},
        {"entries": (1, 2)},
        {"permission": "expired"},
        {"kind": "likeness"},
        {"reason": "protected_person"},
        {"digest": ""},
    ],
)
def test_other_causes_stay_apart(other):
    rows = [make_row("a", pdq=pdq(1)), make_row("b", pdq=pdq(1), **other)]
    assert len(group_rows(rows)) == 2


def test_protected_items_stand_alone_even_if_their_bytes_are_equal():
    rows = [make_row(name, kind="likeness", pdq=pdq(1), digest="same") for name in "ab"]
    assert names(group_rows(rows)) == [["a"], ["b"]]


def test_what_has_no_detail_is_grouped_by_its_bytes():
    rows = [make_row(name, reason="low_detail", entries=(), digest=same) for name, same in ("ax", "by", "cx")]
    assert names(group_rows(rows)) == [["a", "c"], ["b"]]


def test_what_could_not_be_read_is_grouped_by_its_problem():
    rows = [
        make_row(name, reason="unreadable", problem=problem, entries=())
        for name, problem in (("a", "corrupt"), ("b", "empty"), ("c", "corrupt"))
    ]
    lost = make_row("d", reason="unreadable", problem="corrupt", entries=(), digest="")
    assert names(group_rows([*rows, lost])) == [["a", "c"], ["b"], ["d"]]


def test_only_what_is_on_hold_is_grouped():
    rows = [make_row("a", outcome="allow"), make_row("b", outcome="block"), make_row("c")]
    assert names(group_rows(rows)) == [["c"]]


@pytest.mark.parametrize("count", [0, 1, 300, 5000])
def test_the_index_gives_what_comparing_everything_gives(count):
    random = np.random.default_rng(count)
    centres = random.integers(0, 1 << 63, (max(count // 7, 1), 4), dtype=np.uint64)
    hashes = centres[random.integers(0, len(centres), count)]
    for _ in range(random.integers(8, 20)):
        at = random.integers(0, 256, count)
        flip = np.uint64(1) << (at % 64).astype(np.uint64)
        hashes[np.arange(count), at // 64] ^= np.where(random.random(count) < 0.9, flip, np.uint64(0))
    hashes = np.unique(hashes, axis=0) if count else hashes
    expected = np.full(len(hashes), -1)
    for one in range(len(hashes)):
        if expected[one] < 0:
            near = np.bitwise_count(hashes ^ hashes[one]).sum(axis=1) <= 31
            expected[near & (expected < 0)] = one
    assert (stars(hashes) == expected).all()


def test_texts_come_together_by_equal_bytes_and_one_without_a_hash_stands_alone():
    rows = [
        make_row("a.txt", digest="same"),
        make_row("b.txt", digest="same"),
        make_row("c.txt"),
        make_row("d.txt", digest=""),
        make_row("e.txt", digest=""),
    ]
    assert names(group_rows(rows)) == [["a.txt", "b.txt"], ["c.txt"], ["d.txt"], ["e.txt"]]


def test_what_shows_the_same_part_of_a_work_comes_together_however_different_the_rest_is():
    rows = [make_row(f"{n}", pdq=pdq(n))._replace(part="1,1,3,4,0") for n in range(3)]
    rows.append(make_row("other", pdq=pdq(0))._replace(part="0,0,1,1,0"))
    rows.append(make_row("whole", pdq=pdq(0)))
    assert names(group_rows(rows)) == [["0", "1", "2"], ["other"], ["whole"]]


@pytest.mark.parametrize("other", [{"entries": (2,)}, {"reason": "disputed"}, {"permission": "expired"}])
def test_parts_of_other_causes_stay_apart(other):
    rows = [make_row(n, **more)._replace(part="1,1,3,4,0") for n, more in (("a", {}), ("b", other))]
    assert len(group_rows(rows)) == 2


def test_a_protected_part_stands_alone():
    rows = [make_row(n, kind="likeness")._replace(part="1,1,3,4,0") for n in "ab"]
    assert len(group_rows(rows)) == 2
