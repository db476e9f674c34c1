import numpy as np

from sekisho.trace.lines import Means
from sekisho.trace.query import Query
from sekisho.trace.search import trace
from tests.recorded import MemoryRecord, entry, finding, flipped, random_hashes, row

HASHES = random_hashes(10, seed=4)
SHA = b"\5" * 32


def query(*frames, entries=(), turned=None):
    """Return a query of frames whose turned hashes are far from everything, or as given."""
    hashes = random_hashes(8 * len(frames), seed=99).reshape(-1, 8, 32)
    for number, frame in enumerate(frames):
        hashes[number, 0] = np.frombuffer(bytes(frame), np.uint8)
    if turned is not None:
        hashes[0, 2] = np.frombuffer(turned, np.uint8)
    return Query(sha256=SHA, hashes=hashes, frames=tuple(range(len(frames))), entries=entries)


def found(rows, asked, limit=100):
    made = trace(asked, [MemoryRecord(rows)], limit=limit)
    return [(line.place, line.means.value, line.distance) for line in made.lines], made.total


def test_the_same_file_goes_before_near_copies_and_those_before_the_same_work():
    rows = [
        row(HASHES[5], findings=[finding(3)]),
        row(flipped(HASHES[0], 9)),
        row(HASHES[0]),
        row(HASHES[6], sha256=SHA),
        row(flipped(HASHES[0], 31)),
        row(flipped(HASHES[0], 32)),
    ]
    lines, total = found(rows, query(HASHES[0], entries=(entry(3),)))
    assert lines == [
        ("unit#3", "same_file", None),
        ("unit#2", "near_copy", 0),
        ("unit#1", "near_copy", 9),
        ("unit#4", "near_copy", 31),
        ("unit#0", "shows_same_work", None),
    ]
    assert total == 5


def test_a_row_is_told_once_in_the_surest_way():
    rows = [row(HASHES[0], sha256=SHA, findings=[finding(3)])]
    assert found(rows, query(HASHES[0], entries=(entry(3),))) == ([("unit#0", "same_file", None)], 1)


def test_turned_copies_are_found_within_twenty_bits():
    for bits, expected in ((20, 1), (21, 0)):
        rows = [row(flipped(HASHES[1], bits))]
        made = trace(query(HASHES[0], turned=bytes(HASHES[1])), [MemoryRecord(rows)], limit=9)
        assert [(line.distance, line.orientation) for line in made.lines] == [(bits, "flipped")] * expected


def test_frames_are_counted_and_the_nearest_is_told():
    rows = [row(HASHES[7], frames=[(flipped(HASHES[0], 4), 90), (HASHES[1], 90), (HASHES[2], 20)])]
    (line,) = trace(query(HASHES[0], HASHES[1], HASHES[2]), [MemoryRecord(rows)], limit=9).lines
    assert (line.frames, line.frame, line.distance) == (2, 2, 0)


def test_there_are_as_many_lines_as_were_asked_for_and_all_are_counted():
    rows = [row(HASHES[0]) for _ in range(30)]
    lines, total = found(rows, query(HASHES[0]), limit=7)
    assert (len(lines), total) == (7, 30)


def test_all_records_are_searched():
    records = [MemoryRecord([row(HASHES[0])], digest=digest * 32) for digest in ("aa", "bb")]
    made = trace(query(HASHES[0]), records, limit=5)
    assert [line.record for line in made.lines] == ["aa" * 32, "bb" * 32]
    assert made.lines[0].means is Means.NEAR_COPY


def test_the_hour_and_the_model_of_a_generation_are_told():
    rows = [row(HASHES[0]) | {"at": 498_753, "model": "cd" * 32}]
    record = MemoryRecord(rows)
    record.index = None
    (line,) = trace(query(HASHES[0]), [record], limit=1).lines
    assert (line.at, line.model) == ("2026-11-24T09:00Z", "cd" * 32)


def test_what_nobody_has_recorded_gives_nothing():
    assert found([row(HASHES[0])], Query(sha256=SHA)) == ([], 0)
