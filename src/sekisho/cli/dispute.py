"""`sekisho dispute`: say that another's entry is wrong, look at disputes, and settle them."""

from datetime import date
from typing import Literal

from cyclopts import App

from sekisho.cli.parameters import Flag, Output
from sekisho.cli.removal.objection import object_to
from sekisho.cli.say import note, say
from sekisho.cli.signers import principal, signer_named
from sekisho.cli.submission import deliver, registry_at, say_kept
from sekisho.codec import encode_dispute, encode_resolution
from sekisho.errors import UsageError
from sekisho.locale import shown
from sekisho.model import Dispute, EntryId, Grounds, Resolution, Settled
from sekisho.registry.states import Heard, heard_disputes, stood_entries
from sekisho.signing import DISPUTE, RESOLUTION, sign_statement
from sekisho.store.clock import today

__all__ = ["dispute"]

dispute = App(
    name="dispute",
    help="""Say that another's entry is wrong, look at disputes, and settle them.

    A dispute by a party that stands as high as the entry puts matches on hold. It has 30
    days to be settled by a voucher of the registry; then the entry is suspended. A dispute
    by a self-declared party never weakens a confirmed entry: it is listed.

    Example: sekisho dispute list
    """,
)


@dispute.command(name="open")
def open_(
    entry: str,
    /,
    *,
    holder: str,
    grounds: Literal["my_work", "public_domain", "not_a_work"],
    evidence: str,
    own: str = "",
    on_behalf_of: str = "",
    registry: str | None = None,
    output: Output = None,
    force: Flag = False,
) -> int:
    """Dispute an entry of another holder.

    Carry the statement to the registry within a day: its 30 days begin when you sign.

    Example: sekisho dispute open e-0123... --holder kumo --grounds my_work
    --evidence "published 2019, ISBN 978-4-..." --own e-4567...

    Args:
        entry: The entry that is wrong.
        holder: Your key.
        grounds: Why it is wrong.
        evidence: Contracts, publications, links, in words; others will see them.
        own: Your own entry for the same work, if you have one.
        on_behalf_of: In whose name, if you are an agent: a name, a .pub file or a key id.
        registry: The registry, a file or a database URL.
        output: Write the statement to this file instead, to be carried.
        force: Replace that file if it is there.
    """
    signer = signer_named(holder)
    try:
        made = Dispute(
            id="",
            disputant=principal(on_behalf_of, signer).key,
            entry=EntryId(entry),
            grounds=Grounds(grounds),
            own=EntryId(own) if own else None,
            evidence=evidence,
            on=today(),
        )
    except ValueError as error:
        raise UsageError(str(error), hint="say in --evidence what shows that you are right") from error
    envelope = sign_statement(DISPUTE, encode_dispute(made), signer)
    verdicts, code = deliver((envelope,), registry=registry, output=output, force=force)
    say_kept(verdicts)
    return code


dispute.command(object_to, name="removal")


def _line(heard: Heard) -> str:
    d = heard.dispute
    who = f"{heard.entry.registrant.key}  {d.disputant}"
    return f"{d.id}  {heard.word:12}  {d.entry}  {who}  {d.grounds}  {shown(d.evidence)}"


@dispute.command(name="list")
def list_(*, registry: str | None = None, on: date | None = None) -> None:
    """List disputes: id, state, entry, its holder, who disputes it, grounds, evidence.

    Example: sekisho dispute list

    Args:
        registry: The registry, a file or a database URL.
        on: The day for which the state is shown; default: today.
    """
    day = on or today()
    found = heard_disputes(stood_entries(registry_at(registry), day), day)
    for heard in found:
        say(_line(heard))
    note(f"{sum(h.settled is None for h in found)} open, {sum(h.settled is not None for h in found)} settled")


@dispute.command
def resolve(
    dispute_id: str,
    /,
    *,
    settled: Literal["upheld", "dismissed", "withdrawn"],
    by: str,
    reason: str = "",
    registry: str | None = None,
    output: Output = None,
    force: Flag = False,
) -> int:
    """Settle a dispute: a voucher who is no party to it, or its disputant takes it back.

    Example: sekisho dispute resolve d-0123... --settled dismissed --by assoc-desk --reason "contract seen"

    Args:
        dispute_id: The dispute, as sekisho dispute list shows it.
        settled: withdrawn only by whoever raised it.
        by: Your key.
        reason: Others will see it.
        registry: The registry, a file or a database URL.
        output: Write the statement to this file instead, to be carried.
        force: Replace that file if it is there.
    """
    signer = signer_named(by)
    made = Resolution(
        id="", by=signer.key, dispute=dispute_id, settled=Settled(settled), on=today(), reason=reason
    )
    envelope = sign_statement(RESOLUTION, encode_resolution(made), signer)
    verdicts, code = deliver((envelope,), registry=registry, output=output, force=force)
    say_kept(verdicts)
    return code
