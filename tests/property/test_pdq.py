import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sekisho.fingerprint import DIHEDRAL, pdq, pdq_dihedral
from tests.counts import count
from tests.pictures import picture

EXAMPLES = settings(max_examples=count(60, 2000), deadline=None)
sides = st.integers(5, 200)


@EXAMPLES
@given(st.tuples(sides, sides, st.just(3)).flatmap(lambda shape: arrays(np.uint8, shape)))
def test_any_array_has_one_hash_whatever_its_layout(array):
    found, quality = pdq(array)
    rows, again = pdq_dihedral(array)
    assert 0 <= quality <= 100
    assert quality == again
    assert (len(found), rows.shape) == (32, (len(DIHEDRAL), 32))
    assert rows[0].tobytes() == found
    assert pdq(np.asfortranarray(array)) == (found, quality)


@EXAMPLES
@given(st.integers(0, 10_000), sides, sides)
def test_a_hash_has_as_many_ones_as_zeros_unless_values_tie(seed, width, height):
    found, quality = pdq(picture(seed, width, height))
    ones = int(np.bitwise_count(np.frombuffer(found, np.uint8)).sum())
    assert ones == 128 or (ones < 128 and (min(width, height) < 32 or quality < 50))


@EXAMPLES
@given(st.integers(0, 10_000), st.integers(0, 60))
def test_brightness_moves_few_bits(seed, more):
    array = picture(seed, 128, 128) // 2 + 20
    brighter = (array + np.uint8(more)).astype(np.uint8)
    assert array.max() + more <= 255
    found = [np.frombuffer(pdq(a)[0], np.uint8) for a in (array, brighter)]
    assert int(np.bitwise_count(found[0] ^ found[1]).sum()) <= 4
