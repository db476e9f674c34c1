"""`sekisho log verify-page`: the second verifier, one page that works in a browser without a network."""

import os
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sekisho.cli.parameters import Flag
from sekisho.cli.say import note
from sekisho.store.atomic import write_atomic

__all__ = ["verify_page"]


def verify_page(*, output: Annotated[Path, Parameter(name=("--output", "-o"))], force: Flag = False) -> None:
    """Write a page that verifies answers, statements and receipts in a browser, without a network.

    One file, in Japanese and English, for whoever has no Sekisho and wants to trust nobody: it is
    opened from the disk, asks no server, and computes every signature and proof again. It was
    written apart from `sekisho verify` (web/verify in the repository).

    Example: sekisho log verify-page -o verify.html

    Args:
        output: Where to write the page.
        force: Replace the file if it is there.
    """
    page = files("sekisho.locale").joinpath("templates", "verify.html").read_bytes()
    write_atomic(output, (page,), force=force)
    note(f"open {os.fspath(output)} in a browser; it works without a network")
