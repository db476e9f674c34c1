import numpy as np
import pytest

from sekisho.fingerprint.pdq import DIHEDRAL, pdq, pdq_dihedral
from sekisho.match.local import LocalQuery, at_size, candidates, match_local, surest, verify
from sekisho.model import Band, LocalRules, Method, Print, Traits
from tests.pictures import picture
from tests.traits import invented, local_from, placed, with_noise
from tests.world import World

RULES = LocalRules()
NOTHING = invented(999, 0, 512, 512)


def mirror(features):
    places = features.places.copy()
    places[:, 0] = 64 * features.width - places[:, 0]
    places[:, 2] = (128 - places[:, 2].astype(int)) % 256
    return features._replace(places=places)


def add(world, holder, *works, **more):
    prints = [
        world.with_traits(
            holder, Print(sha256=bytes([len(world.registrations), n]) * 16), Traits(local=local_from(work))
        )
        for n, work in enumerate(works)
    ]
    return world.register(holder, *prints, **more)


@pytest.fixture(scope="module")
def world():
    made = World()
    made.entries = [add(made, made.holder, invented(1), invented(2)), add(made, made.rival, invented(3))]
    made.vouch(made.voucher, made.holder)
    made.snapshot = made.open()
    return made


def only(world, upright, mirrored=NOTHING, rules=RULES, **more):
    ((match,),) = match_local([LocalQuery((upright, mirrored), **more)], world.snapshot, rules)
    return match


def test_a_work_in_a_part_of_a_picture_is_found_with_both_regions(world):
    item = with_noise(placed(invented(2), scale=0.5, at=(256, 128)), 12)
    match = only(world, item)
    assert world.snapshot.entry_number(world.entries[0]) == match.entry
    assert (match.method, match.band, match.print_, match.near) == (Method.LOCAL, Band.BLOCK, 1, -1)
    assert match.inliers >= 50 <= match.votes
    assert match.region == pytest.approx((500, 250, 891, 543), abs=8)
    assert match.in_work == pytest.approx((0, 0, 1000, 1000), abs=8)
    assert (match.distance, match.threshold, match.orientation) == (0, 0, 0)


def test_a_crop_shows_which_part_of_the_work_it_is(world):
    item = placed(invented(3), at=(-200, -150), side=200)
    match = only(world, item._replace(width=200, height=150))
    assert match.region == pytest.approx((0, 0, 1000, 1000), abs=8)
    assert match.in_work == pytest.approx((500, 500, 1000, 1000), abs=8)


def test_a_mirrored_work_is_found_where_it_is_in_the_picture_as_it_is(world):
    item = mirror(placed(invented(3), scale=0.5, at=(0, 0)))
    match = only(world, item, mirror(item), frame=3)
    assert DIHEDRAL[match.orientation] == "mirrored"
    assert match.region == pytest.approx((609, 0, 1000, 293), abs=8)
    assert match.detail() == {
        "band": "block",
        "inliers": match.inliers,
        "region": ",".join(map(str, match.region)),
        "in_work": ",".join(map(str, match.in_work)),
        "print": 0,
        "votes": match.votes,
        "orientation": "mirrored",
        "frame": 3,
    }


def test_the_orientation_has_the_name_that_pdq_gives_it():
    drawn = picture(5)
    row = DIHEDRAL.index("mirrored")
    assert pdq_dihedral(drawn)[0][row].tobytes() == pdq(np.ascontiguousarray(drawn[:, ::-1]))[0]


def test_the_band_follows_the_inliers_and_the_hash(world):
    item = invented(3)
    count = only(world, item).inliers
    assert only(world, item, rules=LocalRules(inliers_block=count)).band is Band.BLOCK
    assert only(world, item, rules=LocalRules(inliers_block=count + 1)).band is Band.REVIEW
    strict = LocalRules(inliers_block=count + 1, inliers_review=count + 1)
    assert match_local([LocalQuery((item, NOTHING))], world.snapshot, strict) == [[]]


