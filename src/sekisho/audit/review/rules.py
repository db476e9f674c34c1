"""What makes a review count: the right key, run, number and rows, and nothing that no one may decide.

Pure: lines in, reviews out. Whoever reads reviews.jsonl goes through `replay`, so a file that was
shuffled, cut in the middle, repeated or signed by a stranger counts nowhere.

* A reviewer is the operator, or one whom the operator names.
* Numbers are 1, 2, 3, ... for each reviewer; how the lines of two reviewers mix does not matter.
* A review is about this run. One about an ancestor (`audit --again`) keeps its number, and counts
  where the digest of its rows is the same; elsewhere it has no effect.
* What is listed can not be allowed by anybody.
* What is excluded can not be allowed, unless all that excludes it is a confirmed false match.
* What could not be read to its bytes can not be allowed; what could not be read as a picture, only by
  its own name: nobody has looked at a whole group of such files.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sekisho.audit.review.held import Group, Row
from sekisho.audit.review.statement import Review, decode_review, false_matches
from sekisho.codec import encode_false_match
from sekisho.errors import InputError, NotFoundError, RefusedError, SekishoError, SignatureError, UsageError
from sekisho.model import KeyId, Outcome
from sekisho.policy import LISTED
from sekisho.policy.decide import MAX_FINDINGS
from sekisho.signing import FALSE_MATCH, REVIEW, Statement, open_statement

__all__ = ["Book", "Rules", "Targets", "can_hold", "check_review", "digests", "replay", "rows_of"]

Targets = Callable[[str, str], Group | None]
"""`item` or `group`, and its name -> its rows; None if there is no such thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the reviews of a run are checked against.

    Attributes:
        run: root of its manifest.
        ancestors: roots of the runs that it was made from.
        other_use: those of them for another operator, purpose or territory: no pass carries over.
        reviewers: keys that may decide.
        targets: finds the rows of an item or a group.
        today: refuses what is dated later or ended before; None for reviews that were taken before.
    """

    run: str
    ancestors: frozenset[str] = frozenset()
    other_use: frozenset[str] = frozenset()
    reviewers: frozenset[KeyId]
    targets: Targets
    today: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Reviews that passed the rules, in the order of their file.

    Attributes:
        envelopes: of each review, its own and those of its false matches.
        torn: lines at the end that are not yet a whole review; only if the reader said that they may be.
        other_use: of the rules.
    """

    reviews: tuple[Review, ...] = ()
    envelopes: tuple[tuple[bytes, ...], ...] = ()
    torn: int = 0
    other_use: frozenset[str] = frozenset()

    def counts(self, review: Review) -> bool:
        """Tell whether a review may decide here: whoever let something pass did so for one use."""
        return review.outcome is not Outcome.ALLOW or review.run not in self.other_use

    def counted(self) -> tuple[Review, ...]:
        """Return the reviews that may decide here."""
        return tuple(review for review in self.reviews if self.counts(review))

    def of(self, by: KeyId) -> tuple[Review, ...]:
        """Return the statements of one reviewer."""
        return tuple(review for review in self.reviews if review.by == by)

    def lines(self) -> bytes:
        """Return the bytes of reviews.jsonl."""
        return b"".join(line + b"\n" for envelopes in self.envelopes for line in envelopes)


def digests(rows: Iterable[Row]) -> frozenset[bytes]:
    """Return the SHA-256 of rows."""
    return frozenset(row.sha256 for row in rows if row.sha256 is not None)


def can_hold(review: Review, row: Row) -> bool:
    """Tell whether a person may decide so about a row at all."""
    if review.outcome is not Outcome.ALLOW:
        return True
    if row.sha256 is None or (review.false_match and row.protected):
        return False
    if row.problem and review.group is not None:
        return False
    # Of more findings than a row keeps, nobody knows which they are.
    known = 0 < len(row.findings) < MAX_FINDINGS and not row.problem
    cleared = known and row.refusing() <= set(review.false_match) and row.objection != Outcome.BLOCK
    return row.outcome is not Outcome.BLOCK or (cleared and not row.protected)


