"""Files of signed statements (`*.jsonl`): one DSSE envelope a line. They carry a registry's traffic."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from sekisho.codec import MAX_DOCUMENT
from sekisho.errors import InputError, NotFoundError
from sekisho.store.atomic import write_atomic

__all__ = ["read_statements", "write_statements"]

_MAX_LINE = 2 * MAX_DOCUMENT
"""Bytes; an envelope holds its payload as base64."""


def read_statements(path: Path) -> Sequence[bytes]:
    """Return the lines of a statement file, without judging them.

    Raises:
        NotFoundError: there is no such file.
        InputError: a line is empty or too long to be an envelope.
    """
    lines: list[bytes] = []
    try:
        with path.open("rb") as stream:
            while line := stream.readline(_MAX_LINE):
                body = line.rstrip(b"\n")
                if not body or len(line) == _MAX_LINE:
                    raise InputError(f"{path}: line {len(lines) + 1} is no statement")
                lines.append(body)
    except FileNotFoundError as error:
        raise NotFoundError(f"there is no file {path}") from error
    return tuple(lines)


def write_statements(
    path: Path, envelopes: Iterable[bytes], *, force: bool = False, private: bool = False
) -> int:
    """Write envelopes, one a line; return the number of bytes.

    Args:
        path: where.
        envelopes: in their order.
        force: replace what is there.
        private: others on this machine may not read it.

    Raises:
        ExistsError: the file is there and `force` is not set.
    """
    lines = (line for e in envelopes for line in (e, b"\n"))
    return write_atomic(path, lines, force=force, mode=0o600 if private else 0o644)
