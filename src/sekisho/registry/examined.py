"""What an envelope alone can tell: the signature holds, and the statement makes sense by itself.

Whether the signer may speak for the one in whose name it speaks, and whether what it refers to is
here, only the registry knows: see `registry.rules`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sekisho.codec import (
    decode_common,
    decode_dispute,
    decode_grant,
    decode_mandate,
    decode_registration,
    decode_resolution,
    decode_revocation,
    decode_vouch,
    decode_withdrawal,
    digest_id,
    packed_passages,
    read_traits,
)
from sekisho.errors import RefusedError
from sekisho.model import (
    UNKNOWN_PROFILE,
    Act,
    Common,
    Dispute,
    Entry,
    Grant,
    KeyId,
    Mandate,
    Name,
    Print,
    Resolution,
    Revocation,
    Vouch,
    Withdrawal,
)
from sekisho.registry.copies import Sketch, sketch_of
from sekisho.signing import (
    COMMON,
    DISPUTE,
    GRANT,
    MANDATE,
    PASSAGES,
    REGISTRATION,
    RESOLUTION,
    REVOCATION,
    TRAITS,
    VOUCH,
    WITHDRAWAL,
    open_statement,
    public_key,
)

__all__ = [
    "ATTACHED",
    "FILM",
    "FOREIGN_PRINTS",
    "PICTURES_A_PLACE",
    "AttachedMade",
    "Examined",
    "Noun",
    "examine",
]

ATTACHED = (PASSAGES, TRAITS)
"""What is kept only together with a registration that names it."""
FILM = "film"
"""What traits are about if they are of a film."""
PICTURES_A_PLACE = 50
"""Pictures with traits in one entry that take one place: about one megabyte."""

FOREIGN_PRINTS = 10_000
"""Prints of one entry of a list that others made: a false one can then be withdrawn by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedMade:
    """What a registry has to know of a statement of passages or traits; they stay in their envelope.

    Attributes:
        by: who signs it.
        sketch: of all passages of a text, or of the line of a short work; None of traits.
        film: it has the frames of a film.
    """

    id: str
    by: KeyId
    sketch: Sketch | None = None
    film: bool = False


