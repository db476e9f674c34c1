import numpy as np
import pytest

from sekisho.match.local_geometry import CELL, place
from tests.traits import invented, placed, registered, with_noise


def found(item, work):
    pictures = registered(work)
    return place(item.descriptors, item.places, pictures.descriptors, pictures.places)


@pytest.mark.parametrize(("scale", "turn"), [(1.0, 0), (0.5, 37), (2.0, 250), (1.0, 128)])
def test_a_work_is_placed_where_it_lies(scale, turn):
    work = invented(1)
    item = with_noise(placed(work, scale=scale, turn=turn, at=(260, 240)), 20)
    made = found(item, work)
    assert made.inliers >= 0.8 * len(item.places)
    angle = 2 * np.pi * turn / 256
    wanted = [scale * np.cos(angle), -scale * np.sin(angle), 260, scale * np.sin(angle)]
    assert made.map_[:4] / [1, 1, 64, 1] == pytest.approx(wanted, abs=0.02)


def test_a_work_seen_aslant_is_placed_too():
    work = invented(1)
    x, y = work.places[:, 0].astype(float), work.places[:, 1].astype(float)
    places = work.places.copy()
    places[:, 0], places[:, 1] = 0.9 * x + 0.2 * y, 1.1 * y
    made = found(work._replace(places=places), work)
    assert made.inliers >= 100
    assert made.map_ == pytest.approx([0.9, 0.2, 0, 0, 1.1, 0], abs=1.0)


def test_half_of_a_collage_hides_nothing():
    work, other = invented(1), placed(invented(2, 380), at=(100, 200))
    item = placed(work, scale=0.5, at=(10, 300))
    both = item._replace(
        descriptors=np.concatenate([other.descriptors, item.descriptors]),
        places=np.concatenate([other.places, item.places]),
    )
    assert found(both, work).inliers >= 0.9 * len(item.places)


def test_chance_proves_little():
    for seed in range(10):
        assert found(invented(seed, 500), invented(seed + 100, 300)).inliers < 4


def test_the_same_bits_in_other_places_prove_little():
    work = invented(1)
    order = np.random.default_rng(1).permutation(len(work.places))
    assert found(work._replace(places=work.places[order]), work).inliers < 8


def test_a_mirrored_work_is_not_the_work():
    work = invented(1)
    flipped = work.places.copy()
    flipped[:, 0] = 64 * work.width - flipped[:, 0]
    assert found(work._replace(places=flipped), work).inliers < 8


def test_features_in_one_cell_count_once():
    work = invented(1, 60)
    crowded = work.places.copy()
    crowded[:, :2] = CELL * 20 + np.random.default_rng(1).integers(0, CELL, (60, 2))
    assert found(work._replace(places=crowded), work._replace(places=crowded)).inliers <= 1


def test_features_on_a_line_do_not_break_it():
    work = invented(1, 60)
    line = work.places.copy()
    line[:, 1] = 6400
    assert 30 <= found(work._replace(places=line), work._replace(places=line)).inliers <= 60


@pytest.mark.parametrize(("queries", "works"), [(0, 50), (50, 0), (1, 1), (3, 3)])
def test_too_few_features_prove_nothing(queries, works):
    assert found(invented(1, queries), invented(1, works)).inliers == 0


def test_the_same_every_time():
    work = invented(1)
    item = with_noise(placed(work, turn=9, at=(40, 0)), 30)
    one, other = found(item, work), found(item, work)
    assert one.inliers == other.inliers
    assert one.map_.tobytes() == other.map_.tobytes()


def repeated(single, seed=1):
    """Invent a work of which all features but some are there twice, as in a screentone."""
    work = invented(seed, 100)
    bits = work.descriptors.copy()
    bits[single + 1 :: 2] = bits[single:-1:2]
    return work._replace(descriptors=bits)


@pytest.mark.parametrize(("single", "counted"), [(0, 0), (4, 8), (20, 40)])
def test_what_a_work_has_in_several_places_counts_as_much_as_what_it_has_in_one(single, counted):
    work = repeated(single)
    assert counted - 2 <= found(work, work).inliers <= counted


def test_the_same_corner_on_two_levels_is_no_repetition():
    work = repeated(0)
    places = work.places.copy()
    places[1::2] = places[::2]
    places[1::2, 3] += 1
    assert found(work._replace(places=places), work._replace(places=places)).inliers >= 45
