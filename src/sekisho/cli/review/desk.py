"""A run on the desk of a reviewer: what is on hold, what was decided, and the seal over both.

What a reviewer decides is on the disk before the next key is read, in `reviews.pending.jsonl`. At
the end of a session everything pending becomes part of reviews.jsonl, and the run is sealed once
more. After a crash the next `sekisho review` does that. Before anything is sealed again, whatever the
old seal names is compared with it, so that a new seal never covers a change by somebody else.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import dropwhile
from pathlib import Path
from typing import Any, Self

from sekisho.audit.review.check import lookup, named_items
from sekisho.audit.review.effect import (
    FALSE_MATCHES,
    PENDING,
    REVIEWED,
    REVIEWS,
    Lookup,
    Settled,
    Verdict,
    decode_reviewed,
    settle,
    verdicts,
)
from sekisho.audit.review.held import Group
from sekisho.audit.review.rules import Book, Rules, digests, replay
from sekisho.audit.review.statement import FALSE_MATCH_DAYS, Review, sign_review
from sekisho.audit.run import seal_run
from sekisho.audit.seal import Seal, decode_seal
from sekisho.audit.shape import checked_manifest
from sekisho.errors import EvidenceError, InputError, NotFoundError, UsageError
from sekisho.model import EntryId, KeyId, Outcome
from sekisho.signing import Signer
from sekisho.store.clock import now, today
from sekisho.store.decided import decisions, read_json
from sekisho.store.keys import FileSigner, load_signer
from sekisho.store.own_log import own_log
from sekisho.store.runs import RunDirectory, lock_run

__all__ = ["PENDING", "Desk"]

SALT_BYTES = 32
_OF_REVIEWS = (REVIEWS, REVIEWED, FALSE_MATCHES)


class Desk:
    """One run, locked against other reviews as long as the desk is open."""

    def __init__(
        self, run: Path, *, reviewers: frozenset[KeyId] = frozenset(), items: Iterable[str] = ()
    ) -> None:
        """Read a run and its reviews.

        Args:
            run: the RUN directory.
            reviewers: who may decide, beside the operator. What others have decided before, and the
                operator has sealed, stands.
            items: items that will be asked for although they are not on hold.

        Raises:
            NotFoundError, UsageError: it is no finished run, or somebody else is at work in it.
            EvidenceError: something that is sealed was changed.
        """
        self.files = RunDirectory(run.absolute())
        self._lock = lock_run(self.files)
        try:
            self._read(run, reviewers, frozenset(items))
        except BaseException:
            self._lock.close()
            raise

    def _read(self, run: Path, reviewers: frozenset[KeyId], items: frozenset[str]) -> None:
        self.seal = self._sealed()
        self.manifest: Mapping[str, Any] = checked_manifest(read_json(run / "manifest.json"))
        self.operator = self.seal.record.operator
        self.today = today()
        lines = self._lines()
        self.targets = self._lookup(items | named_items([line for part in lines for line in part]))
        self.deciding = reviewers | {self.operator}
        self.reviewers = frozenset(self.seal.record.reviewers) | self.deciding
        self.book = replay(lines[0], self._rules(self.reviewers))
        self._settled_before = len(self.book.reviews)
        self._go_on(lines[1], frozenset(lines[0]))

    def __enter__(self) -> Self:
        """Sit down."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let others in."""
        self._lock.close()

    def _sealed(self) -> Seal:
        """Return the seal, after a look at all that it names but the units and what reviews change."""
        data = self.files.read("seal.json")
        if data is None:
            raise NotFoundError(f"{self.files.path} is not sealed", hint="finish it: sekisho audit --resume")
        seal = decode_seal(data)
        named = {"manifest.json": seal.record.manifest, **seal.record.files}
        for name, digest in named.items():
            found = self.files.read(name)
            if name not in _OF_REVIEWS and (found is None or hashlib.sha256(found).hexdigest() != digest):
                hint = f"sekisho verify {self.files.path}"
                raise EvidenceError(f"{name} was changed after the run was sealed", hint=hint)
        return seal

    def _lines(self) -> tuple[Sequence[bytes], Sequence[bytes]]:
        """Return the lines of reviews.jsonl and the whole ones that are pending.

        A crash in the middle of sealing may leave more reviews than the seal covers, never fewer.
        """
        kept = (self.files.read(REVIEWS) or b"").splitlines(keepends=True)
        digest = self.seal.record.files.get(REVIEWS)
        if digest is not None and digest not in _prefixes(kept):
            raise EvidenceError(f"{REVIEWS} was changed after the run was sealed")
        pending = (self.files.read(PENDING) or b"").split(b"\n")[:-1]
        return [line.rstrip(b"\n") for line in kept], pending

    def _go_on(self, pending: Sequence[bytes], known: frozenset[bytes]) -> None:
        """Take what a session has left that did not come to its end; what a crash has cut is dropped."""
        left = [line for line in pending if line not in known]
        rules = self._rules(self.reviewers)
        self.book = replay(left, rules, before=self.book, where=PENDING, may_be_torn=True)
        whole = b"".join(line + b"\n" for line in left[: len(left) - self.book.torn])
        if not whole:
            self.files.drop([PENDING])
        elif self.files.read(PENDING) != whole:
            self.files.write(PENDING, whole)

    def _lookup(self, items: frozenset[str]) -> Lookup:
        data = self.files.read(REVIEWED)
        try:
            groups = decode_reviewed(data).groups if data is not None else {}
        except InputError as error:
            raise EvidenceError(str(error)) from error
        return lookup(self._batches, items, groups, self.manifest)

    def _batches(self, columns: Sequence[str]) -> Any:  # noqa: ANN401 - an iterator of record batches
        return decisions(self.files.path, self.manifest["units"], columns=columns)

    def _rules(self, reviewers: frozenset[KeyId], day: date | None = None) -> Rules:
        return Rules(
            run=self.manifest["root"],
            ancestors=frozenset(self.manifest.get("ancestors", ())),
            other_use=frozenset(self.manifest.get("ancestors_of_other_use", ())),
            reviewers=reviewers,
            targets=self.targets,
            today=day,
        )

    @property
    def groups(self) -> tuple[Group, ...]:
        """What the audit has put on hold."""
        return self.targets.groups()

    def verdicts(self) -> dict[str, Verdict]:
        """Return how the items stand that somebody has decided about."""
        return verdicts(self.book.counted(), self.targets, self.today)

    @property
    def unsealed(self) -> int:
        """How many reviews the seal does not cover yet."""
        if not self.book.reviews:
            return 0
        digest = hashlib.sha256(self.book.lines()).hexdigest()
        same = digest == self.seal.record.files.get(REVIEWS)
        if same and all(self._as_sealed(name) for name in _OF_REVIEWS):
            return 0
        return max(1, len(self.book.reviews) - self._settled_before)

    def _as_sealed(self, name: str) -> bool:
        data, digest = self.files.read(name), self.seal.record.files.get(name)
        return (hashlib.sha256(data).hexdigest() if data is not None else None) == digest

    def make(
        self,
        signer: Signer,
        *,
        item: str | None = None,
        group: str | None = None,
        outcome: Outcome | None = None,
        reason: str,
        until: date | None = None,
        false_match: Sequence[EntryId] = (),
        undo: int | None = None,
        after: int = 0,
    ) -> tuple[bytes, ...]:
        """Sign one statement of these fields and return its lines; nothing is kept yet.

        `after` counts statements of this reviewer that are on their way to the run.

        Raises:
            NotFoundError: no such item or group, or no such review to undo.
        """
        found, n = None, len(self.book.of(signer.key)) + after + 1
        if undo is not None and not 0 < undo < n:
            hint = "`sekisho review RUN --format json` lists them"
            raise NotFoundError(f"there is no review {undo} of {signer.key}", hint=hint)
        if undo is None:
            found = self.targets("item" if item is not None else "group", item or group or "")
            if found is None:
                what = f"item {item!r}" if item is not None else f"group {group}"
                raise NotFoundError(f"there is no {what} in this run", hint="sekisho review RUN lists them")
        if false_match and until is None:
            until = self.today + FALSE_MATCH_DAYS - timedelta(days=1)
        review = Review(
            by=signer.key,
            run=self.manifest["root"],
            n=n,
            on=self.today,
            until=until,
            item=item,
            group=group,
            held=found.held if found is not None else None,
            outcome=outcome,
            false_match=tuple(sorted(set(false_match))),
            undo=undo,
            reason=reason,
        )
        return sign_review(review, digests(found.rows if found is not None else ()), signer)

    def checked(self, lines: Sequence[bytes], *, where: str, also: frozenset[KeyId] = frozenset()) -> Book:
        """Check statements against all that is there; keep nothing.

        Args:
            lines: DSSE envelopes. Those at the beginning that are there already are passed over.
            where: what they came in, for messages.
            also: keys that count as reviewers besides.

        Raises:
            SekishoError: as `review_rules.check_review`.
        """
        known = {line for envelopes in self.book.envelopes for line in envelopes}
        fresh = list(dropwhile(known.__contains__, lines)) or lines
        return replay(fresh, self._rules(self.deciding | also, self.today), before=self.book, where=where)

    def take(self, lines: Sequence[bytes], *, where: str = "") -> int:
        """Check statements and keep them on disk; all or none. Return how many were new.

        Raises:
            SekishoError: as `review_rules.check_review`.
        """
        book = self.checked(lines, where=where)
        new = book.envelopes[len(self.book.envelopes) :]
        self.files.append(PENDING, b"".join(line + b"\n" for envelopes in new for line in envelopes))
        self.book = book
        return len(new)

    def operators_key(self) -> FileSigner:
        """Load the key that seals.

        Raises:
            NotFoundError: it is not on this machine.
        """
        try:
            return load_signer(self.operator)
        except NotFoundError as error:
            raise NotFoundError(
                f"the operator's key {self.operator} is not on this machine, so nothing can be sealed here",
                hint="--output FILE signs the review; the operator takes it with --import FILE",
            ) from error

    def settle(self) -> Settled:
        """Return what the reviews make of the run today."""
        root = self.manifest["root"]
        return settle(book=self.book, targets=self.targets, batches=self._batches, on=self.today, run=root)

    def finish(self) -> Settled:
        """Write what was decided, and seal the run again.

        Raises:
            NotFoundError: the operator's key is not here; what is pending stays.
            UsageError: there is nothing to seal.
        """
        if not self.book.reviews:
            raise UsageError("nothing was reviewed")
        signer = self.operators_key()
        settled = self.settle()
        self.files.write(REVIEWS, self.book.lines())
        self.files.write(REVIEWED, settled.reviewed)
        self.files.write(FALSE_MATCHES, settled.false_matches)
        signers, log = {review.by for review in self.book.reviews}, own_log()
        seal_run(
            self.files,
            signer=signer,
            log=log,
            salt=secrets.token_bytes(SALT_BYTES),
            at=log.not_before(now()),
            reviewers=sorted((signers | set(self.seal.record.reviewers)) - {self.operator}),
        )
        self.files.drop([PENDING])
        self.seal = self._sealed()
        self._settled_before = len(self.book.reviews)
        return settled


def _prefixes(lines: Iterable[bytes]) -> set[str]:
    """Return the hex SHA-256 of every beginning of a file."""
    state = hashlib.sha256()
    found = {state.hexdigest()}
    for line in lines:
        state.update(line)
        found.add(state.hexdigest())
    return found
