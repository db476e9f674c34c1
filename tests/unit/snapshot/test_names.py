import numpy as np
import pytest

from sekisho.errors import SnapshotTampered
from sekisho.lexicon.forms import named_forms
from sekisho.model import Name
from sekisho.snapshot.names import (
    FORM_SECTIONS,
    MAX_KEYED,
    MAX_OWNERS,
    NO_NAMES,
    bits_for,
    build_names,
    check_names,
    merged_names,
    names_fit,
    names_of,
)
from tests.hostile import parts, with_sections
from tests.world import World, drawn

NAMES = (
    (Name(text="星野 光太郎", reading="ほしの こうたろう"),),
    (Name(text="Luke Stone"), Name(text="光", qualifier=("剣士",))),
    (Name(text="光", reading="ひかり", qualifier=("灯台",)), Name(text="𠮷野 家")),
    (),
    (Name(text="とても長い題名の本があってその題名は四十字を超えてもまだ終わらないのでとても長い"),),
)


@pytest.fixture(scope="module")
def world():
    made = World()
    for seed, names in enumerate(NAMES):
        made.register(made.holder, drawn(seed), names=names)
    return made


def owners_by_form(names):
    return {names.form(row): names.owners(row) for row in range(len(names.keys))}


def wanted(entries):
    owners = {}
    for number, names in enumerate(entries):
        for units in named_forms(names):
            owners.setdefault(units, []).append(number)
    return {units: tuple(numbers) for units, numbers in owners.items()}


def test_the_table_holds_every_form_with_all_its_owners():
    names = build_names(NAMES)
    assert check_names(names)
    assert owners_by_form(names) == wanted(NAMES)
    assert owners_by_form(names)["光"] == (1, 2)


def test_the_same_names_give_the_same_table():
    for one, other in zip(build_names(NAMES), build_names(NAMES), strict=True):
        np.testing.assert_array_equal(one, other)


def test_arrays_have_the_types_of_their_sections():
    names = build_names(NAMES)
    assert [array.dtype for array in names] == [np.dtype(kind) for kind in FORM_SECTIONS.values()]
    assert not any(array.flags.writeable for array in names)


def test_merged_tables_are_the_table_of_all():
    merged = merged_names([(build_names(NAMES[:2]), 0), (build_names(NAMES[2:]), 2)])
    for one, other in zip(merged, build_names(NAMES), strict=True):
        np.testing.assert_array_equal(one, other)


def test_without_names_every_section_is_empty():
    assert build_names([(), ()]) is NO_NAMES
    assert check_names(NO_NAMES)
    empty = {f"names.{name}": memoryview(b"") for name in FORM_SECTIONS}
    assert names_fit(empty, 0)
    assert not names_fit(empty, 1)
    assert not names_fit({**empty, "names.units": memoryview(b"ab")}, 0)
    assert not names_fit({}, 0)


def test_sizes_follow_from_the_number_of_forms():
    assert bits_for(3) == (8, 8, 11, 8)
    assert bits_for(1_000_000) == (20, 19, 23, 20)


def test_of_a_long_name_the_beginning_is_kept():
    text = NAMES[4][0].text
    names = build_names(NAMES)
    assert len(text) > MAX_KEYED
    kept = {names.form(row) for row in range(len(names.keys))}
    assert text[:MAX_KEYED] in kept
    assert text not in kept


def test_a_snapshot_carries_the_table(world):
    snapshot = world.open()
    (names,) = snapshot.names
    order = [snapshot.entry(number).names for number in range(snapshot.entries)]
    assert owners_by_form(names) == wanted(order)
    assert snapshot.counts.forms == len(names.keys)


def test_deltas_are_merged_in_memory_with_the_numbers_of_the_edition():
    world = World()
    world.register(world.holder, drawn(1), names=NAMES[0])
    snapshot = world.open()
    for seed, names in ((2, NAMES[1]), (3, NAMES[2]), (4, NAMES[3])):
        world.register(world.holder, drawn(seed), names=names)
        snapshot = world.advance(snapshot)
    base, later = snapshot.names
    assert owners_by_form(base) == wanted(NAMES[:1])
    numbered = [snapshot.entry(number).names for number in range(snapshot.entries)]
    assert owners_by_form(later) == wanted([(), *numbered[1:]])


