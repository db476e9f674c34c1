"""The command line `sekisho`: which commands there are, and how trouble becomes an exit code.

Commands are named by import strings and imported when they are run, so that `--help` imports
none of numpy, numba, pyarrow, Pillow, SQLAlchemy and cryptography. To add a command: a file
`cli/NAME.py` with a function or a cyclopts `App` called NAME, and a line in COMMANDS.
A command returns None or an exit code and raises `SekishoError` when it can not go on.

Exit codes, the first that applies: 130 interrupted; 4 evidence invalid; 3 incomplete; 1 findings
at or above `--fail-on`; 2 usage, configuration, a refusal, or a fault of Sekisho itself; 0.
"""

import io
import os
import select
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches

from cyclopts import App, CycloptsError, Parameter

from sekisho import __version__
from sekisho.cli.help import FlowingHelp
from sekisho.cli.help_words import help_words, translated
from sekisho.cli.interrupt import hear_interrupts
from sekisho.cli.language import help_language
from sekisho.cli.options import Options, split_options
from sekisho.cli.say import complain
from sekisho.errors import SekishoError, UsageError
from sekisho.store.kernels import kernels_dir

__all__ = ["COMMANDS", "build_app", "main"]

EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

COMMANDS: Mapping[str, str] = {
    "demo": "Play all three parties on this machine in a minute, with drawn pictures.",
    "key": "Make, list and show the keys that sign your statements; let an agent act.",
    "fingerprint": "Make fingerprints of your own works; the files stay where they are.",
    "register": "Register fingerprinted works, characters or photos of a person under your key.",
    "registry": "Run a registry: make it, take in statements, vouch, examine it, take works out.",
    "grant": "Give, list and revoke permissions, for named operators or for everybody.",
    "withdraw": "Take entries of yours out of the registry.",
    "dispute": "Say that another's entry is wrong, list disputes, settle them.",
    "erase": "Erase what is known about a person for good, or apply an erasure notice.",
    "snapshot": "Publish the registry as one signed file, or show such a file.",
    "signals": "Copy what sites say to machines, look it up, and say it for your own works.",
    "audit": "Check a dataset against a snapshot and leave evidence.",
    "rules": "Which rules of law apply to facts, what they ask, by when, what is not known.",
    "review": "Decide what a run has put on hold; the run is sealed again.",
    "explain": "Say why one item of a run was decided as it was.",
    "clean": "Copy or link only the items of a run that passed.",
    "report": "Write the report of a run again, or in another language.",
    "share": "Give a registrant the rows that concern it, or the public the counts, with proofs.",
    "case": "Notices, hits of the watch and requests of authorities, and what becomes of them.",
    "trace": "Search what runs and generation records say about files that were found.",
    "record": "Check what a model has made, and keep a record that the log commits to.",
    "watch": "Match what changed in a registry with everything that was recorded.",
    "log": "Keep a transparency log, serve it, and cosign the logs of others.",
    "statement": "State in public what a model was trained on; signed and on the log.",
    "verify": "Check a run, what was shared of it, a receipt, an answer or a statement offline.",
}
"""Each command with its one line of help, in the order of the help page."""

_ABOUT = """Check what goes into an AI model against the wishes of the people whose works they are.

Where to begin:
  To see it first: sekisho demo
  You make works: sekisho fingerprint, register, grant
  You train a model: sekisho audit, review, clean, report
  You were given a record of a check: sekisho verify
  You or your child was harmed: the police first if anybody is in danger; sekisho rules ask, case form
"""
_EPILOGUE = (
    "Options of every command: --config FILE (settings; default ./sekisho.toml), "
    "--debug (show the traceback of a fault); "
    "with --help, --lang ja or --lang en (the language of the help)."
)


def _shown(default: object) -> str | None:
    """Return how a default stands in the help; an empty one is not worth a word."""
    if isinstance(default, (tuple, list)):
        default = ", ".join(map(str, default))
    return str(default) if default else None


def build_app(options: Options, chosen: str = "") -> App:
    """Return the application; only the chosen command shows its own, longer help."""
    words = help_words(help_language(options.help_lang, options.config))
    app = App(
        name="sekisho",
        help=_ABOUT,
        help_epilogue=translated(_EPILOGUE, words),
        help_format="plaintext",
        help_formatter=FlowingHelp(words),
        version=__version__,
        config=options,
        default_parameter=Parameter(show_default=_shown, negative_iterable=()),
        result_action="return_value",
        suppress_keyboard_interrupt=False,
    )
    for order, (name, line) in enumerate(COMMANDS.items()):
        # A help text given here replaces the command's own for good, once its module is imported.
        text = None if name == chosen or f"sekisho.cli.{name}" in sys.modules else line
        app.command(f"sekisho.cli.{name}:{name}", name=name, help=text, sort_key=order)
    return app


def _run(arguments: Sequence[str], options: Options) -> int:
    chosen = next((a for a in arguments if not a.startswith("-")), "")
    app = build_app(options, chosen)
    if chosen and chosen not in app:
        near = get_close_matches(chosen, COMMANDS, n=1)
        raise UsageError(f"there is no command {chosen!r}", hint=f"sekisho {near[0] if near else '--help'}")
    try:
        code = app(arguments, exit_on_error=False, print_error=False)
        sys.stdout.flush()
    except CycloptsError as error:
        # The help of a wrong usage names the command only if there is one of that name.
        command = f"sekisho {chosen}" if chosen in COMMANDS else "sekisho"
        complain(str(error), f"{command} --help")
        return EXIT_USAGE
    return code if isinstance(code, int) else 0


def _is_unread() -> bool:
    """Tell whether nobody reads what is written here any more, as behind `| head`."""
    watch = select.poll()
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # none, no file of the system, or closed
            watch.register(stream.fileno(), 0)
    return any(state & select.POLLERR for _, state in watch.poll(0))


def _close_stdout() -> None:
    """Point stdout at nothing, so that the interpreter's last flush can not fail."""
    with suppress(AttributeError, OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write_utf8() -> None:
    """Print UTF-8 whatever the locale says: a form that could not be printed would have its own exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def _told(error: Exception) -> int:
    """Say why a command has ended, unless nobody listens; return its exit code."""
    match error:
        case SekishoError():
            complain(str(error), error.hint)
            return error.exit_code
        case BrokenPipeError() if _is_unread():
            _close_stdout()
        case BrokenPipeError():
            complain("another process or a server has ended the connection", "try again; --debug shows where")
        case OSError():
            complain(f"{error.filename}: {error.strerror}" if error.filename else str(error))
        case _:
            complain(
                f"a fault in Sekisho: {type(error).__name__}: {error}",
                "please report it with the output of the same command and --debug",
            )
    return EXIT_USAGE


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; never let a traceback out without `--debug`."""
    # Before anything imports numba: compiled kernels belong in the user's cache, not in the package.
    os.environ.setdefault("NUMBA_CACHE_DIR", str(kernels_dir()))
    _write_utf8()
    arguments, options = split_options(sys.argv[1:] if argv is None else argv)
    try:
        with hear_interrupts():
            return _run(arguments, options)
    except KeyboardInterrupt:
        complain("interrupted")
        # If it met code that is compiled at run time (a dataclass being made), CPython would end
        # `python -m` by the signal all the same; any such code that ends well takes that back.
        exec("")  # noqa: S102
        return EXIT_INTERRUPTED
    except Exception as error:  # the one place where anything is caught
        if options.debug and not _is_unread():
            raise
        return _told(error)
