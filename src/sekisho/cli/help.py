"""How `--help` is laid out: the lines of a paragraph flow into the width of the terminal.

Nothing here is imported from rich or `cyclopts.help` before help is printed.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cyclopts.help import DefaultFormatter, HelpPanel
    from rich.console import Console, ConsoleOptions

__all__ = ["FlowingHelp", "flowing"]

_WITHIN_PARAGRAPH = re.compile(r"(?<=[^\n])\n(?=\S)")


def flowing(words: str) -> str:
    """Join the lines of each paragraph; empty and indented lines stay where they are."""
    return _WITHIN_PARAGRAPH.sub(" ", words)


def _flow(texts: Iterable[object]) -> "DefaultFormatter":
    """Let texts flow that are plain ones; return what prints them."""
    from cyclopts.help import DefaultFormatter, InlineText  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    for text in texts:
        if isinstance(text, InlineText) and isinstance(text.primary_renderable, Text):
            text.primary_renderable.plain = flowing(text.primary_renderable.plain)
    return DefaultFormatter()


class FlowingHelp:
    """Lays help out as cyclopts does; where a line ends in the source says nothing about the terminal."""

    def __call__(self, console: "Console", options: "ConsoleOptions", panel: "HelpPanel") -> None:
        """Print a panel of commands or parameters."""
        _flow(entry.description for entry in panel.entries)(console, options, panel)

    def render_usage(self, console: "Console", options: "ConsoleOptions", usage: object) -> None:
        """Print how a command is called."""
        _flow(()).render_usage(console, options, usage)

    def render_description(self, console: "Console", options: "ConsoleOptions", description: object) -> None:
        """Print what a command does."""
        _flow([description]).render_description(console, options, description)
