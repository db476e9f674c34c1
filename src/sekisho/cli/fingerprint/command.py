"""`sekisho fingerprint`: the only command of a holder that reads works, and it only reads them."""

import os
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from sekisho.cli.fingerprint.aside import without_asides
from sekisho.cli.fingerprint.progress import PagesProgress
from sekisho.cli.fingerprint.report import Told
from sekisho.cli.fingerprint.running import fingerprint_all, finished, read_done
from sekisho.cli.say import note
from sekisho.cli.submission import Flag, signer_or_new
from sekisho.errors import NotFoundError
from sekisho.fingerprint import warm_up
from sekisho.fingerprint.passages import warm_up as warm_up_texts
from sekisho.media.books import BookKind, require_pdf
from sekisho.registry.fingerprinted import FileLimits, Made, Only
from sekisho.registry.journal import header
from sekisho.registry.placing import placed
from sekisho.registry.prints import print_lines
from sekisho.registry.selection import select
from sekisho.registry.written import work_form
from sekisho.store.atomic import refuse_existing, write_atomic
from sekisho.store.keys import FileSigner
from sekisho.store.machine import cores
from sekisho.store.prints_journal import Journal, journal_path
from sekisho.store.works import Work, list_works

__all__ = ["fingerprint"]

Positive = Annotated[int, Parameter(validator=Number(gte=1))]

EXIT_INCOMPLETE = 3


def _works(paths: Sequence[Path], output: Path, only: Only | None) -> Sequence[Work]:
    """List what is to be read, without what this command writes itself and what is no work."""
    if not paths:
        raise NotFoundError("no folder or file was given", hint="sekisho fingerprint ./works -o prints.jsonl")
    own = {os.fsencode(path.absolute()) for path in (output, journal_path(output))}
    works = without_asides((work for work in list_works(paths) if work.path not in own), paths, only)
    if only is not Only.TEXTS and any(work.kind is BookKind.PDF for work in works):
        require_pdf()
    return works


def _read_all(works: Sequence[Work], journal: Journal, *, only: Only | None, jobs: int) -> dict[bytes, int]:
    """Fingerprint every file that is not in the journal yet."""
    places = finished(works, journal)
    if places:
        note(f"{len(places)} of {len(works)} files were finished before")
    left = [work for work in works if work.path not in places]
    if only is not Only.TEXTS:
        warm_up()
    if only is not Only.PICTURES and any(w.kind is BookKind.EPUB or work_form(w.name) for w in left):
        warm_up_texts()
    with PagesProgress(len(left), sum(work.size for work in left)) as progress:
        limits = FileLimits(only=only)
        fingerprint_all(works, journal, places, limits=limits, jobs=jobs, watching=progress)
    return places


class _Answers:
    """The answers for all files, read from the journal anew each time they are asked for."""

    def __init__(self, works: Sequence[Work], journal: Journal, places: dict[bytes, int]) -> None:
        self._source = works, journal, places

    def __iter__(self) -> Iterator[tuple[str, bytes, Made]]:
        return read_done(*self._source)


def _write(
    answers: _Answers, output: Path, signer: FileSigner, *, as_one: bool, keep_all: bool, force: bool
) -> Told:
    """Choose the pages and write the signed file, if any page is left."""
    selection = select(placed(answers, as_one=as_one), keep_all=keep_all)
    volumes = max((file.volume for file in placed(answers, as_one=as_one)), default=0)
    told = Told()
    prints = told.prints(placed(answers, as_one=as_one, several=volumes > 1), selection)
    first = next(prints, None)
    if first is not None:
        lines = print_lines(chain((first,), prints), signer, as_one=as_one)
        told.summary(write_atomic(output, lines, force=force), output)
    return told


def fingerprint(
    *paths: Path,
    output: Annotated[Path, Parameter(name=("--output", "-o"))],
    holder: str,
    as_one: Flag = False,
    only: Literal["pictures", "texts"] | None = None,
    keep_all_pages: Flag = False,
    resume: Flag = False,
    jobs: Positive | None = None,
    force: Flag = False,
) -> int:
    """Make fingerprints of your own works; the files stay where they are.

    Reads every picture, volume (CBZ, ZIP, EPUB, PDF) and text (.txt, .md, .html, EPUB
    whose text flows) below PATHS and writes a signed file of fingerprints. Nothing of a
    picture can be seen in it, and no text read. File names stay in it and are never
    registered. A volume is one entry; its blank pages, its colophon and pages that other
    volumes have too are left out and listed; so are texts of a folder that are no works
    by their names (README, LICENSE, captions beside pictures). Exit code 3 if a file
    could not be read.

    Example: sekisho fingerprint ./works -o prints.jsonl --holder aozora

    Args:
        paths: Folders and files.
        output: The file of fingerprints to write.
        holder: The key that signs; a name that is new makes a key.
        as_one: Everything is one entry: the volumes of a series, a character's sheets.
        only: Only pictures and volumes of them, or only texts.
        keep_all_pages: Leave no page of a volume out.
        resume: Go on with an interrupted try.
        jobs: Worker processes; default: one per core.
        force: Replace the output, or what an interrupted try has left.
    """
    refuse_existing(output, force=force)
    scope = Only(only) if only is not None else None
    works = _works(paths, output, scope)
    signer = signer_or_new(holder)
    with Journal(journal_path(output), header(scope), resume=resume, force=force) as journal:
        try:
            answers = _Answers(works, journal, _read_all(works, journal, only=scope, jobs=jobs or cores()))
            told = _write(answers, output, signer, as_one=as_one, keep_all=keep_all_pages, force=force)
        except KeyboardInterrupt:
            note("what is finished is kept: go on with the same command and --resume")
            raise
        journal.remove()
    if not told.count:
        raise NotFoundError("there is no picture or text that could be read", hint="nothing was written")
    return EXIT_INCOMPLETE if told.incomplete else 0
