import pytest

from sekisho.errors import InputError
from sekisho.model import Passages
from sekisho.registry.copies import FLOOR, MANY, NEAR_COPY, SHARE, Copied, copied_entries, sketch_of
from tests.parties import packed, passages_of


def row(number, owner, passages):
    return f"e-{number}", owner, *sketch_of(packed(passages))


def lowest(sketch):
    return [int.from_bytes(sketch[i : i + 6], "little") for i in range(0, len(sketch), 6)]


@pytest.mark.parametrize(("count", "kept"), [(1, 1), (FLOOR, FLOOR), (400, FLOOR), (64 * 100, 100)])
def test_a_sketch_has_the_lowest_hashes(count, kept):
    made = passages_of(1, count)
    size, sketch = sketch_of(packed(made))
    assert size == count
    assert lowest(sketch) == sorted(h for bucket in made.buckets for h in bucket)[:kept]
    assert kept == max(min(count, FLOOR), count // SHARE)


def test_a_hash_that_stands_in_two_buckets_counts_once():
    assert sketch_of(packed(Passages(units=300, buckets=((1, 2), (2, 3)))))[0] == 3


def test_the_sketch_of_a_short_work_is_its_line():
    assert sketch_of(packed(Passages(units=17, buckets=((),), line=0xABC))) == (
        1,
        (0xABC).to_bytes(6, "little"),
    )


def test_the_later_of_two_equal_texts_is_told_of():
    rows = [row(1, "a", passages_of(1)), row(2, "b", passages_of(1)), row(3, "c", passages_of(3))]
    assert copied_entries(rows, {"e-2", "e-3"}) == {
        "e-2": (Copied(share=100, entry="e-1", registrant="a"),),
    }
    assert copied_entries(rows, {"e-1"}) == {}
    assert copied_entries(rows, ()) == {}
    assert copied_entries((), {"e-1"}) == {}


def test_ones_own_other_edition_is_not_told_of():
    rows = [row(1, "a", passages_of(1)), row(2, "a", passages_of(1))]
    assert copied_entries(rows, {"e-2"}) == {}


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize(("long", "short"), [(6000, 6000), (15_000, 1000), (15_000, 3000)])
def test_a_part_of_a_text_is_told_of_whichever_came_first(long, short, swapped):
    whole, part = passages_of(1, long), passages_of(2, short, shared=short, other=1)
    first, second = (part, whole) if swapped else (whole, part)
    (found,) = copied_entries([row(1, "a", first), row(2, "b", second)], {"e-2"})["e-2"]
    assert found.share > 60


@pytest.mark.parametrize(("shared", "told"), [(0, False), (40, False), (1200, True), (3000, True)])
def test_the_share_is_about_right(shared, told):
    rows = [row(1, "a", passages_of(1, 6000)), row(2, "b", passages_of(2, 6000, shared=shared, other=1))]
    found = copied_entries(rows, {"e-2"})
    assert bool(found) == told
    if told:
        assert abs(found["e-2"][0].share - shared / 60) < 15
        assert found["e-2"][0].share >= NEAR_COPY


def test_a_single_common_hash_of_long_texts_is_a_stock_phrase():
    (one,), (other,) = ([min(h for b in passages_of(n, 64).buckets for h in b)] for n in (1, 2))
    low = min(one, other)
    texts = [Passages(units=256, buckets=(tuple(sorted({low, *more})),)) for more in ((one, 5), (other, 9))]
    assert copied_entries([row(1, "a", texts[0]), row(2, "b", texts[1])], {"e-2"}) == {}


def test_the_same_short_work_is_told_of_and_another_is_not():
    haiku = [Passages(units=17, buckets=((),), line=line) for line in (7, 7, 8)]
    rows = [row(n, str(n), made) for n, made in enumerate(haiku)]
    assert [c.entry for c in copied_entries(rows, {"e-1", "e-2"})["e-1"]] == ["e-0"]
    assert "e-2" not in copied_entries(rows, {"e-1", "e-2"})


def test_of_several_texts_of_an_entry_the_most_alike_counts():
    rows = [
        row(1, "a", passages_of(1)),
        row(2, "b", passages_of(2, 400, shared=120, other=1)),
        row(2, "b", passages_of(1)),
        row(2, "b", passages_of(3)),
    ]
    assert copied_entries(rows, {"e-2"}) == {"e-2": (Copied(share=100, entry="e-1", registrant="a"),)}


def test_what_stands_in_very_many_texts_is_no_sign_of_a_copy():
    rows = [row(n, str(n), passages_of(1, 64)) for n in range(MANY + 1)]
    assert copied_entries(rows, {f"e-{MANY}"}) == {}
    assert len(copied_entries(rows[1:], {f"e-{MANY}"})[f"e-{MANY}"]) == MANY - 1


@pytest.mark.parametrize("hashes", [(2, 1), (1, 1)])
def test_hashes_out_of_order_are_refused_and_across_buckets_they_are_not(hashes):
    whole = packed(Passages(units=300, buckets=((1, 2), (3,))))
    swapped = b"".join(h.to_bytes(6, "little") for h in (*hashes, 3))
    with pytest.raises(InputError, match="sorted and distinct"):
        sketch_of(whole._replace(hashes=swapped))
    apart = whole._replace(counts=b"\1\0\2\0", hashes=b"".join(h.to_bytes(6, "little") for h in (*hashes, 3)))
    assert sketch_of(apart)[0] == len({*hashes, 3})
