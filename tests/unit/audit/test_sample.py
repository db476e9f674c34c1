from dataclasses import dataclass, replace

import pytest

from sekisho.audit.job import plan
from sekisho.audit.sample import number, plan_sample
from tests.world import World


@dataclass(frozen=True)
class Counted:
    """A unit of names, of which some may have been left out."""

    names: tuple[str, ...]
    dataset: str = "d"
    kind: str = "folder"
    path: str = ""
    start: int = 0
    stop: int = 0
    bytes: int = 0

    @property
    def items(self):
        return len(self.names)

    def identity(self):
        return "\n".join(self.names).encode()


@dataclass(frozen=True)
class Names:
    """A dataset of names alone; every third member is no media."""

    units: tuple[Counted, ...]
    name: str = "d"
    kind: str = "folder"

    def plan(self):
        return iter(self.units)

    def survey(self, unit):
        return ((place, name) for place, name in enumerate(unit.names) if not name.endswith(".txt"))

    def thin(self, unit, positions):
        return replace(unit, names=tuple(unit.names[place] for place in positions))


def dataset(prefix, sizes, *, captions=False):
    units, count = [], 0
    for size in sizes:
        names = [f"{prefix}{n:04}.jpg" for n in range(count, count + size)]
        more = [f"{name}.txt" for name in names] if captions else []
        units.append(Counted(tuple(sorted([*names, *more]))))
        count += size
    return Names(tuple(units))


def drawn(count, *sources):
    job = replace(World().job(), sources=sources, sample=count)
    planned, of = plan_sample(job, sources)
    return [name for unit in planned for name in unit.unit.names], of


@pytest.mark.parametrize("count", [1, 7, 40])
def test_the_smallest_numbers_are_taken(count):
    source = dataset("a", [13, 1, 40, 6], captions=True)
    every = [name for unit in source.units for _, name in source.survey(unit)]
    taken, of = drawn(count, source)
    assert of == len(every) == 60
    assert sorted(taken) == sorted(sorted(every, key=number)[:count])


def test_the_cut_into_units_and_datasets_changes_nothing():
    assert sorted(drawn(9, dataset("a", [30, 30]))[0]) == sorted(drawn(9, dataset("a", [1, 58, 1]))[0])


def test_the_order_is_that_of_the_plan_and_empty_units_are_left_out():
    source = dataset("a", [5] * 40)
    taken, _ = drawn(10, source)
    assert taken == sorted(taken)
    job = replace(World().job(), sources=[source], sample=10)
    planned, _ = plan_sample(job, [source])
    assert all(unit.unit.names for unit in planned)
    assert len(planned) <= 10


def test_a_sample_of_more_than_there_is_is_everything():
    assert len(drawn(1000, dataset("a", [3, 4]), dataset("b", [5]))[0]) == 12
    assert drawn(3, dataset("a", [])) == ([], 0)


def test_it_is_not_the_first_by_name_and_no_part_is_left_out():
    taken, of = drawn(400, dataset("a", [50] * 40))
    assert of == 2000
    quarters = [sum(q * 500 <= int(name[1:5]) < (q + 1) * 500 for name in taken) for q in range(4)]
    # 400 of 2000, hypergeometric: 100 +- 7.7 in a quarter.
    assert all(60 < count < 140 for count in quarters)


def test_files_that_are_added_hardly_change_it():
    before, _ = drawn(100, dataset("a", [1000]))
    after, _ = drawn(100, dataset("a", [1100]))
    assert len(set(before) - set(after)) < 30


def test_a_unit_is_named_by_what_was_drawn_from_it():
    source = dataset("a", [20])
    ids = set()
    for count in (3, 4):
        job = replace(World().job(), sources=[source], sample=count)
        ids |= {unit.id for unit in plan_sample(job, [source])[0]} | {unit.id for unit in plan(job)}
    assert len(ids) == 4
