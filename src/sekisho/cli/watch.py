"""`sekisho watch`: match what changed in a registry with everything that was recorded, and the other way."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from cyclopts import App, Parameter

from sekisho.cli.say import note, say
from sekisho.cli.signers import signer_named
from sekisho.cli.submission import registry_at
from sekisho.codec import read_traits
from sekisho.codec.hit import decode_draft, encode_draft, hit_id
from sekisho.errors import UsageError
from sekisho.locale import Word, text
from sekisho.model import MIN_QUALITY, CaseDraft, Entry, Hit, Root
from sekisho.model.hit import Cause
from sekisho.registry.entries import read_grants
from sekisho.registry.likeness import likeness_prints
from sekisho.registry.states import stood_entries
from sekisho.signing import (
    DRAFT,
    GRANT,
    REVOCATION,
    TRAITS,
    Signer,
    open_statement,
    read_payload,
    sign_statement,
)
from sekisho.store.clock import now, today
from sekisho.store.database import RegistryDatabase
from sekisho.store.generation_index import open_segment
from sekisho.store.generations import Generations
from sekisho.store.likenesses import Likenesses
from sekisho.store.run_index import manifest_digest, open_run
from sekisho.store.snapshot_file import OWN_REGISTRY
from sekisho.store.watch_state import Drafted, WatchState, open_watch
from sekisho.trace.events import Event, Known, LikenessPrints, events_of
from sekisho.trace.search import Record
from sekisho.trace.watch import draft_of, match_events

__all__ = ["ToWatch", "known_of", "match_all", "photos_of", "watch"]

CHUNK = 1000
"""Events that are matched at once and kept in one transaction."""
_Paths = Annotated[tuple[Path, ...], Parameter(negative=())]

watch = App(
    name="watch",
    help="""Look by itself, so that nobody has to complain first.

    Every registration, withdrawal, revocation and expiry is matched with all
    recorded runs and generations, and what is newly recorded with all
    registrations. A hit becomes the signed draft of a case in STATE/outbox.
    It can be stopped at any time: nothing is matched twice, nothing is lost.

    Example: sekisho watch run --registry registry.sqlite --run RUN --state watch
    """,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Photos:
    """The photos in a registry's vault, under handles of which only the vault knows whose they are."""

    vault: Likenesses
    root: Root

    def likeness_prints(self) -> Iterator[tuple[bytes, bytes]]:
        """Return handle and PDQ of every photo that stands today."""
        for photo in likeness_prints(self.vault.every(), self.root, today()):
            yield self.vault.watch_handle(photo.entry, photo.number), photo.pdq


def photos_of(registry: RegistryDatabase) -> LikenessPrints | None:
    """Return the photos of protected persons of a registry, None if it keeps none on this machine."""
    root = registry.root()[0]
    vault = Likenesses.find(root.registry)
    return None if vault is None else _Photos(vault=vault, root=root)


def known_of(registry: RegistryDatabase, likeness: LikenessPrints | None = None) -> Known:
    """Return what a registry says today.

    Args:
        registry: open.
        likeness: who keeps the photos of protected persons; None if nobody does.
    """
    on = today()
    grants = read_grants(registry.statements(GRANT), registry.statements(REVOCATION))
    return Known.of(stood_entries(registry, on), grants, likeness, on, partial(_frames, registry))


def _frames(registry: RegistryDatabase, entry: Entry) -> list[bytes]:
    """Return the frames of the films of an entry that may be compared, from what it has registered."""
    found: list[bytes] = []
    for p in entry.prints:
        envelope = registry.traits(p.traits) if p.is_film and isinstance(p.traits, str) else None
        film = None if envelope is None else read_traits(read_payload(envelope, TRAITS))[1].film
        found += [one.pdq for one in (film.frames if film else ()) if one.quality >= MIN_QUALITY]
    return found


class ToWatch(NamedTuple):
    """A record by the name under which the state knows it; it is opened only if there is something to do."""

    key: str
    open: Callable[[], Record]


