"""Photos of persons: what is stated about them, and how that stands on a day. Pure.

Such statements never meet the others: they are kept sealed, and no edition has them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sekisho.codec import decode_grant, decode_revocation, decode_withdrawal
from sekisho.codec.likeness import decode_likeness, decode_verification
from sekisho.errors import InputError, RefusedError, SignatureError
from sekisho.model import (
    PURPOSE_PARENT,
    Basis,
    EntryId,
    Grant,
    KeyId,
    Purpose,
    Revocation,
    Root,
    State,
    Trust,
    Withdrawal,
)
from sekisho.model.likeness import Likeness, StatedLikeness, Verification
from sekisho.registry.rules import GRACE
from sekisho.signing import (
    GRANT,
    LIKENESS,
    REVOCATION,
    VERIFICATION,
    WITHDRAWAL,
    open_statement,
    public_key,
    read_payload,
)

__all__ = [
    "Personal",
    "PhotoRow",
    "Standing",
    "about_person",
    "examine_personal",
    "is_left_out",
    "likeness_prints",
    "standing",
]

_END_OF_ENVELOPE = 512
"""Bytes in which the type of an envelope stands: canonical JSON has it behind the payload."""
_REFUSED = (InputError, SignatureError)

Noun = Likeness | Verification | Withdrawal | Grant | Revocation


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """A statement about a photo of a person whose signature holds.

    Attributes:
        by: who signs, and in whose name it speaks: nobody else can, here.
        entry: the registration (l-) that it is about; of a revocation the registry finds it.
    """

    id: str
    type: str
    by: KeyId
    entry: EntryId
    noun: Noun
    envelope: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a registration stands on a day: `active`, `withdrawn` or `lapsed`.

    Attributes:
        trust: `verified` if the desk has seen who its holder is to the person. Only then does anybody get
            more than "there is a match" as an answer; what a match does to an item is the same.
    """

    state: State
    trust: Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoRow:
    """One registered photo, as the watch compares it.

    Attributes:
        number: of the print in its registration, from 0.
    """

    entry: EntryId
    number: int
    sha256: bytes
    pdq: bytes


def about_person(envelope: bytes) -> bool:
    """Tell whether a statement belongs into the vault; a revocation is only known by what it ends."""
    end = envelope[-_END_OF_ENVELOPE:]
    if LIKENESS.encode() in end or VERIFICATION.encode() in end:
        return True
    decoders: Mapping[str, Callable[[bytes], Grant | Withdrawal]] = {
        GRANT: decode_grant,
        WITHDRAWAL: decode_withdrawal,
    }
    for type_, decode in decoders.items():
        if type_.encode() in end:
            try:
                entry = decode(read_payload(envelope, type_)).entry
            except _REFUSED:
                return False
            return entry is not None and entry.startswith("l-")
    return False


_DECODERS: Mapping[str, Callable[[bytes], Noun]] = {
    LIKENESS: decode_likeness,
    VERIFICATION: decode_verification,
    WITHDRAWAL: decode_withdrawal,
    GRANT: decode_grant,
    REVOCATION: decode_revocation,
}


def _sense(noun: Noun) -> tuple[KeyId, EntryId]:
    match noun:
        case Likeness():
            return noun.holder, noun.id
        case Verification():
            return noun.by, noun.entry
        case Withdrawal():
            return noun.registrant, noun.entry
        case Grant():
            return noun.registrant, noun.entry or EntryId("")
        case Revocation():
            return noun.registrant, EntryId("")


def examine_personal(envelope: bytes) -> Personal:
    """Verify what an envelope alone can tell.

    Raises:
        InputError: not an envelope, or not a statement of its type; a field that is not allowed.
        SignatureError: the signature does not hold, or a key in it is weak.
        RefusedError: signed by another than the one it speaks for, or a consent that names no operator.
    """
    statement = open_statement(envelope)
    decode = _DECODERS.get(statement.type)
    if decode is None:
        raise RefusedError(f"nothing of type {statement.type!r} is stated about photos of persons")
    noun = decode(statement.payload)
    by, entry = _sense(noun)
    if statement.signer != by:
        raise RefusedError(
            f"a statement of {by} is signed by {statement.signer}",
            hint="about a photo of a person nobody can sign for another key",
        )
    if isinstance(noun, Grant):
        _check_consent(noun)
    return Personal(id=noun.id, type=statement.type, by=by, entry=entry, noun=noun, envelope=envelope)


def _check_consent(grant: Grant) -> None:
    public_key(grant.grantee)
    if grant.basis is not Basis.CONSENT:
        raise RefusedError("for a photo of a person there is consent, no licence", hint="--basis consent")
    if grant.territories != {"*"}:
        raise RefusedError(
            "consent for a photo of a person holds everywhere or not at all: nobody could keep it apart",
            hint="--territory '*'",
        )
    if grant.grantee == grant.registrant:
        raise RefusedError("the consent is to the holder itself", hint="name the operator's key in --to")


def standing(stated: StatedLikeness, root: Root, on: date) -> Standing:
    """Return how a registration stands on a day."""
    likeness = stated.likeness
    verified = any(
        v.by in root.vouchers and v.on <= on + GRACE and v.trust_of(likeness) is Trust.VERIFIED
        for v in stated.verifications
    )
    state = State.ACTIVE if on <= likeness.until else State.LAPSED
    if any(w.on <= on for w in stated.withdrawals):
        state = State.WITHDRAWN
    return Standing(state=state, trust=Trust.VERIFIED if verified else Trust.DECLARED)


def is_left_out(
    stated: StatedLikeness, *, recipient: KeyId, purpose: Purpose, first: date, last: date
) -> bool:
    """Tell whether consent to an operator and purpose holds on every day of a section's use."""
    ended = {r.grant for r in stated.revocations if r.on <= last}
    asked = {purpose, PURPOSE_PARENT.get(purpose)}
    return any(
        c.grantee == recipient
        and not asked.isdisjoint(c.purposes)
        and c.from_ <= first
        and last <= c.until
        and c.id not in ended
        for c in stated.consents
    )


def likeness_prints(stated: Iterable[StatedLikeness], root: Root, on: date) -> Iterator[PhotoRow]:
    """Yield the photos of all registrations that stand on a day, for the watch; nothing says whose."""
    for one in stated:
        if standing(one, root, on).state is State.ACTIVE:
            for number, p in enumerate(one.likeness.prints):
                yield PhotoRow(entry=one.likeness.id, number=number, sha256=p.sha256, pdq=p.pdq)
