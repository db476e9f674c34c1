"""What was found in the fields of a text -> matches with a grade, which `decide` then judges.

Quotation is lawful and common: the length of an excerpt alone never makes a copy. A copy is an item
that consists of a work to a good part, or a good part of a work; see `TextRules`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sekisho.model import Grade, Method, Span, TextRules, joined

__all__ = ["FieldFound", "NameFound", "TextMatch", "WorkFound", "covered", "read_spans", "text_matches"]

_ALL = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFound:
    """Where one text of an entry is in a field.

    Attributes:
        entry: its number in the snapshot.
        line: a short work that is there as a whole line; then the numbers below are zero.
        spans: half-open, in code points of the field as stored.
        units: folded units that the spans cover.
        main_units: those of them that are in the main text of a page.
        cjk: which profile most of the seeds have.
        shared, of: distinct passages in common, and those of the registered text.
    """

    entry: int
    line: bool = False
    spans: tuple[Span, ...]
    units: int = 0
    main_units: int = 0
    cjk: bool = True
    shared: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NameFound:
    """Where a name of an entry is in a field, in code points of the field as stored."""

    entry: int
    span: Span
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFound:
    """What was found in one field of an item.

    Attributes:
        field: JSON Pointer, member of a book, or empty.
        units: folded units of the field.
        main_units: those of them that are in the main text of a page; 0 if that is not known.
        quoted: rule id if the text shows that what was found is quoted; else empty.
    """

    field: str
    units: int
    main_units: int = 0
    works: tuple[WorkFound, ...] = ()
    names: tuple[NameFound, ...] = ()
    quoted: str = ""


class TextMatch(NamedTuple):
    """The meeting of one field of an item with one entry; `facts` are what `explain` says of it."""

    entry: int
    method: Method
    facts: Mapping[str, str | int]
    distance: int = 0
    threshold: int = 0

    def detail(self) -> dict[str, str | int]:
        """Return the facts."""
        return dict(self.facts)


def read_spans(shown: str) -> list[Span]:
    """Read the spans of a finding's detail, "12-40,99-130"."""
    pairs = (span.partition("-") for span in shown.split(","))
    return [(int(start), int(stop)) for start, _, stop in pairs]


def covered(inner: str, outer: str) -> float:
    """Return the share of the code points of some spans that lies in others."""
    ours, theirs = read_spans(inner), read_spans(outer)
    within, at = 0, 0
    for start, stop in ours:
        while at < len(theirs) and theirs[at][1] <= start:
            at += 1
        other = at
        while other < len(theirs) and theirs[other][0] < stop:
            within += min(stop, theirs[other][1]) - max(start, theirs[other][0])
            other += 1
    return within / sum(stop - start for start, stop in ours)


def _shown(spans: Iterable[Span]) -> str:
    return ",".join(f"{start}-{stop}" for start, stop in joined(spans))


def _share(part: int, whole: int) -> int:
    """Return a share per mille, rounded down; what is more than the whole is the whole."""
    return min(_ALL, part * _ALL // whole) if whole else 0


def _is_copy(work: WorkFound, item: int, coverage: int, rules: TextRules) -> bool:
    """Tell whether a finding is a copy: a short field of an item (a motto, a message) may be a quotation."""
    enough = rules.copy_span_cjk if work.cjk else rules.copy_span_latin
    most_of_item = work.units >= enough and item >= 10 * rules.copy_coverage
    long = work.units >= max(enough, rules.copy_units)
    part = coverage >= 10 * rules.copy_coverage or _share(work.shared, work.of) >= rules.copy_containment
    return most_of_item or (long and part)


def _grade(work: WorkFound, item: int, coverage: int, quoted: str, rules: TextRules) -> Grade:
    if work.line:
        return Grade.LINE
    near = _share(work.shared, work.of) >= rules.near_copy and work.shared >= rules.near_copy_shared
    if quoted and coverage < 10 * rules.whole_coverage:
        return Grade.QUOTATION
    if _is_copy(work, item, coverage, rules):
        return Grade.COPY
    return Grade.NEAR_COPY if near else Grade.EXCERPT


_STRENGTH = {grade: rank for rank, grade in enumerate(Grade)}


def _strongest(works: Sequence[WorkFound], found: FieldFound, all_units: int, rules: TextRules) -> TextMatch:
    """Return one match for all texts of one entry in a field, by the one that means most."""

    def judged(work: WorkFound) -> tuple[int, int, int]:
        item = max(_share(work.units, all_units), _share(work.main_units, found.main_units))
        coverage = max(item, _share(work.units, found.units))
        grade = _grade(work, item, coverage, found.quoted, rules)
        return _STRENGTH[grade], coverage, _share(work.shared, work.of)

    work = max(works, key=judged)
    strength, coverage, containment = judged(work)
    grade = list(Grade)[strength]
    facts: dict[str, str | int] = {
        "field": found.field,
        "spans": _shown(span for one in works for span in one.spans if one.line == work.line),
        "grade": grade.value,
    }
    if work.line:
        return TextMatch(work.entry, Method.LINE, facts)
    facts |= {"units": work.units, "coverage": coverage, "containment": containment}
    return TextMatch(work.entry, Method.PASSAGES, facts)


def _named(entry: int, names: Sequence[NameFound], field: str, *, prompt: bool) -> TextMatch:
    facts: dict[str, str | int] = {
        "field": field,
        "spans": _shown(n.span for n in names),
        "rule": names[0].rule,
    }
    return TextMatch(entry, Method.NAME, facts | ({"prompt": 1} if prompt else {}))


def text_matches(fields: Sequence[FieldFound], rules: TextRules, *, prompt: bool) -> list[TextMatch]:
    """Grade what was found in an item.

    Args:
        fields: of the item.
        rules: of the policy.
        prompt: the text asks a service to generate something, so a name in it may matter.

    Returns:
        For each field one match an entry by its excerpts, and one by its names.
    """
    all_units = sum(found.units for found in fields)
    matches = []
    for found in fields:
        works: dict[int, list[WorkFound]] = {}
        names: dict[int, list[NameFound]] = {}
        for work in found.works:
            works.setdefault(work.entry, []).append(work)
        for name in found.names:
            names.setdefault(name.entry, []).append(name)
        matches += [_strongest(some, found, all_units, rules) for some in works.values()]
        matches += [_named(entry, some, found.field, prompt=prompt) for entry, some in names.items()]
    return matches
