"""Embeddings of one picture x registered vectors -> the entries that it resembles, and how surely.

A similarity alone says little: a picture with little in it resembles many. So of each region half the
mean of its ten highest similarities to background drawings is taken off (score normalisation, after
Pizzi et al., "A Self-Supervised Descriptor for Image Copy Detection", 2022), and the calibration says how
rarely unrelated pictures reach a score. All of it in whole numbers, 1 / SCALE**2.

The larger the registry, the higher the score that is asked for: up to 1,000 vectors `false_alarms` per
million comparisons, beyond it fewer in proportion, so that of a thousand unrelated pictures at most
`false_alarms` are blocked, and ten times as many are looked at.
"""

from collections.abc import Sequence
from math import log10
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sekisho.fingerprint.embedding import Box, Embedded, Encoder
from sekisho.match.dense import SCALE, fixed, nearest
from sekisho.model import Band, Method, ModelRules
from sekisho.model.encoder import Calibration
from sekisho.snapshot.vectors import Vectors

__all__ = [
    "Candidate",
    "SimilarMatch",
    "Thresholds",
    "band_of",
    "best_of",
    "candidates_of",
    "matches_of",
    "score_at",
    "thresholds",
]

TOP_BACKGROUND = 10
SHARE = 2
"""Half of it is taken off; a quarter and three quarters recognise less at the same false alarms."""
TILE_HANDICAP = 30
"""Per mille that a tile has to be better than the whole: five tries are luckier than one."""
REGISTRY = 1000
"""Vectors up to which the rate is `false_alarms` per million."""
REVIEWS = 10
"""Unrelated pictures that are looked at for one that would be blocked."""
NEVER = 1001
"""Per mille; a score that no picture reaches."""
_MILLE = 1000
_UNIT = SCALE * SCALE
_WHOLE = (0, 0, _MILLE, _MILLE)


class Candidate(NamedTuple):
    """An entry that a picture resembles.

    Attributes:
        print_: number of the print in its entry.
        score, similarity: per mille.
        region: of the item, per mille.
    """

    entry: int
    print_: int
    score: int
    similarity: int
    region: Box
    confirmed: bool


class SimilarMatch(NamedTuple):
    """A picture that resembles a work closely enough to be looked at, or blocked.

    Attributes:
        similarity: cosine, or 1 - difference, per mille.
        region: of the item, x0, y0, x1, y1 per mille.
        model: name of the encoder.
    """

    entry: int
    band: Band
    similarity: int
    region: Box
    print_: int
    model: str
    frame: int = 0
    method: Method = Method.MODEL
    distance: int = 0
    threshold: int = 0
    orientation: int = 0

    def detail(self) -> dict[str, str | int]:
        """Return what `Finding.detail` documents."""
        facts: dict[str, str | int] = {
            "band": self.band.value,
            "similarity": self.similarity,
            "region": ",".join(map(str, self.region)),
            "model": self.model,
            "print": self.print_,
        }
        return facts | ({"frame": self.frame} if self.frame else {})


class Thresholds(NamedTuple):
    """Scores per mille from which a picture is blocked, and looked at."""

    block: int
    review: int


def score_at(calibration: Calibration, rate: float) -> int:
    """Return the score that unrelated pictures reach at a rate, per mille; beyond the measured ones by line.

    Args:
        calibration: of the encoder.
        rate: false alarms per million comparisons, above 0.
    """
    rates = [log10(one) for one, _ in calibration.points]
    scores = [score for _, score in calibration.points]
    wanted = log10(rate)
    right = next((k for k in range(1, len(rates)) if rates[k] <= wanted), len(rates) - 1)
    left = right - 1
    steep = (scores[right] - scores[left]) / (rates[right] - rates[left])
    # Below the most frequent rate measured nothing is promised.
    return max(round(scores[left] + steep * (wanted - rates[left])), scores[0])


def thresholds(encoder: Encoder, rules: ModelRules, vectors: int) -> Thresholds:
    """Return what blocks and what is looked at; without a calibration nothing blocks.

    Args:
        encoder: with its calibration, if it has one.
        rules: of the policy.
        vectors: that are searched.
    """
    calibration = encoder.spec.calibration
    if calibration is None:
        return Thresholds(NEVER, encoder.spec.review)
    shrunk = REGISTRY / max(REGISTRY, vectors)
    block = NEVER if rules.false_alarms == 0 else score_at(calibration, rules.false_alarms * shrunk)
    return Thresholds(block, min(block, score_at(calibration, max(rules.false_alarms, 1) * REVIEWS * shrunk)))