def rows_of(review: Review, targets: Targets) -> Sequence[Row]:
    """Return the rows that a review is about, or none if they are not the ones that it was made for."""
    found = targets("item" if review.item is not None else "group", review.target)
    return found.rows if found is not None and found.held == review.held else ()


def _check_target(review: Review, rules: Rules) -> None:
    kind = "item" if review.item is not None else "group"
    if rules.targets(kind, review.target) is None:
        hint = "`sekisho review RUN` lists what is on hold; a group changes when its rows do"
        raise NotFoundError(f"there is no {kind} {review.target} in this run", hint=hint)
    rows = rows_of(review, rules.targets)
    if not rows:
        raise RefusedError(f"the rows of {review.target} are not the ones that this review was made for")
    for row in rows:
        strange = set(review.false_match) - {found.entry for found in row.findings}
        if strange:
            raise RefusedError(f"{row.item} does not match {min(strange)}, so that is no false match of it")
        if not can_hold(review, row):
            raise _forbidden(review, row)


def _forbidden(review: Review, row: Row) -> RefusedError:
    if row.reason == LISTED.reason:
        return RefusedError(
            f"{row.item} is listed by an authority; nobody can allow it",
            hint="do not open, copy or move it: docs/how-to/if-you-find-illegal-material.md",
        )
    if row.sha256 is None and not row.problem:
        message = f"no SHA-256 is kept of {row.item}: it is little else than personal information"
        return RefusedError(message, hint="take that out of the dataset, and audit again")
    if row.sha256 is None:
        message = f"{row.item} could not be read to its last byte; nobody can allow it"
        return RefusedError(message, hint="repair or remove the file, and audit again")
    if row.problem and review.group is not None:
        return RefusedError(
            f"{row.item} could not be read as a picture; such files are not allowed as a group",
            hint="allow them one by one: sekisho review RUN ITEM --outcome allow --reason ...",
        )
    if row.protected:
        return RefusedError(f"{row.item} is protected; it is never a false match by a reviewer's word")
    return _excluded(row)


def _excluded(row: Row) -> RefusedError:
    if row.objection == Outcome.BLOCK:
        return RefusedError(
            f"{row.item} is excluded; its holder objects by a signal too, whatever it matches",
            hint=f"see what was said: sekisho explain RUN {row.item}",
        )
    return RefusedError(
        f"{row.item} is excluded; a review does not overrule a confirmed registration",
        hint="a licence of its holder clears it, or --false-match ENTRY if it shows something else",
    )


def check_review(review: Review, own: Sequence[Review], rules: Rules) -> None:
    """Check one review against those that its reviewer has made before.

    Raises:
        SignatureError: the key is not one of the reviewers.
        InputError: a number that was there already, or that is not the next one.
        RefusedError: of another run, about other rows, or what nobody may decide.
        NotFoundError: there is no such item or group.
        UsageError: it is dated in the future, or ended before today.
    """
    if review.by not in rules.reviewers:
        raise SignatureError(
            f"{review.by} is not a reviewer of this run",
            hint="the operator names reviewers in sekisho.toml: reviewers = [...]",
        )
    expected = len(own) + 1
    if review.n < expected:
        raise InputError(f"review {review.n} of {review.by} is there already: it was replayed")
    if review.n > expected:
        raise InputError(
            f"review {review.n} of {review.by} is out of order: {expected} comes next",
            hint="hand over every statement of a reviewer, in their order",
        )
    _check_days(review, rules.today)
    if review.run not in {rules.run, *rules.ancestors}:
        raise RefusedError(f"this review is about another run, {review.run[:16]}...")
    if review.undo is not None:
        _check_undo(review, own)
    elif review.run == rules.run:
        _check_target(review, rules)


