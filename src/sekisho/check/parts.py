"""Pictures of a batch -> what of registered works is in them: films, local features, then embeddings.

The cascade ends for a picture as soon as what was found blocks it: nothing could be more restrictive.
What was found by then stands in its findings; which stages a policy has is its depth.
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from sekisho.check.models import similar
from sekisho.fingerprint import Look
from sekisho.fingerprint.embedding import Encoder
from sekisho.fingerprint.local import query_features
from sekisho.match import Match
from sekisho.match.films import FilmMatch
from sekisho.match.local import LocalQuery, PartMatch, match_local, surest, verify
from sekisho.match.similar import SimilarMatch
from sekisho.media import CannotDecode
from sekisho.model import Band, Depth, Policy, Unfingerprintable, Use
from sekisho.policy import blocks, find
from sekisho.snapshot import Snapshot

__all__ = ["Found", "Parts", "find_parts", "looks_for_parts"]

Found = Match | FilmMatch | PartMatch | SimilarMatch
POOR = 64
"""Local features below which a picture shows too little for its embedding to block: an empty sheet resembles
any other. A frame around nothing has about 30. Of the first half of the benchmark's queries, those with fewer
than 112 are found by hash or local features already, so any number up to that finds as many."""


class Parts(NamedTuple):
    """All that was found in one picture.

    Attributes:
        problem: why a stage could not look at it.
    """

    found: Sequence[Found]
    problem: Unfingerprintable | None = None


def looks_for_parts(snapshot: Snapshot, policy: Policy) -> bool:
    """Tell whether parts of works are to be looked for: the policy asks, and there is something to find."""
    return _has_local(snapshot, policy) or (policy.depth is Depth.MODEL and bool(snapshot.vectors))


def _has_local(snapshot: Snapshot, policy: Policy) -> bool:
    deep = policy.depth.rank >= Depth.LOCAL.rank
    return deep and any(len(pictures.descriptors) for pictures in snapshot.pictures)


def find_parts(
    looks: Sequence[Look],
    before: Sequence[Sequence[Found]],
    *,
    snapshot: Snapshot,
    policy: Policy,
    use: Use,
    encoders: Sequence[Encoder] = (),
) -> list[Parts]:
    """Look for parts of works in a batch of pictures.

    Args:
        looks: with their working pictures; one without any is left as it is.
        before: what was found in each by hash.
        snapshot: opened, its sections checked.
        policy: how deep to look, and what is sure enough.
        use: who wants to do what; it says what blocks.
        encoders: opened, for depth `model`.
    """
    made = []
    for look, some in zip(looks, before, strict=True):
        parts = Parts(some)
        if look.working and looks_for_parts(snapshot, policy) and not _blocked(some, snapshot, policy, use):
            parts = _parts(_Picture(look, _queries(look)), some, snapshot, policy, use, encoders)
        made.append(parts)
    return made


class _Picture(NamedTuple):
    """A picture with the local features of its frames."""

    look: Look
    queries: Sequence[LocalQuery]


def _parts(
    picture: _Picture,
    before: Sequence[Found],
    snapshot: Snapshot,
    policy: Policy,
    use: Use,
    encoders: Sequence[Encoder],
) -> Parts:
    found = [*before]
    if _has_local(snapshot, policy):
        parts = match_local(picture.queries, snapshot, policy.local)
        found += surest(
            part._replace(region=one.in_frame(part.region))
            for one, some in zip(picture.look.working, parts, strict=True)
            for part in some
        )
    if policy.depth is Depth.MODEL and encoders and not _blocked(found, snapshot, policy, use):
        try:
            found += _resembling(picture, found, snapshot, policy, encoders)
        except CannotDecode as error:
            return Parts(found, error.problem)
    return Parts(found)


def _blocked(found: Sequence[Found], snapshot: Snapshot, policy: Policy, use: Use) -> bool:
    return bool(found) and blocks(find(found, snapshot, policy, use), policy)


def _queries(look: Look) -> list[LocalQuery]:
    """Return what of each frame is compared; without the turned hashes the work as a whole is not near."""
    turned = look.hashes if look.hashes is not None and look.hashes.shape[1] > 1 else None
    return [
        LocalQuery(
            query_features(one.pixels),
            turned[one.frame] if turned is not None and one.is_whole else None,
            one.frame,
            one.pixels,
        )
        for one in look.working
    ]


def _resembling(
    picture: _Picture,
    known: Sequence[Found],
    snapshot: Snapshot,
    policy: Policy,
    encoders: Sequence[Encoder],
) -> list[Found]:
    """Compare the frames by their embeddings; of an entry that is known, only what is surer.

    Raises:
        CannotDecode: an encoder has no vector for the picture.
    """
    sure = {match.entry: match.band for match in known if isinstance(match, PartMatch)}
    made: list[Found] = []
    for query, working in zip(picture.queries, picture.look.working, strict=True):
        check = partial(verify, query, snapshot)
        for match in similar(encoders, working.pixels, snapshot, policy, check, query.frame):
            if isinstance(match, SimilarMatch) and len(query.features[0].places) < POOR:
                match = match._replace(band=Band.REVIEW)  # noqa: PLW2901 - the same match, less sure
            if match.entry not in sure or (match.band is Band.BLOCK and sure[match.entry] is Band.REVIEW):
                sure[match.entry] = match.band
                made.append(match._replace(region=working.in_frame(match.region)))
    return made
