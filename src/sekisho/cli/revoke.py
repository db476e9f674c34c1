"""`sekisho grant revoke`: the holder ends a permission."""

from datetime import date

from sekisho.cli.say import say
from sekisho.cli.submission import Flag, Output, deliver, signer_named
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
    on: date | None = None,
    reason: str = "",
    registry: str | None = None,
    output: Output = None,
    force: Flag = False,
) -> int:
    """End a grant that you gave.

    It takes effect with the next snapshot. It can not undo what a model that was
    trained before has learnt.

    Example: sekisho grant revoke g-0123... --holder aozora

    Args:
        grant_id: The grant, as sekisho grant list shows it.
        holder: Your key.
        on: First day without permission; default: today.
        reason: Others will see it.
        registry: The registry, a file or a database URL.
        output: Write the statement to this file instead, to be carried.
        force: Replace that file if it is there.
    """
    signer = signer_named(holder)
    made = Revocation(id="", registrant=signer.key, grant=GrantId(grant_id), on=on or today(), reason=reason)
    envelope = sign_statement(REVOCATION, encode_revocation(made), signer)
    verdicts, code = deliver((envelope,), registry=registry, output=output, force=force)
    for verdict in verdicts:
        if verdict.kept:
            say(verdict.id)
    return code
