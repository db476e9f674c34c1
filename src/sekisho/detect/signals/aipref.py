"""AIPREF: `Content-Usage` in response headers and in robots.txt.

Vocabulary: draft-ietf-aipref-vocab-07 (19 August 2026): `train-ai` is the training of generative models,
`search` is search; the working copy after it adds `ai-use`, input to a generative model that the user did not
give. Older drafts had wider labels within which others lay; they are still written and are read as they were
meant: `all`, `bots`, `tdm`, `ai`, `train-genai`, `genai`, `ai-output`. A narrower label holds before a wider
one (vocab-02, 5: "proper subset"). Beside a label of those drafts `train-ai` means all training.

Values are the tokens `y` and `n`; anything else is `unknown`. Unknown keys and parameters are passed over; of
several members with one key the last holds. What is no dictionary leaves all unknown, here as an error, so
that it is counted and never taken for leave. One parameter is read: Creative Commons' signals (v0.1, 2025)
write `train-genai=n;exceptions=cc-cr`: a refusal with a condition under which it would be leave. It stays a
refusal, and the note names the condition.

Attachment: draft-ietf-aipref-attach-05, 4 (header: about this representation) and 5 (robots.txt).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sekisho.detect.signals.common import BUT_SEARCH, EVERY_USE, TRAINING, each, excerpt
from sekisho.detect.signals.robots import Group, Line, Robots
from sekisho.detect.signals.stated import Statement, stated_signals
from sekisho.detect.signals.structured import MAX_FIELD, Member, Token, parse_dictionary
from sekisho.errors import InputError
from sekisho.model.signal import Signal, SignalFamily, SignalUse, Stance

__all__ = ["HEADER", "aipref_header_signals", "aipref_robots_signals", "read_usage"]

HEADER = "content-usage"
_GENERATIVE = (SignalUse.TRAIN_GENERATIVE,)
_WIDER: tuple[tuple[str, tuple[SignalUse, ...]], ...] = (
    ("all", EVERY_USE),
    ("bots", EVERY_USE),
    ("tdm", BUT_SEARCH),
    ("ai", TRAINING),
)
"""Labels of older drafts, the widest first."""
_NARROWER: tuple[tuple[str, tuple[SignalUse, ...]], ...] = (
    ("genai", _GENERATIVE),
    ("train-genai", _GENERATIVE),
    ("ai-output", (SignalUse.INPUT,)),
    ("ai-use", (SignalUse.INPUT,)),
    ("search", (SignalUse.SEARCH,)),
)
_OLDER = frozenset({"bots", "tdm", "ai", "genai", "train-genai", "all"})
_VALUES = {"y": Stance.ALLOW, "n": Stance.DISALLOW}
_CONDITION = "exceptions"


def read_usage(expression: bytes | str) -> Statement:
    """Read a usage preference. O(n); never raises: what can not be read is an error for every use."""
    try:
        data = expression if isinstance(expression, bytes) else expression.encode("ascii")
        members = parse_dictionary(data)
    except UnicodeEncodeError:
        return Statement(each(EVERY_USE, Stance.ERROR), "letters outside of ASCII")
    except InputError as error:
        return Statement(each(EVERY_USE, Stance.ERROR), str(error))
    stances: dict[SignalUse, Stance] = {}
    train = ("train-ai", TRAINING if _OLDER.intersection(members) else _GENERATIVE)
    for label, uses in (*_WIDER, train, *_NARROWER):
        stance = _stance(members.get(label))
        if stance is not None:
            stances |= each(uses, stance)
    return Statement(stances, _conditions(members))


def _stance(member: Member | None) -> Stance | None:
    """Return what a member says, or None if it says nothing that is known."""
    value = member.value if member is not None else None
    return _VALUES.get(value) if isinstance(value, Token) else None


def _conditions(members: Mapping[str, Member]) -> str:
    """Return the conditions under which refusals would be leave, as they are written."""
    found = (
        f"{label}: condition {member.params[_CONDITION]!s}"
        for label, member in members.items()
        if _CONDITION in member.params
    )
    return excerpt("; ".join(found))


def aipref_header_signals(
    values: Sequence[str | bytes], *, captured: datetime | None, place: str = HEADER, source: str = ""
) -> tuple[Signal, ...]:
    """Return what the Content-Usage headers of one response say: at most one signal. O(n).

    Args:
        values: one for each time the header stands in the response; they are one dictionary (RFC 9651, 4.2).
        captured: when the response was read.
        place: the name of the header or column.
        source: SHA-256 of the document that the value stands in; empty for the item's own record.
    """
    lines = [value if isinstance(value, bytes) else value.encode("utf-8", "replace") for value in values]
    if not lines:
        return ()
    if sum(map(len, lines)) > MAX_FIELD:
        said = Statement(each(EVERY_USE, Stance.ERROR), f"more than {MAX_FIELD} bytes")
    else:
        said = read_usage(b", ".join(lines))
    if not said.stances:
        return ()
    raw = excerpt(b", ".join(line[:MAX_FIELD] for line in lines[:MAX_FIELD]))
    return (
        Signal(
            family=SignalFamily.AIPREF,
            place=place,
            raw=raw,
            stances=said.stances,
            note=said.note,
            captured=captured,
            source=source,
        ),
    )


def _usages(group: Group) -> Sequence[Line]:
    return group.usages


def aipref_robots_signals(
    robots: Robots, url: str, *, captured: datetime | None, place: str, source: str
) -> tuple[Signal, ...]:
    """Return what the Content-Usage lines of a robots.txt say about a URL (rules: `stated`). O(lines)."""
    return stated_signals(
        robots,
        url,
        family=SignalFamily.AIPREF,
        lines_of=_usages,
        read=read_usage,
        captured=captured,
        place=place,
        source=source,
    )
