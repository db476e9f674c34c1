from datetime import timedelta

import pytest

from sekisho.model import EntryId, Trust
from sekisho.model.hit import Desk, Nearness
from tests.hits import HOLDER, HOUR, draft, hit, protected


def test_a_hit_is_about_an_entry_or_a_protected_person_and_never_about_both():
    for wrong in ({"handle": "0a" * 32}, {"entry": None}):
        with pytest.raises(ValueError, match="entry or a protected"):
            hit(**wrong)


@pytest.mark.parametrize("nearness", [Nearness.EXACT, Nearness.CLOSE, Nearness.NEAR])
def test_how_near_a_protected_person_was_is_not_said(nearness):
    with pytest.raises(ValueError, match="not said"):
        protected(nearness=nearness)
    with pytest.raises(ValueError, match="not said"):
        hit(nearness=Nearness.PROTECTED)


def test_of_a_protected_person_no_trust_is_said():
    with pytest.raises(ValueError, match="nothing is said"):
        protected(trust=Trust.VERIFIED)


@pytest.mark.parametrize(("rows", "count"), [((), 0), ((), 3), (("a#1", "a#2"), 1), (("a#1",) * 101, 200)])
def test_a_hit_names_its_first_rows_and_counts_all(rows, count):
    with pytest.raises(ValueError, match="names its rows"):
        hit(rows=rows, count=count)
    assert hit(rows=("a#1",) * 100, count=5000).count == 5000


def test_a_protected_person_goes_to_the_registrys_desk_and_is_not_named():
    assert draft(protected()).desk is Desk.REGISTRY
    with pytest.raises(ValueError, match="registry's desk"):
        draft(protected(), desk=Desk.REGISTRANT)
    with pytest.raises(ValueError, match="not named"):
        draft(protected(), registrant=HOLDER)
    with pytest.raises(ValueError, match="not named"):
        draft(hit(), registrant=None)


def test_a_draft_is_dated_to_the_hour():
    with pytest.raises(ValueError, match="hour"):
        draft(made=HOUR + timedelta(minutes=5))


def test_a_hit_keeps_its_entry():
    assert hit().entry == EntryId("e-" + "1" * 32)
