"""`sekisho grant revoke`: whoever gave a grant, a mandate or a vouch ends it."""

from datetime import date

from sekisho.cli.general import say_left_open
from sekisho.cli.parameters import Flag, Output
from sekisho.cli.signers import principal, signer_named
from sekisho.cli.submission import deliver, registry_at, say_kept
from sekisho.codec import encode_revocation
from sekisho.model import GrantId, Revocation
from sekisho.signing import REVOCATION, sign_statement
from sekisho.store.clock import today

__all__ = ["revoke"]


def revoke(
    grant_id: str,
    /,
    *,
    holder: str,
    on_behalf_of: str = "",
    on: date | None = None,
    reason: str = "",
    registry: str | None = None,
    output: Output = None,
    force: Flag = False,
) -> int:
    """End a grant (g-), a mandate of an agent (m-) or a vouch (v-) that you gave.

    It takes effect with the next snapshot. It can not undo what a model that was
    trained before has learnt. What an agent signed before stays.

    Example: sekisho grant revoke g-0123... --holder aozora

    Args:
        grant_id: The grant, mandate or vouch.
        holder: Your key; of a vouch, the voucher's.
        on_behalf_of: Whose grant it is, if you are an agent: a name, a .pub file or a key id.
        on: First day without permission; default: today.
        reason: Others will see it.
        registry: The registry, a file or a database URL.
        output: Write the statement to this file instead, to be carried.
        force: Replace that file if it is there.
    """
    signer = signer_named(holder)
    key = principal(on_behalf_of, signer).key
    made = Revocation(id="", registrant=key, grant=GrantId(grant_id), on=on or today(), reason=reason)
    envelope = sign_statement(REVOCATION, encode_revocation(made), signer)
    verdicts, code = deliver((envelope,), registry=registry, output=output, force=force)
    if say_kept(verdicts) and output is None and grant_id.startswith("g-"):
        say_left_open(registry_at(registry), key, made.grant, made.on)
    return code
