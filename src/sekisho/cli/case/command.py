"""`sekisho case`: notices, hits and requests of authorities, from the first word to the last letter."""

from cyclopts import App

from sekisho.cli.case.asking import judge, request
from sekisho.cli.case.care import due_care
from sekisho.cli.case.deciding import answer, close, extend, move, refuse
from sekisho.cli.case.law import rules
from sekisho.cli.case.listing import list_, show
from sekisho.cli.case.opening import form, open_, supplement
from sekisho.cli.case.sheet import sheet
from sekisho.cli.case.telling import tell

__all__ = ["case"]

case = App(
    name="case",
    help="""Notices, hits of the watch and requests of authorities, and what becomes of them.

    A desk keeps its cases in a folder. Each step is a signed line; terms of law run as
    clocks; letters and statements of reasons go to the outbox of the case, to be sent by
    you. What persons say lies encrypted and can be erased; nothing is sent by itself.

    Example: sekisho case form --jurisdiction JP --subject likeness -o notice.toml
    """,
)

case.command(form)
case.command(open_, name="open")
case.command(supplement)
case.command(list_, name="list")
case.command(show)
case.command(rules)
case.command(answer)
case.command(refuse)
case.command(extend)
case.command(move)
case.command(close)
case.command(tell)
case.command(request)
case.command(judge)
case.command(sheet, name="worksheet")
case.command(due_care, name="due-care")
