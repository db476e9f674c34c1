import hashlib
import json

import pytest

from sekisho.audit.review.effect import Lookup, decode_reviewed, settle, standing, verdict, verdicts
from sekisho.audit.review.held import together
from sekisho.audit.review.rules import replay
from sekisho.errors import InputError
from sekisho.model import Outcome
from tests.review_rows import (
    ADA,
    BOB,
    OPERATOR,
    PARENT,
    RUN,
    TODAY,
    batches_of,
    ends,
    entry,
    lines_of,
    make_row,
    review,
    rules_for,
)

HELD = make_row("a.png")
PAIR = [make_row("p.png", pdq=b"1" * 32), make_row("q.png", pdq=b"1" * 32)]
BLOCKED = make_row("b.png", outcome="block", reason="verified_without_permission", entries=(3,))
FREE = make_row("f.png", outcome="allow", reason="no_known_objection", entries=())
TWIN = make_row("t.png", outcome="allow", reason="no_known_objection", entries=(), digest="f.png")
PERSON = make_row("w.png", kind="likeness", reason="protected_person")
ROWS = [HELD, *PAIR, BLOCKED, FREE, TWIN, PERSON]
RULES = rules_for(ROWS)


def stand(row, *made):
    return verdict(row, made).outcome


def settled(*made, rows=ROWS, on=TODAY):
    rules = rules_for(rows)
    lines = []
    for one in made:
        found = rules.targets("item" if one.item else "group", one.target)
        lines += lines_of(one, found.rows if found else ())
    book = replay(lines, rules)
    return settle(book=book, targets=rules.targets, batches=batches_of(rows), on=on, run=RUN)


def test_without_a_review_the_audit_decides():
    for row in ROWS:
        assert stand(row) is row.outcome


def test_one_reviewer_lets_pass_or_excludes():
    assert stand(HELD, review(ADA, 1, [HELD])) is Outcome.ALLOW
    assert stand(HELD, review(ADA, 1, [HELD], "block")) is Outcome.BLOCK
    assert stand(FREE, review(ADA, 1, [FREE], "block")) is Outcome.BLOCK


def test_the_latest_statement_of_a_reviewer_counts():
    allow, block = review(ADA, 1, [HELD]), review(ADA, 2, [HELD], "block")
    assert stand(HELD, allow, block) is Outcome.BLOCK
    assert stand(HELD, review(ADA, 1, [HELD], "block"), review(ADA, 2, [HELD])) is Outcome.ALLOW


def test_of_two_reviewers_the_most_restrictive_counts_in_any_order():
    allow, block = review(ADA, 1, [HELD]), review(BOB, 1, [HELD], "block")
    assert stand(HELD, allow, block) is stand(HELD, block, allow) is Outcome.BLOCK


def test_a_protected_item_needs_two_people():
    first, second = review(ADA, 1, [PERSON]), review(BOB, 1, [PERSON])
    alone = verdict(PERSON, [first, review(ADA, 2, [PERSON])])
    assert (alone.outcome, alone.reviewers) == (Outcome.REVIEW, 1)
    assert stand(PERSON, first, second) is Outcome.ALLOW
    assert stand(PERSON, first, second, review(OPERATOR, 1, [PERSON], "block")) is Outcome.BLOCK
    assert stand(PERSON, review(ADA, 1, [PERSON], "block")) is Outcome.BLOCK


def test_what_is_excluded_passes_only_as_a_false_match():
    assert stand(BLOCKED, review(ADA, 1, [BLOCKED])) is Outcome.BLOCK
    assert stand(BLOCKED, review(ADA, 1, [BLOCKED], false_match=(entry(3),))) is Outcome.ALLOW
    unread = BLOCKED._replace(problem="corrupt")
    assert stand(unread, review(ADA, 1, [unread], false_match=(entry(3),))) is Outcome.BLOCK


