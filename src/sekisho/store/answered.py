"""The operator's own record of what it has answered to registries and authorities, by which they are counted.

    answered.sqlite
        answered    day, asker, question, run, basis, kind, number of files asked about

No picture, no hash of one and no answer is kept here: the id of a question is a digest of all of it. A
question that is answered again from the same run on the same day counts once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self, TypeVar

from sekisho.model import KeyId
from sekisho.model.question import Question
from sekisho.store.shredding import shredding_database

__all__ = ["Answers", "OfDay"]

_TABLES = """
CREATE TABLE IF NOT EXISTS answered (
    day TEXT NOT NULL, asker TEXT NOT NULL, question TEXT NOT NULL, run TEXT NOT NULL,
    basis TEXT NOT NULL, kind TEXT NOT NULL, prints INTEGER NOT NULL,
    PRIMARY KEY (day, asker, question, run)) WITHOUT ROWID;
"""
_COUNT = """
SELECT count(*), coalesce(sum(prints), 0) FROM answered
WHERE day = ? AND asker = ? AND NOT (question = ? AND run = ?)
"""
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfDay:
    """What one asker was answered on one day: questions, and files in them."""

    day: date
    asker: KeyId
    basis: str
    questions: int
    prints: int


@dataclass(frozen=True, slots=True)
class Answers:
    """The record in one file. Safe to use from several processes at once; `open` makes one."""

    file: Path

    @classmethod
    def open(cls, file: Path) -> Self:
        """Open the record, or make it, readable by its owner only."""
        with shredding_database(file, _TABLES):
            return cls(file)

    def take(
        self, question: Question, run: str, on: date, refuses: Callable[[int, int], T | None]
    ) -> T | None:
        """Count a question before it is answered, unless the limits refuse it; return their reason.

        Args:
            question: verified.
            run: hex digest of the run that it is answered from.
            on: today (UTC).
            refuses: questions and files that its asker was answered today -> why not one more, or None.
        """
        row = (on.isoformat(), question.asker, question.id, run)
        with shredding_database(self.file) as connection:
            why = refuses(*connection.execute(_COUNT, row).fetchone())
            if why is None:
                kind = question.kind.value if question.kind is not None else ""
                values = (*row, question.basis.value, kind, len(question.asked))
                connection.execute("INSERT OR REPLACE INTO answered VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        return why

    def days(self) -> tuple[OfDay, ...]:
        """Return what each asker was answered on each day, the newest day first."""
        query = """
        SELECT day, asker, basis, count(*), sum(prints) FROM answered
        GROUP BY day, asker, basis ORDER BY day DESC, asker, basis
        """
        with shredding_database(self.file) as connection:
            rows = connection.execute(query).fetchall()
        return tuple(
            OfDay(day=date.fromisoformat(row[0]), asker=row[1], basis=row[2], questions=row[3], prints=row[4])
            for row in rows
        )
