"""`sekisho explain`: say why one item of a run was decided as it was."""

import difflib
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
from cyclopts import Parameter

from sekisho.audit.explain import explain as explanation
from sekisho.audit.review.check import sealed_reviews
from sekisho.audit.review.effect import Verdict
from sekisho.audit.shape import checked_manifest
from sekisho.cli.edition import UNKNOWN, edition_at_hand
from sekisho.cli.own_text import own_text, places_in
from sekisho.cli.say import note, say
from sekisho.codec.erased import ERASED_WORD
from sekisho.errors import NotFoundError
from sekisho.locale import shown, text
from sekisho.store.decided import decisions, read_json
from sekisho.store.runs import RunDirectory

__all__ = ["explain", "find_item"]

COMPARED_NAMES = 20_000
"""Names that a mistyped one is compared with letter by letter; the others only by their ending."""
SUGGESTIONS = 3


def find_item(batches: Iterable[pa.RecordBatch], item: str) -> dict[str, Any]:
    """Return the row of an item.

    Raises:
        NotFoundError: no item has exactly this name; the hint has names that are near.
    """
    near: list[str] = []
    compared: list[str] = []
    for batch in batches:
        names = batch["item"]
        found = batch.filter(pc.equal(names, item))
        if found.num_rows:
            row: dict[str, Any] = found.to_pylist()[0]
            return row
        if len(near) < SUGGESTIONS:
            near += names.filter(pc.match_substring(names, item, ignore_case=True)).to_pylist()[:SUGGESTIONS]
        compared += names[: max(0, COMPARED_NAMES - len(compared))].to_pylist()
    near += difflib.get_close_matches(item, compared, SUGGESTIONS)
    raise NotFoundError(f"there is no item {shown(item)!r} in this run", hint=_suggestion(near))


def _suggestion(names: Sequence[str]) -> str:
    chosen = list(dict.fromkeys(names))[:SUGGESTIONS]
    if not chosen:
        return "an item is named as in the report, such as shard.tar#member.jpg"
    return "did you mean " + ", ".join(shown(name) for name in chosen)


def _reviewed(run: Path, item: str) -> tuple[Verdict | None, bool]:
    """Return what the sealed reviews make of an item, and whether it is in the clean list after them."""
    reviews = sealed_reviews(RunDirectory(run.absolute()))
    verdict = reviews.verdicts(reviews.reviewed.on).get(item) if reviews is not None else None
    return verdict, reviews is None or item in reviews.reviewed.added


def explain(
    run: Path,
    item: str,
    /,
    *,
    lang: Literal["ja", "en"] = "ja",
    snapshot: Path | None = None,
    dataset: Annotated[tuple[Path, ...], Parameter(negative=())] = (),
) -> None:
    """Say why one item of a run was decided as it was, and what would change it.

    With --dataset a text is read again and shown, with what was found in it marked; what is personal
    is masked by its kind. Without, the places are numbers: code points of the field as stored.

    Example: sekisho explain RUN shard-0001.tar#000123.jpg --lang en

    Args:
        run: The RUN directory.
        item: The item's name, as in the report and the decisions.
        lang: Language of the explanation.
        snapshot: The edition that the run used, if it is not where it was.
        dataset: The dataset that was checked, to show a text of it; of several all, in their order.
    """
    manifest = checked_manifest(read_json(run / "manifest.json"))
    row = find_item(decisions(run, manifest["units"], erased=True), item)
    if row["outcome"] == ERASED_WORD:
        say(text("explain.erased", lang))
        return
    edition = edition_at_hand(run, manifest, snapshot)
    verdict, listed = _reviewed(run, item)
    more: dict[str, Any] = {"verdict": verdict, "listed": listed, "personal": places_in(run, row)}
    if edition is not None:
        more |= {"grants": edition.grant, "places": partial(edition.place, row)}
    label = (lambda _entry: UNKNOWN) if edition is None else edition.label
    say(explanation(row, manifest, label, lang, **more).rstrip("\n"))
    if edition is None:
        note(text("explain.no_snapshot", lang))
    if dataset:
        for line in (text("explain.own_text", lang), *own_text(run, manifest, row, dataset, lang)):
            say(line)
