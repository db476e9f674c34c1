import pytest

from sekisho.audit.review.effect import Lookup
from sekisho.audit.review.rules import Book, can_hold, check_review, digests, replay, rows_of
from sekisho.errors import InputError, NotFoundError, RefusedError, SignatureError, UsageError
from sekisho.policy.decide import MAX_FINDINGS
from tests.review_rows import (
    ADA,
    BOB,
    OPERATOR,
    PARENT,
    RUN,
    STRANGER,
    TODAY,
    ends,
    entry,
    lines_of,
    make_row,
    review,
    rules_for,
)

HELD = make_row("a.png")
PAIR = [make_row("p.png", pdq=b"1" * 32), make_row("q.png", pdq=b"1" * 32)]
BLOCKED = make_row("b.png", outcome="block", reason="verified_without_permission", entries=(3, 4))
FREE = make_row("f.png", outcome="allow", reason="no_known_objection", entries=())
LOST = make_row("l.png", reason="unreadable", problem="io_error", entries=(), digest="")
PERSON = make_row("w.png", kind="likeness", reason="protected_person")
ROWS = [HELD, *PAIR, BLOCKED, FREE, LOST, PERSON]
RULES = rules_for(ROWS, today=TODAY)


def take(*made, rules=RULES, signer=None, rows=None):
    """Replay reviews, each signed by its reviewer."""
    lines = []
    for one in made:
        group = rules.targets("item" if one.item else "group", one.target)
        about = rows if rows is not None else group.rows if group else ()
        lines += lines_of(one, about, signer)
    return replay(lines, rules)


def test_reviews_in_order_are_taken_whoever_signs_between():
    first, second = review(ADA, 1, [HELD]), review(ADA, 2, PAIR, "block")
    other = review(BOB, 1, [FREE], "block")
    book = take(first, other, second)
    assert book.reviews == (first, other, second)
    assert book.of(ADA.key) == (first, second)
    assert book.lines().count(b"\n") == 3


def test_the_operator_may_decide():
    assert take(review(OPERATOR, 1, [HELD])).reviews


def test_a_key_that_nobody_named_is_refused():
    with pytest.raises(SignatureError, match="not a reviewer") as error:
        take(review(STRANGER, 1, [HELD]))
    assert "reviewers" in error.value.hint


def test_a_broken_signature_is_refused_with_its_line():
    line = lines_of(review(ADA, 1, [HELD]))[0]
    broken = line.replace(b'"sig":"', b'"sig":"AA', 1)
    for bad in (broken, line[:-9], b"{}", b""):
        with pytest.raises((SignatureError, InputError), match="line 2"):
            replay([lines_of(review(BOB, 1, [HELD]))[0], bad], RULES)


def test_a_review_signed_by_another_than_it_names_is_refused():
    with pytest.raises(SignatureError, match="but names"):
        take(review(ADA, 1, [HELD]), signer=BOB)


def test_a_replayed_review_is_refused():
    with pytest.raises(InputError, match="replayed"):
        take(review(ADA, 1, [HELD]), review(ADA, 1, [HELD]))


@pytest.mark.parametrize("numbers", [(2,), (1, 3)])
def test_a_gap_is_refused(numbers):
    with pytest.raises(InputError, match="out of order"):
        take(*(review(ADA, n, [HELD]) for n in numbers))


def test_a_review_of_another_run_is_refused():
    with pytest.raises(RefusedError, match="another run"):
        take(review(ADA, 1, [HELD], run="ef" * 32))


def test_a_review_of_an_ancestor_is_taken_and_counts_where_its_rows_are_the_same():
    same, gone = review(ADA, 1, [HELD], run=PARENT), review(ADA, 2, [make_row("x.png")], run=PARENT)
    changed = review(ADA, 3, [HELD._replace(reason="disputed")], run=PARENT)
    book = take(same, gone, changed)
    assert [bool(rows_of(r, RULES.targets)) for r in book.reviews] == [True, False, False]


def test_a_false_match_of_an_ancestor_whose_rows_are_gone_keeps_its_lines():
    row = make_row("x.png")
    made = review(ADA, 1, [row], run=PARENT, false_match=(entry(1),), until=ends(9))
    assert len(take(made, rows=[row]).envelopes[0]) == 2


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (review(ADA, 1, [make_row("nobody.png")]), "no item"),
        (review(ADA, 1, [HELD, FREE]), "no group"),
    ],
)
def test_what_is_not_there_is_not_found(made, why):
    with pytest.raises(NotFoundError, match=why):
        take(made, rows=[HELD])


def test_a_review_for_other_rows_than_these_is_refused():
    with pytest.raises(RefusedError, match="not the ones"):
        take(review(ADA, 1, [HELD._replace(reason="disputed")]))


def test_what_is_excluded_is_not_allowed_by_a_review():
    with pytest.raises(RefusedError, match="excluded") as error:
        take(review(ADA, 1, [BLOCKED]))
    assert "--false-match" in error.value.hint
    assert "licence" in error.value.hint


def test_what_is_excluded_can_be_a_false_match_of_all_that_excludes_it():
    some = review(ADA, 1, [BLOCKED], false_match=(entry(3),), until=ends(9))
    with pytest.raises(RefusedError, match="excluded"):
        take(some)
    every = review(ADA, 1, [BLOCKED], false_match=(entry(3), entry(4)), until=ends(9))
    assert len(take(every).envelopes[0]) == 3


