"""What of a run passes: by the audit, by the reviews of people, and by edits that are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sekisho.audit.clean import Selection, changed_rows, select
from sekisho.audit.edits import plan_edits
from sekisho.audit.review.effect import PENDING
from sekisho.audit.verify import verify_run
from sekisho.cli.say import note
from sekisho.errors import EvidenceError, RefusedError, UsageError
from sekisho.locale import text
from sekisho.model import Edit, Outcome
from sekisho.store.clock import today
from sekisho.store.decided import read_json
from sekisho.store.materialise import edit_rows, kept_rows, text_fields
from sekisho.store.runs import RunDirectory

__all__ = ["Passed", "passed", "read_fields"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What is copied; `unknown` are items that can not be edited, see `plan_edits`."""

    selection: Selection
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Changes:
    """What reviews have changed, and the items that people have decided about."""

    added: Sequence[str] = ()
    removed: Sequence[str] = ()
    ended: Sequence[str] = ()
    reviewed: frozenset[str] = frozenset()


def read_fields(run: Path) -> tuple[str, ...] | None:
    """Return the fields of records that the run has looked at; None if it looked at no text.

    A sample is refused: most of its dataset was not looked at, and what passed was not meant to be all.

    Raises:
        RefusedError: the run is a sample.
        EvidenceError: its manifest is none.
    """
    manifest = read_json(run / "manifest.json")
    if not isinstance(manifest, dict):
        raise EvidenceError(f"{run / 'manifest.json'} is no manifest", hint=f"sekisho verify {run}")
    if manifest.get("sample"):
        raise RefusedError(
            f"{run} checked only a sample; a clean subset needs the whole dataset",
            hint="run the audit again without --sample",
        )
    return text_fields(manifest)


def passed(run: Path, edits: frozenset[Edit]) -> Passed:
    """Return what passes: as the audit decided, as people have reviewed it, and when it is edited.

    A run that is sealed is verified first. A review that has ended since lets nothing pass.
    Of an interrupted review nobody knows yet what it takes out.

    Args:
        run: the RUN directory.
        edits: those that are asked for.

    Raises:
        UsageError: it has reviews that are not sealed.
        EvidenceError: something of it was changed.
        RefusedError: it has reviews, and rows of it were erased.
        NotFoundError: the places of personal information were deleted.
    """
    files = RunDirectory(run.absolute())
    if files.read(PENDING):
        raise UsageError(
            f"{run} has reviews that are not sealed yet", hint=f"sekisho review {run} --list seals them"
        )
    if files.read("seal.json") is None:
        if files.read("reviews.jsonl") is not None:
            raise EvidenceError(f"{run} has reviews, but no seal", hint="reviews count when sealed")
        return _edited(run, files, edits, _Changes())
    verified = verify_run(files)
    reviews = verified.reviews
    if verified.erased and files.read("reviews.jsonl") is not None:
        # Without its reviews, what people have taken out would pass again.
        raise RefusedError(
            f"rows of {run} were erased, so that nobody knows what its reviews let pass",
            hint="run the audit again: sekisho audit DATASET -o NEW",
        )
    if reviews is None:
        return _edited(run, files, edits, _Changes())
    now, made = reviews.verdicts(today()), reviews.reviewed
    ended = [item for item in made.added if item not in now or now[item].outcome is not Outcome.ALLOW]
    if ended:
        note(text("clean.reviews_ended", "en", count=len(ended)))
    decided = (item for item, verdict in now.items() if verdict.outcome is not Outcome.REVIEW)
    changes = _Changes(
        added=made.added,
        removed=made.removed,
        ended=ended,
        reviewed=frozenset((*decided, *made.added, *made.removed)),
    )
    return _edited(run, files, edits, changes)


def _edited(run: Path, files: RunDirectory, edits: frozenset[Edit], changes: _Changes) -> Passed:
    rows = changed_rows(kept_rows(run), added=changes.added, removed=changes.removed, ended=changes.ended)
    if not edits:
        return Passed(selection=select(rows))
    made = plan_edits(edit_rows(run), edits, files.read, reviewed=changes.reviewed)
    return Passed(selection=select(rows, made.items), unknown=made.unknown)
