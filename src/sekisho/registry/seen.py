"""A picture -> its hashes and what else is registered of it: local features, vectors, and its panels.

Local features and vectors are made only where the registrant asks for them, and never of what a camera
took: whoever holds the features of a picture can draw a rough likeness of it.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sekisho.fingerprint import pdq
from sekisho.fingerprint.embedding import Encoder, vector_of
from sekisho.fingerprint.local import local_of
from sekisho.fingerprint.local import warm_up as warm_up_local
from sekisho.fingerprint.working import working_picture
from sekisho.media import Pixels
from sekisho.media.books import is_prose
from sekisho.media.panels import panels
from sekisho.media.panels import warm_up as warm_up_panels
from sekisho.model import Traits

__all__ = ["NOTHING_MORE", "Drawn", "Panel", "Sight", "drawn", "pixels_digest", "warm_up"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What is made of a picture besides its hashes.

    Attributes:
        local: local features; the registrant has said that these are drawn works.
        encoders: of which vectors are made.
        panels: each panel of a page is fingerprinted too.
    """

    local: bool = False
    encoders: tuple[Encoder, ...] = ()
    panels: bool = False


NOTHING_MORE = Sight()


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One panel of a page: the digest of its pixels, its PDQ and quality, and its traits."""

    sha256: bytes
    hash: tuple[bytes, int]
    traits: Traits | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What was made of a picture.

    Attributes:
        hashes: PDQ and quality of each frame.
        prose: it holds nothing but printed text; only asked of the last pages of a volume.
        traits: of the first frame.
        panels: of the first frame, those with enough detail.
        photograph: a camera took it; there are no traits and no panels.
    """

    hashes: tuple[tuple[bytes, int], ...]
    prose: bool = False
    traits: Traits | None = None
    panels: tuple[Panel, ...] = ()
    photograph: bool = False


def pixels_digest(pixels: Pixels) -> bytes:
    """Return the SHA-256 of a picture that is no file of its own: of its size and pixels."""
    height, width = pixels.shape[:2]
    digest = hashlib.sha256(b"sekisho page %d %d\0" % (width, height))
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.digest()


def drawn(found: Iterator[Pixels], sight: Sight, *, last: bool, photograph: bool) -> Drawn:
    """Look at the frames of a picture, one after the other.

    Args:
        found: its frames; a decoder's refusal passes through.
        sight: what is asked for.
        last: it is one of the last pages of a volume.
        photograph: a camera took it.
    """
    first = next(found)
    prose = last and is_prose(first)
    traits = None if photograph else _traits(first, sight)
    parts = () if photograph or prose or not sight.panels else tuple(_panels(first, sight))
    hashes = (pdq(first), *map(pdq, found))
    single = len(hashes) == 1
    return Drawn(
        hashes=hashes,
        prose=prose and single,
        traits=traits,
        panels=parts if single else (),
        photograph=photograph,
    )


def _traits(pixels: Pixels, sight: Sight) -> Traits | None:
    if not sight.local and not sight.encoders:
        return None
    working = working_picture(pixels)
    # Letters are found in every other page of letters: a page of text is known by its text.
    local = local_of(working) if sight.local and not is_prose(pixels) else None
    made = {encoder.spec.model: vector_of(encoder, working) for encoder in sight.encoders}
    vectors = tuple(vector for _, vector in sorted(made.items()) if vector is not None)
    return Traits(local=local, vectors=vectors) if local is not None or vectors else None


def _panels(page: Pixels, sight: Sight) -> Iterator[Panel]:
    for box in panels(page):
        part = np.ascontiguousarray(page[box.top : box.bottom, box.left : box.right])
        yield Panel(sha256=pixels_digest(part), hash=pdq(part), traits=_traits(part, sight))


def warm_up(sight: Sight) -> None:
    """Compile (some seconds) or load (milliseconds) the kernels that are needed for what is asked for."""
    if sight.local:
        warm_up_local()
    if sight.panels:
        warm_up_panels()
