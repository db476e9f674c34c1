from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from sekisho.check.models import _bounds, similar
from sekisho.fingerprint.embedding import vector_of
from sekisho.fingerprint.local import local_of, query_features
from sekisho.match.local import LocalQuery, verify
from sekisho.match.similar import thresholds
from sekisho.media import CannotDecode
from sekisho.model import Band, Depth, Kind, ModelRules, Traits, Vector
from sekisho.policy import shipped_policy
from tests.encoders import python_encoder
from tests.pictures import encode, picture
from tests.world import World, drawn, print_of

POLICY = replace(shipped_policy("opt-in"), depth=Depth.MODEL)
ENCODER = python_encoder()
WORK = picture(1, 96, 96)


def registered(*seeds, kind=Kind.WORK, model=ENCODER.spec.model, world=None):
    made = World() if world is None else world
    for seed in seeds:
        vector = vector_of(ENCODER, picture(seed, 96, 96))
        traits = Traits(vectors=(Vector(model=model, values=vector.values),))
        print_ = made.with_traits(made.holder, print_of(drawn(seed)), traits)
        made.register(made.holder, print_, kind=kind)
    return made.open()


def page(ground=255):
    """Put the work into a corner of a page, 4/9 of it."""
    made = np.full((144, 144, 3), ground, np.uint8)
    made[:96, :96] = WORK
    made[96:, 96:] = picture(90, 48, 48)
    return made


@pytest.fixture(scope="module")
def snapshot():
    return registered(*range(6))


def test_a_copy_blocks_and_names_its_entry(snapshot):
    (found,) = similar([ENCODER], WORK, snapshot, POLICY)
    assert (found.band, found.region, found.method) == (Band.BLOCK, (0, 0, 1000, 1000), "model")
    assert found.similarity >= 995
    assert snapshot.prints(found.entry)[0].pdq == print_of(drawn(1)).pdq


def test_an_unrelated_picture_resembles_nothing(snapshot):
    assert similar([ENCODER], picture(77, 96, 96), snapshot, POLICY) == []


def test_a_copy_in_a_corner_is_found_by_a_tile(snapshot):
    (found,) = similar([ENCODER], page(), snapshot, POLICY)
    assert found.region == (0, 0, 667, 667)


def test_an_encoder_of_which_nothing_is_registered_is_not_run(snapshot):
    other = replace(ENCODER.spec, name="other")
    encoder = python_encoder(run=lambda _: pytest.fail("it ran"))
    assert similar([replace(encoder, spec=other)], WORK, snapshot, POLICY) == []


def test_without_a_calibration_a_copy_only_asks(snapshot):
    (found,) = similar([python_encoder(calibrated=False)], WORK, snapshot, POLICY)
    assert found.band is Band.REVIEW
    strict = replace(POLICY, model=ModelRules(false_alarms=0))
    (found,) = similar([ENCODER], WORK, snapshot, strict)
    assert found.band is Band.REVIEW


def test_an_encoder_of_characters_is_compared_with_characters_only():
    encoder = python_encoder(calibrated=False, kind="character")
    assert similar([encoder], WORK, registered(1), POLICY) == []
    (found,) = similar([encoder], WORK, registered(1, kind=Kind.CHARACTER), POLICY)
    assert found.band is Band.REVIEW


def pictured(*seeds):
    """Register pictures with vectors and local features."""
    world = World()
    for seed in seeds:
        working = picture(seed, 240, 200)
        traits = Traits(local=local_of(working), vectors=(vector_of(ENCODER, working),))
        world.register(
            world.holder, world.with_traits(world.holder, print_of(encode(working, "PNG")), traits)
        )
    return world.open()


