"""What a grant for everybody asks of its holder: that it is meant, and what its end does not undo.

It is said in both languages, whichever the holder reads. Nothing is signed before it is confirmed.
"""

from collections.abc import Sequence
from datetime import date

from sekisho.cli.say import note
from sekisho.errors import UsageError
from sekisho.locale import text, word
from sekisho.model import EVERYBODY, Grant, GrantId, KeyId
from sekisho.registry.entries import read_grants
from sekisho.signing import GRANT, REVOCATION
from sekisho.store.clock import today
from sekisho.store.database import RegistryDatabase
from sekisho.store.keys import find_public

__all__ = ["confirm_everybody", "grantee_of", "say_given", "say_left_open"]

LANGUAGES = ("ja", "en")
MANY = 5
"""Entries that are named; of more it is said how many they are."""


def _what(grants: Sequence[Grant], lang: str) -> str:
    named = [grant.entry for grant in grants if grant.entry is not None]
    if not named:
        return text("grant.everybody_all", lang, holder=grants[0].registrant)
    more = f" +{len(named) - MANY}" if len(named) > MANY else ""
    return ", ".join(named[:MANY]) + more


def grantee_of(to: str, *, everyone: bool, entry: Sequence[str], on_behalf_of: str) -> KeyId:
    """Return for whom a grant is; for everybody it has to be said what is given, by the holder itself.

    Raises:
        UsageError: it is not said to whom, or for everybody not what, or by an agent.
    """
    if bool(to) == everyone:
        raise UsageError("say to whom: --to OPERATOR, or --to-everyone")
    if not everyone:
        return find_public(to).key
    if not entry:
        raise UsageError(
            "a grant for everybody says what is given",
            hint="--entry e-..., or --entry all: all your entries, also those to come",
        )
    if on_behalf_of:
        raise UsageError(
            "nobody gives to everybody in another's name", hint="the holder signs it with its own key"
        )
    return EVERYBODY


def confirm_everybody(grants: Sequence[Grant], *, confirmed: bool) -> None:
    """Say what grants for everybody mean.

    Args:
        grants: for everybody, of the same terms.
        confirmed: the holder has said that this is meant.

    Raises:
        UsageError: the holder has not.
    """
    terms = grants[0]
    for lang in LANGUAGES:
        purposes = ", ".join(word("purpose", purpose.value, lang) for purpose in sorted(terms.purposes))
        where = (
            text("grant.everywhere", lang)
            if "*" in terms.territories
            else ", ".join(sorted(terms.territories))
        )
        said = {"purposes": purposes, "territories": where}
        days = {"first": terms.from_, "last": terms.until}
        note(text("grant.everybody_means", lang, what=_what(grants, lang), **said, **days))
        note(text("grant.everybody_ends", lang))
    if not confirmed:
        raise UsageError("nothing was given yet", hint="if this is what you mean, add --yes")


def say_given() -> None:
    """Say that it was given, and where else to say it."""
    for lang in LANGUAGES:
        note(text("grant.everybody_given", lang))


def say_left_open(database: RegistryDatabase, holder: KeyId, ended: GrantId, on: date) -> None:
    """Say what the end of a grant does not undo: of one for everybody; of another, that such a one stays."""
    given = read_grants(database.statements(GRANT, holder), database.statements(REVOCATION, holder))
    grant = next((one.grant for one in given if one.grant.id == ended), None)
    if grant is None:
        return
    left = [one.grant for one in given if one.grant.is_general and one.state(max(on, today())) == "active"]
    for lang in LANGUAGES:
        if grant.is_general:
            note(text("grant.everybody_revoked", lang, on=on))
        for other in left[:MANY]:
            if not grant.is_general and _overlap(grant, other):
                note(text("grant.everybody_left", lang, grant=other.id))


def _overlap(one: Grant, other: Grant) -> bool:
    return None in {one.entry, other.entry} or one.entry == other.entry
