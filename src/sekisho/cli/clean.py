"""`sekisho clean`: copy or link what a run allowed, and nothing else."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sekisho.audit.clean import Selection, changed_rows, choose, select
from sekisho.audit.review.effect import PENDING
from sekisho.audit.verify import verify_run
from sekisho.cli.say import note, say
from sekisho.errors import EvidenceError, RefusedError, UsageError
from sekisho.locale import text
from sekisho.model import Outcome
from sekisho.store.clock import today
from sekisho.store.datasets import open_datasets
from sekisho.store.decided import read_json
from sekisho.store.materialise import Order, dataset_paths, kept_rows, materialise, new_directory
from sekisho.store.runs import RunDirectory

__all__ = ["clean"]

EXIT_INCOMPLETE = 3
SHOWN = 20
"""Refused items that are named on the terminal; the number is always complete."""


def _whole(run: Path) -> None:
    """Refuse a sample: most of its dataset was not looked at, and what passed was not meant to be all."""
    manifest = read_json(run / "manifest.json")
    if isinstance(manifest, dict) and manifest.get("sample"):
        raise RefusedError(
            f"{run} checked only a sample; a clean subset needs the whole dataset",
            hint="run the audit again without --sample",
        )


def _selected(run: Path) -> Selection:
    """Return what passes: as the audit decided, and as people have reviewed it.

    A run that is sealed is verified first. A review that has ended since lets nothing pass.
    Of an interrupted review nobody knows yet what it takes out.
    """
    files = RunDirectory(run.absolute())
    if files.read(PENDING):
        raise UsageError(
            f"{run} has reviews that are not sealed yet", hint=f"sekisho review {run} --list seals them"
        )
    if files.read("seal.json") is None:
        if files.read("reviews.jsonl") is not None:
            raise EvidenceError(f"{run} has reviews, but no seal", hint="reviews count when sealed")
        return select(kept_rows(run))
    reviews = verify_run(files).reviews
    if reviews is None:
        return select(kept_rows(run))
    now, made = reviews.verdicts(today()), reviews.reviewed
    ended = [item for item in made.added if item not in now or now[item].outcome is not Outcome.ALLOW]
    if ended:
        note(text("clean.reviews_ended", "en", count=len(ended)))
    return select(changed_rows(kept_rows(run), added=made.added, removed=made.removed, ended=ended))


def _list(run: Path, selection: Selection, out: Path) -> int:
    target = new_directory(out, [run])
    target.mkdir(parents=True, exist_ok=True)
    kept = [item for item, digest in selection.known.items() if digest is not None]
    draft = target / ".items.txt.partial"
    draft.write_text("".join(f"{item}\n" for item in kept), encoding="utf-8")
    draft.replace(target / "items.txt")
    return len(kept)


def _say_refused(refused: list[str]) -> None:
    for item in refused[:SHOWN]:
        note(f"refused: {item} is not what was checked, or equals what did not pass")
    note(f"refused: {len(refused)} items; run the audit again")


def clean(
    run: Path,
    *,
    out: Annotated[Path, Parameter(name=["--out", "-o"])],
    mode: Literal["copy", "hardlink", "list"] = "copy",
    dataset: tuple[Path, ...] = (),
    image_column: str | None = None,
) -> int:
    """Copy or link only the items of a run that passed, by the audit or by review.

    Tars are written anew with the allowed samples byte for byte, Parquet files with the allowed rows.
    Sidecars go with their picture; what nobody looked at is left out. Every file is compared with the
    SHA-256 of its decision while it is copied; one that differs is refused (exit 3).

    Parameters
    ----------
    run
        The RUN directory of an audit.
    out
        A new or empty directory, on its own.
    mode
        `hardlink` saves space for single files, which then change with the original; `list` writes
        the allowed items' names to items.txt.
    dataset
        Where the datasets are now, if they were moved; all of them, in the order of the audit.
    image_column
        The Parquet column of pictures, as given to the audit.
    """
    _whole(run)
    selection = _selected(run)
    if mode == "list":
        say(f"{_list(run, selection, out)} items listed in {out / 'items.txt'}")
        return 0
    paths = list(dataset) or dataset_paths(run)
    order = Order(known=selection.known, denied=selection.denied, choose=choose, mode=mode)
    tally = materialise(run, open_datasets(paths, image_column=image_column), out, order)
    say(f"{tally.kept} items and {tally.sidecars} sidecars kept, {tally.dropped} left out: {out}")
    if tally.refused:
        _say_refused(tally.refused)
        return EXIT_INCOMPLETE
    return 0
