"""`sekisho case tell`: the letter that one reader may have about a case."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sekisho.cases.letters import encode_letter
from sekisho.cases.results import open_asked
from sekisho.cases.views import Sight, View, view_of
from sekisho.cli.case.desk import Cases, Desk, desk_at
from sekisho.cli.parameters import Flag
from sekisho.cli.say import note
from sekisho.codec.hit import decode_draft
from sekisho.errors import NotFoundError, RefusedError
from sekisho.locale import LANGS, Word, text
from sekisho.model import Case, CaseKind, KeyId, Relation, Root, State, Trust, utc
from sekisho.model.hit import Hit
from sekisho.model.likeness import StatedLikeness
from sekisho.registry.likeness import standing
from sekisho.registry.protected import decode_section, entry_of
from sekisho.signing import DRAFT, LETTER, open_statement, sign_statement
from sekisho.store.atomic import refuse_existing, write_atomic
from sekisho.store.clock import now, today
from sekisho.store.keys import find_public
from sekisho.store.likenesses import Likenesses

__all__ = ["tell"]

_WHOLE = re.compile(r"n-[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parties:
    """Whom a case concerns, and who of them may see evidence."""

    parties: frozenset[KeyId] = frozenset()
    verified: frozenset[KeyId] = frozenset()
    hit: Hit | None = None


def _of_handle(handle: bytes, vault: Likenesses) -> StatedLikeness | None:
    """Return the registration of a handle, of the watch or of a section; None if nobody's, or erased."""
    if found := vault.of_watched(handle):
        return found
    for record in vault.sections():
        if (named := entry_of(handle, decode_section(record), vault.every())) is not None:
            return vault.stated(named[0])
    return None


def _of_person(hit: Hit, registry: str | None) -> _Parties:
    # Only a case about a person asks a registry.
    from sekisho.cli.submission import registry_at  # noqa: PLC0415 - loads the database and compiled code

    root: Root = registry_at(registry).root()[0]
    vault = Likenesses.find(root.registry)
    stated = None if vault is None else _of_handle(bytes.fromhex(hit.handle), vault)
    if stated is None:
        return _Parties()
    likeness, stands = stated.likeness, standing(stated, root, today())
    if stands.state is State.WITHDRAWN:
        return _Parties()
    # A child that has grown up speaks for itself.
    of_age = likeness.relation is Relation.GUARDIAN and not likeness.is_minor(today())
    holder = frozenset({likeness.holder})
    seen = stands.trust is Trust.VERIFIED and not of_age
    return _Parties(parties=holder, verified=holder if seen else frozenset(), hit=hit)


def _parties(desk: Desk, case: Case, registry: str | None) -> _Parties:
    if case.kind is CaseKind.REQUEST:
        authority = frozenset({open_asked(desk.folder.read(case.id, "request.json")).request.authority})
        return _Parties(parties=authority, verified=authority)
    if case.kind is CaseKind.NOTICE:
        # Whoever gave notice is reached by what was said; a key is not known.
        return _Parties()
    draft = decode_draft(open_statement(desk.folder.read(case.id, "draft.json"), DRAFT).payload)
    if draft.registrant is None:
        return _of_person(draft.hit, registry)
    registrant = frozenset({draft.registrant})
    return _Parties(parties=registrant, verified=registrant, hit=draft.hit)


def _words(view: View, hit: Hit | None) -> Mapping[str, str]:
    """Return what a letter says, in both languages."""
    if view.sight is Sight.NOBODY:
        return {lang: text("case.tell_nobody", lang) for lang in LANGS}
    if view.sight is Sight.DECLARED:
        return {lang: text("case.tell_declared", lang, case=view.case, desk=view.desk) for lang in LANGS}
    state = view.events[-1].state
    words = {}
    for lang in LANGS:
        said = text(
            "case.tell_verified",
            lang,
            case=view.case,
            desk=view.desk,
            state=text(f"case.state_{state}", lang),
        )
        if hit is not None:
            said += "\n" + text(
                "case.tell_evidence",
                lang,
                operator=hit.operator,
                store=Word("recorded", hit.store.value),
                record=hit.record,
                count=hit.count,
                rows=", ".join(hit.rows),
            )
        words[lang] = said
    return words


def _view(desk: Desk, case_id: str, reader: KeyId, registry: str | None) -> tuple[View, Hit | None]:
    """Return what a reader may see. Of a case that does not exist it is what a stranger sees of any."""
    nothing = View(case="", sight=Sight.NOBODY, desk=desk.signer.key)
    try:
        case, _ = desk.case(desk.folder.find(case_id))
    except NotFoundError:
        if not _WHOLE.fullmatch(case_id):
            raise
        return nothing, None
    if desk.signer.key not in {event.by for event in case.events}:
        raise RefusedError("this key has taken no step of the case", hint="name the desk's key with --by")
    found = _parties(desk, case, registry)
    if reader == desk.signer.key:
        raise RefusedError("a desk writes no letter to itself", hint=f"sekisho case show {case.id}")
    files = ("draft.json",) if found.hit is not None else ()
    key = desk.signer.key
    view = view_of(case, reader, parties=found.parties, verified=found.verified, desk=key, files=files)
    return view, found.hit if view.evidence else None


def tell(
    case_id: str,
    /,
    *,
    to: str,
    by: str,
    output: Annotated[Path, Parameter(name=("--output", "-o"))],
    registry: str | None = None,
    cases: Cases = Path("cases"),
    lang: Literal["ja", "en"] = "ja",
    force: Flag = False,
) -> None:
    """Write the letter that one reader may have about a case: a registrant, a guardian, an authority.

    Whoever has registered a photo of a person learns that there is a match, and where only
    after the registry has verified the relation. Of others who look for the same person no
    letter says anything, and whom a case does not concern learns not even that there is one.

    Example: sekisho case tell n-0123 --to parent.pub --by desk -o letter.json

    Args:
        case_id: The case, or the beginning of its id.
        to: The reader: a name, a .pub file or a key id.
        by: The desk's key.
        output: The file to make.
        registry: The registry in which a person was registered, a file or a database URL.
        cases: The folder of cases.
        lang: Language of what is printed; the letter is in both.
        force: Replace that file if it is there.
    """
    refuse_existing(output, force=force)
    desk, reader = desk_at(cases, by), find_public(to).key
    view, hit = _view(desk, case_id, reader, registry)
    payload = encode_letter(view, reader, hit=hit, words=_words(view, hit), at=utc(now()))
    write_atomic(output, (sign_statement(LETTER, payload, desk.signer), b"\n"), force=force, mode=0o600)
    note(text(f"case.told_{view.sight}", lang, file=str(output)))
