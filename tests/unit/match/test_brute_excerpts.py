import pytest

from sekisho.fingerprint.passages import passages_many, register_passages
from sekisho.lexicon.fold import fold_many
from sekisho.match.brute_excerpts import Known, brute_excerpts, brute_key
from sekisho.model import TextRules
from tests.texts import page, phrase

CONSTANTS = (0, 1, 1, 1)
WORK = phrase(1, 1000)


def found(item, *works, verified=True):
    known = [Known(n, register_passages(work), verified, str(n), n) for n, work in enumerate(works)]
    return brute_excerpts(passages_many(fold_many([item])), known, CONSTANTS, TextRules())[0]


def test_an_excerpt_of_one_of_two_works():
    (one,) = found(page(1, 100) + WORK[300:400] + page(2, 100), page(3, 500), WORK)
    assert (one.entry, one.text, one.profile) == (1, 1, "cjk")
    assert 100 <= one.spans[0][0] < one.spans[0][1] <= 200


def test_nothing_of_anything():
    assert found(page(1, 300), WORK) == []
    assert found("", WORK) == []
    assert found(WORK) == []


@pytest.mark.parametrize(("works", "hits"), [(4, 4), (5, 0)])
def test_a_phrase_of_more_than_four_works_is_none_of_theirs(works, hits):
    several = [page(n, 2000) + WORK[:80] for n in range(works)]
    assert len(found(WORK[:80], *several)) == hits


def test_declared_works_make_no_phrase():
    several = [page(n, 2000) + WORK[:80] for n in range(6)]
    assert len(found(WORK[:80], *several, verified=False)) == 6


def test_five_editions_are_all_found():
    assert len(found(WORK[:300], *[WORK + page(n, 30) for n in range(5)])) == 5


def test_a_key_follows_the_constants():
    assert brute_key(5, (0, 3)) == 15
    assert brute_key(2**24, (0, 1)) == 2**24 + 1
    assert brute_key(2**47, (1, 2)) == 2
