import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from sekisho.ledger.batches import SMALLEST, batch_size, due, padded_batch
from sekisho.ledger.entry import EntryType, commitment, decode_entry

AT = datetime(2026, 11, 22, 9, 41, 7, tzinfo=UTC)


def numbers(count, seed=0):
    return [hashlib.sha256(b"%d %d" % (seed, n)).digest() for n in range(count)]


def batch(count, seed=0):
    return padded_batch(numbers(count), at=AT, chance=hashlib.sha256(b"chance %d" % seed).digest())


@pytest.mark.parametrize(
    ("count", "size"), [(0, 16), (1, 16), (16, 16), (17, 64), (64, 64), (65, 256), (256, 256), (257, 1024)]
)
def test_a_batch_has_one_of_few_sizes(count, size):
    assert batch_size(count) == size
    assert len(batch(min(count, 65)).entries) == min(size, 256)


def test_more_than_a_million_records_are_several_batches():
    assert batch_size(SMALLEST * 4**8) == SMALLEST * 4**8
    with pytest.raises(ValueError, match="at most"):
        batch_size(SMALLEST * 4**8 + 1)


def test_every_record_stands_where_the_batch_says():
    made, given = batch(5), numbers(5)
    assert [decode_entry(made.entries[place]).commitment for place in made.places] == given


def test_all_entries_have_one_type_one_hour_and_one_length_and_name_no_other():
    entries = [decode_entry(e) for e in batch(7).entries]
    assert {e.type for e in entries} == {EntryType.PERSON}
    assert {e.at for e in entries} == {AT.replace(minute=0, second=0)}
    assert {e.previous for e in entries} == {None}
    assert len({len(e) for e in batch(7).entries}) == 1


def test_an_observer_can_not_tell_one_registration_from_five_nor_from_none():
    def seen(count, seed):
        entries = [decode_entry(e) for e in batch(count, seed).entries]
        return Counter((e.type, e.at, e.previous) for e in entries)

    assert seen(0, 1) == seen(1, 2) == seen(5, 3) == seen(16, 4)


def test_the_bytes_of_a_batch_with_records_look_like_those_of_padding():
    # Chi-squared over the bytes of 60 batches each: 255 degrees, so above 400 is one in ten million.
    for count in (1, 5):
        rows = [decode_entry(e).commitment for seed in range(60) for e in batch(count, seed + 1).entries]
        padding = [row for row in rows if row not in set(numbers(count))]
        counts = Counter(b"".join(padding))
        expected = sum(counts.values()) / 256
        assert sum((counts[b] - expected) ** 2 / expected for b in range(256)) < 400


def test_a_record_stands_anywhere_in_its_batch():
    # 480 shuffles of 16 places: 30 each; above 60 is 15 degrees of freedom at one in a million.
    places = Counter(batch(1, seed).places[0] for seed in range(480))
    assert sum((places[p] - 30) ** 2 / 30 for p in range(16)) < 60


def test_padding_of_other_chance_is_other_padding():
    assert set(batch(0, 1).entries).isdisjoint(batch(0, 2).entries)


def test_nothing_of_a_person_stands_in_a_batch():
    planted = [b"hanako@example.jp", "山田花子".encode(), hashlib.sha256(b"hanako@example.jp").digest()]
    salts = numbers(3, 9)
    given = [commitment(salt, EntryType.PERSON, text) for salt, text in zip(salts, planted, strict=True)]
    made = b"\n".join(padded_batch(given, at=AT, chance=numbers(1)[0]).entries)
    assert not any(form in made for text in planted for form in (text, text.hex().encode()))


@pytest.mark.parametrize("chance", [b"", bytes(31), bytes(33)])
def test_chance_has_32_bytes(chance):
    with pytest.raises(ValueError, match="32"):
        padded_batch([], at=AT, chance=chance)


def test_a_commitment_has_32_bytes():
    with pytest.raises(ValueError, match="32"):
        padded_batch([b"short"], at=AT, chance=bytes(32))


def test_a_batch_is_due_when_the_hour_is_another():
    assert due(None, AT)
    assert not due(AT.replace(minute=0), AT)
    assert due(AT, AT.replace(minute=0) + timedelta(hours=1))
    assert not due(AT, AT - timedelta(hours=3))
