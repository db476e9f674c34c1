"""`sekisho demo`: what a new user sees first."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from sekisho import fingerprint, match
from sekisho.cli.app import main
from sekisho.cli.audit.texts import warm_up_texts
from sekisho.cli.language import Language, terminal_language
from sekisho.demo.play import play
from sekisho.store.atomic import refuse_existing
from sekisho.store.clock import today

__all__ = ["demo"]


def demo(
    *,
    output: Annotated[Path, Parameter(name=("--output", "-o"))] = Path("demo-out"),
    lang: Language | None = None,
) -> None:
    """Play all three parties on this machine in a minute, with drawn pictures.

    Invented publishers register drawings, a registry publishes them, an operator
    checks forty collected pictures. They exchange only signed files; every command
    is shown as you would type it. Ends with a page to look at: demo-out/wall.html.

    Example: sekisho demo -o demo-out --lang ja

    Args:
        output: A new folder for everything that the demo makes.
        lang: Language; default: that of the terminal.
    """
    refuse_existing(output, force=False)
    play(
        output,
        lang=lang or terminal_language(),
        today=today(),
        run=main,
        console=Console(highlight=False, soft_wrap=True),
        kernels=(fingerprint.warm_up, match.warm_up, warm_up_texts),
    )