Noun = (
    Entry | AttachedMade | Common | Mandate | Vouch | Grant | Revocation | Withdrawal | Dispute | Resolution
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A statement whose signature holds.

    Attributes:
        id: the digest of the payload: e-, p-, t-, c-, m-, v-, g-, x-, w-, d- or s-.
        owner: in whose name it speaks.
        about: the one id or key by which others look for it; `FILM` of the traits of one; else empty.
        act: what the owner's agent needs a mandate for; None if only the owner itself may sign.
    """

    id: str
    type: str
    signer: KeyId
    owner: KeyId
    about: str
    act: Act | None
    noun: Noun
    envelope: bytes

    @property
    def prints(self) -> tuple[Print, ...]:
        """The prints of a registration; others have none."""
        return self.noun.prints if isinstance(self.noun, Entry) else ()

    @property
    def names(self) -> tuple[Name, ...]:
        """The names of a registration; others have none."""
        return self.noun.names if isinstance(self.noun, Entry) else ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The passages (p-) that a registration names, each once; others name none."""
        return tuple(dict.fromkeys(p.passages for p in self.prints if isinstance(p.passages, str)))

    @property
    def traits(self) -> tuple[str, ...]:
        """The traits (t-) that a registration names; others name none."""
        return tuple(p.traits for p in self.prints if isinstance(p.traits, str))

    @property
    def places(self) -> int:
        """The places of a registration: one for each text and film and for some pictures, at least one.

        Of another statement it is 0.
        """
        if not isinstance(self.noun, Entry):
            return 0
        films = sum(p.is_film for p in self.prints)
        return max(1, len(self.texts) + films - (films - len(self.traits)) // PICTURES_A_PLACE)

    @property
    def sketch(self) -> Sketch | None:
        """The sketch of a statement of passages; others have none."""
        return self.noun.sketch if isinstance(self.noun, AttachedMade) else None


class _Sense(NamedTuple):
    """In whose name a statement speaks, what it is about, and what an agent needs to sign it."""

    owner: KeyId
    about: str = ""
    act: Act | None = None


def _text_made(payload: bytes) -> AttachedMade:
    packed = packed_passages(payload)
    return AttachedMade(id=digest_id("p", payload), by=packed.by, sketch=sketch_of(packed))


def _traits_made(payload: bytes) -> AttachedMade:
    by, traits = read_traits(payload)
    return AttachedMade(id=digest_id("t", payload), by=by, film=traits.film is not None)


_DECODERS: Mapping[str, Callable[[bytes], Noun]] = {
    REGISTRATION: decode_registration,
    PASSAGES: _text_made,
    TRAITS: _traits_made,
    COMMON: decode_common,
    MANDATE: decode_mandate,
    VOUCH: decode_vouch,
    GRANT: decode_grant,
    REVOCATION: decode_revocation,
    WITHDRAWAL: decode_withdrawal,
    DISPUTE: decode_dispute,
    RESOLUTION: decode_resolution,
}


def _sense(noun: Noun) -> _Sense:
    match noun:
        case Entry():
            sense = _Sense(noun.registrant.key, "", Act.REGISTER)
        case AttachedMade() | Common():
            sense = _Sense(noun.by, FILM if isinstance(noun, AttachedMade) and noun.film else "")
        case Mandate():
            sense = _Sense(noun.principal, noun.agent)
        case Vouch():
            sense = _Sense(noun.voucher, noun.registrant)
        case Grant():
            # What is for everybody nobody gives in another's name.
            sense = _Sense(noun.registrant, noun.entry or "", None if noun.is_general else Act.GRANT)
        case Revocation():
            # Nobody ends a mandate or a vouch but whoever gave it.
            sense = _Sense(noun.registrant, noun.grant, Act.GRANT if noun.grant.startswith("g-") else None)
        case Withdrawal():
            sense = _Sense(noun.registrant, noun.entry, Act.WITHDRAW)
        case Dispute():
            sense = _Sense(noun.disputant, noun.entry, Act.DISPUTE)
        case Resolution():
            sense = _Sense(noun.by, noun.dispute)
    return sense


def _check_prints(entry: Entry) -> None:
    """Refuse others' hashes under one's own name, and one's own without quality."""
    foreign = [p.decode_profile == UNKNOWN_PROFILE for p in entry.prints]
    if any(foreign) != bool(entry.source) or not all(foreign) == any(foreign):
        raise RefusedError(
            "hashes that others made and one's own prints do not stand in one entry",
            hint="bring in a list of others by sekisho registry import --foreign, which names its source",
        )
    if entry.source and any(p.passages for p in entry.prints):
        raise RefusedError("a list of others' hashes has no texts", hint="fingerprint the texts themselves")
    if entry.source and not entry.licence:
        raise RefusedError("a list of others' hashes names its licence", hint="say it with --licence")
    if entry.source and len(entry.prints) > FOREIGN_PRINTS:
        raise RefusedError(
            f"an entry of a foreign list has at most {FOREIGN_PRINTS} hashes", hint="cut it into several"
        )


def _check_traits(entry: Entry) -> None:
    """Refuse a picture that stands in one entry more than once with its traits: each costs all readers."""
    named = [p.traits for p in entry.prints if p.traits is not None]
    if len(set(named)) < len(named):
        raise RefusedError(
            "the same traits stand in one entry twice",
            hint="register again with this version of Sekisho, which names each once",
        )


def _check_alone(noun: Noun) -> None:
    """Refuse what makes no sense by itself, and weak keys in it."""
    match noun:
        case Entry():
            _check_prints(noun)
            _check_traits(noun)
        case Grant() | Withdrawal() if noun.entry is not None and noun.entry.startswith("l-"):
            raise RefusedError(
                "statements about photos of persons are not kept with the others",
                hint="sekisho registry import takes them into the vault",
            )
        case Grant() if not noun.is_general:
            public_key(noun.grantee)
            if noun.grantee == noun.registrant:
                raise RefusedError(
                    "the grant is to the registrant itself",
                    hint="holders need no grant for their own entries; name the operator's key in --to",
                )
        case Vouch():
            public_key(noun.registrant)
            if noun.registrant == noun.voucher:
                raise RefusedError(
                    "nobody can vouch for itself", hint="ask another voucher that the registry's root lists"
                )
        case Mandate():
            public_key(noun.agent)
            if noun.agent == noun.principal:
                raise RefusedError(
                    "the mandate is to the principal itself", hint="your own key needs no mandate"
                )
        case _:
            pass


def examine(envelope: bytes) -> Examined:
    """Verify what an envelope alone can tell.

    Raises:
        InputError: not an envelope, or not a statement of its type.
        SignatureError: the signature does not hold, or a key in it is weak.
        RefusedError: signed by another than the one it speaks for where no agent can stand in,
            vouching for, granting to or mandating oneself, or a document that a registry does not keep.
    """
    statement = open_statement(envelope)
    decode = _DECODERS.get(statement.type)
    if decode is None:
        raise RefusedError(
            f"a registry does not keep documents of type {statement.type!r}",
            hint="it keeps registrations with their passages and traits, withdrawals, vouches, mandates,"
            " grants, revocations, disputes and common content",
        )
    noun = decode(statement.payload)
    owner, about, act = _sense(noun)
    if act is None and statement.signer != owner:
        raise RefusedError(
            f"a statement of {owner} is signed by {statement.signer}",
            hint="nobody can speak for another key here; the owner has to sign it",
        )
    _check_alone(noun)
    return Examined(
        id=noun.id,
        type=statement.type,
        signer=statement.signer,
        owner=owner,
        about=about,
        act=act,
        noun=noun,
        envelope=envelope,
    )
