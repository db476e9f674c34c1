import random

from sekisho.store.datasets.newest import Newest


def test_what_was_set_longest_ago_is_forgotten_first():
    kept = Newest(3)
    for key in "abca":
        kept.set(key, key.upper())
    kept.set("d", "D")
    assert [kept.get(key) for key in "abcd"] == ["A", None, "C", "D"]


def test_no_more_is_held_than_there_is_room():
    chance, kept, weights = random.Random(5), Newest(100), {}  # noqa: S311 - repeatable
    for _ in range(500):
        key, weight = chance.randrange(20), chance.randrange(40)
        kept.set(key, weight, weight)
        weights[key] = weight
        held = [value for known in range(20) if (value := kept.get(known)) is not None]
        assert sum(held) <= 100
        assert kept.get(key) == weight
    assert all(kept.get(key) in (None, weight) for key, weight in weights.items())
    kept.set("large", 0, 101)
    assert kept.get("large") is None
