"""`sekisho registry`: make a registry, look at it, take in statements, vouch."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from sekisho.cli.say import complain, note, say
from sekisho.cli.submission import (
    EXIT_REFUSED,
    Flag,
    registry_at,
    signer_or_new,
)
from sekisho.cli.vouch import vouch
from sekisho.codec import encode_root
from sekisho.errors import UsageError
from sekisho.model import Root
from sekisho.registry.entries import read_entries
from sekisho.registry.submit import submit
from sekisho.signing import GRANT, REGISTRATION, REVOCATION, ROOT, VOUCH, sign_statement
from sekisho.store.create import create_registry
from sekisho.store.database import RegistryDatabase
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


registry.command(vouch)


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
    last = database.last_edition()
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
