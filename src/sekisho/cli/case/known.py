"""What is known of a case: its notice, an interview, and what the desk declares of itself."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sekisho.cases.facts import check_desk, facts_of_notice, together
from sekisho.cases.law import CaseLaw, law_of
from sekisho.cli.rules.packs import read_fact_file
from sekisho.codec.case import decode_notice
from sekisho.errors import ConfigError, EvidenceError, InputError
from sekisho.model import Case, CaseKind, Contact, Notice, Relation
from sekisho.rules.conclude import check_facts
from sekisho.rules.factfile import FactFile, read_facts, written_facts
from sekisho.rules.pack import Pack
from sekisho.rules.vocabulary import shipped_vocabulary
from sekisho.rules.words import Facts
from sekisho.store.cases import CaseFolder

__all__ = ["Sealed", "agree", "desk_facts", "keep_facts", "law_at", "opened_facts", "sealed"]

DESK = "desk.toml"
NOTICE, FACTS = "notice", "facts"
"""What lies sealed beside the records of a case."""
SALT = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What was said when a case was opened.

    Attributes:
        notice: None: it was erased, or the case was opened otherwise.
        given: facts of an interview.
    """

    notice: Notice | None = None
    contact: Contact = field(default_factory=Contact)
    given: FactFile = field(default_factory=lambda: FactFile(facts={}))

    @property
    def facts(self) -> Facts:
        """Return what the notice tells."""
        return {} if self.notice is None else facts_of_notice(self.notice, self.contact)

    @property
    def by_guardian(self) -> bool:
        """Tell whether a guardian has given notice."""
        return self.notice is not None and self.notice.relation is Relation.GUARDIAN


def desk_facts(cases: Path) -> Facts:
    """Return what the operator of a desk declares of itself in CASES/desk.toml; nothing without the file.

    Raises:
        ConfigError: it holds facts about anything but the operator.
    """
    path = cases / DESK
    if not path.is_file():
        return {}
    try:
        return check_desk(read_fact_file(path).facts)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}", hint=error.hint) from error


def sealed(folder: CaseFolder, case: Case) -> Sealed:
    """Return what was said when a case was opened; what was erased is not there.

    Raises:
        EvidenceError: what lies sealed can not be read.
    """
    if case.kind is not CaseKind.NOTICE:
        return Sealed()
    records = folder.records()
    notices = [one.text[SALT:] for one in records.beside(NOTICE, case.id)]
    facts = [one.text for one in records.beside(FACTS, case.id)]
    given = FactFile(facts={})
    try:
        if facts:
            given = read_facts(facts[-1], f"the facts of {case.id}", shipped_vocabulary())
        if not notices:
            return Sealed(given=given)
        notice, contact = decode_notice(json.loads(notices[-1]))
    except (InputError, ConfigError, ValueError) as error:
        raise EvidenceError(f"what was said in {case.id} can not be read: {error}") from error
    return Sealed(notice=notice, contact=contact, given=given)


def law_at(
    folder: CaseFolder,
    case: Case,
    *,
    desk: Facts,
    more: FactFile | None = None,
    packs: Sequence[Pack] | None = None,
    places: Sequence[str] = (),
) -> tuple[CaseLaw, Sealed]:
    """Return which law a case asks, with all that is known of it, and what was said.

    Args:
        folder: of the case.
        case: any.
        desk: what the operator declares.
        more: facts that are added for this question only.
        packs: at hand; default: those of this version.
        places: beside the one that the notice names.

    Raises:
        ConfigError: two sources contradict each other.
    """
    said = sealed(folder, case)
    given = together({}, notice=said.given.facts, given=None if more is None else more.facts)
    where = (*said.given.jurisdictions, *(() if more is None else more.jurisdictions), *places)
    law = law_of(case, packs=packs, notice=said.facts, given=given, desk=desk, places=where)
    return law, said


def opened_facts(path: Path | None) -> FactFile | None:
    """Return the file of facts that goes with a notice, or None."""
    return None if path is None else read_fact_file(path)


def agree(notice: Notice, contact: Contact, given: FactFile | None, desk: Facts) -> None:
    """Raise if a notice, an interview and what the desk declares contradict each other.

    Raises:
        ConfigError: which fact, and how.
    """
    said = {} if given is None else given.facts
    for name in set(said) & set(desk):
        if said[name] != desk[name]:
            raise ConfigError(
                f"{name} is {said[name]} for this case, but {DESK} says {desk[name]}",
                hint="leave it out of the one that is wrong",
            )
    found = together({}, notice=facts_of_notice(notice, contact), given=said, desk=desk)
    check_facts(found, shipped_vocabulary())


def keep_facts(folder: CaseFolder, case_id: str, given: FactFile | None) -> None:
    """Seal the facts of an interview for a case: they are about a person, and are erased with the notice."""
    if given is not None:
        folder.records().lay_beside(FACTS, case_id, written_facts(given).encode())
