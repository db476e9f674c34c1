import pytest

from sekisho.detect.rules.schools import schools
from tests.reading import candidates


@pytest.mark.parametrize(
    "text", ["青波市立第三小学校", "県立青波高等学校", "ひかり幼稚園", "みなと保育園", "関所小学校"]
)
def test_a_school_with_a_name_is_found(text):
    assert candidates(schools, f"{text}に通う") == [(text, "school", "school-name")]


@pytest.mark.parametrize(
    "text", ["地元の高校", "市立小学校", "中学校の教科書", "この小学校", "母校", "進学高校"]
)
def test_a_school_without_one_is_not(text):
    assert candidates(schools, text) == []
