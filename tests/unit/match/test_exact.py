import hashlib

import numpy as np

from sekisho.match.exact import find_exact

DIGESTS = sorted(hashlib.sha256(bytes([n])).digest() for n in range(50))
ROWS = np.array(DIGESTS, "S32")


def test_every_registered_digest_has_its_row():
    assert find_exact(ROWS, DIGESTS).tolist() == list(range(50))


def test_what_is_not_registered_has_none():
    others = [hashlib.sha256(bytes([n, n])).digest() for n in range(50)]
    assert find_exact(ROWS, others).tolist() == [-1] * 50
    assert find_exact(ROWS, [bytes(32), b"\xff" * 32]).tolist() == [-1, -1]


def test_zero_bytes_at_the_end_count():
    odd = [b"a" * 31 + b"\0", b"a" * 30 + b"\0\0", b"\0" * 32, b"a" * 31 + b"\x01"]
    rows = np.array(sorted(odd), "S32")
    assert sorted(find_exact(rows, odd).tolist()) == [0, 1, 2, 3]
    assert find_exact(rows, [b"a" * 29 + b"\0" * 3]).tolist() == [-1]


def test_nothing_asked_and_nothing_there():
    assert find_exact(ROWS, []).tolist() == []
    assert find_exact(ROWS[:0], DIGESTS[:2]).tolist() == [-1, -1]
