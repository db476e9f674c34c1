"""The files that somebody has found, or a model has made: read, looked at, and refused if they are none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sekisho.check import NO_LENSES, Lenses, check
from sekisho.errors import MissingExtraError, NotFoundError, UsageError
from sekisho.fingerprint import Look, look
from sekisho.locale import shown
from sekisho.media import Limits
from sekisho.media.films import has_video
from sekisho.media.sniff import FILMS, HEAD, sniff
from sekisho.media.texts.names import text_form_of
from sekisho.model import Decision, EntryId, Item, Kind, Policy, TextSource, Use
from sekisho.snapshot import Snapshot

__all__ = [
    "LIMITS",
    "Found",
    "decided",
    "entries_of",
    "found_files",
    "item_of",
    "looked_at",
    "refuse_film",
    "silent",
]

LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One file with its bytes; `text` says how it is read if its name says that it is a text."""

    name: str
    data: bytes
    text: TextSource | None


def _is_text(path: Path, data: bytes) -> bool:
    return text_form_of(path.name) is not None and sniff(data[:HEAD]) is None


def found_files(paths: Sequence[Path]) -> Iterator[Found]:
    """Return the files, each read when it is its turn.

    Raises:
        NotFoundError: one is not there.
        UsageError: one is a folder, or larger than what is looked at.
    """
    if not paths:
        raise NotFoundError("no file was given", hint="name the files that were found")
    for path in paths:
        if path.is_dir():
            raise UsageError(f"{shown(str(path))} is a folder", hint="name the files in it")
        if not path.is_file():
            raise NotFoundError(f"there is no file {shown(str(path))}", hint="name the files that were found")
        if path.stat().st_size > LIMITS.max_bytes:
            raise UsageError(
                f"{shown(str(path))} is larger than {LIMITS.max_bytes} bytes", hint="cut out what matters"
            )
    return map(_read, paths)


def _read(path: Path) -> Found:
    data = path.read_bytes()
    form = text_form_of(path.name) if _is_text(path, data) else None
    return Found(name=str(path), data=data, text=None if form is None else TextSource(form=form))


def refuse_film(found: Found) -> None:
    """Refuse a film that can not be decoded here.

    Raises:
        MissingExtraError: the extra [video] is not installed.
    """
    if sniff(found.data[:HEAD]) in FILMS and not has_video():
        raise MissingExtraError(
            f"{shown(found.name)} is a film, and the extra [video] that decodes it is not installed",
            hint="pip install 'sekisho[video]'",
        )


def looked_at(found: Found) -> Look:
    """Return what is compared of a file: of a text only its bytes.

    Raises:
        MissingExtraError: it is a film, and the extra [video] is not installed.
    """
    refuse_film(found)
    return look(found.data, limits=LIMITS, decode=found.text is None)


def item_of(found: Found) -> Item:
    """Return a file as `check` takes it; under a name that says nothing."""
    return Item(name="item", data=found.data, named_as_media=found.text is None, text=found.text)


def silent(policy: Policy) -> Policy:
    """Return a policy that looks for works and not for personal information."""
    return replace(policy, text=replace(policy.text, personal=None))


def decided(
    found: Found, snapshot: Snapshot, policy: Policy, use: Use, lenses: Lenses = NO_LENSES
) -> Decision:
    """Check a file as `audit` would."""
    return check(item_of(found), snapshot=snapshot, policy=policy, use=use, limits=LIMITS, lenses=lenses)


def entries_of(decision: Decision) -> tuple[EntryId, ...]:
    """Return the registered works that a file shows; of a protected person nothing is looked for."""
    kinds = {Kind.WORK, Kind.CHARACTER}
    return tuple(dict.fromkeys(f.entry for f in decision.findings if f.kind in kinds and f.entry))
