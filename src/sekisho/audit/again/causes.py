"""Two rows of one item -> why the later one says something else.

A cause is a word of a closed set; the catalogues say it to people. It follows from the two rows and
from what differs between the two runs; nothing is guessed. Where no finding and no signal explains a
difference, it is the policy, the day or the use that made it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sekisho.audit.again.heard import newer_copies, stance_of
from sekisho.audit.protected import is_protected
from sekisho.detect.signals.sites import Sites
from sekisho.model import Entry, EntryId, Method, Permission, Purpose, State, Use
from sekisho.policy import standing
from sekisho.policy.part_rules import FILM_KEYS, LOCAL_KEYS, MODEL_KEYS
from sekisho.snapshot import Snapshot

__all__ = ["Terms", "Why", "causes", "terms_of"]

Row = Mapping[str, Any]
Finding = Mapping[str, Any]
Causes = dict["Why", set[str]]
"""Each cause with the entries that it is about; `SITE_COPY` with files and days."""


class Why(StrEnum):
    """Why an item was decided otherwise."""

    BYTES_CHANGED = "bytes_changed"
    READ_AGAIN = "read_again"
    ENTRY_NEW = "entry_new"
    ENTRY_WITHDRAWN = "entry_withdrawn"
    ENTRY_LAPSED = "entry_lapsed"
    ENTRY_DISPUTED = "entry_disputed"
    ENTRY_SUSPENDED = "entry_suspended"
    DISPUTE_OVER = "dispute_over"
    GRANT_GIVEN = "grant_given"
    GRANT_ENDED = "grant_ended"
    GRANT_REVOKED = "grant_revoked"
    TRUST_CHANGED = "trust_changed"
    RIVAL_CLAIMS = "rival_claims"
    SITE_COPY = "site_copy"
    SIGNALS_READ = "signals_read"
    TOLD_OTHERWISE = "told_otherwise"
    MODELS_CHANGED = "models_changed"
    FALSE_MATCH = "false_match"
    POLICY_CHANGED = "policy_changed"
    DAY_CHANGED = "day_changed"
    USE_CHANGED = "use_changed"
    PROTECTED = "protected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What differs between two runs, and what the new edition says about an entry.

    Attributes:
        same_policy, same_matching, same_use, same_day: whether these are equal; `same_matching` is
            about depth, radii, quality and what is about parts, embeddings and films alone.
        same_models: whether the same encoders were there.
        same_signals: whether signals were read by the same copies of sites and the same readers.
        heard: whether the parent has read signals at all.
        purposes: of both runs.
        sites: the copies that the new run has used; None: none.
        since: ISO date of the parent's edition; an entry registered later is new.
        entry: an entry and its state in the new edition; None if it is not there.
    """

    same_policy: bool
    same_matching: bool
    same_use: bool
    same_day: bool
    same_models: bool = True
    same_signals: bool = True
    heard: bool = True
    purposes: tuple[Purpose, Purpose] = (Purpose.TRAIN, Purpose.TRAIN)
    sites: Sites | None = None
    since: str
    entry: Callable[[str], tuple[Entry, State] | None]


_MATCHING = ("depth", "radius", "rotations", "min_quality", *LOCAL_KEYS, *MODEL_KEYS, *FILM_KEYS)
_USE = ("purpose", "territory")
_LACKING = {
    "revoked": Why.GRANT_REVOKED,
    "ended": Why.GRANT_ENDED,
    "not_yet": Why.DAY_CHANGED,
    "purpose": Why.USE_CHANGED,
    "territory": Why.USE_CHANGED,
}
_CLEARED = _LACKING | {"ended": Why.DAY_CHANGED, "revoked": Why.DAY_CHANGED}
"""What made a grant cover now that was there before, by what it lacked then."""
_GONE = {
    State.WITHDRAWN: Why.ENTRY_WITHDRAWN,
    State.LAPSED: Why.ENTRY_LAPSED,
    State.SUSPENDED: Why.ENTRY_SUSPENDED,
}


def terms_of(old: Row, new: Row, snapshot: Snapshot, use: Use, *, sites: Sites | None = None) -> Terms:
    """Compare two manifests.

    Args:
        old: the parent's manifest.
        new: the new run's.
        snapshot: the new edition.
        use: of the new run.
        sites: the copies that it has used.
    """
    rules = old["policy"]["rules"], new["policy"]["rules"]

    def entry(name: str) -> tuple[Entry, State] | None:
        number = snapshot.entry_number(EntryId(name))
        if number is None or not snapshot.is_authorized(number):
            return None
        found = snapshot.entry(number)
        return found, standing(found, snapshot.claims(found.id), use.on)

    return Terms(
        same_policy=old["policy"]["digest"] == new["policy"]["digest"],
        same_matching=all(rules[0].get(key) == rules[1].get(key) for key in _MATCHING if key in rules[0]),
        same_models=_models(old) == _models(new),
        same_signals=_heard(old).get("used") == _heard(new).get("used"),
        heard="signals" in old,
        purposes=(Purpose(old["use"]["purpose"]), Purpose(new["use"]["purpose"])),
        sites=sites,
        same_use=old["operator"]["key"] == new["operator"]["key"]
        and all(old["use"][key] == new["use"][key] for key in _USE),
        same_day=old["use"]["on"] == new["use"]["on"],
        since=old["snapshot"]["created"][:10],
        entry=entry,
    )


