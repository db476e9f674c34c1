"""`sekisho trace`: where was it used."""

from sekisho.cli.trace.answer import answer
from sekisho.cli.trace.answered import answered
from sekisho.cli.trace.ask import ask
from sekisho.cli.trace.command import trace

__all__ = ["trace"]

trace.command(ask)
trace.command(answer)
trace.command(answered)
