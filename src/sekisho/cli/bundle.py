"""Say what a shared bundle proves, and what not."""

from sekisho.audit.share.bundle import Bundle
from sekisho.cli.receipts import say_receipt
from sekisho.cli.say import say
from sekisho.ledger.policy import LogPolicy
from sekisho.locale import shown, text

__all__ = ["say_bundle"]


def say_bundle(done: Bundle, lang: str, *, policy: LogPolicy | None = None) -> None:
    """Say in words what a bundle proves, and what not; `policy` is the one that it was verified by."""
    public, record = done.public, done.seal.record
    items = public.totals.items
    say(text("verify.public", lang, items=items, operator=record.operator, at=record.at.date()))
    if public.sample is not None:
        say(text("verify.sample", lang, taken=items, of=public.sample.of))
    if done.registrant is not None and done.at is not None:
        said = "verify.share" if done.rows else "verify.share_none"
        say(text(said, lang, rows=done.rows, findings=done.findings, registrant=done.registrant))
        say(text("verify.share_all", lang, at=done.at.date()))
    snapshot, used, operator = public.snapshot, public.policy, public.operator
    edition = {"name": shown(snapshot.name), "signer": snapshot.signer}
    say(text("verify.registry", lang, edition=snapshot.edition, **edition))
    deviations = ", ".join(map(shown, used.deviations)) or text("verify.none", lang)
    rules = {"policy": shown(used.name), "digest": shown(used.digest[:16]), "deviations": deviations}
    say(text("verify.policy", lang, **rules))
    say(text("verify.operator", lang, label=shown(operator.label or "—"), key=operator.key))
    say_receipt(done.receipt, lang, vkey=done.seal.vkey, index=done.seal.index, policy=policy)
    if snapshot.stale:
        say(text("verify.stale", lang))
    say(text("verify.share_not", lang))
