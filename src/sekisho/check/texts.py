"""The fields of a batch of texts -> what is found in them: works, names, personal information.

All fields are folded and searched together; only where something is found does any of them cost
more. Spans are found in the text that was looked at, and leave as code points of the field as stored.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sekisho.detect.personal import Found, PersonalScanner
from sekisho.detect.quotation import quotation
from sekisho.errors import ConfigError
from sekisho.fingerprint.embedding import Encoder
from sekisho.fingerprint.passages import line_hashes_many, passages_many
from sekisho.lexicon.fold import FoldedMany, fold_many, fold_points
from sekisho.lexicon.words import Tokenizer
from sekisho.match.excerpts import Excerpt, match_excerpts
from sekisho.match.names import NameHit, match_names
from sekisho.media.texts import Spelled, TextField, TextRead, main_spans, spans_to_source, spell_records
from sekisho.model import Method, Personal, PersonalAction, Policy, Purpose, Span, Use
from sekisho.policy import FieldFound, NameFound, TextMatch, WorkFound, text_matches
from sekisho.snapshot import Snapshot

__all__ = ["NOTHING", "NO_LENSES", "Lenses", "TextFound", "clear_records", "find_in_texts", "unseen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lenses:
    """Opened dictionaries, scanners and encoders: what an item is looked at through besides the registry.

    Attributes:
        personal: finds personal information.
        words: cuts Japanese into words, for names that are also parts of words.
        encoders: of pictures, those that the edition was made with.
    """

    personal: PersonalScanner | None = None
    words: Tokenizer | None = None
    encoders: tuple[Encoder, ...] = ()


NO_LENSES = Lenses()


class TextFound(NamedTuple):
    """What was found in all fields of one item."""

    matches: tuple[TextMatch, ...] = ()
    personal: tuple[Personal, ...] = ()


NOTHING = TextFound()
_RUN_BYTES = 1 << 19
"""Of records that are searched together: what each call costs is little among so many."""
_ROOM = _RUN_BYTES + (_RUN_BYTES >> 3)
"""Places of the arrays that are used again for each run: new ones come from the system and go back to it,
which is dearer than half of the search. A longer record, or one that folds to more, gets its own."""


def find_in_texts(
    texts: Sequence[TextRead], snapshot: Snapshot, policy: Policy, use: Use, lenses: Lenses = NO_LENSES
) -> list[TextFound]:
    """Search a batch of texts.

    Raises:
        ConfigError: the policy asks for personal information, and there is no lens for it.
    """
    fields = [field for read in texts for field in read.fields]
    registered = _registered(fields, snapshot, policy, lenses)
    personal = _personal(fields, policy, lenses)
    found = []
    at = 0
    for read in texts:
        stop = at + len(read.fields)
        here, spans = registered[at:stop], personal[at:stop]
        at = stop
        matches: tuple[TextMatch, ...] = ()
        if any(one.works or one.names for one in here):
            matches = tuple(text_matches(here, policy.text, prompt=use.purpose is Purpose.GENERATE))
        if matches or any(spans):
            found.append(TextFound(matches, tuple(span for some in spans for span in some)))
        else:
            found.append(NOTHING)
    return found


def _registered(
    fields: Sequence[TextField], snapshot: Snapshot, policy: Policy, lenses: Lenses
) -> list[FieldFound]:
    """Return for each field what of the registry is in it."""
    if not fields:
        return []
    texts = [field.text for field in fields]
    folded = fold_many(texts)
    units = np.diff(folded.starts).tolist()
    works, names = _searched(texts, folded, snapshot, policy, lenses)
    return [
        FieldFound(field=field.field, units=count)
        if not some and not called
        else _found(field, number, folded, some, called)
        for number, (field, count, some, called) in enumerate(zip(fields, units, works, names, strict=True))
    ]


def _searched(
    texts: Sequence[str], folded: FoldedMany, snapshot: Snapshot, policy: Policy, lenses: Lenses
) -> tuple[Sequence[Sequence[Excerpt]], Sequence[Sequence[NameHit]]]:
    """Return for each text the works and the names that are in it."""
    works = match_excerpts(
        folded, passages_many(folded), line_hashes_many(texts, folded), snapshot, policy.text
    )
    return works, match_names(texts, folded, snapshot, lenses.words)


Seen = Callable[[Sequence[bytes], Spelled], None]
"""Is shown the records of each run and how they are spelled; of that nothing is kept."""


def unseen(_records: Sequence[bytes], _spelled: Spelled) -> None:
    """Look at nothing."""


def clear_records(
    records: Sequence[bytes],
    snapshot: Snapshot,
    policy: Policy,
    lenses: Lenses = NO_LENSES,
    seen: Seen = unseen,
) -> list[int | None]:
    """Return how many characters each JSON record has that is plain and has nothing registered in it.

    That is what `find_in_texts` says of nearly all records, and here no object is made for any of them.
    The others, None, have to be read. Personal information is not looked for.
    """
    clear: list[int | None] = []
    letters = np.empty(_ROOM, np.uint32)
    room = np.empty(_ROOM, np.uint32), np.empty(_ROOM, np.int32)
    for some in _runs(records):
        spelled = spell_records(some, letters)
        seen(some, spelled)
        plain = spelled.plain
        letters_of = [0] * len(some)
        if len(spelled):
            lengths = np.diff(spelled.ends, prepend=0)
            letters_of = np.bincount(spelled.records, lengths, len(some)).astype(np.int64).tolist()
            folded = fold_points(spelled.characters, spelled.ends, room)
            works, names = _searched(spelled, folded, snapshot, policy, lenses)
            hit = [number for number, one in enumerate(zip(works, names, strict=True)) if any(one)]
            plain[spelled.records[hit]] = False
        clear += [n if is_plain else None for n, is_plain in zip(letters_of, plain.tolist(), strict=True)]
    return clear


def _runs(records: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Cut records into runs of so many bytes, or of one record."""
    first = held = 0
    for number, record in enumerate(records):
        if held + len(record) > _RUN_BYTES and number > first:
            yield records[first:number]
            first, held = number, 0
        held += len(record)
    if first < len(records):
        yield records[first:]


