from sekisho.detect.cues import AT, NAME
from sekisho.detect.page import Candidate, Page, Sentence, context, score
from sekisho.model import PersonalType

PAGE = Page(
    "あいうえおかきくけこ", [Sentence(0, 3, NAME), Sentence(3, 6, AT), Sentence(6, 9, AT | NAME)], None
)


def test_only_sentences_with_one_of_the_flags_are_given():
    assert [s.start for s in PAGE.marked(AT)] == [3, 6]
    assert [s.start for s in PAGE.marked(AT | NAME)] == [0, 3, 6]


def test_the_context_ends_where_the_text_ends():
    assert context(PAGE, 1, 3, 5, 2) == ("あ", "えお")
    assert context(PAGE, 8, 10, 2, 5) == ("きく", "")


def test_the_score_is_form_times_context():
    assert score(Candidate(0, 1, PersonalType.NAME, 80, 60, "r")) == 48
    assert score(Candidate(0, 1, PersonalType.NAME, 95, 0, "r")) == 0
