import numpy as np
import pytest

from sekisho.fingerprint.local import local_of
from sekisho.model import Traits
from sekisho.registry.examined import examine
from sekisho.registry.meeting import meetings, part_alarms, query_of, query_of_local
from tests.parties import Party, registration, traits_statements
from tests.pictures import picture
from tests.world import World


def shown(seed, part=slice(None)):
    return np.ascontiguousarray(picture(seed, 400, 400)[part, part])


def local(seed, part=slice(None)):
    return Traits(local=local_of(shown(seed, part)))


@pytest.fixture(scope="module")
def edition():
    """Publish two pictures of one holder, a part of the first by another, and one without features."""
    world = World()
    ids = []
    for who, traits in [
        (world.holder, local(1)),
        (world.holder, local(2)),
        (world.rival, local(1, slice(60, 340))),
        (world.holder, local(2, slice(60, 340))),
    ]:
        entry, *more = traits_statements(who, traits, first=10 * len(ids), title=str(len(ids)))
        world.registrations.append(entry)
        world.traits.update({examine(t).id: t for t in more})
        ids.append(examine(entry).id)
    plain = registration(Party(name="somebody"), 99)
    world.registrations.append(plain)
    return world.open(), [*ids, examine(plain).id], world


def test_entries_of_different_holders_with_a_part_in_common_meet(edition):
    snapshot, ids, world = edition
    (pair,) = meetings(snapshot, ids)
    assert {pair.entry, pair.other} == {ids[0], ids[2]}
    assert {pair.registrant, pair.other_registrant} == {world.holder.key, world.rival.key}
    assert pair.inliers >= 12
    assert meetings(snapshot, ids[2:3]) == (pair,)


def test_only_what_is_asked_about_is_looked_at(edition):
    snapshot, ids, _ = edition
    assert meetings(snapshot, ids[1:2]) == ()
    assert meetings(snapshot, ids[4:]) == ()
    assert meetings(snapshot, ["e-" + "0" * 32]) == ()


def test_a_picture_of_the_background_that_shows_a_part_is_counted_once(edition):
    snapshot, ids, _ = edition
    background = [query_of(shown(2, slice(40, 380))), query_of(shown(9)), query_of_local(local(2).local)]
    hits = part_alarms(snapshot, background)
    assert hits[ids[1]] == 2
    assert set(hits) <= {ids[1], ids[3]}
