"""One item -> what is compared. Its bytes are gone afterwards."""

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

from sekisho.check.signals import NO_SOURCES, SignalSources, said_about, said_beside
from sekisho.detect.signals.records import answered
from sekisho.detect.signals.resolve import Resolved
from sekisho.fingerprint import Look, Stopped, look
from sekisho.match.protected import is_listed_file, listed_frame
from sekisho.media import CannotDecode, Limits
from sekisho.media.texts import TextLimits, TextRead, read_text
from sekisho.model import (
    Asked,
    Depth,
    EntryId,
    Fingerprint,
    Item,
    Method,
    Policy,
    TextForm,
    TextSource,
    Told,
    Unfingerprintable,
    Unreadable,
)
from sekisho.snapshot.protected import Protected

__all__ = [
    "DEFAULT_LIMITS",
    "DEFAULT_TEXT_LIMITS",
    "Known",
    "Looked",
    "Unread",
    "glance_at",
    "look_at",
    "read_late",
]

DEFAULT_LIMITS = Limits()
DEFAULT_TEXT_LIMITS = TextLimits()
LATE_BYTES = 1 << 16
"""Of a record that is not read at once; ten pages."""
_RECORD = TextSource(form=TextForm.JSON)


class Known(NamedTuple):
    """A match that was found before; an entry has another number in another snapshot, never another id."""

    entry: EntryId
    method: Method
    distance: int
    threshold: int
    orientation: int
    frame: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """An item after the look: its bytes are gone, what is compared remains.

    Exactly one of `look` and `problem` is there, of a listed item none; a look can hold a problem of its own.

    Attributes:
        texts: the fields of a text; they are gone when it is decided.
        known: all that it matches in the base of the snapshot, if that was searched by the same rules
            before; None: nothing is known.
        listed: it is a listed file, so that nobody looked, or nobody looked any further.
        said: what rights holders say about it in forms that machines read; None: nothing.
        told: what came with it, or what it tells itself; None: nothing.
    """

    name: str
    bytes: int
    look: Look | None
    problem: Unfingerprintable | None
    texts: TextRead | None = None
    known: tuple[Known, ...] | None = None
    listed: bool = False
    said: Resolved | None = None
    told: Told | None = None


class Unread(NamedTuple):
    """A short JSON text that is not read yet: `decide_many` looks through many of them at once.

    Attributes:
        data: the item's bytes; `read_late` reads them where something may be found.
        sha256: of them.
        said: what is said about it besides its bytes, as far as its members were asked.
        told: what came with it, or what it tells itself; None: nothing.
        asked: what its members are still to be asked.
    """

    name: str
    data: bytes
    sha256: bytes
    said: Resolved | None = None
    told: Told | None = None
    asked: Asked = Asked.NOTHING


def look_at(
    item: Item,
    *,
    policy: Policy,
    limits: Limits = DEFAULT_LIMITS,
    text_limits: TextLimits = DEFAULT_TEXT_LIMITS,
    working: bool = False,
    protected: Protected | None = None,
    sources: SignalSources = NO_SOURCES,
) -> Looked:
    """Decode and fingerprint one item as deep as the policy goes; it needs no registry but for what stops it.

    Args:
        item: with its bytes, or with the reason why there are none.
        policy: how deep to look.
        limits: what may be decoded.
        text_limits: the same of texts.
        working: keep the working pictures; see `looks_for_parts`.
        protected: the section about persons and listed files: a listed file is not decoded, and of one that
            is listed by what it shows nothing is made after the first such frame.
        sources: what besides the item is asked for rights signals.
    """
    item = answered(item)
    told = item.told
    if item.data is None:
        said = said_beside(told, policy, sources)
        return Looked(name=item.name, bytes=0, look=None, problem=item.problem, said=said, told=told)
    digest = hashlib.sha256(item.data).digest()
    if protected is not None and is_listed_file(digest, protected):
        return Looked(name=item.name, bytes=0, look=None, problem=None, listed=True)
    if item.text is not None:
        seen, texts = _read(item.data, item.text, text_limits, digest)
        said = said_about(item, seen.media_type, policy, sources)
        return Looked(
            name=item.name, bytes=len(item.data), look=seen, problem=None, texts=texts, said=said, told=told
        )
    try:
        seen = look(
            item.data,
            limits=limits,
            decode=policy.depth.rank >= Depth.PDQ.rank,
            turned=policy.rotations is not None,
            working=working,
            interval=policy.film.frame_interval,
            sha256=digest,
            stop=listed_frame(protected, policy),
        )
    except Stopped:
        return Looked(name=item.name, bytes=0, look=None, problem=None, listed=True)
    said = said_about(item, seen.media_type, policy, sources)
    return Looked(name=item.name, bytes=len(item.data), look=seen, problem=None, said=said, told=told)


def glance_at(
    item: Item,
    *,
    policy: Policy,
    limits: Limits = DEFAULT_LIMITS,
    working: bool = False,
    protected: Protected | None = None,
    sources: SignalSources = NO_SOURCES,
) -> Looked | Unread:
    """Do as `look_at`, but leave a record unread that can be read with many others.

    It is short, so that nothing can go wrong then: no limit is near, and no process dies of it. Where
    personal information is looked for, every text is needed anyway.
    """
    data, text = item.data, item.text
    if (
        text is not None
        and text.form is TextForm.JSON
        and not text.fields
        and not text.charset
        and policy.text.personal is None
        and type(data) is bytes
        and 0 < len(data) <= LATE_BYTES
    ):
        told, digest = item.told, hashlib.sha256(data).digest()
        if text.asked is not Asked.NOTHING:
            return Unread(item.name, data, digest, None, None, text.asked)
        return Unread(item.name, data, digest, said_beside(told, policy, sources), told)
    return look_at(item, policy=policy, limits=limits, working=working, protected=protected, sources=sources)


def read_late(unread: Unread, told: Told | None = None, said: Resolved | None = None) -> Looked:
    """Look at a record that was left unread.

    Args:
        unread: the record.
        told: what came with it, or what it tells itself.
        said: what is said about it.
    """
    seen, texts = _read(unread.data, _RECORD, DEFAULT_TEXT_LIMITS, unread.sha256)
    return Looked(
        name=unread.name,
        bytes=len(unread.data),
        look=seen,
        problem=None,
        texts=texts,
        said=said,
        told=told,
    )


def _read(
    data: bytes | memoryview, source: TextSource, limits: TextLimits, sha256: bytes
) -> tuple[Look, TextRead | None]:
    """Read a text; an empty one could not be looked at."""
    made = Fingerprint(sha256=sha256)
    problem = None if len(data) else Unfingerprintable(reason=Unreadable.EMPTY)
    read = None
    if problem is None:
        try:
            # Which part of a page is its main text matters only where something is found in it.
            read = read_text(data, source, limits, main=False)
        except CannotDecode as error:
            problem = error.problem
        if read is not None and source.fields and not read.fields:
            # Whoever restricts the fields must not let pass what has none of them: nobody looked at it.
            problem, read = Unfingerprintable(reason=Unreadable.NO_SUCH_FIELD), None
    media_type = "" if read is None else read.media_type
    return Look(media_type=media_type, fingerprint=made, problem=problem, hashes=None), read