def band_of(score: int, bounds: Thresholds) -> Band | None:
    """Return what a score is enough for."""
    if score >= bounds.block:
        return Band.BLOCK
    return Band.REVIEW if score >= bounds.review else None


def _offsets(encoder: Encoder, queries: NDArray[np.int16], regions: Sequence[Box]) -> NDArray[np.int64]:
    """Return what is taken off the similarities of each region, (r,)."""
    handicap = (
        np.array([0 if box == _WHOLE else TILE_HANDICAP for box in regions], np.int64) * _UNIT // _MILLE
    )
    calibration = encoder.spec.calibration
    if encoder.background is None or calibration is None or not calibration.normalised:
        return handicap
    drawn = queries.astype(np.int64) @ fixed(encoder.background).astype(np.int64).T
    top = np.sort(drawn, axis=1)[:, -TOP_BACKGROUND:]
    taken: NDArray[np.int64] = top.sum(axis=1) // (SHARE * TOP_BACKGROUND)
    return handicap + taken


def candidates_of(
    encoder: Encoder, embedded: Embedded, vectors: Sequence[Vectors], confirmed: NDArray[np.bool_]
) -> list[Candidate]:
    """Return the entries that a picture resembles most, the best first, of confirmed ones and others.

    Args:
        encoder: that made the embeddings.
        embedded: of one picture.
        vectors: registered ones of the same model; those of another dimension are somebody's mistake.
        confirmed: (entries,) whether a voucher stands behind each.
    """
    if not embedded.regions:
        return []
    queries = fixed(embedded.values)
    offsets = _offsets(encoder, queries, embedded.regions)
    best: dict[int, Candidate] = {}
    for some in vectors:
        if some.values.shape[1] != encoder.spec.dimensions:
            continue
        found = nearest(some.values, some.entry, confirmed[some.entry], queries)
        for region, which, place in np.argwhere(found.row >= 0).tolist():
            row, similarity = (
                int(found.row[region, which, place]),
                int(found.similarity[region, which, place]),
            )
            made = Candidate(
                int(some.entry[row]),
                int(some.print_[row]),
                _per_mille(similarity - int(offsets[region])),
                _per_mille(similarity),
                embedded.regions[region],
                bool(which),
            )
            known = best.get(made.entry)
            if known is None or made.score > known.score:
                best[made.entry] = made
    if encoder.difference is not None:
        best = _by_difference(encoder, embedded, vectors, best)
    return sorted(best.values(), key=lambda one: (-one.score, one.entry))


def _per_mille(value: int) -> int:
    return (value * _MILLE + _UNIT // 2) // _UNIT


def _by_difference(
    encoder: Encoder, embedded: Embedded, vectors: Sequence[Vectors], best: dict[int, Candidate]
) -> dict[int, Candidate]:
    """Return the same candidates with the scores that the encoder's own metric gives."""
    if encoder.difference is None:
        return best
    again = {}
    for entry, made in best.items():
        query = embedded.values[embedded.regions.index(made.region)]
        given = float(encoder.difference(query, _vector(vectors, made, encoder.spec.dimensions))[0])
        score = min(max(round((1 - given) * _MILLE), -_MILLE), _MILLE)
        again[entry] = made._replace(score=score, similarity=score)
    return again


def _vector(vectors: Sequence[Vectors], made: Candidate, dimensions: int) -> NDArray[np.float32]:
    for some in vectors:
        rows = np.flatnonzero((some.entry == made.entry) & (some.print_ == made.print_))
        if len(rows) and some.values.shape[1] == dimensions:
            return some.values[rows[:1]].astype(np.float32)
    return np.empty((0, dimensions), np.float32)


def matches_of(
    encoder: Encoder, candidates: Sequence[Candidate], bounds: Thresholds, frame: int = 0
) -> list[SimilarMatch]:
    """Return the candidates that resemble the picture closely enough, one per entry."""
    return [
        SimilarMatch(
            entry=one.entry,
            band=band,
            similarity=one.similarity,
            region=one.region,
            print_=one.print_,
            model=encoder.spec.name,
            frame=frame,
        )
        for one in candidates
        if (band := band_of(one.score, bounds)) is not None
    ]


def best_of(candidates: Sequence[Candidate], most: int) -> list[Candidate]:
    """Return the most similar ones: of the confirmed ones as many as if there were no others."""
    confirmed = [one for one in candidates if one.confirmed][:most]
    return confirmed + [one for one in candidates if not one.confirmed][:most]
