"""Three desks in three folders, and a messenger who carries files from outbox to inbox.

Each desk has its own SEKISHO_HOME, so that no desk can reach another's keys or registry by accident.
Commands are run exactly as they are shown; the command line itself is handed in by `sekisho.cli`.
"""

import contextlib
import io
import os
import shlex
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.text import Text

from sekisho.demo.sentences import Said
from sekisho.errors import SekishoError

__all__ = ["Answer", "Desk", "Run", "Stage", "size_of"]

Run = Callable[[Sequence[str]], int]
KILO = 1000


def size_of(count: int) -> str:
    """Write a number of bytes in kB or MB."""
    return f"{count / KILO:.1f} kB" if count < KILO * KILO else f"{count / KILO / KILO:.1f} MB"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said: exit code, standard output and standard error, without the last newline."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Desk:
    """One party's folder."""

    folder: Path

    @property
    def inbox(self) -> Path:
        """Where the messenger puts files for this party."""
        return self.folder / "inbox"

    @property
    def outbox(self) -> Path:
        """Where this party leaves files for others."""
        return self.folder / "outbox"

    def set_up(self) -> None:
        """Make the desk's folders."""
        for folder in (self.folder, self.inbox, self.outbox):
            folder.mkdir()


@contextlib.contextmanager
def _at(desk: Desk) -> Iterator[None]:
    """Sit down at a desk: its folder is the working directory, its home is SEKISHO_HOME."""
    before = os.environ.get("SEKISHO_HOME")
    os.environ["SEKISHO_HOME"] = str(desk.folder.absolute())
    try:
        with contextlib.chdir(desk.folder):
            yield
    finally:
        if before is None:
            del os.environ["SEKISHO_HOME"]
        else:
            os.environ["SEKISHO_HOME"] = before


def _typed(word: str) -> str:
    """Write a word as one would type it: quoted where a shell asks for it, patterns left alone."""
    return word if "*" in word and " " not in word else shlex.quote(word)


def _expanded(desk: Desk, word: str) -> Sequence[str]:
    """Expand a pattern of file names as a shell does."""
    if "*" not in word:
        return [word]
    return sorted(file.relative_to(desk.folder).as_posix() for file in desk.folder.glob(word))


@dataclass(slots=True)
class Stage:
    """Where the demo is played: what runs commands, and where everything is shown."""

    run: Run
    console: Console
    lang: str
    started: float = field(default_factory=time.perf_counter)

    def say(self, said: Said, style: str = "") -> None:
        """Show a line in the reader's language."""
        self.console.print(Text(said.ja if self.lang == "ja" else said.en, style))

    def act(self, said: Said) -> None:
        """Show the heading of an act."""
        self.console.print()
        self.console.rule(Text(said.ja if self.lang == "ja" else said.en, "bold"), align="left", style="red")

    def command(self, desk: Desk, *words: str, show: bool = True, expect: int = 0) -> Answer:
        """Run one command at a desk, after showing it as one would type it.

        Raises:
            SekishoError: the exit code is not the expected one; the message is the command's own.
        """
        if show:
            line = Text(f"  {desk.folder.name}$ ", "dim")
            self.console.print(line.append(" ".join(map(_typed, ["sekisho", *words])), "cyan"))
        words = tuple(real for word in words for real in _expanded(desk, word))
        out, err = io.StringIO(), io.StringIO()
        with _at(desk), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = self.run(words)
        if code != expect:
            said = err.getvalue().strip() or out.getvalue().strip()
            raise SekishoError(
                f"sekisho {shlex.join(words)} ended with exit code {code}: {said}",
                hint=f"run it again in {desk.folder} with SEKISHO_HOME={desk.folder.absolute()}",
            )
        return Answer(code, out.getvalue().rstrip("\n"), err.getvalue().rstrip("\n"))

    def carry(self, sender: Desk, receiver: Desk, pattern: str = "*") -> int:
        """Carry files from an outbox to an inbox and return how many bytes that were."""
        files = sorted(sender.outbox.glob(pattern))
        for file in files:
            shutil.copyfile(file, receiver.inbox / file.name)
        total = sum(file.stat().st_size for file in files)
        what = files[0].name if len(files) == 1 else Said(f"{len(files)}個のファイル", f"{len(files)} files")
        shown = what if isinstance(what, str) else what.ja if self.lang == "ja" else what.en
        arrow = f"  ✉ {sender.folder.name}/outbox → {receiver.folder.name}/inbox  {shown}, {size_of(total)}"
        self.console.print(Text(arrow, "yellow"))
        return total
