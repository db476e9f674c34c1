"""A registry, a parent with three drawn pictures for photos, and an operator, on one machine."""

from pathlib import Path

from sekisho.cli.app import main
from sekisho.model import Print
from sekisho.registry.prints import print_lines
from sekisho.store.keys import load_signer, make_key
from tests.likenesses import photo

__all__ = ["TEXT", "begin", "prints_of", "register"]

TEXT = "I, Hanako Yamada, hanako@example.jp, agree."


def begin() -> None:
    """Make the default registry and the parties' keys."""
    main(["registry", "init", "--key", "registry"])
    for name in ("parent", "other", "lumen"):
        make_key(name)


def prints_of(folder: Path, holder: str, *numbers: int) -> Path:
    """Write the prints of made-up photos of a person."""
    found = [Print(sha256=photo(n).sha256, pdq=photo(n).pdq, quality=photo(n).quality) for n in numbers]
    file = folder / f"{holder}-{numbers[0]}.prints"
    file.write_bytes(b"".join(print_lines(found, load_signer(holder), likeness=True)))
    return file


def register(folder: Path, holder: str, *numbers: int, more: tuple[str, ...] = (), code: int = 0) -> None:
    """Register made-up photos by the command."""
    consent = folder / "consent.txt"
    consent.write_text(TEXT)
    argv = ["register", str(prints_of(folder, holder, *numbers)), "--holder", holder, "--kind", "likeness"]
    argv += ["--relation", "guardian", "--consent", str(consent), *more]
    assert main(argv) == code
