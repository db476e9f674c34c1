"""`sekisho registry show --holder KEY`: a holder sees its own registrations of persons, and nobody else's."""

from sekisho.cli.say import note, say
from sekisho.errors import NotFoundError, RefusedError
from sekisho.model import KeyId
from sekisho.registry.likeness import standing
from sekisho.store.clock import today
from sekisho.store.database import RegistryDatabase
from sekisho.store.keys import load_signer
from sekisho.store.likenesses import Likenesses

__all__ = ["FEW", "has_key", "persons_line", "show_own"]

FEW = 10
"""Counts of persons below it are not told."""


def persons_line(database: RegistryDatabase) -> str:
    """Return how many registrations of persons there are, as everybody may know it."""
    vault = Likenesses.find(database.root()[0].registry)
    count = vault.count() if vault is not None else 0
    return str(count) if count >= FEW else f"<{FEW}"


def has_key(*keys: KeyId) -> bool:
    """Tell whether the private half of one of some keys is on this machine."""
    for key in keys:
        try:
            load_signer(key)
        except NotFoundError:
            continue
        return True
    return False


def show_own(database: RegistryDatabase, holder: KeyId) -> None:
    """Show the registrations of persons of one key: id, state, trust, relation, photos, last day, consents.

    Raises:
        RefusedError: neither the holder's nor the registry's private key is here.
    """
    root = database.root()[0]
    if not has_key(holder, root.registry):
        raise RefusedError(
            "registrations of persons are shown to their holder and to the registry alone",
            hint="the private key of one of them has to be on this machine",
        )
    vault = Likenesses.find(root.registry)
    found = list(vault.of_holder(holder)) if vault is not None else []
    for stated in found:
        one, stands = stated.likeness, standing(stated, root, today())
        how = f"{stands.state:9}  {stands.trust:8}  {one.relation:8}"
        say(f"{one.id}  {how}  {len(one.prints):3} photos  until {one.until}")
        ended = {r.grant: r.on for r in stated.revocations}
        for c in stated.consents:
            end = f"  ended {ended[c.id]}" if c.id in ended else ""
            say(f"  {c.id}  {c.grantee}  {','.join(sorted(c.purposes))}  {c.from_}..{c.until}{end}")
    note(f"{len(found)} registrations of persons")
