"""What a run that decides again says otherwise than its parent: counted, and item by item.

    changes.jsonl    one line for each item that was decided otherwise, or on other grounds:
                     {"item", "from": {"outcome", "reason"}, "to": {...}, "why": {cause: [entries]}}
                     of newer copies of sites' files the addresses of the files and their days

`from` or `to` is null where a container was read again and has other items now.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sekisho.audit.again.causes import Terms, Why, causes
from sekisho.audit.again.heard import stance_of
from sekisho.audit.job import Parent
from sekisho.audit.rows import OF_SIGNALS
from sekisho.audit.share.counts import Shown, show
from sekisho.codec import canonical
from sekisho.locale import Word, shown, text, word
from sekisho.model import Purpose, Stance

__all__ = ["CHANGES", "COLUMNS", "Changes", "spoken", "summed"]

CHANGES = "changes.jsonl"
EXAMPLES = 20
"""Items that are named for each kind of change; changes.jsonl has all."""
COLUMNS = ("item", "outcome", "reason", "sha256", "findings", "problem", "signals", "stances")
"""What of a row is compared."""

Row = Mapping[str, Any]
Verdict = tuple[str, str] | None
"""Outcome and reason."""


@dataclass(slots=True)
class Changes:
    """Collects what two runs say differently, unit by unit."""

    terms: Terms
    items: int = 0
    counts: Counter[tuple[Verdict, Verdict, tuple[str, ...]]] = field(default_factory=Counter)
    examples: dict[tuple[Verdict, Verdict, tuple[str, ...]], list[str]] = field(default_factory=dict)
    copies: dict[tuple[Verdict, Verdict, tuple[str, ...]], dict[str, None]] = field(default_factory=dict)

    @property
    def changed(self) -> int:
        """Return how many items were decided otherwise, or on other grounds."""
        return sum(self.counts.values())

    def unit(self, old: pa.Table, new: pa.Table) -> Iterator[bytes]:
        """Compare a unit's rows with those that the parent has of it; yield lines of changes.jsonl."""
        self.items += new.num_rows
        for before, after in _pairs(old, new, self.terms.purposes):
            why = causes(before, after, self.terms) if before and after else {Why.READ_AGAIN: set()}
            key = _verdict(before), _verdict(after), tuple(sorted(why))
            self.counts[key] += 1
            item = (after or before or {})["item"]
            named = self.examples.setdefault(key, [])
            if len(named) < EXAMPLES:
                named.append(item)
            said = {cause.value: sorted(entries) for cause, entries in why.items()}
            self._name(key, said.get(Why.SITE_COPY, ()))
            yield canonical({"item": item, "from": _named(key[0]), "to": _named(key[1]), "why": said}) + b"\n"

    def _name(self, key: tuple[Verdict, Verdict, tuple[str, ...]], copies: Sequence[str]) -> None:
        """Keep the first copies of sites' files that made a kind of change."""
        named = self.copies.setdefault(key, {})
        for copy in copies[: EXAMPLES - len(named)]:
            named[copy] = None

    def transitions(self) -> list[dict[str, Any]]:
        """Return each kind of change with its number, the most frequent first."""
        ordered = sorted(self.counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
        return [
            {
                "from": _named(key[0]),
                "to": _named(key[1]),
                "why": list(key[2]),
                "items": _shown(key, count),
                "examples": [] if _hidden(key) else self.examples[key],
                "copies": [*self.copies.get(key, ())],
            }
            for key, count in ordered
        ]


def _hidden(key: tuple[Verdict, Verdict, tuple[str, ...]]) -> bool:
    """Tell whether a change is about a person or a listed file."""
    return Why.PROTECTED in key[2]


def _shown(key: tuple[Verdict, Verdict, tuple[str, ...]], count: int) -> Shown:
    return show(count) if _hidden(key) else count


def _verdict(row: Row | None) -> Verdict:
    return (row["outcome"], row["reason"]) if row else None


def _named(verdict: Verdict) -> dict[str, str] | None:
    return {"outcome": verdict[0], "reason": verdict[1]} if verdict else None


def _pairs(
    old: pa.Table, new: pa.Table, purposes: tuple[Purpose, Purpose]
) -> Iterator[tuple[Row | None, Row | None]]:
    """Yield both rows of each item that differs; nearly always both are in the same order.

    What was read anew is no difference by itself: signals count by what they come to.
    """
    if old["item"].equals(new["item"]):
        mask = _differ(old, new, purposes)
        yield from zip(old.filter(mask).to_pylist(), new.filter(mask).to_pylist(), strict=True)
        return
    before = {row["item"]: row for row in old.to_pylist()}
    for row in new.to_pylist():
        known = before.pop(row["item"], None)
        if known is None or _says(known, purposes[0]) != _says(row, purposes[1]):
            yield known, row
    yield from ((row, None) for row in before.values())


def _says(row: Row, purpose: Purpose) -> tuple[object, ...]:
    """Return what of a row is compared."""
    compared = (value for name, value in row.items() if name not in OF_SIGNALS)
    return (*compared, stance_of(row, purpose))


def _stances(table: pa.Table, purpose: Purpose) -> list[Stance]:
    texts = table["stances"].to_pylist()
    known = {text: stance_of({"stances": text}, purpose) for text in set(texts)}
    return [known[text] for text in texts]


def _differ(old: pa.Table, new: pa.Table, purposes: tuple[Purpose, Purpose]) -> pa.ChunkedArray:
    """Return which rows differ, (rows,) bool; only those with findings are compared one by one."""
    none = pa.scalar(b"\0" * 32, pa.binary(32))
    digests = (pc.fill_null(table["sha256"], none) for table in (old, new))
    mask = pc.not_equal(*digests)
    for name in ("outcome", "reason", "problem"):
        mask = pc.or_(mask, pc.not_equal(old[name], new[name]))
    if purposes[0] is not purposes[1] or not old["stances"].equals(new["stances"]):
        heard = zip(_stances(old, purposes[0]), _stances(new, purposes[1]), strict=True)
        mask = pc.or_(mask, pa.chunked_array([pa.array([was is not now for was, now in heard], pa.bool_())]))
    if old["findings"].equals(new["findings"]):
        return mask
    lengths = [pc.list_value_length(table["findings"]) for table in (old, new)]
    some = pc.or_(*(pc.greater(length, 0) for length in lengths)).to_pylist()
    ours, theirs = old["findings"], new["findings"]
    found = [there and ours[row].as_py() != theirs[row].as_py() for row, there in enumerate(some)]
    return pc.or_(mask, pa.chunked_array([pa.array(found, pa.bool_())]))


def summed(
    changes: Changes, old: Mapping[str, Any], new: Mapping[str, Any], parent: Parent
) -> dict[str, Any]:
    """Return what changed in all, as plain JSON values.

    Args:
        changes: with every unit taken in.
        old: the parent's manifest.
        new: the new run's.
        parent: how the new manifest names it.
    """

    def edition(manifest: Mapping[str, Any]) -> dict[str, Any]:
        return {key: manifest["snapshot"][key] for key in ("digest", "registry", "edition", "created")}

    def policy(manifest: Mapping[str, Any]) -> dict[str, Any]:
        return {key: manifest["policy"][key] for key in ("name", "digest")}

    return {
        "parent": {"root": parent.root, "manifest": parent.manifest},
        "snapshot": {"from": edition(old), "to": edition(new)},
        "policy": {"from": policy(old), "to": policy(new)},
        "use": {"from": dict(old["use"]), "to": dict(new["use"])},
        "items": changes.items,
        "changed": changes.changed,
        "transitions": changes.transitions(),
    }


def spoken(facts: Mapping[str, Any], lang: str) -> Iterator[str]:
    """Say what changed and why, with at most 20 items by name; the others are in changes.jsonl.

    Args:
        facts: of `summed`.
        lang: `ja` or `en`.
    """
    values = {"root": facts["parent"]["root"][:16], "items": facts["items"]}
    if not facts["changed"]:
        yield text("again.same", lang, **values)
        return
    editions = (facts["snapshot"][side]["edition"] for side in ("from", "to"))
    before, after = editions
    yield text("again.changed", lang, **values, changed=facts["changed"], before=before, after=after)
    left = EXAMPLES
    each = max(1, EXAMPLES // len(facts["transitions"]))
    for transition in facts["transitions"]:
        yield _line(transition, lang)
        named = transition["examples"][: min(each, left)]
        left -= len(named)
        yield from (f"      {shown(item)}" for item in named)
        yield from (text("again.copy", lang, copy=shown(copy)) for copy in transition["copies"][:each])
        if named and len(named) < transition["items"]:
            yield text("again.rest", lang, items=transition["items"] - len(named), file=CHANGES)


def _line(transition: Mapping[str, Any], lang: str) -> str:
    why = text("list.separator", lang).join(word("why", cause, lang) for cause in transition["why"])
    sides = {"before": transition["from"], "after": transition["to"]}
    said = {
        side: text(
            "again.verdict",
            lang,
            outcome=Word("outcome", verdict["outcome"]),
            reason=Word("reason_short", verdict["reason"]),
        )
        if verdict
        else text("again.no_item", lang)
        for side, verdict in sides.items()
    }
    return text("again.transition", lang, items=transition["items"], why=why, **said)
