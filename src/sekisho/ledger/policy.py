"""Trust policies: which logs are believed, and which witnesses must have cosigned. C2SP tlog-policy.

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <name>...
    quorum <name>|none

Names are bytes that mean nothing outside the file. A witness whose key has a type that is unknown
here stays in the file and never counts.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sekisho.errors import EvidenceError, InputError, SignatureError
from sekisho.ledger.checkpoint import Checkpoint, decode_checkpoint, parse_decimal
from sekisho.ledger.cosignature import Cosignature, read_cosignatures
from sekisho.ledger.note import NoteKey, open_note, parse_note, parse_vkey, split_vkey
from sekisho.ledger.schemes import SCHEMES, Role

__all__ = [
    "Group",
    "KnownLog",
    "LogPolicy",
    "Witness",
    "Witnessed",
    "parse_policy",
    "require_quorum",
    "witnessed",
]

MAX_POLICY = 1 << 16
"""Bytes; a policy of 32 logs, 32 witnesses and 32 groups has about 12 kB."""
NONE = "none"
_ALLOWED = frozenset((0x09, 0x0A, *range(0x20, 0x7F), *range(0x80, 0x100)))


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLog:
    """A log that is believed: one of its keys, whose name is the log's origin."""

    key: NoteKey
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A witness under its name in the file; `key` is None if its type is unknown here."""

    name: str
    key: NoteKey | None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group witnesses what at least `needed` of its members do."""

    name: str
    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPolicy:
    """A parsed policy; only `parse_policy` makes one."""

    logs: tuple[KnownLog, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    groups: tuple[Group, ...] = ()
    quorum: str = NONE

    def met(self, names: Collection[str]) -> bool:
        """Tell whether these witnesses, by their names in the file, are a quorum."""
        held = {w.name for w in self.witnesses if w.name in names}
        for group in self.groups:
            if sum(member in held for member in group.members) >= group.needed:
                held.add(group.name)
        return self.quorum == NONE or self.quorum in held


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """What a policy says about a checkpoint whose log has signed it.

    Attributes:
        names: the witnesses that hold, by their names in the file, in its order.
        cosignatures: theirs, in the same order.
        met: whether they are a quorum.
    """

    checkpoint: Checkpoint
    names: tuple[str, ...]
    cosignatures: tuple[Cosignature, ...]
    met: bool


class _Draft:
    """A policy while its lines are read; each line may only name what stands above it."""

    def __init__(self) -> None:
        self._logs: list[KnownLog] = []
        self._witnesses: list[Witness] = []
        self._groups: list[Group] = []
        self._quorums: list[str] = []
        self._keys: set[tuple[Role, bytes]] = set()
        self._named: set[str] = set()
        self._grouped: set[str] = set()

    def log(self, vkey: str, url: str = "") -> None:
        self._take_key(Role.LOG, vkey)
        self._logs.append(KnownLog(key=parse_vkey(vkey, Role.LOG), url=url))

    def witness(self, name: str, vkey: str, url: str = "") -> None:
        self._define(name)
        self._take_key(Role.WITNESS, vkey)
        self._witnesses.append(Witness(name=name, key=_witness_key(vkey), url=url))

    def group(self, name: str, needed: str, *members: str) -> None:
        self._take_members(members)
        count = {"any": 1, "all": len(members)}.get(needed) or parse_decimal(needed)
        if not 1 <= count <= len(members):
            raise InputError(f"the group {name!r} needs {count} of {len(members)}")
        self._define(name)
        self._groups.append(Group(name=name, needed=count, members=members))

    def quorum(self, name: str) -> None:
        if name != NONE and name not in self._named:
            raise InputError(f"the quorum {name!r} is not defined above")
        self._quorums.append(name)

    def finish(self) -> LogPolicy:
        if len(self._quorums) != 1:
            raise InputError(f"a policy has exactly one quorum line, not {len(self._quorums)}")
        return LogPolicy(
            logs=tuple(self._logs),
            witnesses=tuple(self._witnesses),
            groups=tuple(self._groups),
            quorum=self._quorums[0],
        )

    def _take_key(self, role: Role, vkey: str) -> None:
        name, _, public = split_vkey(vkey)
        if (role, public) in self._keys:
            raise InputError(f"the {role} {name!r} has the key of another {role}")
        self._keys.add((role, public))

    def _define(self, name: str) -> None:
        if name == NONE or name in self._named:
            raise InputError(f"the name {name!r} is taken")
        self._named.add(name)

    def _take_members(self, members: Sequence[str]) -> None:
        for member in members:
            if member not in self._named:
                raise InputError(f"the member {member!r} is not defined above")
            if member in self._grouped:
                raise InputError(f"{member!r} is a member twice")
            self._grouped.add(member)


def _witness_key(vkey: str) -> NoteKey | None:
    """Return a witness's key, None if its type is unknown here and could be a witness's."""
    number = split_vkey(vkey)[1]
    return parse_vkey(vkey, Role.WITNESS) if number in SCHEMES else None


_FORMS = {"log": (1, 2), "witness": (2, 3), "group": (3, MAX_POLICY), "quorum": (1, 1)}
"""How many words may follow the first of a line."""


def _lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    if len(data) > MAX_POLICY:
        raise InputError(f"a policy has at most {MAX_POLICY} bytes, this one {len(data)}")
    if not _ALLOWED.issuperset(data):
        raise InputError("a control character in a policy", hint="lines end with a newline alone")
    # Each byte stays what it is; names and URLs are compared, never read.
    for number, line in enumerate(data.decode(errors="surrogateescape").split("\n"), 1):
        words = line.replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if words and not words[0].startswith("#"):
            yield number, words


def _read_line(draft: _Draft, kind: str, words: list[str]) -> None:
    least, most = _FORMS.get(kind, (1, 0))
    if not least <= len(words) <= most:
        raise InputError(f"not a line of a policy: {kind[:40]!r} with {len(words)} words")
    match kind:
        case "log":
            draft.log(*words)
        case "witness":
            draft.witness(*words)
        case "group":
            draft.group(words[0], words[1], *words[2:])
        case _:
            draft.quorum(words[0])


def parse_policy(data: bytes) -> LogPolicy:
    """Parse a policy file.

    Raises:
        InputError: not a policy, with the number of the line.
        SignatureError: a key of a type that can not sign in this role, a wrong hash, or a weak key.
    """
    draft = _Draft()
    for number, (kind, *words) in _lines(data):
        try:
            _read_line(draft, kind, words)
        except (InputError, SignatureError) as error:
            raise type(error)(f"line {number}: {error}", hint=error.hint) from error
    return draft.finish()


def _log_keys(policy: LogPolicy, known: Sequence[NoteKey], origin: str) -> tuple[NoteKey, ...]:
    """Return the keys by which the log `origin` is believed: the policy's, else the caller's."""
    if not policy.logs:
        return tuple(known)
    return tuple(log.key for log in policy.logs if log.key.name == origin)


def witnessed(
    note: bytes,
    policy: LogPolicy,
    *,
    keys: Sequence[NoteKey] = (),
    now: datetime | None = None,
    max_age: timedelta | None = None,
) -> Witnessed:
    """Verify a checkpoint by a policy: its log's signature must hold, witnesses are counted.

    A cosignature of the future or older than `max_age` is not counted.

    Args:
        note: the checkpoint.
        policy: names the logs that are believed, or none if `keys` say it.
        keys: the log's keys, where the policy names no log.
        now: the time, aware UTC; None: no cosignature is too old or too new.
        max_age: the oldest cosignature that counts; needs `now`.

    Raises:
        InputError: not a checkpoint.
        SignatureError: no signature of a believed log, or a known key's does not hold.
    """
    origin = decode_checkpoint(parse_note(note).text).origin
    logs = _log_keys(policy, keys, origin)
    if any(key.role is not Role.LOG for key in logs):
        raise SignatureError("a witness's key does not sign as a log")
    witnesses = {w.key: w.name for w in policy.witnesses if w.key is not None}
    opened = open_note(note, (*logs, *witnesses))
    if not {(key.name, key.hash) for key in logs} & {(m.name, m.hash) for m in opened.signatures}:
        raise SignatureError(f"no log of the policy has signed the checkpoint of {origin!r}")
    found = {mark.key: mark for mark in read_cosignatures(opened, witnesses)}
    held: dict[str, Cosignature] = {}
    for key, name in witnesses.items():
        mark = found.pop(key.key, None)
        if mark is not None and (now is None or mark.in_time(now, max_age)):
            held[name] = mark
    return Witnessed(
        checkpoint=decode_checkpoint(opened.text),
        names=tuple(held),
        cosignatures=tuple(held.values()),
        met=policy.met(held),
    )


def require_quorum(found: Witnessed) -> Checkpoint:
    """Return a checkpoint that a quorum has witnessed.

    Raises:
        EvidenceError: too few witnesses hold.
    """
    if not found.met:
        names = ", ".join(found.names) or "nobody"
        raise EvidenceError(
            f"too few witnesses have cosigned the checkpoint of {found.checkpoint.origin!r}: {names}",
            hint="ask the log for a newer receipt, or its witnesses why they did not sign",
        )
    return found.checkpoint
