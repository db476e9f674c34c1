import pytest

from sekisho.cases.completeness import FIELDS, missing, wanted
from sekisho.model import Authorship, Contact, Notice, Relation, Subject

FULL = Contact(name="n", email="e", address="a", phone="p")
OF_A_WORK = Notice(
    subject=Subject.WORK,
    jurisdiction="JP",
    explanation="x",
    locations=("item 5",),
    work="e-0",
    authorship=Authorship.HOLDER,
    good_faith=True,
    accurate=True,
    name_to_uploader=False,
    signed="n",
)


@pytest.mark.parametrize("jurisdiction", [*FIELDS, "FR"])
def test_a_whole_notice_lacks_nothing(jurisdiction):
    whole = Notice(**{f: getattr(OF_A_WORK, f) for f in OF_A_WORK.__slots__} | {"jurisdiction": jurisdiction})
    assert missing(whole, FULL) == ()


@pytest.mark.parametrize("jurisdiction", ["JP", "US", "EU", "FR"])
def test_each_field_that_is_wanted_is_missed(jurisdiction):
    empty = Notice(subject=Subject.WORK, jurisdiction=jurisdiction)
    assert missing(empty, Contact()) == wanted(empty)


def test_a_no_to_the_uploader_is_an_answer_but_silence_is_none():
    assert "name_to_uploader" in wanted(OF_A_WORK)
    assert missing(OF_A_WORK, FULL) == ()
    silent = Notice(**{f: getattr(OF_A_WORK, f) for f in OF_A_WORK.__slots__} | {"name_to_uploader": None})
    assert missing(silent, FULL) == ("name_to_uploader",)


def test_who_is_shown_need_not_be_named_where_a_minor_is_shown():
    shown = Notice(subject=Subject.LIKENESS, jurisdiction="EU", relation=Relation.GUARDIAN, good_faith=True)
    assert "email" in missing(shown, Contact())
    minor = Notice(
        subject=Subject.LIKENESS, jurisdiction="EU", relation=Relation.GUARDIAN, good_faith=True, minor=True
    )
    assert missing(minor, Contact()) == ("explanation", "locations")


def test_a_notice_of_an_intimate_image_in_the_united_states_is_signed():
    notice = Notice(subject=Subject.INTIMATE, jurisdiction="US")
    assert "signed" in wanted(notice)
    assert "relation" not in wanted(notice)
    assert "relation" in wanted(Notice(subject=Subject.INTIMATE, jurisdiction="JP"))
