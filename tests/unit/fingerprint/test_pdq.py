import numpy as np
import pytest

from sekisho.fingerprint import DIHEDRAL, MIN_QUALITY, pdq, pdq_dihedral
from sekisho.fingerprint.pdq import _tent
from tests.pictures import picture

TURNS = {
    "upright": lambda a: a,
    "mirrored": lambda a: a[:, ::-1],
    "flipped": lambda a: a[::-1],
    "rot180": lambda a: a[::-1, ::-1],
    "transposed": lambda a: a.swapaxes(0, 1),
    "rot90": lambda a: np.rot90(a, -1),
    "rot270": np.rot90,
    "transverse": lambda a: a[::-1, ::-1].swapaxes(0, 1),
}
"""rot90 is with the clock."""


def distance(a, b):
    return int(np.bitwise_count(np.frombuffer(a, np.uint8) ^ np.frombuffer(b, np.uint8)).sum())


def slow_pdq(image):
    """PDQ as its authors describe it, in float64: two box passes each way, sampling, DCT, median."""
    luma = image.astype(np.float64) @ (0.299, 0.587, 0.114)

    def box(a):
        n = len(a)
        window = (n + 127) // 128
        half = (window + 2) // 2
        return np.array(
            [a[max(0, k - (window - half)) : min(n - 1, k + half - 1) + 1].mean(axis=0) for k in range(n)]
        )

    for _ in range(2):
        luma = box(box(luma.T).T)
    rows, columns = luma.shape
    at = (np.arange(64) + 0.5) / 64
    grid = luma[(at * rows).astype(int)][:, (at * columns).astype(int)]
    i, j = np.arange(1, 17)[:, None], np.arange(64)[None]
    dct = np.sqrt(2 / 64) * np.cos(np.pi / 128 * i * (2 * j + 1))
    spectrum = (dct @ grid @ dct.T).ravel()
    bits = spectrum > np.sort(spectrum)[127]
    return np.packbits(bits[::-1]).tobytes()


@pytest.mark.parametrize(
    ("width", "height"), [(64, 64), (5, 7), (64, 300), (129, 128), (321, 200), (40, 500)]
)
def test_the_sparse_form_is_the_description(width, height):
    image = picture(width, width, height)
    found, quality = pdq(image)
    assert quality >= MIN_QUALITY
    assert distance(found, slow_pdq(image)) <= 2


def test_the_order_of_the_orientations_is_documented():
    assert tuple(TURNS) == DIHEDRAL


@pytest.mark.parametrize("name", DIHEDRAL)
def test_a_row_is_the_hash_of_the_picture_turned_so(name):
    # 320 and 576 are odd multiples of 64 with odd windows: there all samples lie the same from both ends.
    for seed in range(4):
        image = picture(seed, 576, 320)
        rows, _ = pdq_dihedral(image)
        turned, _ = pdq(np.ascontiguousarray(TURNS[name](image)))
        assert distance(rows[DIHEDRAL.index(name)].tobytes(), turned) <= 2


@pytest.mark.parametrize("name", DIHEDRAL)
def test_in_other_sizes_the_samples_move_by_less_than_the_radius(name):
    for seed in range(4):
        image = picture(seed, 500, 400)
        rows, _ = pdq_dihedral(image)
        turned, _ = pdq(np.ascontiguousarray(TURNS[name](image)))
        assert distance(rows[DIHEDRAL.index(name)].tobytes(), turned) <= 31


def test_the_orientations_of_one_picture_are_far_apart():
    rows, _ = pdq_dihedral(picture(1, 320, 192))
    far = [distance(a.tobytes(), b.tobytes()) for n, a in enumerate(rows) for b in rows[:n]]
    assert min(far) > 60


def test_row_0_is_the_upright_hash():
    image = picture(5, 111, 222)
    rows, quality = pdq_dihedral(image)
    assert (rows[0].tobytes(), quality) == pdq(image)
    assert rows.shape == (8, 32)
    assert rows.dtype == np.uint8


def test_a_plain_picture_has_no_quality_and_a_busy_one_has_all():
    assert pdq(np.full((100, 100, 3), 77, np.uint8))[1] == 0
    assert pdq(picture(1))[1] == 100
    ramp = np.repeat(np.linspace(0, 60, 200)[None, :, None], 100, axis=0).repeat(3, axis=2).astype(np.uint8)
    assert 0 <= pdq(ramp)[1] < MIN_QUALITY


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((4, 100, 3), np.uint8),
        np.zeros((100, 4, 3), np.uint8),
        np.zeros((0, 100, 3), np.uint8),
        np.zeros((100, 100), np.uint8),
        np.zeros((100, 100, 4), np.uint8),
        np.zeros((100, 100, 3), np.float32),
        np.zeros((100, 100, 3), np.int8),
    ],
    ids=lambda a: f"{a.shape} {a.dtype}",
)
@pytest.mark.parametrize("make", [pdq, pdq_dihedral])
def test_what_is_no_picture_is_refused(make, image):
    with pytest.raises(ValueError, match=r"expected|below"):
        make(image)


def test_strides_do_not_matter():
    image = picture(9, 120, 90)
    wide = np.zeros((90, 240, 4), np.uint8)
    wide[:, ::2, :3] = image
    assert pdq(wide[:, ::2, :3]) == pdq(image)
    image.flags.writeable = False
    assert pdq(image)[1] == 100


@pytest.mark.parametrize("n", [5, 6, 63, 64, 65, 127, 128, 129, 500, 1000, 20_000])
def test_every_row_of_the_filter_is_a_mean_inside_the_picture(n):
    weights, *_, first = _tent(n)
    assert weights.shape[0] == 64
    assert (first >= 0).all()
    assert (first + weights.shape[1] <= n).all()
    assert np.allclose(weights.sum(axis=1), 1, atol=1e-5)
