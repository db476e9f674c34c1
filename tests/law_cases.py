"""The six worked cases of `examples/cases`, read and concluded."""

from pathlib import Path

from sekisho.rules.conclude import Conclusion, conclude, packs_for
from sekisho.rules.factfile import FactFile, read_facts
from sekisho.rules.shipped import shipped_packs
from sekisho.rules.vocabulary import shipped_vocabulary

CASES = Path(__file__).resolve().parents[1] / "examples" / "cases"
NAMES = tuple(sorted(path.stem for path in CASES.glob("*.toml")))


def known(name: str) -> FactFile:
    """Read one of the cases."""
    return read_facts((CASES / f"{name}.toml").read_bytes(), name, shipped_vocabulary())


def concluded(name: str, **changed) -> Conclusion:
    """Return what the packs say about one of the cases, with some facts changed (a_b stands for a.b)."""
    case = known(name)
    facts = {**case.facts, **{key.replace("__", "."): value for key, value in changed.items()}}
    packs = packs_for(shipped_packs(), case.jurisdictions)
    return conclude(packs, facts, case.on, shipped_vocabulary())
