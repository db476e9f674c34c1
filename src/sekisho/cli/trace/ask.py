"""`sekisho trace ask`: ask an operator, by a signed file, whether files are in its training data."""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sekisho.audit.membership.answering import open_question
from sekisho.audit.membership.distance import distance
from sekisho.cli.parameters import Flag
from sekisho.cli.say import note, say
from sekisho.cli.signers import signer_named, signer_or_new
from sekisho.cli.submission import registry_at
from sekisho.cli.trace.found import found_files, looked_at
from sekisho.codec.question import encode_question
from sekisho.errors import InputError, NotFoundError, RefusedError, UsageError
from sekisho.locale import shown, text
from sekisho.model import EntryId, KeyId, Kind, Print, State
from sekisho.model.likeness import LikenessPrint
from sekisho.model.question import AskBasis, Asked, Question
from sekisho.registry.likeness import standing
from sekisho.registry.states import stood_entries
from sekisho.signing import QUESTION, Signer, sign_statement
from sekisho.store.atomic import refuse_existing, write_atomic
from sekisho.store.clock import today
from sekisho.store.database import RegistryDatabase
from sekisho.store.keys import find_public
from sekisho.store.likenesses import Likenesses

__all__ = ["ask"]

_STANDING = b"sekisho/standing/v1\0"
_BASIS = "--public, --entry ID of a registry, or --authority KEY"
Prints = Sequence[Print | LikenessPrint]


def _looks(files: Sequence[Path], *, near: bool) -> Iterator[tuple[str, Asked]]:
    """Yield what is asked of each file: its SHA-256, and its PDQ in eight orientations."""
    for found in found_files(files):
        seen = looked_at(found)
        hashes = () if seen.hashes is None or not near else tuple(row.tobytes() for row in seen.hashes[0])
        yield found.name, Asked(sha256=seen.fingerprint.sha256, pdq=hashes)


def _of_entry(files: Sequence[Path], entry: str, prints: Prints) -> tuple[Asked, ...]:
    """Return what is asked on the basis of an entry: its prints, or found files that are near to them.

    Raises:
        RefusedError: a file has nothing to do with the entry.
    """
    if not files:
        return tuple(
            Asked(sha256=one.sha256, pdq=() if one.pdq is None else (one.pdq,))
            for one in prints
            if one.sha256 is not None or one.pdq is not None
        )
    hashes = [one.pdq for one in prints if one.pdq is not None]
    digests = {one.sha256 for one in prints}
    asked = []
    for name, one in _looks(files, near=True):
        if one.sha256 not in digests and distance(one.pdq, hashes) is None:
            raise RefusedError(
                f"{shown(name)} is not near to anything of {entry}, so that no question can stand on it",
                hint="ask about the file alone: --public",
            )
        asked.append(one)
    return tuple(asked)


def _committed(signer: Signer, entry: str, asked: Sequence[Asked]) -> bytes:
    """Return the commitment to a registration of a person, which nobody but the registry can open."""
    about = hashlib.sha256(b"".join((one.sha256 or b"") + b"".join(one.pdq) for one in asked)).digest()
    return hmac.digest(signer.sign(_STANDING + about), entry.encode(), "sha256")


def _on_likeness(
    files: Sequence[Path], entry: str, database: RegistryDatabase, to: KeyId | None
) -> tuple[bytes, ...]:
    """Ask about each photo by itself: two in one question would tell that they show one person."""
    root = database.root()[0]
    vault = Likenesses.find(root.registry)
    stated = None if vault is None else vault.stated(entry)
    if stated is None or standing(stated, root, today()).state is not State.ACTIVE:
        raise NotFoundError(f"there is no registration {entry} that stands", hint="sekisho registry show")
    if to is None:
        raise UsageError(
            "a question about a person is for one operator: it has hashes of the photo",
            hint="--to names the operator who is asked",
        )
    signer = signer_named(root.registry)
    questions = (
        Question(
            id="",
            asker=signer.key,
            basis=AskBasis.HOLDER,
            asked=(one,),
            on=today(),
            kind=Kind.LIKENESS,
            operator=to,
            standing=_committed(signer, entry, (one,)),
        )
        for one in _of_entry(files, entry, stated.likeness.prints)
    )
    return tuple(sign_statement(QUESTION, encode_question(one), signer) for one in questions)


