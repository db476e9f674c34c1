"""How `--help` is laid out: a paragraph flows into the width of the terminal, in the language of the reader.

Nothing here is imported from rich or `cyclopts.help` before help is printed.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sekisho.cli.help_words import HelpWords, translated

if TYPE_CHECKING:
    from cyclopts.help import ColumnSpec, DefaultFormatter, HelpEntry, HelpPanel
    from cyclopts.help.protocols import ColumnSpecBuilder
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.text import Text

__all__ = ["FlowingHelp"]

_LABEL = re.compile(r"(?<=^\[)[a-z ]+(?=[:\]])")
"""In what follows a description: `[default: 30]`, `[required]`."""
_USAGE = "Usage:"
NARROWEST = 20
"""Cells of a line at the least: what says of itself that it has no width at all gets lines, too."""


def _widened(console: "Console", options: "ConsoleOptions") -> "ConsoleOptions":
    """Let a console be wide enough; in less than some letters cyclopts breaks labels without an end."""
    if console.width >= NARROWEST:
        return options
    console.width = NARROWEST
    return console.options


def _lines(part: str, width: int) -> Iterator[str]:
    """Break a paragraph or an indented line, whose lines are then all indented."""
    from sekisho.cli.line_breaks import broken  # noqa: PLC0415 - its expressions take time to compile

    bare = part.lstrip()
    indent = part.removesuffix(bare)
    yield from (indent + line for line in broken(bare, width - len(indent))) if bare else ("",)


class _Broken:
    """Text whose lines end where those of Japanese may, at the width it is given."""

    def __init__(self, words: str) -> None:
        self.words = words

    def __rich_console__(self, _console: "Console", options: "ConsoleOptions") -> Iterator["Text"]:
        from rich.text import Text  # noqa: PLC0415

        lines = (line for part in self.words.split("\n") for line in _lines(part, options.max_width))
        yield Text("\n".join(lines))


class FlowingHelp:
    """Lays help out as cyclopts does; where a line ends in the source says nothing about the terminal."""

    def __init__(self, words: HelpWords | None = None) -> None:
        self._words = words or {}

    def __call__(self, console: "Console", options: "ConsoleOptions", panel: "HelpPanel") -> None:
        """Print a panel of commands or parameters."""
        options = _widened(console, options)
        for entry in panel.entries:
            self._say(entry.description)
        panel.title = self._words.get(str(panel.title), panel.title)
        self._formatter(panel)(console, options, panel)

    def render_usage(self, console: "Console", options: "ConsoleOptions", usage: object) -> None:
        """Print how a command is called."""
        from cyclopts.help.specs import DefaultStyled  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        _widened(console, options)
        said = Text(f"{self._words.get(_USAGE, _USAGE)} {usage}", style="cyclopts.usage")
        console.print(DefaultStyled(said))

    def render_description(self, console: "Console", options: "ConsoleOptions", description: object) -> None:
        """Print what a command does."""
        from cyclopts.help import DefaultFormatter  # noqa: PLC0415

        self._say(description)
        DefaultFormatter().render_description(console, options, description)

    def _say(self, text: object) -> None:
        """Let a plain text flow, in the language of the reader."""
        from cyclopts.help import InlineText  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        shown = text.primary_renderable if isinstance(text, InlineText) else None
        if isinstance(text, InlineText) and isinstance(shown, Text) and shown.plain:
            text.primary_renderable = _Broken(translated(shown.plain, self._words))

    def _formatter(self, panel: "HelpPanel") -> "DefaultFormatter":
        """Return what prints a panel of this kind."""
        from cyclopts.help import DefaultFormatter, specs  # noqa: PLC0415

        if panel.format == "command":
            return DefaultFormatter(column_specs=self._columns(specs.get_default_command_columns))
        return DefaultFormatter(column_specs=self._columns(specs.get_default_parameter_columns))

    def _columns(self, usual: "ColumnSpecBuilder") -> "ColumnSpecBuilder":
        """Return the usual columns with their labels in the language of the reader."""
        from cyclopts.help.specs import DescriptionColumn  # noqa: PLC0415

        def said(
            console: "Console", options: "ConsoleOptions", entries: list["HelpEntry"]
        ) -> tuple["ColumnSpec", ...]:
            columns = usual(console, options, entries)
            return tuple(c.copy(renderer=self._labelled) if c is DescriptionColumn else c for c in columns)

        return said

    def _labelled(self, entry: "HelpEntry") -> "RenderableType":
        from cyclopts.help import InlineText  # noqa: PLC0415
        from cyclopts.help.specs import DescriptionRenderer  # noqa: PLC0415

        shown = DescriptionRenderer()(entry)
        for text in shown.texts if isinstance(shown, InlineText) else ():
            text.plain = _LABEL.sub(lambda found: self._words.get(found[0], found[0]), text.plain)
        return shown
