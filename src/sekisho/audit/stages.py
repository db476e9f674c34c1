"""Which ways of looking a run has used, and why not the others.

A policy says how deep to look, an edition holds what there is to be found. What is not compared although
both ask for it is said in the manifest, and the run is not reported as clean.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from sekisho.model import Depth, Policy, Trust
from sekisho.snapshot import Snapshot

__all__ = ["Missing", "missing_models", "stages"]

NOT_ASKED = "not asked for by the policy"
NO_TEXT = "no text among the items"
TOO_DEEP = "not as deep as the policy goes"
NONE_THERE = "the edition has none"
MODELS_MISSING = "encoders are missing"
NO_SECTION = "no section is used"
NO_PACKS = "no rule packs"

Stage = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Embeddings of an edition that nothing here can be compared with.

    Attributes:
        model: id of the encoder.
        vectors: how many.
        confirmed: among them are some of confirmed entries. Without an encoder the run is incomplete
            then; vectors of self-declared entries alone can not do that to everybody.
    """

    model: str
    vectors: int
    confirmed: bool

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"model": self.model, "vectors": self.vectors, "confirmed": self.confirmed}


def missing_models(snapshot: Snapshot, policy: Policy, used: Collection[str]) -> list[Missing]:
    """Return what an edition has of models that are not used although the policy looks so deep."""
    if policy.depth.rank < Depth.MODEL.rank:
        return []
    found = []
    for model in sorted(snapshot.vectors.keys() - set(used)):
        parts = snapshot.vectors[model]
        entries = np.unique(np.concatenate([part.entry for part in parts])).tolist()
        confirmed = any(snapshot.entry(number).trust is Trust.VERIFIED for number in entries)
        found.append(
            Missing(model=model, vectors=sum(len(part.entry) for part in parts), confirmed=confirmed)
        )
    return found


def _stage(name: str, why: str = "") -> Stage:
    return {"name": name, "ran": not why, "why": why}


def _deep(policy: Policy, depth: Depth, there: int) -> str:
    """Say why something is not compared; empty if it is."""
    if policy.depth.rank < depth.rank:
        return "depth exact" if policy.depth is Depth.EXACT else TOO_DEEP
    return "" if there else NONE_THERE


def _protected(policy: Policy, snapshot: Snapshot) -> str:
    """Say why persons and listed files are not looked for, or by their bytes only."""
    if snapshot.protected is None:
        return NO_SECTION
    return "depth exact" if policy.depth is Depth.EXACT and snapshot.protected.shows_pictures else ""


def stages(
    policy: Policy, snapshot: Snapshot, texts: int, missing: Collection[Missing], *, law: bool = False
) -> list[Stage]:
    """Return all stages, those that ran and those that did not.

    Args:
        policy: of the run.
        snapshot: the edition.
        texts: how many items are texts.
        missing: of `missing_models`.
        law: there are packs of rules for a place that is asked about.
    """
    counts = snapshot.counts
    compared = policy.depth.rank >= Depth.PDQ.rank
    found = "" if texts else NO_TEXT
    lacking = MODELS_MISSING if any(one.confirmed for one in missing) else ""
    unasked = "" if policy.text.personal is not None else NOT_ASKED
    return [
        _stage("sha256"),
        _stage("pdq", "" if compared else "depth exact"),
        _stage("rotations", "" if compared and policy.rotations is not None else NOT_ASKED),
        _stage("local", _deep(policy, Depth.LOCAL, counts.pictures)),
        _stage("model", _deep(policy, Depth.MODEL, counts.vectors) or lacking),
        _stage("frames", _deep(policy, Depth.PDQ, counts.films)),
        _stage("excerpts", found),
        _stage("names", found),
        _stage("personal", found or unasked),
        _stage("protected", _protected(policy, snapshot)),
        _stage("rules", "" if law else NO_PACKS),
    ]
