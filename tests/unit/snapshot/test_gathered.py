import hashlib
from dataclasses import replace

import numpy as np
import pytest

from sekisho.codec import digest_id
from sekisho.errors import InputError
from sekisho.model import Act, Passages, Print
from sekisho.signing import PASSAGES, sign_statement
from sekisho.snapshot.gathered import line_sections, lot_of
from sekisho.snapshot.passages import ROWS_OF_KEY, STOCK
from sekisho.snapshot.permutation import permuted
from sekisho.snapshot.stock import Standing
from tests.parties import passages_of
from tests.world import World

TEXT = Passages(units=600, buckets=((1, 5, 9), (), (5, 2**48 - 1)))
SHORT = Passages(units=20, buckets=((),), line=42)


def keys(snapshot, *hashes):
    return permuted(np.array(hashes, np.uint64), snapshot.texts[0].constants).tolist()


def rows_of(table):
    found, text, bucket = table.whole_rows()
    return sorted(zip(found.tolist(), text.tolist(), bucket.tolist(), strict=True))


def test_every_hash_has_a_row_for_each_text_and_bucket():
    world = World()
    world.register_texts(world.holder, TEXT, Passages(units=9, buckets=((5,),)))
    snapshot = world.open()
    (table,) = snapshot.texts
    one, five, nine, last = keys(snapshot, 1, 5, 9, 2**48 - 1)
    assert rows_of(table) == sorted(
        [(one, 0, 0), (five, 0, 0), (five, 0, 2), (five, 1, 0), (nine, 0, 0), (last, 0, 2)]
    )
    assert table.entry.tolist() == [0, 0]
    assert table.units.tolist() == [600, 9]
    assert table.passages.tolist() == [4, 1]
    counts = snapshot.counts
    assert (counts.texts, counts.passages, counts.lines) == (2, 6, 0)


def test_texts_stand_in_the_order_of_their_entries():
    world = World()
    entries = [
        world.register_texts(world.holder, Passages(units=n, buckets=((n,),))) for n in (50, 60, 70, 80)
    ]
    snapshot = world.open()
    (table,) = snapshot.texts
    units = dict(zip(entries, (50, 60, 70, 80), strict=True))
    assert [units[snapshot.entry(int(n)).id] for n in table.entry] == table.units.tolist()


def test_a_short_work_has_a_line_and_no_passages():
    world = World()
    world.register_texts(world.holder, SHORT, SHORT)
    snapshot = world.open()
    (table,) = snapshot.texts
    assert table.line_keys.tolist() == keys(snapshot, 42)
    assert table.line_entry.tolist() == [0]
    assert not len(table.entry)


def test_an_edition_without_texts_has_no_table():
    (table,) = World().open().texts
    sizes = [len(a) for a in (*table.rows, table.bloom, table.entry, table.line_keys)]
    assert sizes == [0] * 7


def test_a_base_marks_phrases_that_its_works_share_and_a_delta_does_not():
    def register(world):
        for number in range(5):
            own = tuple(range(100 * number + 10, 100 * number + 50))
            world.register_texts(world.holder, Passages(units=50, buckets=((7, *own),)))

    world = World()
    base = world.open()
    register(world)
    marks = (world.open().texts[0].rows.text >= STOCK).sum()
    assert marks == 5
    assert (world.advance(base).segments[1].texts().rows.text < STOCK).all()


@pytest.mark.parametrize("count", [16, 100])
def test_many_copies_keep_sixteen_rows_of_a_hash(count):
    world = World()
    for number in range(count):
        world.register_texts(world.rival if number % 2 else world.stranger, TEXT, title=str(number))
    (table,) = world.open().texts
    found, _, _ = table.whole_rows()
    assert np.unique(found, return_counts=True)[1].max() == ROWS_OF_KEY


def test_passages_that_are_not_there_stop_the_building():
    world = World()
    world.register_texts(world.holder, TEXT)
    world.passages.clear()
    with pytest.raises(InputError, match="not there") as error:
        world.publish()
    assert "fingerprint" in error.value.hint


def test_passages_that_another_signed_stop_the_building():
    world = World()
    world.register(world.holder, world.text(world.rival, TEXT))
    with pytest.raises(InputError, match="not those"):
        world.publish()


def test_passages_of_an_agent_who_signed_the_registration_are_its_own():
    world = World()
    world.mandate(world.holder, world.stranger, Act.REGISTER)
    world.register_texts(world.holder, TEXT, signer=world.stranger)
    assert world.open().counts.passages == 5


def test_a_statement_under_anothers_id_stops_the_building():
    world = World()
    world.register_texts(world.holder, TEXT)
    (named,) = world.passages
    other = world.text(world.holder, SHORT)
    world.passages[named] = world.passages[other.passages]
    with pytest.raises(InputError, match="not those"):
        world.publish()


def test_a_forged_or_garbled_statement_stops_the_building():
    world = World()
    world.register_texts(world.holder, TEXT)
    (named,) = world.passages
    good = world.passages[named]
    for bad in (good.replace(b'"sig":"', b'"sig":"AA'), b"no envelope"):
        world.passages[named] = bad
        with pytest.raises(InputError):
            world.publish()
    payload = b'{"v":1}'
    world.passages = {digest_id("p", payload): sign_statement(PASSAGES, payload, world.holder)}
    world.registrations.clear()
    world.register(
        world.holder, Print(sha256=hashlib.sha256(b"").digest(), passages=next(iter(world.passages)))
    )
    with pytest.raises(InputError):
        world.publish()


def test_what_is_withdrawn_needs_no_passages():
    world = World()
    world.withdraw(world.holder, world.register_texts(world.holder, TEXT))
    world.passages.clear()
    assert world.open().counts.passages == 0


def test_of_one_short_work_at_most_sixteen_entries_stay_confirmed_ones_first():
    count = 40
    who = Standing(
        verified=np.arange(count) == 30, holder=np.arange(count), lot=np.arange(count, dtype=np.uint64)
    )
    entry = np.arange(count, dtype=np.uint32)
    made = line_sections(np.full(2 * count, 9, np.uint64), np.concatenate([entry, entry]), who)
    assert len(made["line.keys"]) == ROWS_OF_KEY
    assert len(set(made["line.entry"].tolist())) == ROWS_OF_KEY
    assert 30 in made["line.entry"]


def test_the_lot_of_an_entry_is_of_its_id():
    assert lot_of("e-0123456789abcdef" + "f" * 16) == 0x0123456789ABCDEF


def test_a_text_that_an_entry_names_many_times_is_one_text():
    world = World()
    text = world.text(world.holder, passages_of(1))
    again = [replace(text, sha256=bytes([n]) * 32) for n in range(1, 9)]
    world.register(world.holder, text, *again)
    snapshot = world.open()
    assert (snapshot.counts.texts, snapshot.counts.passages) == (1, 400)
    assert snapshot.texts[0].passages.tolist() == [400]
