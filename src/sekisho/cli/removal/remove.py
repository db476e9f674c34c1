"""`sekisho registry remove|agree`: a work that shows a person is taken out of a registry for good."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Literal

from sekisho.cli.given import given_statement
from sekisho.cli.parameters import Flag, Output
from sekisho.cli.removal.desk import marker_of
from sekisho.cli.say import note, say
from sekisho.cli.signers import signer_named
from sekisho.cli.submission import registry_at
from sekisho.codec import decode_registration, decode_vouch
from sekisho.errors import NotFoundError, UsageError
from sekisho.model import EntryId, KeyId
from sekisho.registry.picture_codes import codes_of
from sekisho.registry.removal import Decided, Reason, Removal, Step, encode_decided, sign_removal
from sekisho.registry.removal_rules import Deciders, may_remove
from sekisho.signing import REGISTRATION, VOUCH, Signer, read_payload
from sekisho.store.atomic import write_atomic
from sekisho.store.clock import now, today
from sekisho.store.database import RegistryDatabase
from sekisho.store.home import home_dir
from sekisho.store.keys import find_public
from sekisho.store.likenesses import Likenesses
from sekisho.store.removed import Removed
from sekisho.store.removing import registration_of, remove_entries
from sekisho.trace.turned import turned_hashes

__all__ = ["agree", "decided_subject", "keep_decided", "remove"]

_CHANCE = 32
REMOVAL_KIND = "removal"


def decided_subject(entry: str) -> str:
    """Return the subject under which the vault keeps what was decided about an entry."""
    return f"removal:{entry}"


def keep_decided(registry: KeyId, decided: Decided) -> None:
    """Keep what was decided, sealed; the log gets a commitment to it with the next batch about persons."""
    record = encode_decided(decided, chance=os.urandom(_CHANCE))
    Likenesses.open(registry).records.add(REMOVAL_KIND, decided_subject(decided.entry), record)


def _letter(decided: Decided, registry: KeyId, signer: Signer, outbox: Path) -> None:
    """Write what the registrant is told, before anything is gone."""
    outbox.mkdir(parents=True, exist_ok=True, mode=0o700)
    said = Removal(
        step=Step.REMOVE,
        by=registry,
        entry=decided.entry,
        on=decided.on,
        reason=decided.reason,
        registry=registry,
    )
    file = outbox / f"removal-{os.urandom(8).hex()}.json"
    write_atomic(file, (sign_removal(said, signer), b"\n"), mode=0o600)
    say(f"{file}  for {decided.registrant}")


def _tell_editions(database: RegistryDatabase) -> None:
    last = database.last_edition()
    if last is not None:
        ends = f"{last.expires - timedelta(days=1):%Y-%m-%d}"
        note(f"editions up to {last.number} still have its codes, and are used until {ends} at the latest")
    note("publish now: sekisho snapshot publish; operators who open that edition refuse older ones")


def remove(
    entry: str,
    /,
    *,
    agreed: Path | None = None,
    reason_code: Literal["shows-person", "court"] = "shows-person",
    outbox: Path | None = None,
    registry: str | None = None,
    yes: Flag = False,
) -> None:
    """Take a work that shows a person out of the registry for good.

    Somebody who is pictured, or a guardian, has asked for it, and you have looked. Its codes are
    deleted from the database, the next edition is made without it, and its pictures and near
    copies of them are not taken as a work again. What stays are keyed commitments. A letter to
    its registrant is written, who can object (sekisho dispute removal). An entry that a voucher
    has ever confirmed needs the agreement of a second person with a key of its own.

    Example: sekisho registry remove e-0123... --yes

    Args:
        entry: The entry.
        agreed: What the second person has signed: sekisho registry agree.
        reason_code: Why, in one word: nothing else is kept of it.
        outbox: Where the letter is written; default: outbox in SEKISHO_HOME.
        registry: The registry, a file or a database URL.
        yes: Really; only the registrant can register it again.
    """
    if not yes:
        raise UsageError("nothing can bring it back", hint="say --yes to take it out")
    database = registry_at(registry)
    root = database.root()[0]
    signer, removed = signer_named(root.registry), Removed.open(root.registry)
    envelope = registration_of(database, entry)
    if envelope is None:
        if removed.place_of(entry) not in removed.places():
            raise NotFoundError(f"there is no entry {entry[:40]}", hint="sekisho registry show --entries")
        # Taken out before; its old pages may be there still.
        remove_entries(database, [entry], removed, marker_of(root.registry), root.registry)
        note(f"{entry} was taken out before")
        return
    found = decode_registration(read_payload(envelope, REGISTRATION))
    vouches = [decode_vouch(read_payload(e, VOUCH)) for e in database.statements(VOUCH)]
    deciders = Deciders(root=root, agreed=None if agreed is None else given_statement(agreed), today=today())
    by = may_remove(found, vouches, deciders)
    decided = Decided(
        step=Step.REMOVE,
        by=by,
        entry=found.id,
        on=today(),
        reason=Reason(reason_code),
        registrant=found.registrant.key,
    )
    _letter(decided, root.registry, signer, outbox or home_dir() / "outbox")
    keep_decided(root.registry, decided)
    removed.add(entry, codes_of(found.prints, removed.vault.place_of_bytes, turned_hashes), now())
    remove_entries(database, [entry], removed, marker_of(root.registry), root.registry)
    note(f"{entry} is taken out; the log gets it with the next batch: sekisho registry log")
    _tell_editions(database)


def agree(
    entry: str,
    /,
    *,
    by: str,
    of: str = "",
    readmit: Flag = False,
    reason_code: Literal["shows-person", "court"] = "shows-person",
    output: Output = None,
    registry: str | None = None,
    force: Flag = False,
) -> None:
    """Agree, as a second person with a key of your own, that an entry is taken out or let in again.

    For taking out: a voucher or authority of the registry, or the entry's registrant. For
    letting in again: a voucher or authority who took no part in taking it out. Look yourself.

    Example: sekisho registry agree e-0123... --by assoc-desk -o agreed.json

    Args:
        entry: The entry.
        by: Your key.
        of: The registry's key, if its database is not here: a name, a .pub file or a key id.
        readmit: That it is let in again; else that it is taken out.
        reason_code: Why, in one word.
        output: The file to make.
        registry: The registry, a file or a database URL.
        force: Replace that file if it is there.
    """
    if output is None:
        raise UsageError("not given: --output", hint="the agreement is a file: -o agreed.json")
    if not entry.startswith("e-"):
        raise UsageError(f"{entry[:40]} is no entry", hint="give its whole id, e-...")
    signer = signer_named(by)
    said = Removal(
        step=Step.READMIT if readmit else Step.REMOVE,
        by=signer.key,
        entry=EntryId(entry),
        on=today(),
        reason=Reason(reason_code),
        registry=find_public(of).key if of else registry_at(registry).root()[0].registry,
    )
    write_atomic(output, (sign_removal(said, signer), b"\n"), force=force, mode=0o600)
    note(f"wrote {output}; hand it to the person who holds the registry's key")
