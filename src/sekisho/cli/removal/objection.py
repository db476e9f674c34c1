"""`sekisho dispute removal`, `registry readmit`: a registrant objects, and the desk looks again."""

from dataclasses import replace
from pathlib import Path

from sekisho.cli.given import given_statement
from sekisho.cli.parameters import Flag, Output
from sekisho.cli.removal.remove import REMOVAL_KIND, decided_subject, keep_decided
from sekisho.cli.say import note
from sekisho.cli.signers import signer_named
from sekisho.cli.submission import registry_at
from sekisho.errors import NotFoundError, SignatureError, UsageError
from sekisho.model import KeyId
from sekisho.registry.removal import (
    Decided,
    Objection,
    Step,
    decode_decided,
    open_objection,
    open_removal,
    sign_objection,
)
from sekisho.registry.removal_rules import Deciders, may_readmit
from sekisho.store.atomic import write_atomic
from sekisho.store.clock import now, today
from sekisho.store.likenesses import Likenesses
from sekisho.store.removed import Removed
from sekisho.store.removing import drop_marker

__all__ = ["object_to", "readmit"]


def object_to(
    letter: Path, /, *, holder: str, evidence: str, output: Output = None, force: Flag = False
) -> None:
    """Object to a registry that has taken an entry of yours out because it shows a person.

    Example: sekisho dispute removal removal-0123.json --holder kumo
    --evidence "drawn for the cover of ISBN 978-4-..., nobody is pictured" -o objection.json

    Args:
        letter: What the registry has sent you.
        holder: Your key, which had registered the entry.
        evidence: What shows that it is a work; the desk reads it.
        output: The file to make, to be carried to the registry.
        force: Replace that file if it is there.
    """
    if output is None:
        raise UsageError("not given: --output", hint="the objection is a file: -o objection.json")
    said, signer = open_removal(given_statement(letter)), signer_named(holder)
    if said.by != said.registry:
        raise SignatureError("the letter is not signed by the registry that it names")
    made = Objection(
        entry=said.entry, evidence=evidence, holder=signer.key, on=today(), registry=said.registry
    )
    write_atomic(output, (sign_objection(made, signer), b"\n"), force=force, mode=0o600)
    note(f"wrote {output}; carry it to the registry, whose desk looks again")


def _decided(registry: KeyId, entry: str) -> Decided:
    vault = Likenesses.find(registry)
    kept = [] if vault is None else list(vault.records.of_subject(decided_subject(entry)))
    found = [decode_decided(one.text) for one in kept if one.kind == REMOVAL_KIND]
    if not found or found[-1].step is not Step.REMOVE:
        raise NotFoundError(
            f"{entry[:40]} was not taken out of this registry", hint="sekisho registry show --entries"
        )
    return found[-1]


def readmit(
    objection: Path, /, *, agreed: Path | None = None, registry: str | None = None, yes: Flag = False
) -> None:
    """Let an entry in again that was taken out, on an objection of its registrant.

    Nothing of it was kept: the registrant registers it again. What two persons have decided
    needs a second person here too, who took no part in it.

    Example: sekisho registry readmit objection.json --yes

    Args:
        objection: What the registrant has signed: sekisho dispute removal.
        agreed: What the second person has signed: sekisho registry agree --readmit.
        registry: The registry, a file or a database URL.
        yes: Really: its pictures are then taken as works again.
    """
    if not yes:
        raise UsageError("its pictures are then taken as works again", hint="say --yes to let it in")
    database = registry_at(registry)
    root = database.root()[0]
    signer_named(root.registry)
    said = open_objection(given_statement(objection))
    decided = _decided(root.registry, said.entry)
    deciders = Deciders(root=root, agreed=None if agreed is None else given_statement(agreed), today=today())
    by = may_readmit(decided, said, deciders)
    removed = Removed.open(root.registry)
    keep_decided(root.registry, replace(decided, step=Step.READMIT, by=by, on=today()))
    removed.lift(said.entry, now())
    drop_marker(database, removed.place_of(said.entry))
    note(f"{said.entry} may come in again: its registrant registers it; the log gets it with the next batch")
