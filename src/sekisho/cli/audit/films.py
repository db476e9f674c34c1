"""What an audit needs of films: the extra `[video]`, if there are any.

Without it, a dataset in which files are named as films is not audited: the run ends before it begins, and
says what to install. At depth `exact` nothing is decoded, so nothing is missing. What only the bytes show
to be a film, or what lies in a gzipped tar, a Parquet or a WARC file, is a row `unreadable:
unsupported_format`: to foresee it, all of it would have to be read.
"""

from collections.abc import Sequence
from typing import Any

from sekisho.audit.job import Cut, cut
from sekisho.audit.unit import Source
from sekisho.errors import MissingExtraError
from sekisho.media.films import has_video
from sekisho.media.sniff import named_as_film
from sekisho.model import Depth, Policy
from sekisho.store.datasets.names import escape
from sekisho.store.datasets.unit import unpack

__all__ = ["cut_with_films", "require_films"]

_LISTED = frozenset({"folder", "tar"})
"""Kinds of units whose members are known from the plan."""


def cut_with_films(sources: Sequence[Source[Any]], policy: Policy, *, again: bool) -> list[Cut]:
    """Cut datasets into units, and see to it that their films can be decoded.

    Args:
        sources: of the run.
        policy: how deep is looked.
        again: a run is decided again, so only what could not be read is read.

    Raises:
        MissingExtraError: as `require_films`.
    """
    cuts = cut(sources)
    require_films([] if again else cuts, policy)
    return cuts


def require_films(cuts: Sequence[Cut], policy: Policy) -> None:
    """See to it that films can be decoded, if there are any.

    Args:
        cuts: all units of the run.
        policy: how deep is looked.

    Raises:
        MissingExtraError: there are films, and the extra is missing.
    """
    if policy.depth is Depth.EXACT or has_video():
        return
    first = _first_film(cuts)
    if first:
        raise MissingExtraError(
            f"there are films ({first}), and the extra [video] that decodes them is not installed",
            hint="pip install 'sekisho[video]'",
        )


def _first_film(cuts: Sequence[Cut]) -> str:
    """Return the name of the first member that is named as a film; empty if there is none."""
    for _, unit in cuts:
        if unit.kind in _LISTED:
            names = (escape(member.name) for member in unpack(unit.members))
            if found := next(filter(named_as_film, names), ""):
                return found
    return ""
