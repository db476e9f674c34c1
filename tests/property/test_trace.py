"""What is found in records is what comparing everything with everything finds."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.match.brute import search_all
from sekisho.store.row_index_build import memory_index
from sekisho.trace.query import Query
from sekisho.trace.search import trace
from tests.counts import count
from tests.recorded import MemoryRecord, batches_of, entry, finding, flipped, random_hashes, row

HASHES = random_hashes(6, seed=21)


@st.composite
def some_rows(draw):
    """Rows whose hashes are near one of a few, with frames, files and entries of a few."""
    made = []
    for number in range(draw(st.integers(0, 25))):
        near = st.builds(
            lambda n, bits, seed: flipped(HASHES[n], bits, seed),
            st.integers(0, 5),
            st.integers(0, 40),
            st.integers(0, 3),
        )
        frames = draw(st.lists(st.tuples(near, st.integers(40, 60)), max_size=2))
        made.append(
            row(
                draw(st.none() | near),
                sha256=draw(st.none() | st.integers(0, 3).map(lambda n: bytes([n]) * 32)),
                quality=draw(st.integers(40, 60)),
                frames=frames,
                findings=[finding(n) for n in draw(st.lists(st.integers(0, 2), max_size=2))],
            )
            | {"item": str(number)}
        )
    return made


def all_frames(rows):
    """Return row, frame and hash of everything that may be compared."""
    for number, one in enumerate(rows):
        hashed = [(one["pdq"], one["pdq_quality"] or 0), *((f["pdq"], f["quality"]) for f in one["frames"])]
        for frame, (pdq, quality) in enumerate(hashed):
            if pdq is not None and quality >= 50:
                yield number, frame, pdq


@settings(max_examples=count(40, 1_000))
@given(some_rows(), st.integers(0, 31), st.integers(1, 10))
def test_the_index_finds_what_a_comparison_of_all_finds(rows, radius, size):
    index = memory_index([("unit", len(rows))], batches_of(rows, size))
    frames = list(all_frames(rows))
    words = np.frombuffer(b"".join(pdq for *_, pdq in frames), "<u8").reshape(-1, 4)
    queries = HASHES.view("<u8").reshape(-1, 4)
    expected = {
        (int(q), *frames[r][:2], int(d)) for q, r, d in zip(*search_all(words, queries, radius), strict=True)
    }
    found = list(zip(*(part.tolist() for part in index.near(queries, radius)), strict=True))
    assert set(found) == expected
    assert len(found) == len(expected)
    for digest in (bytes([n]) * 32 for n in range(5)):
        assert index.exact(digest) == [n for n, one in enumerate(rows) if one["sha256"] == digest]


@settings(max_examples=count(40, 1_000))
@given(some_rows(), st.integers(0, 5), st.integers(0, 3), st.integers(1, 30))
def test_every_row_that_meets_a_file_is_counted_once(rows, which, file, limit):
    hashes = np.concatenate([HASHES[which][None], random_hashes(7, seed=77)])[None]
    query = Query(sha256=bytes([file]) * 32, hashes=hashes, frames=(0,), entries=(entry(1),))
    made = trace(query, [MemoryRecord(rows)], limit=limit)
    near = {
        number
        for number, _, pdq in all_frames(rows)
        if (int.from_bytes(pdq) ^ int.from_bytes(HASHES[which].tobytes())).bit_count() <= 31
    }
    same = {number for number, one in enumerate(rows) if one["sha256"] == query.sha256}
    shows = {number for number, one in enumerate(rows) if entry(1) in {f["entry"] for f in one["findings"]}}
    assert made.total == len(near | same | shows)
    assert len(made.lines) == min(limit, made.total)
    assert len({line.place for line in made.lines}) == len(made.lines)
