"""Who asks, on what, and how much today: what an operator looks at before it answers a question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sekisho.audit.membership.limits import Limits, Over, Told, over
from sekisho.audit.membership.standing import of_entry, registered_for
from sekisho.cli.audit.options import Edition
from sekisho.errors import RefusedError, UsageError
from sekisho.model import KeyId, Kind
from sekisho.model.question import AskBasis, Question
from sekisho.snapshot import Snapshot
from sekisho.store.answered import Answers
from sekisho.store.clock import now
from sekisho.store.home import home_dir
from sekisho.store.keys import find_public
from sekisho.store.snapshot_file import SnapshotFile, all_trusted, remember_edition
from sekisho.trace.turned import turned_hashes

__all__ = ["Stands", "authorities_of", "counted", "opened_edition", "own_answers", "stands"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """What an edition says of a question that names an entry.

    Attributes:
        edition: SHA-256 of the edition; None: the question names no entry.
        belongs: of each file whether it belongs to the entry; None: the entry is not there, or none is named.
    """

    edition: bytes | None = None
    belongs: Sequence[bool] | None = None

    @property
    def is_unknown(self) -> bool:
        """Tell whether the question names an entry that this edition does not have so."""
        return self.edition is not None and self.belongs is None


def opened_edition(edition: Edition) -> Snapshot | None:
    """Open the edition that is named; None if none is."""
    if edition.snapshot is None:
        return None
    opened = SnapshotFile(
        path=edition.snapshot.absolute(),
        trusted=all_trusted(edition.trusted_keys),
        now=now(),
        max_age=timedelta(days=edition.max_age_days),
        allow_stale=edition.allow_stale,
    ).open()
    remember_edition(opened)
    return opened


def authorities_of(named: Sequence[str], snapshot: Snapshot | None) -> frozenset[KeyId]:
    """Return the keys of authorities: those that are named, and those that the registry's root lists."""
    listed = frozenset() if snapshot is None else snapshot.root.authorities
    return listed | {find_public(key).key for key in named}


def stands(question: Question, snapshot: Snapshot | None) -> Stands:
    """Look up the entry of a question that a trusted registry asks, and what of its files belongs to it.

    Raises:
        UsageError: the edition of that registry is not at hand.
    """
    if question.basis is not AskBasis.HOLDER or question.kind is Kind.LIKENESS:
        return Stands()
    if snapshot is None or snapshot.signer != question.asker:
        other = "" if snapshot is None else f": the one named is of {snapshot.signer}"
        raise UsageError(
            f"the question stands on {question.entry}, which has to be looked up in an edition of"
            f" {question.asker}{other}",
            hint="fetch its newest edition and name it: --snapshot FILE",
        )
    registered = registered_for(question, snapshot, registry=snapshot.signer, on=now().date())
    edition = bytes.fromhex(snapshot.digest)
    if registered is None:
        return Stands(edition=edition)
    return Stands(
        edition=edition, belongs=[of_entry(one, registered, turned_hashes) for one in question.asked]
    )


def own_answers() -> Answers:
    """Open this operator's record of answers to registries and authorities."""
    return Answers.open(home_dir() / "answered.sqlite")


def _refuses(limits: Limits, files: int, questions: int, prints: int) -> Over | None:
    return over(Told(questions=questions, prints=prints), files, limits)


def counted(question: Question, run: str, limits: Limits) -> None:
    """Count a question about near copies before it is answered.

    Args:
        question: that is going to be answered.
        run: hex digest of the run.
        limits: of a day.

    Raises:
        RefusedError: its asker has had its answers of today.
    """
    if question.basis is AskBasis.PUBLIC:
        return
    today = now().date()
    passed = own_answers().take(question, run, today, partial(_refuses, limits, len(question.asked)))
    match passed:
        case Over.QUESTIONS:
            what, setting = f"{limits.questions} questions", "questions_a_day"
        case Over.PRINTS:
            what, setting = f"questions about {limits.prints} files", "prints_a_day"
        case None:
            return
    raise RefusedError(
        f"{question.asker} would be answered more than {what} on {today}",
        hint=f"answer it tomorrow (UTC), or raise {setting} in sekisho.toml; sekisho trace answered",
    )
