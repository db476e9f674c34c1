"""One sitting of a reviewer at a terminal: what the screen asks for is done at the desk."""

from dataclasses import replace
from datetime import date

from sekisho.audit.shape import Titles
from sekisho.cli.review.desk import Desk
from sekisho.cli.review.listing import View, views
from sekisho.cli.review.screen import Screen, Wish
from sekisho.cli.review.terminal import run_screen, terminal
from sekisho.errors import SekishoError
from sekisho.locale import text
from sekisho.model import EntryId
from sekisho.signing import Signer

__all__ = ["Session", "hold_session"]


class Session:
    """Does what the screen asks for, by one reviewer's key."""

    def __init__(
        self, desk: Desk, signer: Signer, titles: Titles, *, until: date | None = None, lang: str = "ja"
    ) -> None:
        """Sit down at a desk."""
        self._desk, self._signer, self._titles = desk, signer, titles
        self._until, self._lang = until, lang

    def views(self) -> tuple[View, ...]:
        """Return the groups as they stand now."""
        return views(self._desk.groups, self._desk.verdicts(), self._titles)

    def grant(self, screen: Screen, wish: Wish) -> Screen:
        """Do what is asked for; what a rule forbids is said on the screen."""
        try:
            message = self._undo() if wish.what == "undo" else self._decide(wish)
        except SekishoError as error:
            return replace(screen, message=f"{error} {error.hint}".strip())
        return replace(screen, views=self.views(), message=message)

    def _decide(self, wish: Wish) -> str:
        made = self._desk.make(
            self._signer,
            item=wish.item or None,
            group=None if wish.item else wish.group,
            outcome=wish.outcome,
            false_match=[EntryId(entry) for entry in wish.false_match],
            reason=wish.reason,
            until=self._until,
        )
        self._desk.take(made)
        return text("review.kept", self._lang)

    def _undo(self) -> str:
        own = self._desk.book.of(self._signer.key)
        gone = {review.undo for review in own}
        left = [review.n for review in own if review.undo is None and review.n not in gone]
        if not left:
            return text("review.nothing_to_undo", self._lang)
        self._desk.take(
            self._desk.make(self._signer, undo=left[-1], reason=text("review.undone", self._lang))
        )
        return text("review.taken_back", self._lang)


def hold_session(desk: Desk, signer: Signer, titles: Titles, *, until: date | None, lang: str) -> None:
    """Let a reviewer decide on the terminal until it leaves."""
    desk.operators_key()
    session = Session(desk, signer, titles, until=until, lang=lang)
    with terminal() as key:
        run_screen(Screen(views=session.views()), key, session.grant, lang)
