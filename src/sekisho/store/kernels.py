"""Where compiled kernels are kept: one folder for each state of their sources.

numba compiles a function anew when its own file has changed, but not when a kernel that it calls, in another
file, has: after an upgrade the old one would go on in it.
"""

from hashlib import blake2b
from pathlib import Path

from sekisho.store.home import cache_dir

__all__ = ["ROOMS", "kernels_dir"]

ROOMS = ("detect", "fingerprint", "lexicon", "match", "media", "snapshot")
"""Where kernels are."""
_PACKAGE = Path(__file__).parents[1]


def kernels_dir(package: Path = _PACKAGE) -> Path:
    """Return the folder for the kernels of a package as its sources are now; nothing is created."""
    digest = blake2b(digest_size=8)
    for room in ROOMS:
        for path in sorted((package / room).rglob("*.py")):
            data = path.read_bytes()
            if b"import numba" in data:
                digest.update(b"%s %d " % (path.relative_to(package).as_posix().encode(), len(data)) + data)
    return cache_dir() / "numba" / digest.hexdigest()
