from dataclasses import replace

import pytest

from sekisho.audit.review.statement import Review, decode_review, encode_review, false_matches, sign_review
from sekisho.codec import canonical, decode_false_match, parse
from sekisho.errors import InputError
from sekisho.signing import FALSE_MATCH, REVIEW, open_statement
from tests.review_rows import ADA, TODAY, ends, entry, make_row, review

ROW = make_row()
GOOD = review(ADA, 1, [ROW], until=ends(30), false_match=(entry(1),))
UNDO = review(ADA, 2, [], undo=1)


@pytest.mark.parametrize("made", [GOOD, UNDO, review(ADA, 1, [ROW], "block"), review(ADA, 3, [ROW, ROW])])
def test_a_review_comes_back_as_it_was(made):
    assert decode_review(encode_review(made)) == made
    assert made.id.startswith("r-")


def test_a_review_says_what_it_is_about():
    assert (GOOD.target, UNDO.target) == ("a.png", "")
    assert review(ADA, 3, [ROW, ROW]).target.startswith("n-")


@pytest.mark.parametrize(
    "change",
    [
        {"reason": ""},
        {"reason": "  "},
        {"reason": "x" * 2001},
        {"outcome": "review"},
        {"outcome": None},
        {"held": None},
        {"item": None},
        {"item": ""},
        {"group": "n-" + "0" * 32},
        {"until": "2026-11-21"},
        {"until": "2026-02-30"},
        {"until": None},
        {"outcome": "block"},
        {"n": 0},
        {"n": True},
        {"undo": 1},
        {"by": "ed25519:short"},
        {"run": "xy"},
        {"false_match": ["e-1"]},
        {"more": 1},
        {"v": 2},
    ],
)
def test_a_review_of_another_form_is_refused(change):
    document = parse(encode_review(GOOD)) | change
    with pytest.raises(InputError):
        decode_review(canonical(document))


@pytest.mark.parametrize("change", [{"undo": 2}, {"undo": 3}, {"outcome": "allow"}, {"held": "0" * 64}])
def test_an_undo_does_nothing_else_and_looks_back(change):
    with pytest.raises(InputError):
        decode_review(canonical(parse(encode_review(UNDO)) | change))


def test_a_false_match_covers_every_item_of_the_review():
    digests = frozenset({b"2" * 32, b"1" * 32})
    (made,) = false_matches(GOOD, digests)
    assert (made.by, made.entry, made.items) == (ADA.key, entry(1), (b"1" * 32, b"2" * 32))
    assert (made.on, made.until, made.reason) == (TODAY, ends(30), "looked at it")


def test_the_lines_are_signed_by_the_reviewer():
    first, second = sign_review(GOOD, frozenset({b"1" * 32}), ADA)
    assert open_statement(first, REVIEW).signer == ADA.key
    assert decode_false_match(open_statement(second, FALSE_MATCH).payload).entry == entry(1)
    assert len(sign_review(replace(GOOD, false_match=()), frozenset(), ADA)) == 1
    assert isinstance(GOOD, Review)
