"""Stage 3 of a picture: what encoders say it resembles, and what of that local features prove.

The similarity of whole pictures blocks only where the encoder's calibration says that unrelated pictures
hardly ever come so close. The most similar works are candidates, whatever their similarity: if local
features of the registered picture lie in one place of the item, that is the finding, with its region.
A work that is similar enough to be looked at needs as few of them as one that PDQ finds near; all others
need as many as without a model, since a slight similarity makes chance no rarer.

Tiles cost four times as much as the whole and find almost nothing that local features do not find; so they
are embedded only where most of the registered pictures have none.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sekisho.errors import ConfigError
from sekisho.fingerprint.embedding import TILES, WHOLE, Embedded, Encoder, embed
from sekisho.match.local import PartMatch
from sekisho.match.similar import (
    Candidate,
    SimilarMatch,
    Thresholds,
    best_of,
    candidates_of,
    matches_of,
    thresholds,
)
from sekisho.model import Band, Depth, Kind, LocalRules, Policy
from sekisho.model.encoder import EncoderKind
from sekisho.snapshot import Snapshot
from sekisho.snapshot.pictures import picture_number

__all__ = ["Verify", "require_encoders", "similar"]

Verify = Callable[[Sequence[int], LocalRules], Sequence[PartMatch]]
"""`match.local.verify` for one picture and snapshot: numbers of pictures -> what is proved of them."""
Found = SimilarMatch | PartMatch


def require_encoders(encoders: Sequence[Encoder], snapshot: Snapshot, policy: Policy) -> None:
    """Refuse to look at a picture less deeply than the policy says.

    Raises:
        ConfigError: the policy and the edition have embeddings compared, and there is no encoder.
    """
    if policy.depth is Depth.MODEL and snapshot.vectors and not encoders:
        raise ConfigError(
            "the policy asks for embeddings, and no encoder is there to make them",
            hint='pip install "sekisho[models]" and open them, or say depth = "local" in the policy',
        )


class _Search(NamedTuple):
    """One picture, one encoder.

    Attributes:
        bounds: the scores that count at the size of this edition, for declared works and for confirmed ones.
    """

    encoder: Encoder
    snapshot: Snapshot
    policy: Policy
    verify: Verify | None
    frame: int
    bounds: tuple[Thresholds, Thresholds]

    @property
    def wants_tiles(self) -> bool:
        """Tell whether most of the registered pictures can not be verified by local features."""
        registered = sum(len(some.entry) for some in self.snapshot.vectors[self.encoder.spec.model])
        return self.verify is None or 2 * sum(len(p.entry) for p in self.snapshot.pictures) < registered


def similar(
    encoders: Sequence[Encoder],
    working: NDArray[np.uint8],
    snapshot: Snapshot,
    policy: Policy,
    verify: Verify | None = None,
    frame: int = 0,
) -> list[Found]:
    """Search one picture by every encoder that the snapshot has vectors of; one match per entry, the surest.

    Args:
        encoders: opened.
        working: (h, w, 3) uint8.
        snapshot: opened, its sections checked.
        policy: its `model` and `local` rules.
        verify: None where nothing can be verified.
        frame: of the item, from 0.

    Raises:
        CannotDecode: `no_embedding`: an encoder gave no finite vector for the picture.
    """
    best: dict[int, Found] = {}
    for encoder in encoders:
        if encoder.spec.model not in snapshot.vectors:
            continue
        bounds = _bounds(encoder, snapshot, policy)
        for one in _found(_Search(encoder, snapshot, policy, verify, frame, bounds), working):
            known = best.get(one.entry)
            if known is None or _rank(one) > _rank(known):
                best[one.entry] = one
    return [best[entry] for entry in sorted(best)]


def _bounds(encoder: Encoder, snapshot: Snapshot, policy: Policy) -> tuple[Thresholds, Thresholds]:
    """Return the scores for declared works and for confirmed ones, which are counted by themselves.

    Nobody makes a confirmed work harder to find with what he declares.
    """
    own = [
        some.entry
        for some in snapshot.vectors[encoder.spec.model]
        if some.values.shape[1] == encoder.spec.dimensions
    ]
    confirmed = sum(int(snapshot.confirmed()[entry].sum()) for entry in own)
    declared = thresholds(encoder, policy.model, sum(map(len, own)))
    return declared, thresholds(encoder, policy.model, confirmed)


def _rank(one: Found) -> tuple[bool, bool]:
    """Order matches of one entry: what blocks first, then what has a place that local features prove."""
    return one.band is Band.BLOCK, isinstance(one, PartMatch)


def _found(search: _Search, working: NDArray[np.uint8]) -> list[Found]:
    """Search by one encoder: the whole, then the tiles if they are wanted and nothing blocks yet."""
    found: list[Found] = _of(search, embed(search.encoder, working, WHOLE))
    if search.wants_tiles and not any(_settles(one, search.snapshot) for one in found):
        found += _of(search, embed(search.encoder, working, TILES))
    return found


def _settles(one: Found, snapshot: Snapshot) -> bool:
    """Tell whether nothing further need be looked for: a declared work ends no search."""
    return one.band is Band.BLOCK and snapshot.is_confirmed(one.entry)


def _of(search: _Search, embedded: Embedded) -> list[Found]:
    encoder, snapshot = search.encoder, search.snapshot
    candidates = candidates_of(encoder, embedded, snapshot.vectors[encoder.spec.model], snapshot.confirmed())
    if encoder.spec.kind is EncoderKind.CHARACTER:
        candidates = [one for one in candidates if snapshot.entry(one.entry).kind is Kind.CHARACTER]
    found: list[Found] = []
    for confirmed, bounds in enumerate(search.bounds):
        some = [one for one in candidates if one.confirmed == bool(confirmed)]
        found += matches_of(encoder, some, bounds, search.frame)
    return found if search.verify is None else found + _verified(search, candidates, search.verify)


def _verified(search: _Search, candidates: Sequence[Candidate], verify: Verify) -> list[Found]:
    """Verify the most similar works, those that are similar enough to be looked at by milder rules."""
    rules = search.policy.local
    mild = replace(
        rules,
        inliers_block=min(rules.inliers_block, rules.near_inliers_block),
        inliers_review=min(rules.inliers_review, rules.near_inliers_review),
    )
    likely: list[int] = []
    others: list[int] = []
    for one in best_of(candidates, search.policy.model.candidates):
        number = picture_number(search.snapshot.pictures, one.entry, one.print_)
        if number is not None:
            (likely if one.score >= search.bounds[one.confirmed].review else others).append(number)
    return [*verify(likely, mild), *verify(others, rules)]
