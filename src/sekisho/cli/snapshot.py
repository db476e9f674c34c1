"""`sekisho snapshot`: publish the registry as one signed file, or show such a file."""

import mmap
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from sekisho.cli.say import note, say
from sekisho.cli.submission import Flag, registry_at, signer_named
from sekisho.errors import NotFoundError, SnapshotTampered
from sekisho.registry.publish import publish as publish_edition
from sekisho.signing import SNAPSHOT, open_statement
from sekisho.snapshot import Snapshot, check_sections, open_snapshot
from sekisho.snapshot.layout import MAGIC, read_prefix
from sekisho.store.atomic import write_atomic
from sekisho.store.clock import now
from sekisho.store.editions import EditionShelf

__all__ = ["snapshot"]

snapshot = App(
    name="snapshot",
    help="""Publish the registry as one signed file, or show such a file.

    Example: sekisho snapshot publish -o assoc.snapshot
    """,
)


def _is_edition(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(len(MAGIC)) == MAGIC


@snapshot.command
def publish(
    *,
    output: Annotated[Path, Parameter(name=("--output", "-o"))],
    registry: str | None = None,
    renew: Flag = False,
    valid_days: Annotated[int, Parameter(validator=Number(gte=1, lte=365))] = 30,
    force: Flag = False,
) -> None:
    """Publish the registry's present state as an edition, signed by the registry's key.

    The same state is published as the same edition with the same bytes, until it
    expires or --renew asks for a new one.

    Example: sekisho snapshot publish --registry assoc.sqlite -o assoc.snapshot

    Args:
        output: The file to write; an earlier edition is replaced in one step.
        registry: The registry, a file or a database URL.
        renew: Make a new edition even if nothing has changed.
        valid_days: Days until a new edition expires.
        force: Replace the file whatever it is.
    """
    database = registry_at(registry)
    signer = signer_named(database.root()[0].registry)
    done = publish_edition(
        EditionShelf(database=database), signer, now=now(), valid=timedelta(days=valid_days), renew=renew
    )
    size = write_atomic(output, done.built.chunks, force=force or _is_edition(output))
    edition = done.edition
    say(f"{output}  {size} bytes  sha256:{done.built.digest}")
    say(f"edition {edition.number} of {edition.created:%Y-%m-%d}, expires {edition.expires:%Y-%m-%d}")
    note("a new edition" if done.new else "nothing has changed: the same edition as before")


def _opened(buffer: memoryview) -> Snapshot:
    """Open a file whoever signed it: this command shows the signer instead of trusting it."""
    envelope, _ = read_prefix(buffer)
    signer = open_statement(envelope, SNAPSHOT).signer
    opened = open_snapshot(
        buffer, trusted=frozenset({signer}), now=now(), max_age=timedelta.max, allow_stale=True
    )
    check_sections(opened)
    return opened


@snapshot.command
def show(file: Path, /, *, trusted_keys: tuple[str, ...] = ()) -> None:
    """Show a snapshot: whose it is, its edition and what is in it. Every digest is checked.

    Example: sekisho snapshot show assoc.snapshot

    Args:
        file: The snapshot.
        trusted_keys: Keys of registries that you have chosen.
    """
    if not file.is_file():
        raise NotFoundError(f"there is no snapshot {file}")
    if not file.stat().st_size:
        raise SnapshotTampered(f"{file} is empty")
    with file.open("rb") as stream:
        opened = _opened(memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)))
    head, counts = opened.head, opened.head.counts
    trusted = "in your trusted_keys" if opened.signer in trusted_keys else "not in your trusted_keys"
    say(f"registry  {head.name}\nsigner    {opened.signer} ({trusted})")
    say(f"edition   {head.edition} of {head.created:%Y-%m-%d}, expires {head.expires:%Y-%m-%d}")
    say(f"digest    sha256:{opened.digest}")
    say(f"entries   {counts.work} works, {counts.character} characters")
    say(f"trust     {counts.verified} confirmed, {counts.declared} self-declared")
    say(f"prints    {counts.sha256} SHA-256, {counts.pdq} PDQ")
    say(f"grants    {counts.grants}, revocations {counts.revocations}")
    if opened.stale:
        note("this edition is out of date: operators will refuse it")
