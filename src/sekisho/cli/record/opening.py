"""`sekisho record open`: hand over one record, with the proof that the log has committed to it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sekisho.cli.parameters import Flag
from sekisho.cli.say import note, say
from sekisho.errors import IncompleteError, NotFoundError, UsageError
from sekisho.locale import text
from sekisho.store.atomic import refuse_existing, write_atomic
from sekisho.store.generations import Committed, Generations, Segment
from sekisho.store.own_log import own_log
from sekisho.trace.opening import encode_opening, open_record, verify_opening

__all__ = ["opening"]

_PLACE = re.compile(r"(\d{6,}-[0-9a-f]{16})#(\d{1,9})")


def _segment(store: Generations, place: str) -> tuple[Segment, int]:
    """Return the segment and the number in it that a place names.

    Raises:
        UsageError: it is no place.
        NotFoundError: there is no such record.
    """
    parts = _PLACE.fullmatch(place)
    if parts is None:
        raise UsageError(
            f"{place!r} is no place of a record",
            hint="name it as `sekisho trace FILE --generations DIR` does: 000001-0123456789abcdef#0",
        )
    number = int(parts[2])
    for segment in store.segments():
        if segment.name == parts[1] and number < segment.rows():
            return segment, number
    raise NotFoundError(f"{store.path} has no record {place}", hint="sekisho trace FILE names the place")


def _batch(store: Generations, segment: Segment, place: str) -> Committed:
    """Return the batch of a segment.

    Raises:
        IncompleteError: the log does not have it yet.
    """
    for made in store.committed():
        if made.first <= segment.number <= made.last and made.index is not None and store.has_receipt(made):
            return made
    raise IncompleteError(
        f"the log has not committed to {place} yet",
        hint=f"sekisho log batch once an hour; then sekisho record --log -o {store.path}, with its options",
    )


def _before(segments: Sequence[Segment], number: int) -> int:
    return sum(segment.rows() for segment in segments if segment.number < number)


def opening(
    place: str,
    /,
    *,
    generations: Path,
    output: Annotated[Path, Parameter(name=("--output", "-o"))],
    force: Flag = False,
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Hand over one record, with the proof that your log has committed to it.

    Whoever gets the file checks it offline with sekisho verify, and sees the whole record, with the
    fingerprints of the output; of the other records nothing but how many are in the batch. What shows a
    registered person, or is listed, is opened to nobody; what was erased can not be.

    Example: sekisho record open '000001-0123456789abcdef#0' --generations GENERATIONS -o opening.json

    Args:
        place: Which record, as sekisho trace names it.
        generations: The GENERATIONS directory.
        output: The file to write.
        force: Replace the file if it is there.
        lang: Language of what is printed.
    """
    refuse_existing(output, force=force)
    store, log = Generations.open(generations), own_log()
    segment, number = _segment(store, place)
    batch = _batch(store, segment, place)
    segments = store.segments()[batch.first - 1 : batch.last]
    records = [one for each in segments for one in each.records()]
    made = open_record(
        records,
        _before(segments, segment.number) + number,
        (batch.batch, batch.salt, batch.entry),
        (log.origin, log.vkey),
    )
    data = encode_opening(replace(made, receipt=store.receipt(batch)))
    # What does not hold is not given away.
    verify_opening(data)
    write_atomic(output, (data,), force=force, mode=0o600)
    say(text("opening.made", lang, place=place, file=str(output)))
    note(text("opening.whole", lang))
