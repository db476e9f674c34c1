import sys

import numpy as np

from sekisho.match import warm_up
from sekisho.match.dense import fixed, nearest


def compiled():
    kernels = vars(sys.modules["sekisho.match.dense"])
    return {name: len(k.signatures) for name, k in kernels.items() if hasattr(k, "signatures")}


def test_after_warming_no_search_of_embeddings_waits_for_a_compiler():
    warm_up()
    before = compiled()
    # Kernels that only others call have no signatures of their own when those come from the cache.
    assert any(before.values())
    values = np.eye(20, 32, dtype="<f2")
    mapped = np.frombuffer(values.tobytes(), "<f2").reshape(20, 32)
    entry = np.frombuffer(np.arange(20, dtype="<u4").tobytes(), "<u4")
    for some, numbers in ((values, entry.copy()), (mapped, entry), (mapped[3:17], entry[3:17])):
        nearest(some, numbers, np.ones(len(some), np.bool_), fixed(np.eye(2, 32, dtype=np.float32)))
    assert compiled() == before
