"""The labelled sentences of tests/data/personal, made from marked ones with computed check digits.

python -m tests.labelled        # writes the JSONL files anew
"""

import json
import re
from pathlib import Path

__all__ = ["Labelled", "made", "read"]

FOLDER = Path(__file__).parent / "data" / "personal"
_MARK = re.compile(r"\[([a-z_]+)\|([^\[\]]+)\]")


class Labelled(dict):
    """One sentence: `text` and `spans`, each [start, end, type] in code points."""


def _my_number(stem: str) -> str:
    """Append the check digit (Ordinance 85 of 2014 of the MIC, article 5)."""
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(int(d) * w for d, w in zip(stem, weights, strict=True)) % 11
    return stem + str(0 if rest <= 1 else 11 - rest)


_COMPUTED = {
    f"$MY{n}": _my_number(stem)
    for n, stem in enumerate(("00000000001", "99990000123", "00001234000", "12300000000"), 1)
}


def _label(line: str) -> Labelled:
    for mark, value in _COMPUTED.items():
        line = line.replace(mark, value)
    line = line.replace("\\n", "\n")
    text, spans, at = "", [], 0
    for m in _MARK.finditer(line):
        text += line[at : m.start()]
        spans.append([len(text), len(text) + len(m[2]), m[1]])
        text, at = text + m[2], m.end()
    return Labelled(text=text + line[at:], spans=spans)


def made(name: str = "marked") -> list[Labelled]:
    """Make the sentences from the marked ones."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [_label(line) for line in lines if line and not line.startswith("# ")]


def read(name: str = "marked") -> list[Labelled]:
    """Return the sentences as committed: `marked`, `later` or `care`."""
    rows = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [Labelled(json.loads(row)) for row in rows]


if __name__ == "__main__":
    for name in ("marked", "later", "care"):
        rows = [json.dumps(row, ensure_ascii=False) + "\n" for row in made(name)]
        (FOLDER / f"{name}.jsonl").write_text("".join(rows), encoding="utf-8")
