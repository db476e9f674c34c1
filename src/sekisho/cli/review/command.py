"""`sekisho review`: decide what a run has put on hold."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sekisho.cli.parameters import Output
from sekisho.cli.review.acts import Asked, carry, check_way, decide, print_held, seal, take_over, titles_of
from sekisho.cli.review.desk import Desk
from sekisho.cli.review.session import hold_session
from sekisho.cli.say import note
from sekisho.cli.signers import signer_named
from sekisho.locale import text
from sekisho.store.keys import find_public

__all__ = ["review"]


def review(
    run: Path,
    item: str | None = None,
    /,
    *,
    group: str | None = None,
    outcome: Literal["allow", "block"] | None = None,
    false_match: tuple[str, ...] = (),
    reason: str = "",
    by: str | None = None,
    until: date | None = None,
    undo: int | None = None,
    output: Output = None,
    import_: Annotated[Path | None, Parameter(name="--import")] = None,
    list_: Annotated[bool, Parameter(name="--list", negative=())] = False,
    reviewers: tuple[str, ...] = (),
    format: Literal["table", "json"] = "table",  # noqa: A002
    snapshot: Path | None = None,
    lang: Literal["ja", "en"] = "ja",
) -> int:
    """Decide what a run has put on hold; the clean list follows, and the run is sealed again.

    On a terminal it shows groups of near-duplicates with their reasons, and keys to decide them.
    Elsewhere it lists them. Exit code 1: the list, and something is still on hold.

    Example: sekisho review RUN --group n-0123... --outcome allow --reason "our own logo" --by kimura

    Args:
        run: The RUN directory.
        item: Decide about one item, on hold or not.
        group: Decide about a group of the list.
        outcome: allow or block.
        false_match: Entries that it does not show; exempts these files where a policy names the run.
        reason: Why; it is kept, signed and shown.
        by: Your key; the operator's if not given.
        until: The last day on which it holds; a false match ends after a year.
        undo: Number of a review of yours that no longer stands.
        output: Sign into this file instead, to be carried to the operator.
        import_: Take the reviews of such a file.
        list_: List what is on hold, also on a terminal.
        reviewers: Keys whose reviews count, beside the operator's.
        format: The list as text or JSON.
        snapshot: The edition that the run used, if it is not where it was.
        lang: Language of what is shown.
    """
    asked = Asked(
        item=item,
        group=group,
        outcome=outcome,
        reason=reason,
        until=until,
        false_match=false_match,
        undo=undo,
    )
    decides = asked.is_decision()
    check_way(decides, output, import_)
    keys = frozenset(find_public(name).key for name in reviewers)
    with Desk(run, reviewers=keys, items=[item] if item is not None else []) as desk:
        if desk.unsealed and output is None:
            note(text("review.unsealed", lang, count=desk.unsealed))
            seal(desk, lang)
        if import_ is not None:
            take_over(desk, import_, lang)
            return 0
        if decides:
            signer = signer_named(by or desk.operator)
            if output is not None:
                carry(desk, asked, signer, output, lang)
            else:
                decide(desk, asked, signer, lang)
            return 0
        titles = titles_of(desk, run, snapshot, lang)
        at_terminal = not list_ and format == "table" and sys.stdin.isatty() and sys.stdout.isatty()
        if at_terminal and desk.groups:
            hold_session(desk, signer_named(by or desk.operator), titles, until=until, lang=lang)
            if desk.unsealed:
                seal(desk, lang)
        return print_held(desk, titles, format, lang)
