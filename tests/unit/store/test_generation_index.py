import pytest

from sekisho.store.generation_index import blocks, open_generations, open_segment
from sekisho.store.generations import Generations
from tests.recorded import KEY, SALT, generation


@pytest.mark.parametrize(
    ("count", "found"),
    [(0, []), (1, [(0, 1)]), (6, [(0, 4), (4, 2)]), (7, [(0, 4), (4, 2), (6, 1)]), (8, [(0, 8)])],
)
def test_blocks_are_powers_of_two(count, found):
    assert blocks(count) == found


def test_every_record_is_found_however_many_segments_there_are(tmp_path):
    store = Generations.make(tmp_path / "generations", KEY, "JP")
    made_of = []
    for number in range(1, 6):
        store.append([(generation(number), SALT), (generation(100 + number), SALT)])
        records = open_generations(store, tell=made_of.append)
        for wanted in range(1, number + 1):
            found = [(record, row) for record in records for row in record.exact(bytes([100 + wanted]) * 32)]
            ((record, row),) = found
            (read,) = record.read([row])
            assert (read["part"][:6], read["number"]) == (f"{wanted:06}", 1)
    assert made_of == [2, 4, 2, 8, 2]
    assert sorted(path.name for path in (store.path / "index").iterdir()) == ["000001-4", "000005-1"]


def test_one_segment_can_be_asked_alone(tmp_path):
    store = Generations.make(tmp_path / "generations", KEY, "JP")
    store.append([(generation(1), SALT)])
    second = store.append([(generation(2), SALT)])
    record = open_segment(store, second)
    assert record.digest == second.digest
    assert record.exact(bytes([1]) * 32) == []
    assert record.exact(bytes([2]) * 32) == [0]
    assert record.facts == {"operator": KEY, "purpose": "generate", "territory": "JP"}
