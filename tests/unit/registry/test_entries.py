from datetime import date

import pytest

from sekisho.registry.entries import (
    contents_of,
    prints_of_source,
    read_entries,
    read_grants,
    withdrawn_entries,
)
from sekisho.registry.examined import examine
from tests.parties import DAY, LAST, Party, grant, registration, revocation, withdrawal
from tests.shelf import MemoryRegistry
from tests.unit.registry.test_examined import FOREIGN, NAMED

AOZORA, LUMEN = Party(name="aozora"), Party(name="lumen")


def test_the_same_work_has_the_same_contents_and_another_has_not():
    one, again, other = read_entries(
        [registration(AOZORA, 1), registration(AOZORA, 1), registration(AOZORA, 2)]
    )
    assert contents_of(one) == contents_of(again)
    assert contents_of(one) != contents_of(other)


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2026, 10, 31), "not yet"),
        (DAY, "active"),
        (date(2026, 12, 31), "active"),
        (date(2027, 1, 1), "revoked"),
        (date(2030, 1, 1), "revoked"),
    ],
)
def test_the_earliest_revocation_counts(on, state):
    given = grant(AOZORA, LUMEN)
    ends = [revocation(AOZORA, examine(given).id, on=d) for d in (date(2027, 5, 1), date(2027, 1, 1))]
    (read,) = read_grants([given], ends)
    assert read.state(on) == state


def test_a_grant_ends_after_its_last_day():
    (read,) = read_grants([grant(AOZORA, LUMEN)], [])
    assert read.state(LAST) == "active"
    assert read.state(date(2027, 11, 1)) == "expired"


@pytest.mark.parametrize("change", [{"protected_until": LAST}, {"title": "Mio"}, {"on": LAST}])
def test_contents_are_everything_but_the_day(change):
    one, other = read_entries([registration(AOZORA, 1), registration(AOZORA, 1, **change)])
    assert (contents_of(one) == contents_of(other)) == ("on" in change)


def test_withdrawn_entries_are_named():
    entry = examine(registration(AOZORA, 1)).id
    assert withdrawn_entries([withdrawal(AOZORA, entry)]) == {entry}
    assert withdrawn_entries([]) == frozenset()


def test_the_prints_of_a_source_are_those_that_stand():
    registry = MemoryRegistry.of(AOZORA)
    registry.take(registration(AOZORA, 1))
    entry = registry.take(registration(AOZORA, prints=(FOREIGN,), **NAMED))
    assert prints_of_source(registry, AOZORA.key, "StopList") == (FOREIGN,)
    assert prints_of_source(registry, LUMEN.key, "StopList") == ()
    assert prints_of_source(registry, AOZORA.key, "Other") == ()
    registry.take(withdrawal(AOZORA, entry))
    assert prints_of_source(registry, AOZORA.key, "StopList") == ()
