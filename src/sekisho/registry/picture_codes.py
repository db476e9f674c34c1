"""Keyed codes of pictures that were taken out of a registry, by which copies of them are known again. Pure.

Nothing of an erased fingerprint may stay, nor anything by which it could be tried out. So of each SHA-256
there is an HMAC, and of each PDQ, in eight orientations, one of each of 128 choices of 80 bits, under a key
that only the registry has. A near copy has some choices in common with the picture: those in which no bit has
moved. An unrelated picture has none. Whoever has no key can do nothing with the codes; whoever has it can
test a picture that he has, and would have to guess 80 bits at once to make a hash of them.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sekisho.errors import RefusedError
from sekisho.model import PDQ_BYTES, Print

__all__ = ["CODE_BYTES", "Mac", "Turned", "codes_of", "refuse_known"]

Mac = Callable[[bytes], bytes]
"""HMAC-SHA256 under the registry's key."""
Turned = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]
"""(n, 32) PDQs -> (n, 7, 32), the turned ones as near as their bits tell."""
CODE_BYTES = 8
"""Of an HMAC; a million codes meet a strange one of 128 in one of 1e11 pictures."""
CHOICES, CHOSEN = 128, 80
"""A copy with 4, 8, 12 or 16 moved bits is known again in 1.00, 1.00, .72 and .23 of all cases."""
_BITS = 8 * PDQ_BYTES


@cache
def _chosen() -> NDArray[np.uint16]:
    """Return which bits each choice has, (CHOICES, CHOSEN); the same everywhere."""
    drawn = hashlib.shake_256(b"sekisho/picture-codes/v1").digest(4 * CHOICES * _BITS)
    lots = np.frombuffer(drawn, "<u4").reshape(CHOICES, _BITS)
    return np.argsort(lots, axis=1, kind="stable")[:, :CHOSEN].astype(np.uint16)


def _of_pdq(pdq: bytes, mac: Mac) -> Iterator[bytes]:
    bits = np.unpackbits(np.frombuffer(pdq, np.uint8))
    for number, choice in enumerate(np.packbits(bits[_chosen()], axis=1)):
        yield mac(b"removed pdq %d " % number + choice.tobytes())[:CODE_BYTES]


def _of_file(sha256: bytes, mac: Mac) -> bytes:
    return mac(b"removed file " + sha256)[:CODE_BYTES]


def codes_of(prints: Iterable[Print], mac: Mac, turned: Turned) -> frozenset[bytes]:
    """Return the codes of some prints: of their files, and of their pictures in eight orientations.

    A few milliseconds and 8 kB a picture. What frames of films and passages of texts show is not in them.

    Args:
        prints: of an entry that is taken out.
        mac: under the registry's key.
        turned: makes turned hashes.
    """
    found: set[bytes] = set()
    for p in prints:
        if p.sha256 is not None:
            found.add(_of_file(p.sha256, mac))
        if p.pdq is not None:
            upright = np.frombuffer(p.pdq, np.uint8).reshape(1, PDQ_BYTES)
            for one in (p.pdq, *(row.tobytes() for row in turned(upright)[0])):
                found.update(_of_pdq(one, mac))
    return frozenset(found)


def refuse_known(prints: Sequence[Print], known: Collection[bytes], mac: Mac) -> None:
    """Refuse prints of which one is of a picture that was taken out, or of a near copy of it.

    Half a millisecond a picture, and nothing as long as nothing was taken out.

    Args:
        prints: of a registration.
        known: the codes of all that was taken out.
        mac: under the registry's key.

    Raises:
        RefusedError: it does not say which, nor why it was taken out.
    """
    if not known:
        return
    for p in prints:
        of_file = (_of_file(p.sha256, mac),) if p.sha256 is not None else ()
        of_pdq = _of_pdq(p.pdq, mac) if p.pdq is not None else ()
        if any(code in known for some in (of_file, of_pdq) for code in some):
            raise RefusedError(
                "it has a picture that this registry does not take as a work",
                hint="nothing of it was kept; ask the registry's desk, where a person looks at it",
            )
