"""`sekisho fingerprint`: the only command of a holder that reads works, and it only reads them."""

import os
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from sekisho.cli.fingerprint.aside import without_asides
from sekisho.cli.fingerprint.likeness import fingerprint_likeness
from sekisho.cli.fingerprint.progress import PagesProgress
from sekisho.cli.fingerprint.report import Told
from sekisho.cli.fingerprint.running import fingerprint_all, finished, read_done
from sekisho.cli.parameters import Flag
from sekisho.cli.say import note
from sekisho.cli.signers import signer_or_new
from sekisho.errors import NotFoundError, UsageError
from sekisho.fingerprint import warm_up
from sekisho.fingerprint.passages import warm_up as warm_up_texts
from sekisho.media.books import BookKind, require_pdf
from sekisho.registry.fingerprinted import FileLimits, Made, Only
from sekisho.registry.journal import header
from sekisho.registry.placing import placed
from sekisho.registry.prints import print_lines
from sekisho.registry.seen import Sight
from sekisho.registry.seen import warm_up as warm_up_sight
from sekisho.registry.selection import select
from sekisho.registry.written import work_form
from sekisho.store.atomic import refuse_existing, write_atomic
from sekisho.store.keys import FileSigner
from sekisho.store.machine import cores
from sekisho.store.models import Models
from sekisho.store.prints_journal import Journal, journal_path
from sekisho.store.works import Work, list_works

__all__ = ["fingerprint"]

Positive = Annotated[int, Parameter(validator=Number(gte=1))]

EXIT_INCOMPLETE = 3
WITH_LOCAL = (
    "local features are for drawn works only: whoever holds them can draw a rough likeness of a picture,"
    " and every edition of the registry has them; never use --local for photographs of persons"
)


def _works(paths: Sequence[Path], output: Path, only: Only | None) -> Sequence[Work]:
    """List what is to be read, without what this command writes itself and what is no work."""
    if not paths:
        raise NotFoundError("no folder or file was given", hint="sekisho fingerprint ./works -o prints.jsonl")
    own = {os.fsencode(path.absolute()) for path in (output, journal_path(output))}
    works = without_asides((work for work in list_works(paths) if work.path not in own), paths, only)
    if only is not Only.TEXTS and any(work.kind is BookKind.PDF for work in works):
        require_pdf()
    return works


def _read_all(
    works: Sequence[Work], journal: Journal, limits: FileLimits, models: Models | None, jobs: int
) -> dict[bytes, int]:
    """Fingerprint every file that is not in the journal yet."""
    only = limits.only
    places = finished(works, journal)
    if places:
        note(f"{len(places)} of {len(works)} files were finished before")
    left = [work for work in works if work.path not in places]
    if only is not Only.TEXTS:
        warm_up()
        warm_up_sight(limits.sight)
    if only is not Only.PICTURES and any(w.kind is BookKind.EPUB or work_form(w.name) for w in left):
        warm_up_texts()
    with PagesProgress(len(left), sum(work.size for work in left)) as progress:
        fingerprint_all(works, journal, places, limits=limits, jobs=jobs, watching=progress, models=models)
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


def _asked(model: Sequence[str], directory: Path | None) -> tuple[Models | None, list[str]]:
    """Return the encoders that are asked for, and their ids: one that is none is refused at once."""
    if not model:
        return None, []
    # Encoders need an extra, and are loaded only where they were asked for.
    from sekisho.cli.encoders import opened_encoders  # noqa: PLC0415

    models = Models(encoders=tuple(dict.fromkeys(model)), directory=directory)
    return models, sorted(encoder.spec.model for encoder in opened_encoders(models))


def _more(sight: Sight, ids: list[str]) -> dict[str, object]:
    """Return what is asked for besides hashes, as the journal says it; and tell what is given away."""
    if sight.local:
        note(WITH_LOCAL)
    more = {"local": sight.local, "panels": sight.panels, "models": ids}
    return {key: value for key, value in more.items() if value}


def fingerprint(
    *paths: Path,
    output: Annotated[Path, Parameter(name=("--output", "-o"))],
    holder: str,
    as_one: Flag = False,
    only: Literal["pictures", "texts"] | None = None,
    local: Flag = False,
    model: Annotated[Sequence[str], Parameter(negative=())] = (),
    panels: Flag = False,
    models_directory: Path | None = None,
    likeness: Flag = False,
    keep_all_pages: Flag = False,
    resume: Flag = False,
    jobs: Positive | None = None,
    force: Flag = False,
) -> int:
    """Make fingerprints of your own works; the files stay where they are.

    Reads every picture, film, volume (CBZ, ZIP, EPUB, PDF) and text (.txt, .md, .html,
    EPUB whose text flows) below PATHS and writes a signed file of fingerprints. Nothing
    of a picture can be seen in it, and no text read, unless you ask for --local. File
    names stay in it and are never registered. A volume is one entry; its blank pages, its
    colophon and pages that other volumes have too are left out and listed; so are texts
    of a folder that are no works by their names (README, LICENSE, captions beside
    pictures). Exit code 3 if a file could not be read.

    With --local the file, the registration and every edition of the registry hold local
    features of each picture: parts of it are found too, in crops, collages and tracings.
    They are for drawn works only, since whoever holds them can draw a rough likeness of
    the picture. What a camera took is fingerprinted without them.

    With --likeness PATHS are photos of one person, to be registered as such: only their
    hashes are written, no name of a file and nothing of what the camera noted.

    Example: sekisho fingerprint ./works -o prints.jsonl --holder aozora

    Args:
        paths: Folders and files.
        output: The file of fingerprints to write.
        holder: The key that signs; a name that is new makes a key.
        as_one: Everything is one entry: the volumes of a series, a character's sheets.
        only: Only pictures and volumes of them, or only texts.
        local: Make local features too: only of drawn works, never of photographs of persons.
        model: Make vectors by an encoder too: sscd-distilled, sscd, or the path of a description
            (several are possible).
        panels: Make each panel of a comic page a fingerprint of its own: panels are copied by themselves.
        models_directory: Folder of the encoders' files.
        likeness: They are photos of one person: yourself, or somebody for whom you may decide.
        keep_all_pages: Leave no page of a volume out.
        resume: Go on with an interrupted try.
        jobs: Worker processes; default: one per core.
        force: Replace the output, or what an interrupted try has left.
    """
    if likeness:
        if as_one or only or local or model or panels or keep_all_pages or resume:
            raise UsageError(
                "of photos of a person there are hashes and nothing else",
                hint="leave the other options out: --likeness goes with -o, --holder and --force alone",
            )
        return fingerprint_likeness(paths, output, holder, force=force)
    refuse_existing(output, force=force)
    scope = Only(only) if only is not None else None
    works = _works(paths, output, scope)
    signer = signer_or_new(holder)
    limits = FileLimits(only=scope, sight=Sight(local=local, panels=panels))
    models, ids = _asked(model, models_directory)
    stamp = header(scope, _more(limits.sight, ids))
    with Journal(journal_path(output), stamp, resume=resume, force=force) as journal:
        try:
            places = _read_all(works, journal, limits, models, jobs or cores())
            answers = _Answers(works, journal, places)
            told = _write(answers, output, signer, as_one=as_one, keep_all=keep_all_pages, force=force)
        except KeyboardInterrupt:
            note("what is finished is kept: go on with the same command and --resume")
            raise
        journal.remove()
    if not told.count:
        raise NotFoundError("there is no picture or text that could be read", hint="nothing was written")
    return EXIT_INCOMPLETE if told.incomplete else 0