def changed(world, name, at, value):
    held = parts(world.publish())[1][f"names.{name}"]
    array = np.frombuffer(held, FORM_SECTIONS[name]).copy()
    array[at] = value
    return with_sections(world.publish(), world.registry, {f"names.{name}": array.tobytes()})


LIES = {
    "another key": ("keys", 3, 7),
    "a bucket that begins late": ("starts", 0, 1),
    "a bucket beyond the forms": ("starts", -1, 2**32 - 1),
    "a form of no units": ("ends", 1, 0),
    "a form beyond the units": ("ends", -1, 2**32 - 1),
    "forms that do not begin": ("ends", 0, 1),
    "another letter": ("units", 0, 0x661F),
    "only the mark of a Latin form": ("units", slice(None), 1),
    "an owner that is not there": ("owner", 0, 5),
    "an owner far away": ("owner", 0, 2**31 - 1),
    "a shared list that is not there": ("owner", 0, 2**32 - 1),
    "a shared list too long": ("shared", 0, 2**32 - 1),
    "a shared list with strangers": ("shared", 1, 99),
    "a filter that hides a form": ("first", slice(None), 0),
    "a filter that hides a long form": ("fourth", slice(None), 0),
    "a filter that finds too much": ("lengths", 0, 2**32 - 1),
}


@pytest.mark.parametrize("name", LIES)
def test_a_registry_that_signs_a_wrong_table_is_refused(world, name):
    with pytest.raises(SnapshotTampered):
        world.open(changed(world, *LIES[name]))


CUT = {
    "half a key": ("keys", -2),
    "one form too few": ("keys", -4),
    "one end too few": ("ends", -4),
    "half a unit": ("units", -1),
    "half a list": ("shared", -1),
    "a smaller filter": ("first", -1),
    "another smaller filter": ("fourth", -1),
    "smaller buckets": ("starts", -4),
    "smaller lengths": ("lengths", -4),
}


@pytest.mark.parametrize("name", CUT)
def test_sections_of_other_lengths_are_refused(world, name):
    section, cut = CUT[name]
    held = parts(world.publish())[1][f"names.{section}"]
    with pytest.raises(SnapshotTampered):
        world.open(with_sections(world.publish(), world.registry, {f"names.{section}": held[:cut]}))


@pytest.mark.parametrize("section", FORM_SECTIONS)
def test_a_section_that_is_missing_is_refused(world, section):
    with pytest.raises(SnapshotTampered):
        world.open(with_sections(world.publish(), world.registry, {f"names.{section}": None}))


@pytest.mark.parametrize("forms", [0, 1, 10**6])
def test_a_wrong_number_of_forms_is_refused(world, forms):
    with pytest.raises(SnapshotTampered):
        world.open(with_sections(world.publish(), world.registry, {}, forms=forms))


def test_a_lone_surrogate_in_a_form_is_read_and_found_nowhere():
    sections = {name: bytes(array.tobytes()) for name, array in build_names(NAMES)._asdict().items()}
    sections["units"] = b"\x00\xd8" + sections["units"][2:]
    names = names_of({f"names.{name}": memoryview(data) for name, data in sections.items()})
    assert not check_names(names)
    assert names.form(0)


def test_a_form_with_too_many_owners_names_the_confirmed_ones():
    same = (Name(text="鉄乃 こよみ"),)
    count = MAX_OWNERS + 40
    confirmed = [number == count - 1 for number in range(count)]
    made = build_names([same] * count, confirmed)
    for row in range(len(made.keys)):
        owners = made.owners(row)
        assert len(owners) == MAX_OWNERS
        assert owners[0] == count - 1
    assert all(len(build_names([same] * 3).owners(row)) == 3 for row in range(len(made.keys)))
