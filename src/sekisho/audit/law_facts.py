"""What a decision tells about its item, in the words of the law room; counted for each distinct set.

Only what was seen is said. What merely looks like a work, and what was not compared, leaves the question
open; so do a licence of a holder who is not confirmed, and copies of a site's file that contradict each
other. Rows about persons and listed files count as rows in which nothing was found. A case answers for them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sekisho.audit.gathered import Rows
from sekisho.audit.report.texts import finding_detail, is_text
from sekisho.audit.signals import read_stances
from sekisho.codec import canonical
from sekisho.detect.signals.resolve import ASKED
from sekisho.detect.signals.sites import ROBOTS_TXT
from sekisho.model import (
    Band,
    Decision,
    Depth,
    Kind,
    Method,
    Permission,
    PersonalType,
    Purpose,
    Signal,
    SignalFamily,
    SignalUse,
    Stance,
    Trust,
)
from sekisho.policy.decide import FALSE_MATCH
from sekisho.rules.words import Facts

__all__ = ["fact_key", "facts_of", "facts_of_row", "law_counts", "least_compared"]

_STAGES = {
    Purpose.TRAIN: "train",
    Purpose.PRETRAIN: "train",
    Purpose.FINETUNE: "train",
    Purpose.GENERATE: "generate",
    Purpose.RETRIEVE: "retrieve",
    Purpose.PUBLISH: "publish",
}
_WORKS = (Kind.WORK.value, Kind.CHARACTER.value)
_LACKING = (Permission.NONE.value, Permission.EXPIRED.value, Permission.OUT_OF_SCOPE.value)
_CONFIRMED = (Trust.VERIFIED.value, Trust.AUTHORITY.value)
_RESERVED = ASKED[Purpose.TRAIN]
"""An objection to one of these reserves mining; one to search or to input does not."""


class Claim(NamedTuple):
    """What a finding says about a work: its kind and so on, as in a row."""

    kind: str
    method: str
    permission: str
    trust: str
    detail: Mapping[str, Any]

    @property
    def is_work(self) -> bool:
        """Tell whether it is about a work: a name alone is none, nor is a confirmed false match."""
        return self.kind in _WORKS and self.method != Method.NAME.value and FALSE_MATCH not in self.detail

    @property
    def is_sure(self) -> bool:
        """Tell whether the work is there; else it only looks like it."""
        return self.detail.get("band") != Band.REVIEW.value

    @property
    def is_confirmed(self) -> bool:
        """Tell whether its holder is confirmed and undisputed, and the entry no other list's."""
        return self.trust in _CONFIRMED and not {"state", "source"} & self.detail.keys()


class Heard(NamedTuple):
    """What a signal says, as far as it is asked here."""

    family: str
    place: str
    captured: datetime | None
    stances: Mapping[SignalUse, Stance]


def _works(claims: Iterable[Claim], *, compared: bool) -> Facts:
    """Return what findings say about works; that there is none only where something was compared."""
    works = [claim for claim in claims if claim.is_work]
    if not works:
        return {"work.registered": False} if compared else {}
    facts: dict[str, str | bool] = {}
    sure = [claim for claim in works if claim.is_sure]
    if sure:
        facts["work.registered"] = True
    if any(claim.permission in _LACKING for claim in sure):
        facts["work.licence_ok"] = False
    elif all(_is_licensed(claim) for claim in works):
        facts["work.licence_ok"] = True
    if any(claim.is_confirmed for claim in sure):
        facts["work.protected"] = True
    return facts


def _is_licensed(claim: Claim) -> bool:
    return claim.permission == Permission.GRANTED.value and claim.is_sure and claim.is_confirmed


def _refusals(heard: Iterable[Heard], stances: Mapping[SignalUse, Stance]) -> Facts:
    """Return what signals say about mining: a refusal counts if it is what all of them come to."""
    refused = {use for use in _RESERVED if stances.get(use) is Stance.DISALLOW}
    if not refused:
        return {}
    facts: dict[str, str | bool] = {"work.optout_machine_readable": True}
    copies: dict[tuple[str, datetime | None], bool] = {}
    for one in heard:
        if one.place.endswith(ROBOTS_TXT):
            refuses = one.family == SignalFamily.ROBOTS.value and any(
                one.stances.get(use) is Stance.DISALLOW for use in refused
            )
            copies[one.place, one.captured] = copies.get((one.place, one.captured), False) or refuses
    # Of copies that say different things a row does not tell which one counts.
    if copies and all(copies.values()):
        facts["work.robots_disallowed"] = True
    return facts


