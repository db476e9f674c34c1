"""What `sekisho review` does to a run: decide, carry, take over, seal, list."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sekisho.audit.shape import Titles
from sekisho.cli.edition import UNKNOWN, edition_at_hand
from sekisho.cli.review.desk import Desk
from sekisho.cli.review.listing import as_json, describe, head, held, views
from sekisho.cli.say import note, say
from sekisho.errors import UsageError
from sekisho.locale import text
from sekisho.model import EntryId, Outcome
from sekisho.signing import Signer
from sekisho.store.statements_file import read_statements, write_statements

__all__ = ["Asked", "carry", "check_way", "decide", "print_held", "seal", "take_over", "titles_of"]

EXIT_HELD = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One decision as the command line says it."""

    item: str | None
    group: str | None
    outcome: str | None
    reason: str
    until: date | None
    false_match: tuple[str, ...]
    undo: int | None

    def is_decision(self) -> bool:
        """Tell whether something is decided or undone.

        Raises:
            UsageError: only half of a decision is there, or more than one.
        """
        targets = [t for t in (self.item, self.group, self.undo) if t is not None]
        if len(targets) > 1:
            raise UsageError("name an item, a group or a review to undo, not several of them")
        if self.undo is None and (self.outcome is None) != (not targets):
            raise UsageError("a decision needs an item or --group, and --outcome allow or block")
        if self.undo is not None and (self.outcome is not None or self.false_match or self.until is not None):
            raise UsageError("--undo takes back an earlier review; it has no outcome of its own")
        if not targets and (self.reason or self.false_match):
            raise UsageError("--reason and --false-match belong to a decision: name an item or --group")
        return bool(targets)

    def sign(self, desk: Desk, signer: Signer, lang: str, *, after: int = 0) -> tuple[bytes, ...]:
        """Sign it."""
        return desk.make(
            signer,
            item=self.item,
            group=self.group,
            outcome=Outcome(self.outcome) if self.outcome else None,
            reason=self.reason or ("" if self.undo is None else text("review.undone", lang)),
            until=self.until,
            false_match=[EntryId(entry) for entry in self.false_match],
            undo=self.undo,
            after=after,
        )


def check_way(decides: bool, output: Path | None, source: Path | None) -> None:
    """Refuse words of which one would be passed over.

    Raises:
        UsageError: a file to sign into without a decision, or one to take together with something else.
    """
    if source is not None and (decides or output is not None):
        raise UsageError("--import takes the reviews of a file; decide in another call")
    if output is not None and not decides:
        hint = "sekisho review RUN --group GROUP --outcome allow --reason ... --output FILE"
        raise UsageError("--output signs one decision into a file: name an item or --group", hint=hint)


def titles_of(desk: Desk, run: Path, snapshot: Path | None, lang: str) -> Titles:
    """Return what tells titles; without the edition, nothing does, and that is said."""
    edition = edition_at_hand(run, desk.manifest, snapshot)
    if edition is None:
        note(text("explain.no_snapshot", lang))
        return lambda _entry: UNKNOWN
    return edition.label


def seal(desk: Desk, lang: str) -> None:
    """Seal the run again, and say what it comes to."""
    outcomes = desk.finish().outcomes
    counts = {f"{name}s": count for name, count in outcomes.items()}
    say(text("review.sealed", lang, **counts))


def decide(desk: Desk, asked: Asked, signer: Signer, lang: str) -> None:
    """Keep one decision, and seal."""
    desk.operators_key()
    desk.take(asked.sign(desk, signer, lang))
    seal(desk, lang)


def carry(desk: Desk, asked: Asked, signer: Signer, output: Path, lang: str) -> None:
    """Sign into a file that is carried to the operator; further statements go to its end."""
    there = list(read_statements(output)) if output.exists() else []
    by = frozenset({signer.key})
    known = desk.checked(there, where=str(output), also=by) if there else desk.book
    after = len(known.of(signer.key)) - len(desk.book.of(signer.key))
    lines = [*there, *asked.sign(desk, signer, lang, after=after)]
    desk.checked(lines, where=str(output), also=by)
    write_statements(output, lines, force=True)
    note(text("review.carried", lang, path=str(output)))


def take_over(desk: Desk, source: Path, lang: str) -> None:
    """Take the reviews that a file carries, all or none, and seal."""
    desk.operators_key()
    desk.take(read_statements(source), where=str(source))
    seal(desk, lang)


def print_held(desk: Desk, titles: Titles, form: str, lang: str) -> int:
    """List what is on hold; return the exit code: 1 if anything still is."""
    found = views(desk.groups, desk.verdicts(), titles)
    if form == "json":
        say(as_json(desk.manifest["root"], found, desk.book.reviews, desk.unsealed))
    else:
        say(head(found, lang))
        for one in found:
            say("\n".join(["", *describe(one, lang)]))
    return EXIT_HELD if held(found) else 0
