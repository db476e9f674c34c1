"""How much of a run had rights signals, and what they come to: counts of a unit, and their sum.

Coverage is always said: what nobody could look for was not absent.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sekisho.detect.signals.resolve import ASKED
from sekisho.detect.signals.stated import stricter
from sekisho.model import Decision, Purpose, Signal, SignalFamily, SignalUse, Stance, Use

__all__ = ["read_stances", "signal_counts", "signal_totals", "stance_for"]


def read_stances(text: str) -> dict[SignalUse, Stance]:
    """Read stances as a row has them, such as `tdm=disallow;input=allow`.

    Raises:
        ValueError: no such words as an audit writes.
    """
    pairs = (part.partition("=") for part in text.split(";") if part)
    return {SignalUse(use): Stance(stance) for use, _, stance in pairs}


def stance_for(stances: Mapping[SignalUse, Stance], purpose: Purpose) -> Stance:
    """Return what stances come to for a purpose, as `Resolved.of` does."""
    asked = ASKED[purpose]
    found = [stances.get(one, Stance.UNKNOWN) for one in asked]
    for stance in (Stance.DISALLOW, Stance.ERROR):
        if stance in found:
            return stance
    return found[0] if found else Stance.UNKNOWN


def _of_family(signals: Iterable[Signal], use: Use) -> dict[str, str]:
    """Return for each family the strictest that it says about the use."""
    said: dict[str, Stance] = {}
    for signal in signals:
        if signal.family is SignalFamily.SOURCE_TYPE:
            continue
        stance = stance_for(signal.stances, use.purpose)
        name = signal.family.value
        said[name] = stricter(said.get(name, Stance.UNKNOWN), stance)
    return {name: stance.value for name, stance in said.items()}


def signal_counts(counted: Iterable[tuple[Decision, int]], use: Use) -> dict[str, Any]:
    """Count the items of a unit: with a signal, by what they come to, and by family.

    Args:
        counted: decisions, and of how many items each is (`Rows.counted`).
        use: whose purpose is asked about.
    """
    stances: Counter[str] = Counter()
    families: dict[str, Counter[str]] = {}
    seen: dict[int, dict[str, str]] = {}
    with_signal = 0
    for decision, items in counted:
        signals = decision.signals
        if not signals:
            continue
        if id(signals) not in seen:
            seen[id(signals)] = _of_family(signals, use)
        if not seen[id(signals)]:
            continue  # how it was made, and nothing about rights
        with_signal += items
        stances[stance_for(decision.stances, use.purpose).value] += items
        for family, stance in seen[id(signals)].items():
            families.setdefault(family, Counter())[stance] += items
    return {
        "items": with_signal,
        "stances": dict(sorted(stances.items())),
        "families": {name: dict(sorted(counts.items())) for name, counts in sorted(families.items())},
    }


def signal_totals(commits: Sequence[Mapping[str, Any]], used: Mapping[str, object]) -> dict[str, Any]:
    """Add up the counts of all units.

    Args:
        commits: of all units; those of an older layout count nothing.
        used: by what signals were read, as in the job.
    """
    counts = [commit["signals"] for commit in commits if "signals" in commit]
    stances: Counter[str] = Counter()
    families: dict[str, Counter[str]] = {}
    for one in counts:
        stances.update(one["stances"])
        for name, by_stance in one["families"].items():
            families.setdefault(name, Counter()).update(by_stance)
    return {
        "items": sum(one["items"] for one in counts),
        "of": sum(commit["rows"] for commit in commits),
        "stances": dict(sorted(stances.items())),
        "families": {name: dict(sorted(by.items())) for name, by in sorted(families.items())},
        "used": dict(used),
    }
