"""What a notice lacks, by the law it names: the form shows only what that law needs.

Sources: Regulation (EU) 2022/2065 art. 16(2); 17 U.S.C. 512(c)(3)(A); TAKE IT DOWN Act s. 3(a); the Japanese
industry's notice forms (copyright form A, defamation and privacy form 1).
"""

from collections.abc import Mapping

from sekisho.model import Contact, Notice, Subject

__all__ = ["FIELDS", "missing", "wanted"]

_WORKS = frozenset({Subject.WORK, Subject.CHARACTER})
_PERSONS = frozenset({Subject.LIKENESS, Subject.INTIMATE})
FIELDS: Mapping[str, tuple[str, ...]] = {
    "EU": ("explanation", "locations", "name", "email", "good_faith"),
    "US": ("locations", "work", "name", "email", "address", "phone", "good_faith", "accurate", "signed"),
    "JP": ("explanation", "locations", "work", "name", "email", "address", "good_faith", "name_to_uploader"),
    "*": ("explanation", "locations", "email", "good_faith"),
}
"""What a law asks for about a work. What is about a person asks for less, see `wanted`."""
_OF_PERSONS: tuple[str, ...] = ("explanation", "locations", "email", "good_faith", "relation")
_TAKE_IT_DOWN: tuple[str, ...] = ("explanation", "locations", "email", "good_faith", "signed")
_TO_CHOOSE = "name_to_uploader"


def wanted(notice: Notice) -> tuple[str, ...]:
    """Return the names of the fields that a notice has to have.

    A notice that a minor is pictured needs no name: Directive 2011/93 arts 3-7 in DSA art. 16(2)(c).
    """
    if notice.subject in _WORKS:
        return (*FIELDS.get(notice.jurisdiction, FIELDS["*"]), "authorship")
    if notice.subject is Subject.INTIMATE and notice.jurisdiction == "US":
        fields: tuple[str, ...] = _TAKE_IT_DOWN
    elif notice.subject in _PERSONS:
        fields = _OF_PERSONS
    else:
        fields = FIELDS["*"]
    if notice.minor:
        return tuple(name for name in fields if name != "email")
    return fields


def missing(notice: Notice, contact: Contact) -> tuple[str, ...]:
    """Return the names of the fields that are wanted and empty; nothing missing makes it valid."""
    lacking = []
    for name in wanted(notice):
        value = getattr(contact, name) if hasattr(contact, name) else getattr(notice, name)
        if value is None or (not value and name != _TO_CHOOSE):
            lacking.append(name)
    return tuple(lacking)