def _found(
    field: TextField,
    number: int,
    folded: FoldedMany,
    works: Sequence[Excerpt],
    names: Sequence[NameHit],
) -> FieldFound:
    start, stop = int(folded.starts[number]), int(folded.starts[number + 1])
    source = folded.source[start:stop]
    spans = [[_code_points(source, span, field.text) for span in work.spans] for work in works]
    within = [
        span
        for some, work in zip(spans, works, strict=True)
        for span in some
        if work.method is not Method.LINE
    ]
    main = _in_main(field, source) if within else None
    return FieldFound(
        field=field.field,
        units=stop - start,
        main_units=0 if main is None else int(main[-1]),
        works=tuple(
            WorkFound(
                entry=work.entry,
                line=work.method is Method.LINE,
                spans=tuple(spans_to_source(field, some)),
                units=work.units,
                main_units=0 if main is None else sum(int(main[b] - main[a]) for a, b in work.spans),
                cjk=work.profile == "cjk",
                shared=work.shared,
                of=work.of,
            )
            for some, work in zip(spans, works, strict=True)
        ),
        names=tuple(_named(field, hit) for hit in names),
        quoted=quotation(field.text, within) if within else "",
    )


def _in_main(field: TextField, source: NDArray[np.int32]) -> NDArray[np.int64] | None:
    """Count the units in the main text of a page before each unit, and in all; None if it can not be told."""
    spans = main_spans(field.page, field.text) if field.page else None
    if not spans:
        return None
    starts, ends = np.array(spans).T
    at = np.searchsorted(starts, source, "right") - 1
    inside = (at >= 0) & (source < ends[at])
    return np.concatenate(([0], np.cumsum(inside)))


def _named(field: TextField, hit: NameHit) -> NameFound:
    (span,) = spans_to_source(field, [(hit.start, hit.end)])
    return NameFound(entry=hit.entry, span=span, rule=hit.rule.value)


def _code_points(source: NDArray[np.int32], span: Span, text: str) -> Span:
    """Return a span of folded units as code points of the text, with the marks that follow its last one."""
    first, last = int(source[span[0]]), int(source[span[1] - 1])
    stop = last + 1
    beyond = int(source[span[1]]) if span[1] < len(source) else len(text)
    while stop < beyond and text[stop] in _MARKS:
        stop += 1
    return first, stop


_MARKS = frozenset("\u3099\u309a\uff9e\uff9f")
"""Voicing marks that stand behind their kana."""


def _personal(fields: Sequence[TextField], policy: Policy, lenses: Lenses) -> list[tuple[Personal, ...]]:
    """Return for each field what is personal in it, in its sequence."""
    if policy.text.personal is None or not fields:
        return [()] * len(fields)
    if lenses.personal is None:
        raise ConfigError(
            "the policy asks for personal information, and nothing is there to find it",
            hint='pip install "sekisho[text]", or say personal = "ignore" in [text] of the policy',
        )
    found = lenses.personal.scan([field.text for field in fields])
    return [
        tuple(
            _one(field, one, policy.text.personal) for one in some if one.score >= policy.text.personal_score
        )
        if some
        else ()
        for field, some in zip(fields, found, strict=True)
    ]


def _one(field: TextField, found: Found, action: PersonalAction) -> Personal:
    start, end = spans_to_source(field, [(found.start, found.end)])[0]
    return Personal(
        field=field.field,
        start=start,
        end=end,
        type=found.type,
        score=found.score,
        rule=found.rule,
        action=PersonalAction.REVIEW if action is PersonalAction.REVIEW else found.action,
    )
