"""`sekisho grant`: what the holder permits, to whom, where, for how long, and when it ends."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from cyclopts import App, Parameter

from sekisho.cli.general import confirm_everybody, grantee_of, say_given
from sekisho.cli.parameters import Flag, Output
from sekisho.cli.revoke import revoke
from sekisho.cli.say import note, say
from sekisho.cli.signers import principal, signer_named
from sekisho.cli.submission import deliver, registry_at, say_kept
from sekisho.codec import encode_grant
from sekisho.errors import UsageError
from sekisho.model import Basis, EntryId, Grant, GrantId, KeyId, Purpose
from sekisho.registry.entries import read_grants
from sekisho.signing import GRANT, REVOCATION, sign_statement
from sekisho.store.clock import today
from sekisho.store.keys import find_public

__all__ = ["grant"]

ALL, EVERYONE = "all", "everyone"

grant = App(
    name="grant",
    help="""Give, list and revoke permissions, for named operators or for everybody.

    A grant is a statement that you sign. It holds for the operator, purposes,
    territories and days that it names, and you can revoke it at any time.

    Example: sekisho grant list
    """,
)


grant.command(revoke)


def _purposes(text: str) -> frozenset[Purpose]:
    try:
        return frozenset(Purpose(word.strip()) for word in text.split(","))
    except ValueError as error:
        raise UsageError(f"--purpose: {error}", hint=f"purposes are {', '.join(Purpose)}") from error


@grant.command
def give(
    *,
    holder: str,
    to: str = "",
    to_everyone: Flag = False,
    purpose: str,
    territory: str,
    from_: Annotated[date, Parameter(name="--from")],
    until: date,
    entry: Annotated[Sequence[str], Parameter(consume_multiple=True, negative=())] = (),
    basis: Literal["licence", "consent"] = "licence",
    contract_ref: str = "",
    after_expiry: str = "",
    on_behalf_of: str = "",
    yes: Flag = False,
    registry: str | None = None,
    output: Output = None,
    force: Flag = False,
) -> int:
    """Permit a named operator, or everybody, to use your entries.

    Without --entry the grant is for all your entries, also those to come. With
    --to-everyone it needs --entry and --yes; without --yes it only says what it means.

    Example: sekisho grant give --holder aozora --entry e-0123... --to lumen-labs
    --purpose train --territory JP --from 2026-12-01 --until 2027-11-30

    Args:
        holder: Your key.
        to: The operator's key: a name, a .pub file or a key id.
        to_everyone: Everybody may, known to you or not; never for photos of persons.
        purpose: train, pretrain, finetune, generate, retrieve, publish; with commas between.
        territory: ISO 3166 codes with commas between, or * for everywhere.
        from_: First day, YYYY-MM-DD.
        until: Last day, included.
        entry: Ids of your entries, or all.
        basis: licence (you hold the rights) or consent (it is about you).
        contract_ref: Your number of the contract, if there is one; others will see it.
        after_expiry: What the operator has promised to do when it ends.
        on_behalf_of: Whose entries they are, if you are an agent: a name, a .pub file or a key id.
        yes: A grant for everybody is what you mean.
        registry: The registry, a file or a database URL.
        output: Write the statement to this file instead, to be carried.
        force: Replace that file if it is there.
    """
    signer = signer_named(holder)
    if basis == "licence" and any(e.startswith("l-") for e in entry):
        raise UsageError("a photo of a person is not licensed", hint="--basis consent --territory '*'")
    grantee = grantee_of(to, everyone=to_everyone, entry=entry, on_behalf_of=on_behalf_of)
    key, entry = principal(on_behalf_of, signer).key, entry or (ALL,)
    if ALL in entry:
        note(f"for all entries of {key}, also those to come")
    try:
        grants = [
            Grant(
                id=GrantId(""),
                registrant=key,
                basis=Basis(basis),
                entry=None if reference == ALL else EntryId(reference),
                grantee=grantee,
                purposes=_purposes(purpose),
                territories=frozenset(t.strip() for t in territory.split(",")),
                from_=from_,
                until=until,
                contract_ref=contract_ref,
                after_expiry=after_expiry,
            )
            for reference in ((ALL,) if ALL in entry else entry)
        ]
    except ValueError as error:
        raise UsageError(str(error)) from error
    if to_everyone:
        confirm_everybody(grants, confirmed=yes)
    envelopes = [sign_statement(GRANT, encode_grant(g), signer) for g in grants]
    verdicts, code = deliver(envelopes, registry=registry, output=output, force=force)
    if say_kept(verdicts) and to_everyone:
        say_given()
    return code


@grant.command(name="list")
def list_(*, holder: str = "", registry: str | None = None, on: date | None = None) -> None:
    """List grants: id, state, entry, operator, purposes, territories, days.

    Example: sekisho grant list --holder aozora

    Args:
        holder: Only grants by this key.
        registry: The registry, a file or a database URL.
        on: The day for which the state is shown; default: today.
    """
    database = registry_at(registry)
    key: KeyId | None = find_public(holder).key if holder else None
    for given in read_grants(database.statements(GRANT, key), database.statements(REVOCATION, key)):
        g = given.grant
        purposes, places = ",".join(sorted(g.purposes)), ",".join(sorted(g.territories))
        state = given.state(on or today())
        whom = EVERYONE if g.is_general else g.grantee
        say(f"{g.id}  {state:7}  {g.entry or ALL}  {whom}  {purposes}  {places}  {g.from_}..{g.until}")
