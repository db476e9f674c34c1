"""The same bits on every CPU: the kernels compiled without this machine's vector instructions."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest

from sekisho.fingerprint import pdq_dihedral
from tests.pictures import picture

SIZES = ((5, 5), (64, 64), (129, 300), (512, 384), (700, 1030), (2100, 90))
PRINT = """
from tests.system.test_portable_bits import digest
from sekisho.fingerprint import warm_up
warm_up()
print(digest())
"""


def digest():
    state = hashlib.sha256()
    for seed, (width, height) in enumerate(SIZES):
        image = picture(seed, width, height)
        noisy = np.random.default_rng(seed).integers(0, 256, image.shape, np.uint8)
        for array in (image, noisy):
            rows, quality = pdq_dihedral(array)
            state.update(rows.tobytes() + bytes([quality]))
    return state.hexdigest()


@pytest.mark.parametrize(
    "changes",
    [
        {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""},
        {"NUMBA_ENABLE_AVX": "0"},
        {"NUMBA_LOOP_VECTORIZE": "0", "NUMBA_SLP_VECTORIZE": "0", "NUMBA_OPT": "1"},
    ],
    ids=lambda changes: ",".join(f"{k}={v}" for k, v in changes.items()),
)
def test_without_vector_instructions_the_bits_are_the_same(changes, tmp_path, repository):
    environment = {
        **os.environ,
        **changes,
        "NUMBA_CACHE_DIR": str(tmp_path),
        "PYTHONPATH": os.pathsep.join((str(repository / "src"), str(repository))),
    }
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", PRINT],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == digest()
