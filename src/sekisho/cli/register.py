"""`sekisho register`: fingerprints of one's own works become signed registrations."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sekisho.cli.handing import hand_over, vouched, voucher_for
from sekisho.cli.likeness.register import LikenessTerms, register_likeness
from sekisho.cli.parameters import Flag, Output, Quota
from sekisho.cli.say import note, say
from sekisho.cli.signers import principal, signer_named
from sekisho.cli.submission import registry_at
from sekisho.codec import decode_registration
from sekisho.errors import NotFoundError, RefusedError, UsageError
from sekisho.locale import LANGS, shown, text
from sekisho.model import Entry, KeyId, Kind, Name, Relation
from sekisho.registry.entries import Contents, contents_of, read_entries, withdrawn_entries
from sekisho.registry.parcels import named_prints, parcels
from sekisho.registry.prints import PrintsFile, open_prints
from sekisho.registry.quota import DECLARED_QUOTA
from sekisho.registry.registrations import Terms, new_among
from sekisho.registry.submit import Verdict
from sekisho.signing import REGISTRATION, WITHDRAWAL
from sekisho.store.clock import today
from sekisho.store.keys import FileSigner

__all__ = ["register"]

_REFUSED = {
    "listed": "listed files come only from an authority that vouches for them",
}
"""Kinds that this version refuses, with the reason."""


_NOBODY = LikenessTerms(relation=None, consent="")


def _refuse(condition: object, message: str) -> None:
    if condition:
        raise UsageError(message, hint="sekisho register --help")


@contextmanager
def _own_prints(file: Path, signer: FileSigner, holder: KeyId) -> Iterator[PrintsFile]:
    try:
        stream = file.open("rb")
    except FileNotFoundError as error:
        raise NotFoundError(
            f"there is no file {file}", hint=f"sekisho fingerprint ./works -o {file} --holder {signer.name}"
        ) from error
    with stream:
        found = open_prints(stream)
        if found.holder not in {signer.key, holder}:
            raise RefusedError(
                f"{file} was signed by {found.holder}, not by {signer.key} ({signer.name})",
                hint="prints can be registered only by the holder who made them; fingerprint your own files",
            )
        yield found


def _judged_names(given: Sequence[str], qualifier: Sequence[str]) -> tuple[Name, ...]:
    """Return the names with their readings; what speaks against one is said, or it is refused."""
    if not given and not qualifier:
        return ()
    # Measuring needs compiled code, which takes half a second to load.
    from sekisho.cli.naming import judged_names, read_names  # noqa: PLC0415

    return judged_names(read_names(given, qualifier))


def _known(holder: KeyId, registry: str | None) -> tuple[Mapping[Contents, Entry], frozenset[str]]:
    """Return what the holder has registered on whatever day and not withdrawn, and the withdrawn ids."""
    database = registry_at(registry)
    ended = withdrawn_entries(database.statements(WITHDRAWAL, holder))
    entries = read_entries(database.statements(REGISTRATION, holder))
    return {contents_of(e): e for e in entries if e.id not in ended}, ended


def _amount(entry: Entry) -> str:
    """Say how many fingerprints an entry has, and how many of them parts or likenesses are found by."""
    more = sum(p.traits is not None and not p.is_film for p in entry.prints)
    films = sum(p.is_film for p in entry.prints)
    parts = [f"{len(entry.prints)} fingerprints"]
    parts += [f"{more} with local features or vectors"] if more else []
    parts += [f"{films} films"] if films else []
    return ", ".join(parts)


def register(
    prints: Path,
    /,
    *,
    holder: str,
    kind: Literal["work", "character", "likeness", "listed"],
    title: str = "",
    as_one: Flag = False,
    name: Annotated[Sequence[str], Parameter(negative=())] = (),
    qualifier: Annotated[Sequence[str], Parameter(negative=())] = (),
    protected_until: date | None = None,
    on_behalf_of: str = "",
    trust: Literal["declared", "verified"] = "declared",
    voucher: str = "",
    relation: Literal["self", "guardian", "agent", "body"] | None = None,
    consent: str = "",
    adult_from: date | None = None,
    until: date | None = None,
    registry: str | None = None,
    output: Output = None,
    force: Flag = False,
    declared_quota: Quota = DECLARED_QUOTA,
) -> int:
    """Register fingerprinted works, characters or photos of a person under your key.

    Each file becomes an entry of its own, a volume with all its pages; with --as-one
    all files become one entry (a series, the model sheets of a character). An entry
    is self-declared until a voucher of the registry confirms it. By registering you
    declare in good faith that you hold the rights, or act for whoever does.

    With --kind likeness all photos are one registration of one person. It is kept
    encrypted at the registry and stands in no edition; nobody else can see it there.

    Example: sekisho register prints.jsonl --holder aozora --kind work

    Args:
        prints: The file that sekisho fingerprint wrote.
        holder: Your key; the same that signed the prints.
        kind: What the files show.
        title: Title of the entries, as others will see it.
        as_one: Make one entry of all files.
        name: What the character or work is called, TEXT or TEXT=READING in kana (several are possible).
        qualifier: A word of which one must stand near the names, if they are ordinary words too.
        protected_until: The last day on which it is compared, YYYY-MM-DD; default: no end.
        on_behalf_of: Whose works they are, if you are an agent: a name, a .pub file or a key id.
        trust: verified only with a voucher's key on this machine.
        voucher: The voucher's key; default: one that the registry's root lists.
        relation: Of a likeness: who you are to the person.
        consent: Of a likeness: a document that shows the consent (only its digest is registered), or
            the id of a text that was agreed to.
        adult_from: Of a likeness: from which day on the person is an adult; it never leaves the registry.
        until: Of a likeness: the last day; default: five years.
        registry: The registry, a file or a database URL.
        output: Write the statements to this file instead, to be carried.
        force: Replace that file if it is there.
        declared_quota: Entries that a holder for whom nobody vouches may have in the registry.
    """
    if kind in _REFUSED:
        raise RefusedError(f"--kind {kind} is refused: {_REFUSED[kind]}", hint="register works or characters")
    signer = signer_named(holder)
    about = LikenessTerms(
        relation=Relation(relation) if relation else None, consent=consent, adult_from=adult_from, until=until
    )
    if kind == "likeness":
        given = (title, name, qualifier, protected_until, on_behalf_of, voucher, as_one, trust == "verified")
        _refuse(any(given), "a likeness has no title, name, agent or voucher; all photos are one person's")
        with _own_prints(prints, signer, signer.key) as photos:
            return register_likeness(photos, signer, about, registry=registry, output=output, force=force)
    _refuse(about != _NOBODY, "--relation, --consent, --adult-from and --until are for --kind likeness")
    owner = principal(on_behalf_of, signer)
    terms = Terms(
        holder=owner,
        kind=Kind(kind),
        title=title,
        on=today(),
        protected_until=protected_until,
        names=_judged_names(name, qualifier),
    )
    with _own_prints(prints, signer, owner.key) as found:
        _refuse(found.likeness, "these are photos of a person; as a work everybody could see them registered")
        payloads = terms.payloads(named_prints(found, signer.key), as_one=as_one)
        known, ended = ({}, frozenset()) if output is not None else _known(owner.key, registry)
        new = new_among(payloads, known, ended)
        _say_new(len(new), len(payloads))
        backer = voucher_for(voucher, owner.key, registry, output) if trust == "verified" else None
        older = [known[c] for c in map(contents_of, map(decode_registration, payloads)) if c in known]
        verdicts, code = hand_over(
            vouched(parcels(new, found, signer), older, owner.key, backer),
            registry=registry,
            output=output,
            force=force,
            quota=declared_quota,
        )
    _say_entries(new, verdicts)
    return code


def _say_new(new: int, count: int) -> None:
    if new < count:
        note(f"{count - new} of {count} are registered already and stay as they are")
    for lang in LANGS if new else ():
        note(text("register.good_faith", lang))


def _say_entries(new: Sequence[tuple[Entry, object]], verdicts: Sequence[Verdict]) -> None:
    kept = {v.id for v in verdicts if v.kept}
    for entry, _ in new:
        if entry.id in kept:
            say(f"{entry.id}  {entry.kind}  {_amount(entry)}  {shown(entry.title)}".rstrip())
