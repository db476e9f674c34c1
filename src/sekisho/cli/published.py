"""Packs of rules that somebody has published: read, and said whose they are."""

from sekisho.cli.receipts import say_receipt
from sekisho.cli.say import say
from sekisho.ledger.logged import decode_logged, verify_logged
from sekisho.ledger.policy import LogPolicy
from sekisho.locale import text
from sekisho.rules.published import Published, open_published

__all__ = ["read_published", "say_published"]


def read_published(data: bytes, where: str) -> tuple[Published, int, str]:
    """Return the pack of a logged file, its entry's index and the key of the log.

    Raises:
        EvidenceError: signature, receipt or digest does not hold, or it says something else than the pack.
        SignatureError: it is a statement of another type.
        ConfigError: its text is no pack.
    """
    statement, index, _ = verify_logged(data)
    return open_published(statement, where), index, decode_logged(data).vkey


def say_published(data: bytes, where: str, lang: str, *, policy: LogPolicy | None) -> None:
    """Verify a published pack and say whose it is, of which day, and where the log has it."""
    found, index, vkey = read_published(data, where)
    pack = found.pack
    names = ", ".join(pack.reviewed_by)
    reviewed = text("rules.reviewed", lang, names=names) if names else text("rules.not_reviewed", lang)
    key = "rules.published_draft" if found.draft else "rules.published"
    ids = {"pack": pack.id, "place": pack.jurisdiction, "digest": pack.digest, "signer": found.signer}
    say(text(key, lang, day=pack.law_as_of, rules=len(pack.rules), reviewed=reviewed, **ids))
    say_receipt(decode_logged(data).receipt, lang, vkey=vkey, index=index, policy=policy)
