"""`sekisho registry vouch`: a voucher confirms that a registrant is what it says."""

from collections.abc import Sequence
from typing import Annotated, Literal

from cyclopts import Parameter

from sekisho.cli.likeness.verify import verifications
from sekisho.cli.parameters import Flag, Output
from sekisho.cli.signers import signer_named
from sekisho.cli.submission import deliver, registry_at, say_kept
from sekisho.codec import encode_vouch
from sekisho.errors import NotFoundError, UsageError
from sekisho.model import EntryId, KeyId, Vouch
from sekisho.signing import VOUCH, sign_statement
from sekisho.store.clock import today
from sekisho.store.database import RegistryDatabase
from sekisho.store.keys import find_public

__all__ = ["vouch"]


def _owner(entries: Sequence[str], database: RegistryDatabase) -> KeyId:
    known = {e: database.known(e) for e in entries}
    for entry, parties in known.items():
        if parties is None or not entry.startswith("e-"):
            raise NotFoundError(f"there is no entry {entry}", hint="sekisho registry show --entries")
    found = {parties[0] for parties in known.values() if parties is not None}
    if len(found) != 1:
        raise UsageError("the entries are of several registrants", hint="vouch for one registrant at a time")
    return found.pop()


def vouch(
    *,
    by: str,
    registrant: Annotated[str, Parameter(name=("--registrant", "--holder"))] = "",
    entry: Annotated[Sequence[str], Parameter(consume_multiple=True, negative=())] = (),
    relation: Literal["self", "guardian", "agent", "body"] | None = None,
    registry: str | None = None,
    output: Output = None,
    force: Flag = False,
) -> int:
    """Confirm that a registrant, or single entries, are what they say.

    Only keys that the registry's root lists count, and nobody can vouch for itself.
    A confirmed entry can exclude items from datasets: check who it is first.
    For a photo of a person (l-) the relation is confirmed as you have seen it: only
    then does the holder get more than "there is a match" as an answer.

    Example: sekisho registry vouch --holder aozora.pub --by assoc-desk

    Args:
        by: The voucher's key.
        registrant: For all entries of this key: a name, a .pub file or a key id.
        entry: For these entries only.
        relation: Of a photo of a person: who the holder is to the person.
        registry: The registry, a file or a database URL.
        output: Write the statement to this file instead, to be carried.
        force: Replace that file if it is there.
    """
    if bool(registrant) == bool(entry):
        raise UsageError(
            "name either --holder or --entry",
            hint="--holder for all entries of a key, --entry for single ones",
        )
    signer = signer_named(by)
    if relation or any(e.startswith("l-") for e in entry):
        envelopes = verifications(entry, relation, signer)
        verdicts, code = deliver(envelopes, registry=registry, output=output, force=force)
        say_kept(verdicts)
        return code
    key = _owner(entry, registry_at(registry)) if entry else find_public(registrant).key
    made = Vouch(id="", voucher=signer.key, registrant=key, entries=tuple(map(EntryId, entry)), on=today())
    envelope = sign_statement(VOUCH, encode_vouch(made), signer)
    verdicts, code = deliver((envelope,), registry=registry, output=output, force=force)
    say_kept(verdicts)
    return code
