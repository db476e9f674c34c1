"""`sekisho fingerprint`: the only command of a holder that reads works, and it only reads them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.progress import track

from sekisho.cli.say import complain, note, say
from sekisho.cli.submission import Flag, signer_or_new
from sekisho.errors import NotFoundError
from sekisho.media import Limits
from sekisho.registry.fingerprinted import Made, prints_of_file
from sekisho.registry.prints import encode_prints
from sekisho.store.atomic import refuse_existing, write_atomic
from sekisho.store.works import list_works, read_work

__all__ = ["fingerprint"]

EXIT_INCOMPLETE = 3


def _all(works: Sequence[tuple[str, Path]]) -> Iterator[Made]:
    console = Console(stderr=True)
    shown = track(works, "fingerprinting", console=console, disable=not console.is_terminal, transient=True)
    for name, path in shown:
        made = prints_of_file(name, partial(read_work, path), Limits())
        if made.low_detail:
            note(f"{name}: too little detail, only the identical file will be found (SHA-256)")
        if made.problem is not None:
            complain(f"{name}: {made.problem.reason} {made.problem.detail}".rstrip())
        yield made


def _summary(made: Sequence[Made], size: int, output: Path) -> None:
    counts = Counter("unreadable" if m.problem else "not media" if not m.prints else "made" for m in made)
    low = sum(m.low_detail for m in made)
    prints = sum(len(m.prints) for m in made)
    say(f"{counts['made']} files, {prints} fingerprints -> {output} ({size} bytes)")
    say(f"{low} by SHA-256 only, {counts['unreadable']} unreadable, {counts['not media']} not media")


def fingerprint(
    *paths: Path,
    output: Annotated[Path, Parameter(name=("--output", "-o"))],
    holder: str,
    force: Flag = False,
) -> int:
    """Make fingerprints of your own works; the files stay where they are.

    Reads every picture below PATHS and writes a signed file of fingerprints.
    Nothing of a picture can be seen in it. File names stay in it and are never
    registered. Exit code 3 if a file could not be read.

    Example: sekisho fingerprint ./works -o prints.jsonl --holder aozora

    Args:
        paths: Folders and files.
        output: The file of fingerprints to write.
        holder: The key that signs; a name that is new makes a key.
        force: Replace the output if it is there.
    """
    if not paths:
        raise NotFoundError("no folder or file was given", hint="sekisho fingerprint ./works -o prints.jsonl")
    refuse_existing(output, force=force)
    works = list_works(paths)
    signer = signer_or_new(holder)
    made = list(_all(works))
    prints = [p for m in made for p in m.prints]
    if not prints:
        raise NotFoundError("there is no picture that could be read", hint="nothing was written")
    size = write_atomic(output, (encode_prints(prints, signer),), force=force)
    _summary(made, size, output)
    return EXIT_INCOMPLETE if any(m.problem for m in made) else 0
