import hashlib

import numpy as np
import pytest

from sekisho.registry import nearness
from sekisho.registry.nearness import alike_entries, columns_of, near_entries, searcher


def digest(word):
    return hashlib.sha256(word.encode()).digest()


def turned(pdq, bits):
    """Flip some bits of a hash."""
    number = int.from_bytes(pdq, "little")
    for bit in range(bits):
        number ^= 1 << (bit * 7 % 256)
    return number.to_bytes(32, "little")


def row(entry, owner, *words, sha256=()):
    pdqs = b"".join(w if isinstance(w, bytes) else digest(w) for w in words)
    return entry, owner, b"".join(digest(w) for w in sha256), pdqs


def found(rows, *new):
    near = near_entries(columns_of(rows), new)
    return {e: [(n.entry, n.registrant, n.distance) for n in nears] for e, nears in near.items()}


@pytest.mark.parametrize(("bits", "near"), [(0, True), (1, True), (31, True), (32, False)])
def test_an_older_entry_of_another_is_found_up_to_31_bits(bits, near):
    rows = [row("e-1", "aoi", "cat"), row("e-2", "ben", turned(digest("cat"), bits))]
    assert found(rows, "e-2") == ({"e-2": [("e-1", "aoi", bits)]} if near else {})


def test_the_same_file_is_found_without_pdq():
    rows = [row("e-1", "aoi", sha256=["cat"]), row("e-2", "ben", sha256=["dog", "cat"])]
    assert found(rows, "e-2") == {"e-2": [("e-1", "aoi", 0)]}


def test_ones_own_entries_and_younger_ones_are_not_near():
    rows = [row("e-1", "aoi", "cat"), row("e-2", "aoi", "cat"), row("e-3", "ben", "cat")]
    assert found(rows, "e-1", "e-2") == {}
    assert found(rows, "e-3") == {"e-3": [("e-1", "aoi", 0), ("e-2", "aoi", 0)]}


def test_what_came_earlier_in_the_same_batch_counts_as_older():
    rows = [row("e-2", "aoi", "cat"), row("e-1", "ben", "cat")]
    assert found(rows, "e-1", "e-2") == {"e-1": [("e-2", "aoi", 0)]}


def test_each_entry_is_named_once_with_its_nearest_print():
    cat = digest("cat")
    rows = [
        row("e-1", "aoi", turned(cat, 9), turned(cat, 3)),
        row("e-2", "ben", "dog", cat, sha256=["a"]),
        row("e-3", "chi", "dog", cat, sha256=["a"]),
    ]
    assert found(rows, "e-3") == {"e-3": [("e-2", "ben", 0), ("e-1", "aoi", 3)]}


def test_an_empty_registry_and_entries_without_pdq_are_fine():
    assert found([]) == {}
    assert found([row("e-1", "aoi", sha256=["cat"])], "e-1") == {}


@pytest.mark.parametrize(("plain", "tables"), [(10**12, 10**12), (0, 10**12), (0, 0)])
def test_every_way_of_searching_finds_the_same(monkeypatch, plain, tables):
    monkeypatch.setattr(nearness, "PLAIN_PAYS", plain)
    monkeypatch.setattr(nearness, "TABLES_PAY", tables)
    random = np.random.default_rng(5)
    hashes = [random.bytes(32) for _ in range(4500)]
    rows = [row(f"e-{n}", "aoi", h) for n, h in enumerate(hashes)]
    rows.append(row("e-new", "ben", turned(hashes[17], 20), turned(hashes[4000], 31)))
    assert found(rows, "e-new") == {"e-new": [("e-17", "aoi", 20), ("e-4000", "aoi", 31)]}


def test_a_search_answers_in_queries_rows_and_distances():
    rows = np.frombuffer(digest("cat") + digest("dog"), "<u8").reshape(-1, 4)
    query, hit, distance = searcher(rows, 1)(rows[1:])
    assert (query.tolist(), hit.tolist(), distance.tolist()) == ([0], [1], [0])


def test_entries_of_one_holder_that_are_near_are_counted_and_no_conflict():
    rows = [row("a", "A", "x"), row("b", "A", turned(digest("x"), 31), "x"), row("c", "B", "x")]
    rows += [row("d", "A", turned(digest("x"), 32)), row("e", "A", "x", "y")]
    assert alike_entries(columns_of(rows), ["a", "b", "c", "d", "e"]) == {"b": 1, "d": 1, "e": 2}
    assert alike_entries(columns_of(rows), ["e"]) == {"e": 2}
    assert alike_entries(columns_of([]), []) == {}
