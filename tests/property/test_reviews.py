"""Reviews: no shuffled, cut or bent file lets an item pass that the valid statements do not let pass."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.audit.review.effect import verdicts
from sekisho.audit.review.rules import replay
from sekisho.errors import SekishoError
from sekisho.model import Outcome
from tests.counts import count
from tests.review_rows import ADA, BOB, STRANGER, TODAY, ends, entry, lines_of, make_row, review, rules_for

EXAMPLES = settings(max_examples=count(60, 3000), deadline=None)
ROWS = [
    make_row("a.png"),
    make_row("b.png", outcome="block", reason="verified_without_permission", entries=(3,)),
    make_row("f.png", outcome="allow", reason="no_known_objection", entries=()),
    make_row("p.png", pdq=b"1" * 32),
    make_row("q.png", pdq=b"1" * 32),
    make_row("w.png", kind="likeness", reason="protected_person"),
]
RULES = rules_for(ROWS)
RANK = {row.item: row.outcome.rank for row in ROWS}


@st.composite
def histories(draw, length=8):
    """Draw lines of reviews by two reviewers that pass the rules when they are taken in order."""
    made, lines = {ADA: [], BOB: []}, []
    for _ in range(draw(st.integers(1, length))):
        by = draw(st.sampled_from((ADA, BOB)))
        one, rows = _one(draw, by, len(made[by]) + 1)
        fresh = lines_of(one, rows)
        try:
            replay([*lines, *fresh], RULES)
        except SekishoError:
            continue
        made[by].append(one)
        lines += fresh
    return lines


def _one(draw, by, n):
    if n > 1 and draw(st.integers(0, 3)) == 0:
        return review(by, n, [], undo=draw(st.integers(1, n - 1))), ()
    rows = draw(st.sampled_from([[row] for row in ROWS] + [ROWS[3:5]]))
    outcome = draw(st.sampled_from(("allow", "allow", "block")))
    terms = {
        "until": draw(st.sampled_from((None, TODAY, ends(30)))),
        "on": draw(st.sampled_from((ends(-3), TODAY))),
    }
    if outcome == "allow" and rows[0].item in {"a.png", "b.png"} and draw(st.booleans()):
        terms |= {"until": ends(9), "false_match": (entry(3 if rows[0].item == "b.png" else 1),)}
    return review(by, n, rows, outcome, **terms), rows


def passing(lines, on=TODAY):
    """Return the items that pass after the lines, or None if the file is refused."""
    try:
        book = replay(lines, RULES)
    except SekishoError:
        return None
    found = verdicts(book.reviews, RULES.targets, on)
    outcomes = RANK | {item: made.outcome.rank for item, made in found.items()}
    return {item for item, rank in outcomes.items() if rank == Outcome.ALLOW.rank}


def by_reviewer(lines):
    """Return the signed envelopes of each reviewer, in their order."""
    book = replay(lines, RULES)
    return {
        by: [e for r, e in zip(book.reviews, book.envelopes, strict=True) if r.by == by.key]
        for by in (ADA, BOB)
    }


@EXAMPLES
@given(histories(), st.data())
def test_how_the_reviewers_lines_mix_does_not_matter(lines, data):
    queues = {by: list(sets) for by, sets in by_reviewer(lines).items()}
    mixed = []
    while any(queues.values()):
        by = data.draw(st.sampled_from([b for b, left in queues.items() if left]))
        mixed += queues[by].pop(0)
    assert passing(mixed) == passing(lines)


@EXAMPLES
@given(histories(), st.data())
def test_a_shuffled_cut_or_repeated_file_lets_nothing_more_pass(lines, data):
    bent = data.draw(st.lists(st.sampled_from(lines), max_size=len(lines) + 2)) if lines else []
    found = passing(bent)
    if found is None:
        return
    # What was taken are whole beginnings of what each reviewer has signed.
    whole = by_reviewer(lines)
    taken = by_reviewer(bent)
    assert all(sets == whole[by][: len(sets)] for by, sets in taken.items())
    assert found == passing([line for sets in taken.values() for envelopes in sets for line in envelopes])


@EXAMPLES
@given(histories(), st.data())
def test_a_bent_byte_refuses_the_file(lines, data):
    if not lines:
        return
    which = data.draw(st.integers(0, len(lines) - 1))
    at = data.draw(st.integers(0, len(lines[which]) - 1))
    bent = bytearray(lines[which])
    bent[at] ^= 1 << data.draw(st.integers(0, 6))
    assert passing([*lines[:which], bytes(bent), *lines[which + 1 :]]) is None


@EXAMPLES
@given(histories(), st.sampled_from(ROWS))
def test_a_strangers_word_refuses_the_file(lines, row):
    assert passing([*lines, *lines_of(review(STRANGER, 1, [row]), [row])]) is None


@EXAMPLES
@given(histories())
def test_undoing_the_last_decision_restores_what_was_before(lines):
    book = replay(lines, RULES)
    if not book.reviews or book.reviews[-1].undo is not None:
        return
    last = book.reviews[-1]
    party = ADA if last.by == ADA.key else BOB
    undone = lines_of(review(party, last.n + 1, [], undo=last.n))
    before = [line for envelopes in book.envelopes[:-1] for line in envelopes]
    assert passing([*lines, *undone]) == passing(before)


@EXAMPLES
@given(histories())
def test_one_reviewer_never_lets_a_protected_item_pass(lines):
    for sets in by_reviewer(lines).values():
        assert "w.png" not in passing([line for envelopes in sets for line in envelopes])


@EXAMPLES
@given(histories())
def test_a_review_more_by_another_reviewer_to_exclude_always_excludes(lines):
    own = by_reviewer(lines)[ADA]
    alone = [line for envelopes in own for line in envelopes]
    for row in ROWS:
        assert row.item not in passing([*alone, *lines_of(review(BOB, 1, [row], "block"))])
