"""Statements about persons wait for the next batch of the log: made without a receipt, completed later."""

import os

from sekisho.errors import IncompleteError, UsageError
from sekisho.ledger.entry import SALT_BYTES
from sekisho.ledger.logged import Logged
from sekisho.ledger.waiting import Waiting, completed, decode_waiting, encode_waiting
from sekisho.store.log import LocalLog
from sekisho.store.own_log import own_log, own_queue
from sekisho.store.person_queue import PersonQueue

__all__ = ["RECEIPT_FOLLOWS", "finished", "waiting_for_batch"]

RECEIPT_FOLLOWS = "sekisho log batch once an hour; then sekisho log proof {file}"


def waiting_for_batch(statement: bytes) -> bytes:
    """Let a statement wait for the next batch of this machine's own log, and return the file without receipt.

    Nothing is published, so that the log does not tell when the statement was made.

    Args:
        statement: the envelope.
    """
    log = own_log()
    made = Waiting(statement=statement, salt=os.urandom(SALT_BYTES), origin=log.origin, vkey=log.vkey)
    own_queue().add([made.commitment])
    return encode_waiting(made)


def finished(data: bytes, file: str, *, log: LocalLog, queue: PersonQueue) -> Logged:
    """Return the logged statement that a waiting file becomes when its batch is out.

    Args:
        data: the file.
        file: its name, to say in an error.
        log: this machine's own.
        queue: what waits for it.

    Raises:
        UsageError: it waits for another log, or for no batch of this machine.
        IncompleteError: its batch is not out yet.
    """
    waiting = decode_waiting(data)
    if waiting.vkey != log.vkey:
        raise UsageError(f"{file} is of another log, {waiting.vkey}")
    # One that this queue does not know was made where the queue was lost: it goes with the next batch.
    queue.add([waiting.commitment])
    placed = queue.placed([waiting.commitment]).get(waiting.commitment)
    if placed is None:
        raise IncompleteError(
            f"{file} waits for the next batch of the log", hint=RECEIPT_FOLLOWS.format(file=file)
        )
    return completed(waiting, entry=placed.entry, index=placed.index, receipt=log.prove(placed.index))
