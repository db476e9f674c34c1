from sekisho.cases.views import Sight, view_of
from sekisho.model import CaseState
from tests.cases import DESK, case_of
from tests.keys import SeededKey

MOTHER, FATHER, STRANGER = (SeededKey(name).key for name in ("mother", "father", "stranger"))
CASE = case_of(CaseState.TRIAGE, CaseState.IN_REVIEW)


def view(reader, *, verified=frozenset()):
    parties = frozenset({MOTHER, FATHER})
    return view_of(CASE, reader, parties=parties, verified=verified, desk=DESK, files=("row.json",))


def test_somebody_who_says_to_be_a_guardian_learns_that_there_is_a_match_and_where_to_go():
    found = view(MOTHER)
    assert found.sight is Sight.DECLARED
    assert found.desk == DESK
    assert found.evidence == ()
    assert len(found.events) == 1


def test_evidence_comes_after_the_relation_was_verified_and_to_that_one_only():
    verified = frozenset({MOTHER})
    assert view(MOTHER, verified=verified).evidence == ("row.json",)
    assert view(FATHER, verified=verified).evidence == ()


def test_guardians_do_not_see_each_other():
    assert FATHER not in repr(view(MOTHER, verified=frozenset({MOTHER, FATHER})))


def test_a_stranger_does_not_learn_that_there_is_a_case():
    found = view(STRANGER, verified=frozenset({STRANGER}))
    assert (found.sight, found.case, found.events, found.evidence) == (Sight.NOBODY, "", (), ())


def test_the_desk_sees_all():
    assert view(DESK).evidence == ("row.json",)
    assert len(view(DESK).events) == 3
