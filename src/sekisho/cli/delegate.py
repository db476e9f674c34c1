"""`sekisho key delegate`: a holder lets an agent act in its name, for some acts and some days."""

from datetime import date
from typing import Annotated

from cyclopts import Parameter

from sekisho.cli.parameters import Flag, Output
from sekisho.cli.say import note
from sekisho.cli.signers import signer_named
from sekisho.cli.submission import deliver, say_kept
from sekisho.codec import encode_mandate
from sekisho.errors import UsageError
from sekisho.model import Act, Mandate
from sekisho.signing import MANDATE, sign_statement
from sekisho.store.keys import find_public

__all__ = ["delegate"]


def _acts(text: str) -> frozenset[Act]:
    try:
        return frozenset(Act(word.strip()) for word in text.split(","))
    except ValueError as error:
        raise UsageError(f"--may: {error}", hint=f"acts are {', '.join(Act)}") from error


def delegate(
    agent: str,
    /,
    *,
    holder: str,
    may: str,
    from_: Annotated[date, Parameter(name="--from")],
    until: date,
    registry: str | None = None,
    output: Output = None,
    force: Flag = False,
) -> int:
    """Let another key act in your name: an association, an agency, a colleague.

    The agent signs with its own key and says --on-behalf-of. The mandate holds for the
    acts and days that it names; end it at any time by sekisho grant revoke m-...

    Example: sekisho key delegate assoc.pub --holder aozora --may register,withdraw
    --from 2026-12-01 --until 2027-11-30

    Args:
        agent: The agent's key: a name, a .pub file or a key id.
        holder: Your key.
        may: register, grant, dispute, withdraw; with commas between.
        from_: First day, YYYY-MM-DD.
        until: Last day, included.
        registry: The registry, a file or a database URL.
        output: Write the statement to this file instead, to be carried.
        force: Replace that file if it is there.
    """
    signer = signer_named(holder)
    found = find_public(agent)
    try:
        made = Mandate(
            id="", principal=signer.key, agent=found.key, acts=_acts(may), from_=from_, until=until
        )
    except ValueError as error:
        raise UsageError(str(error)) from error
    envelope = sign_statement(MANDATE, encode_mandate(made), signer)
    verdicts, code = deliver((envelope,), registry=registry, output=output, force=force)
    for mandate in say_kept(verdicts):
        note(f"{found.key} may act in your name; to end it: sekisho grant revoke {mandate}")
    return code