def test_near_is_the_smallest_distance_of_all_orientations():
    world = World()
    bits = np.zeros((8, 32), np.uint8)
    bits[:] = 255
    bits[5, :4] = 0
    hashed = Print(sha256=bytes(32), pdq=bytes([255]) * 32, quality=100)
    made = world.with_traits(world.holder, hashed, Traits(local=local_from(invented(1))))
    world.register(world.holder, made)
    world.snapshot = world.open()
    assert only(world, invented(1), hashes=bits).near == 0
    bits[[0, 1, 2, 3, 4, 6, 7]] = 0
    assert only(world, invented(1), hashes=bits).near == 32
    many = LocalRules(inliers_block=400, inliers_review=400, near=32)
    assert only(world, invented(1), hashes=bits, rules=many).band is Band.BLOCK
    far = LocalRules(inliers_block=400, inliers_review=400, near=31)
    assert match_local([LocalQuery((invented(1), NOTHING), bits)], world.snapshot, far) == [[]]


def test_of_an_entry_the_best_picture_counts_and_entries_are_in_order(world):
    item = placed(invented(1), scale=0.5)
    more = placed(invented(2, 60), scale=0.5, at=(0, 250))
    other = placed(invented(3), scale=0.5, at=(256, 0))
    all_ = item._replace(
        descriptors=np.concatenate([f.descriptors for f in (more, item, other)]),
        places=np.concatenate([f.places for f in (more, item, other)]),
    )
    (found,) = match_local([LocalQuery((all_, NOTHING))], world.snapshot, RULES)
    assert [m.entry for m in found] == [0, 1]
    (whole,) = [m for m in found if m.entry == world.snapshot.entry_number(world.entries[0])]
    assert whole.print_ == 0


def test_an_unrelated_picture_meets_nothing(world):
    queries = [LocalQuery((invented(seed, 500), invented(seed + 1, 500))) for seed in range(20, 30)]
    assert match_local(queries, world.snapshot, RULES) == [[]] * 10
    assert match_local([LocalQuery((NOTHING, NOTHING))], World().open(), RULES) == [[]]


def test_candidates_found_otherwise_are_verified_by_the_same_features(world):
    query = LocalQuery((NOTHING, placed(invented(3), turn=30, at=(200, 0))))
    every = range(3)
    (match,) = verify(query, world.snapshot, every, RULES)
    assert (match.orientation, match.votes) == (1, 0)
    assert world.snapshot.entry(match.entry).id == world.entries[1]
    assert verify(query, world.snapshot, [], RULES) == []


def test_what_a_delta_adds_is_found_beside_the_base():
    world = World()
    add(world, world.holder, invented(1))
    base = world.open()
    entry = add(world, world.rival, invented(2))
    world.snapshot = world.advance(base)
    assert world.snapshot.entry(only(world, invented(2)).entry).id == entry
    assert only(world, invented(1)).entry == 0
    query = LocalQuery((invented(2), NOTHING))
    assert [m.entry for m in verify(query, world.snapshot, [0, 1], RULES)] == [1]


def test_nobody_hides_a_confirmed_work_behind_copies_that_he_declared():
    world = World()
    work = invented(1, 60)
    victim = add(world, world.holder, work)
    world.vouch(world.voucher, world.holder)
    for number in range(40):
        add(world, world.stranger, with_noise(work, number % 3, number), title=str(number))
    snapshot = world.open()
    (found,) = match_local([LocalQuery((with_noise(work, 1), NOTHING))], snapshot, RULES)
    assert snapshot.entry_number(victim) in [m.entry for m in found]
    assert len(found) <= 32
    named = dict(candidates(LocalQuery((work, NOTHING)), snapshot, 4))
    assert named[snapshot.entry_number(victim)] == 60


