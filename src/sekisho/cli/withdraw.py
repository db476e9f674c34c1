"""`sekisho withdraw`: a holder takes entries out of the registry."""

from sekisho.cli.parameters import Flag, Output
from sekisho.cli.say import note
from sekisho.cli.signers import principal, signer_named
from sekisho.cli.submission import deliver, say_kept
from sekisho.codec import encode_withdrawal
from sekisho.errors import UsageError
from sekisho.model import EntryId, Withdrawal
from sekisho.signing import WITHDRAWAL, sign_statement
from sekisho.store.clock import today

__all__ = ["withdraw"]


def withdraw(
    *entry: str,
    holder: str,
    on_behalf_of: str = "",
    reason: str = "",
    registry: str | None = None,
    output: Output = None,
    force: Flag = False,
) -> int:
    """Withdraw entries of yours: from the next snapshot on they are not compared any more.

    The registration stays on record, with the day on which it ended. What was decided
    before stays as it was.

    Example: sekisho withdraw e-0123... --holder aozora --reason "sold to Kumo Books"

    Args:
        entry: Ids of the entries, as sekisho registry show --entries lists them.
        holder: Your key.
        on_behalf_of: Whose entries they are, if you are an agent: a name, a .pub file or a key id.
        reason: Others will see it.
        registry: The registry, a file or a database URL.
        output: Write the statements to this file instead, to be carried.
        force: Replace that file if it is there.
    """
    if not entry:
        raise UsageError("no entry was given", hint="sekisho withdraw ENTRY... --holder NAME")
    signer = signer_named(holder)
    key, on = principal(on_behalf_of, signer).key, today()
    made = [
        Withdrawal(id="", registrant=key, entry=EntryId(e), on=on, reason=reason)
        for e in dict.fromkeys(entry)
    ]
    envelopes = [sign_statement(WITHDRAWAL, encode_withdrawal(w), signer) for w in made]
    verdicts, code = deliver(envelopes, registry=registry, output=output, force=force)
    if say_kept(verdicts):
        note("it takes effect with the next snapshot: sekisho snapshot publish")
    return code
