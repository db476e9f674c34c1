"""Texts in a folder that are no works: what describes others, and captions beside pictures."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sekisho.cli.say import note
from sekisho.media import named_as_media
from sekisho.registry.fingerprinted import Only
from sekisho.registry.written import is_aside, work_form
from sekisho.store.works import Work

__all__ = ["without_asides"]


def _stem(work: Work) -> bytes:
    return work.path.rpartition(b".")[0]


def _reason(work: Work, captioned: frozenset[bytes]) -> str:
    """Say why a text is no work; empty if it may be one."""
    if work.kind is not None or work_form(work.name) is None:
        return ""
    if is_aside(work.name):
        return "no work by its name; name the file itself to register it"
    return "beside a picture of the same name, taken for its caption" if _stem(work) in captioned else ""


def _kept(works: Sequence[Work], given: frozenset[bytes], captioned: frozenset[bytes]) -> Iterator[Work]:
    for work in works:
        reason = "" if work.path in given else _reason(work, captioned)
        if reason:
            note(f"{work.name}: left out: {reason}")
        else:
            yield work


def without_asides(works: Iterable[Work], paths: Sequence[Path], only: Only | None) -> Sequence[Work]:
    """Leave out what is no work, and say so of each file.

    Args:
        works: what was found.
        paths: as they were given: a file that is named itself is a work.
        only: beside which kind of works; captions are left out only where pictures are read.
    """
    found = tuple(works)
    if only is Only.PICTURES:
        return found
    given = frozenset(os.fsencode(path.absolute()) for path in paths if path.is_file())
    pictures = (work for work in found if work.kind is None and named_as_media(work.name))
    captioned = frozenset(map(_stem, pictures)) if only is None else frozenset()
    return tuple(_kept(found, given, captioned))
