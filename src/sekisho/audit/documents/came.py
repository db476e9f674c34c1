"""Facts about where items come from: domains, days, languages, and what models have made.

A host may be that of one person, so only those are named that the law asks for: the largest tenth by bytes,
of small enterprises the largest twentieth and at most 1,000 (EU template of 24 July 2025, 2.3). Where a run
was compared with a section about persons and listed files, rows about these are not among what is counted.
Whoever has the dataset can count himself; what is missing in ours would tell him of which files we do not
speak. So domains are named without numbers there, and totals are bounds to which all such rows are added.

Runs know hosts; which part of a host somebody has registered is worked out here (`registrable`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import pyarrow.compute as pc
from babel import Locale
from babel.core import get_global

from sekisho.audit.documents.audited import Audited
from sekisho.audit.documents.registrable import added, by_domain, suffixes
from sekisho.audit.documents.seen import PARTLY, WHOLLY
from sekisho.audit.documents.sums import blurred
from sekisho.audit.hosts import Origins
from sekisho.audit.share.counts import FEW, Shown, show

__all__ = ["SMALL_LIMIT", "captured", "domains", "language_tag", "languages", "synthetic", "unspoken"]

Facts = dict[str, Any]

TOP_SHARE, SMALL_SHARE = 10, 5
"""Per cent of all domains that are named; of a small or medium enterprise."""
SMALL_LIMIT = 1000
_DIGITS = 2


def _known(runs: Sequence[Audited]) -> list[Origins]:
    return [run.origins for run in runs if run.origins is not None]


def _all_items(runs: Sequence[Audited]) -> int:
    return sum(run.cited["items"] for run in runs)


def _rounded(count: int) -> int:
    """Return a number with its first two digits."""
    step = int("1".ljust(len(str(count)) - _DIGITS + 1, "0"))
    return count // step * step


def unspoken(runs: Sequence[Audited]) -> int:
    """Return of how many items nothing is counted, since they are about persons or listed."""
    return sum(one.apart for one in _known(runs))


def _total(runs: Sequence[Audited], count: int, *, guarded: bool) -> Shown:
    """Return of how many items something is known; guarded, it is the same whatever is missing among them."""
    return blurred(count and count + unspoken(runs), _all_items(runs)) if guarded else count


def domains(runs: Sequence[Audited], *, small: bool, guarded: bool) -> Facts | None:
    """Return the largest domains by bytes; None if all runs are older ones.

    Args:
        runs: of `audited`.
        small: the provider is a small or medium enterprise.
        guarded: rows about persons and listed files may be missing.
    """
    known = _known(runs)
    if not known:
        return None
    hosts, rules = added([one.hosts for one in known], "host"), suffixes()
    table = by_domain(hosts, rules.rules)
    share = SMALL_SHARE if small else TOP_SHARE
    count = -(-len(table) * share // 100)
    order = pc.sort_indices(table, [("bytes", "descending"), ("domain", "ascending")])
    top = table.take(order[: min(count, SMALL_LIMIT) if small else count]).to_pylist()
    names = sorted(one["domain"] for one in top)
    number = blurred if guarded else int
    return {
        "domains": number(len(table)),
        "hosts": number(len(hosts)),
        "items": _total(runs, sum(one.items for one in known), guarded=guarded),
        "of": _all_items(runs),
        "share": None if small and count > SMALL_LIMIT else share,
        "suffixes": {"version": rules.version, "sha256": rules.sha256},
        "unknown_runs": len(runs) - len(known),
        "asked": all(run.origins.asked for run in runs if run.origins and "text" in run.seen.modalities),
        "top": [{"domain": name, "items": None, "bytes": None} for name in names]
        if guarded
        else [_sized(one) for one in top],
    }


def _sized(one: Mapping[str, Any]) -> Facts:
    """Return a domain with its numbers; the exact size of few files would tell which they are."""
    few = one["items"] < FEW
    size = _rounded(one["bytes"]) if few else one["bytes"]
    return {"domain": one["domain"], "items": show(one["items"]), "bytes": size}


def captured(runs: Sequence[Audited], *, guarded: bool) -> Facts | None:
    """Return the first and last day on which an item was fetched; None if nothing tells any.

    `items` is None where an older run tells days, but not of how many items.
    """
    known = _known(runs)
    days = [day for one in known for day in one.days]
    days += [moment.date().isoformat() for run in runs for moment in run.seen.captured]
    if not days:
        return None
    dated = sum(one.dated for one in known) if len(known) == len(runs) else 0
    shown = (_total(runs, dated, guarded=True) if guarded else show(dated)) if dated else None
    return {"first": min(days), "last": max(days), "items": shown}


@cache
def _parts() -> frozenset[str]:
    """Return scripts, regions and variants that CLDR knows, in small letters."""
    known = Locale("en")
    named = (*known.scripts, *known.territories, *known.variants)
    return frozenset(str(name).lower() for name in named)


@cache
def _languages() -> tuple[frozenset[str], Mapping[str, str]]:
    """Return the codes that CLDR knows, and codes by their English names."""
    named = {str(code): str(name) for code, name in Locale("en").languages.items()}
    return frozenset(code.replace("_", "-") for code in named), {
        name.casefold(): code.replace("_", "-") for code, name in named.items()
    }


def language_tag(stated: str) -> str:
    """Return what a dataset calls a language as a tag of BCP 47, by CLDR; empty if it is none.

    Codes of three letters become those of two where there are such; an English name becomes its code. What
    stands behind and is no script, region or variant is left out: anybody can write anything there.
    """
    codes, names = _languages()
    if stated.casefold() in names:
        return names[stated.casefold()]
    first, *more = stated.replace("_", "-").split("-")
    found = str(get_global("language_aliases").get(first.lower(), first.lower())).partition("_")[0]
    if found not in codes:
        return ""
    return "-".join((found, *(_subtag(part) for part in more if part.lower() in _parts())))


def _subtag(part: str) -> str:
    """Write a part of a tag as RFC 5646, 2.1.1 recommends: regions in capitals, scripts with one."""
    if len(part) == 2:  # noqa: PLR2004 - a region of ISO 3166-1
        return part.upper()
    return part.title() if len(part) == 4 and part.isalpha() else part.lower()  # noqa: PLR2004 - a script


def languages(runs: Sequence[Audited], *, guarded: bool) -> Facts | None:
    """Return items by language, as the dataset states it; None if nothing states any."""
    known = _known(runs)
    spoken = sum(one.spoken for one in known)
    if not spoken:
        return None
    counts: Counter[str] = Counter()
    for one in known:
        for stated, items in one.languages.items():
            counts[language_tag(stated)] += items
    other = counts.pop("", 0)
    number = blurred if guarded else show
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return {
        "items": _total(runs, spoken, guarded=guarded),
        "of": _all_items(runs),
        "tags": [{"language": tag, "items": number(items)} for tag, items in ranked],
        "not_known": number(other),
    }


def synthetic(runs: Sequence[Audited], *, guarded: bool) -> Facts | None:
    """Return items that say that a model has made them; None if an older run did not look for that."""
    if len(_known(runs)) < len(runs):
        return None
    number = blurred if guarded else show
    counts: Counter[str] = Counter()
    for run in runs:
        counts.update(run.seen.synthetic)
    shown: dict[str, Shown] = {name: number(counts[name]) for name in (WHOLLY, PARTLY)}
    used = [(run.manifest.get("signals") or {}).get("used") or {} for run in runs]
    return {**shown, "c2pa": all(one.get("c2pa") is True for one in used)}
