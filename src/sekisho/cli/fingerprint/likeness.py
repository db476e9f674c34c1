"""`sekisho fingerprint --likeness`: photos of a person. Their hashes are written down, and nothing else.

No name of a file, no EXIF, no local feature, no vector, and no journal of what was read: an interrupted
try leaves nothing behind.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from sekisho.cli.say import complain, note, say
from sekisho.cli.signers import signer_or_new
from sekisho.errors import NotFoundError, UsageError
from sekisho.fingerprint import warm_up
from sekisho.model import Print
from sekisho.model.likeness import MOST_PHOTOS
from sekisho.registry.fingerprinted import FileLimits, Only, made_of_file
from sekisho.registry.prints import print_lines
from sekisho.store.atomic import refuse_existing, write_atomic
from sekisho.store.works import Work, list_works, opened

__all__ = ["fingerprint_likeness"]

EXIT_INCOMPLETE = 3
_LIMITS = FileLimits(only=Only.PICTURES)
_LOW = "take a photo with more detail or contrast: one of too little would match photos of strangers"


def _problem(work: Work, page_count: int, problem: str) -> str:
    if problem:
        return problem
    if work.kind is not None:
        return "a volume; give single photos"
    return "no picture" if not page_count else ""


def _photos(works: Sequence[Work], refused: list[str]) -> Iterator[Print]:
    """Yield the print of each photo; of a picture that moves, of its first frame with enough detail."""
    seen: set[bytes] = set()
    for work in works:
        with opened(work) as reader:
            made = made_of_file(work.name, reader, _LIMITS)
        problem = str(made.problem.reason) if made.problem is not None else ""
        why = "a film; give single photos" if made.film else _problem(work, len(made.pages), problem)
        if not why and not made.pages[0].good:
            why = "too little detail"
        if why:
            refused.append(work.name)
            complain(f"{work.name}: left out: {why}", _LOW if why == "too little detail" else "")
            continue
        page = made.pages[0]
        if page.sha256 not in seen:
            seen.add(page.sha256)
            pdq, quality = page.good[0]
            yield Print(sha256=page.sha256, pdq=pdq, quality=quality)


def fingerprint_likeness(paths: Sequence[Path], output: Path, holder: str, *, force: bool) -> int:
    """Write the hashes of photos of one person to a signed file.

    Args:
        paths: photos, and folders of them.
        output: the file to write.
        holder: the key that signs; a name that is new makes a key.
        force: replace the output.

    Returns:
        The exit code: 3 if a photo was left out.

    Raises:
        NotFoundError: there is no photo that can be registered.
        UsageError: too many photos for one registration.
    """
    refuse_existing(output, force=force)
    own = os.fsencode(output.absolute())
    works = [work for work in list_works(paths) if work.path != own]
    signer = signer_or_new(holder)
    warm_up()
    refused: list[str] = []
    prints = list(_photos(works, refused))
    if not prints:
        raise NotFoundError("there is no photo that can be registered", hint=_LOW)
    if len(prints) > MOST_PHOTOS:
        raise UsageError(f"at most {MOST_PHOTOS} photos are one registration", hint="make several files")
    write_atomic(output, print_lines(prints, signer, likeness=True), force=force, mode=0o600)
    say(f"{len(prints)} photos -> {output}; {len(refused)} left out")
    note("it holds hashes and no name: sekisho register --kind likeness")
    return EXIT_INCOMPLETE if refused else 0
