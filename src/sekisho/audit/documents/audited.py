"""A sealed run as documents cite it: what holds of it, with what is public about its decisions."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sekisho.audit.documents.seen import Seen
from sekisho.audit.files import RunFiles
from sekisho.audit.hosts import Origins, origins_of
from sekisho.audit.receipt import require
from sekisho.audit.share.counts import FEW, SMALL, Shown, show
from sekisho.audit.share.public import PUBLIC, decode_public
from sekisho.audit.verify import Verified
from sekisho.codec import canonical, parse_plain
from sekisho.codec.moments import moment_text
from sekisho.errors import EvidenceError

__all__ = ["Audited", "after_reviews", "audited"]

HolderOf = Callable[[str], str]
"""Entry id -> the key of its holder; empty if nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """A run in which everything holds.

    Attributes:
        manifest: manifest.json.
        public: public.json: its counts are what anybody may know.
        cited: what a document says of the run itself, plain JSON values.
        seen: one pass over its rows.
        origins: where its items come from; None: an older run, which does not say.
        holders: keys of the holders whose works were met; None: the edition was not at hand.
    """

    manifest: Mapping[str, Any]
    public: Mapping[str, Any]
    cited: Mapping[str, Any]
    seen: Seen
    origins: Origins | None = None
    holders: frozenset[str] | None = None


def _public(files: RunFiles, verified: Verified) -> tuple[Mapping[str, Any], str]:
    """Return public.json, which `verify_run` has compared with the seal, and its digest."""
    if PUBLIC not in verified.seal.record.files:
        raise EvidenceError(
            f"the seal does not name {PUBLIC}: the run was made by an older Sekisho",
            hint="decide it again: sekisho audit --again RUN -o NEW",
        )
    raw = require(files, PUBLIC)
    decode_public(raw)
    document: Any = parse_plain(raw)
    return document, hashlib.sha256(raw).hexdigest()


def after_reviews(before: Mapping[str, Shown], after: Mapping[str, int]) -> Mapping[str, Shown] | None:
    """Return the outcomes after reviews as anybody may know them; None: they would tell a withheld count.

    Beside the counts before, those after tell how many items moved, and each withheld count that no item has
    left. So both are stated, or those before alone.
    """
    exact = {name: count for name, count in before.items() if isinstance(count, int)}
    moved = (abs(after.get(name, 0) - count) for name, count in exact.items())
    if len(exact) < len(before) or any(0 < count < FEW for count in moved):
        return None
    shown = {name: show(count) for name, count in after.items()}
    return None if SMALL in shown.values() else shown


def _reviewed(verified: Verified, public: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if verified.reviews is None or not verified.reviews.book.reviews:
        return None
    made, book = verified.reviews.reviewed, verified.reviews.book
    return {
        "reviews": len(book.reviews),
        "people": len({review.by for review in book.reviews}),
        "added": show(len(made.added)),
        "removed": show(len(made.removed)),
        "on": made.on.isoformat(),
        "outcomes": after_reviews(public["totals"]["outcomes"], made.outcomes),
    }


def _cited(verified: Verified, public: Mapping[str, Any], digest: str) -> Mapping[str, Any]:
    manifest, seal = verified.manifest, verified.seal
    registry = manifest["snapshot"]
    return {
        "root": manifest["root"],
        "manifest": seal.record.manifest,
        "public": digest,
        "membership": (manifest.get("membership") or {}).get("root"),
        "configuration": hashlib.sha256(canonical(manifest["configuration"])).hexdigest(),
        "sealed": moment_text(seal.record.at),
        "log": {"origin": seal.origin, "key": seal.vkey, "index": seal.index},
        "use": manifest["use"],
        "datasets": manifest["datasets"],
        "policy": {name: manifest["policy"][name] for name in ("name", "digest", "deviations")},
        "registry": {
            name: registry[name] for name in ("name", "edition", "digest", "signer", "created", "stale")
        },
        "signals": (manifest.get("signals") or {}).get("used"),
        "stages": manifest["stages"],
        "law": [pack["id"] for pack in (manifest.get("law") or {}).get("packs", ())],
        "sample": manifest.get("sample"),
        "parent": (manifest.get("parent") or {}).get("root"),
        "reviews": _reviewed(verified, public),
        "erased": show(verified.erased),
        "tool": manifest["tool"],
        "items": manifest["totals"]["items"],
        "bytes": manifest["totals"]["bytes"],
        "totals": public["totals"],
    }


def audited(files: RunFiles, verified: Verified, seen: Seen, holder_of: HolderOf | None = None) -> Audited:
    """Return a run as documents cite it.

    Args:
        files: of the run.
        verified: of `verify_run` over the same files.
        seen: of `see` over its decisions.
        holder_of: who holds an entry, if the edition of the registry is at hand.

    Raises:
        EvidenceError: it has no public facts.
    """
    public, digest = _public(files, verified)
    holders = None
    if holder_of is not None:
        met = {entry for entries in seen.entries.values() for entry in entries}
        holders = frozenset(holder_of(entry) for entry in met) - {""}
    return Audited(
        manifest=verified.manifest,
        public=public,
        cited=_cited(verified, public, digest),
        seen=seen,
        origins=origins_of(files, [unit["id"] for unit in verified.manifest["units"]]),
        holders=holders,
    )
