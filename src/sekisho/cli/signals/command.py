"""`sekisho signals`: copies of what sites say to machines, and lines that say it for your own works."""

from cyclopts import App

from sekisho.cli.signals.collecting import collect
from sekisho.cli.signals.listing import list_
from sekisho.cli.signals.publishing import publish
from sekisho.cli.signals.showing import show

__all__ = ["signals"]

signals = App(
    name="signals",
    help="""Copy what sites say to machines, look it up, or say it: collect, show, list, publish.

    Audits read no network: they are given such copies, dated and digested, with --signals.

    Example: sekisho signals collect urls.txt -o signals --contact https://example.org/bot
    """,
)

signals.command(collect)
signals.command(show)
signals.command(list_, name="list")
signals.command(publish)
