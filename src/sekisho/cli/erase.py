"""`sekisho erase`: what is known about a person is destroyed, at the registry and where sections went."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sekisho.cli.erased_records import erase_in_records
from sekisho.cli.given import given_bytes
from sekisho.cli.likeness.dropped import section_head
from sekisho.cli.parameters import Flag
from sekisho.cli.say import note, say
from sekisho.cli.signers import signer_named
from sekisho.cli.submission import registry_at
from sekisho.errors import NotFoundError, UsageError
from sekisho.registry.erasure import Notice, erasure_record, notices_for, open_notice, sign_notice
from sekisho.registry.protected import decode_section
from sekisho.store.atomic import write_atomic
from sekisho.store.clock import now, today
from sekisho.store.dropped import keep_notice
from sekisho.store.home import home_dir
from sekisho.store.keys import FileSigner, known_keys
from sekisho.store.likenesses import Likenesses
from sekisho.store.records import Records
from sekisho.store.vault import Vault

__all__ = ["erase"]

_CHANCE = 32
_GONE = "what was erased is gone for good; nobody can bring it back"


def _apply(
    notices: Sequence[Path], sections: Sequence[Path], runs: Sequence[Path], generations: Sequence[Path]
) -> None:
    if not sections:
        raise UsageError("name the sections too", hint="sekisho erase --apply NOTICE NAME.protected...")
    own = [k.key for k in known_keys() if k.private]
    for section in sections:
        registry = section_head(section).registry
        for file in notices:
            envelope = given_bytes(file)
            open_notice(envelope, registry=registry, recipients=own)
            new = keep_notice(section, envelope)
            # How many of them were rows of this section would say how many photos somebody had registered.
            note(
                f"{section}: {file.name} is applied" if new else f"{section}: {file.name} was applied before"
            )
    erase_in_records(sections, notices, runs, generations, recipients=own)
    say("applied")
    note(
        "the file of a section still has the codes: take a new one from the registry, and delete the old one"
    )


def _tell(notices: Sequence[Notice], signer: FileSigner, outbox: Path) -> None:
    """Write the notices before anything is erased: afterwards nobody knows the handles."""
    outbox.mkdir(parents=True, exist_ok=True, mode=0o700)
    for notice in notices:
        data = sign_notice(notice, signer, chance=os.urandom(_CHANCE))
        file = outbox / f"erasure-{os.urandom(8).hex()}.json"
        write_atomic(file, (data,), mode=0o600)
        say(f"{file}  for {notice.recipient}")


def _erase_registered(entry: str, registry: str | None, reason: str, outbox: Path) -> None:
    database = registry_at(registry)
    key = database.root()[0].registry
    signer, vault = signer_named(key), Likenesses.find(key)
    stated = vault.stated(entry) if vault is not None else None
    if vault is None or stated is None:
        raise NotFoundError(f"{entry} is not here; it may have been erased before")
    sections = [decode_section(record) for record in vault.sections_of(entry)]
    notices = notices_for(stated, sections, registry=key, on=today())
    record = erasure_record(on=today(), reason=reason, notices=len(notices), chance=os.urandom(_CHANCE))
    _tell(notices, signer, outbox)
    vault.erase(entry, record, now())
    note(f"erased; {len(notices)} recipients are to be told; the log gets it with the next batch")
    note(_GONE)


def _erase_subject(subject: str, folder: Path, reason: str) -> None:
    if not (folder / "keys.sqlite").is_file():
        raise NotFoundError(
            f"there is no vault {folder}", hint="name the folder that has keys.sqlite: --vault PATH"
        )
    opened = Vault.open(folder)
    if not opened.holds(subject) and not opened.was_shredded(subject):
        raise NotFoundError(f"nothing is kept about {subject[:40]!r} in {folder}", hint="give its whole id")
    record = erasure_record(on=today(), reason=reason, notices=0, chance=os.urandom(_CHANCE))
    gone = Likenesses(Records.open(opened)).erase(subject, record, now())
    note(f"erased, and {gone} records of it; the log gets that with the next batch")
    note(_GONE)


def erase(
    *what: str,
    subject: str = "",
    vault: Path | None = None,
    apply: Annotated[Sequence[Path], Parameter(negative=())] = (),
    reason_code: Literal[
        "withdrawn", "consent-ended", "false-registration", "of-age", "court", "other"
    ] = "withdrawn",
    outbox: Path | None = None,
    run: Annotated[Sequence[Path], Parameter(negative=())] = (),
    generations: Annotated[Sequence[Path], Parameter(negative=())] = (),
    registry: str | None = None,
    yes: Flag = False,
) -> None:
    """Erase what is known about a person for good, or apply an erasure notice.

    At a registry: destroys the key, the codes and the records of a registration, so that
    copies and backups of them mean nothing, and writes a notice for each operator whose
    section still has them. At an operator: --apply drops what a notice names from sections,
    and blanks the rows of runs and generation records that show it; seals and logs still hold.
    Backups of the vault that are older than 30 days are yours to delete.

    Example: sekisho erase l-0123... --yes

    Args:
        what: Registrations of persons (l-); with --apply the sections (NAME.protected).
        subject: Any other subject of a vault, as a case or a generation names it.
        vault: The folder of that vault.
        apply: An erasure notice of a registry (several are possible).
        reason_code: Why, in one word: nothing else is kept of it.
        outbox: Where notices are written; default: outbox in SEKISHO_HOME.
        run: With --apply, RUN directories whose rows are blanked (several are possible).
        generations: With --apply, GENERATIONS directories whose records are blanked (several are possible).
        registry: The registry, a file or a database URL.
        yes: Really; nothing can bring it back.
    """
    if apply:
        _apply(apply, [Path(name) for name in what], run, generations)
        return
    if run or generations:
        raise UsageError("--run and --generations go with --apply", hint="sekisho erase --help")
    if bool(what) == bool(subject) or (subject and vault is None):
        raise UsageError("name registrations (l-), or --subject with --vault", hint="sekisho erase --help")
    if not yes:
        raise UsageError("nothing can bring it back", hint="say --yes to erase it")
    if subject and vault is not None:
        _erase_subject(subject, vault, reason_code)
    for entry in dict.fromkeys(what):
        if not entry.startswith("l-"):
            raise UsageError(
                f"{entry[:40]} is no registration of a person",
                hint="works are withdrawn: sekisho withdraw; if one shows a person: sekisho registry remove",
            )
        _erase_registered(entry, registry, reason_code, outbox or home_dir() / "outbox")
