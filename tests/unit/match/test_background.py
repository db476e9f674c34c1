import numpy as np
import pytest

from sekisho.errors import ConfigError
from sekisho.match.background import encode_background, read_background

VECTORS = np.eye(12, 16, dtype=np.float32)
DATA = encode_background("small@0123456789abcdef", VECTORS)


def test_what_is_written_is_read():
    assert np.array_equal(read_background(DATA, "small@0123456789abcdef", 16), VECTORS)


@pytest.mark.parametrize(
    ("data", "model", "dimensions", "problem"),
    [
        (DATA, "other@0123456789abcdef", 16, "do not go with"),
        (DATA, "small@0123456789abcdef", 32, "do not go with"),
        (DATA.replace(b"drawings-1", b"drawings-0"), "small@0123456789abcdef", 16, "do not go with"),
        (DATA[:-1], "small@0123456789abcdef", 16, "cut short"),
        (DATA + b"\0\0", "small@0123456789abcdef", 16, "cut short"),
        (encode_background("s@0", VECTORS[:9]), "s@0", 16, "fewer than 10"),
        (encode_background("s@0", VECTORS * 2), "s@0", 16, "not of length 1"),
        (encode_background("s@0", VECTORS * np.nan), "s@0", 16, "not of length 1"),
        (encode_background("s@0", VECTORS)[:-2] + b"\x01\x7c", "s@0", 16, "not of length 1"),
        (b"", "s@0", 16, "another form"),
        (b"\xff" * 100, "s@0", 16, "another form"),
        (b'{"rows":1}\n', "s@0", 16, "another form"),
    ],
)
def test_vectors_of_another_model_and_damage_are_refused(data, model, dimensions, problem):
    with pytest.raises(ConfigError, match=problem):
        read_background(data, model, dimensions)
