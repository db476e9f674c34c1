"""`sekisho signals publish`: files for a site that say to machines what a holder's entries say."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sekisho.cli.parameters import Flag
from sekisho.cli.say import note, say
from sekisho.cli.submission import registry_at
from sekisho.collect.published import ROOT, Document, Wishes, documents, given_until, read_back
from sekisho.detect.signals.agents import AgentClass
from sekisho.errors import NotFoundError, UsageError
from sekisho.locale import text
from sekisho.model import EntryId, KeyId
from sekisho.registry.entries import read_entries, read_grants, withdrawn_entries
from sekisho.registry.prints import read_prints
from sekisho.signing import GRANT, REGISTRATION, REVOCATION, WITHDRAWAL
from sekisho.store.atomic import refuse_existing, write_atomic
from sekisho.store.clock import today
from sekisho.store.keys import find_public

__all__ = ["publish"]

Words = Annotated[Sequence[str], Parameter(consume_multiple=True, negative=())]
Files = Annotated[Sequence[Path], Parameter(consume_multiple=True, negative=())]


def _of_registry(registry: str | None, key: KeyId, wanted: Sequence[str], lang: str) -> date | None:
    """Return until when everybody may train on entries of a holder; say what was looked at."""
    database = registry_at(registry)
    ended = withdrawn_entries(database.statements(WITHDRAWAL, key))
    entries = [e.id for e in read_entries(database.statements(REGISTRATION, key)) if e.id not in ended]
    missing = [entry for entry in wanted if entry not in entries]
    if missing:
        raise NotFoundError(
            f"{key} has no entry {missing[0]} that stands", hint="sekisho registry show --entries"
        )
    if not entries:
        raise NotFoundError(f"{key} has no entry in this registry", hint="sekisho register, or --prints FILE")
    chosen = [EntryId(entry) for entry in wanted] or entries
    given = read_grants(database.statements(GRANT, key), database.statements(REVOCATION, key))
    grants = [one.grant for one in given if one.state(today()) == "active"]
    note(text("published.looked", lang, entries=len(chosen), grants=len(grants)))
    return given_until(chosen, grants)


def _write(output: Path, written: Sequence[Document], *, force: bool) -> None:
    paths = [output / document.path for document in written]
    for path in paths:
        refuse_existing(path, force=force)
    for path, document in zip(paths, written, strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, (document.text.encode(),), force=force)
        say(str(path))


def _check_given(path: Sequence[str], closed: Sequence[str]) -> None:
    """Refuse to say of a whole site, or against what was asked for, that everybody may train."""
    if not path:
        raise UsageError(
            "everybody may train on these entries, and your site would say so of all that stands on it",
            hint="say where they are: --path /works/; --path / if your site has nothing else",
        )
    if AgentClass.TRAIN.value in closed:
        raise UsageError(
            "you have given these entries to everybody for training; the site can not say no to it",
            hint="end the grant (sekisho grant revoke), or leave --close train out",
        )


def publish(
    *,
    output: Annotated[Path, Parameter(name=("--output", "-o"))],
    holder: str = "",
    entry: Words = (),
    prints: Files = (),
    registry: str | None = None,
    path: Words = (),
    closed: Annotated[
        Sequence[Literal["train", "user", "search"]],
        Parameter(name="--close", consume_multiple=True, negative=()),
    ] = (),
    lang: Literal["ja", "en"] = "ja",
    force: Flag = False,
) -> None:
    """Write lines for robots.txt, a tdmrep.json and server headers that say what your entries say.

    Without a grant for everybody nobody may train: train-ai=n, tdm-reservation 1. What is written is read
    again by the parsers of the audit before you get it. Grants to named operators stay in the registry; there
    they go before what a site says.

    Example: sekisho signals publish --holder aozora --path /works/ -o site

    Args:
        output: The folder to write into.
        holder: Whose entries: a key's name, a .pub file or a key id.
        entry: Only these of the entries.
        prints: Instead of a registry: files of sekisho fingerprint; nobody has a grant for those works yet.
        registry: The registry, a file or a database URL.
        path: Where on your site the works are; several are possible. Default: /, unless training is given.
        closed: Who is turned away: systems that train, act for users (user), or keep an index (search).
            Default: those that train, unless it is given.
        lang: Language of what is said, and of the comments that stand first.
        force: Replace files that are there.
    """
    if bool(prints) == bool(holder) or (prints and entry):
        raise UsageError("say whose entries: --holder KEY, or --prints FILE without a registry")
    if prints:
        works = sum(len(read_prints(file.read_bytes()).prints) for file in prints)
        note(text("published.prints", lang, works=works))
        until = None
    else:
        until = _of_registry(registry, find_public(holder).key, entry, lang)
    given = until is not None
    if given:
        _check_given(path, closed)
    classes = frozenset(map(AgentClass, closed)) | {AgentClass.TRAIN}
    wishes = Wishes(
        gives_training=given,
        closed=classes - {AgentClass.TRAIN} if given else classes,
        paths=tuple(dict.fromkeys(path or (ROOT,))),
        lang=lang,
    )
    written = documents(wishes)
    read_back(wishes, written)
    _write(output, written, force=force)
    note(text("published.given" if given else "published.reserved", lang))
    if until is not None:
        note(text("published.until", lang, until=until))
