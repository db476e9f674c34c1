import pytest

from sekisho.audit.membership.limits import Limits, Over, Told, over
from sekisho.model.question import MAX_ASKED
from sekisho.store.settings import SETTINGS

LIMITS = Limits(questions=3, prints=100)


@pytest.mark.parametrize(
    ("questions", "prints", "more", "passed"),
    [
        (0, 0, 100, None),
        (2, 0, 1, None),
        (3, 0, 1, Over.QUESTIONS),
        (0, 0, 101, Over.PRINTS),
        (1, 99, 1, None),
        (1, 99, 2, Over.PRINTS),
        (3, 100, 1, Over.QUESTIONS),
    ],
)
def test_the_first_limit_that_is_passed_is_named(questions, prints, more, passed):
    assert over(Told(questions=questions, prints=prints), more, LIMITS) is passed


def test_as_shipped_the_largest_question_is_answered_and_the_settings_say_the_same():
    assert over(Told(questions=0, prints=0), MAX_ASKED, Limits()) is None
    assert SETTINGS["questions_a_day"].default == Limits().questions
    assert SETTINGS["prints_a_day"].default == Limits().prints
