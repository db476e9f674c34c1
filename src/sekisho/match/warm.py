"""Compile the kernels that pictures are searched by, once per machine; numba keeps them in the cache."""

from sekisho.match.dense import warm_up as warm_up_dense
from sekisho.match.hamming import warm_up as warm_up_hamming
from sekisho.match.local import warm_up as warm_up_local

__all__ = ["warm_up"]


def warm_up() -> None:
    """Compile (some seconds) or load (milliseconds) every kernel that a picture is searched by."""
    warm_up_hamming()
    warm_up_local()
    warm_up_dense()
