import numpy as np
import pytest
from PIL import Image

from sekisho.demo import aonami, hoshikujira, tetsuneko
from sekisho.demo.paper import new_paper
from sekisho.fingerprint.local import Features, local_features, local_of, query_features
from sekisho.fingerprint.pyramid import levels_of
from sekisho.match.local import LocalQuery, match_local
from sekisho.match.local_geometry import place
from sekisho.match.local_guided import LEAST_SEEN, guided
from sekisho.model import Band, LocalRules, Print, Traits
from tests.traits import registered
from tests.world import World


def painted(draw):
    paper = new_paper(400, 500)
    draw(paper)
    return np.asarray(paper.finish())


WORK, OTHER, GROUND = map(painted, (tetsuneko.host, aonami.tora, hoshikujira.owl))


def pasted(ground, part, at, size):
    made = Image.fromarray(ground)
    made.paste(Image.fromarray(part).resize(size), at)
    return np.asarray(made)


def looked_again(picture, work, *, map_=None, few=500, size=(400, 500)):
    """Place a work by a few of the features of a picture, or by a given map, and look again."""
    pictures = registered(work)
    item = local_features(picture, most=500)
    made = place(item.descriptors[:few], item.places[:few], pictures.descriptors, pictures.places)
    if map_ is not None:
        made = made._replace(map_=np.array(map_, np.float64))
    size = np.array(size, np.uint16)
    return made, guided(levels_of(picture), made, pictures.descriptors, pictures.places, size)


def at_half(x, y):
    return [0.5, 0.0, 64.0 * x, 0.0, 0.5, 64.0 * y]


def test_where_few_features_agree_the_others_are_looked_for():
    part = pasted(GROUND, WORK, (130, 300), (130, 169))
    before, after = looked_again(part, local_features(WORK), few=220)
    assert 4 <= before.inliers < 20
    assert after.inliers >= 2 * before.inliers
    assert after.map_.tobytes() == before.map_.tobytes()
    assert after.of_work >= 0.4 * 400 * 500 * 64**2
    assert after.of_item == pytest.approx(after.of_work * (130 / 400) ** 2, rel=0.1)


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_a_turned_work_is_looked_for_as_it_is_turned(turn):
    turned = np.ascontiguousarray(np.rot90(WORK, turn))
    before, after = looked_again(turned, local_features(WORK), few=60)
    assert after.inliers > 2 * before.inliers > 0


@pytest.mark.parametrize("map_", [at_half(40, 100), [1, 0, 0, 0, 1, 0], [0, -0.5, 16000, 0.5, 0, 3000]])
def test_in_another_place_hardly_anything_is_seen(map_):
    part = pasted(GROUND, WORK, (60, 160), (200, 260))
    before, after = looked_again(part, local_features(WORK), map_=map_)
    assert after is before


@pytest.mark.parametrize(
    "map_", [at_half(60, 160), at_half(-9000, 0), [0.12, 0, 0, 0, 0.12, 0], [8, 0, 0, 0, 8, 0]]
)
def test_a_picture_without_the_work_proves_nothing_wherever_it_is_looked_for(map_):
    before, after = looked_again(GROUND, local_features(WORK), map_=map_)
    assert after is before
    before, after = looked_again(np.zeros((512, 400, 3), np.uint8), local_features(WORK), map_=map_)
    assert after is before


def test_a_part_that_both_have_is_not_the_work():
    """A figure of a page in another page: most of what should be seen there is not."""
    page, other = OTHER.copy(), GROUND.copy()
    page[60:190, 40:140] = other[60:190, 40:140] = np.asarray(Image.fromarray(WORK).resize((100, 130)))
    before, after = looked_again(other, local_features(page))
    assert before.agreeing >= 6
    assert after is before


@pytest.mark.parametrize("shift", [0, 32])
def test_what_the_work_has_in_several_places_proves_nothing(shift):
    """A pattern all over a page fits every page with the pattern; what is drawn on it is another thing."""
    tile = np.asarray(Image.fromarray(WORK).resize((64, 64)))
    pattern = np.tile(tile, (8, 6, 1))
    work = pasted(pattern, OTHER, (60, 120), (200, 260))
    shown = pasted(np.roll(pattern, shift, axis=1), GROUND, (100, 90), (200, 260))
    map_ = [1, 0, 64 * shift, 0, 1, 0]
    before, after = looked_again(shown, local_features(work), map_=map_, size=(384, 512))
    assert after is before


