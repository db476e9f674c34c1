"""What the command line says: results on stdout, everything about them on stderr."""

import sys
import unicodedata

__all__ = ["complain", "note", "say"]


def _visible(character: str) -> str:
    """Return a character as a terminal may see it: a message may repeat what somebody else has written."""
    kind = unicodedata.category(character)
    hidden = kind[0] == "C" or kind in {"Zl", "Zp"}
    return f"<U+{ord(character):04X}>" if hidden and character not in "\n\t" else character


def say(line: str) -> None:
    """Write one line of the result to stdout, where a program may read it."""
    sys.stdout.write(f"{line}\n")


def note(line: str) -> None:
    """Write one line about what is happening to stderr."""
    sys.stderr.write("".join(map(_visible, line)) + "\n")


def complain(message: str, hint: str = "") -> None:
    """Say on stderr what went wrong, and in a second line what to do next."""
    note(f"error: {message}")
    if hint:
        note(f"hint: {hint}")
