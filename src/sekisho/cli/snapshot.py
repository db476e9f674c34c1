"""`sekisho snapshot`: publish the registry as one signed file, or show such a file."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from sekisho.cli.likeness.section import publish_section
from sekisho.cli.listed import rows_for_section
from sekisho.cli.parameters import Flag
from sekisho.cli.say import note, say
from sekisho.cli.signers import signer_named
from sekisho.cli.submission import registry_at
from sekisho.errors import UsageError
from sekisho.locale import shown
from sekisho.model import KeyId, Purpose
from sekisho.registry.publish import Publication, publish_delta
from sekisho.registry.publish import publish as publish_edition
from sekisho.snapshot import Snapshot, check_sections
from sekisho.store.clock import now
from sekisho.store.editions import EditionShelf
from sekisho.store.keys import find_public
from sekisho.store.segment_files import chain, delta_path, write_base, write_delta
from sekisho.store.snapshot_file import SnapshotFile

__all__ = ["snapshot"]

snapshot = App(
    name="snapshot",
    help="""Publish the registry as one signed file, or show such a file.

    Example: sekisho snapshot publish -o assoc.snapshot
    """,
)


def _held(file: Path, key: KeyId) -> Snapshot:
    """Open what a file and its deltas hold, however old, if this registry has signed it."""
    return SnapshotFile(
        path=file, trusted=frozenset({key}), now=now(), max_age=timedelta.max, allow_stale=True
    ).open()


def _write(output: Path, done: Publication, *, force: bool) -> tuple[Path, int]:
    """Write a base or a delta; return where it lies and how large it is."""
    if not done.delta:
        return output, write_base(output, done.built.chunks, force=force)
    return delta_path(output, done.delta), write_delta(output, done.delta, done.built.chunks)


@snapshot.command
def publish(
    *,
    output: Annotated[Path, Parameter(name=("--output", "-o"))],
    registry: str | None = None,
    delta: Flag = False,
    renew: Flag = False,
    valid_days: Annotated[int, Parameter(validator=Number(gte=1, lte=365))] = 30,
    for_: Annotated[str, Parameter(name="--for")] = "",
    purpose: Purpose | None = None,
    force: Flag = False,
) -> None:
    """Publish the registry's present state as an edition, signed by the registry's key.

    The same state is published as the same edition with the same bytes, until it
    expires or --renew asks for a new one. With --delta only what is new is written,
    beside the file as FILE.1, FILE.2 and so on, at most 16; then a new base is made.

    With --for the section about persons and listed files is written beside it too, as
    FILE.protected: for this operator and purpose alone, for 30 days. Who has consented
    to that operator and purpose is not in it.

    Example: sekisho snapshot publish --registry assoc.sqlite -o assoc.snapshot

    Args:
        output: The file to write; an earlier edition and its deltas are replaced.
        registry: The registry, a file or a database URL.
        delta: Write only what the file does not have yet, as its next delta.
        renew: Make a new edition even if nothing has changed.
        valid_days: Days until a new edition expires.
        for_: The operator who gets the section about persons: a name, a .pub file or a key id.
        purpose: What that operator may use the section for.
        force: Replace the file whatever it is.
    """
    if bool(for_) != (purpose is not None):
        raise UsageError("--for and --purpose go together", hint="--for lumen.pub --purpose train")
    recipient = find_public(for_).key if for_ else None
    database = registry_at(registry)
    shelf = EditionShelf(database=database)
    signer = signer_named(database.root()[0].registry)
    moment, valid = now(), timedelta(days=valid_days)
    if delta and output.exists():
        before = _held(output, signer.key)
        done = publish_delta(shelf, signer, before, now=moment, valid=valid, renew=renew)
    else:
        done = publish_edition(shelf, signer, now=moment, valid=valid, renew=renew)
    edition = done.edition
    if done.new or not delta:
        place, size = _write(output, done, force=force)
        say(f"{place}  {size} bytes  sha256:{done.built.digest}")
    say(f"edition {edition.number} of {edition.created:%Y-%m-%d}, expires {edition.expires:%Y-%m-%d}")
    note("a new edition" if done.new else "nothing has changed: the same edition as before")
    if recipient is not None and purpose is not None:
        root = database.root()[0]
        listed = rows_for_section(root)
        publish_section(
            root, edition, signer, recipient=recipient, purpose=purpose, listed=listed, output=output
        )


def _show_segments(opened: Snapshot) -> None:
    say(f"segments  {len(opened.segments)}: the base, then its deltas")
    for segment in opened.segments:
        head, counts = segment.head, segment.head.counts
        say(
            f"  {head.segment.value:5} edition {head.edition} of {head.created:%Y-%m-%d}:"
            f" {segment.entries} entries, {counts.pdq} PDQ, {counts.grants} grants,"
            f" {counts.withdrawals} withdrawals, {counts.disputes} disputes"
        )


@snapshot.command
def show(file: Path, /, *, trusted_keys: tuple[str, ...] = ()) -> None:
    """Show a snapshot: whose it is, its edition and what is in it. Every digest is checked.

    Example: sekisho snapshot show assoc.snapshot

    Args:
        file: The snapshot; its deltas lie beside it.
        trusted_keys: Keys of registries that you have chosen.
    """
    # Whoever signed it: this command shows the signer instead of trusting it.
    opened = _held(file, chain(file)[0].head.registry)
    check_sections(opened)
    head, counts = opened.head, opened.counts
    trusted = "in your trusted_keys" if opened.signer in trusted_keys else "not in your trusted_keys"
    say(f"registry  {shown(head.name)}\nsigner    {opened.signer} ({trusted})")
    say(f"edition   {head.edition} of {head.created:%Y-%m-%d}, expires {head.expires:%Y-%m-%d}")
    say(f"digest    sha256:{opened.digest}")
    say(f"entries   {counts.work} works, {counts.character} characters")
    say(f"trust     {counts.verified} confirmed, {counts.declared} self-declared")
    say(f"prints    {counts.sha256} SHA-256, {counts.pdq} PDQ")
    say(f"grants    {counts.grants}, revocations {counts.revocations}, mandates {counts.mandates}")
    say(f"disputes  {counts.disputes}, resolutions {counts.resolutions}, withdrawals {counts.withdrawals}")
    _show_segments(opened)
    if opened.stale:
        note("this edition is out of date: operators will refuse it")
