import hashlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.audit.rows import SCHEMA
from sekisho.codec.erased import ErasedPart
from sekisho.errors import EvidenceError
from sekisho.store.erasing import blank_part, drop_index, erase_generations, shows, write_part
from sekisho.store.generations import Generations
from tests.recorded import KEY, SALT, flipped, generation, random_hashes, row

PHOTO, OTHER, THIRD = (bytes(one) for one in random_hashes(3))


def turned(hashed):
    return b"".join(bytes(one) for one in random_hashes(3, seed=9)) + bytes(hashed) + bytes(96)


@pytest.mark.parametrize(
    ("one", "met"),
    [
        (row(PHOTO), True),
        (row(flipped(PHOTO, 31)), True),
        (row(flipped(PHOTO, 32)), False),
        (row(PHOTO, quality=49), False),
        (row(None), False),
        (row(OTHER), False),
        (row(OTHER, turned=turned(flipped(PHOTO, 30))), True),
        (row(OTHER, frames=[(THIRD, 90), (PHOTO, 90)]), True),
        (row(OTHER, frames=[(PHOTO, 10)]), False),
    ],
)
def test_a_row_shows_a_photo_if_a_frame_is_near_it_in_some_orientation(one, met):
    assert shows([row(THIRD), one], [PHOTO]) == ([1] if met else [])
    assert shows([one], []) == []


def test_rows_of_before_films_and_turned_hashes_are_compared_too():
    assert shows([{"pdq": PHOTO, "pdq_quality": 90}], [PHOTO]) == [0]
    assert shows([], [PHOTO]) == []


@pytest.fixture
def part(tmp_path):
    """A part of three rows of which the first and the last show the photo."""
    path = tmp_path / "part-u.parquet"
    rows = [
        {"unit": "u", "bytes": 9, "problem": "", "leaf": bytes([n]) * 32} | row(one, sha256=bytes([n]) * 32)
        for n, one in enumerate((PHOTO, OTHER, flipped(PHOTO, 9)))
    ]
    for n, one in enumerate(rows):
        one["item"] = f"{n}.png"
    rows[2]["outcome"] = "review"
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), path)
    return path


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_only_names_places_and_leaves_of_rows_that_show_it_are_left(part):
    named = digest(part)
    made = blank_part(part, named, None, [PHOTO])
    assert made.part.rows == (0, 2)
    assert made.part.was == (("allow", "no_known_objection", 1), ("review", "no_known_objection", 1))
    assert digest(part) == named == made.part.before
    before = pq.read_table(part).to_pylist()
    write_part(part, made.data)
    assert digest(part) == made.part.sha256
    first, second, third = pq.read_table(part).to_pylist()
    assert second == before[1]
    for blank, was in ((first, before[0]), (third, before[2])):
        assert {name for name in blank if blank[name] == was[name] and was[name]} == {"item", "unit", "leaf"}
        assert (blank["outcome"], blank["findings"], blank["bytes"]) == ("erased", [], 0)
    assert blank_part(part, named, made.part, [PHOTO]) is None


def test_a_second_person_is_added_to_what_was_blanked(part):
    named = digest(part)
    first = blank_part(part, named, None, [flipped(PHOTO, 9)])
    write_part(part, first.data)
    second = blank_part(part, named, first.part, [OTHER])
    assert second.part.rows == (0, 1, 2)
    assert sum(count for *_, count in second.part.was) == 3
    # Killed before the part was written: the same comes out again.
    again = blank_part(part, named, second.part, [OTHER])
    assert (again.data, again.part.rows, again.part.was) == (second.data, second.part.rows, second.part.was)


def test_a_part_that_is_another_is_not_touched(part):
    known = ErasedPart(sha256="ab" * 32, before="cd" * 32, rows=(0,), was=(("allow", "x", 1),))
    for before in (None, known):
        with pytest.raises(EvidenceError):
            blank_part(part, "00" * 32, before, [PHOTO])


def test_an_index_and_unfinished_ones_are_dropped(tmp_path):
    for name in ("index", ".index.0123", "decisions"):
        (tmp_path / name).mkdir()
    drop_index(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["decisions"]
    drop_index(tmp_path)


def test_generation_records_are_counted_and_done_once(tmp_path):
    store = Generations.make(tmp_path / "g", KEY, "JP")
    store.append([(generation(n), SALT) for n in (1, 2)])
    store.append([(generation(3), SALT)])
    assert erase_generations(store, [bytes([1]) * 32]) == 1
    assert erase_generations(store, [bytes([1]) * 32]) == 0
    assert [bool(record) for s in store.segments() for record, _ in s.records()] == [False, True, True]
