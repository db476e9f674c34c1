"""The run that is decided again: verified, finished, and made by eyes like ours."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sekisho.audit.again.stored import PASSING
from sekisho.audit.job import Parent, RunFiles
from sekisho.audit.manifest import VERSION
from sekisho.audit.review.check import Reviews
from sekisho.audit.review.effect import REVIEWS
from sekisho.audit.verify import verify_run
from sekisho.errors import EvidenceError, UsageError
from sekisho.media import Limits
from sekisho.model import DECODE_PROFILE, Depth, FilmRules, KeyId, Policy
from sekisho.policy import rules_of
from sekisho.snapshot import Snapshot

__all__ = [
    "Before",
    "hears_more",
    "is_searched",
    "lacks",
    "looks_deeper",
    "open_before",
    "passing",
    "sees_more_frames",
]

_MATCHING = ("depth", "radius", "rotations", "min_quality")
FULL = "run a full audit: sekisho audit DATASET ... -o RUN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The run that is decided again, verified.

    Attributes:
        manifest: manifest.json.
        parent: how the manifest of the new run names it.
        reviews: what was decided about it afterwards, if anything was.
        reviewers: who may decide about it, the operator among them.
    """

    manifest: Mapping[str, Any]
    parent: Parent
    reviews: Reviews | None
    reviewers: tuple[KeyId, ...]


def open_before(files: RunFiles) -> Before:
    """Verify a run and return what is decided again.

    Raises:
        UsageError: it is not finished, of a newer Sekisho, or its pictures were decoded in another way.
        EvidenceError: a file of it was changed.
    """
    raw = files.read("manifest.json")
    if raw is None or files.read("seal.json") is None:
        raise UsageError(
            "the run that --again names is not finished: it has no manifest and seal",
            hint="finish it with --resume, or name another RUN",
        )
    _refuse_newer(raw)
    verified = verify_run(files, rows=False)
    if verified.erased and files.read(REVIEWS) is not None:
        raise UsageError(
            "rows of the run were erased, so that its reviews can not be carried over", hint=FULL
        )
    manifest, record = verified.manifest, verified.seal.record
    try:
        _refuse_other_eyes(manifest["configuration"])
        ancestors = (*map(str, manifest.get("ancestors") or ()), str(manifest["root"]))
        other_use = tuple(map(str, manifest.get("ancestors_of_other_use") or ()))
        use = manifest["operator"]["key"], manifest["use"]["purpose"], manifest["use"]["territory"]
    except (KeyError, TypeError) as error:
        raise EvidenceError(f"manifest.json lacks {error}") from error
    digest = hashlib.sha256(raw).hexdigest()
    return Before(
        manifest=manifest,
        parent=Parent(root=ancestors[-1], manifest=digest, ancestors=ancestors, use=use, other_use=other_use),
        reviews=verified.reviews,
        reviewers=tuple(sorted({*record.reviewers, record.operator})),
    )


def _refuse_newer(raw: bytes) -> None:
    """Refuse a version that may mean something else, before anything else is read from it."""
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        return  # whoever verifies it says what is wrong
    version = document.get("version") if isinstance(document, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise UsageError(
            f"the run that --again names was made by a newer Sekisho: its manifest has version {version}",
            hint=f"update Sekisho, or {FULL}",
        )


def _refuse_other_eyes(configuration: Mapping[str, Any]) -> None:
    """Refuse fingerprints that another way of decoding made: they can not be compared."""
    if configuration["decode_profile"] != DECODE_PROFILE:
        raise UsageError(
            f"the run was decoded by the profile {configuration['decode_profile']!r}, "
            f"and this Sekisho uses {DECODE_PROFILE!r}",
            hint=FULL,
        )
    if configuration["limits"] != Limits().as_dict():
        raise UsageError("the run had other limits of size than this Sekisho has", hint=FULL)


def texts_in(manifest: Mapping[str, Any]) -> int:
    """Return how many texts a run has read: nothing is stored to compare them by, so they are read again."""
    return int((manifest["totals"].get("texts") or {}).get("items", 0))


def text_fields(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields of records that a run was told to look at; empty: all."""
    return tuple(map(str, (manifest["configuration"].get("text") or {}).get("fields", ())))


def lacks(manifest: Mapping[str, Any], policy: Policy) -> bool:
    """Tell whether the fingerprints of a run do not go as deep as a policy, so that all are made anew."""
    rules = manifest["policy"]["rules"]
    deep = Depth(rules["depth"]).rank >= Depth.PDQ.rank
    turned = deep and rules["rotations"] != "none"
    compared = policy.depth.rank >= Depth.PDQ.rank
    return compared and not (turned if policy.rotations is not None else deep)


def sees_more_frames(manifest: Mapping[str, Any], policy: Policy) -> bool:
    """Tell whether a policy compares frames of films of which a run has kept nothing."""
    kept = int(manifest["policy"]["rules"].get("frame_interval", FilmRules().frame_interval))
    return policy.depth.rank >= Depth.PDQ.rank and policy.film.frame_interval < kept


def looks_deeper(snapshot: Snapshot, policy: Policy) -> bool:
    """Tell whether pictures have to be read again: a run keeps no local features and no embeddings.

    Whoever decided by hashes alone would decide at a lower depth than the policy says.
    """
    parts = policy.depth.rank >= Depth.LOCAL.rank and snapshot.counts.pictures > 0
    return parts or (policy.depth.rank >= Depth.MODEL.rank and snapshot.counts.vectors > 0)


def hears_more(manifest: Mapping[str, Any]) -> bool:
    """Tell whether a run was made before rights signals were read: in its rows nobody objects."""
    return "signals" not in manifest


def is_searched(manifest: Mapping[str, Any], snapshot: Snapshot, policy: Policy, on: date) -> bool:
    """Tell whether a run has found all that there is in the base of a snapshot.

    That is so if its own edition has the same base, the rules of matching are the same, and no entry
    was left out then that may count now: what is withdrawn or lapsed stays so on later days, but a
    dispute can be dismissed, and an agent's mandate can be given again. Where one of these was stated
    before, everything is searched anew.

    Args:
        manifest: of the run.
        snapshot: the new edition.
        policy: the new one.
        on: the day of the new use.
    """
    old, new = manifest["policy"]["rules"], rules_of(policy)
    digests = [segment.digest for segment in snapshot.segments]
    same = all(old.get(key) == new[key] for key in _MATCHING)
    if (
        manifest["snapshot"]["digest"] not in digests
        or not same
        or on < date.fromisoformat(manifest["use"]["on"])
    ):
        return False
    shared = snapshot.segments[: digests.index(manifest["snapshot"]["digest"]) + 1]
    return not any(segment.documents.of(kind) for segment in shared for kind in ("disputes", "mandates"))


def passing(manifest: Mapping[str, Any]) -> int:
    """Count the items of a run that could not be read for a reason that may be gone by now."""
    counts = manifest["totals"]["unreadable"]
    return sum(counts.get(reason.value, 0) for reason in PASSING)
