"""`sekisho register --kind likeness`: photos of oneself, or of a person for whom one may decide."""

import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sekisho.cli.say import note, say
from sekisho.cli.submission import deliver
from sekisho.codec.likeness import consent_of_document, encode_likeness
from sekisho.errors import InputError, RefusedError, UsageError
from sekisho.locale import LANGS, text
from sekisho.model import EntryId, Print, Relation
from sekisho.model.likeness import LONGEST_LIKENESS, MOST_PHOTOS, NONCE_BYTES, Likeness, LikenessPrint
from sekisho.registry.prints import PrintsFile
from sekisho.signing import LIKENESS, sign_statement
from sekisho.store.clock import today
from sekisho.store.keys import FileSigner

__all__ = ["LikenessTerms", "register_likeness"]

_TEXT_ID = re.compile(r"[a-z][a-z-]{0,38}-[1-9][0-9]?")
_MAX_CONSENT = 64 << 20
_AGAIN = "make them with sekisho fingerprint --likeness PHOTO... -o prints.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class LikenessTerms:
    """What is said about the photos.

    Attributes:
        consent: a file, or the id of a text that was agreed to.
        until: the last day; None: as long as possible.
    """

    relation: Relation | None
    consent: str
    adult_from: date | None = None
    until: date | None = None


def _consent(given: str) -> str:
    file = Path(given)
    if given and file.is_file():
        if file.stat().st_size > _MAX_CONSENT:
            raise UsageError(f"{given} is too large for a document of consent")
        return consent_of_document(file.read_bytes())
    if _TEXT_ID.fullmatch(given):
        return given
    raise UsageError(
        "--consent names a document that shows the consent, or the id of a text that was agreed to",
        hint="--consent consent.pdf (only its digest is registered), or --consent consent-1",
    )


def _photo(found: Print) -> LikenessPrint:
    if found.passages is not None or found.traits is not None or found.name or found.at:
        raise RefusedError("these are fingerprints of works, with names or local features", hint=_AGAIN)
    if found.sha256 is None or found.pdq is None or found.quality is None:
        raise RefusedError("a photo of too little detail would match strangers", hint=_AGAIN)
    try:
        return LikenessPrint(sha256=found.sha256, pdq=found.pdq, quality=found.quality)
    except ValueError as error:
        raise InputError(str(error), hint=_AGAIN) from error


def _last_day(on: date) -> date:
    try:
        return on.replace(year=on.year + LONGEST_LIKENESS)
    except ValueError:
        return on.replace(year=on.year + LONGEST_LIKENESS, day=28)


def _likeness(found: PrintsFile, signer: FileSigner, terms: LikenessTerms) -> Likeness:
    if not found.likeness:
        raise RefusedError("these are fingerprints of works, not of photos of a person", hint=_AGAIN)
    if terms.relation is None:
        raise UsageError("say who you are to the person: --relation self, guardian, agent or body")
    if found.count > MOST_PHOTOS:
        raise UsageError(f"at most {MOST_PHOTOS} photos are one registration", hint="make several")
    try:
        return Likeness(
            id=EntryId(""),
            holder=signer.key,
            relation=terms.relation,
            prints=tuple(map(_photo, found.prints())),
            consent=_consent(terms.consent),
            on=today(),
            until=terms.until or _last_day(today()),
            nonce=os.urandom(NONCE_BYTES),
            adult_from=terms.adult_from,
        )
    except ValueError as error:
        raise UsageError(str(error)) from error


def register_likeness(
    found: PrintsFile,
    signer: FileSigner,
    terms: LikenessTerms,
    *,
    registry: str | None,
    output: Path | None,
    force: bool,
) -> int:
    """Sign one registration of all photos of a file, and hand it over.

    Returns:
        The exit code: 2 if the registry refused it.

    Raises:
        RefusedError: the prints are of works, or of photos of too little detail.
        UsageError: no relation, no consent, or too many photos.
    """
    made = _likeness(found, signer, terms)
    for lang in LANGS:
        note(text("register.likeness", lang))
    envelope = sign_statement(LIKENESS, encode_likeness(made), signer)
    verdicts, code = deliver((envelope,), registry=registry, output=output, force=force)
    for verdict in verdicts:
        if verdict.kept:
            say(f"{verdict.id}  likeness  {len(made.prints)} photos  until {made.until}")
    return code
