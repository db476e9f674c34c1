"""`sekisho log append|proof`: put a statement on the log, and get the receipt for it."""

import hashlib
import os
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sekisho.cli.given import given_bytes
from sekisho.cli.parameters import Flag
from sekisho.cli.say import note, say
from sekisho.cli.signers import signer_named
from sekisho.cli.waiting import finished
from sekisho.codec import canonical
from sekisho.errors import IncompleteError, InputError, SignatureError, UsageError
from sekisho.ledger.checkpoint import parse_decimal
from sekisho.ledger.entry import SALT_BYTES
from sekisho.ledger.logged import (
    Logged,
    decode_logged,
    encode_logged,
    is_waiting,
    statement_entry,
    verify_logged,
)
from sekisho.signing import FILE, open_statement, sign_statement
from sekisho.store.atomic import refuse_existing, write_atomic
from sekisho.store.clock import now
from sekisho.store.log import LocalLog
from sekisho.store.own_log import own_log, own_queue

__all__ = ["append", "proof"]

Output = Annotated[Path, Parameter(name=("--output", "-o"))]


def _statement(file: Path, by: str | None) -> bytes:
    """Return the file if it is a signed statement; else a statement that names its SHA-256."""
    data = given_bytes(file)
    try:
        open_statement(data.rstrip(b"\n"))
    except (InputError, SignatureError):
        if by is None:
            raise UsageError(
                f"{file} is no signed statement, and nobody was named who signs for it", hint="--by KEY"
            ) from None
    else:
        return data.rstrip(b"\n")
    made = {"v": 1, "name": file.name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    return sign_statement(FILE, canonical(made), signer_named(by))


def _keep(logged: Logged, output: Path, *, force: bool) -> None:
    # What only its owner may read stays so.
    mode = output.stat().st_mode & 0o777 if output.exists() else 0o644
    write_atomic(output, (encode_logged(logged),), force=force, mode=mode)


def append(file: Path, /, *, output: Output, by: str | None = None, force: Flag = False) -> int:
    """Put a public record on the log and write it with its receipt, for anybody to verify offline.

    A signed statement goes on the log as it is; of any other file a statement with its name, size and
    SHA-256, signed by --by. The log itself shows neither, only a salted commitment: who shall verify
    gets the file that is written here, which has statement, salt and receipt.

    Example: sekisho log append model-card.pdf --by lumen -o model-card.logged.json

    Args:
        file: What to put on record.
        output: Where to write the statement with salt and receipt. Keep it: the salt is nowhere else.
        by: The key that signs, where the file is not a signed statement already.
        force: Replace the file if it is there.
    """
    refuse_existing(output, force=force)
    statement = _statement(file, by)
    log, salt = own_log(), secrets.token_bytes(SALT_BYTES)
    entry = statement_entry(statement, salt, log.not_before(now()))
    (index,) = log.append_all([entry])
    logged = Logged(
        statement=statement,
        salt=salt,
        entry=entry,
        index=index,
        origin=log.origin,
        vkey=log.vkey,
        receipt=b"",
    )
    # The salt is kept before anybody is asked: without it the entry means nothing.
    _keep(logged, output, force=force)
    try:
        log.publish()
    except IncompleteError as error:
        raise IncompleteError(
            f"entry {index} waits: {error}", hint=f"sekisho log publish; sekisho log proof {output}"
        ) from error
    _renewed(log, logged, output)
    return 0


def _renewed(log: LocalLog, logged: Logged, output: Path) -> None:
    done = replace(logged, receipt=log.prove(logged.index))
    verify_logged(encode_logged(done), log_key=log.vkey)
    _keep(done, output, force=True)
    say(str(logged.index))
    note(f"entry {logged.index} of {log.vkey}; statement and receipt: {os.fspath(output)}")


def proof(
    of: str,
    /,
    *,
    output: Annotated[Path | None, Parameter(name=("--output", "-o"))] = None,
    force: Flag = False,
) -> None:
    """Write the receipt of an entry under the newest checkpoint, or add or renew that of a logged file.

    A file that waits for the batch of the log, such as an answer to a registry, gets its
    receipt when the batch is out; exit code 3 before.

    Example: sekisho log proof 12 -o receipt.tlog-proof

    Args:
        of: An entry's index, or a file with a statement: its receipt is added or renewed in place.
        output: Where to write the receipt of an index.
        force: Replace the file if it is there.
    """
    log = own_log()
    if not of.isdecimal():
        data = given_bytes(Path(of))
        if is_waiting(data):
            _renewed(log, finished(data, of, log=log, queue=own_queue()), Path(of))
            return
        logged = decode_logged(data)
        if logged.vkey != log.vkey:
            raise UsageError(f"{of} is of another log, {logged.vkey}")
        _renewed(log, logged, Path(of))
        return
    receipt = log.prove(parse_decimal(of))
    if output is None:
        say(receipt.decode().rstrip("\n"))
    else:
        write_atomic(output, (receipt,), force=force)
