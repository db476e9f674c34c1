"""Items that were looked at -> decisions, in batches."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from sekisho.check.looked import DEFAULT_LIMITS, Known, Looked, Unread, look_at, read_late
from sekisho.check.models import require_encoders
from sekisho.check.parts import Found, Parts, find_parts, looks_for_parts
from sekisho.check.protected import listed_decision, listed_items, persons_in
from sekisho.check.signals import NO_SOURCES, SignalSources, objects
from sekisho.check.texts import NO_LENSES, NOTHING, Lenses, TextFound, clear_records, find_in_texts, unseen
from sekisho.detect.signals.records import records_told
from sekisho.detect.signals.resolve import Resolved
from sekisho.errors import SnapshotTampered
from sekisho.match import Match, known_files, match_pictures
from sekisho.match.films import match_films
from sekisho.media import Limits
from sekisho.media.texts import RECORD_TYPE, Spelled
from sekisho.model import (
    Asked,
    Decision,
    Depth,
    Finding,
    Fingerprint,
    Item,
    Personal,
    Policy,
    Stance,
    Told,
    Use,
)
from sekisho.policy import Verdict, decide, find, with_person
from sekisho.snapshot import Snapshot

_NO_OBJECTION = frozenset({Stance.ALLOW, Stance.UNKNOWN})

__all__ = ["Decided", "check", "clear_decision", "decide_many", "decide_unclear"]


class Decided(NamedTuple):
    """What was decided about a batch; each has something for every item.

    Attributes:
        made: decisions; what is clear is left unread.
        told: what came with an item, or what it tells itself; of what is listed nothing.
        said: what rights holders say about it; of what is listed nothing.
        letters: how many characters all texts of the batch have.
    """

    made: list[Decision | Unread]
    told: list[Told | None]
    said: list[Resolved | None]
    letters: int


def check(
    item: Item,
    *,
    snapshot: Snapshot,
    policy: Policy,
    use: Use,
    limits: Limits = DEFAULT_LIMITS,
    lenses: Lenses = NO_LENSES,
    sources: SignalSources = NO_SOURCES,
) -> Decision:
    """Decide about one item.

    Args:
        item: with its bytes, or with the reason why there are none.
        snapshot: opened, its sections checked.
        policy: the operator's rules.
        use: who wants to do what, where, on which day.
        limits: what may be decoded.
        lenses: opened dictionaries and scanners for texts, and encoders of pictures.
        sources: what besides the item is asked for rights signals.

    Raises:
        ConfigError: a text is to be searched for personal information, or a picture's embedding compared,
            and there is no lens for it.
    """
    looked = look_at(
        item,
        policy=policy,
        limits=limits,
        working=looks_for_parts(snapshot, policy),
        protected=snapshot.protected,
        sources=sources,
    )
    if looked.look is not None and looked.look.working:
        require_encoders(lenses.encoders, snapshot, policy)
    return decide_many([looked], snapshot=snapshot, policy=policy, use=use, lenses=lenses)[0]


def decide_many(
    items: Sequence[Looked | Unread],
    *,
    snapshot: Snapshot,
    policy: Policy,
    use: Use,
    lenses: Lenses = NO_LENSES,
    sources: SignalSources = NO_SOURCES,
) -> list[Decision]:
    """Decide about a batch; each decision is the one that `check` gives for the item alone.

    Raises:
        ConfigError: a text is to be searched for personal information, and there is no lens for it.
    """
    decided = decide_unclear(items, snapshot=snapshot, policy=policy, use=use, lenses=lenses, sources=sources)
    return [
        clear_decision(one, said, snapshot, policy, use) if isinstance(one, Unread) else one
        for one, said in zip(decided.made, decided.said, strict=True)
    ]


def decide_unclear(
    items: Sequence[Looked | Unread],
    *,
    snapshot: Snapshot,
    policy: Policy,
    use: Use,
    lenses: Lenses = NO_LENSES,
    sources: SignalSources = NO_SOURCES,
) -> Decided:
    """Do as `decide_many`, but leave what is clear unread: records in which nothing is found.

    `clear_decision` says the same of all of them about which holders say the same.

    Args:
        items: that were looked at, or glanced at.
        snapshot: opened, its sections checked.
        policy: the operator's rules.
        use: who wants to do what, where, on which day.
        lenses: opened dictionaries and scanners for texts, and encoders of pictures.
        sources: what is asked for rights signals about records that tell themselves where they were found.

    Raises:
        ConfigError: a text is to be searched for personal information, and there is no lens for it.
    """
    listed = listed_items(items, snapshot, policy)
    others = [item for item, is_listed in zip(items, listed, strict=True) if not is_listed]
    found = _glanced(others, snapshot, policy, use, lenses, sources)
    if len(others) == len(items):
        return found
    made, told, said = iter(found.made), iter(found.told), iter(found.said)
    return Decided(
        [
            listed_decision(item.name, snapshot, policy) if is_listed else next(made)
            for item, is_listed in zip(items, listed, strict=True)
        ],
        [None if is_listed else next(told) for is_listed in listed],
        [None if is_listed else next(said) for is_listed in listed],
        found.letters,
    )


def _glanced(
    items: Sequence[Looked | Unread],
    snapshot: Snapshot,
    policy: Policy,
    use: Use,
    lenses: Lenses,
    sources: SignalSources,
) -> Decided:
    """Decide about what is not listed: records of which it is known that nothing is in them, unread."""
    clear, told, said = _clear(items, snapshot, policy, lenses, sources)
    closely = [
        read_late(item, its_told, its_said) if isinstance(item, Unread) else item
        for item, letters, its_told, its_said in zip(items, clear, told, said, strict=True)
        if letters is None
    ]
    looked = iter(_decided(closely, snapshot, policy, use, lenses))
    made = [
        item if letters is not None and isinstance(item, Unread) else next(looked)
        for item, letters in zip(items, clear, strict=True)
    ]
    read = (len(field.text) for one in closely if one.texts is not None for field in one.texts.fields)
    return Decided(made, told, said, sum(some or 0 for some in clear) + sum(read))


class _Clear(NamedTuple):
    """What is known of some items before records among them are read; each has something for every item.

    Attributes:
        letters: the characters of records in which nothing is; they may be objected to. None: any other item.
        told, said: as in `Decided`.
    """

    letters: list[int | None]
    told: list[Told | None]
    said: list[Resolved | None]


def _clear(
    items: Sequence[Looked | Unread],
    snapshot: Snapshot,
    policy: Policy,
    lenses: Lenses,
    sources: SignalSources,
) -> _Clear:
    """Look through the records that were left unread, and ask those that are still to be asked."""
    known = _Clear([None] * len(items), [item.told for item in items], [item.said for item in items])
    at = [number for number, item in enumerate(items) if isinstance(item, Unread)]
    unread = [item for item in items if isinstance(item, Unread)]
    if not unread:
        return known
    told: list[Told | None] = []

    def ask(records: Sequence[bytes], spelled: Spelled) -> None:
        begin = len(told)
        told.extend(
            records_told(records, spelled, [one.asked for one in unread[begin : begin + len(records)]])
        )

    files = known_files([item.sha256 for item in unread], snapshot)
    asks = any(item.asked is not Asked.NOTHING for item in unread)
    seen = ask if asks else unseen
    letters = clear_records([item.data for item in unread], snapshot, policy, lenses, seen)
    for number, some, file in zip(at, letters, files, strict=True):
        known.letters[number] = None if file else some
    as_of, beside = policy.signals.as_of, sources.beside
    for number, its in zip(at, told, strict=asks):
        if its is not None:
            known.told[number], known.said[number] = its, beside(its, as_of)
    return known


def _decided(
    items: Sequence[Looked], snapshot: Snapshot, policy: Policy, use: Use, lenses: Lenses
) -> list[Decision]:
    texts = iter(
        find_in_texts([i.texts for i in items if i.texts is not None], snapshot, policy, use, lenses)
    )
    nothing = decide((), policy, readable=True, detailed=True)
    decisions = []
    pictures = _parts(items, _matches(items, snapshot, policy), snapshot, policy, use, lenses)
    persons = persons_in(items, snapshot, policy)
    for item, parts, person in zip(items, pictures, persons, strict=True):
        found = NOTHING if item.texts is None else next(texts)
        free = objects(item.said, use) in _NO_OBJECTION
        if item.texts is not None and found is NOTHING and not parts.found and free:
            decisions.append(_decision(item, nothing, (), (), snapshot, policy))
        else:
            decisions.append(_decide(item, parts, found, snapshot, policy, use, person=person))
    return decisions


def _matches(items: Sequence[Looked], snapshot: Snapshot, policy: Policy) -> list[Sequence[Match]]:
    """Compare the files and pictures of a batch, each as far as it was not compared before."""
    fresh = [item.look for item in items if item.look is not None and item.known is None]
    before = [(item.look, item.known) for item in items if item.look is not None and item.known is not None]
    found = iter(match_pictures(fresh, snapshot, policy) if fresh or not before else ())
    known = [[_numbered(one, snapshot) for one in some] for _, some in before]
    added = iter(match_pictures([look for look, _ in before], snapshot, policy, known=known) if known else ())
    matches: list[Sequence[Match]] = []
    for item in items:
        if item.look is None:
            matches.append(())
        else:
            matches.append(next(found if item.known is None else added))
    return matches


def _parts(
    items: Sequence[Looked],
    matches: Sequence[Sequence[Found]],
    snapshot: Snapshot,
    policy: Policy,
    use: Use,
    lenses: Lenses,
) -> list[Parts]:
    """Look for films, and for parts of works, in what of a batch is a picture."""
    parts = [Parts(some) for some in matches]
    at = [number for number, item in enumerate(items) if item.look is not None and item.texts is None]
    looks = [look for number in at if (look := items[number].look) is not None]
    films = match_films(looks, snapshot, policy)
    before = [[*matches[number], *some] for number, some in zip(at, films, strict=True)]
    found = find_parts(looks, before, snapshot=snapshot, policy=policy, use=use, encoders=lenses.encoders)
    for number, one in zip(at, found, strict=True):
        parts[number] = one
    return parts


def _numbered(known: Known, snapshot: Snapshot) -> Match:
    """Return a match by the number that its entry has now.

    Raises:
        SnapshotTampered: this edition does not have the entry, so it is not one of the same base.
    """
    number = snapshot.entry_number(known.entry)
    if number is None:
        raise SnapshotTampered(f"{known.entry} is not in this edition")
    return Match(number, *known[1:])


def _is_detailed(looked: Looked, policy: Policy) -> bool:
    """Tell whether at least one frame can be compared; at depth `exact` nothing is asked of frames."""
    if looked.look is None:
        return False
    if looked.texts is not None or policy.depth is Depth.EXACT:
        return True
    made = looked.look.fingerprint
    return max(made.quality or 0, *(quality for _, quality in made.more), 0) >= policy.min_quality


def _decide(
    item: Looked,
    parts: Parts,
    found: TextFound,
    snapshot: Snapshot,
    policy: Policy,
    use: Use,
    *,
    person: bool,
) -> Decision:
    if parts.problem is not None and item.look is not None:
        item = replace(item, look=replace(item.look, problem=item.look.problem or parts.problem))
    seen = item.look
    digest = b"" if seen is None else seen.fingerprint.sha256
    matches = (*parts.found, *found.matches)
    findings = find(matches, snapshot, policy, use, digest) if matches else ()
    if person:
        findings = with_person(findings, policy)
    problem = item.problem if seen is None else seen.problem
    verdict = decide(
        findings,
        policy,
        readable=problem is None,
        detailed=_is_detailed(item, policy),
        personal=found.personal,
        stance=objects(item.said, use),
    )
    return _decision(item, verdict, findings, found.personal, snapshot, policy)


_verdicts: dict[Stance, tuple[Policy, Verdict]] = {}
"""Of records in which nothing is found, by what is said about them: with the policy that says so."""


def _clear_verdict(policy: Policy, stance: Stance) -> Verdict:
    known = _verdicts.get(stance)
    if known is None or known[0] is not policy:
        verdict = decide((), policy, readable=True, detailed=True, stance=stance)
        known = _verdicts[stance] = policy, verdict
    return known[1]


def clear_decision(
    item: Unread, said: Resolved | None, snapshot: Snapshot, policy: Policy, use: Use
) -> Decision:
    """Decide about a record that `decide_unclear` says nothing of; only what is said about it counts."""
    verdict = _clear_verdict(policy, objects(said, use))
    return Decision(
        item=item.name,
        media_type=RECORD_TYPE,
        bytes=len(item.data),
        fingerprint=Fingerprint(sha256=item.sha256),
        outcome=verdict.rule.outcome,
        reason=verdict.rule.reason,
        edits=verdict.edits,
        signals=() if said is None else said.signals,
        stances={} if said is None else said.stances,
        snapshot=snapshot.digest,
        policy=policy.digest,
    )


def _decision(
    item: Looked,
    verdict: Verdict,
    findings: tuple[Finding, ...],
    personal: tuple[Personal, ...],
    snapshot: Snapshot,
    policy: Policy,
) -> Decision:
    seen = item.look
    return Decision(
        item=item.name,
        media_type="" if seen is None else seen.media_type,
        bytes=item.bytes,
        fingerprint=None if seen is None else seen.fingerprint,
        outcome=verdict.rule.outcome,
        reason=verdict.rule.reason,
        findings=findings,
        unreadable=item.problem if seen is None else seen.problem,
        personal=personal,
        edits=verdict.edits,
        undecodable=0 if item.texts is None else item.texts.undecodable,
        signals=() if item.said is None else item.said.signals,
        stances={} if item.said is None else item.said.stances,
        snapshot=snapshot.digest,
        policy=policy.digest,
    )
