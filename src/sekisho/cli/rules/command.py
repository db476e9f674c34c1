"""`sekisho rules`: the law of several places as dated data, and what it says about facts."""

from cyclopts import App

from sekisho.cli.rules.asking import ask
from sekisho.cli.rules.comparing import diff
from sekisho.cli.rules.explaining import explain
from sekisho.cli.rules.keeping import examples, new
from sekisho.cli.rules.listing import list_, show
from sekisho.cli.rules.publishing import publish
from sekisho.cli.rules.replaying import again

__all__ = ["rules"]

rules = App(
    name="rules",
    help="""Which rules of law apply, what they ask, by when, and what is not yet known.

    The packs are data with a source for each rule. A fact that is not known stays unknown: the
    answer names what is missing and never guesses. This is no legal advice.

    Example: sekisho rules explain facts.toml --on 2026-06-01 --jurisdiction JP,JP-31
    """,
)

rules.command(list_, name="list")
rules.command(show)
rules.command(explain)
rules.command(ask)
rules.command(diff)
rules.command(examples, name="test")
rules.command(new)
rules.command(publish)
rules.command(again, name="replay")
