import json
from dataclasses import replace
from datetime import timedelta

import pytest

from sekisho.model import Settled, Trust
from sekisho.registry.doctor import alarms_of, backdrop_of, diagnose, facts_of
from sekisho.registry.entries import read_grants
from sekisho.registry.examined import examine
from sekisho.registry.states import stood_entries
from sekisho.registry.submit import submit
from sekisho.signing import GRANT, REVOCATION
from tests.parties import (
    DAY,
    LAST,
    Party,
    a_print,
    dispute,
    grant,
    passages_of,
    registration,
    resolution,
    revocation,
    root_of,
    text_statements,
    vouch,
    withdrawal,
)
from tests.shelf import MemoryRegistry
from tests.unit.registry.test_examined import FOREIGN, NAMED

REGISTRY, DESK, AOZORA, MALLORY, LUMEN = (Party(name=n) for n in ("r", "desk", "aozora", "mallory", "lumen"))
ONE = timedelta(days=1)


@pytest.fixture
def registry():
    return MemoryRegistry.of(REGISTRY, DESK)


class Store:
    """The registry as an open database offers it."""

    def __init__(self, registry):
        self.statements = registry.statements

    def root(self):
        return root_of(REGISTRY, DESK), b""


def examined(registry, on=DAY, background=None):
    grants = read_grants(registry.statements(GRANT), registry.statements(REVOCATION))
    stood = stood_entries(Store(registry), on)
    return diagnose(stood, registry.prints(), grants, on, background, texts=registry.texts())


def near(number, bits):
    made = a_print(number)
    pdq = (int.from_bytes(made.pdq) ^ (1 << bits) - 1).to_bytes(32)
    return replace(made, pdq=pdq, sha256=bytes(32))


def item(number, bits=0):
    made = near(number, bits)
    return bytes([number]) * 32, (made.pdq,)


def test_an_empty_registry_is_well(registry):
    found = examined(registry, background=[item(1)])
    assert (found.entries, found.conflicts, found.over_matching) == (0, (), ())
    assert json.dumps(facts_of(found))


def test_entries_of_different_holders_that_are_near_are_conflicts(registry):
    first = registry.take(registration(AOZORA, 1))
    registry.take(registration(AOZORA, prints=(near(1, 1),)))
    registry.take(vouch(DESK, AOZORA, first))
    second = registry.take(registration(MALLORY, prints=(near(1, 5),)))
    registry.take(registration(MALLORY, 2))
    found = examined(registry).conflicts
    assert (found[1].entry, found[1].other, found[1].distance) == (second, first, 5)
    assert (found[1].trust, found[1].other_trust) == (Trust.DECLARED, Trust.VERIFIED)
    assert [c.distance for c in found] == [0, 5]


@pytest.mark.parametrize("end", ["withdrawn", "lapsed"])
def test_what_is_over_conflicts_with_nothing(registry, end):
    until = DAY if end == "lapsed" else None
    first = registry.take(registration(AOZORA, 1, protected_until=until))
    registry.take(registration(MALLORY, 1))
    assert len(examined(registry).conflicts) == 1
    if end == "withdrawn":
        registry.take(withdrawal(AOZORA, first))
    found = examined(registry, DAY + ONE)
    assert (found.conflicts, found.compared, found.entries) == ((), 1, 2)
    assert [e.id for e in found.lapsed] == ([first] if end == "lapsed" else [])


def test_the_false_alarm_rate_is_the_share_of_the_background_within_31_bits(registry):
    one = registry.take(registration(AOZORA, prints=(a_print(1), near(1, 2))))
    two = registry.take(registration(AOZORA, 2))
    registry.take(registration(AOZORA, 3))
    background = [item(1, 3), item(1, 31), item(2, 31), item(3, 32), item(9), (bytes(31) + b"x", ())]
    found = examined(registry, background=background)
    assert [(f.entry, f.hits, f.items) for f in found.over_matching] == [(one, 2, 6), (two, 1, 6)]
    assert found.over_matching[0].rate == pytest.approx(1 / 3)


def test_a_picture_with_several_frames_counts_once(registry):
    registry.take(registration(AOZORA, 1))
    background = [(b"x" * 32, (near(1, 1).pdq, near(1, 2).pdq, near(7, 0).pdq))]
    (found,) = examined(registry, background=background).over_matching
    assert (found.hits, found.items) == (1, 1)


