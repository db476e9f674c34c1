"""Read an item of a run again from its dataset, to show what was found in its own text."""

import hashlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sekisho.audit.files import personal_name
from sekisho.audit.marked import mark_text, marks_of
from sekisho.audit.personal import Place, read_personal
from sekisho.errors import InputError, NotFoundError, RefusedError, UsageError
from sekisho.locale import shown
from sekisho.media import CannotDecode
from sekisho.media.texts import TextLimits, read_text
from sekisho.model import Item
from sekisho.store.datasets import Chosen, open_datasets
from sekisho.store.decided import read_json
from sekisho.store.runs import RunDirectory

__all__ = ["has_colours", "own_text", "places_in"]

Row = Mapping[str, Any]


def has_colours() -> bool:
    """Tell whether stdout is a terminal whose user has not asked for plain text (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def places_in(run: Path, row: Row) -> list[Place] | None:
    """Return where an item's personal information is; None if the file was deleted."""
    if not row.get("personal"):
        return []
    name = personal_name(row["unit"])
    data = RunDirectory(run.absolute()).read(name)
    return None if data is None else read_personal(data, row["item"], name)


def own_text(
    run: Path, manifest: Mapping[str, Any], row: Row, datasets: Sequence[Path], lang: str
) -> Sequence[str]:
    """Return the lines of an item's own text, with what was found in it marked.

    Args:
        run: the RUN directory.
        manifest: its manifest.
        row: the item's row.
        datasets: where the run's datasets are, in its order.
        lang: `ja` or `en`.

    Raises:
        UsageError: the datasets are not those of the run, or the item is no text.
        NotFoundError: the item is not there any more, or can not be read.
        RefusedError: nobody can tell that it is the item that was checked, or what in it is personal.
    """
    places = places_in(run, row)
    kinds = sorted({place.type.value for place in places or ()})
    if kinds != list(row.get("personal") or ()):
        raise RefusedError(
            f"it is not known any more where the personal information in {shown(row['item'])} is",
            hint="its text is not shown, because that could not be masked; audit again to see it",
        )
    item = _item(run, manifest, row, datasets)
    if item.data is None:
        why = item.problem.reason.value if item.problem is not None else ""
        raise NotFoundError(f"{shown(row['item'])} can not be read: {why}", hint="is the dataset as it was?")
    if item.text is None:
        raise UsageError(f"{shown(row['item'])} is no text", hint="look at the file where it is")
    _compare(item.data, row)
    try:
        read = read_text(item.data, item.text, TextLimits())
    except CannotDecode as error:
        raise InputError(f"{shown(row['item'])} can not be read: {error}") from error
    marks = marks_of(row["findings"] or (), places or ())
    return list(mark_text(read.fields, marks, lang, colours=has_colours()))


def _compare(data: bytes | memoryview, row: Row) -> None:
    """Refuse to mark other bytes than those that were checked: the places would be wrong."""
    if row["sha256"] is None:
        raise RefusedError(
            f"no SHA-256 is kept of {shown(row['item'])}: it is little else than personal information",
            hint="so nobody can tell that this is the text that was checked, and it is not shown",
        )
    if hashlib.sha256(data).digest() != row["sha256"]:
        raise RefusedError(
            f"{shown(row['item'])} was changed after the run: its SHA-256 is another",
            hint="name the dataset as it was, or audit it again",
        )


def _item(run: Path, manifest: Mapping[str, Any], row: Row, datasets: Sequence[Path]) -> Item:
    count = len(manifest["datasets"])
    if len(datasets) != count:
        raise UsageError(
            f"RUN is of {count} datasets, not of {len(datasets)}",
            hint="name all of them, in the order of RUN: --dataset PATH --dataset PATH",
        )
    for opened in open_datasets(datasets, **_options(run, manifest)):
        for item in Chosen(opened).reader([row["item"]])(row["item"]):
            if item.name == row["item"]:
                return item
    raise NotFoundError(
        f"there is no {shown(row['item'])} in {', '.join(map(str, datasets))}",
        hint="name the datasets that were checked, in the order of RUN",
    )


def _options(run: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the run has read its records, as its manifest and status.json say it."""
    read_with = (manifest.get("configuration") or {}).get("text") or {}
    status = read_json(run / "status.json") if (run / "status.json").is_file() else {}
    column = status.get("image_column") if isinstance(status, dict) else None
    return {
        "image_column": column if isinstance(column, str) else None,
        "text_fields": tuple(read_with.get("fields") or ()),
    }