def even(count=300):
    """Invent a work that says of every place that there is nothing: an even area has no bits set."""
    chance = np.random.default_rng(1)
    places = chance.integers(0, 64 * 400, (count, 4)).astype(np.uint16)
    places[:, 2:] = 0, 2
    return Features(np.zeros((count, 4), np.uint64), places, 400, 400)


def test_an_even_area_proves_nothing_to_whoever_registers_one():
    few = local_features(WORK)
    work = even()
    both = Features(
        np.concatenate([few.descriptors[:8], work.descriptors]),
        np.concatenate([few.places[:8], work.places]),
        400,
        520,
    )
    # Whether or not such features count as repeated, they are not counted.
    both.descriptors[8:, 0] = np.arange(300)
    before, after = looked_again(np.full((500, 400, 3), 255, np.uint8), both, map_=[1, 0, 0, 0, 1, 0])
    assert after is before


def test_features_in_one_spot_count_once():
    work = local_features(WORK)
    places = work.places.copy()
    places[:, :2] = places[0, :2]
    before, after = looked_again(WORK, work._replace(places=places), map_=[1, 0, 0, 0, 1, 0])
    assert after is before


def test_a_stray_feature_does_not_make_a_small_part_a_large_one():
    """Only what most of its neighbourhood bears out counts towards the extent."""
    whole = local_features(WORK)
    middle = ((whole.places[:, :2] > 64 * 150) & (whole.places[:, :2] < 64 * 290)).all(axis=1)
    assert middle.sum() >= 2 * LEAST_SEEN
    corner = np.array([[64 * 8, 64 * 8, 0, 2], [64 * 390, 64 * 490, 0, 2]], np.uint16)
    work = Features(
        np.concatenate([whole.descriptors[middle], whole.descriptors[:2]]),
        np.concatenate([whole.places[middle], corner]),
        400,
        520,
    )
    _, after = looked_again(WORK, work, few=60)
    assert after.inliers >= LEAST_SEEN
    assert after.of_work <= 140 * 140 * 64**2


@pytest.mark.parametrize(("column", "value"), [(4, 255), (5, 31)])
def test_places_that_no_picture_has_are_not_looked_at(column, value):
    pictures = registered(local_features(WORK))
    places = pictures.places.copy()
    places[:, column] = value
    item = local_features(WORK)
    made = place(item.descriptors, item.places, pictures.descriptors, pictures.places)
    size = np.array([400, 500], np.uint16)
    made = made._replace(map_=np.array([1.0, 0, 0, 0, 1.0, 0]))
    assert guided(levels_of(WORK), made, pictures.descriptors, places, size) is made


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (65535, 65535)])
def test_any_size_of_a_work_is_harmless(size):
    _, after = looked_again(WORK, local_features(WORK), size=size)
    assert after.inliers >= LEAST_SEEN


def test_a_picture_without_levels_is_left_as_it_was():
    before, after = looked_again(np.zeros((8, 8, 3), np.uint8), local_features(WORK), map_=[1, 0, 0, 0, 1, 0])
    assert after is before


def test_the_same_every_time():
    part = pasted(GROUND, WORK, (130, 300), (130, 169))
    _, one = looked_again(part, local_features(WORK), few=220)
    _, other = looked_again(part, local_features(WORK), few=220)
    assert one[:1] + one[2:] == other[:1] + other[2:]


@pytest.fixture(scope="module")
def snapshot():
    made = World()
    made.register(
        made.holder, made.with_traits(made.holder, Print(sha256=bytes(32)), Traits(local=local_of(WORK)))
    )
    made.vouch(made.voucher, made.holder)
    return made.open()


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_small_part_blocks_when_it_was_looked_at_again(snapshot, mirrored):
    part = pasted(GROUND, WORK, (150, 330), (110, 143))
    shown = np.ascontiguousarray(part[:, ::-1]) if mirrored else part
    features = query_features(shown)
    rules = LocalRules(inliers_block=30, inliers_review=4)
    ((plain,),) = match_local([LocalQuery(features)], snapshot, rules)
    ((again,),) = match_local([LocalQuery(features, working=shown)], snapshot, rules)
    assert (plain.band, again.band) == (Band.REVIEW, Band.BLOCK)
    assert bool(again.orientation) is mirrored
    assert again.region == plain.region
    assert again.votes == plain.votes
    assert plain.inliers < 20
    assert again.inliers >= 30