@pytest.mark.parametrize(
    ("pictures", "more"), [(0, 0), (280, 0), (1000, 0), (1001, 1), (10_000, 1), (10_001, 2), (100_000, 2)]
)
def test_the_larger_the_registry_the_more_has_to_agree(pictures, more):
    rules = LocalRules(inliers_block=14, inliers_review=11, inliers_per_decade=3)
    grown = at_size(rules, pictures)
    assert (grown.inliers_block, grown.inliers_review) == (14 + 3 * more, 11 + 3 * more)
    assert (grown.near_inliers_block, grown.votes) == (rules.near_inliers_block, rules.votes)


def test_an_entry_of_hundreds_of_copies_hides_nothing():
    world = World()
    work = invented(1, 40)
    add(world, world.stranger, *(with_noise(work, 6, number) for number in range(250)))
    victim = add(world, world.holder, with_noise(work, 20))
    world.vouch(world.voucher, world.holder)
    snapshot = world.open()
    query = LocalQuery((work, NOTHING))
    assert len(candidates(query, snapshot, RULES.votes)) == 251
    (found,) = match_local([query], snapshot, RULES)
    assert snapshot.entry_number(victim) in [m.entry for m in found]


def test_copies_of_one_confirmed_holder_leave_room_for_another():
    world = World()
    work = invented(1, 60)
    for number in range(40):
        add(world, world.rival, work, title=str(number))
    victim = add(world, world.holder, with_noise(work, 4))
    world.vouch(world.voucher, world.rival)
    world.vouch(world.voucher, world.holder)
    snapshot = world.open()
    (found,) = match_local([LocalQuery((work, NOTHING))], snapshot, RULES)
    assert snapshot.entry_number(victim) in [m.entry for m in found]
    assert len(found) == 16


def test_what_others_declare_does_not_make_a_confirmed_work_harder_to_find():
    world = World()
    victim = add(world, world.holder, invented(1))
    for seed in range(5):
        add(world, world.stranger, *(invented(250 * seed + n, 1) for n in range(2, 212)), title=str(seed))
    rival = add(world, world.stranger, invented(1))
    world.vouch(world.voucher, world.holder)
    snapshot = world.open()
    assert snapshot.counts.pictures > 1000
    query = LocalQuery((invented(1), NOTHING))
    (both,) = match_local([query], snapshot, RULES)
    assert {m.entry for m in both} == {snapshot.entry_number(e) for e in (victim, rival)}
    enough = both[0].inliers
    exactly = LocalRules(inliers_block=enough, inliers_review=enough)
    (found,) = match_local([query], snapshot, exactly)
    assert [m.entry for m in found] == [snapshot.entry_number(victim)]


def gathered(features, count, share):
    """Return the first features, laid into the upper left share of their picture."""
    places = features.places[:count].copy()
    places[:, :2] = (places[:, :2] * share).astype(np.uint16)
    return features._replace(descriptors=features.descriptors[:count], places=places)


@pytest.mark.parametrize(("side", "band"), [(512, Band.REVIEW), (128, Band.BLOCK)])
def test_a_small_part_of_both_is_never_enough_to_block(side, band):
    """A sound word in the corner of two pages asks; the same word alone is cut out of the work."""
    word, rest = invented(7, 40), invented(8, 200)
    small = gathered(word, 40, 0.25)
    work = rest._replace(
        descriptors=np.concatenate([small.descriptors, rest.descriptors]),
        places=np.concatenate([small.places, rest.places]),
    )
    made = World()
    add(made, made.holder, work)
    item = small._replace(width=side, height=side)
    ((match,),) = match_local([LocalQuery((item, NOTHING))], made.open(), RULES)
    assert (match.band, match.inliers >= RULES.inliers_block) == (band, True)


def test_a_part_that_only_asks_never_hides_one_that_blocks(world):
    match = only(world, placed(invented(1), at=(50, 40)))
    asks = match._replace(band=Band.REVIEW, inliers=match.inliers + 50)
    assert match.band is Band.BLOCK
    assert surest([match, asks]) == surest([asks, match]) == [match]