def test_what_has_begun_and_neither_ended_nor_been_undone_stands():
    made = [
        review(ADA, 1, [HELD]),
        review(ADA, 2, [HELD], on=ends(-5), until=ends(-1)),
        review(ADA, 3, [HELD], on=ends(1)),
        review(ADA, 4, [HELD], until=TODAY),
        review(ADA, 5, [], undo=1),
        review(BOB, 1, [HELD]),
    ]
    assert [(r.by, r.n) for r in standing(made, TODAY)] == [(ADA.key, 4), (BOB.key, 1)]
    assert [(r.by, r.n) for r in standing(made, ends(1))] == [(ADA.key, 3), (BOB.key, 1)]


def test_an_undo_brings_back_what_was_before():
    made = [review(ADA, 1, [HELD], "block"), review(ADA, 2, [HELD]), review(ADA, 3, [], undo=2)]
    assert verdicts(made[:2], RULES.targets, TODAY)["a.png"].outcome is Outcome.ALLOW
    assert verdicts(made, RULES.targets, TODAY)["a.png"].outcome is Outcome.BLOCK
    assert verdicts([*made, review(ADA, 4, [], undo=1)], RULES.targets, TODAY) == {}


def test_a_group_decides_each_of_its_items_and_one_of_them_can_differ():
    made = [review(ADA, 1, PAIR), review(ADA, 2, PAIR[:1], "block")]
    found = verdicts(made, RULES.targets, TODAY)
    assert {item: v.outcome.value for item, v in found.items()} == {"p.png": "block", "q.png": "allow"}


def test_a_review_of_an_ancestor_holds_where_the_rows_are_the_same():
    same, changed = review(ADA, 1, [HELD], run=PARENT), review(ADA, 1, [HELD], run=PARENT, held="0" * 64)
    assert verdicts([same], RULES.targets, TODAY)["a.png"].outcome is Outcome.ALLOW
    assert verdicts([changed], RULES.targets, TODAY) == {}


def test_the_file_says_what_changes_in_the_clean_list():
    made = settled(review(ADA, 1, [HELD]), review(ADA, 2, [FREE], "block"), review(BOB, 1, PAIR))
    found = decode_reviewed(made.reviewed)
    assert (found.added, found.removed) == (["a.png", "p.png", "q.png"], ["f.png", "t.png"])
    assert (found.on, found.run, found.items) == (TODAY, RUN, 3)
    assert found.sha256 == hashlib.sha256(b"a.png\np.png\nq.png\n").hexdigest()
    assert found.outcomes == made.outcomes == {"allow": 4, "review": 1, "block": 2}
    assert list(found.groups.values()) == [["p.png", "q.png"]]
    assert made.false_matches == b""


def test_bytes_that_do_not_pass_under_one_name_pass_under_no_other():
    twin = HELD._replace(item="z.png", reason="disputed")
    found = decode_reviewed(settled(review(ADA, 1, [HELD]), rows=[HELD, twin]).reviewed)
    assert (found.added, found.items) == ([], 0)


def test_false_matches_are_listed_while_they_stand_and_nobody_objects():
    first = review(ADA, 1, [HELD], false_match=(entry(1),), until=ends(9))
    line = lines_of(first, [HELD])[1] + b"\n"
    assert settled(first).false_matches == line
    assert settled(first, on=ends(10)).false_matches == b""
    assert settled(first, review(ADA, 2, [], undo=1)).false_matches == b""
    assert settled(first, review(BOB, 1, [HELD], "block")).false_matches == b""


def test_a_group_can_be_named_besides_those_that_are_searched_for():
    mixed = [HELD, PAIR[0]]
    name = together(mixed).id
    assert Lookup(ROWS)("group", name) is None
    found = Lookup(ROWS, {"any": ["a.png", "p.png"], "no": ["p.png", "nobody"], "empty": []})
    assert found("group", name).rows == tuple(mixed)
    assert {len(g.rows) for g in found.groups()} == {1, 2}
    assert found("item", "nobody") is None


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"[" * 99_999, b"\xff", b'{"version":2}'])
def test_another_form_is_refused(data):
    with pytest.raises(InputError, match=r"reviewed\.json"):
        decode_reviewed(data)
    good = json.loads(settled(review(ADA, 1, [HELD])).reviewed)
    with pytest.raises(InputError):
        decode_reviewed(json.dumps(good | {"more": 1}).encode())
