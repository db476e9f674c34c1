"""`sekisho record`: check what a model has made, and keep a record of it that the log commits to."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Protocol

from cyclopts import App, Parameter

from sekisho.check import NO_LENSES, Lenses
from sekisho.cli.audit.encoders import encoders_for
from sekisho.cli.audit.options import Depth, Edition, Persons, checked_territory, read_policy_named
from sekisho.cli.audit.section import section_for
from sekisho.cli.audit.texts import open_lenses
from sekisho.cli.parameters import Flag
from sekisho.cli.say import note, say
from sekisho.cli.signers import signer_named
from sekisho.cli.trace.found import Found, decided, found_files, refuse_film
from sekisho.errors import UsageError
from sekisho.ledger.entry import SALT_BYTES, EntryType, commitment
from sekisho.model import Generation, Outcome, Policy, Purpose, Use
from sekisho.model.generation import NO_SECTION
from sekisho.policy import PROTECTED_REASONS
from sekisho.snapshot import Snapshot
from sekisho.store.clock import now, today
from sekisho.store.generations import Committed, Generations
from sekisho.store.own_log import own_log, own_queue
from sekisho.store.records import Queue
from sekisho.store.snapshot_file import SnapshotFile, all_trusted, remember_edition
from sekisho.trace.batch import encode_batch, generation_of, leaf_of_record

__all__ = ["Log", "commit", "record"]

EXIT_FINDINGS = 1
_EDITION, _PERSONS, _DEPTH = Edition(), Persons(), Depth()

record = App(
    name="record",
    help="""Check what a model has made, and keep a record of each output.

    A record has the hour, the model, the decision, the section about persons that was looked into or that
    there was none, and the fingerprints of the output: no prompt, nothing that a user has sent, no user and
    no name of a file. With --log all records that the log does not have
    wait for its next batch (sekisho log batch), as one commitment among padding, and what is out gets its
    receipt. Exit code 1: an output is withheld.

    Example: sekisho record out.png --model-digest 0123... --snapshot assoc.snapshot --operator studio
    --territory JP -o GENERATIONS --log
    """,
)


class Log(Protocol):
    """What is asked of the operator's log."""

    def prove(self, index: int, /) -> bytes:
        """Return the tlog-proof of an entry."""


def _lenses(files: Sequence[Found], policy: Policy) -> Lenses:
    """Open what texts are read with, if there are any."""
    if not any(found.text is not None for found in files):
        return NO_LENSES
    return open_lenses(personal=policy.text.personal is not None)


def _next(store: Generations) -> Committed | None:
    """Make a batch of all segments that have none; None if there are none."""
    done = max((made.last for made in store.committed()), default=0)
    segments = store.segments()[done:]
    if not segments:
        return None
    leaves = [leaf_of_record(*one) for segment in segments for one in segment.records()]
    batch = encode_batch(segments[0].number, segments[-1].number, leaves)
    salt = secrets.token_bytes(SALT_BYTES)
    return Committed(
        first=segments[0].number, last=segments[-1].number, batch=batch, salt=salt, entries=(), place=0
    )


def commit(store: Generations, log: Log, queue: Queue) -> list[int]:
    """Let what has no batch yet wait for the log's next one, as one entry; return the indexes of what is out.

    Nothing is published here, so that the log does not tell when something was recorded. A batch of
    records is kept before it waits, so that a crash loses none; the receipts come when the log's batch is
    out.
    """
    fresh = _next(store)
    if fresh is not None:
        store.save(fresh)
    open_ones = [made for made in store.committed() if made.index is None or not store.has_receipt(made)]
    named = [commitment(made.salt, EntryType.PERSON, made.batch) for made in open_ones]
    queue.add(named)
    placed, indexes = queue.placed(named), []
    for made, name in zip(open_ones, named, strict=True):
        if name in placed:
            entry, index = placed[name].entry, placed[name].index
            receipt = log.prove(index)
            store.save(replace(made, entries=(entry,), place=0, index=index), receipt=receipt)
            indexes.append(index)
    return indexes


