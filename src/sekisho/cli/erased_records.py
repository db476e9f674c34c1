"""`sekisho erase --apply --run`: rows that show an erased person are blanked, as a notice asks."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sekisho.audit.erased import kept_erased
from sekisho.audit.files import part_name
from sekisho.audit.shape import checked_manifest
from sekisho.cli.likeness.dropped import dropped_pictures
from sekisho.cli.say import note
from sekisho.cli.signers import signer_named
from sekisho.codec import parse_plain
from sekisho.codec.erased import ERASED_FILE, Erased, ErasedPart, encode_erased
from sekisho.errors import NotFoundError, RefusedError
from sekisho.model import KeyId
from sekisho.signing import ERASED, sign_statement
from sekisho.store.clock import today
from sekisho.store.erasing import blank_part, drop_index, erase_generations, write_part
from sekisho.store.generations import Generations
from sekisho.store.runs import RunDirectory, lock_run

__all__ = ["erase_in_records"]


class _Asked(NamedTuple):
    """What is to be blanked, because of which notices, and for whom."""

    photos: Sequence[bytes]
    notices: Sequence[bytes]
    recipients: Sequence[KeyId]


def erase_in_records(
    sections: Sequence[Path],
    notices: Sequence[Path],
    runs: Sequence[Path],
    generations: Sequence[Path],
    *,
    recipients: Sequence[KeyId],
) -> None:
    """Blank the rows and records that show what notices have taken out of sections.

    Args:
        sections: to which the notices were applied.
        notices: verified.
        runs: RUN directories of the operator to whom the notices are.
        generations: GENERATIONS directories of that operator.
        recipients: keys of this machine.

    Raises:
        RefusedError: records of an operator whose key is not here.
        EvidenceError: a part or segment is not what was recorded.
    """
    if not runs and not generations:
        return
    photos = {one for section in sections for one in dropped_pictures(section, recipients)}
    asked = _Asked(sorted(photos), [file.read_bytes().strip() for file in notices], recipients)
    for run in runs:
        _erase_run(run, asked)
        note(f"{run}: rows that show it are blank; `sekisho verify` says so")
    for folder in generations:
        store = Generations.open(folder)
        _check_operator(folder, store.operator, asked)
        erase_generations(store, asked.photos)
        note(f"{folder}: records that show it are blank")


def _check_operator(place: Path, operator: KeyId, asked: _Asked) -> None:
    if operator not in asked.recipients:
        raise RefusedError(f"{place} is of {operator}, whose key is not here", hint="that operator erases it")


def _erase_run(run: Path, asked: _Asked) -> None:
    files = RunDirectory(run)
    raw = files.read("manifest.json")
    if raw is None:
        raise NotFoundError(f"there is no {run}/manifest.json", hint="name a finished RUN directory")
    with lock_run(files):
        manifest, known = checked_manifest(parse_plain(raw)), kept_erased(files)
        operator = KeyId(manifest["operator"]["key"])
        _check_operator(run, operator, asked)
        signer = signer_named(operator)
        drop_index(run)
        before = {} if known is None else known.parts
        places = [
            (unit["id"], run / part_name(unit["id"]), unit["part_sha256"]) for unit in manifest["units"]
        ]
        # Twice: what is going to be there is said before anything is changed, and not held in memory.
        parts: dict[str, ErasedPart] = {}
        for unit, path, named in places:
            made = blank_part(path, named, before.get(unit), asked.photos)
            if made is not None:
                parts[unit] = made.part
        if parts:
            erased = Erased(
                manifest=hashlib.sha256(raw).hexdigest(),
                notices=tuple(sorted({*asked.notices, *(() if known is None else known.notices)})),
                on=today(),
                operator=operator,
                parts={**before, **parts},
            )
            statement = sign_statement(ERASED, encode_erased(erased), signer)
            files.write(ERASED_FILE, statement + b"\n", private=True)
        for unit, path, named in places:
            made = blank_part(path, named, before.get(unit), asked.photos) if unit in parts else None
            if made is not None:
                write_part(path, made.data)
        drop_index(run)
