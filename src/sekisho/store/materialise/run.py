"""Read a run's decisions, and write the clean subset to a place of its own."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from sekisho.errors import EvidenceError, ExistsError, InputError, UsageError
from sekisho.store.datasets.source import Dataset
from sekisho.store.decided import decisions, read_json
from sekisho.store.materialise.folder import materialise_dataset
from sekisho.store.materialise.order import Order, Tally

__all__ = ["dataset_paths", "edit_rows", "kept_rows", "materialise", "new_directory", "text_fields", "units"]

COLUMNS = ["item", "outcome", "sha256"]
EDITS = ["item", "unit", "outcome", "sha256", "findings", "edits"]


def dataset_paths(run: Path) -> list[Path]:
    """Return where the datasets of a run were when it was made."""
    status = read_json(run / "status.json")
    paths = status.get("datasets") if isinstance(status, dict) else None
    if not (isinstance(paths, list) and all(isinstance(p, str) for p in paths)):
        raise InputError(f"{run / 'status.json'} does not name the datasets", hint="name them: --dataset")
    return [Path(path) for path in paths]


def text_fields(manifest: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the fields of records that a run has looked at, none for all; None if it looked at no text.

    Raises:
        EvidenceError: the manifest does not say it as a manifest does.
    """
    try:
        if manifest.get("totals", {}).get("texts") is None:
            return None
        fields = (manifest["configuration"].get("text") or {}).get("fields", ())
        return tuple(map(str, fields))
    except (AttributeError, KeyError, TypeError) as error:
        raise EvidenceError("the manifest does not say how texts were read") from error


def units(run: Path) -> list[dict[str, str]]:
    """Return the units of a run with the digests of their decisions.

    Raises:
        EvidenceError: the manifest does not name them.
    """
    manifest = read_json(run / "manifest.json")
    try:
        return [{"id": unit["id"], "part_sha256": unit["part_sha256"]} for unit in manifest["units"]]
    except (KeyError, TypeError) as error:
        raise EvidenceError(f"{run / 'manifest.json'} does not name its units") from error


def edit_rows(run: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the decisions of a run that are on hold until something is cut or masked; see `EDITS`.

    Raises:
        EvidenceError: as `kept_rows`.
    """
    for batch in decisions(run, units(run), columns=EDITS):
        if "edits" in batch.schema.names:
            held = pc.greater(pc.list_value_length(batch["edits"]), 0)
            yield from batch.filter(held).to_pylist()


def kept_rows(run: Path) -> Iterator[tuple[str, str, bytes | None]]:
    """Yield `(item, outcome, sha256)` of every decision of a run, one part after the other.

    Raises:
        EvidenceError: a part is missing, or is not the one that the manifest names.
    """
    for batch in decisions(run, units(run), columns=COLUMNS):
        yield from zip(*(batch.column(name).to_pylist() for name in COLUMNS), strict=True)


def _apart(out: Path, others: Sequence[Path]) -> None:
    for other in others:
        if out == other or out in other.parents or other in out.parents:
            raise UsageError(f"{out} and {other} lie within one another", hint="give an OUT of its own")


def new_directory(out: Path, others: Sequence[Path]) -> Path:
    """Check that OUT is new or empty, and lies neither in nor around what is read.

    Raises:
        ExistsError: it is a file, or holds something.
        UsageError: it overlaps a dataset or the run.
    """
    real = out.resolve()
    if real.exists() and (not real.is_dir() or any(real.iterdir())):
        raise ExistsError(f"{out} is not empty", hint="give a new directory")
    _apart(real, [other.resolve() for other in others])
    return real


def materialise(run: Path, datasets: Sequence[Dataset], out: Path, order: Order) -> Tally:
    """Write the clean subset of a run to OUT, which appears whole or not at all.

    It is built beside OUT, in a directory of a name that nobody else has, and renamed at the end. With
    several datasets each has a directory of its number.

    Raises:
        ExistsError, UsageError: as `new_directory`.
        IncompleteError: a container changes while it is copied.
    """
    sources = [Path(os.fsdecode(d.root if d.only is None else d.root + b"/" + d.only)) for d in datasets]
    target = new_directory(out, [run, *sources])
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent))
    try:
        for dataset in datasets:
            below = draft / str(dataset.number) if dataset.number else draft
            below.mkdir(exist_ok=True)
            materialise_dataset(dataset, os.fsencode(below), order)
        _drop_empty(draft)
        draft.chmod(0o755)
        draft.replace(target)
    except BaseException:
        shutil.rmtree(draft)
        raise
    return order.tally


def _drop_empty(top: Path) -> None:
    """Remove directories that were made for a container of which nothing was kept."""
    for folder, _, _ in os.walk(os.fsencode(top), topdown=False):
        if folder != os.fsencode(top) and not os.listdir(folder):  # noqa: PTH208
            os.rmdir(folder)  # noqa: PTH106