def _check_days(review: Review, today: date | None) -> None:
    if today is None:
        return
    if review.on > today:
        raise UsageError(f"this review is dated in the future: {review.on}")
    if review.until is not None and review.until < today:
        raise UsageError(f"this review has ended already: {review.until}", hint="--until names a later day")


def _check_undo(review: Review, own: Sequence[Review]) -> None:
    decided = {r.n for r in own if r.undo is None}
    if review.undo not in decided - {r.undo for r in own}:
        raise RefusedError(
            f"review {review.undo} of {review.by} is no decision that still stands",
            hint="a reviewer takes back an own decision, once; `sekisho review RUN --format json` lists them",
        )


class _Reader:
    """Takes lines one after the other; a review is whole when its false matches have come too."""

    def __init__(self, rules: Rules, before: Book) -> None:
        self._rules = rules
        self._reviews = list(before.reviews)
        self._envelopes = list(before.envelopes)
        self._own: dict[KeyId, list[Review]] = {}
        for review in before.reviews:
            self._own.setdefault(review.by, []).append(review)
        self._open: list[bytes] = []
        self._expected: list[bytes] = []

    def take(self, line: bytes) -> None:
        statement = open_statement(line)
        if statement.type == REVIEW and not self._expected:
            self._take_review(statement, line)
        elif statement.type == FALSE_MATCH and self._expected:
            self._take_false_match(statement, line)
        else:
            raise InputError("neither a review, nor a false match that belongs to the review before it")

    def _take_review(self, statement: Statement, line: bytes) -> None:
        review = decode_review(statement.payload)
        if statement.signer != review.by:
            raise SignatureError(f"signed by {statement.signer}, but names {review.by}")
        own = self._own.setdefault(review.by, [])
        check_review(review, own, self._rules)
        own.append(review)
        self._reviews.append(review)
        self._open = [line]
        rows = rows_of(review, self._rules.targets) if review.false_match else ()
        if review.false_match and not rows:
            # Of an ancestor, whose rows are gone: its false matches stand for themselves.
            self._expected = [b""] * len(review.false_match)
        else:
            self._expected = [encode_false_match(made) for made in false_matches(review, digests(rows))]
        self._close()

    def _take_false_match(self, statement: Statement, line: bytes) -> None:
        expected = self._expected.pop(0)
        if statement.signer != self._reviews[-1].by or expected not in (b"", statement.payload):
            raise InputError("this false match is not the one of the review before it")
        self._open.append(line)
        self._close()

    def _close(self) -> None:
        if not self._expected:
            self._envelopes.append(tuple(self._open))
            self._open = []

    def book(self, *, may_be_torn: bool) -> Book:
        if self._open and not may_be_torn:
            raise InputError("the last review lacks its false matches")
        whole = len(self._envelopes)
        return Book(
            reviews=tuple(self._reviews[:whole]),
            envelopes=tuple(self._envelopes),
            torn=len(self._open),
            other_use=self._rules.other_use,
        )


def replay(
    lines: Iterable[bytes],
    rules: Rules,
    *,
    before: Book | None = None,
    where: str = "reviews.jsonl",
    may_be_torn: bool = False,
) -> Book:
    """Check lines one after the other, and return them with those before.

    Args:
        lines: DSSE envelopes.
        rules: what they are checked against.
        before: reviews that were taken earlier.
        where: the file's name, for messages; empty if they are in none.
        may_be_torn: a crash may have cut the last review off from its false matches; it is left out.

    Raises:
        SekishoError: as `check_review`, with the number of the line; nothing of the file counts then.
    """
    reader = _Reader(rules, before or Book())
    for number, line in enumerate(lines, 1):
        try:
            reader.take(line)
        except SekishoError as error:
            place = f"{where}, line {number}: " if where else ""
            raise type(error)(f"{place}{error}", hint=error.hint) from error
    return reader.book(may_be_torn=may_be_torn)
