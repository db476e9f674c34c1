"""`sekisho rules replay`: decide an old case again by the packs that it was decided by."""

from pathlib import Path
from typing import Literal

from sekisho.cli.given import given_bytes
from sekisho.cli.rules.packs import NO_PACKS, Packs, known_packs
from sekisho.cli.say import note, say
from sekisho.errors import IncompleteError
from sekisho.locale import text
from sekisho.rules.replay import MAX_RECORD, missing, read_record, replay
from sekisho.rules.vocabulary import shipped_vocabulary

__all__ = ["again"]


def again(record: Path, /, *, pack: Packs = NO_PACKS, lang: Literal["ja", "en"] = "ja") -> None:
    """Decide again what a record says, by the same packs, and compare: the law of then, not of today.

    Exit code 3 names the packs that are needed and not at hand (give them with --pack); exit code 4:
    the same packs give another answer, so that the record was changed.

    Example: sekisho rules replay decision.json --pack jp-2026-07.logged.json

    Args:
        record: What `sekisho rules explain --format json` printed, or what a case has kept.
        pack: Packs of your own.
        lang: Language of what is printed.
    """
    said = read_record(given_bytes(record, most=MAX_RECORD), record.name)
    packs = known_packs(pack)
    lost = missing(said, packs)
    for one in lost:
        key = "rules.replay_other" if one.here else "rules.replay_none"
        note(text(key, lang, pack=one.id, digest=one.sha256, day=one.law_as_of, here=one.here))
    if lost:
        raise IncompleteError(
            f"{len(lost)} of the {len(said.packs)} packs of the record are not at hand",
            hint="--pack FILE, with the pack of that day",
        )
    replay(said, packs, shipped_vocabulary())
    say(text("rules.replayed", lang, day=said.on, packs=len(said.packs), rules=len(said.results)))