def test_a_false_match_does_not_take_back_what_a_holder_says_by_signal():
    objected = BLOCKED._replace(objection="block")
    every = {"false_match": (entry(3), entry(4)), "until": ends(9)}
    with pytest.raises(RefusedError, match="objects by a signal too"):
        take(review(ADA, 1, [objected], **every), rules=rules_for([objected]), rows=[objected])
    before = review(ADA, 1, [BLOCKED], run=PARENT, **every)
    assert [bool(rows_of(before, Lookup([row]))) for row in (BLOCKED, objected)] == [True, False]


def test_a_false_match_names_what_was_found():
    with pytest.raises(RefusedError, match="does not match"):
        take(review(ADA, 1, [HELD], false_match=(entry(9),), until=ends(9)))


def test_what_passed_can_be_excluded():
    assert take(review(ADA, 1, [FREE], "block")).reviews


def test_what_could_not_be_read_to_its_bytes_is_not_allowed():
    with pytest.raises(RefusedError, match="last byte"):
        take(review(ADA, 1, [LOST]))
    assert take(review(ADA, 1, [LOST], "block")).reviews


def test_what_could_not_be_read_is_allowed_by_its_name_and_never_as_a_group():
    torn = [make_row(f"t{n}.png", reason="unreadable", problem="truncated", entries=()) for n in (0, 1)]
    rules = rules_for(torn)
    together = review(ADA, 1, torn)
    with pytest.raises(RefusedError, match="not allowed as a group") as error:
        take(together, rules=rules)
    assert "one by one" in error.value.hint
    assert take(review(ADA, 1, torn, "block"), rules=rules).reviews
    assert take(review(ADA, 1, torn[:1]), rules=rules).reviews
    assert not can_hold(together, torn[0]), "nor where a run inherits such a statement"


def test_what_has_more_findings_than_a_row_keeps_is_no_false_match_of_all_of_them():
    many = range(MAX_FINDINGS)
    row = make_row("m.png", outcome="block", reason="verified_without_permission", entries=many)
    every = review(ADA, 1, [row], false_match=tuple(map(entry, many)))
    assert not can_hold(every, row)
    assert can_hold(every, row._replace(findings=row.findings[1:]))


def test_a_person_is_never_a_false_match():
    with pytest.raises(RefusedError, match="protected"):
        take(review(ADA, 1, [PERSON], false_match=(entry(1),), until=ends(9)))
    assert not can_hold(review(ADA, 1, [PERSON._replace(outcome="block")], false_match=(entry(1),)), PERSON)


@pytest.mark.parametrize(
    ("change", "why"),
    [({"on": ends(1)}, "future"), ({"on": ends(-9), "until": ends(-1)}, "ended already")],
)
def test_days_are_checked_when_a_review_is_made(change, why):
    made = review(ADA, 1, [HELD], **change)
    with pytest.raises(UsageError, match=why):
        take(made)
    assert take(made, rules=rules_for(ROWS)).reviews, "and never again afterwards"


def test_an_own_decision_is_undone_once():
    book = take(review(ADA, 1, [HELD]), review(ADA, 2, [], undo=1))
    assert len(book.reviews) == 2
    for last in (review(ADA, 3, [], undo=1), review(ADA, 3, [], undo=2)):
        with pytest.raises(RefusedError, match="still stands"):
            take(review(ADA, 1, [HELD]), review(ADA, 2, [], undo=1), last)


def test_another_reviewers_decision_is_not_undone():
    before = [review(ADA, n, [HELD]) for n in (1, 2)]
    with pytest.raises(RefusedError, match="still stands"):
        take(*before, review(BOB, 1, [HELD]), review(BOB, 2, [], undo=1), review(BOB, 3, [], undo=2))
    own = replay(
        take(*before, review(BOB, 1, [HELD]), review(BOB, 2, [], undo=1)).lines().splitlines(), RULES
    )
    assert [r.by for r in own.reviews if r.undo] == [BOB.key]


FALSE = review(ADA, 1, [HELD], false_match=(entry(1),), until=ends(9))


def test_a_review_without_its_false_match_is_not_whole():
    first, second = lines_of(FALSE, [HELD])
    with pytest.raises(InputError, match="lacks its false"):
        replay([first], RULES)
    assert replay([first], RULES, may_be_torn=True) == Book(torn=1)
    assert len(replay([first, second], RULES).reviews) == 1


def test_a_false_match_belongs_to_its_review_and_to_no_other():
    first, second = lines_of(FALSE, [HELD])
    other = lines_of(FALSE, [FREE])[1]
    for lines in ([second], [first, other], [first, second, second], [first, first]):
        with pytest.raises(InputError):
            replay(lines, RULES)
    assert FALSE.run == RUN


def test_digests_are_those_of_rows_that_have_one():
    assert digests([HELD, LOST]) == {HELD.sha256}


def test_what_is_little_else_than_personal_information_is_not_allowed_by_a_review():
    row = make_row("form.txt", reason="to_redact", entries=(), digest="")
    with pytest.raises(RefusedError, match="little else than personal information") as caught:
        check_review(review(ADA, 1, [row]), (), rules_for([row]))
    assert "audit again" in caught.value.hint
    check_review(review(ADA, 1, [row], "block"), (), rules_for([row]))