def _checked_model(digest: str) -> str:
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):  # noqa: PLR2004 - hex digits
        raise UsageError(
            "--model-digest is no SHA-256 in hex", hint="sha256sum of the model's file, or of a list of them"
        )
    return digest


def _snapshot(edition: Edition, persons: Persons, use: Use, policy: Policy) -> Snapshot:
    """Open the edition, with the section about persons that lies beside it or is named."""
    if edition.snapshot is None:
        raise UsageError("not given: --snapshot", hint="sekisho record --help")
    section = section_for(persons, edition, edition.snapshot, use, policy, None)
    if section is None:
        note("no section about persons and listed files is used: they are not looked for")
    opened = SnapshotFile(
        path=edition.snapshot.absolute(),
        trusted=all_trusted(edition.trusted_keys),
        now=now(),
        max_age=timedelta(days=edition.max_age_days),
        allow_stale=edition.allow_stale,
        protected=section,
    ).open()
    remember_edition(opened)
    return opened


@record.default
def outputs(
    *file: Path,
    model_digest: str,
    operator: str,
    territory: str,
    output: Annotated[Path, Parameter(name=("--output", "-o"))],
    edition: Edition = _EDITION,
    persons: Persons = _PERSONS,
    policy: str | None = None,
    depth: Depth = _DEPTH,
    on: date | None = None,
    log: Flag = False,
) -> int:
    """Check outputs and record them.

    Example: sekisho record out.png --model-digest 0123... --snapshot assoc.snapshot --operator studio
    --territory JP -o GENERATIONS --log

    Args:
        file: What the model has made.
        model_digest: SHA-256 of the model, in hex.
        operator: Your key.
        territory: Where the service is offered: ISO 3166 code, such as JP.
        output: The GENERATIONS directory, made if it is not there.
        edition: Which edition is used.
        persons: Which section about persons.
        policy: opt-in (if not given), opt-out, strict, or a TOML file of your own.
        depth: With which encoders.
        on: The day for which grants are looked at; today if not given.
        log: Commit everything that the log does not have yet, and fetch receipts; let it run once an hour.
    """
    model = _checked_model(model_digest)
    rules = read_policy_named(policy or "opt-in")
    files = list(found_files(file)) if file else []
    signer = signer_named(operator)
    code = checked_territory(territory)
    use = Use(operator=signer.key, purpose=Purpose.GENERATE, territory=code, on=on or today())
    snapshot = _snapshot(edition, persons, use, rules)
    lenses = encoders_for(rules, snapshot, depth.encoders, depth.models_directory).lenses(
        lambda: _lenses(files, rules)
    )()
    store = Generations.make(output, signer.key, code)
    with store.writing():
        made = [_made(found, snapshot, rules, use, lenses, model) for found in files]
        if made:
            store.append([(one, secrets.token_bytes(SALT_BYTES)) for one in made])
        for index in commit(store, own_log(), own_queue()) if log else ():
            note(f"the log has the records as entry {index}")
        if log and any(made.index is None for made in store.committed()):
            note("what was recorded waits for the log's next batch: sekisho log batch, once an hour")
    return EXIT_FINDINGS if any(map(_is_withheld, made)) else 0


def _is_withheld(made: Generation) -> bool:
    """Tell whether an output must not go out; what shows a registered person does not by anybody's haste."""
    return made.outcome is Outcome.BLOCK or made.reason in PROTECTED_REASONS


def _made(
    found: Found, snapshot: Snapshot, policy: Policy, use: Use, lenses: Lenses, model: str
) -> Generation:
    refuse_film(found)
    decision = decided(found, snapshot, policy, use, lenses)
    say(f"{decision.outcome.value}  {decision.reason}  {found.name}")
    section = NO_SECTION if snapshot.protected is None else snapshot.protected.digest
    return generation_of(decision, model, now(), section)
