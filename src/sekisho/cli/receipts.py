"""Say at which place of which log something is, and what the witnesses of a policy have done about it."""

from sekisho.cli.say import say
from sekisho.ledger.note import parse_vkey
from sekisho.ledger.policy import LogPolicy, witnessed
from sekisho.ledger.proof import decode_proof
from sekisho.locale import text

__all__ = ["say_receipt", "say_waiting"]


def say_receipt(receipt: bytes, lang: str, *, vkey: str, index: int, policy: LogPolicy | None) -> None:
    """Say where a log has something, and how many of the witnesses that are believed have cosigned.

    Args:
        receipt: a tlog-proof, already verified by the same policy.
        lang: `ja` or `en`.
        vkey: the log's key.
        index: the entry's place.
        policy: which witnesses are believed; None: no witness's signature was looked at.
    """
    if policy is None:
        say(text("verify.log", lang, vkey=vkey, index=index))
        return
    held = witnessed(decode_proof(receipt).checkpoint, policy, keys=[parse_vkey(vkey)]).names
    counts = {"count": len(held), "known": len(policy.witnesses)}
    say(text("verify.log_witnessed", lang, vkey=vkey, index=index, **counts))


def say_waiting(lang: str, *, vkey: str) -> None:
    """Say that the receipt follows, and what is not proven before.

    Args:
        lang: `ja` or `en`.
        vkey: the key of the log that will have it.
    """
    say(text("verify.waiting", lang, vkey=vkey))
