"""Read a file that somebody has named on the command line."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sekisho.errors import NotFoundError
from sekisho.ledger.policy import LogPolicy, parse_policy

__all__ = [
    "LOOK",
    "LogPolicyFile",
    "given_bytes",
    "given_policy",
    "given_statement",
    "require_file",
    "require_run",
]

LogPolicyFile = Annotated[Path | None, Parameter(name=("--log-policy", "--policy"))]
"""Which logs and witnesses are believed; `--policy` alone is elsewhere the policy of an audit."""
LOOK = "look at the spelling; a relative path counts from the folder you are in"
"""What to do if something is not there."""


def require_file(path: Path, *, hint: str = LOOK) -> None:
    """Refuse what is no file: it is not there, a folder, or a pipe, which would let us wait.

    Raises:
        NotFoundError: it is none.
    """
    if not path.is_file():
        raise NotFoundError(f"there is no file {path}", hint=hint)


def require_run(path: Path) -> None:
    """Refuse what is no folder, where a RUN directory is asked for.

    Raises:
        NotFoundError: it is none.
    """
    if not path.is_dir():
        raise NotFoundError(
            f"there is no RUN directory {path}", hint="name a RUN directory, as `sekisho audit -o` made it"
        )


def given_bytes(path: Path, *, most: int | None = None, hint: str = LOOK) -> bytes:
    """Return the bytes of a file.

    Args:
        path: as it was named.
        most: how many bytes whoever reads them allows; one more is returned if the file has more. None: all.
        hint: what to do if it is not there.

    Raises:
        NotFoundError: it is not there, or can not be read.
    """
    require_file(path, hint=hint)
    try:
        with path.open("rb") as file:
            return file.read(-1 if most is None else most + 1)
    except OSError as error:
        raise NotFoundError(f"{path} can not be read: {error.strerror}") from error


def given_statement(path: Path) -> bytes:
    """Return a signed statement, without the line's end that its file may have.

    Raises:
        NotFoundError: it is not there, or can not be read.
    """
    return given_bytes(path).strip()


def given_policy(path: Path | None) -> LogPolicy | None:
    """Return which logs and witnesses somebody believes (C2SP tlog-policy); None if no file was named.

    Raises:
        NotFoundError: it is not there, or can not be read.
        InputError: it is no such policy.
    """
    return None if path is None else parse_policy(given_bytes(path))
