from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sekisho.fingerprint.embedding import WHOLE, embed
from sekisho.match.similar import (
    NEVER,
    TILE_HANDICAP,
    Candidate,
    Thresholds,
    band_of,
    best_of,
    candidates_of,
    matches_of,
    score_at,
    thresholds,
)
from sekisho.model import Band, ModelRules
from sekisho.model.encoder import Calibration
from sekisho.snapshot.vectors import Vectors
from tests.encoders import python_encoder
from tests.pictures import picture

POINTS = Calibration(
    pairs=10**6,
    measured=date(2026, 11, 22),
    pictures="drawings",
    normalised=True,
    points=((1000, 300), (100, 360), (10, 400)),
)
WHOLE_BOX = (0, 0, 1000, 1000)


def registered(encoder, seeds):
    values = [embed(encoder, picture(seed, 90, 60), WHOLE).values[0] for seed in seeds]
    numbers = np.arange(len(seeds), dtype=np.uint32)
    return (Vectors(numbers, np.zeros_like(numbers), np.stack(values).astype("<f2")),)


@pytest.mark.parametrize(
    ("rate", "score"),
    [(1000, 300), (100, 360), (10, 400), (31.62, 380), (1, 440), (0.01, 520), (10**6, 300)],
)
def test_the_score_of_a_rate_lies_on_lines_through_the_points(rate, score):
    assert score_at(POINTS, rate) == score


def test_a_larger_registry_asks_for_more():
    encoder = python_encoder()
    encoder = replace(encoder, spec=replace(encoder.spec, calibration=POINTS))
    assert thresholds(encoder, ModelRules(), 5) == thresholds(encoder, ModelRules(), 1000) == (440, 400)
    assert thresholds(encoder, ModelRules(), 100_000) == (520, 480)
    assert thresholds(encoder, ModelRules(false_alarms=10), 1000) == (400, 360)
    assert thresholds(encoder, ModelRules(false_alarms=0), 1000) == (NEVER, 400)


def test_without_a_calibration_nothing_blocks():
    bounds = thresholds(python_encoder(calibrated=False), ModelRules(false_alarms=100), 10)
    assert bounds == (NEVER, 900)
    assert band_of(1000, bounds) is Band.REVIEW
    assert band_of(899, bounds) is None


def test_the_copy_comes_first_and_only_it_is_a_match():
    encoder = python_encoder()
    vectors = registered(encoder, range(30))
    found = candidates_of(encoder, embed(encoder, picture(7, 180, 120), WHOLE), vectors, np.ones(30, bool))
    assert (found[0].entry, found[0].region, found[0].confirmed) == (7, WHOLE_BOX, True)
    assert found[0].score == found[0].similarity > 970
    (match,) = matches_of(encoder, found, Thresholds(970, 960))
    assert match.detail() == {
        "band": "block",
        "similarity": found[0].similarity,
        "region": "0,0,1000,1000",
        "model": "small",
        "print": 0,
    }
    assert matches_of(encoder, found[:1], Thresholds(1001, 960), frame=3)[0].detail()["frame"] == 3


def test_a_tile_has_to_be_better_than_the_whole():
    encoder = python_encoder()
    part = picture(3, 90, 60)
    page = np.full((90, 135, 3), 255, np.uint8)
    page[:60, :90] = part
    page[60:, 90:] = picture(9, 45, 30)
    found = candidates_of(encoder, embed(encoder, page), registered(encoder, range(9)), np.ones(9, bool))
    assert found[0].entry == 3
    assert found[0].region == (0, 0, 667, 667)
    assert found[0].score == found[0].similarity - TILE_HANDICAP


def test_what_resembles_the_background_too_is_less_sure():
    encoder = python_encoder()
    vectors = registered(encoder, range(5))
    made = embed(encoder, picture(2, 90, 60), WHOLE)
    plain = candidates_of(encoder, made, vectors, np.ones(5, bool))[0]
    calibrated = replace(
        encoder, spec=replace(encoder.spec, calibration=POINTS), background=made.values.repeat(12, 0)
    )
    sure = candidates_of(calibrated, made, vectors, np.ones(5, bool))[0]
    assert (plain.entry, sure.entry) == (2, 2)
    assert abs(plain.score - sure.score - 500) <= 2
    assert plain.similarity == sure.similarity


def test_a_picture_without_contrast_resembles_nothing():
    encoder = python_encoder()
    made = embed(encoder, np.zeros((50, 50, 3), np.uint8))
    assert candidates_of(encoder, made, registered(encoder, range(3)), np.ones(3, bool)) == []


def test_vectors_of_another_length_are_never_compared():
    encoder = python_encoder()
    strange = Vectors(np.zeros(1, np.uint32), np.zeros(1, np.uint32), np.eye(1, 8, dtype="<f2"))
    made = embed(encoder, picture(1, 90, 60), WHOLE)
    assert candidates_of(encoder, made, (strange,), np.ones(1, bool)) == []


def test_a_metric_of_its_own_gives_the_score():
    def difference(_, others):
        return np.full(len(others), 0.25, np.float32)

    encoder = python_encoder(calibrated=False, difference=difference)
    made = embed(encoder, picture(1, 90, 60), WHOLE)
    found = candidates_of(encoder, made, registered(encoder, range(3)), np.ones(3, bool))
    assert {(one.score, one.similarity) for one in found} == {(750, 750)}


def test_declared_candidates_leave_room_for_confirmed_ones():
    declared = [Candidate(n, 0, 900 - n, 900 - n, WHOLE_BOX, False) for n in range(9)]  # noqa: FBT003
    confirmed = [Candidate(9, 0, 500, 500, WHOLE_BOX, True)]  # noqa: FBT003
    assert [one.entry for one in best_of([*declared, *confirmed], 3)] == [9, 0, 1, 2]
    assert best_of(declared, 0) == []
