"""What the command line says: results on stdout, everything about them on stderr."""

import sys

__all__ = ["complain", "note", "say"]


def say(line: str) -> None:
    """Write one line of the result to stdout, where a program may read it."""
    sys.stdout.write(f"{line}\n")


def note(line: str) -> None:
    """Write one line about what is happening to stderr."""
    sys.stderr.write(f"{line}\n")


def complain(message: str, hint: str = "") -> None:
    """Say on stderr what went wrong, and in a second line what to do next."""
    note(f"error: {message}")
    if hint:
        note(f"hint: {hint}")
