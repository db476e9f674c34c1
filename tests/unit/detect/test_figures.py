import pytest

from sekisho.detect.figures import figure, narrated, public
from sekisho.detect.page import Page


@pytest.mark.parametrize("name", ["夏目漱石", "織田 信長", "シャーロック・ホームズ"])
def test_people_of_the_past_are_on_the_list(name):
    assert figure(name)


def test_a_name_that_is_not_known_is_not():
    assert not figure("山田太郎")


@pytest.mark.parametrize(
    "text",
    [
        "首相の【田中】が",
        "【田中】監督は",
        "【田中】の小説",
        "主人公の【田中】は",
        "俳優【田中】",
        "【田中】著『本』",
    ],
)
def test_a_role_beside_a_name_makes_it_public(text):
    start, end = text.index("【") + 1, text.index("】")
    shown = text.replace("【", "").replace("】", "")
    assert public(Page(shown, [], None), start - 1, end - 1)


@pytest.mark.parametrize("text", ["担当の田中は", "田中さんの小説家の友人", "田中"])
def test_other_words_do_not(text):
    start = text.index("田中")
    assert not public(Page(text, [], None), start, start + 2)


def test_a_tale_is_long_and_has_speech_in_it():
    assert narrated("「はい」と言った。\n" * 60)
    assert not narrated("「はい」と言った。\n" * 5)
    assert not narrated("静かな夜だった。\n" * 100)
