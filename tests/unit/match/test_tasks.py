import pytest

from sekisho.match.tasks import asks_for_words


@pytest.mark.parametrize(
    "text",
    [
        "の感想文を600字で書いて",
        "Write a review of it",
        "解説してください",
        "What is the theme of it?",
        "映画化のニュースを要約して",
    ],
)
def test_who_asks_for_words(text):
    assert asks_for_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "笑顔、夕焼け",
        "水彩のイラスト",
        "a portrait in the rain",
        "レビューを書いて、その場面を描いて",
        "write a review and draw the cover",
        "感想文の表紙の絵",
        "preview of a reviewer",
        "〜風の記事の挿絵",
    ],
)
def test_who_asks_for_a_picture_or_for_nothing(text):
    assert not asks_for_words(text)