def test_a_file_that_is_registered_itself_is_no_background(registry):
    registry.take(registration(AOZORA, 1))
    backdrop = backdrop_of([(a_print(1).sha256, (a_print(1).pdq,)), item(5)], registry.prints())
    assert (backdrop.items, backdrop.registered) == (1, 1)
    assert examined(registry, background=[(a_print(1).sha256, (a_print(1).pdq,))]).over_matching == ()


def test_many_queries_find_what_one_finds(registry):
    for number in range(5):
        registry.take(registration(AOZORA, number))
    background = [item(number % 7, number % 40) for number in range(280)]
    found = examined(registry, background=background)
    want = sum(number % 7 == 0 and number % 40 <= 31 for number in range(280))
    first = next(f for f in found.over_matching if f.entry == registry.prints()[0][0])
    assert (first.hits, first.items) == (want, 280)


def test_without_a_background_nothing_is_said_about_false_alarms(registry):
    registry.take(registration(AOZORA, 1))
    found = examined(registry)
    assert found.backdrop is None
    assert facts_of(found)["background"] is None


def test_ended_grants_disputed_entries_and_foreign_lists_are_listed(registry):
    entry = registry.take(registration(AOZORA, 1))
    other = registry.take(registration(AOZORA, 2))
    kept = registry.take(grant(AOZORA, LUMEN, entry))
    ended = registry.take(grant(AOZORA, MALLORY, entry))
    registry.take(revocation(AOZORA, ended))
    registry.take(dispute(MALLORY, entry))
    registry.take(resolution(DESK, registry.take(dispute(MALLORY, other)), Settled.UPHELD))
    foreign = registry.take(registration(DESK, prints=(FOREIGN,), **NAMED))
    facts = facts_of(examined(registry))
    assert [g["grant"] for g in facts["ended_grants"]] == [ended]
    assert [(d["entry"], d["state"]) for d in facts["doubted"]] == [(other, "suspended"), (entry, "disputed")]
    assert facts["foreign"] == [{"entry": foreign, "source": "StopList", "licence": "CC0", "prints": 1}]
    later = facts_of(examined(registry, LAST + ONE))
    assert {g["grant"] for g in later["ended_grants"]} == {kept, ended}


def test_texts_that_share_passages_are_listed(registry):
    first, *passages = text_statements(AOZORA, passages_of(1))
    later, *more = text_statements(MALLORY, passages_of(2, 400, shared=400, other=1))
    submit([first, *passages], registry.batch, today=DAY)
    submit([later, *more, vouch(DESK, MALLORY)], registry.batch, today=DAY)
    (found,) = examined(registry).shared_texts
    assert (found.entry, found.other, found.share) == (examine(later).id, examine(first).id, 100)
    assert (found.trust, found.other_trust) == (Trust.VERIFIED, Trust.DECLARED)
    assert facts_of(examined(registry))["shared_texts"][0]["share"] == 100
    registry.take(withdrawal(AOZORA, examine(first).id))
    assert examined(registry).shared_texts == ()


def test_an_entry_near_those_of_three_other_holders_is_popular(registry):
    people = [Party(name=f"holder {n}") for n in range(4)]
    for n, who in enumerate(people[:3]):
        registry.take(registration(who, prints=(near(1, n),)))
    assert examined(registry).popular == ()
    registry.take(registration(people[3], prints=(near(1, 3),)))
    popular = examined(registry).popular
    assert {p.holders for p in popular} == {3}
    assert facts_of(examined(registry))["popular"][0]["holders"] == 3


def test_what_was_not_measured_is_told_apart_from_nothing(registry):
    found = examined(registry)
    facts = facts_of(found)
    assert (facts["over_matching_parts"], facts["meetings"]) == (None, None)
    measured = replace(found, over_matching_parts=alarms_of({"e-1": 2, "e-2": 3}, 10), meetings=())
    assert [(f["entry"], f["rate"]) for f in facts_of(measured)["over_matching_parts"]] == [
        ("e-2", 0.3),
        ("e-1", 0.2),
    ]
    assert facts_of(measured)["meetings"] == []