def _models(manifest: Row) -> object:
    """Return which encoders a run used, and how they were calibrated."""
    return (manifest.get("configuration") or {}).get("models") or []


def _heard(manifest: Row) -> Mapping[str, Any]:
    """Return what a manifest says of signals."""
    return manifest.get("signals") or {}


def causes(old: Row, new: Row, terms: Terms) -> Causes:
    """Say why two rows of one item differ; at least one cause.

    Where a person or a listed file is meant in one of them, nothing is said but that.
    """
    if is_protected(old) or is_protected(new):
        return {Why.PROTECTED: set()}
    read = _reading(old, new)
    if read is not None:
        return {read: set()}
    found: Causes = {}
    before = {finding["entry"]: finding for finding in old["findings"]}
    after = {finding["entry"]: finding for finding in new["findings"]}
    for entry in before.keys() | after.keys():
        why = _of_entry(entry, before.get(entry), after.get(entry), terms)
        if why is not None:
            found.setdefault(why, set()).add(entry)
    return found | _of_signals(old, new, terms) or {_otherwise(terms): set()}


def _of_signals(old: Row, new: Row, terms: Terms) -> Causes:
    """Say why holders are heard to say something else; nothing where they say the same."""
    if stance_of(old, terms.purposes[0]) is stance_of(new, terms.purposes[1]):
        return {}
    if not terms.heard:
        return {Why.SIGNALS_READ: set()}
    copies = frozenset() if terms.same_signals else newer_copies(old, new, terms.purposes, terms.sites)
    if copies:
        return {Why.SITE_COPY: {*copies}}
    return {_otherwise(terms) if old["signals"] == new["signals"] else Why.TOLD_OTHERWISE: set()}


def _reading(old: Row, new: Row) -> Why | None:
    """Say whether the item itself was read again with another result."""
    if old["sha256"] is not None and new["sha256"] is not None and old["sha256"] != new["sha256"]:
        return Why.BYTES_CHANGED
    transient = old["problem"] != new["problem"] and (old["sha256"] is None or new["sha256"] is None)
    return Why.READ_AGAIN if transient else None


def _otherwise(terms: Terms) -> Why:
    if terms.same_policy and not terms.same_use:
        return Why.USE_CHANGED
    return Why.DAY_CHANGED if terms.same_policy and not terms.same_day else Why.POLICY_CHANGED


def _detail(finding: Finding) -> Mapping[str, Any]:
    found = json.loads(finding["detail"] or "{}")
    return found if isinstance(found, dict) else {}


def _of_entry(entry: str, old: Finding | None, new: Finding | None, terms: Terms) -> Why | None:
    """Say what happened to one entry; None if it says the same about the item as before."""
    if new is None:
        return _otherwise_seen(old, terms) or _vanished(entry, terms)
    if old is None:
        return _otherwise_seen(new, terms) or _appeared(entry, _detail(new), terms)
    if old == new:
        return None
    return _of_finding(old, new, terms)


def _otherwise_seen(finding: Finding | None, terms: Terms) -> Why | None:
    """Say that a similarity came or went because other encoders were there."""
    by_model = finding is not None and finding["method"] == Method.MODEL
    return Why.MODELS_CHANGED if by_model and not terms.same_models else None


def _vanished(entry: str, terms: Terms) -> Why:
    found = terms.entry(entry)
    if found is None:
        return Why.ENTRY_WITHDRAWN
    if found[1] in _GONE:
        return _GONE[found[1]]
    return _otherwise(terms)


def _appeared(entry: str, detail: Mapping[str, Any], terms: Terms) -> Why:
    found = terms.entry(entry)
    newer = found is not None and found[0].registered.isoformat() > terms.since
    if newer or terms.same_matching:
        return Why.ENTRY_DISPUTED if not newer and detail.get("state") else Why.ENTRY_NEW
    return Why.POLICY_CHANGED


def _of_finding(old: Finding, new: Finding, terms: Terms) -> Why:
    was, now = _detail(old), _detail(new)
    if was.get("false_match") != now.get("false_match"):
        return Why.FALSE_MATCH
    if was.get("state") != now.get("state"):
        states = {"disputed": Why.ENTRY_DISPUTED, "suspended": Why.ENTRY_SUSPENDED}
        return states.get(str(now.get("state")), Why.DISPUTE_OVER)
    if was.get("trust") != now.get("trust"):
        return Why.TRUST_CHANGED
    return _of_grant(old, new, str(was.get("lacking", "")), str(now.get("lacking", "")), terms)


def _of_grant(old: Finding, new: Finding, lacked: str, lacks: str, terms: Terms) -> Why:
    granted = Permission.GRANTED.value
    if new["permission"] == granted and old["permission"] != granted:
        if not new["grant"]:
            return Why.USE_CHANGED
        return _CLEARED.get(lacked, Why.GRANT_GIVEN) if new["grant"] == old["grant"] else Why.GRANT_GIVEN
    if lacks != lacked or new["grant"] != old["grant"]:
        if old["permission"] != granted and new["grant"] != old["grant"] and terms.same_use:
            return Why.GRANT_GIVEN if new["grant"] else Why.GRANT_ENDED
        gone = Why.GRANT_ENDED if terms.same_use else Why.USE_CHANGED
        return _LACKING.get(lacks, gone)
    return Why.RIVAL_CLAIMS if new["permission"] != old["permission"] else _otherwise(terms)
