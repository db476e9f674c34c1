"""`sekisho registry`: make a registry, look at it, take in statements, vouch, examine it."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from cyclopts import App, Parameter

from sekisho.cli.common import common
from sekisho.cli.doctor import doctor
from sekisho.cli.likeness.show import persons_line, show_own
from sekisho.cli.parameters import Flag
from sekisho.cli.person_log import person_log
from sekisho.cli.removal.objection import readmit
from sekisho.cli.removal.remove import agree, remove
from sekisho.cli.say import note, say
from sekisho.cli.signers import signer_or_new
from sekisho.cli.submission import registry_at
from sekisho.cli.take_in import take_in
from sekisho.cli.vouch import vouch
from sekisho.codec import encode_root
from sekisho.locale import shown
from sekisho.model import Root
from sekisho.registry.states import stood_entries
from sekisho.signing import (
    COMMON,
    DISPUTE,
    GRANT,
    MANDATE,
    PASSAGES,
    REGISTRATION,
    RESOLUTION,
    REVOCATION,
    ROOT,
    TRAITS,
    VOUCH,
    WITHDRAWAL,
    sign_statement,
)
from sekisho.store.clock import today
from sekisho.store.create import create_registry
from sekisho.store.database import RegistryDatabase
from sekisho.store.home import default_registry
from sekisho.store.keys import find_public
from sekisho.store.location import shown as shown_place

__all__ = ["registry"]

_COUNTED = {
    "entries": REGISTRATION,
    "texts": PASSAGES,
    "traits": TRAITS,
    "common": COMMON,
    "withdrawals": WITHDRAWAL,
    "vouches": VOUCH,
    "mandates": MANDATE,
    "grants": GRANT,
    "revocations": REVOCATION,
    "disputes": DISPUTE,
    "resolutions": RESOLUTION,
}

registry = App(
    name="registry",
    help="""Run a registry: make it, take in statements, vouch, examine it, take works out.

    A registry keeps signed statements and publishes them as snapshots. It decides
    nothing: what is registered and permitted is what its registrants have signed.

    Example: sekisho registry init --name "Test registry"
    """,
)


registry.command(vouch)
registry.command(take_in, name="import")
registry.command(doctor)
registry.command(common)
registry.command(person_log, name="log")
registry.command(remove)
registry.command(agree)
registry.command(readmit)


@registry.command
def init(
    path: str = "",
    /,
    *,
    registry: str | None = None,
    name: str = "",
    key: str = "registry",
    voucher: Annotated[Sequence[str], Parameter(consume_multiple=True, negative=())] = (),
    authority: Annotated[Sequence[str], Parameter(consume_multiple=True, negative=())] = (),
) -> None:
    """Make a registry with its key and its root: the list of keys that may vouch.

    Example: sekisho registry init assoc.sqlite --name "Association" --voucher assoc-desk

    Args:
        path: A file, or postgresql://USER@HOST/DATABASE; default: the registry in SEKISHO_HOME.
        registry: The same as an option.
        name: What others see; default: the key's name.
        key: The registry's key, made if it is not there; one key stands for one registry.
        voucher: A key that may vouch (several are possible); default: the registry's key.
        authority: A key that may vouch for lists of illegal files and ask about persons; default: none.
    """
    location = path or registry or str(default_registry())
    signer = signer_or_new(key)
    vouchers = frozenset(find_public(v).key for v in voucher) or frozenset({signer.key})
    root = Root(
        registry=signer.key,
        name=name or signer.label or signer.name,
        vouchers=vouchers,
        authorities=frozenset(find_public(a).key for a in authority),
    )
    create_registry(location, sign_statement(ROOT, encode_root(root), signer))
    note(f"made the registry {shown_place(location)}; operators who trust it put its key into trusted_keys:")
    say(signer.key)


def _state(database: RegistryDatabase) -> None:
    root, _ = database.root()
    counts = database.counts()
    say(f"name        {shown(root.name)}\nkey         {root.registry}")
    for voucher in sorted(root.vouchers):
        say(f"voucher     {voucher}")
    for authority in sorted(root.authorities):
        say(f"authority   {authority}")
    for word, type_ in _COUNTED.items():
        say(f"{word:11} {counts.get(type_, 0)}")
    say(f"persons     {persons_line(database)}")
    last = database.last_edition()
    if last is not None:
        days = f"{last.created:%Y-%m-%d}, expires {last.expires:%Y-%m-%d}"
        say(f"edition     {last.number} of {days}, sha256:{last.digest}")


@registry.command
def show(
    path: str = "",
    /,
    *,
    registry: str | None = None,
    entries: Flag = False,
    holder: str = "",
    on: date | None = None,
) -> None:
    """Show a registry: name, keys, counts, last edition; with --entries every entry.

    Example: sekisho registry show --entries

    Args:
        path: A file or a database URL.
        registry: The same as an option.
        entries: List entry id, kind, state, trust, registrant, number of fingerprints and title.
        holder: List the photos of persons that this key has registered: for the key's owner alone.
        on: The day for which the state is shown; default: today.
    """
    database = registry_at(path or registry)
    if holder:
        show_own(database, find_public(holder).key)
        return
    if not entries:
        _state(database)
        return
    for stood in stood_entries(database, on or today()):
        e = stood.entry
        how = f"{e.kind:9}  {stood.state:9}  {e.trust:8}"
        say(f"{e.id}  {how}  {e.registrant.key}  {len(e.prints):6}  {shown(e.title)}".rstrip())