def _records(runs: Sequence[Path], generations: Sequence[Path], lang: str) -> Iterator[ToWatch]:
    """Yield one record after another."""

    def tell(rows: int) -> None:
        note(text("trace.indexing", lang, count=rows))

    for run in runs:
        yield ToWatch(manifest_digest(run), partial(open_run, run, tell=tell))
    for folder in generations:
        store = Generations.open(folder)
        for segment in store.segments():
            yield ToWatch(segment.name, partial(open_segment, store, segment))


def _drafts(hits: Sequence[Hit], known: Known, signer: Signer) -> list[Drafted]:
    made = [(hit_id(hit), encode_draft(draft_of(hit, known, now()))) for hit in hits]
    return [Drafted(id=id_, draft=sign_statement(DRAFT, payload, signer)) for id_, payload in made]


def match_all(
    state: WatchState,
    known: Known,
    records: Iterable[ToWatch],
    signer: Signer,
    *,
    chunk: int = CHUNK,
    after: Callable[[], None] = lambda: None,
) -> int:
    """Match everything that was not matched yet; return the number of drafts that were written.

    Args:
        state: what was done before.
        known: the registry.
        records: one after another.
        signer: signs the drafts.
        chunk: events that are kept in one transaction.
        after: called after each of them.
    """
    written = state.write_out()
    state.learn([(cause.value, subject, mark) for cause, subject, mark in events_of(known)])
    for key, opened in records:
        record = None
        while (step := state.pending(key, chunk))[0]:
            record = record or opened()
            events = [Event(Cause(cause), subject, mark) for cause, subject, mark in step[0]]
            state.keep(key, step[1], _drafts(match_events(record, events, known), known, signer))
            written += state.write_out()
            after()
    return written


@watch.command
def run(
    *,
    registry: str | None = None,
    run: _Paths = (),
    generations: _Paths = (),
    state: Path,
    signer: str = OWN_REGISTRY,
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Match everything that is new since the last time.

    Example: sekisho watch run --registry registry.sqlite --run RUN --state watch

    Args:
        registry: The registry, a file or a database URL.
        run: RUN directories (several are possible).
        generations: GENERATIONS directories (several are possible).
        state: The folder that keeps what was done, and the outbox.
        signer: The key that signs drafts.
        lang: Language of the text.
    """
    if not run and not generations:
        raise UsageError("no records were named", hint="sekisho watch run --run RUN --state DIR")
    key = signer_named(signer)
    database = registry_at(registry)
    known = known_of(database, photos_of(database))
    with open_watch(state) as opened:
        written = match_all(opened, known, _records(run, generations, lang), key)
    note(text("watch.done", lang, count=written, outbox=str(state / "outbox")))


def _said(id_: str, draft: CaseDraft, lang: str) -> str:
    hit = draft.hit
    return text(
        "watch.hit",
        lang,
        id=id_,
        cause=Word("cause", hit.cause.value),
        about=hit.entry or text("trace.protected_person", lang),
        store=Word("recorded", hit.store.value),
        record=hit.record[:12],
        count=hit.count,
        nearness=Word("nearness", hit.nearness.value),
        then=Word("permission", hit.then.value) if hit.then else text("watch.unknown_then", lang),
        now=Word("permission", hit.now.value),
    )


@watch.command(name="list")
def list_(
    *,
    state: Path,
    format: Literal["text", "json"] = "text",  # noqa: A002
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Show every hit that the watch has found.

    Example: sekisho watch list --state watch

    Args:
        state: The folder that keeps what was done.
        format: text, or json with one object for each hit on a line.
        lang: Language of the text.
    """
    with open_watch(state, make=False) as opened:
        for drafted in opened.drafts():
            payload = open_statement(drafted.draft, DRAFT).payload
            if format == "json":
                body = json.loads(read_payload(drafted.draft, DRAFT))
                say(json.dumps({"id": drafted.id} | body, sort_keys=True))
            else:
                say(_said(drafted.id, decode_draft(payload), lang))