def test_the_most_similar_works_are_verified_the_likely_ones_by_milder_rules():
    snapshot, asked = pictured(1, 2, 3, 4, 5), []

    def noted(numbers, rules):
        asked.append((list(numbers), rules.inliers_block))
        return []

    similar([ENCODER], picture(1, 240, 200), snapshot, POLICY, noted)
    (likely, mild), (others, strict) = asked
    assert [int(snapshot.pictures[0].entry[n]) for n in likely] == [entry_of(snapshot, picture(1, 240, 200))]
    assert (mild, strict) == (POLICY.local.near_inliers_block, POLICY.local.inliers_block)
    assert len(others) == POLICY.model.candidates - 1


def entry_of(snapshot, pixels):
    wanted = print_of(encode(pixels, "PNG")).pdq
    return next(n for n in range(snapshot.entries) if snapshot.prints(n)[0].pdq == wanted)


def test_what_local_features_prove_is_the_finding():
    snapshot, item = pictured(1, 2, 3), picture(1, 240, 200)[20:180, 30:220]
    query = LocalQuery(query_features(item))
    found = similar([ENCODER], item, snapshot, POLICY, partial(verify, query, snapshot))
    assert [(one.method, one.band) for one in found] == [("local", Band.BLOCK)]


def test_tiles_are_embedded_only_where_most_pictures_have_no_local_features():
    ran = []

    def run(batch):
        ran.append(len(batch))
        return ENCODER.run(batch)

    encoder = python_encoder(run=run)
    similar([encoder], picture(77, 240, 200), pictured(1, 2), POLICY, lambda *_: [])
    assert len(ran) == 1
    similar([encoder], picture(77, 240, 200), registered(1, 2), POLICY, lambda *_: [])
    assert len(ran) == 6


def test_a_vector_that_is_none_leaves_the_picture_to_whoever_decides(snapshot):
    encoder = python_encoder(run=lambda _: np.full((1, 32), np.nan, np.float32))
    with pytest.raises(CannotDecode, match="no_embedding"):
        similar([encoder], WORK, snapshot, POLICY)


def test_a_picture_of_one_colour_resembles_nothing(snapshot):
    assert similar([ENCODER], np.full((80, 80, 3), 9, np.uint8), snapshot, POLICY) == []


def test_copies_that_somebody_declared_hide_no_confirmed_work():
    world = World()
    registered(1, world=world)
    world.vouch(world.voucher, world.holder)
    for number in range(40):
        vector = vector_of(ENCODER, WORK)
        copy = world.with_traits(world.rival, print_of(drawn(200 + number)), Traits(vectors=(vector,)))
        world.register(world.rival, copy)
    snapshot = world.open()
    confirmed = [n for n in range(snapshot.entries) if snapshot.is_confirmed(n)]
    assert set(confirmed) < {one.entry for one in similar([ENCODER], WORK, snapshot, POLICY)}
    assert np.flatnonzero(snapshot.confirmed()).tolist() == confirmed


def test_of_two_encoders_the_surer_counts(snapshot):
    unsure = replace(ENCODER, spec=replace(ENCODER.spec, calibration=None))
    for both in ([unsure, ENCODER], [ENCODER, unsure]):
        (found,) = similar(both, WORK, snapshot, POLICY)
        assert found.band is Band.BLOCK


def test_what_others_declare_does_not_raise_the_score_that_a_confirmed_work_needs(snapshot):
    dimensions = ENCODER.spec.dimensions
    (own,) = snapshot.vectors[ENCODER.spec.model]
    many = own._replace(
        entry=np.repeat(own.entry, 5000),
        print_=np.arange(30_000, dtype=np.uint32),
        values=np.repeat(own.values, 5000, axis=0),
    )
    foreign = many._replace(values=np.ones((30_000, dimensions + 1), np.float16))
    wide = replace(snapshot, vectors={ENCODER.spec.model: (many, foreign)})
    declared, confirmed = _bounds(ENCODER, wide, POLICY)
    assert declared == thresholds(ENCODER, POLICY.model, 30_000)
    assert confirmed == thresholds(ENCODER, POLICY.model, 0)
    assert declared.block > confirmed.block
