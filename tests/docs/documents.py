"""What the tests of this folder read: the tracked files, and the parts of a Markdown file."""

import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

__all__ = ["ROOT", "code_blocks", "commands", "headings", "markdown", "modules", "tracked"]

ROOT = Path(__file__).resolve().parents[2]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) ", re.MULTILINE)


def tracked() -> Sequence[Path]:
    """Return the files that are in the repository or would be added to it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - of the system
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return sorted(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def modules() -> Sequence[Path]:
    """Return the modules of the package."""
    return sorted((ROOT / "src" / "sekisho").rglob("*.py"))


def markdown() -> Sequence[Path]:
    """Return the documents that a person reads."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def code_blocks(text: str) -> Sequence[tuple[str, str]]:
    """Return language and content of each fenced block."""
    return [(m[1], m[2]) for m in _FENCE.finditer(text)]


def headings(text: str) -> Sequence[int]:
    """Return the level of each heading outside of fenced blocks."""
    return [len(m[1]) for m in _HEADING.finditer(_FENCE.sub("", text))]


def commands(text: str, program: str) -> Iterator[str]:
    """Yield the lines of `sh` blocks that call a program; a backslash continues a line."""
    for language, block in code_blocks(text):
        if language == "sh":
            for line in block.replace("\\\n", " ").splitlines():
                if line.startswith(f"{program} "):
                    yield line
