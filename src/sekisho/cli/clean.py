"""`sekisho clean`: copy or link what a run allowed, and nothing else; edit what only needs that."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sekisho.audit.clean import Selection, choose
from sekisho.audit.files import PERSONAL
from sekisho.cli.parameters import Flag
from sekisho.cli.passed import Passed, passed, read_fields
from sekisho.cli.say import note, say
from sekisho.model import Edit
from sekisho.store.datasets import open_datasets
from sekisho.store.materialise import Order, Tally, dataset_paths, materialise, new_directory
from sekisho.store.runs import RunDirectory

__all__ = ["clean"]

EXIT_INCOMPLETE = 3
SHOWN = 20
"""Refused items that are named on the terminal; the number is always complete."""


def _list(run: Path, selection: Selection, out: Path) -> int:
    target = new_directory(out, [run])
    target.mkdir(parents=True, exist_ok=True)
    kept = [item for item, digest in selection.known.items() if digest is not None]
    draft = target / ".items.txt.partial"
    draft.write_text("".join(f"{item}\n" for item in kept), encoding="utf-8")
    draft.replace(target / "items.txt")
    return len(kept)


def _say_held(unedited: Sequence[str]) -> None:
    for item in unedited[:SHOWN]:
        note(f"on hold: {item} can not be edited here")
    note(f"on hold: {len(unedited)} items that can not be edited")


def _say_refused(refused: Sequence[str]) -> None:
    for item in refused[:SHOWN]:
        note(f"refused: {item} is not what was checked, or equals what did not pass")
    note(f"refused: {len(refused)} items; run the audit again")


def clean(
    run: Path,
    *,
    out: Annotated[Path, Parameter(name=("--output", "--out", "-o"))],
    mode: Literal["copy", "hardlink", "list"] = "copy",
    dataset: tuple[Path, ...] = (),
    image_column: str | None = None,
    cut: Flag = False,
    redact: Flag = False,
    keep_personal: Flag = False,
) -> int:
    """Copy or link only the items of a run that passed, by the audit or by review.

    Tars are written anew with the allowed samples byte for byte, Parquet files with the allowed rows,
    JSON lines and WARC files with the allowed lines and records. Sidecars go with their picture; what
    nobody looked at is left out. Every file is compared with the SHA-256 of its decision while it is
    copied; one that differs is refused (exit 3).

    Example: sekisho clean RUN -o CLEAN

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
    cut
        Write items that only hold an excerpt to be cut out, without it.
    redact
        Write items that only hold personal information to be masked, with [phone] and the like in its
        place. Where it stood is deleted from the RUN afterwards.
    keep_personal
        Do not delete it.
    """
    fields = read_fields(run)
    edits = frozenset(e for e, asked in ((Edit.CUT, cut), (Edit.REDACT, redact)) if asked)
    chosen = passed(run, edits if mode != "list" else frozenset())
    selection = chosen.selection
    if mode == "list":
        say(f"{_list(run, selection, out)} items listed in {out / 'items.txt'}")
        return 0
    paths = list(dataset) or dataset_paths(run)
    order = Order(
        known=selection.known,
        denied=selection.denied,
        choose=choose,
        mode=mode,
        edits=selection.edits,
        texts=fields is not None,
    )
    datasets = open_datasets(paths, image_column=image_column, text_fields=fields or ())
    tally = materialise(run, datasets, out, order)
    code = _say_done(tally, chosen, out, edits)
    if redact and not keep_personal and not code:
        _forget_places(run)
    return code


def _say_done(tally: Tally, chosen: Passed, out: Path, edits: frozenset[Edit]) -> int:
    """Say what was copied; return the exit code."""
    say(f"{tally.kept} items and {tally.sidecars} sidecars kept, {tally.dropped} left out: {out}")
    if edits:
        say(f"{tally.edited} of the items were edited")
    if unedited := [*chosen.unknown, *tally.unedited]:
        _say_held(unedited)
    if tally.refused:
        _say_refused(tally.refused)
        return EXIT_INCOMPLETE
    return 0


def _forget_places(run: Path) -> None:
    """Delete where personal information was: after the edit nobody needs to know."""
    files = RunDirectory(run.absolute())
    files.drop(name for name in files.names() if name.startswith(PERSONAL))
