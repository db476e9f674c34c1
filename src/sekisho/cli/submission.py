"""What the commands of holders and registries share: the registry, and handing statements over."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sekisho.cli.likeness.desk import judged, personal_verdict
from sekisho.cli.removal.desk import take_out_again
from sekisho.cli.say import complain, note, say
from sekisho.cli.signers import signer_named
from sekisho.errors import NotFoundError
from sekisho.locale import shown
from sekisho.model import KeyId, Root
from sekisho.registry.examined import ATTACHED, examine
from sekisho.registry.likeness import about_person
from sekisho.registry.quota import DECLARED_QUOTA
from sekisho.registry.submit import Verdict
from sekisho.signing import PASSAGES, TRAITS
from sekisho.store.database import RegistryDatabase, open_registry
from sekisho.store.home import default_registry
from sekisho.store.keys import FileSigner
from sekisho.store.statements_file import write_statements

__all__ = [
    "carry",
    "deliver",
    "local_voucher",
    "registry_at",
    "say_kept",
    "tell_near",
]

EXIT_REFUSED = 2
NEAR_SHOWN = 5


def registry_at(location: str | None) -> RegistryDatabase:
    """Open the registry that was named, or the default one of this machine.

    What was taken out of it and stands in it again, from a backup, is taken out before it is used.
    """
    database = open_registry(location or str(default_registry()))
    take_out_again(database)
    return database


def local_voucher(root: Root, holder: KeyId) -> FileSigner:
    """Return a key of this machine that the root lists as voucher and that is not the holder.

    Raises:
        NotFoundError: there is none; somebody else has to vouch.
    """
    for key in sorted(root.vouchers - {holder}):
        try:
            return signer_named(key)
        except NotFoundError:
            continue
    raise NotFoundError(
        "no key on this machine may vouch for this holder",
        hint="leave --trust out, and ask a voucher of the registry to run sekisho registry vouch",
    )


def tell_near(verdict: Verdict) -> None:
    """Warn about earlier entries of other holders; they stay, and so does the new one."""
    for near in verdict.near[:NEAR_SHOWN]:
        where = f"near entry {near.entry} of {near.registrant} (distance {near.distance})"
        note(f"warning: {verdict.id} is {where}")
    if len(verdict.near) > NEAR_SHOWN:
        note(f"warning: {verdict.id} is near {len(verdict.near) - NEAR_SHOWN} more; sekisho registry doctor")
    for common in verdict.common[:NEAR_SHOWN]:
        how = f"has a part of ({common.inliers} features agree)" if common.inliers else "is near"
        where = f" (its picture {common.at})" if common.at else ""
        what = f"common content {shown(common.title)!r} {common.id}"
        note(f"warning: {verdict.id} {how} {what}{where}: it may hold back what everybody may use")
    if verdict.alike:
        note(
            f"warning: {verdict.id} is near {verdict.alike} of your own entries: if a template makes them"
            " alike, they hold back everything that is made by it; register what is drawn by itself"
        )
    for copied in verdict.copied[:NEAR_SHOWN]:
        where = f"entry {copied.entry} of {copied.registrant} (about {copied.share} % of the shorter text)"
        note(f"warning: {verdict.id} shares passages with {where}")
    if len(verdict.copied) > NEAR_SHOWN:
        more = len(verdict.copied) - NEAR_SHOWN
        note(f"warning: {verdict.id} shares passages with {more} more; sekisho registry doctor")


def _tell(verdict: Verdict) -> None:
    tell_near(verdict)
    if not verdict.kept:
        complain(f"refused {verdict.id or 'a statement'}: {verdict.reason}", verdict.hint)
    elif not verdict.new:
        note(f"{verdict.id} was in the registry already")


def say_kept(verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    """Print and return the ids of what was kept."""
    kept = tuple(verdict.id for verdict in verdicts if verdict.kept)
    for statement in kept:
        say(statement)
    return kept


def _carried(envelopes: Iterable[bytes], verdicts: list[Verdict]) -> Iterator[bytes]:
    """Pass statements on; the registry will judge them, here only what the envelope alone can tell."""
    for envelope in envelopes:
        if about_person(envelope):
            verdicts.append(personal_verdict(envelope))
        else:
            found = examine(envelope)
            verdicts.append(Verdict(id=found.id, type=found.type, kept=True, new=True))
        yield envelope


def carry(
    envelopes: Iterable[bytes], output: Path, *, force: bool = False, private: bool = False
) -> tuple[Verdict, ...]:
    """Write statements to a file that is carried to the registry; they are asked for one by one."""
    verdicts: list[Verdict] = []
    write_statements(output, _carried(envelopes, verdicts), force=force, private=private)
    note(f"wrote {len(verdicts)} statements to {output}; carry the file to the registry")
    return tuple(verdicts)


def deliver(
    envelopes: Sequence[bytes],
    *,
    registry: str | None,
    output: Path | None,
    force: bool = False,
    quota: int = DECLARED_QUOTA,
) -> tuple[tuple[Verdict, ...], int]:
    """Write statements to a file that is carried to the registry, or submit them here.

    Returns:
        The verdicts, and the exit code: 2 if the registry refused any of them.
    """
    if output is not None:
        # What is said about a person is in the clear until the registry has sealed it.
        return carry(envelopes, output, force=force, private=any(map(about_person, envelopes))), 0
    verdicts = judged(envelopes, registry_at(registry), quota=quota)
    # Passages and traits follow their registration: of each it is said what became of it.
    for verdict in verdicts:
        if verdict.type not in ATTACHED:
            _tell(verdict)
    lost = Counter(v.type for v in verdicts if v.type in ATTACHED and not v.kept)
    for type_, word in ((PASSAGES, "texts"), (TRAITS, "traits")):
        if lost[type_]:
            note(f"{lost[type_]} {word} were not kept, since their entries were refused")
    return verdicts, 0 if all(v.kept for v in verdicts) else EXIT_REFUSED
