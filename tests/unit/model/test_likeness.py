from dataclasses import replace
from datetime import date, timedelta

import pytest

from sekisho.model import EntryId, Relation, Trust
from sekisho.model.likeness import MOST_PHOTOS, LikenessPrint, Verification
from tests.likenesses import likeness_noun, photo
from tests.parties import DAY, Party

PARENT, DESK = Party(name="parent"), Party(name="desk")


def test_who_has_no_known_age_is_a_minor():
    unknown = likeness_noun(PARENT)
    assert unknown.is_minor(date(2100, 1, 1))
    grown = replace(unknown, adult_from=date(2030, 4, 1))
    assert grown.is_minor(date(2030, 3, 31))
    assert not grown.is_minor(date(2030, 4, 1))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"prints": ()}, "at least one photo"),
        ({"prints": tuple(photo(n) for n in range(MOST_PHOTOS + 1))}, "at most 100"),
        ({"prints": (photo(1), photo(1))}, "twice"),
        ({"nonce": b""}, "nonce"),
        ({"until": DAY - timedelta(days=1)}, "can not end"),
        ({"until": date(2032, 1, 1)}, "5 years"),
    ],
)
def test_a_registration_that_exists_is_valid(change, problem):
    with pytest.raises(ValueError, match=problem):
        replace(likeness_noun(PARENT), **change)


@pytest.mark.parametrize("change", [{"sha256": b""}, {"pdq": bytes(31)}, {"quality": 49}])
def test_a_photo_has_both_hashes_and_enough_detail(change):
    with pytest.raises(ValueError, match="has"):
        LikenessPrint(**({"sha256": bytes(32), "pdq": bytes(32), "quality": 50} | change))


@pytest.mark.parametrize(
    ("by", "entry", "relation", "trust"),
    [
        (DESK, "l-1", Relation.GUARDIAN, Trust.VERIFIED),
        (PARENT, "l-1", Relation.GUARDIAN, Trust.DECLARED),
        (DESK, "l-2", Relation.GUARDIAN, Trust.DECLARED),
        (DESK, "l-1", Relation.SELF, Trust.DECLARED),
    ],
)
def test_only_another_confirms_and_only_what_was_declared(by, entry, relation, trust):
    made = Verification(id="", by=by.key, entry=EntryId(entry), relation=relation, on=DAY)
    assert made.trust_of(replace(likeness_noun(PARENT), id=EntryId("l-1"))) is trust
