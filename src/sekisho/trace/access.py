"""Who may be told what of a trace. Who holds the records sees all lines; everybody else asks.

    public      exact files only; of a protected person nothing
    holder      near copies of a work that it has registered; of a photo only with the key that registered it
    authority   the same, if the registry lists the key and the request is in the log

A near search of a photo answers "is this person in there?" to whoever has a picture of somebody. So it is
open to nobody but the one who registered that photo, and to those whose asking others can see.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from sekisho.errors import RefusedError
from sekisho.model import EntryId, KeyId, Kind
from sekisho.trace.lines import Line, Means, Shown
from sekisho.trace.query import Query

__all__ = ["Asker", "Standing", "Subject", "allowed_lines", "allowed_query"]


class Standing(StrEnum):
    """As what somebody asks."""

    RECORDS = "records"
    HOLDER = "holder"
    AUTHORITY = "authority"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks.

    Attributes:
        key: whose signature on the question was verified; None for the public.
        request: of an authority, the index of its request in the log.
    """

    standing: Standing
    key: KeyId | None = None
    request: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The registered entry on which a question stands, by the registry's own records."""

    entry: EntryId
    kind: Kind
    holder: KeyId


def _may_near(asker: Asker, subject: Subject | None, authorities: Collection[KeyId]) -> bool:
    match asker.standing:
        case Standing.RECORDS:
            return True
        case Standing.HOLDER:
            return subject is not None and asker.key == subject.holder
        case Standing.AUTHORITY:
            return asker.key in authorities and asker.request is not None
        case Standing.PUBLIC:
            return False


def allowed_query(
    query: Query, asker: Asker, subject: Subject | None = None, authorities: Collection[KeyId] = ()
) -> Query:
    """Return what of a question may be searched; the public's is cut down to the exact file.

    Args:
        query: as it was asked.
        asker: who asks.
        subject: the entry on which it stands; None if on none.
        authorities: keys that the registry lists.

    Raises:
        RefusedError: a near search by somebody who may not ask for it.
    """
    if _may_near(asker, subject, authorities):
        return query
    if asker.standing is Standing.PUBLIC:
        return Query(sha256=query.sha256)
    raise RefusedError(
        "near copies are searched only for the holder of the registered entry, or a listed authority",
        hint="sign the question with the key that registered it; an authority's request is logged first",
    )


def allowed_lines(lines: Collection[Line], asker: Asker, subject: Subject | None = None) -> tuple[Line, ...]:
    """Return what of the lines may be handed out.

    Only who holds the records is told where they lie and the name of an item. A holder is told only what
    was found of its own entry, the public nothing of what was found. Others are told of a row about a
    protected person only if they asked about that person, and never how near it is.
    """
    if asker.standing is Standing.RECORDS:
        return tuple(lines)
    about_person = subject is not None and subject.kind is Kind.LIKENESS
    told = []
    for line in lines:
        hidden = line.protected and not (about_person or asker.standing is Standing.AUTHORITY)
        if hidden or (asker.standing is Standing.PUBLIC and line.means is not Means.SAME_FILE):
            continue
        distance = None if about_person or line.protected else line.distance
        findings = _told(line, asker, subject)
        told.append(replace(line, name="", item="", distance=distance, findings=findings))
    return tuple(told)


def _told(line: Line, asker: Asker, subject: Subject | None) -> tuple[Shown, ...]:
    match asker.standing:
        case Standing.RECORDS | Standing.AUTHORITY:
            return line.findings
        case Standing.HOLDER:
            own = None if subject is None else subject.entry
            return tuple(found for found in line.findings if found.entry == own)
        case Standing.PUBLIC:
            return ()
