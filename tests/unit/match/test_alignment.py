import tracemalloc

import numpy as np
import pytest

from sekisho.match.alignment import MAX_SPANS, Span, align

LONG = (3_600_000, 3_600_000)


def aligned(pairs, durations=LONG):
    item, work = np.array(list(pairs), np.int64).reshape(-1, 2).T
    return align(item, work, durations)


def second(*numbers):
    return [1000 * number for number in numbers]


def test_nothing_is_in_step_with_nothing():
    assert aligned([]) == ()


def test_a_clip_lies_where_its_frames_are():
    (found,) = aligned([(1000 * k, 340_000 + 1000 * k) for k in range(10)])
    assert found[:4] == (0, 10_000, 340_000, 350_000)
    assert (found.speed, found.offset) == (pytest.approx(1.0), pytest.approx(340_000))


@pytest.mark.parametrize("speed", [0.9, 0.96, 1.0, 25 / 24, 1.1])
def test_speeds_near_one(speed):
    times = range(0, 600_000, 1000)
    (found,) = aligned([(t, round(50_000 + speed * t)) for t in times])
    assert found.speed == pytest.approx(speed, abs=0.002)
    assert found.offset == pytest.approx(50_000, abs=700)
    assert (found.start, found.end) == (0, 600_000)


def test_another_speed_is_not_in_step():
    first = aligned([(t, 2 * t) for t in range(0, 60_000, 1000)])[0]
    assert first.end - first.start < 15_000


def test_lost_frames_leave_one_span_and_a_long_gap_leaves_two():
    kept = [k for k in range(60) if k % 4]
    assert len(aligned([(1000 * k, 1000 * k + 7000) for k in kept])) == 1
    apart = [(1000 * k, 1000 * k + 7000) for k in (*range(10), *range(40, 50))]
    assert [s.start for s in sorted(aligned(apart))] == second(0, 40)


def test_pieces_in_another_sequence_are_spans_of_their_own():
    pairs = [(1000 * k, 90_000 + 1000 * k) for k in range(10)]
    pairs += [(10_000 + 1000 * k, 20_000 + 1000 * k) for k in range(10)]
    first, then = sorted(aligned(pairs))
    assert (first.work_start, then.work_start) == (90_000, 20_000)
    assert (first.end, then.start) == (10_000, 10_000)


def test_what_does_not_agree_does_not_disturb():
    chance = np.random.default_rng(3)
    stray = [(int(a), int(b)) for a, b in chance.integers(0, 3_600_000, (200, 2))]
    clip = [(1_000_000 + 1000 * k, 2_000_000 + 1000 * k) for k in range(30)]
    best = aligned([*stray, *clip])[0]
    assert abs(best.offset + best.speed * 1_010_000 - 2_010_000) < 1000
    assert best.start <= 1_000_000 + 2000
    assert best.end >= 1_029_000


def test_spans_end_with_the_films_and_are_not_endless():
    (found,) = aligned([(0, 500), (1000, 1500)], (1300, 1600))
    assert (found.end, found.work_end) == (1300, 1600)
    chance = np.random.default_rng(4)
    scattered = chance.integers(0, 3_600_000, (5000, 2))
    assert len(aligned(scattered.tolist())) == MAX_SPANS


def test_a_film_of_49_days_takes_no_more_memory_than_a_short_one():
    chance = np.random.default_rng(5)
    work = chance.integers(0, 2**32, 200).tolist()
    tracemalloc.start()
    assert len(aligned(zip(second(*range(200)), work, strict=True), (200_000, 2**32 - 1))) == MAX_SPANS
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 20


def test_few_pairs_far_apart_give_what_many_give():
    near = [(1000 * k, 340_000 + 1000 * k) for k in range(10)]
    (first, *_) = aligned([*near, (4_000_000, 4_000_000_000)])
    assert first == aligned(near)[0]


def test_no_moment_is_in_two_spans():
    pairs = [(1000 * k, 1000 * k + shift) for k in range(30) for shift in (0, 100_000, 200_000)]
    found = aligned(pairs)
    assert len(found) == 1
    assert isinstance(found[0], Span)
