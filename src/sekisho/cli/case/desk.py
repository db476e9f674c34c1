"""A desk and its cases: read one, take the next step, and keep a record of it for the log."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sekisho.cases.opening import Opening, decode_opening
from sekisho.cases.states import fold, step
from sekisho.cli.signers import signer_named
from sekisho.codec import canonical
from sekisho.codec.case import decode_event, encode_event
from sekisho.errors import EvidenceError, InputError
from sekisho.model import Case, CaseEvent, CaseOutcome, CaseState, utc
from sekisho.signing import CASE, sign_statement
from sekisho.store.cases import CaseFolder
from sekisho.store.clock import now
from sekisho.store.keys import FileSigner
from sekisho.store.own_log import own_queue
from sekisho.store.records import Records

__all__ = ["Cases", "Desk", "Step", "begun", "desk_at", "keep", "read_case", "whole_case"]

Cases = Annotated[Path, Parameter(name="--cases")]
"""The folder of cases."""
_EVENTS = "events:{}"
"""What digests of events are kept under: they stay when what a person said is erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What the next event says."""

    state: CaseState
    outcome: CaseOutcome | None = None
    reason: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A folder of cases and the key of whoever works in it."""

    folder: CaseFolder
    signer: FileSigner

    def case(self, case_id: str) -> tuple[Case, Sequence[str]]:
        """Return a case and the digests of its events."""
        return read_case(self.folder, case_id)

    def whole(self, case_id: str) -> tuple[Case, Sequence[str]]:
        """Return a case as `case` does, compared with what was kept of it; see `whole_case`."""
        return whole_case(self.folder, case_id)

    def take(self, case_id: str, *steps: Step) -> Case:
        """Add events, one after another, each durable before the next.

        Raises:
            RefusedError: a step may not follow, or somebody else was faster.
        """
        records = self.folder.records()
        for wanted in steps:
            case, digests = self.whole(case_id)
            event = step(
                case,
                wanted.state,
                by=self.signer.key,
                at=_after(case),
                previous=digests[-1],
                outcome=wanted.outcome,
                reason=wanted.reason,
                rule=wanted.rule,
            )
            payload = encode_event(event)
            self.folder.append(case_id, event.number, sign_statement(CASE, payload, self.signer))
            keep(records, case_id, hashlib.sha256(payload).hexdigest())
        records.hand_over(own_queue())
        return self.case(case_id)[0]


def _after(case: Case) -> datetime:
    """Return now, but never before the last event: clocks go back."""
    return max(utc(now()), case.events[-1].at)


def keep(records: Records, case_id: str, digest: str) -> None:
    """Keep the digest of an event for the next batch of the log; nothing of it can be read there."""
    records.add("case", _EVENTS.format(case_id), canonical({"case": case_id, "event": digest}))


def desk_at(folder: Path, by: str) -> Desk:
    """Open the cases of a desk with a key of this machine."""
    return Desk(folder=CaseFolder(folder), signer=signer_named(by))


def begun(opening: Opening, desk: Desk) -> tuple[str, bytes]:
    """Return the id of a new case and its first event, signed."""
    event = CaseEvent(
        case="",
        number=0,
        by=desk.signer.key,
        at=utc(now()),
        state=CaseState.RECEIVED,
        opening=opening.digest,
    )
    payload = encode_event(event)
    return decode_event(payload).case, sign_statement(CASE, payload, desk.signer)


def read_case(folder: CaseFolder, case_id: str) -> tuple[Case, Sequence[str]]:
    """Return a case as its events make it, and their digests.

    Raises:
        EvidenceError: an event is missing, was changed, or is not signed by whom it names.
    """
    stored = folder.events(case_id)
    try:
        opening = decode_opening(folder.opening(case_id))
        events = [decode_event(one.payload) for one in stored]
    except InputError as error:
        raise EvidenceError(f"{case_id}: {error}") from error
    for event, one in zip(events, stored, strict=True):
        if event.by != one.signer:
            raise EvidenceError(f"event {event.number} of {case_id} is signed by another than it names")
    digests = [one.digest for one in stored]
    case = fold(opening, events, digests)
    if case.id != case_id:
        raise EvidenceError(f"the folder {case_id} holds the events of {case.id}")
    return case, digests


def whole_case(folder: CaseFolder, case_id: str) -> tuple[Case, Sequence[str]]:
    """Return a case as `read_case` does, after comparing it with the digests that were kept of its events.

    What a crash has left out is kept now.

    Raises:
        EvidenceError: an event was taken away or replaced.
    """
    records = folder.records()
    # Read before the events: of what another process adds meanwhile, the event is there first.
    kept = {json.loads(one.text)["event"] for one in records.of_subject(_EVENTS.format(case_id))}
    case, digests = read_case(folder, case_id)
    if gone := kept - set(digests):
        raise EvidenceError(f"{len(gone)} events of {case_id} were taken away or replaced")
    for digest in digests:
        if digest not in kept:
            keep(records, case_id, digest)
    return case, digests
