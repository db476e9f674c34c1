"""`sekisho registry`: make a registry, look at it, take in statements, vouch."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from sekisho.cli.say import complain, note, say
from sekisho.cli.submission import (
    EXIT_REFUSED,
    Flag,
    Output,
    deliver,
    registry_at,
    signer_named,
    signer_or_new,
)
from sekisho.codec import encode_root, encode_vouch
from sekisho.errors import NotFoundError, UsageError
from sekisho.model import EntryId, KeyId, Root, Vouch
from sekisho.registry.entries import read_entries
from sekisho.registry.submit import submit
from sekisho.signing import GRANT, REGISTRATION, REVOCATION, ROOT, VOUCH, sign_statement
from sekisho.store.clock import today
from sekisho.store.create import create_registry
from sekisho.store.database import RegistryDatabase
from sekisho.store.editions import EditionShelf
from sekisho.store.home import default_registry
from sekisho.store.keys import find_public
from sekisho.store.statements_file import read_statements

__all__ = ["registry"]

_COUNTED = {
    "entries": REGISTRATION,
    "vouches": VOUCH,
    "grants": GRANT,
    "revocations": REVOCATION,
}

registry = App(
    name="registry",
    help="""Run a registry: init, show, import statements, vouch.

    A registry keeps signed statements and publishes them as snapshots. It decides
    nothing: what is registered and permitted is what its registrants have signed.

    Example: sekisho registry init --name "Test registry"
    """,
)


@registry.command
def init(
    path: str = "",
    /,
    *,
    registry: str | None = None,
    name: str = "",
    key: str = "registry",
    voucher: Annotated[Sequence[str], Parameter(consume_multiple=True, negative=())] = (),
) -> None:
    """Make a registry with its key and its root: the list of keys that may vouch.

    Example: sekisho registry init assoc.sqlite --name "Association" --voucher assoc-desk

    Args:
        path: A file or a database URL; default: the registry in SEKISHO_HOME.
        registry: The same as an option.
        name: What others see; default: the key's name.
        key: The registry's key, made if it is not there; one key stands for one registry.
        voucher: A key that may vouch (several are possible); default: the registry's key.
    """
    location = path or registry or str(default_registry())
    signer = signer_or_new(key)
    vouchers = frozenset(find_public(v).key for v in voucher) or frozenset({signer.key})
    root = Root(registry=signer.key, name=name or signer.label or signer.name, vouchers=vouchers)
    create_registry(location, sign_statement(ROOT, encode_root(root), signer))
    note(f"made the registry {location}; operators who trust it put its key into trusted_keys:")
    say(signer.key)


def _state(database: RegistryDatabase) -> None:
    root, _ = database.root()
    counts = database.counts()
    say(f"name        {root.name}\nkey         {root.registry}")
    for voucher in sorted(root.vouchers):
        say(f"voucher     {voucher}")
    for word, type_ in _COUNTED.items():
        say(f"{word:11} {counts.get(type_, 0)}")
    last = EditionShelf(database=database).last_edition()
    if last is not None:
        days = f"{last.created:%Y-%m-%d}, expires {last.expires:%Y-%m-%d}"
        say(f"edition     {last.number} of {days}, sha256:{last.digest}")


@registry.command
def show(path: str = "", /, *, registry: str | None = None, entries: Flag = False) -> None:
    """Show a registry: name, keys, counts, last edition; with --entries every entry.

    Example: sekisho registry show --entries

    Args:
        path: A file or a database URL.
        registry: The same as an option.
        entries: List entry id, kind, registrant, number of fingerprints and title.
    """
    database = registry_at(path or registry)
    if not entries:
        _state(database)
        return
    for e in read_entries(database.statements(REGISTRATION)):
        say(f"{e.id}  {e.kind:9}  {e.registrant.key}  {len(e.prints):6}  {e.title}".rstrip())


@registry.command(name="import")
def import_(*files: Path, registry: str | None = None) -> int:
    """Take in signed statements that were carried here by file.

    Each statement is kept or refused with the reason; what is refused is not stored.
    Exit code 2 if any was refused.

    Example: sekisho registry import from-aozora.jsonl from-kumo.jsonl

    Args:
        files: Files of statements.
        registry: The registry, a file or a database URL.
    """
    if not files:
        raise UsageError("no file was given", hint="sekisho registry import FILE...")
    lines = [(file, number, e) for file in files for number, e in enumerate(read_statements(file), 1)]
    verdicts = submit([e for _, _, e in lines], registry_at(registry).batch)
    for (file, number, _), verdict in zip(lines, verdicts, strict=True):
        if verdict.kept:
            say(f"{verdict.id}  {'kept' if verdict.new else 'kept already'}")
        else:
            complain(f"{file}:{number}: refused: {verdict.reason}", verdict.hint)
    refused = sum(not v.kept for v in verdicts)
    note(f"{len(verdicts) - refused} kept, {refused} refused")
    return EXIT_REFUSED if refused else 0


def _owner(entries: Sequence[str], database: RegistryDatabase) -> KeyId:
    owners = {e: database.signer_of(e) for e in entries}
    for entry, owner in owners.items():
        if owner is None or not entry.startswith("e-"):
            raise NotFoundError(f"there is no entry {entry}", hint="sekisho registry show --entries")
    found = {owner for owner in owners.values() if owner is not None}
    if len(found) != 1:
        raise UsageError("the entries are of several registrants", hint="vouch for one registrant at a time")
    return found.pop()


@registry.command
def vouch(
    *,
    by: str,
    registrant: Annotated[str, Parameter(name=("--registrant", "--holder"))] = "",
    entry: Annotated[Sequence[str], Parameter(consume_multiple=True, negative=())] = (),
    registry: str | None = None,
    output: Output = None,
    force: Flag = False,
) -> int:
    """Confirm that a registrant, or single entries, are what they say.

    Only keys that the registry's root lists count, and nobody can vouch for itself.
    A confirmed entry can exclude items from datasets: check who it is first.

    Example: sekisho registry vouch --holder aozora.pub --by assoc-desk

    Args:
        by: The voucher's key.
        registrant: For all entries of this key: a name, a .pub file or a key id.
        entry: For these entries only.
        registry: The registry, a file or a database URL.
        output: Write the statement to this file instead, to be carried.
        force: Replace that file if it is there.
    """
    if bool(registrant) == bool(entry):
        raise UsageError("name either --holder or --entry")
    signer = signer_named(by)
    key = _owner(entry, registry_at(registry)) if entry else find_public(registrant).key
    made = Vouch(id="", voucher=signer.key, registrant=key, entries=tuple(map(EntryId, entry)), on=today())
    envelope = sign_statement(VOUCH, encode_vouch(made), signer)
    verdicts, code = deliver((envelope,), registry=registry, output=output, force=force)
    for verdict in verdicts:
        if verdict.kept:
            say(verdict.id)
    return code
