"""Where statements part: those about persons go into the vault, all others into the registry's database."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from sekisho.errors import InputError, RefusedError, SignatureError
from sekisho.model import Common, EntryId, KeyId, Print, Revocation
from sekisho.model.likeness import Likeness
from sekisho.registry.common import common_content
from sekisho.registry.likeness import Personal, about_person, examine_personal
from sekisho.registry.likeness_reach import refuse_common_photos
from sekisho.registry.likeness_rules import place_personal
from sekisho.registry.picture_codes import refuse_known
from sekisho.registry.quota import DECLARED_QUOTA
from sekisho.registry.submit import Verdict, submit
from sekisho.signing import GRANT, LIKENESS, REVOCATION, VERIFICATION, WITHDRAWAL
from sekisho.store.clock import today
from sekisho.store.database import RegistryDatabase
from sekisho.store.likenesses import Likenesses
from sekisho.store.removed import Removed
from sekisho.trace.turned import turned_hashes

__all__ = ["judged", "personal_verdict"]

_ORDER = (LIKENESS, VERIFICATION, GRANT, WITHDRAWAL, REVOCATION)
_REFUSALS = (InputError, RefusedError, SignatureError)


def personal_verdict(envelope: bytes) -> Verdict:
    """Return a verdict by what the envelope of a statement about a person tells; refusals are raised."""
    found = examine_personal(envelope)
    return Verdict(id=found.id, type=found.type, kept=True, new=True)


def judged(
    envelopes: Sequence[bytes], database: RegistryDatabase, *, quota: int = DECLARED_QUOTA
) -> tuple[Verdict, ...]:
    """Submit statements, each to where it belongs, and return the verdicts in their order.

    Args:
        envelopes: statements of any type.
        database: the registry.
        quota: as of `submit`.
    """
    registry = database.root()[0].registry
    ends = [e for e in envelopes if REVOCATION.encode() in e[-512:]]
    vault = Likenesses.find(registry) if ends else None
    personal = {n: e for n, e in enumerate(envelopes) if about_person(e) or _ends_consent(e, vault)}
    others = [e for n, e in enumerate(envelopes) if n not in personal]
    refuse = _refuse_removed(registry)
    verdicts = iter(submit(others, database.batch, today=today(), quota=quota, refuse=refuse))
    kept = _take(personal, database)
    return tuple(kept[n] if n in kept else next(verdicts) for n in range(len(envelopes)))


def _refuse_removed(registry: KeyId) -> Callable[[Sequence[Print]], None]:
    """Return what refuses pictures that were taken out of a registry because they show a person."""
    removed = Removed.find(registry)
    if removed is None:
        return lambda _: None
    return partial(refuse_known, known=removed.codes(), mac=removed.vault.place_of_bytes)


def _consent_of(statement: Personal, vault: Likenesses) -> EntryId | None:
    if not isinstance(statement.noun, Revocation):
        return None
    return vault.entry_of_consent(statement.noun.grant, statement.noun.registrant)


def _ends_consent(envelope: bytes, vault: Likenesses | None) -> bool:
    if vault is None or REVOCATION.encode() not in envelope[-512:]:
        return False
    try:
        return _consent_of(examine_personal(envelope), vault) is not None
    except _REFUSALS:
        return False


def _rank(envelope: bytes) -> int:
    return next((n for n, type_ in enumerate(_ORDER) if type_.encode() in envelope[-512:]), len(_ORDER))


def _common(personal: dict[int, bytes], database: RegistryDatabase) -> tuple[Common, ...]:
    """Return the registry's common content if photos are to be compared with it."""
    if not any(LIKENESS.encode() in envelope[-512:] for envelope in personal.values()):
        return ()
    with database.batch() as shelf:
        return common_content(shelf, today())


def _take(personal: dict[int, bytes], database: RegistryDatabase) -> dict[int, Verdict]:
    """Place what is about persons, in the order in which it may refer to each other."""
    if not personal:
        return {}
    root = database.root()[0]
    vault = Likenesses.open(root.registry)
    listed = _common(personal, database)
    kept: dict[int, Verdict] = {}
    for number, envelope in sorted(personal.items(), key=lambda item: _rank(item[1])):
        name = ""
        try:
            statement = examine_personal(envelope)
            name = statement.id
            if isinstance(statement.noun, Likeness):
                refuse_common_photos(statement.noun, listed, turned_hashes)
            entry = _consent_of(statement, vault) or statement.entry
            place_personal(replace(statement, entry=entry), vault, root, today=today())
        except _REFUSALS as error:
            kept[number] = Verdict(id=name, kept=False, reason=str(error), hint=error.hint)
        else:
            kept[number] = Verdict(id=name, type=statement.type, kept=True, new=True)
    return kept