def _facts(
    purpose: Purpose, claims: Iterable[Claim], personal: Iterable[str], refusals: Facts, *, compared: bool
) -> Facts:
    facts: dict[str, str | bool] = {"use.channel": "dataset", "use.stage": _STAGES[purpose]}
    kinds = set(personal)
    if kinds:
        facts["pi.present"] = True
    if PersonalType.SPECIAL_CARE.value in kinds:
        facts["pi.special_care"] = True
    return dict(sorted({**facts, **_works(claims, compared=compared), **refusals}.items()))


def least_compared(depth: str, min_quality: int) -> int | None:
    """Return the quality from which a run compares pictures; None: it compares nothing but whole files."""
    return None if depth == Depth.EXACT.value else min_quality


def _is_compared(row: Mapping[str, Any], least: int | None) -> bool:
    """Tell whether works were looked for in an item; a listed file looks like any other."""
    if row["problem"]:
        return False
    quality = row["pdq_quality"]
    return is_text(row) or (least is not None and (quality is None or quality >= least))


def facts_of(decision: Decision, purpose: Purpose, least: int | None) -> Facts:
    """Return what a decision tells about its item, in the words of the law room.

    Args:
        decision: about one item.
        purpose: of the run.
        least: of `least_compared`.
    """
    claims = [
        Claim(f.kind.value, f.method.value, f.permission.value, f.trust.value, f.detail)
        for f in decision.findings
    ]
    made = decision.fingerprint
    row = {
        "problem": decision.unreadable,
        "pdq_quality": None if made is None else made.quality,
        "media_type": decision.media_type,
    }
    personal = [found.type.value for found in decision.personal]
    refusals = _refusals_of(decision.signals, decision.stances)
    return _facts(purpose, claims, personal, refusals, compared=_is_compared(row, least))


def _refusals_of(signals: Iterable[Signal], stances: Mapping[SignalUse, Stance]) -> Facts:
    heard = (Heard(s.family.value, s.place, s.captured, s.stances) for s in signals)
    return _refusals(heard, stances) if stances else {}


def facts_of_row(row: Mapping[str, Any], purpose: Purpose, least: int | None) -> Facts:
    """Return what a row of the decisions tells about its item, as `facts_of` its decision."""
    claims = [
        Claim(f["kind"], f["method"], f["permission"], str(detail.get("trust", "")), detail)
        for f in row["findings"] or ()
        for detail in [finding_detail(f)]
    ]
    heard = (
        Heard(s["family"], s["place"], s["captured"], read_stances(s["stances"]))
        for s in row.get("signals") or ()
    )
    refusals = _refusals(heard, read_stances(row.get("stances") or ""))
    return _facts(purpose, claims, row["personal"] or (), refusals, compared=_is_compared(row, least))


def law_counts(rows: Rows, purpose: Purpose, least: int | None) -> dict[str, int]:
    """Count the rows of a unit by their facts."""
    counts: Counter[str] = Counter()
    known: dict[object, str] = {}
    for decision, items in rows.counted():
        key = _clear_key(decision)
        name = known.get(key) if key is not None else None
        if name is None:
            name = fact_key(facts_of(decision, purpose, least))
            if key is not None:
                known[key] = name
        counts[name] += items
    return dict(sorted(counts.items()))


def _clear_key(decision: Decision) -> object:
    """Return what the facts of an item depend on in which nothing is found; None: it is another one."""
    if decision.findings or decision.personal or decision.unreadable:
        return None
    quality = None if decision.fingerprint is None else decision.fingerprint.quality
    refusals = _refusals_of(decision.signals, decision.stances)
    return decision.media_type, quality, *refusals.items()


def fact_key(facts: Facts) -> str:
    """Return the one text that stands for a set of facts in a commit."""
    return canonical(dict(facts)).decode()
