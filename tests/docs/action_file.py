"""Read action.yml: the few forms of YAML that it uses, and nothing else."""

import re
from collections.abc import Mapping, Sequence

from tests.docs.documents import ROOT

__all__ = ["TEXT", "audit_script", "environment", "inputs", "run_blocks", "sekisho_lines", "uses"]

TEXT = (ROOT / "action.yml").read_text(encoding="utf-8")


def _section(name: str) -> str:
    """Return the lines of a top-level key."""
    return re.search(rf"^{name}:\n((?:[ ].*\n|\n)+)", TEXT, re.MULTILINE)[1]


def inputs() -> Mapping[str, Mapping[str, str]]:
    """Return each input with its fields."""
    found = {}
    for m in re.finditer(r"^  ([a-z-]+):\n((?:    .+\n)+)", _section("inputs"), re.MULTILINE):
        found[m[1]] = {
            key: value.strip('"') for key, value in re.findall(r"^    (\w+): (.+)$", m[2], re.MULTILINE)
        }
    return found


def run_blocks() -> Sequence[str]:
    """Return the shell scripts."""
    blocks = re.findall(r"^      run: \|\n((?:        .*\n|\n)+)", TEXT, re.MULTILINE)
    return [re.sub(r"^ {8}", "", block, flags=re.MULTILINE) for block in blocks]


def environment(script: str) -> Mapping[str, str]:
    """Return variable -> expression of the step that a script belongs to."""
    first = script.splitlines()[0]
    before = TEXT.partition(first)[0].rpartition("      env:\n")[2]
    return dict(re.findall(r"^        (\w+): (.+)$", before, re.MULTILINE))


def audit_script() -> str:
    """Return the script that runs the audit."""
    (script,) = [block for block in run_blocks() if "sekisho audit" in block]
    return script


def sekisho_lines(script: str) -> Sequence[str]:
    """Return the lines of a script that call sekisho."""
    return [line.strip() for line in script.splitlines() if line.strip().startswith("sekisho ")]


def uses() -> Sequence[str]:
    """Return the actions that it calls."""
    return re.findall(r"^    (?:- |  )uses: (\S+)$", TEXT, re.MULTILINE)
