"""Take a batch of statements into a registry: each is kept or refused with the reason."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sekisho.errors import InputError, RefusedError, SignatureError
from sekisho.registry.rules import ORDER, Examined, Shelf, examine, place

__all__ = ["Verdict", "submit"]

Refusal = (InputError, RefusedError, SignatureError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one statement.

    Attributes:
        id, type: empty if the envelope could not even be examined.
        kept: it is in the registry now.
        new: it was not before.
        reason, hint: why it was refused.
    """

    id: str = ""
    type: str = ""
    kept: bool
    new: bool = False
    reason: str = ""
    hint: str = ""


def _examined(envelope: bytes) -> Examined | Verdict:
    try:
        return examine(envelope)
    except Refusal as error:
        return Verdict(kept=False, reason=str(error), hint=error.hint)


def _placed(statement: Examined, shelf: Shelf) -> Verdict:
    try:
        new = place(statement, shelf)
    except Refusal as error:
        return Verdict(id=statement.id, type=statement.type, kept=False, reason=str(error), hint=error.hint)
    return Verdict(id=statement.id, type=statement.type, kept=True, new=new)


def submit(
    envelopes: Sequence[bytes], batch: Callable[[], AbstractContextManager[Shelf]]
) -> tuple[Verdict, ...]:
    """Judge statements and keep those that pass, all in one transaction.

    Signatures are verified before the transaction begins, so that other writers wait only for the
    look-ups. Within the batch registrations come first, then vouches, grants and revocations, so
    that the order of lines in a file does not matter.

    Returns:
        One verdict per envelope, in the order given.
    """
    examined = [_examined(envelope) for envelope in envelopes]
    ready = [(i, e) for i, e in enumerate(examined) if isinstance(e, Examined)]
    verdicts = {i: e for i, e in enumerate(examined) if isinstance(e, Verdict)}
    with batch() as shelf:
        for index, statement in sorted(ready, key=lambda pair: (ORDER.index(pair[1].type), pair[0])):
            verdicts[index] = _placed(statement, shelf)
    return tuple(verdicts[i] for i in range(len(envelopes)))