def _on_work(
    files: Sequence[Path], entry: str, database: RegistryDatabase, to: KeyId | None
) -> tuple[bytes, ...]:
    stood = next((one for one in stood_entries(database, today()) if one.entry.id == entry), None)
    if stood is None or stood.state is State.WITHDRAWN:
        raise NotFoundError(f"there is no entry {entry} that stands", hint="sekisho registry show")
    signer = signer_named(database.root()[0].registry)
    question = Question(
        id="",
        asker=signer.key,
        basis=AskBasis.HOLDER,
        asked=_of_entry(files, entry, stood.entry.prints),
        on=today(),
        kind=stood.entry.kind,
        operator=to,
        entry=EntryId(entry),
        holder=stood.entry.registrant.key,
    )
    return (sign_statement(QUESTION, encode_question(question), signer),)


def _alone(files: Sequence[Path], signer: Signer, kind: Kind | None, to: KeyId | None) -> tuple[bytes, ...]:
    """Ask for the public, or as an authority about entries of some kind."""
    asked = tuple(one for _, one in _looks(files, near=kind is not None))
    basis = AskBasis.PUBLIC if kind is None else AskBasis.AUTHORITY
    question = Question(id="", asker=signer.key, basis=basis, asked=asked, on=today(), kind=kind, operator=to)
    return (sign_statement(QUESTION, encode_question(question), signer),)


def _targets(output: Path, count: int) -> tuple[Path, ...]:
    """Return where each of some questions is written: NAME, or NAME-1, NAME-2 and so on."""
    if count == 1:
        return (output,)
    return tuple(output.with_name(f"{output.stem}-{n}{output.suffix}") for n in range(1, count + 1))


def ask(
    *file: Path,
    output: Annotated[Path, Parameter(name=("--output", "-o"))],
    public: Flag = False,
    registry: str | None = None,
    entry: str | None = None,
    authority: str | None = None,
    kind: Literal["work", "character", "likeness"] = "work",
    by: str = "asker",
    to: str | None = None,
    force: Flag = False,
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Ask an operator whether files, or near copies of pictures, are in a run: a signed question in a file.

    Anybody may ask about exact files (--public). About near copies asks a registry, on the
    basis of an entry (--entry), or an authority. The operator answers with sekisho trace answer.
    Of a person each photo is a question by itself, NAME-1, NAME-2 and so on if there are several:
    hand them over apart from each other.

    Example: sekisho trace ask found.png --public -o question.json

    Args:
        file: Files that were found; with --entry they have to be near to it. None: what is registered.
        output: The question to write.
        public: Ask about the files themselves only.
        registry: The registry that asks, a file or a database URL.
        entry: On which entry the question stands: e-... or l-...
        authority: Ask as an authority: a key of yours.
        kind: What an authority asks about.
        by: Your key for --public; made if there is none.
        to: The operator who is asked: a key id, a name in your keys, or a .pub file; default: anybody.
        force: Replace the file if it is there.
        lang: Language of what is printed.
    """
    if (public, entry is not None, authority is not None).count(True) != 1:
        raise UsageError("say on what basis you ask, by one of the three", hint=_BASIS)
    refuse_existing(output, force=force)
    operator = None if to is None else find_public(to).key
    try:
        if entry is not None:
            made = _on_likeness if entry.startswith("l-") else _on_work
            envelopes = made(file, entry, registry_at(registry), operator)
        elif authority is not None:
            envelopes = _alone(file, signer_named(authority), Kind(kind), operator)
        else:
            envelopes = _alone(file, signer_or_new(by), None, operator)
    except ValueError as error:
        raise InputError(f"no question can be made: {error}") from error
    targets = _targets(output, len(envelopes))
    for target in targets:
        refuse_existing(target, force=force)
    for envelope, target in zip(envelopes, targets, strict=True):
        write_atomic(target, (envelope, b"\n"), force=force, mode=0o600)
        _tell(envelope, target, lang, public=public)


def _tell(envelope: bytes, output: Path, lang: str, *, public: bool) -> None:
    question = open_question(envelope)
    say(text("ask.made", lang, file=str(output), count=len(question.asked), asker=question.asker))
    note(text("ask.public" if public else "ask.near", lang))
